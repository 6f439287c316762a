/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h: an interface, opened for packets.
 *
 * Opening binds one AF_XDP socket to each queue, puts them into the XSKMAP
 * and attaches the XDP program that steers packets there. For each queue the
 * best mode that the policy allows is tried first, and what the kernel gave is
 * read back from it:
 *
 *   XSKPKT_MODE_ZEROCOPY   the NIC reads and writes the frames itself
 *   XSKPKT_MODE_COPY       native XDP; the kernel copies once each way
 *   XSKPKT_MODE_GENERIC    XDP on the kernel's packet buffers; works anywhere
 */
#ifndef XSKPKT_PORT_H
#define XSKPKT_PORT_H

#include <stddef.h>
#include <stdint.h>

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xskpkt_pool;
struct xskpkt_port;
struct xskpkt_queue;

enum xskpkt_mode {
	XSKPKT_MODE_AUTO = 0, /* policy only: the best that can be had */
	XSKPKT_MODE_ZEROCOPY = 1,
	XSKPKT_MODE_COPY = 2,
	XSKPKT_MODE_GENERIC = 3,
};

/* What the interface is good for right now. */
enum xskpkt_state {
	XSKPKT_STATE_UP = 0,
	XSKPKT_STATE_DOWN = 1, /* set down or no carrier; resumes by itself */
	XSKPKT_STATE_GONE = 2, /* deleted or moved away: close, open anew */
};

/* Receive only: no TX rings. */
#define XSKPKT_PORT_RX_ONLY (1u << 0)
/* Send only: no RX rings; the kernel keeps all that arrives. */
#define XSKPKT_PORT_TX_ONLY (1u << 1)
/* Packets of several buffers (XDP_USE_SG, Linux 6.6): jumbo frames. */
#define XSKPKT_PORT_MULTI_BUFFER (1u << 2)
/* xskpkt_port_opts.netns_fd is meant. */
#define XSKPKT_PORT_NETNS_FD (1u << 3)
/* The queue's thread polls the driver in place of interrupts (preferred busy
 * polling, Linux 5.11): for one-core rows of a plan, see plan.h. */
#define XSKPKT_PORT_BUSY_POLL (1u << 4)

/* Your own XDP program, in place of the library's. Give one of the three. */
enum xskpkt_program_kind {
	XSKPKT_PROGRAM_FD = 1,     /* prog_fd is attached, map_fd filled */
	XSKPKT_PROGRAM_OBJECT = 2, /* loaded from a file, attached, filled */
	XSKPKT_PROGRAM_MAP = 3,    /* map_fd is filled; nothing is attached */
};

struct xskpkt_program {
	size_t size;        /* sizeof(struct xskpkt_program) */
	uint32_t kind;      /* enum xskpkt_program_kind */
	int32_t prog_fd;    /* FD: a loaded XDP program; stays yours */
	int32_t map_fd;     /* FD, MAP: an XSKMAP; stays yours */
	uint32_t reserved;  /* 0 */
	const char *object; /* OBJECT: path of an ELF file */
	const char *name;   /* OBJECT: the program's name in it */
	const char *map;    /* OBJECT: the XSKMAP's name in it */
};

struct xskpkt_port_opts {
	size_t size;            /* sizeof(struct xskpkt_port_opts) */
	uint32_t mode;          /* enum xskpkt_mode; the policy */
	uint32_t flags;         /* XSKPKT_PORT_... */
	const uint32_t *queues; /* ids of the queues to open; NULL: all */
	uint32_t queue_count;   /* entries in @queues */
	uint32_t rx_ring;       /* entries, a power of two; 0: 1024 */
	uint32_t tx_ring;       /* entries, a power of two; 0: 1024 */
	uint32_t fill_ring;     /* a power of two; 0: what the driver needs */
	const char *netns;      /* path of a network namespace; NULL: this */
	int32_t netns_fd;       /* the same by descriptor; stays yours */
	uint32_t reserved;      /* 0 */
	const struct xskpkt_program *program; /* NULL: the library's */
};

/**
 * xskpkt_port_open() - open an interface for packets
 * @ret:    the port
 * @ifname: the interface
 * @pool:   where its frames come from; the port holds on to it
 * @opts:   how; NULL: every queue, both directions, best mode
 *
 * A program of somebody else on the interface stays; the call then fails with
 * -EBUSY and names it. A queue that was closed a moment ago is waited for, up
 * to a second.
 *
 * Return: 0, or -EINVAL, -ENODEV (no such interface), -ENOENT (no such object
 * file, program or map), -EPERM (a capability is missing), -EBUSY (a queue or
 * the interface is taken), -EOPNOTSUPP (the mode asked for cannot be had),
 * -ENOBUFS (memlock limit, or the pool is too small), -ENOMEM, or what the
 * kernel said.
 * Threads: any.
 */
XSKPKT_API int xskpkt_port_open(struct xskpkt_port **ret, const char *ifname,
				struct xskpkt_pool *pool,
				const struct xskpkt_port_opts *opts);

/**
 * xskpkt_port_close() - close a port
 * @port: the port, or NULL
 *
 * Frames that its rings held return to the pool. Frames of packets that you
 * still own stay yours: give them to another queue of the pool.
 *
 * Threads: no other thread may use @port or its queues any more.
 */
XSKPKT_API void xskpkt_port_close(struct xskpkt_port *port);

/**
 * xskpkt_port_queues() - how many queues are open
 *
 * Threads: any.
 */
XSKPKT_API unsigned xskpkt_port_queues(const struct xskpkt_port *port);

/**
 * xskpkt_port_queue() - one of the open queues
 * @port: the port
 * @i:    0 to xskpkt_port_queues() - 1, in the order asked for
 *
 * Return: the queue; it lives as long as the port. NULL when @i is too large.
 * Threads: any.
 */
XSKPKT_API struct xskpkt_queue *
xskpkt_port_queue(const struct xskpkt_port *port, unsigned i);

/**
 * xskpkt_port_queue_array() - all the open queues, to wait for or to serve
 *
 * Return: an array of xskpkt_port_queues() pointers, which lives as long as
 * the port.
 * Threads: any.
 */
XSKPKT_API struct xskpkt_queue *const *
xskpkt_port_queue_array(const struct xskpkt_port *port);

/**
 * xskpkt_port_state() - is the interface up, down or gone?
 * @port: the port
 *
 * The kernel's poll() does not tell, so ask: now and then in a loop that
 * spins; xskpkt_queue_wait() returns early when it changes. One system call
 * that does not block.
 *
 * Return: enum xskpkt_state; when it is not up, xskpkt_errmsg() says why.
 * Threads: any.
 */
XSKPKT_API enum xskpkt_state xskpkt_port_state(struct xskpkt_port *port);

struct xskpkt_port_info {
	size_t size;         /* sizeof(struct xskpkt_port_info), set by you */
	char ifname[16];     /* as opened */
	char driver[32];     /* "" when unknown */
	uint32_t ifindex;    /* in its namespace */
	uint32_t mtu;        /* when it was opened */
	uint32_t rx_queues;  /* that the interface has */
	uint32_t tx_queues;  /* likewise */
	uint32_t queues;     /* that are open */
	uint32_t mode;       /* enum xskpkt_mode: the least of its queues' */
	uint32_t program_id; /* the kernel's; 0: none of ours attached */
	uint32_t dispatcher; /* 1: it runs inside a libxdp dispatcher */
	uint32_t zerocopy_bufs; /* per packet in zero-copy; 0: unknown */
	int32_t node;           /* the NIC's NUMA node; -1: unknown */
	uint64_t xdp_features;  /* enum netdev_xdp_act; 0: unknown */
};

/**
 * xskpkt_port_info() - what was opened
 * @port: the port
 * @ret:  filled; its size field says how much of it you know
 *
 * Return: 0, or -EINVAL. Threads: any.
 */
XSKPKT_API int xskpkt_port_info(const struct xskpkt_port *port,
				struct xskpkt_port_info *ret);

#ifdef __cplusplus
}
#endif
#endif
