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
#include <stddef.h>
#include <stdint.h>

struct netdev {
	char name[IF_NAMESIZE];
	int ifindex;
	uint32_t mtu;
	uint32_t rx_queues, tx_queues; /* in use now (real_num_*_queues) */
	uint32_t hw_rx_ring;           /* the NIC's own ring; 0: unknown */
	char driver[32];               /* "": unknown */
	char bus[32];                  /* address; "": unknown, or none */
	bool in_sysfs; /* sysfs shows this one, not a namesake elsewhere */
	int node;      /* NUMA node; -1: unknown */
	bool features_known;   /* false before Linux 6.3 */
	uint64_t xdp_features; /* NETDEV_XDP_ACT_... */
	uint32_t zc_segs;      /* zero-copy buffers per packet; 0: ? */
	bool metadata_known;   /* false before Linux 6.7 */
	uint64_t rx_metadata;  /* NETDEV_XDP_RX_METADATA_... */
	uint64_t tx_metadata;  /* NETDEV_XSK_FLAGS_... */
};

/* -ENODEV with a sentence when there is no such interface. */
int netdev_query(struct netdev *ret, const char *ifname);

/* The directory of sysfs with the device behind it; "": there is none. */
void netdev_device(char *ret, size_t size, const struct netdev *dev);

/* One of ethtool's questions by ioctl, over any socket. */
int netdev_ethtool(int fd, const char *ifname, void *command);
/* The same over a socket of its own. 0 or -errno. */
int netdev_ethtool_once(const struct netdev *dev, void *command);

/* Does an AF_XDP socket hold this queue? 1, 0, or -errno: cannot be told. */
int netdev_queue_taken(int ifindex, uint32_t queue);

#endif
