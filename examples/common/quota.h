/* SPDX-License-Identifier: BSD-2-Clause */
/* quota.h: --count: so many packets, by all threads together */
#ifndef COMMON_QUOTA_H
#define COMMON_QUOTA_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct quota {
	uint64_t count;       /* 0: without end */
	_Atomic int64_t left; /* that may still be asked for */
	_Atomic int64_t done;
};

static inline void quota_start(struct quota *q, uint64_t count)
{
	q->count = count;
	atomic_store(&q->left, (int64_t)count);
	atomic_store(&q->done, 0);
}

/* How many of @want are left: they are the caller's until quota_settle(). */
static inline unsigned quota_take(struct quota *q, unsigned want)
{
	int64_t left, got;

	if (__builtin_expect(!q->count, 1))
		return want;
	left = atomic_fetch_sub(&q->left, want);
	got = left < 0 ? 0 : left < want ? left : want;
	atomic_fetch_add(&q->left, want - got);
	return (unsigned)got;
}

/* Of @taken @done were used. True for whom completes the count. */
static inline bool quota_settle(struct quota *q, unsigned taken, unsigned done)
{
	int64_t before;

	if (__builtin_expect(!q->count, 1))
		return false;
	atomic_fetch_add(&q->left, (int64_t)taken - done);
	before = atomic_fetch_add(&q->done, done);
	return before < (int64_t)q->count && before + done >= (int64_t)q->count;
}

static inline bool quota_reached(struct quota *q)
{
	return q->count && atomic_load(&q->done) >= (int64_t)q->count;
}

#endif
