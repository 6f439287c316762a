// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic.c: asks every source for its facts about an interface, and keeps them.
 *
 * What one source cannot tell another may, so a fact is noted as unknown by
 * the last that was asked. Only memory that runs out ends it early.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

#include "dispatcher.h"
#include "file.h"
#include "link.h"
#include "log.h"
#include "netns.h"
#include "nic.h"
#include "occupant.h"
#include "opts.h"
#include "sys.h"

static const struct xskpkt_nic_vector *add_vector(struct xskpkt_nic *nic)
{
	struct xskpkt_nic_vector *v = &nic->vectors[nic->vector_count++];

	*v = (struct xskpkt_nic_vector){ .irq = -1,
					 .irq_name = "",
					 .affinity = "",
					 .effective = "",
					 .cpu = -1,
					 .node = -1,
					 .threaded = -1,
					 .defer_hard_irqs = -1,
					 .gro_flush_timeout = -1,
					 .irq_suspend_timeout = -1 };
	return v;
}

/* Each direction of each queue has a vector of its own until more is known. */
static void make_queues(struct xskpkt_nic *nic)
{
	const struct netdev *dev = &nic->dev;
	unsigned n = max_u32(dev->rx_queues, dev->tx_queues);

	if (n > NIC_QUEUES_MAX)
		log_warning("%s: has %u queues, it is said: the first %d are "
			    "looked at",
			    dev->name, n, NIC_QUEUES_MAX);
	n = min_u32(n, NIC_QUEUES_MAX);
	nic->queues = nic_alloc(nic, n, sizeof(*nic->queues));
	nic->vectors = nic_alloc(nic, (size_t)2 * n, sizeof(*nic->vectors));
	for (unsigned i = 0; !nic->err && i < n; i++) {
		nic->queues[i] = (struct xskpkt_nic_queue){ .id = i,
							    .taken = -1,
							    .rss_entries = -1 };
		if (i < dev->rx_queues)
			nic->queues[i].rx = add_vector(nic);
		if (i < dev->tx_queues)
			nic->queues[i].tx = add_vector(nic);
		nic->queue_count++;
	}
}

static bool has_zerocopy(const struct netdev *dev)
{
	return dev->xdp_features >> 3 & 1; /* NETDEV_XDP_ACT_XSK_ZEROCOPY */
}

/* What opening a port wants to know as well. */
static void take_netdev(struct xskpkt_nic *nic)
{
	const struct netdev *dev = &nic->dev;
	struct xskpkt_nic_info *info = &nic->info;

	snprintf(info->ifname, sizeof(info->ifname), "%s", dev->name);
	snprintf(info->driver, sizeof(info->driver), "%s", dev->driver);
	info->ifindex = (uint32_t)dev->ifindex;
	info->mtu = dev->mtu;
	info->rx_queues = min_u32(dev->rx_queues, NIC_QUEUES_MAX);
	info->tx_queues = min_u32(dev->tx_queues, NIC_QUEUES_MAX);
	info->xdp_features = dev->xdp_features;
	info->zerocopy_bufs = dev->zc_segs;
	info->rx_metadata = dev->rx_metadata;
	info->tx_metadata = dev->tx_metadata;
	if (!*dev->driver)
		nic_unknown(nic, XSKPKT_NIC_DRIVER, "the kernel names none");
	if (!dev->features_known)
		nic_unknown(nic, XSKPKT_NIC_XDP,
			    "the kernel does not tell (Linux 6.3 does)");
	if (!dev->zc_segs)
		nic_unknown(nic, XSKPKT_NIC_ZEROCOPY_BUFS, "%s",
			    dev->features_known && !has_zerocopy(dev)
				    ? "the driver has no zero-copy mode"
				    : "the kernel does not tell (Linux 6.6 "
				      "does)");
	if (!dev->metadata_known)
		nic_unknown(nic, XSKPKT_NIC_METADATA,
			    "the kernel does not tell (Linux 6.7 does)");
}

static void ask_link(struct xskpkt_nic *nic)
{
	struct link link;
	int err = link_open(&link, nic->dev.ifindex, nic->dev.name);

	if (err) {
		nic_unknown(nic, XSKPKT_NIC_LINK, "%s", err_text(err));
		return;
	}
	nic->info.carrier = link_check(&link) == XSKPKT_STATE_UP;
	nic->info.up = !link.carrier;
	link_close(&link);
}

static uint32_t mode_of(const struct occupant *o)
{
	return !o->id                         ? XSKPKT_NIC_PROGRAM_NONE
	       : o->generic                   ? XSKPKT_NIC_PROGRAM_GENERIC
	       : strcmp(o->mode, "offloaded") ? XSKPKT_NIC_PROGRAM_NATIVE
					      : XSKPKT_NIC_PROGRAM_OFFLOADED;
}

static void ask_program(struct xskpkt_nic *nic)
{
	struct occupant o = occupant_find(nic->dev.ifindex);
	struct xskpkt_nic_info *info = &nic->info;

	if (o.err)
		nic_unknown(nic, XSKPKT_NIC_PROGRAM, "%s", err_text(o.err));
	info->program_id = o.id;
	info->program_mode = mode_of(&o);
	if (o.id && !strcmp(o.name, "?")) {
		nic_unknown(nic, XSKPKT_NIC_PROGRAM_NAME,
			    "the kernel tells it to root (CAP_SYS_ADMIN) only");
		return;
	}
	memcpy(info->program_name, o.name, sizeof(info->program_name));
	info->dispatcher = dispatcher_is(o.name);
}

/* The driver's device may sit on another, as that of virtio does on one of
 * PCI, which is the one that has interrupts and a place on the machine. */
static void find_device(struct xskpkt_nic *nic)
{
	const char beside[] = "/local_cpulist";
	char path[sizeof(nic->device) + sizeof(beside)];

	netdev_device(nic->device, sizeof(nic->device), &nic->dev);
	if (!*nic->device ||
	    file_above(path, sizeof(path), nic->device, beside + 1))
		return;
	path[strlen(path) - strlen(beside)] = '\0';
	snprintf(nic->device, sizeof(nic->device), "%s", path);
}

/* What netlink can tell goes before what names of files let us guess. */
static int ask_all(struct xskpkt_nic *nic)
{
	struct netlink nl;
	int err = netlink_open(&nl, NETLINK_GENERIC);

	if (err)
		return fail(err, "%s: cannot open a netlink socket (%s)",
			    nic->dev.name, err_text(err));
	take_netdev(nic);
	ask_link(nic);
	ask_program(nic);
	nic_ask_ethtool(nic, &nl);
	nic_ask_rss(nic, nl.fd);
	nic_ask_napi(nic, &nl);
	nic_ask_irq(nic);
	nic_ask_device(nic);
	netlink_close(&nl);
	return nic->err;
}

static int query(struct xskpkt_nic *nic, const char *ifname)
{
	int err = netdev_query(&nic->dev, ifname);

	if (err)
		return err;
	find_device(nic);
	make_queues(nic);
	err = nic->err ?: ask_all(nic);
	if (err == -ENOMEM)
		return fail(err, "%s: there is no memory for its facts",
			    nic->dev.name);
	return err;
}

static int query_there(struct xskpkt_nic *nic, const char *ifname,
		       const struct xskpkt_nic_opts *o)
{
	struct netns ns;
	int err, back;

	err = netns_enter(&ns, o->netns,
			  o->flags & XSKPKT_NIC_NETNS_FD ? o->netns_fd : -1);
	if (err)
		return err;
	err = query(nic, ifname);
	back = netns_leave(&ns);
	return back ?: err;
}

static int check(struct xskpkt_nic **ret, const char *ifname,
		 const struct xskpkt_nic_opts *o)
{
	const bool by_fd = o->flags & XSKPKT_NIC_NETNS_FD;

	if (!ret || !ifname)
		return fail(-EINVAL, "xskpkt_nic_query: %s is NULL",
			    ret ? "ifname" : "ret");
	if (o->flags & ~XSKPKT_NIC_NETNS_FD)
		return fail(-EINVAL, "nic: flags 0x%x: not known are 0x%x",
			    o->flags, o->flags & ~XSKPKT_NIC_NETNS_FD);
	if (by_fd && o->netns)
		return fail(-EINVAL, "nic: give netns or netns_fd, not both");
	if (by_fd ? o->netns_fd < 0 : o->netns_fd)
		return fail(-EINVAL,
			    "nic: netns_fd %d: give a descriptor, and "
			    "XSKPKT_NIC_NETNS_FD with it",
			    o->netns_fd);
	return 0;
}

int xskpkt_nic_query(struct xskpkt_nic **ret, const char *ifname,
		     const struct xskpkt_nic_opts *opts)
{
	struct xskpkt_nic_opts o;
	struct xskpkt_nic *nic;
	void *fresh;
	int err;

	err = opts_take(&o, sizeof(o), opts, "xskpkt_nic_opts");
	err = err ?: check(ret, ifname, &o);
	if (err)
		return err;
	if (sys_alloc(&fresh, 1, sizeof(*nic)))
		return fail(-ENOMEM, "%.40s: there is no memory for its facts",
			    ifname);
	nic = fresh;
	nic->info = (struct xskpkt_nic_info){ .node = -1,
					      .local_cpus = "",
					      .rx_usecs = -1,
					      .rx_frames = -1,
					      .tx_usecs = -1,
					      .tx_frames = -1,
					      .adaptive_rx = -1,
					      .adaptive_tx = -1 };
	memset(nic->info.hash_fields, 0xff, sizeof(nic->info.hash_fields));
	err = query_there(nic, ifname, &o);
	if (err)
		xskpkt_nic_free(nic);
	else
		*ret = nic;
	return err;
}

void xskpkt_nic_free(struct xskpkt_nic *nic)
{
	if (!nic)
		return;
	nic_release(nic);
	free(nic);
}

const char *xskpkt_nic_unknown(const struct xskpkt_nic *nic, uint32_t fact)
{
	return fact < XSKPKT_NIC_FACTS ? nic->unknown[fact]
				       : "this version does not know of it";
}

int xskpkt_nic_info(const struct xskpkt_nic *nic, struct xskpkt_nic_info *ret)
{
	if (!nic)
		return fail(-EINVAL, "xskpkt_nic_info: nic is NULL");
	return opts_give(ret, &nic->info, sizeof(nic->info), "xskpkt_nic_info");
}

unsigned xskpkt_nic_queue_count(const struct xskpkt_nic *nic)
{
	return nic->queue_count;
}

int xskpkt_nic_queue_info(const struct xskpkt_nic *nic, unsigned i,
			  struct xskpkt_nic_queue *ret)
{
	if (!nic || i >= nic->queue_count)
		return fail(-EINVAL, "xskpkt_nic_queue_info: %s",
			    nic ? "there is no such queue" : "nic is NULL");
	return opts_give(ret, &nic->queues[i], sizeof(*ret),
			 "xskpkt_nic_queue");
}
