// SPDX-License-Identifier: BSD-2-Clause
/* cache.c: free frames on their way between the queues' caches and the pool */
#include <errno.h>

#include "log.h"
#include "pool.h"

/*
 * Stacks of blocks. The top is popped and pushed with one compare-and-swap;
 * the tag in its upper half changes each time, so that a top that was popped
 * and pushed again in between is not taken for the same.
 */

/* How many blocks the stack has whose top is or was @top. */
static uint32_t stack_height(const struct xskpkt_pool *pool, uint64_t top)
{
	uint32_t number = (uint32_t)top;

	return number ? atomic_load_explicit(&pool->blocks[number - 1].height,
					     memory_order_acquire)
		      : 0;
}

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
	uint64_t top = atomic_load_explicit(stack, memory_order_acquire);
	uint64_t number = (uint64_t)(b - pool->blocks) + 1;

	do {
		atomic_store_explicit(&b->below, (uint32_t)top,
				      memory_order_relaxed);
		atomic_store_explicit(&b->height, stack_height(pool, top) + 1,
				      memory_order_relaxed);
	} while (!atomic_compare_exchange_weak_explicit(
		stack, &top, number | ((top >> 32) + 1) << 32,
		memory_order_acq_rel, memory_order_acquire));
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
	memcpy(c->frames + c->head + c->count,
	       pool->remainder + pool->remainder_count, n * sizeof(uint64_t));
	pthread_mutex_unlock(&pool->lock);
	c->count += n;
}

/* Back to the start of the array. It has twice the room: that is seldom. */
cold void cache_rewind(struct cache *c)
{
	memmove(c->frames, c->frames + c->head, c->count * sizeof(uint64_t));
	c->head = 0;
}

cold void cache_fetch(struct cache *c, uint32_t want)
{
	struct xskpkt_pool *pool = c->pool;
	struct block *b;

	if (c->head > CACHE_SLOTS - CACHE_FRAMES)
		cache_rewind(c);
	while (c->count < want && c->count <= CACHE_STOCK_MAX) {
		b = stack_pop(pool, &pool->full);
		if (!b) {
			fetch_remainder(c);
			return;
		}
		memcpy(c->frames + c->head + c->count, b->frames,
		       sizeof(b->frames));
		stack_push(pool, &pool->empty, b);
		c->count += BLOCK_FRAMES;
	}
}

/* The eldest go. */
cold void cache_spill(struct cache *c)
{
	struct xskpkt_pool *pool = c->pool;
	struct block *b;

	/* There are blocks for all frames and for all threads in between. */
	do
		b = stack_pop(pool, &pool->empty);
	while (!b);
	memcpy(b->frames, cache_take(c, BLOCK_FRAMES), sizeof(b->frames));
	stack_push(pool, &pool->full, b);
}

/*
 * Counted on the way, a thread would wait for the others at every block. The
 * block on top may go to the other stack while we look at its height: the tag
 * of the top tells.
 */
uint32_t pool_free(const struct xskpkt_pool *pool)
{
	uint64_t top, again;
	uint32_t height;

	again = atomic_load_explicit(&pool->full, memory_order_acquire);
	do {
		top = again;
		height = stack_height(pool, top);
		again = atomic_load_explicit(&pool->full, memory_order_acquire);
	} while (again != top);
	return height * BLOCK_FRAMES + count_get(&pool->remainder_count);
}

void pool_give(struct xskpkt_pool *pool, uint64_t address)
{
	struct block *b;

	if (pool->remainder_count == BLOCK_FRAMES) {
		b = stack_pop(pool, &pool->empty);
		memcpy(b->frames, pool->remainder, sizeof(b->frames));
		stack_push(pool, &pool->full, b);
		pool->remainder_count = 0;
	}
	pool->remainder[pool->remainder_count++] = address;
}

void pool_add_blocks(struct xskpkt_pool *pool, struct block *blocks, uint32_t n)
{
	pool->blocks = blocks;
	for (uint32_t i = n; i-- > 0;)
		stack_push(pool, &pool->empty, &blocks[i]);
}

/* Caches */

static bool place_taken(const struct xskpkt_pool *pool, uint32_t owner)
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
		pool_give(c->pool, frame_address(f, i));
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
		pool_give(pool, *cache_take(c, 1));
	pool->double_free += c->double_free;
	pool->foreign += c->foreign;
	pool->bad_completions += c->bad_completions;
	pool->bad_receives += c->bad_receives;
	unlink_cache(c);
	pthread_mutex_unlock(&pool->lock);
	c->pool = NULL;
}
