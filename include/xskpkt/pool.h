/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.h: the frames, and who owns which.
 *
 * The pool is one piece of memory (the kernel calls it UMEM), cut into frames
 * of equal size. Any number of ports share it, so a packet goes from one
 * interface to another without a copy.
 *
 *   base                                                       base + length
 *    |  frame 0   |  frame 1   |  frame 2   |   ...   | frame N-1 |
 *                 /            \
 *                | 256 | headroom | packet ...        |
 *                  |     |          '- pkt.data starts here when received
 *                  |     '- yours to grow into (xskpkt_pool_opts.headroom)
 *                  '- the kernel's, while it owns the frame; yours as well
 *                     while you do
 *
 * DATA OWNERSHIP: at any moment a frame has exactly one owner.
 *
 *   free ---> filled ---> received ---> sending ---> free
 *   pool      kernel      you           kernel       pool
 *                            '-- drop ----------------^
 *
 *   free + filled + received + sending = all
 *
 * You own the frames of packets that xskpkt_queue_rx() or
 * xskpkt_queue_alloc() gave you, until xskpkt_queue_tx() or
 * xskpkt_queue_drop() takes them. What is given back twice, or was never
 * yours, is refused and counted; it never reaches the kernel or another queue.
 */
#ifndef XSKPKT_POOL_H
#define XSKPKT_POOL_H

#include <stddef.h>
#include <stdint.h>

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xskpkt_pool;

/* Pages the frames lie on. */
enum xskpkt_pages {
	XSKPKT_PAGES_AUTO = 0, /* the largest that serve: 1G, 2M, THP, 4K */
	XSKPKT_PAGES_4K = 1,   /* the machine's ordinary pages */
	XSKPKT_PAGES_THP = 2,  /* transparent huge pages */
	XSKPKT_PAGES_2M = 3,   /* reserved huge pages of 2 MiB */
	XSKPKT_PAGES_1G = 4,   /* reserved huge pages of 1 GiB */
};

/* Frames of any size from 2048 to 4096 bytes, packed without gaps. */
#define XSKPKT_POOL_UNALIGNED (1u << 0)
/* The memory is a memfd that other processes can map. */
#define XSKPKT_POOL_SHAREABLE (1u << 1)
/* xskpkt_pool_opts.node is meant: lay the frames there, or fail. */
#define XSKPKT_POOL_ON_NODE (1u << 2)

struct xskpkt_pool_opts {
	size_t size;         /* sizeof(struct xskpkt_pool_opts) */
	uint32_t frames;     /* 0: for the first port and one more like it */
	uint32_t frame_size; /* 0: 4096; or 2048; unaligned: 2048 to 4096 */
	uint32_t headroom;   /* bytes free before a received packet */
	uint32_t pages;      /* enum xskpkt_pages; anything but AUTO: or fail */
	uint32_t flags;      /* XSKPKT_POOL_... */
	uint32_t node;       /* NUMA node; with XSKPKT_POOL_ON_NODE */
};

/**
 * xskpkt_pool_create() - make a pool of frames
 * @ret:  the pool
 * @opts: how; NULL for the defaults
 *
 * With both frames and a node given the memory is there when the call
 * returns. Otherwise the first port that opens decides what was left open:
 * its NIC's node, and frames enough for every ring of that port and of one
 * more like it.
 *
 * Return: 0, or -EINVAL (an option is out of range), -ENOMEM (no such memory
 * to be had: pages, node or size), -EPERM.
 * Threads: any.
 */
XSKPKT_API int xskpkt_pool_create(struct xskpkt_pool **ret,
				  const struct xskpkt_pool_opts *opts);

/**
 * xskpkt_pool_destroy() - let go of a pool
 * @pool: the pool, or NULL
 *
 * Ports hold on to their pool: its memory goes when the last of them closes.
 *
 * Threads: any; no other call on @pool may follow.
 */
XSKPKT_API void xskpkt_pool_destroy(struct xskpkt_pool *pool);

struct xskpkt_pool_info {
	size_t size;         /* sizeof(struct xskpkt_pool_info), set by you */
	void *base;          /* first byte; NULL before there is memory */
	size_t length;       /* bytes */
	uint32_t frames;     /* how many; 0 before there is memory */
	uint32_t frame_size; /* from one frame to the next */
	uint32_t room;       /* most bytes one received entry can have */
	uint32_t headroom;   /* as asked for */
	uint32_t pages;      /* enum xskpkt_pages: what was got */
	int32_t node;        /* where the frames lie; -1: wherever */
	int32_t memfd;       /* to share, still ours; -1: not shareable */
	uint32_t ports;      /* that hold on to it now */
	uint32_t free;     /* frames in the pool, outside the queues' caches */
	uint32_t reserved; /* 0 */
};

/**
 * xskpkt_pool_info() - what a pool is made of
 * @pool: the pool
 * @ret:  filled; its size field says how much of it you know
 *
 * Return: 0, or -EINVAL. Threads: any.
 */
XSKPKT_API int xskpkt_pool_info(const struct xskpkt_pool *pool,
				struct xskpkt_pool_info *ret);

/* The books: where every frame is, and what was refused. */
struct xskpkt_pool_books {
	size_t size;          /* sizeof(struct xskpkt_pool_books), set by you */
	uint32_t all;         /* = free + filled + received + sending */
	uint32_t free;        /* in the pool, or in a queue's cache */
	uint32_t filled;      /* with the kernel, to receive into */
	uint32_t received;    /* yours: received or allocated, not given back */
	uint32_t sending;     /* with the kernel, to be sent */
	uint32_t reserved;    /* 0 */
	uint64_t double_free; /* given back or sent, but not yours (any more) */
	uint64_t foreign;     /* given back or sent, but not of this pool */
	uint64_t bad_completions; /* the kernel completed what it had not */
	uint64_t bad_receives;    /* the kernel received into what it had not */
};

/**
 * xskpkt_pool_audit() - count every frame, and prove that none is lost
 * @pool: the pool
 * @ret:  the books; filled whenever the result is 0 or -EUCLEAN
 *
 * Walks all frames and compares what their states say with what the pool,
 * the caches and the rings hold, counted on their own.
 *
 * Return: 0; -EUCLEAN when the books do not balance, with a sentence that
 * says where; -EINVAL.
 * Threads: no burst call may run on a queue of this pool meanwhile.
 */
XSKPKT_API int xskpkt_pool_audit(struct xskpkt_pool *pool,
				 struct xskpkt_pool_books *ret);

#ifdef __cplusplus
}
#endif
#endif
