/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nic.h: the facts about an interface that decide how fast it can be.
 *
 *   xskpkt_nic_query()          every source is asked once, and then left alone
 *     xskpkt_nic_info()         what is true of the interface
 *     xskpkt_nic_queue_info()   what is true of one of its queues
 *     xskpkt_nic_unknown()      why a fact could not be had
 *     xskpkt_nic_count()        what it has carried until now
 *   xskpkt_nic_free()
 *
 * A queue is served by a vector for each direction, mostly one for both:
 *
 *   queue --> NAPI --> IRQ --> core --> NUMA node
 *             '----- vector -----'
 *
 * Needs no privilege, but without CAP_SYS_ADMIN the kernel does not tell the
 * name of an XDP program.
 */
#ifndef XSKPKT_NIC_H
#define XSKPKT_NIC_H

#include <stddef.h>
#include <stdint.h>

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xskpkt_nic;

/* What may be unknown, each with a reason of its own. */
enum xskpkt_nic_fact {
	XSKPKT_NIC_DRIVER = 0,
	XSKPKT_NIC_BUS = 1,            /* bus address */
	XSKPKT_NIC_NODE = 2,           /* NUMA node */
	XSKPKT_NIC_CPUS = 3,           /* local CPUs */
	XSKPKT_NIC_LINK = 4,           /* up, carrier */
	XSKPKT_NIC_SPEED = 5,          /* of the link */
	XSKPKT_NIC_PCIE = 6,           /* width and speed */
	XSKPKT_NIC_CHANNELS = 7,       /* and their maximum */
	XSKPKT_NIC_RINGS = 8,          /* the NIC's own, and their maximum */
	XSKPKT_NIC_COALESCING = 9,     /* of interrupts */
	XSKPKT_NIC_RSS = 10,           /* the table, and so the shares */
	XSKPKT_NIC_RSS_KEY = 11,       /* of the hash */
	XSKPKT_NIC_HASH_FIELDS = 12,   /* what of a packet is hashed */
	XSKPKT_NIC_OFFLOADS = 13,      /* what the NIC does with packets */
	XSKPKT_NIC_XDP = 14,           /* XDP features */
	XSKPKT_NIC_ZEROCOPY_BUFS = 15, /* per packet */
	XSKPKT_NIC_METADATA = 16,      /* that packets can have */
	XSKPKT_NIC_PROGRAM = 17,       /* the XDP program attached */
	XSKPKT_NIC_PROGRAM_NAME = 18,  /* needs CAP_SYS_ADMIN */
	XSKPKT_NIC_NAPI = 19,          /* of the queues */
	XSKPKT_NIC_IRQ = 20,           /* of the queues */
	XSKPKT_NIC_AFFINITY = 21,      /* of the IRQs */
	XSKPKT_NIC_TAKEN = 22,         /* does an AF_XDP socket hold a queue? */
	XSKPKT_NIC_NAPI_SETTINGS = 23, /* when it polls, when it interrupts */
	XSKPKT_NIC_FACTS = 24,         /* how many there are */
};

/* xskpkt_nic_opts.netns_fd is meant. */
#define XSKPKT_NIC_NETNS_FD (1u << 0)

struct xskpkt_nic_opts {
	size_t size;       /* sizeof(struct xskpkt_nic_opts) */
	const char *netns; /* path of a network namespace; NULL: this */
	int32_t netns_fd;  /* the same by descriptor; stays yours */
	uint32_t flags;    /* XSKPKT_NIC_NETNS_FD */
};

/**
 * xskpkt_nic_query() - ask for all facts about an interface
 * @ret:    the facts, as they are now; xskpkt_nic_free() them
 * @ifname: the interface
 * @opts:   where it is; NULL: in this thread's network namespace
 *
 * What cannot be had is unknown, and is no failure. Facts are never those of
 * an interface of the same name in another network namespace.
 *
 * Return: 0, or -EINVAL, -ENODEV (no such interface), -ENOMEM, -EPERM (a
 * namespace may not be entered), or what the kernel said.
 * Threads: any.
 */
XSKPKT_API int xskpkt_nic_query(struct xskpkt_nic **ret, const char *ifname,
				const struct xskpkt_nic_opts *opts);

/**
 * xskpkt_nic_free() - let go of the facts
 * @nic: the facts, or NULL; all that was got from them ends with them
 *
 * Threads: no other thread may use @nic any more.
 */
XSKPKT_API void xskpkt_nic_free(struct xskpkt_nic *nic);

/**
 * xskpkt_nic_unknown() - why is a fact not known?
 * @nic:  the facts
 * @fact: enum xskpkt_nic_fact
 *
 * Return: a sentence, or NULL: it is known, at least in part. It lives as long
 * as @nic. Threads: any.
 */
XSKPKT_API const char *xskpkt_nic_unknown(const struct xskpkt_nic *nic,
					  uint32_t fact);

/* The kinds of traffic whose hash fields are told. */
enum xskpkt_nic_flow {
	XSKPKT_NIC_TCP4 = 0,
	XSKPKT_NIC_UDP4 = 1,
	XSKPKT_NIC_TCP6 = 2,
	XSKPKT_NIC_UDP6 = 3,
	XSKPKT_NIC_FLOWS = 4, /* how many there are */
};

/* Bits of xskpkt_nic_info.offloads: those that matter to XDP and AF_XDP. */
enum xskpkt_nic_offload {
	XSKPKT_NIC_RX_GRO = 0,
	XSKPKT_NIC_RX_GRO_HW = 1,
	XSKPKT_NIC_RX_GRO_LIST = 2,
	XSKPKT_NIC_RX_LRO = 3,
	XSKPKT_NIC_RX_CHECKSUM = 4,
	XSKPKT_NIC_RX_VLAN = 5, /* takes tags off */
	XSKPKT_NIC_RX_HASH = 6,
	XSKPKT_NIC_RX_NTUPLE = 7,
	XSKPKT_NIC_TX_GSO = 8,
	XSKPKT_NIC_TX_TSO = 9,
	XSKPKT_NIC_TX_USO = 10,
	XSKPKT_NIC_TX_CHECKSUM_IP4 = 11,
	XSKPKT_NIC_TX_CHECKSUM_IP6 = 12,
	XSKPKT_NIC_TX_CHECKSUM_ANY = 13,
	XSKPKT_NIC_TX_VLAN = 14, /* puts tags on */
	XSKPKT_NIC_HW_TC = 15,
	XSKPKT_NIC_OFFLOADS_MAX = 16, /* how many there are */
};

/* How an XDP program is attached. */
enum xskpkt_nic_program {
	XSKPKT_NIC_PROGRAM_NONE = 0,
	XSKPKT_NIC_PROGRAM_NATIVE = 1,
	XSKPKT_NIC_PROGRAM_GENERIC = 2,
	XSKPKT_NIC_PROGRAM_OFFLOADED = 3,
};

/* Numbers that are signed are -1 when they are unknown; others are 0, and
 * texts "". Pointers live as long as the facts. */
struct xskpkt_nic_info {
	size_t size;     /* sizeof(struct xskpkt_nic_info), set by you */
	char ifname[16]; /* its own name */
	char driver[32];
	char bus[32];     /* such as "0000:01:00.0" */
	uint32_t ifindex; /* in its namespace */
	uint32_t mtu;
	uint32_t rx_queues;     /* in use */
	uint32_t tx_queues;     /* likewise */
	uint32_t up;            /* 1: set up */
	uint32_t carrier;       /* 1: the link is there */
	uint32_t speed;         /* Mbit/s */
	int32_t node;           /* NUMA node of the device */
	const char *local_cpus; /* near it, such as "0-7,16-23" */

	uint32_t pcie_lanes;
	uint32_t pcie_lanes_max; /* what the device can do */
	uint32_t pcie_speed;     /* MT/s per lane */
	uint32_t pcie_speed_max;

	uint32_t channels_rx;
	uint32_t channels_tx;
	uint32_t channels_combined;
	uint32_t channels_other;
	uint32_t channels_rx_max;
	uint32_t channels_tx_max;
	uint32_t channels_combined_max;
	uint32_t channels_other_max;

	uint32_t ring_rx; /* entries of the NIC's own rings */
	uint32_t ring_tx;
	uint32_t ring_rx_max;
	uint32_t ring_tx_max;

	int32_t rx_usecs; /* coalescing of interrupts */
	int32_t rx_frames;
	int32_t tx_usecs;
	int32_t tx_frames;
	int32_t adaptive_rx; /* 0, 1 */
	int32_t adaptive_tx; /* 0, 1 */

	uint32_t rss_entries;
	uint32_t rss_key_size;
	const uint32_t *rss_table; /* rss_entries queue numbers */
	const uint8_t *rss_key;    /* rss_key_size bytes; may be NULL */
	int32_t hash_fields[4];    /* by enum xskpkt_nic_flow: RXH_... */

	uint32_t offloads;            /* on: 1 << enum xskpkt_nic_offload */
	uint32_t offloads_changeable; /* that can be switched */

	uint64_t xdp_features;  /* enum netdev_xdp_act */
	uint64_t rx_metadata;   /* enum netdev_xdp_rx_metadata */
	uint64_t tx_metadata;   /* enum netdev_xsk_flags */
	uint32_t zerocopy_bufs; /* per packet in zero-copy mode */

	uint32_t program_id;   /* of the XDP program attached */
	char program_name[16]; /* "" also: the kernel does not tell */
	uint32_t program_mode; /* enum xskpkt_nic_program */
	uint32_t dispatcher;   /* 1: the program is libxdp's dispatcher */
};

/**
 * xskpkt_nic_info() - what is true of the interface
 * @nic: the facts
 * @ret: filled; its size field says how much of it you know
 *
 * Return: 0, or -EINVAL. Threads: any.
 */
XSKPKT_API int xskpkt_nic_info(const struct xskpkt_nic *nic,
			       struct xskpkt_nic_info *ret);

/**
 * xskpkt_nic_offload_name() - the name of an offload
 * @offload: enum xskpkt_nic_offload
 *
 * Return: the kernel's name for it, which 'ethtool -K' knows; NULL: there is
 * no such offload. Threads: any.
 */
XSKPKT_API const char *xskpkt_nic_offload_name(uint32_t offload);

/* What serves a direction of a queue. Made by the library only, so it may
 * grow. -1, 0 and "" are unknown, as above. */
struct xskpkt_nic_vector {
	uint32_t napi;               /* its id */
	int32_t irq;                 /* its number */
	const char *irq_name;        /* in /proc/interrupts */
	const char *affinity;        /* CPUs asked for, such as "0-3" */
	const char *effective;       /* those that it has: mostly one */
	int32_t cpu;                 /* the one that it lands on */
	int32_t node;                /* the NUMA node of that CPU */
	int32_t threaded;            /* 0, 1; 2: its thread polls busily */
	uint32_t thread;             /* pid of its kernel thread; 0: none */
	int64_t defer_hard_irqs;     /* empty polls before IRQs are back */
	int64_t gro_flush_timeout;   /* ns */
	int64_t irq_suspend_timeout; /* ns */
};

struct xskpkt_nic_queue {
	size_t size; /* sizeof(struct xskpkt_nic_queue), set by you */
	uint32_t id;
	int32_t taken;       /* 1: an AF_XDP socket holds it; -1: unknown */
	int32_t rss_entries; /* of the table that lead to it; -1: unknown */
	uint32_t reserved;   /* 0 */
	const struct xskpkt_nic_vector *rx; /* NULL: it does not receive */
	const struct xskpkt_nic_vector *tx; /* NULL: it does not send; the same
					       pointer as rx: one for both */
};

/**
 * xskpkt_nic_queue_count() - how many queues it has
 *
 * Return: the larger of rx_queues and tx_queues. Threads: any.
 */
XSKPKT_API unsigned xskpkt_nic_queue_count(const struct xskpkt_nic *nic);

/**
 * xskpkt_nic_queue_info() - what is true of a queue
 * @nic: the facts
 * @i:   0 to xskpkt_nic_queue_count() - 1; also its id
 * @ret: filled; its size field says how much of it you know
 *
 * Return: 0, or -EINVAL. Threads: any.
 */
XSKPKT_API int xskpkt_nic_queue_info(const struct xskpkt_nic *nic, unsigned i,
				     struct xskpkt_nic_queue *ret);

/* In place of a count that nobody tells. */
#define XSKPKT_NIC_UNCOUNTED UINT64_MAX

/* Who has counted. */
enum xskpkt_nic_counter {
	XSKPKT_NIC_COUNTS_NONE = 0,
	XSKPKT_NIC_COUNTS_NETLINK = 1, /* the kernel, in one way for all NICs */
	XSKPKT_NIC_COUNTS_ETHTOOL = 2, /* the driver, under names of its own */
};

/* Since the driver was loaded, or the interface made; some NICs begin anew when
 * they are reset. */
struct xskpkt_nic_counts {
	size_t size; /* sizeof(struct xskpkt_nic_counts), set by you */
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t rx_drops; /* there was no room for them */
	uint64_t tx_packets;
	uint64_t tx_bytes;
	uint64_t tx_drops;
	uint32_t source;   /* enum xskpkt_nic_counter */
	uint32_t reserved; /* 0 */
};

/**
 * xskpkt_nic_count() - what an interface has carried until now
 * @nic:    its facts
 * @whole:  filled: all of the interface
 * @queues: @n of them, filled: the first queues; each with its size set
 * @n:      0 to xskpkt_nic_queue_count()
 *
 * Asked anew each time, in this thread's network namespace, which has to be
 * that of the facts. What the kernel and the driver do not tell is
 * XSKPKT_NIC_UNCOUNTED. Queues need not add up to the whole: some drivers count
 * only some packets for each of them.
 *
 * Return: 0, or -EINVAL, -ENODEV (the interface is gone), -ENOMEM, or what the
 * kernel said. Threads: any.
 */
XSKPKT_API int xskpkt_nic_count(const struct xskpkt_nic *nic,
				struct xskpkt_nic_counts *whole,
				struct xskpkt_nic_counts *queues, unsigned n);

#ifdef __cplusplus
}
#endif
#endif
