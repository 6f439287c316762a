// SPDX-License-Identifier: BSD-2-Clause
/* pool.c: the free frames, between the caches of the queues */
#include <errno.h>
#include <stdlib.h>

#include "log.h"
#include "opts.h"
#include "pool.h"
#include "sys.h"

/*
 * Stacks of blocks. The top is popped and pushed with one compare-and-swap;
 * the tag in its upper half changes each time, so that a top that was popped
 * and pushed again in between is not taken for the same.
 */

static struct block *stack_pop(struct xskpkt_pool *pool, block_stack *stack)
{
	uint64_t top = atomic_load_explicit(stack, memory_order_acquire);
	struct block *b;
	uint64_t below;

	do {
		if (!(uint32_t)top)
			return NULL;
		b = &pool->blocks[(uint32_t)top - 1];
		below = atomic_load_explicit(&b->below, memory_order_relaxed);
		below |= ((top >> 32) + 1) << 32;
	} while (!atomic_compare_exchange_weak_explicit(stack, &top, below,
							memory_order_acquire,
							memory_order_acquire));
	return b;
}

static void stack_push(struct xskpkt_pool *pool, block_stack *stack,
		       struct block *b)
{
	uint64_t top = atomic_load_explicit(stack, memory_order_relaxed);
	uint64_t number = (uint64_t)(b - pool->blocks) + 1;

	do {
		atomic_store_explicit(&b->below, (uint32_t)top,
				      memory_order_relaxed);
	} while (!atomic_compare_exchange_weak_explicit(
		stack, &top, number | ((top >> 32) + 1) << 32,
		memory_order_release, memory_order_relaxed));
}

/* Less than a block, when the stack is empty. */
static void fetch_remainder(struct cache *c)
{
	struct xskpkt_pool *pool = c->pool;
	uint32_t n;

	if (!count_get(&pool->remainder_count))
		return;
	pthread_mutex_lock(&pool->lock);
	n = min_u32(pool->remainder_count, CACHE_FRAMES - c->count);
	pool->remainder_count -= n;
	memcpy(c->frames + c->count, pool->remainder + pool->remainder_count,
	       n * sizeof(uint64_t));
	pthread_mutex_unlock(&pool->lock);
	atomic_fetch_sub_explicit(&pool->free, n, memory_order_relaxed);
	c->count += n;
}

cold void cache_fetch(struct cache *c, uint32_t want)
{
	struct xskpkt_pool *pool = c->pool;
	struct block *b;

	while (c->count < want && c->count <= CACHE_FRAMES - BLOCK_FRAMES) {
		b = stack_pop(pool, &pool->full);
		if (!b) {
			fetch_remainder(c);
			return;
		}
		memcpy(c->frames + c->count, b->frames, sizeof(b->frames));
		stack_push(pool, &pool->empty, b);
		atomic_fetch_sub_explicit(&pool->free, BLOCK_FRAMES,
					  memory_order_relaxed);
		c->count += BLOCK_FRAMES;
	}
}

/* The hot end goes: another queue of the same thread takes it up at once. */
cold void cache_spill(struct cache *c)
{
	struct xskpkt_pool *pool = c->pool;
	struct block *b;

	/* There are blocks for all frames and for all threads in between. */
	do
		b = stack_pop(pool, &pool->empty);
	while (!b);
	c->count -= BLOCK_FRAMES;
	memcpy(b->frames, c->frames + c->count, sizeof(b->frames));
	stack_push(pool, &pool->full, b);
	atomic_fetch_add_explicit(&pool->free, BLOCK_FRAMES,
				  memory_order_relaxed);
}

/* One frame more than the stacks can tell. Caller holds the lock. */
static void give_one(struct xskpkt_pool *pool, uint64_t address)
{
	struct block *b;

	if (pool->remainder_count == BLOCK_FRAMES) {
		b = stack_pop(pool, &pool->empty);
		memcpy(b->frames, pool->remainder, sizeof(b->frames));
		stack_push(pool, &pool->full, b);
		pool->remainder_count = 0;
	}
	pool->remainder[pool->remainder_count++] = address;
	atomic_fetch_add_explicit(&pool->free, 1, memory_order_relaxed);
}

/* Caches */

static bool place_taken(const struct xskpkt_pool *pool, uint16_t owner)
{
	for (const struct cache *c = pool->caches; c; c = c->next)
		if (c->owner == owner)
			return true;
	return false;
}

int cache_open(struct cache *c, struct xskpkt_pool *pool)
{
	uint32_t place = 0;
	int err = 0;

	*c = (struct cache){ .pool = pool };
	pthread_mutex_lock(&pool->lock);
	while (place < FRAME_OWNERS_MAX &&
	       place_taken(pool, FRAME_OWNER(place)))
		place++;
	if (place == FRAME_OWNERS_MAX) {
		c->pool = NULL;
		err = fail(-ENOSPC, "pool: %u queues share it already",
			   FRAME_OWNERS_MAX);
	} else {
		c->owner = FRAME_OWNER(place);
		c->next = pool->caches;
		pool->caches = c;
	}
	pthread_mutex_unlock(&pool->lock);
	return err;
}

/* The socket is gone: what the kernel still had of this queue is ours again. */
static void reclaim(struct cache *c)
{
	const struct frames *f = &c->pool->frames;
	uint32_t left = c->filled + c->sending;
	uint32_t i = 0;

	for (; left; left--, i++) {
		i = frame_reclaim(f, c->owner, i);
		if (i == f->count)
			break;
		give_one(c->pool, frame_address(f, i));
	}
}

static void unlink_cache(struct cache *c)
{
	struct cache **at = &c->pool->caches;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
}

void cache_close(struct cache *c)
{
	struct xskpkt_pool *pool = c->pool;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	reclaim(c);
	while (c->count)
		give_one(pool, c->frames[--c->count]);
	pool->double_free += c->double_free;
	pool->foreign += c->foreign;
	pool->bad_completions += c->bad_completions;
	pool->bad_receives += c->bad_receives;
	unlink_cache(c);
	pthread_mutex_unlock(&pool->lock);
	c->pool = NULL;
}

/* Creation */

#define FRAME_SIZE_DEFAULT 4096
#define FRAME_SIZE_MIN 2048
#define FRAME_SIZE_MAX 4096
/* 16 TiB of frames; keeps every product of number and size within 64 bits. */
#define FRAMES_MAX (1u << 31)
/* Behind the packet the kernel keeps 320 + 128 bytes. */
#define KERNEL_OVERHEAD (KERNEL_HEADROOM + 320 + 128)

static int check_frame_size(const struct xskpkt_pool_opts *o)
{
	if (o->frame_size < FRAME_SIZE_MIN || o->frame_size > FRAME_SIZE_MAX)
		return fail(-EINVAL,
			    "pool: frame_size %u: the kernel takes %d to %d",
			    o->frame_size, FRAME_SIZE_MIN, FRAME_SIZE_MAX);
	if (!(o->flags & XSKPKT_POOL_UNALIGNED) &&
	    !is_power_of_two(o->frame_size))
		return fail(-EINVAL,
			    "pool: frame_size %u: give 2048 or 4096, or "
			    "XSKPKT_POOL_UNALIGNED for sizes between them",
			    o->frame_size);
	if (o->headroom > o->frame_size - KERNEL_OVERHEAD)
		return fail(-EINVAL,
			    "pool: headroom %u: a frame of %u bytes has room "
			    "for at most %u, the rest is the kernel's",
			    o->headroom, o->frame_size,
			    o->frame_size - KERNEL_OVERHEAD);
	return 0;
}

static int check_opts(const struct xskpkt_pool_opts *o)
{
	const uint32_t known = XSKPKT_POOL_UNALIGNED | XSKPKT_POOL_SHAREABLE |
			       XSKPKT_POOL_ON_NODE;

	if (o->flags & ~known)
		return fail(-EINVAL, "pool: flags 0x%x: not known are 0x%x",
			    o->flags, o->flags & ~known);
	if (o->pages > XSKPKT_PAGES_1G)
		return fail(-EINVAL, "pool: pages %u: not an xskpkt_pages",
			    o->pages);
	if (o->pages == XSKPKT_PAGES_THP && o->flags & XSKPKT_POOL_SHAREABLE)
		return fail(-EINVAL, "pool: transparent huge pages cannot be "
				     "shared: ask for 2 MiB or 4 KiB pages");
	if (o->frames > FRAMES_MAX)
		return fail(-EINVAL, "pool: frames %u: at most %u", o->frames,
			    FRAMES_MAX);
	if (!(o->flags & XSKPKT_POOL_ON_NODE) && o->node)
		return fail(-EINVAL,
			    "pool: node %u is given without "
			    "XSKPKT_POOL_ON_NODE",
			    o->node);
	if (o->node > 1023)
		return fail(-EINVAL, "pool: node %u: no machine has it",
			    o->node);
	return check_frame_size(o);
}

/* Every frame starts out free: in full blocks, and what is left over. */
static int build_blocks(struct xskpkt_pool *pool)
{
	const uint32_t in_between = 64; /* threads, each with a block in hand */
	uint32_t blocks = pool->frames.count / BLOCK_FRAMES + 1 + in_between;
	void *mem;
	int err;

	err = sys_alloc(&mem, blocks, sizeof(struct block));
	if (err)
		return fail(err, "pool: no memory for the books of %u frames",
			    pool->frames.count);
	pool->blocks = mem;
	for (uint32_t i = blocks; i-- > 0;)
		stack_push(pool, &pool->empty, &pool->blocks[i]);
	for (uint32_t i = pool->frames.count; i-- > 0;)
		give_one(pool, frame_address(&pool->frames, i));
	return 0;
}

static int build_states(struct xskpkt_pool *pool, uint32_t frames)
{
	const struct xskpkt_pool_opts *o = &pool->opts;
	void *state;
	int err;

	err = sys_alloc(&state, frames, sizeof(uint16_t));
	if (err)
		return fail(err, "pool: no memory for the states of %u frames",
			    frames);
	frames_init(&pool->frames, pool->umem.base, frames, o->frame_size,
		    KERNEL_HEADROOM + o->headroom,
		    o->flags & XSKPKT_POOL_UNALIGNED);
	pool->frames.state = state;
	return 0;
}

static void unback(struct xskpkt_pool *pool)
{
	free(pool->blocks);
	free(pool->frames.state);
	umem_unmap(&pool->umem);
	pool->blocks = NULL;
	pool->frames = (struct frames){ 0 };
}

/* Give the pool its memory. */
static int back(struct xskpkt_pool *pool, uint32_t frames, int node)
{
	const struct xskpkt_pool_opts *o = &pool->opts;
	int err;

	if (o->flags & XSKPKT_POOL_ON_NODE)
		node = (int)o->node;
	err = umem_map(&pool->umem, (size_t)frames * o->frame_size, o->pages,
		       node, o->flags & XSKPKT_POOL_SHAREABLE);
	if (!err)
		err = build_states(pool, frames);
	if (!err)
		err = build_blocks(pool);
	if (err) {
		unback(pool);
		return err;
	}
	log_info("pool: %u frames of %u bytes, %zu MiB on pages of kind %u",
		 frames, o->frame_size, pool->umem.length >> 20,
		 pool->umem.pages);
	return 0;
}

int xskpkt_pool_create(struct xskpkt_pool **ret,
		       const struct xskpkt_pool_opts *opts)
{
	struct xskpkt_pool *pool;
	struct xskpkt_pool_opts o;
	void *mem;
	int err;

	if (!ret)
		return fail(-EINVAL, "xskpkt_pool_create: ret is NULL");
	err = opts_take(&o, sizeof(o), opts, "xskpkt_pool_opts");
	if (err)
		return err;
	o.frame_size = o.frame_size ?: FRAME_SIZE_DEFAULT;
	err = check_opts(&o);
	if (!err)
		err = sys_alloc(&mem, 1, sizeof(*pool));
	if (err)
		return err;

	pool = mem;
	pool->opts = o;
	pool->references = 1;
	pool->umem.memfd = -1;
	pthread_mutex_init(&pool->lock, NULL);
	if (o.frames && o.flags & XSKPKT_POOL_ON_NODE)
		err = back(pool, o.frames, -1);
	if (err) {
		xskpkt_pool_destroy(pool);
		return err;
	}
	*ret = pool;
	return 0;
}

struct xskpkt_pool *pool_ref(struct xskpkt_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->references++;
	pthread_mutex_unlock(&pool->lock);
	return pool;
}

void xskpkt_pool_destroy(struct xskpkt_pool *pool)
{
	uint32_t left;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	left = --pool->references;
	pthread_mutex_unlock(&pool->lock);
	if (left)
		return;
	unback(pool);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

/* Caller holds the lock. */
static int promise(struct xskpkt_pool *pool, uint32_t frames, int node,
		   const char *who)
{
	uint64_t want = (uint64_t)pool->promised + frames;
	/* Room for this port, and for one more like it. */
	uint64_t size = pool->opts.frames ?: 2ull * frames;
	int err = 0;

	if (!pool->blocks && size <= FRAMES_MAX)
		err = back(pool, (uint32_t)size, node);
	if (err)
		return err;
	if (want > pool->frames.count)
		return fail(-ENOBUFS,
			    "%s: pool: %u frames cannot cover every ring: set "
			    "xskpkt_pool_opts.frames to %llu at least, or open "
			    "fewer queues or smaller rings",
			    who, pool->frames.count, (unsigned long long)want);
	pool->promised += frames;
	return 0;
}

int pool_promise(struct xskpkt_pool *pool, uint32_t frames, int node,
		 const char *who)
{
	int err;

	pthread_mutex_lock(&pool->lock);
	err = promise(pool, frames, node, who);
	pthread_mutex_unlock(&pool->lock);
	return err;
}

void pool_unpromise(struct xskpkt_pool *pool, uint32_t frames)
{
	pthread_mutex_lock(&pool->lock);
	pool->promised -= frames;
	pthread_mutex_unlock(&pool->lock);
}

int xskpkt_pool_info(const struct xskpkt_pool *pool,
		     struct xskpkt_pool_info *ret)
{
	struct xskpkt_pool_info info;
	/* The lock is the only thing in it that we change. */
	pthread_mutex_t *lock = (pthread_mutex_t *)&pool->lock;

	if (!pool)
		return fail(-EINVAL, "xskpkt_pool_info: pool is NULL");
	pthread_mutex_lock(lock);
	info = (struct xskpkt_pool_info){
		.base = pool->umem.base,
		.length = pool->umem.length,
		.frames = pool->frames.count,
		.frame_size = pool->opts.frame_size,
		.room = pool_room(pool),
		.headroom = pool->opts.headroom,
		.pages = pool->umem.pages,
		.node = pool->blocks ? pool->umem.node : -1,
		.memfd = pool->umem.memfd,
		.ports = pool->references - 1,
	};
	pthread_mutex_unlock(lock);
	return opts_give(ret, &info, sizeof(info), "xskpkt_pool_info");
}
