// SPDX-License-Identifier: BSD-2-Clause
/* The tracker: loss, reordering and duplicates, against a plain model. */
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "mark.h"
#include "tracker.h"

static struct tracker_counts counts_of(const struct tracker *t)
{
	struct tracker_counts counts;

	tracker_read(t, &counts);
	return counts;
}

static void check_counts(const struct tracker *t, uint64_t received,
			 uint64_t lost, uint64_t reordered, uint64_t duplicates,
			 uint64_t stale)
{
	struct tracker_counts c = counts_of(t);

	CHECK_EQ(c.received, received);
	CHECK_EQ(c.lost, lost);
	CHECK_EQ(c.reordered, reordered);
	CHECK_EQ(c.duplicates, duplicates);
	CHECK_EQ(c.stale, stale);
}

static void add_range(struct tracker *t, uint32_t flow, uint32_t first,
		      uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		tracker_add(t, flow, first + i);
}

/* A flow in order has lost nothing, wherever it begins. */
TEST(in_order_nothing_is_amiss)
{
	static const uint32_t firsts[] = { 0, 1, 77, UINT32_MAX - 1000,
					   1u << 31 };

	for (unsigned i = 0; i < 5; i++) {
		struct tracker *t = tracker_create(4);

		add_range(t, 5, firsts[i], 5000);
		check_counts(t, 5000, 0, 0, 0, 0);
		CHECK_EQ(counts_of(t).flows, 1);
		tracker_destroy(t);
	}
}

/* What comes late is lost until it comes, and was reordered then. */
TEST(late_packets_repair_the_loss)
{
	struct tracker *t = tracker_create(4);

	add_range(t, 1, 100, 10);
	add_range(t, 1, 115, 10);
	check_counts(t, 20, 5, 0, 0, 0);
	add_range(t, 1, 110, 4);
	check_counts(t, 24, 1, 4, 0, 0);
	add_range(t, 1, 110, 4);
	check_counts(t, 24, 1, 4, 4, 0);
	tracker_add(t, 1, 114);
	check_counts(t, 25, 0, 5, 4, 0);
	/* Before the first: it was there all the time. */
	tracker_add(t, 1, 98);
	check_counts(t, 26, 1, 6, 4, 0);
	tracker_destroy(t);
}

/* Beyond the window nobody knows whether it is late or a duplicate. */
TEST(what_is_older_than_the_window_is_stale)
{
	struct tracker *t = tracker_create(4);

	tracker_add(t, 1, 0);
	tracker_add(t, 1, TRACKER_WINDOW);
	check_counts(t, 2, TRACKER_WINDOW - 1, 0, 0, 0);
	tracker_add(t, 1, 0);
	check_counts(t, 2, TRACKER_WINDOW - 1, 0, 0, 1);
	tracker_add(t, 1, 1);
	tracker_add(t, 1, 1);
	check_counts(t, 3, TRACKER_WINDOW - 2, 1, 1, 1);
	/* A gap of many windows: what was known before is forgotten. */
	tracker_add(t, 1, 100 * TRACKER_WINDOW);
	tracker_add(t, 1, 100 * TRACKER_WINDOW - 1);
	check_counts(t, 5, 100 * TRACKER_WINDOW - 4, 2, 1, 1);
	tracker_destroy(t);
}

/* A new run is a flow of its own; the sums keep both. */
TEST(a_new_run_begins_anew)
{
	struct tracker *t = tracker_create(4);
	struct tracker_flow flow;
	uint32_t at = 0;

	add_range(t, mark_flow(7, 3), 0, 10);
	tracker_add(t, mark_flow(7, 3), 12);
	add_range(t, mark_flow(8, 3), 0, 5);
	check_counts(t, 16, 2, 0, 0, 0);
	CHECK_EQ(counts_of(t).flows, 2);
	CHECK(tracker_next(t, &at, &flow));
	CHECK(flow.run == 7 && flow.number == 3 && flow.counts.lost == 2);
	CHECK(tracker_next(t, &at, &flow));
	CHECK(flow.run == 8 && flow.number == 3 && flow.counts.lost == 0);
	CHECK(!tracker_next(t, &at, &flow));
	tracker_reset(t);
	check_counts(t, 0, 0, 0, 0, 0);
	add_range(t, mark_flow(7, 3), 50, 5);
	check_counts(t, 5, 0, 0, 0, 0);
	tracker_destroy(t);
}

/* The model: for each number of a stretch, how often it came. */
#define NUMBERS 20000
#define AWAY 300 /* a packet is late by fewer than so many */

static uint8_t came[NUMBERS];

struct delivery {
	uint32_t when, sequence;
};

static int by_time(const void *a, const void *b)
{
	const struct delivery *x = a, *y = b;

	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;
	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/* A network that loses, doubles and delays at random. */
static unsigned deliver(struct delivery *ret)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < NUMBERS; i++) {
		unsigned copies = lrand48() % 10 ? 1 : (unsigned)lrand48() % 4;

		while (copies--) {
			uint32_t away = lrand48() % 5 ? 0 : AWAY;

			ret[n].sequence = i;
			ret[n++].when =
				i + (away ? (uint32_t)lrand48() % away : 0);
		}
	}
	qsort(ret, n, sizeof(*ret), by_time);
	return n;
}

static void check_against_model(struct tracker *t, uint32_t flow,
				uint32_t origin)
{
	static struct delivery deliveries[4 * NUMBERS];
	uint64_t received = 0, duplicates = 0, reordered = 0;
	uint32_t largest = 0, least = NUMBERS;
	unsigned n = deliver(deliveries);

	memset(came, 0, sizeof(came));
	for (unsigned i = 0; i < n; i++) {
		uint32_t s = deliveries[i].sequence;

		tracker_add(t, flow, origin + s);
		if (came[s]++) {
			duplicates++;
			continue;
		}
		received++;
		reordered += s < largest;
		largest = s > largest ? s : largest;
		least = s < least ? s : least;
	}
	check_counts(t, received, largest - least + 1 - received, reordered,
		     duplicates, 0);
}

/* Whatever a network does, within the window, is counted as it was. */
TEST(any_network_is_counted_as_it_was)
{
	srand48(5);
	for (unsigned i = 0; i < 50; i++) {
		struct tracker *t = tracker_create(1);

		/* Half of them across the wrap of the numbers. */
		check_against_model(t, i, i % 2 ? (uint32_t)-10000 : 0);
		tracker_destroy(t);
	}
}

/* What two workers saw of one flow is one flow, with no loss between them. */
TEST(merged_trackers_are_one)
{
	struct tracker *a = tracker_create(100), *b = tracker_create(100);
	struct tracker *both = tracker_create(100);
	uint32_t first = UINT32_MAX - 500;

	for (uint32_t i = 0; i < 1000; i++)
		tracker_add(i / 100 % 2 ? a : b, 9, first + i);
	tracker_add(b, 10, 5);
	tracker_add(a, 11, 5);
	tracker_add(a, 11, 7);
	tracker_add_corrupt(a);
	tracker_merge(both, a);
	tracker_merge(both, b);
	check_counts(both, 1003, 1, 0, 0, 0);
	CHECK_EQ(counts_of(both).flows, 3);
	CHECK_EQ(counts_of(both).corrupt, 1);
	tracker_destroy(a);
	tracker_destroy(b);
	tracker_destroy(both);
}

/* What both have received is a duplicate of the other's. */
TEST(merging_finds_duplicates)
{
	struct tracker *a = tracker_create(4), *b = tracker_create(4);
	struct tracker *both = tracker_create(4);

	add_range(a, 1, 0, 100);
	add_range(b, 1, 0, 100);
	add_range(b, 2, 0, 100);
	tracker_merge(both, a);
	tracker_merge(both, b);
	check_counts(both, 200, 0, 0, 100, 0);
	tracker_destroy(a);
	tracker_destroy(b);
	tracker_destroy(both);
}

/* The sums are those of the flows, whatever came. */
TEST(flows_add_up_to_the_sums)
{
	struct tracker *t = tracker_create(50), *u = tracker_create(50);
	struct tracker_counts sum = { 0 };
	struct tracker_flow flow;
	uint32_t at = 0;

	srand48(8);
	for (unsigned i = 0; i < 100000; i++)
		tracker_add(i % 2 ? t : u, (uint32_t)lrand48() % 50,
			    i / 50 + (uint32_t)lrand48() % 3000);
	tracker_merge(t, u);
	while (tracker_next(t, &at, &flow)) {
		sum.received += flow.counts.received;
		sum.lost += flow.counts.lost;
		sum.reordered += flow.counts.reordered;
		sum.duplicates += flow.counts.duplicates;
		sum.stale += flow.counts.stale;
	}
	check_counts(t, sum.received, sum.lost, sum.reordered, sum.duplicates,
		     sum.stale);
	CHECK_EQ(sum.received + sum.duplicates + sum.stale, 100000);
	tracker_destroy(t);
	tracker_destroy(u);
}

/* As many flows as there is room for are known; the others are counted. */
TEST(flows_beyond_the_table_are_counted)
{
	struct tracker *t = tracker_create(1000), *small = tracker_create(10);
	struct tracker_flow flow;
	uint32_t at = 0, n = 0;

	for (unsigned round = 0; round < 3; round++)
		for (uint32_t i = 0; i < 1500; i++)
			tracker_add(t, mark_flow(200, i), round);
	check_counts(t, 3000, 0, 0, 0, 0);
	CHECK_EQ(counts_of(t).flows, 1000);
	CHECK_EQ(counts_of(t).untracked, 1500);
	while (tracker_next(t, &at, &flow)) {
		CHECK_EQ(flow.counts.received, 3);
		n++;
	}
	CHECK_EQ(n, 1000);
	tracker_merge(small, t);
	CHECK_EQ(counts_of(small).flows, 10);
	CHECK_EQ(counts_of(small).received, 30);
	CHECK_EQ(counts_of(small).untracked, 1500 + 2970);
	tracker_destroy(t);
	tracker_destroy(small);
}

/* Many runs side by side, as many generators send: none is refused room. */
TEST(runs_do_not_crowd_each_other_out)
{
	struct tracker *t = tracker_create(8192);

	for (unsigned run = 0; run < 8; run++)
		for (uint32_t i = 0; i < 1000; i++)
			tracker_add(t, mark_flow((uint8_t)(run * 31), i), 0);
	CHECK_EQ(counts_of(t).flows, 8000);
	CHECK_EQ(counts_of(t).untracked, 0);
	tracker_destroy(t);
}

/* Marks made up by somebody: every packet is in the books, once. */
TEST(hostile_marks_do_no_harm)
{
	struct tracker *t = tracker_create(5000);
	struct tracker_counts c;

	srand48(6);
	for (uint32_t i = 0; i < 500000; i++) {
		uint32_t flow = i % 3 ? (uint32_t)mrand48() : i % 5;

		tracker_add(t, flow, (uint32_t)mrand48());
	}
	c = counts_of(t);
	CHECK(c.flows <= 5000);
	CHECK_EQ(c.received + c.duplicates + c.stale + c.untracked, 500000);
	tracker_destroy(t);
	tracker_destroy(NULL);
}
