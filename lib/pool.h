/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.h: the free frames, shared by all queues of all ports. Layer 3.
 *
 *   queue --- cache (first in, first out; one thread, no atomics)
 *                |  256 frames at a time
 *   pool  --- stack of full blocks (lock-free)
 *                |  what is left over below 64, when a queue closes
 *             remainder (mutex)
 *
 * Frames leave a cache in the order they came, so that neighbours stay together
 * (wide.h). They are hot all the same: a cache has no more than it needs, and
 * the pool hands out first what it got last.
 */
#ifndef POOL_H
#define POOL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include <xskpkt/pool.h>

#include "compiler.h"
#include "frame.h"
#include "umem.h"

/*
 * Two blocks in a cache, so that taking and giving in turn do not bounce one
 * back and forth. A block costs four compare-and-swaps on its way from one
 * queue through the pool to another: at 64 frames that was a third of the time
 * of forwarding (bench_forward).
 */
#define BLOCK_FRAMES 256
#define CACHE_FRAMES (2 * BLOCK_FRAMES)
#define CACHE_SLOTS (2 * CACHE_FRAMES)
/* A cache that holds one frame less has room for a block more. */
#define CACHE_STOCK_MAX (CACHE_FRAMES - BLOCK_FRAMES)

struct block {
	_Alignas(CACHE_LINE) uint64_t frames[BLOCK_FRAMES];
	_Atomic uint32_t below;  /* next in its stack, as number + 1; 0: none */
	_Atomic uint32_t height; /* of the stack, from here down */
};

/*
 * Top of a stack of blocks: number + 1, and above it a tag that tells this top
 * from an older one that looks alike (ABA).
 */
typedef _Atomic uint64_t block_stack;

/* One queue's frames and books. Only the queue's thread writes. */
struct cache {
	struct xskpkt_pool *pool;
	uint32_t owner; /* FRAME_OWNER() of the queue */
	uint32_t count; /* free: frames[head] and what follows, eldest first */
	uint32_t head;
	_Atomic uint32_t filled, sending; /* frames of ours in the kernel */
	_Atomic uint64_t double_free, foreign;
	_Atomic uint64_t bad_completions, bad_receives;
	struct cache *next; /* of the same pool */
	uint64_t frames[CACHE_SLOTS];
};

struct xskpkt_pool {
	struct frames frames; /* read in every burst, so apart from what */
	struct block *blocks; /* other threads write */
	_Alignas(CACHE_LINE) block_stack full;
	_Alignas(CACHE_LINE) block_stack empty;

	_Alignas(CACHE_LINE) pthread_mutex_t lock; /* of all below */
	struct umem umem;
	struct xskpkt_pool_opts opts;
	uint32_t references; /* the creator's and the ports' */
	uint64_t promised;   /* frames that open ports may need at once */
	_Atomic uint32_t remainder_count;
	uint64_t remainder[BLOCK_FRAMES];
	struct cache *caches;
	uint64_t double_free, foreign;          /* of caches that are gone */
	uint64_t bad_completions, bad_receives; /* likewise */
};

struct xskpkt_pool *pool_ref(struct xskpkt_pool *pool);

/*
 * Be sure that there is memory, and that @frames of it are for one more port:
 * when nothing is mapped yet, map it on @node (-1: unknown). @who names the
 * port in the sentence. Undo with pool_unpromise().
 */
int pool_promise(struct xskpkt_pool *pool, uint64_t frames, int node,
		 const char *who);
void pool_unpromise(struct xskpkt_pool *pool, uint64_t frames);

/* cache.c: the empty blocks to start with; one more free frame. Under lock. */
void pool_add_blocks(struct xskpkt_pool *pool, struct block *blocks,
		     uint32_t n);
void pool_give(struct xskpkt_pool *pool, uint64_t address);

/* Free frames that are in no cache; soon another number. */
uint32_t pool_free(const struct xskpkt_pool *pool);

/* Open and close a queue's cache. Closing takes back what the queue had. */
int cache_open(struct cache *c, struct xskpkt_pool *pool);
void cache_close(struct cache *c);

/* Between cache and pool, slow path of the two calls below. */
void cache_fetch(struct cache *c, uint32_t want);
void cache_spill(struct cache *c);
void cache_rewind(struct cache *c);

/* How many of @want frames (at most CACHE_STOCK_MAX) can be taken now? */
static inline uint32_t cache_stock(struct cache *c, uint32_t want)
{
	if (unlikely(c->count < want))
		cache_fetch(c, want);
	return min_u32(c->count, want);
}

/* The @n eldest frames, after cache_stock() said that they are there. */
static inline const uint64_t *cache_take(struct cache *c, uint32_t n)
{
	const uint64_t *frames = c->frames + c->head;

	c->head += n;
	c->count -= n;
	return frames;
}

/* Room for up to BLOCK_FRAMES more; fill it, then cache_put() them. */
static inline uint64_t *cache_space(struct cache *c)
{
	if (unlikely(c->count > CACHE_STOCK_MAX))
		cache_spill(c);
	if (unlikely(c->head > CACHE_SLOTS - CACHE_FRAMES))
		cache_rewind(c);
	return c->frames + c->head + c->count;
}

static inline void cache_put(struct cache *c, uint32_t n)
{
	c->count += n;
}

/* The kernel keeps so many bytes before a received packet. */
#define KERNEL_HEADROOM 256

/* Most bytes that one entry of a received packet can have. */
static inline uint32_t pool_room(const struct xskpkt_pool *pool)
{
	return pool->opts.frame_size - KERNEL_HEADROOM - pool->opts.headroom;
}

/* A number that one thread writes and any may read. */
#define count_add(counter, n)                                                \
	atomic_store_explicit(                                               \
		(counter),                                                   \
		atomic_load_explicit((counter), memory_order_relaxed) + (n), \
		memory_order_relaxed)
#define count_get(counter) atomic_load_explicit((counter), memory_order_relaxed)

#endif
