// SPDX-License-Identifier: BSD-2-Clause
/* histogram.c: what a histogram tells */
#include <math.h>

#include "histogram.h"

const struct histogram_quantile histogram_quantiles[HISTOGRAM_QUANTILES] = {
	{ "p50", 50 },     { "p90", 90 },       { "p99", 99 },
	{ "p99.9", 99.9 }, { "p99.99", 99.99 },
};

static uint64_t read_relaxed(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void write_relaxed(_Atomic uint64_t *counter, uint64_t value)
{
	atomic_store_explicit(counter, value, memory_order_relaxed);
}

void histogram_merge(struct histogram *to, const struct histogram *from)
{
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		histogram_tally(&to->buckets[i],
				read_relaxed(&from->buckets[i]));
	histogram_tally(&to->sum, read_relaxed(&from->sum));
	histogram_raise(&to->max, read_relaxed(&from->max));
	histogram_raise(&to->min_inverted, read_relaxed(&from->min_inverted));
}

void histogram_reset(struct histogram *h)
{
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		write_relaxed(&h->buckets[i], 0);
	write_relaxed(&h->sum, 0);
	write_relaxed(&h->max, 0);
	write_relaxed(&h->min_inverted, 0);
}

uint64_t histogram_count(const struct histogram *h)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		count += read_relaxed(&h->buckets[i]);
	return count;
}

uint64_t histogram_min(const struct histogram *h)
{
	return histogram_count(h) ? ~read_relaxed(&h->min_inverted) : 0;
}

uint64_t histogram_max(const struct histogram *h)
{
	return read_relaxed(&h->max);
}

double histogram_mean(const struct histogram *h)
{
	uint64_t count = histogram_count(h);

	return count ? (double)read_relaxed(&h->sum) / (double)count : 0;
}

/* The least and the largest value of a bucket. */
static uint64_t bucket_low(unsigned i)
{
	const unsigned in_doubling = 1u << HISTOGRAM_BITS;
	unsigned shift;

	if (i < 2 * in_doubling)
		return i;
	shift = (i >> HISTOGRAM_BITS) - 1;
	return (uint64_t)(in_doubling + i % in_doubling) << shift;
}

static uint64_t bucket_high(const struct histogram *h, unsigned i)
{
	uint64_t max = histogram_max(h);
	uint64_t high = bucket_low(i + 1) - 1;

	/* The last one has all that is longer, too. */
	return high < max && i < HISTOGRAM_BUCKETS - 1 ? high : max;
}

void histogram_subtract(struct histogram *h, const struct histogram *before)
{
	unsigned first = HISTOGRAM_BUCKETS, last = 0;
	uint64_t min = histogram_min(h);

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		histogram_tally(&h->buckets[i],
				-read_relaxed(&before->buckets[i]));
		if (!read_relaxed(&h->buckets[i]))
			continue;
		first = i < first ? i : first;
		last = i;
	}
	histogram_tally(&h->sum, -read_relaxed(&before->sum));
	if (first == HISTOGRAM_BUCKETS) {
		histogram_reset(h);
		return;
	}
	write_relaxed(&h->max, bucket_high(h, last));
	if (min < bucket_low(first))
		write_relaxed(&h->min_inverted, ~bucket_low(first));
}

uint64_t histogram_percentile(const struct histogram *h, double percent)
{
	/* 99.9 % of 1000 are 999, whatever the rounding. */
	double rank = percent / 100 * (double)histogram_count(h) * (1 - 1e-12);
	uint64_t seen = 0;

	if (rank <= 0)
		return histogram_min(h);
	rank = ceil(rank);
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += read_relaxed(&h->buckets[i]);
		if ((double)seen >= rank)
			return bucket_high(h, i);
	}
	return histogram_max(h);
}

bool histogram_next(const struct histogram *h, unsigned *at,
		    struct histogram_bucket *ret)
{
	for (; *at < HISTOGRAM_BUCKETS; (*at)++) {
		ret->count = read_relaxed(&h->buckets[*at]);
		if (!ret->count)
			continue;
		ret->low = bucket_low(*at);
		ret->high = bucket_high(h, *at);
		(*at)++;
		return true;
	}
	return false;
}
