// SPDX-License-Identifier: BSD-2-Clause
/* The histogram of latencies, against distributions whose shape is known. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "harness.h"
#include "histogram.h"

#define VALUES 200000

static uint64_t values[VALUES];

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* What a histogram may say of a value: not below it, 1/64 above at most. */
static void check_close(uint64_t said, uint64_t truth)
{
	if (said < truth || said > truth + truth / 64)
		FAIL("%llu was said of %llu", (unsigned long long)said,
		     (unsigned long long)truth);
}

/* All that a histogram tells, against the sorted values themselves. */
static void check_against(struct histogram *h, unsigned n)
{
	static const double percents[] = {
		0.001, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 99.999, 100
	};
	double sum = 0;

	histogram_reset(h);
	for (unsigned i = 0; i < n; i++) {
		histogram_add(h, values[i]);
		sum += (double)values[i];
	}
	qsort(values, n, sizeof(values[0]), compare);
	CHECK_EQ(histogram_count(h), n);
	CHECK_EQ(histogram_min(h), values[0]);
	CHECK_EQ(histogram_max(h), values[n - 1]);
	CHECK(fabs(histogram_mean(h) - sum / n) <= sum / n * 1e-9);
	CHECK_EQ(histogram_percentile(h, 0), values[0]);
	for (unsigned i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		double rank = ceil(percents[i] * n / 100);

		check_close(histogram_percentile(h, percents[i]),
			    values[(unsigned)rank - 1]);
	}
}

/* Nothing was counted: all answers are 0, and there is nothing to plot. */
TEST(an_empty_histogram_says_nothing)
{
	static struct histogram h;
	struct histogram_bucket bucket;
	unsigned at = 0;

	CHECK_EQ(histogram_count(&h), 0);
	CHECK_EQ(histogram_min(&h), 0);
	CHECK_EQ(histogram_max(&h), 0);
	CHECK(histogram_mean(&h) == 0);
	CHECK_EQ(histogram_percentile(&h, 50), 0);
	CHECK_EQ(histogram_percentile(&h, 100), 0);
	CHECK(!histogram_next(&h, &at, &bucket));
}

/* Percentiles are right to 1/64 for the shapes that latencies have. */
TEST(percentiles_of_known_shapes_are_right)
{
	static struct histogram h;

	srand48(1);
	for (unsigned i = 0; i < VALUES; i++) /* uniform */
		values[i] = i;
	check_against(&h, VALUES);
	for (unsigned i = 0; i < VALUES; i++) /* exponential, mean 20 us */
		values[i] = (uint64_t)(-20000 * log(1 - drand48()));
	check_against(&h, VALUES);
	for (unsigned i = 0; i < VALUES; i++) /* two humps, 5 us and 4 ms */
		values[i] = i % 10 ? 5000 + (uint64_t)(drand48() * 300)
				   : 4000000 + (uint64_t)(drand48() * 1000000);
	check_against(&h, VALUES);
	for (unsigned i = 0; i < VALUES; i++) /* from 1 ns to 100 s */
		values[i] = (uint64_t)exp(drand48() * log(100e9));
	check_against(&h, VALUES);
}

/* When all are alike, every percentile is that value, exactly. */
TEST(a_constant_is_told_exactly)
{
	static const uint64_t constants[] = { 0,   1,     127,         128,
					      129, 65537, 100000000000 };
	static struct histogram h;

	for (unsigned i = 0; i < sizeof(constants) / sizeof(constants[0]);
	     i++) {
		for (unsigned k = 0; k < 1000; k++)
			values[k] = constants[i];
		check_against(&h, 1000);
		CHECK_EQ(histogram_percentile(&h, 50), constants[i]);
		CHECK_EQ(histogram_percentile(&h, 99.99), constants[i]);
	}
}

/* What is longer than all buckets is counted, and the longest is known. */
TEST(extremes_are_counted)
{
	static struct histogram h;

	histogram_add(&h, 0);
	histogram_add(&h, UINT64_MAX - 1);
	CHECK_EQ(histogram_count(&h), 2);
	CHECK_EQ(histogram_min(&h), 0);
	CHECK_EQ(histogram_percentile(&h, 50), 0);
	CHECK(histogram_max(&h) == UINT64_MAX - 1);
	CHECK(histogram_percentile(&h, 100) == UINT64_MAX - 1);
}

/* Percentiles of few values mean these values, not some between them. */
TEST(ranks_are_exact)
{
	static struct histogram h;

	for (uint64_t i = 1; i <= 100; i++)
		histogram_add(&h, i);
	for (unsigned i = 1; i <= 100; i++)
		CHECK_EQ(histogram_percentile(&h, i), i);
	CHECK_EQ(histogram_percentile(&h, 99.9), 100);
	CHECK_EQ(histogram_percentile(&h, 0.1), 1);
}

/* Two histograms merged are the histogram of all their values. */
TEST(merged_is_as_if_counted_in_one)
{
	static struct histogram a, b, both, merged;
	struct histogram_bucket x, y;
	unsigned at = 0, other = 0;

	srand48(2);
	for (unsigned i = 0; i < VALUES; i++) {
		uint64_t v = (uint64_t)exp(drand48() * log(1e10));

		histogram_add(i % 3 ? &a : &b, v);
		histogram_add(&both, v);
	}
	histogram_merge(&merged, &a);
	histogram_merge(&merged, &b);
	while (histogram_next(&both, &at, &x)) {
		CHECK(histogram_next(&merged, &other, &y));
		CHECK(x.low == y.low && x.high == y.high && x.count == y.count);
	}
	CHECK(!histogram_next(&merged, &other, &y));
	CHECK_EQ(histogram_min(&merged), histogram_min(&both));
	CHECK_EQ(histogram_max(&merged), histogram_max(&both));
	CHECK(histogram_mean(&merged) == histogram_mean(&both));
}

/* Every value falls into one bucket, none is wider than 1/64, no gaps. */
TEST(buckets_follow_one_another)
{
	static struct histogram h;
	struct histogram_bucket bucket;
	uint64_t next = 0, seen = 0;
	unsigned at = 0;

	for (unsigned bit = 0; bit < HISTOGRAM_TOP; bit++)
		for (unsigned step = 0; step < 64; step++)
			histogram_add(&h, (1ull << bit) +
						  ((uint64_t)step << bit >> 6));
	histogram_add(&h, 1ull << HISTOGRAM_TOP);
	while (histogram_next(&h, &at, &bucket)) {
		CHECK(bucket.low >= next && bucket.low <= bucket.high);
		CHECK(bucket.high - bucket.low <= bucket.low / 64 ||
		      bucket.high == 1ull << HISTOGRAM_TOP);
		CHECK_EQ(histogram_index(bucket.low), at - 1);
		CHECK_EQ(histogram_index(bucket.high), at - 1);
		next = bucket.high + 1;
		seen += bucket.count;
	}
	CHECK_EQ(seen, histogram_count(&h));
	CHECK_EQ(seen, 64 * HISTOGRAM_TOP + 1);
}

static void *add_many(void *arg)
{
	for (uint64_t i = 0; i < VALUES; i++)
		histogram_add(arg, i);
	return NULL;
}

/* Whoever looks while it is written sees what was counted so far. */
TEST(it_can_be_read_while_it_is_written)
{
	static struct histogram h, seen;
	uint64_t before = 0, count;
	pthread_t writer;

	CHECK_EQ(pthread_create(&writer, NULL, add_many, &h), 0);
	for (unsigned i = 0; i < 100; i++) {
		histogram_reset(&seen);
		histogram_merge(&seen, &h);
		count = histogram_count(&seen);
		CHECK(count >= before && count <= VALUES);
		before = count;
	}
	CHECK_EQ(pthread_join(writer, NULL), 0);
	CHECK_EQ(histogram_count(&h), VALUES);
	CHECK_EQ(histogram_max(&h), VALUES - 1);
}

/* A step is what came since: its percentiles are those of its own values. */
TEST(what_came_since_is_told_apart)
{
	static struct histogram all, before;

	for (unsigned i = 0; i < 1000; i++)
		histogram_add(&all, 10);
	histogram_add(&all, 5000000);
	histogram_merge(&before, &all);
	for (unsigned i = 1; i <= 100; i++)
		histogram_add(&all, i);
	histogram_subtract(&all, &before);
	CHECK_EQ(histogram_count(&all), 100);
	CHECK_EQ(histogram_min(&all), 1);
	CHECK_EQ(histogram_max(&all), 100);
	CHECK_EQ(histogram_percentile(&all, 50), 50);
	CHECK(histogram_mean(&all) == 50.5);
}

TEST(nothing_came_since)
{
	static struct histogram h, before;

	histogram_add(&h, 7);
	histogram_add(&before, 7);
	histogram_subtract(&h, &before);
	CHECK_EQ(histogram_count(&h), 0);
	CHECK_EQ(histogram_min(&h), 0);
	CHECK_EQ(histogram_max(&h), 0);
}
