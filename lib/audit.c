// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit.c: prove that every frame has one owner.
 *
 * The states of the frames say one thing; the stacks, the caches and the
 * queues' own counts, kept apart from them, must say the same.
 */
#include <errno.h>
#include <stdlib.h>

#include "log.h"
#include "opts.h"
#include "pool.h"
#include "sys.h"

/* What the free lists hold; each frame in one of them, and once. */
struct seen {
	const struct frames *frames;
	uint8_t *listed; /* one per frame */
	uint32_t free;
	int err;
};

static void list_one(struct seen *s, uint64_t address, const char *where)
{
	uint64_t number = frame_number(s->frames, address);

	if (s->err)
		return;
	if (number >= s->frames->count)
		s->err = fail(-EUCLEAN,
			      "pool: %s holds address 0x%llx, which "
			      "is outside",
			      where, (unsigned long long)address);
	else if (s->listed[number]++)
		s->err = fail(-EUCLEAN,
			      "pool: frame %llu is free twice, once "
			      "in %s",
			      (unsigned long long)number, where);
	else if (s->frames->state[number] != FRAME_FREE)
		s->err = fail(-EUCLEAN,
			      "pool: frame %llu lies in %s, but its "
			      "state is 0x%x",
			      (unsigned long long)number, where,
			      s->frames->state[number]);
	s->free++;
}

static void list_free(struct seen *s, struct xskpkt_pool *pool)
{
	uint32_t at = (uint32_t)pool->full;

	for (; at; at = pool->blocks[at - 1].below)
		for (uint32_t i = 0; i < BLOCK_FRAMES; i++)
			list_one(s, pool->blocks[at - 1].frames[i], "the pool");
	for (uint32_t i = 0; i < pool->remainder_count; i++)
		list_one(s, pool->remainder[i], "the pool's remainder");
	for (struct cache *c = pool->caches; c; c = c->next)
		for (uint32_t i = 0; i < c->count; i++)
			list_one(s, c->frames[c->head + i], "a queue's cache");
}

/* What the states say. */
static void count_states(const struct frames *f, struct xskpkt_pool_books *b)
{
	uint32_t count[4] = { 0 };

	for (uint32_t i = 0; i < f->count; i++)
		count[f->state[i] & FRAME_STATE_MASK]++;
	b->all = f->count;
	b->free = count[FRAME_FREE];
	b->received = count[FRAME_HELD];
	b->filled = count[FRAME_FILLED];
	b->sending = count[FRAME_SENDING];
}

static void count_odd(const struct xskpkt_pool *pool,
		      struct xskpkt_pool_books *b)
{
	b->double_free = pool->double_free;
	b->foreign = pool->foreign;
	b->bad_completions = pool->bad_completions;
	b->bad_receives = pool->bad_receives;
	for (const struct cache *c = pool->caches; c; c = c->next) {
		b->double_free += c->double_free;
		b->foreign += c->foreign;
		b->bad_completions += c->bad_completions;
		b->bad_receives += c->bad_receives;
	}
}

/* What was counted on its own, against what the states say. */
static int compare(const struct xskpkt_pool *pool,
		   const struct xskpkt_pool_books *b, uint32_t free)
{
	uint32_t filled = 0, sending = 0;

	for (const struct cache *c = pool->caches; c; c = c->next) {
		filled += c->filled;
		sending += c->sending;
	}
	if (b->free != free || b->filled != filled || b->sending != sending)
		return fail(-EUCLEAN,
			    "pool: the books do not balance: by their states "
			    "%u frames are free, %u filled, %u being sent; by "
			    "the counts %u, %u and %u",
			    b->free, b->filled, b->sending, free, filled,
			    sending);
	return 0;
}

/* Caller holds the lock. */
static int audit(struct xskpkt_pool *pool, struct xskpkt_pool_books *b)
{
	struct seen s = { .frames = &pool->frames };
	void *listed;
	int err;

	err = sys_alloc(&listed, pool->frames.count + 1, 1);
	if (err)
		return fail(err, "pool: no memory for an audit");
	s.listed = listed;
	list_free(&s, pool);
	count_states(&pool->frames, b);
	count_odd(pool, b);
	free(listed);
	return s.err ?: compare(pool, b, s.free);
}

int xskpkt_pool_audit(struct xskpkt_pool *pool, struct xskpkt_pool_books *ret)
{
	struct xskpkt_pool_books books = { 0 };
	int balance, err;

	if (!pool)
		return fail(-EINVAL, "xskpkt_pool_audit: pool is NULL");
	pthread_mutex_lock(&pool->lock);
	balance = audit(pool, &books);
	pthread_mutex_unlock(&pool->lock);
	if (balance && balance != -EUCLEAN)
		return balance;
	/* Keeps the sentence of an imbalance: opts_give() has none on success.
	 */
	err = opts_give(ret, &books, sizeof(books), "xskpkt_pool_books");
	return err ?: balance;
}
