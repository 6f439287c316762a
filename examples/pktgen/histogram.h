/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * histogram.h: how often each latency was seen, right to 1/64.
 *
 * A value below 128 ns has a bucket of its own. Above, each doubling is cut
 * into 64 buckets, so that a bucket is never wider than 1/64 of its values:
 *
 *	0 1 2 ... 127 | 128-129 ... 254-255 | 256-259 ... | ...  up to 2^40 ns
 *
 * Threads: one writes. Others may add it to a histogram of their own, or look
 * at it, while it is written: they see each value wholly or not yet.
 */
#ifndef PKTGEN_HISTOGRAM_H
#define PKTGEN_HISTOGRAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* 64 buckets in each doubling; up to 2^40 ns, which is 18 minutes. What is
 * longer counts as that. */
#define HISTOGRAM_BITS 6
#define HISTOGRAM_TOP 40
#define HISTOGRAM_BUCKETS \
	((HISTOGRAM_TOP - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

struct histogram {
	_Atomic uint64_t buckets[HISTOGRAM_BUCKETS];
	_Atomic uint64_t sum;
	_Atomic uint64_t max;
	_Atomic uint64_t min_inverted; /* ~min, so that all zero is empty */
};

/* The bucket of a value. */
static inline unsigned histogram_index(uint64_t ns)
{
	const uint64_t last = (1ull << HISTOGRAM_TOP) - 1;
	unsigned shift;

	if (ns > last)
		ns = last;
	if (ns < 2u << HISTOGRAM_BITS)
		return (unsigned)ns;
	shift = 63 - HISTOGRAM_BITS - (unsigned)__builtin_clzll(ns);
	return (shift << HISTOGRAM_BITS) + (unsigned)(ns >> shift);
}

static inline void histogram_tally(_Atomic uint64_t *counter, uint64_t n)
{
	uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);

	/* Only one thread writes, so there is no need to lock the bus. */
	atomic_store_explicit(counter, before + n, memory_order_relaxed);
}

static inline void histogram_raise(_Atomic uint64_t *most, uint64_t value)
{
	if (value > atomic_load_explicit(most, memory_order_relaxed))
		atomic_store_explicit(most, value, memory_order_relaxed);
}

/* Count a value. All zero is an empty histogram: it needs no other start. */
static inline void histogram_add(struct histogram *h, uint64_t ns)
{
	histogram_tally(&h->buckets[histogram_index(ns)], 1);
	histogram_tally(&h->sum, ns);
	histogram_raise(&h->max, ns);
	histogram_raise(&h->min_inverted, ~ns);
}

/* Whatever @from has is added to @to, which is the caller's. */
void histogram_merge(struct histogram *to, const struct histogram *from);

/* What came to @h, which is the caller's, since it was as @before. Least and
 * largest are those of their buckets where they are not known better. */
void histogram_subtract(struct histogram *h, const struct histogram *before);

/* By the writer, or while nobody writes. */
void histogram_reset(struct histogram *h);

uint64_t histogram_count(const struct histogram *h);

/* Exact; 0 when it is empty. */
uint64_t histogram_min(const struct histogram *h);
uint64_t histogram_max(const struct histogram *h);
double histogram_mean(const struct histogram *h);

/*
 * The value that @percent of all do not exceed: 50 is the median, 0 the least
 * and 100 the most. At most 1/64 above the true one, never below it.
 */
uint64_t histogram_percentile(const struct histogram *h, double percent);

/* The percentiles that every report has: p50, p90, p99, p99.9, p99.99. */
#define HISTOGRAM_QUANTILES 5
struct histogram_quantile {
	const char *name; /* "p99.9" */
	double percent;   /* 99.9 */
};
extern const struct histogram_quantile histogram_quantiles[HISTOGRAM_QUANTILES];

struct histogram_bucket {
	uint64_t low, high; /* its values, both included */
	uint64_t count;     /* never 0 */
};

/*
 * For plots: the next bucket that is not empty. Start with *at = 0 and go on
 * until it returns false.
 */
bool histogram_next(const struct histogram *h, unsigned *at,
		    struct histogram_bucket *ret);

#endif
