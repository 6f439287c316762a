// SPDX-License-Identifier: BSD-2-Clause
/* unit.c: what the unit tests share */
#include <stdlib.h>

#include "unit.h"

#ifdef __has_feature
#define THREADS_WATCHED __has_feature(thread_sanitizer)
#elif defined(__SANITIZE_THREAD__)
#define THREADS_WATCHED 1
#else
#define THREADS_WATCHED 0
#endif

static void stop(void *arg)
{
	struct fake_kernel *k = arg;

	books(k->pool);
	fake_kernel_stop(k);
}

struct fake_kernel *start(const struct fake_opts *opts)
{
	struct fake_kernel *k = fake_kernel_start(opts);

	test_at_end(stop, k);
	return k;
}

struct xskpkt_pool_books books(struct xskpkt_pool *pool)
{
	struct xskpkt_pool_books b = { .size = sizeof(b) };

	CHECK_OK(xskpkt_pool_audit(pool, &b));
	CHECK_EQ(b.free + b.filled + b.received + b.sending, b.all);
	return b;
}

struct xskpkt_stats stats(struct xskpkt_queue *q)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	CHECK_OK(xskpkt_queue_stats(q, &s));
	return s;
}

static void destroy(void *pool)
{
	xskpkt_pool_destroy(pool);
}

struct xskpkt_pool *make_pool(const struct xskpkt_pool_opts *opts)
{
	struct xskpkt_pool *pool;

	CHECK_OK(xskpkt_pool_create(&pool, opts));
	test_at_end(destroy, pool);
	return pool;
}

uint32_t frame_of(struct xskpkt_pool *pool, const struct xskpkt_pkt *pkt)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	size_t offset;

	CHECK_OK(xskpkt_pool_info(pool, &info));
	offset = (size_t)(pkt->data - (uint8_t *)info.base);
	CHECK(offset < (size_t)info.frames * info.frame_size);
	return (uint32_t)(offset / info.frame_size);
}

void make_packets(struct xskpkt_queue *q, struct xskpkt_pkt *pkts, unsigned n,
		  uint32_t len)
{
	CHECK_EQ(xskpkt_queue_alloc(q, pkts, n), n);
	for (unsigned i = 0; i < n; i++)
		pkts[i].len = len;
}

uint64_t chance(uint64_t *state)
{
	/* Steele and Vigna's splitmix64. */
	uint64_t x = *state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

uint64_t rounds(const char *name, uint64_t otherwise)
{
	return setting(name, THREADS_WATCHED ? otherwise / 10 : otherwise);
}
