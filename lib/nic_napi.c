// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_napi.c: what the netdev family tells of queues and NAPIs: which polls
 * which, with what settings, and which queues an AF_XDP socket holds.
 */
#include <errno.h>

#include <linux/genetlink.h>

#include "log.h"
#include "netdev_family.h"
#include "nic.h"

/* One answer of either kind: its attributes by number. */
#define ATTRS (NAPI_THREADED + 1)

struct answer {
	uint64_t number[ATTRS];
	bool there[ATTRS];   /* the attribute is, */
	bool counted[ATTRS]; /* and it is a number */
};

/* Both dumps, as far as they have come. */
struct dumps {
	struct xskpkt_nic *nic;
	bool tells_taken; /* this kernel would say when a queue is taken */
	unsigned queues;  /* that the kernel listed */
	unsigned linked;  /* of them, with a NAPI */
	unsigned settings;
};

static int note_attr(const struct nlattr *attr, void *arg)
{
	uint16_t type = mnl_attr_get_type(attr);
	struct answer *a = arg;

	if (type < ATTRS) {
		a->there[type] = true;
		a->counted[type] = netlink_number(&a->number[type], attr);
	}
	return MNL_CB_OK;
}

static int64_t number_of(const struct answer *a, unsigned type)
{
	return a->counted[type] && a->number[type] <= INT64_MAX
		       ? (int64_t)a->number[type]
		       : -1;
}

/* Ids of NAPIs and numbers of IRQs have 32 bits, and are positive. */
static int32_t small_number_of(const struct answer *a, unsigned type)
{
	int64_t number = number_of(a, type);

	return number <= INT32_MAX ? (int32_t)number : -1;
}

/* It, or another that has its NAPI already. */
static const struct xskpkt_nic_vector *
link_to(struct xskpkt_nic *nic, const struct xskpkt_nic_vector *v, uint32_t id)
{
	struct xskpkt_nic_vector *known = nic_vector_of_napi(nic, id);

	if (known)
		return known;
	nic_vector(nic, v)->napi = id;
	return v;
}

static int on_queue(const struct nlmsghdr *message, void *arg)
{
	struct dumps *d = arg;
	struct answer a = { 0 };
	struct xskpkt_nic_queue *q;
	const struct xskpkt_nic_vector **side;
	int32_t id, type, napi;

	mnl_attr_parse(message, sizeof(struct genlmsghdr), note_attr, &a);
	id = small_number_of(&a, QUEUE_ID);
	type = small_number_of(&a, QUEUE_TYPE);
	if (id < 0 || type < 0 || (unsigned)id >= d->nic->queue_count)
		return MNL_CB_OK;
	d->queues++;
	q = &d->nic->queues[id];
	if (a.there[QUEUE_XSK])
		q->taken = 1;
	else if (q->taken < 0 && d->tells_taken)
		q->taken = 0;
	napi = small_number_of(&a, QUEUE_NAPI);
	side = type == QUEUE_TYPE_RX ? &q->rx : &q->tx;
	if (napi > 0 && *side) {
		*side = link_to(d->nic, *side, (uint32_t)napi);
		d->linked++;
	}
	return MNL_CB_OK;
}

static int on_napi(const struct nlmsghdr *message, void *arg)
{
	struct dumps *d = arg;
	struct answer a = { 0 };
	struct xskpkt_nic_vector *v = NULL;
	int32_t id;

	mnl_attr_parse(message, sizeof(struct genlmsghdr), note_attr, &a);
	id = small_number_of(&a, NAPI_ID);
	if (id > 0)
		v = nic_vector_of_napi(d->nic, (uint32_t)id);
	if (!v)
		return MNL_CB_OK; /* of no queue */
	v->irq = small_number_of(&a, NAPI_IRQ);
	if (a.counted[NAPI_THREAD])
		v->thread = (uint32_t)a.number[NAPI_THREAD];
	v->threaded = small_number_of(&a, NAPI_THREADED);
	v->defer_hard_irqs = number_of(&a, NAPI_DEFER_HARD_IRQS);
	v->gro_flush_timeout = number_of(&a, NAPI_GRO_FLUSH_TIMEOUT);
	v->irq_suspend_timeout = number_of(&a, NAPI_IRQ_SUSPEND_TIMEOUT);
	d->settings += v->defer_hard_irqs >= 0;
	return MNL_CB_OK;
}

static int dump(struct dumps *d, struct netlink *nl,
		const struct netlink_family *family, uint8_t command,
		uint16_t ifindex, mnl_cb_t each)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question;

	question = netlink_generic(buf, family, command, NLM_F_DUMP);
	mnl_attr_put_u32(question, ifindex, (uint32_t)d->nic->dev.ifindex);
	return netlink_ask(nl, question, each, d);
}

static void explain_queues(struct dumps *d, int err)
{
	struct xskpkt_nic *nic = d->nic;
	const char *why = NULL;

	if (err)
		why = err_text(err);
	else if (!d->queues)
		why = "the kernel lists queues only while the interface is up";
	if (why)
		nic_unknown(nic, XSKPKT_NIC_NAPI, "%s", why);
	else if (!d->linked)
		nic_unknown(nic, XSKPKT_NIC_NAPI,
			    "the driver does not link its queues to NAPIs");
	if (!why && !d->tells_taken)
		why = "the kernel does not tell (Linux 6.16 does)";
	if (why)
		nic_unknown(nic, XSKPKT_NIC_TAKEN, "%s", why);
}

void nic_ask_napi(struct xskpkt_nic *nic, struct netlink *nl)
{
	struct netlink_family family;
	struct dumps d = { .nic = nic };
	int err = netlink_family(&family, nl, "netdev");

	if (!err) {
		/* Silence means "no" only from a kernel that would tell. */
		d.tells_taken = family.last_command >= BIND_TX;
		err = dump(&d, nl, &family, QUEUE_GET, QUEUE_IFINDEX, on_queue);
	}
	explain_queues(&d, err);
	if (!err)
		err = dump(&d, nl, &family, NAPI_GET, NAPI_IFINDEX, on_napi);
	if (err)
		nic_unknown(nic, XSKPKT_NIC_NAPI_SETTINGS, "%s", err_text(err));
	else if (!d.settings)
		nic_unknown(nic, XSKPKT_NIC_NAPI_SETTINGS,
			    "the kernel does not tell of these NAPIs");
}
