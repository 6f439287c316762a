// SPDX-License-Identifier: BSD-2-Clause
/* pktgen bench: rates, bursts and curves of devices that are known. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "devices.h"
#include "harness.h"

#define MPPS 1e6
#define RESOLUTION 0.01

static struct bench_result results[BENCH_SIZES];

static struct bench_plan plan_of(unsigned tests)
{
	return (struct bench_plan){
		.sizes = { { "64", 64 }, { "1518", 1518 } },
		.size_count = 1,
		.tests = tests,
		.seconds = 2,
		.resolution = RESOLUTION,
		.verify = 1,
	};
}

static const struct bench_result *measure(struct device *d,
					  const struct bench_plan *plan)
{
	struct bench_device device = { device_trial, d };

	for (unsigned i = 0; i < BENCH_SIZES; i++)
		results[i] = (struct bench_result){ 0 };
	CHECK_EQ(bench_measure(plan, &device, &nobody, results), 0);
	return results;
}

static const struct throughput *throughput_of(struct device *d)
{
	struct bench_plan plan = plan_of(BENCH_THROUGHPUT);

	return &measure(d, &plan)->throughput;
}

/* Below the device's limit, and not by more than the resolution. */
static void check_close(double got, double truth)
{
	if (got > truth * 1.000001 || got < truth / (1 + RESOLUTION))
		FAIL("%f is not within 1 %% below %f", got, truth);
}

/* Whatever the device can do, the result is within the resolution of it. */
TEST(the_limit_of_a_device_is_found)
{
	static const double capacities[] = { 12e3,  20e3,   123e3,  0.5e6,
					     1.5e6, 9.87e6, 9.999e6 };

	for (unsigned i = 0; i < 7; i++) {
		struct device d = { .generator = 10 * MPPS,
				    .capacity = capacities[i] };
		const struct throughput *t = throughput_of(&d);

		check_close(t->pps, capacities[i]);
		CHECK_EQ(t->limit, LIMIT_DEVICE);
	}
}

/* A device that loses nothing is told apart from one that loses beyond. */
TEST(a_device_faster_than_the_generator_is_not_the_limit)
{
	struct device d = { .generator = 2 * MPPS, .capacity = INFINITY };
	const struct throughput *t = throughput_of(&d);

	CHECK(t->pps == 2 * MPPS);
	CHECK_EQ(t->limit, LIMIT_GENERATOR);
	CHECK_EQ(d.trials, 1);
}

/* A generator that keeps a pace only below the device's limit is the limit:
 * what it did offer is the result, and not what it was asked for. */
TEST(a_pace_that_is_not_kept_is_no_result)
{
	struct device d = { .generator = 2 * MPPS,
			    .paced = 0.8 * MPPS,
			    .capacity = 1.9 * MPPS };
	const struct throughput *t = throughput_of(&d);

	CHECK(t->pps == 0.8 * MPPS);
	CHECK_EQ(t->limit, LIMIT_GENERATOR);
}

/* A trial during which the generator stalls is tried again. */
TEST(a_stall_of_the_generator_changes_nothing)
{
	struct device d = { .generator = 2 * MPPS,
			    .capacity = 1.5 * MPPS,
			    .stalls = 3 };
	const struct throughput *t = throughput_of(&d);

	check_close(t->pps, 1.5 * MPPS);
	CHECK_EQ(t->limit, LIMIT_DEVICE);
}

TEST(a_device_that_loses_everything_has_no_throughput)
{
	struct device d = { .generator = 2 * MPPS };
	const struct throughput *t = throughput_of(&d);

	CHECK(t->pps == 0);
	CHECK_EQ(t->limit, LIMIT_DEVICE);
}

/* A loss is looked at again: one packet lost now and then, by the machine, is
 * not the device's limit. */
TEST(an_accident_is_not_the_limit)
{
	struct device d = { .generator = 2 * MPPS,
			    .capacity = 1.2 * MPPS,
			    .accidents = 4 };

	check_close(throughput_of(&d)->pps, 1.2 * MPPS);
}

/* --loss: a share that may be lost. */
TEST(a_loss_that_is_tolerated_is_none)
{
	struct device d = { .generator = 2 * MPPS,
			    .capacity = INFINITY,
			    .leak = 0.001 };
	struct bench_plan plan = plan_of(BENCH_THROUGHPUT);

	CHECK(measure(&d, &plan)->throughput.pps == 0);
	plan.loss = 0.002;
	CHECK(measure(&d, &plan)->throughput.pps == 2 * MPPS);
}

/* --rate: no more than that is offered. */
TEST(no_more_is_offered_than_was_asked_for)
{
	struct device d = { .generator = 2 * MPPS, .capacity = INFINITY };
	struct bench_plan plan = plan_of(BENCH_THROUGHPUT);

	plan.pps = 0.5 * MPPS;
	CHECK(measure(&d, &plan)->throughput.pps == 0.5 * MPPS);
}

/* Bursts */

/* A burst at full speed fills the device's buffer while it drains. */
TEST(the_longest_burst_is_found)
{
	static const double rooms[] = { 10, 512, 4096, 100000 };
	struct bench_plan plan = plan_of(BENCH_BURST);

	for (unsigned i = 0; i < 4; i++) {
		struct device d = { .generator = 2 * MPPS,
				    .capacity = 1 * MPPS,
				    .room = rooms[i] };
		const struct burst *b = &measure(&d, &plan)->burst;
		double truth = 2 * rooms[i];

		/* A device may round in our favour by a packet. */
		CHECK((double)b->packets <= truth + 2);
		CHECK((double)b->packets >= truth / (1 + RESOLUTION) - 2);
		CHECK_EQ(b->limit, LIMIT_DEVICE);
	}
}

TEST(a_burst_that_never_loses_has_no_limit)
{
	struct device d = { .generator = 2 * MPPS, .capacity = INFINITY };
	struct bench_plan plan = plan_of(BENCH_BURST);
	const struct burst *b = &measure(&d, &plan)->burst;

	CHECK_EQ(b->packets, 4000000);
	CHECK_EQ(b->limit, LIMIT_GENERATOR);
}

TEST(a_device_that_loses_everything_takes_no_burst)
{
	struct device d = { .generator = 2 * MPPS };
	struct bench_plan plan = plan_of(BENCH_BURST);

	CHECK_EQ(measure(&d, &plan)->burst.packets, 0);
}

/* Curves */

/* From the top down, until two in a row lose nothing: RFC 2544, 26.3. */
TEST(the_loss_curve_ends_after_two_without_loss)
{
	struct device d = { .generator = 2 * MPPS, .capacity = 1.3 * MPPS };
	struct bench_plan plan = plan_of(BENCH_LOSS);
	const struct bench_result *r = measure(&d, &plan);

	/* 100, 90, 80, 70 lose; 60 and 50 do not. */
	CHECK_EQ(r->losses, 6);
	CHECK(fabs(trial_loss(&r->loss[0]) - 0.35) < 0.001);
	CHECK(fabs(trial_loss(&r->loss[3]) - 0.1 / 1.4) < 0.001);
	CHECK(trial_loss(&r->loss[4]) == 0 && trial_loss(&r->loss[5]) == 0);
	CHECK(r->loss[5].pps == 1 * MPPS);
}

/* All the way where there is loss all the way. */
TEST(the_loss_curve_has_ten_points_at_most)
{
	struct device d = { .generator = 2 * MPPS, .leak = 0.5 };
	struct bench_plan plan = plan_of(BENCH_LOSS);
	const struct bench_result *r = measure(&d, &plan);

	CHECK_EQ(r->losses, BENCH_STEPS);
	CHECK(r->loss[9].pps > 0.19 * MPPS && r->loss[9].pps < 0.21 * MPPS);
}

/* At parts of the throughput, each with its own histogram. */
TEST(latency_is_measured_at_parts_of_the_throughput)
{
	struct device d = { .generator = 2 * MPPS, .capacity = 1 * MPPS };
	struct bench_plan plan = plan_of(BENCH_THROUGHPUT | BENCH_LATENCY);
	const struct bench_result *r = measure(&d, &plan);
	uint64_t before = 0;

	CHECK_EQ(r->latencies, BENCH_LOADS);
	for (unsigned i = 0; i < BENCH_LOADS; i++) {
		uint64_t median = histogram_percentile(&r->histograms[i], 50);

		CHECK(fabs(r->latency[i].pps * 100 / bench_loads[i] -
			   r->throughput.pps) < 1);
		CHECK(median > before);
		before = median;
	}
}

TEST(without_throughput_there_is_no_latency)
{
	struct device d = { .generator = 2 * MPPS };
	struct bench_plan plan = plan_of(BENCH_THROUGHPUT | BENCH_LATENCY);
	const struct bench_result *r = measure(&d, &plan);

	CHECK_EQ(r->latencies, 0);
	CHECK_STR_HAS(bench_missing(&plan, r, BENCH_LATENCY), "no rate");
}

/* The whole of it */

struct forecast {
	unsigned began, least_left, first_left;
};

static void count_begin(void *arg, const struct trial *t, enum bench_test test,
			unsigned left)
{
	struct forecast *f = arg;

	(void)t, (void)test;
	if (!f->began++)
		f->first_left = left;
	CHECK(left > 0);
	f->least_left = left;
}

static int foresee(struct forecast *f, struct device *d,
		   const struct bench_plan *plan)
{
	struct bench_device device = { device_trial, d };
	struct bench_watch watch = nobody;

	*f = (struct forecast){ 0 };
	watch.begins = count_begin;
	watch.arg = f;
	for (unsigned i = 0; i < BENCH_SIZES; i++)
		results[i] = (struct bench_result){ 0 };
	return bench_measure(plan, &device, &watch, results);
}

/* How many trials it takes is known ahead, for a device that has its limit
 * below the generator's; where it goes faster the forecast follows. */
TEST(the_number_of_trials_is_foreseen)
{
	struct device slow = { .generator = 1 * MPPS, .capacity = 0.01 * MPPS };
	struct device fast = { .generator = 1 * MPPS, .capacity = INFINITY };
	struct bench_plan plan =
		plan_of(BENCH_THROUGHPUT | BENCH_LATENCY | BENCH_LOSS);
	struct forecast f;

	plan.size_count = 2;
	plan.verify = 0;
	CHECK_EQ(foresee(&f, &slow, &plan), 0);
	CHECK_EQ(f.first_left, bench_trials(&plan));
	CHECK_EQ(f.began, bench_trials(&plan));
	CHECK_EQ(f.least_left, 1);
	CHECK_EQ(foresee(&f, &fast, &plan), 0);
	CHECK(f.began < bench_trials(&plan));
}

/* Stopped at any moment, it says so and keeps what it has. */
TEST(what_was_measured_before_it_was_stopped_is_kept)
{
	struct bench_plan plan = plan_of(BENCH_THROUGHPUT | BENCH_LATENCY |
					 BENCH_LOSS | BENCH_BURST);
	struct forecast f;
	unsigned whole;

	plan.size_count = 2;
	for (unsigned i = 1;; i++) {
		struct device d = { .generator = 1 * MPPS,
				    .capacity = 0.7 * MPPS,
				    .room = 1000,
				    .stop = i };
		int err = foresee(&f, &d, &plan);

		whole = 0;
		for (unsigned k = 0; k < 2 * BENCH_TESTS; k++)
			whole += !bench_missing(&plan, &results[k / 4],
						1u << k % 4);
		if (!err)
			break;
		CHECK_EQ(err, -EINTR);
		CHECK_EQ(f.began, i);
		CHECK(whole < 8);
		if (i == 1)
			CHECK_STR_HAS(
				bench_missing(&plan, results, BENCH_LATENCY),
				"before");
	}
	CHECK_EQ(whole, 8);
}

/* What is missing has a reason, and what was measured has none. */
TEST(what_was_not_asked_for_is_said)
{
	struct device d = { .generator = 1 * MPPS, .capacity = 0.7 * MPPS };
	struct bench_plan plan = plan_of(BENCH_LOSS);
	const struct bench_result *r = measure(&d, &plan);

	CHECK(!bench_missing(&plan, r, BENCH_LOSS));
	CHECK_STR_HAS(bench_missing(&plan, r, BENCH_BURST), "not asked for");
}

/* With their FCS, as RFC 2544 counts. */
TEST(bits_count_the_fcs)
{
	struct bench_size size = { "64", 64 };

	CHECK(bench_bits(&size, 1e6) == 512e6);
}
