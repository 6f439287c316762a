/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netdev.h: the facts about an interface that opening it needs. Layer 3.
 *
 * All calls look at the calling thread's network namespace. sysfs shows the
 * namespace it was mounted in, so what can be had from netlink and ioctl is
 * taken from there.
 */
#ifndef NETDEV_H
#define NETDEV_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct netdev {
	char name[IF_NAMESIZE];
	int ifindex;
	uint32_t mtu;
	uint32_t rx_queues, tx_queues; /* in use now (real_num_*_queues) */
	uint32_t hw_rx_ring;           /* the NIC's own ring; 0: unknown */
	char driver[32];               /* "": unknown */
	int node;                      /* NUMA node; -1: unknown */
	bool features_known;           /* false before Linux 6.3 */
	uint64_t xdp_features;         /* NETDEV_XDP_ACT_... */
	uint32_t zc_segs;              /* zero-copy buffers per packet; 0: ? */
};

/* -ENODEV with a sentence when there is no such interface. */
int netdev_query(struct netdev *ret, const char *ifname);

/* Does an AF_XDP socket hold this queue? 1, 0, or -errno: cannot be told. */
int netdev_queue_taken(int ifindex, uint32_t queue);

#endif
