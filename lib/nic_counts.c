// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_counts.c: what an interface and its queues have carried so far.
 *
 *   the interface   rtnetlink
 *   its queues      netdev netlink (Linux 6.10, few drivers), else the names of
 *                   the driver's own counters, which 'ethtool -S' shows
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "compiler.h"
#include "counter_name.h"
#include "log.h"
#include "netdev_family.h"
#include "nic.h"
#include "opts.h"
#include "sys.h"

/* The kernel writes as many counters as there are now, whatever we made room
 * for: so many can have come since we asked. */
#define MORE_COUNTERS 8192
#define COUNTERS_MAX (1u << 20)

static const struct xskpkt_nic_counts nothing = {
	.size = sizeof(nothing),
	.rx_packets = XSKPKT_NIC_UNCOUNTED,
	.rx_bytes = XSKPKT_NIC_UNCOUNTED,
	.rx_drops = XSKPKT_NIC_UNCOUNTED,
	.tx_packets = XSKPKT_NIC_UNCOUNTED,
	.tx_bytes = XSKPKT_NIC_UNCOUNTED,
	.tx_drops = XSKPKT_NIC_UNCOUNTED,
};

struct counting {
	const struct xskpkt_nic *nic;
	struct xskpkt_nic_counts whole;
	struct xskpkt_nic_counts *queues;
	bool any; /* packets of queues */
};

static void add(struct counting *c, uint32_t queue, size_t offset, uint64_t n,
		uint32_t source)
{
	uint64_t *count;

	if (queue >= c->nic->queue_count)
		return;
	count = (uint64_t *)((char *)&c->queues[queue] + offset);
	*count = *count == XSKPKT_NIC_UNCOUNTED ? n : *count + n;
	c->queues[queue].source = source;
	c->any = true;
}

/* The interface */

static int note_stats(const struct nlattr *attr, void *arg)
{
	struct xskpkt_nic_counts *whole = arg;
	struct rtnl_link_stats64 s = { 0 };
	size_t len = mnl_attr_get_payload_len(attr);

	if (mnl_attr_get_type(attr) != IFLA_STATS64)
		return MNL_CB_OK;
	memcpy(&s, mnl_attr_get_payload(attr),
	       len < sizeof(s) ? len : sizeof(s));
	whole->rx_packets = s.rx_packets;
	whole->rx_bytes = s.rx_bytes;
	whole->rx_drops = s.rx_dropped + s.rx_missed_errors;
	whole->tx_packets = s.tx_packets;
	whole->tx_bytes = s.tx_bytes;
	whole->tx_drops = s.tx_dropped;
	whole->source = XSKPKT_NIC_COUNTS_NETLINK;
	return MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *answer, void *arg)
{
	return mnl_attr_parse(answer, sizeof(struct ifinfomsg), note_stats,
			      arg);
}

static int count_whole(struct counting *c)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question;
	struct ifinfomsg *info;
	struct netlink nl;
	int err;

	err = netlink_open(&nl, NETLINK_ROUTE);
	if (err)
		return err;
	question = netlink_question(buf, RTM_GETLINK, 0);
	info = mnl_nlmsg_put_extra_header(question, sizeof(*info));
	info->ifi_index = c->nic->dev.ifindex;
	err = netlink_ask(&nl, question, on_link, &c->whole);
	netlink_close(&nl);
	return err;
}

/* Its queues, by netlink */

struct queue_counts {
	uint32_t queue, type;
	struct xskpkt_nic_counts counts;
};

static int note_count(const struct nlattr *attr, void *arg)
{
	struct queue_counts *q = arg;
	uint64_t n;

	if (!netlink_number(&n, attr))
		return MNL_CB_OK;
	switch (mnl_attr_get_type(attr)) {
	case QSTATS_QUEUE_TYPE:
		q->type = (uint32_t)n;
		break;
	case QSTATS_QUEUE_ID:
		q->queue = (uint32_t)n;
		break;
	case QSTATS_RX_PACKETS:
		q->counts.rx_packets = n;
		break;
	case QSTATS_RX_BYTES:
		q->counts.rx_bytes = n;
		break;
	case QSTATS_RX_HW_DROPS:
		q->counts.rx_drops = n;
		break;
	case QSTATS_TX_PACKETS:
		q->counts.tx_packets = n;
		break;
	case QSTATS_TX_BYTES:
		q->counts.tx_bytes = n;
		break;
	case QSTATS_TX_HW_DROPS:
		q->counts.tx_drops = n;
		break;
	}
	return MNL_CB_OK;
}

/* An answer is about one direction of a queue. */
static int on_queue(const struct nlmsghdr *answer, void *arg)
{
	static const size_t offsets[] = {
		offsetof(struct xskpkt_nic_counts, rx_packets),
		offsetof(struct xskpkt_nic_counts, rx_bytes),
		offsetof(struct xskpkt_nic_counts, rx_drops),
		offsetof(struct xskpkt_nic_counts, tx_packets),
		offsetof(struct xskpkt_nic_counts, tx_bytes),
		offsetof(struct xskpkt_nic_counts, tx_drops),
	};
	struct queue_counts q = { .queue = UINT32_MAX, .counts = nothing };

	mnl_attr_parse(answer, sizeof(struct genlmsghdr), note_count, &q);
	for (size_t i = 0; i < COUNT_OF(offsets); i++) {
		uint64_t n = *(uint64_t *)((char *)&q.counts + offsets[i]);

		if (n != XSKPKT_NIC_UNCOUNTED)
			add(arg, q.queue, offsets[i], n,
			    XSKPKT_NIC_COUNTS_NETLINK);
	}
	return MNL_CB_OK;
}

static int count_by_netlink(struct counting *c, struct netlink *nl)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct netlink_family family;
	struct nlmsghdr *question;
	int err;

	err = netlink_family(&family, nl, "netdev");
	if (err)
		return err;
	if (family.last_command < QSTATS_GET)
		return -EOPNOTSUPP;
	question = netlink_generic(buf, &family, QSTATS_GET, NLM_F_DUMP);
	mnl_attr_put_u32(question, QSTATS_IFINDEX,
			 (uint32_t)c->nic->dev.ifindex);
	mnl_attr_put_u32(question, QSTATS_SCOPE, QSTATS_SCOPE_QUEUE);
	return netlink_ask(nl, question, on_queue, c);
}

/* Its queues, by the names of counters */

static int ask_how_many(const struct counting *c, int fd, uint32_t *ret)
{
	union {
		struct ethtool_sset_info info;
		char room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
	} ask = { .info = { .cmd = ETHTOOL_GSSET_INFO,
			    .sset_mask = 1ull << ETH_SS_STATS } };
	int err = netdev_ethtool(fd, c->nic->dev.name, &ask);
	uint32_t count;

	if (err < 0)
		return err;
	memcpy(&count, ask.room + sizeof(ask.info), sizeof(count));
	if (!ask.info.sset_mask || !count || count > COUNTERS_MAX)
		return -EOPNOTSUPP;
	*ret = count;
	return 0;
}

static int ask_counters(const struct counting *c, int fd,
			struct ethtool_gstrings *names,
			struct ethtool_stats *stats, uint32_t n)
{
	int err;

	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_STATS;
	names->len = n;
	err = netdev_ethtool(fd, c->nic->dev.name, names);
	stats->cmd = ETHTOOL_GSTATS;
	stats->n_stats = n;
	if (err >= 0)
		err = netdev_ethtool(fd, c->nic->dev.name, stats);
	if (err < 0)
		return err;
	/* Another number of queues by now: the next time will tell. */
	return names->len == n && stats->n_stats == n ? 0 : -EAGAIN;
}

static void take_counters(struct counting *c, struct ethtool_gstrings *names,
			  const struct ethtool_stats *stats)
{
	for (uint32_t i = 0; i < names->len; i++) {
		char *name = (char *)names->data + (size_t)i * ETH_GSTRING_LEN;
		struct counter_name means;

		name[ETH_GSTRING_LEN - 1] = '\0';
		if (counter_name_parse(&means, name, c->nic->dev.driver))
			add(c, means.queue, means.offset, stats->data[i],
			    XSKPKT_NIC_COUNTS_ETHTOOL);
	}
}

static int count_by_names(struct counting *c, int fd)
{
	struct ethtool_gstrings *names = NULL;
	struct ethtool_stats *stats = NULL;
	size_t room;
	uint32_t n;
	int err;

	err = ask_how_many(c, fd, &n);
	if (err)
		return err;
	room = (size_t)n + MORE_COUNTERS;
	err = sys_alloc((void **)&names, 1,
			sizeof(*names) + room * ETH_GSTRING_LEN);
	if (!err)
		err = sys_alloc((void **)&stats, 1,
				sizeof(*stats) + room * sizeof(uint64_t));
	if (!err)
		err = ask_counters(c, fd, names, stats, n);
	if (!err)
		take_counters(c, names, stats);
	free(names);
	free(stats);
	return err;
}

/* Both */

/* What cannot be had stays uncounted; no memory is a failure. */
static int count_queues(struct counting *c)
{
	struct netlink nl;
	int err;

	err = netlink_open(&nl, NETLINK_GENERIC);
	if (err)
		return err;
	err = count_by_netlink(c, &nl);
	if (!c->any)
		err = count_by_names(c, nl.fd);
	netlink_close(&nl);
	if (err)
		log_debug("%s: queues are not counted (%s)", c->nic->dev.name,
			  err_text(err));
	return err == -ENOMEM || err == -ENODEV ? err : 0;
}

static int count(struct counting *c)
{
	int err = sys_alloc((void **)&c->queues, c->nic->queue_count + 1,
			    sizeof(*c->queues));

	for (unsigned i = 0; !err && i < c->nic->queue_count; i++)
		c->queues[i] = nothing;
	if (!err)
		err = count_whole(c);
	if (!err)
		err = count_queues(c);
	if (err == -ENODEV)
		return fail(err, "%s: the interface is gone, or renamed",
			    c->nic->dev.name);
	if (err)
		return fail(err, "%s: cannot count its packets (%s)",
			    c->nic->dev.name, err_text(err));
	return 0;
}

static int give(const struct counting *c, struct xskpkt_nic_counts *whole,
		struct xskpkt_nic_counts *queues, unsigned n)
{
	char *to = (char *)queues;
	size_t step = n ? queues->size : 0;
	int err = opts_give(whole, &c->whole, sizeof(c->whole),
			    "xskpkt_nic_counts");

	for (unsigned i = 0; !err && i < n; i++)
		err = opts_give(to + i * step, &c->queues[i],
				sizeof(c->queues[i]), "xskpkt_nic_counts");
	return err;
}

int xskpkt_nic_count(const struct xskpkt_nic *nic,
		     struct xskpkt_nic_counts *whole,
		     struct xskpkt_nic_counts *queues, unsigned n)
{
	struct counting c = { .nic = nic, .whole = nothing };
	int err;

	if (!nic || !whole || (n && !queues))
		return fail(-EINVAL, "xskpkt_nic_count: %s is NULL",
			    !nic     ? "nic"
			    : !whole ? "whole"
				     : "queues");
	if (n > nic->queue_count)
		return fail(-EINVAL, "xskpkt_nic_count: %u queues: %s has %u",
			    n, nic->dev.name, nic->queue_count);
	err = count(&c);
	if (!err)
		err = give(&c, whole, queues, n);
	free(c.queues);
	return err;
}
