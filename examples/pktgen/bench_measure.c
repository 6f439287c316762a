// SPDX-License-Identifier: BSD-2-Clause
/* bench_measure.c: all tests of all sizes, one after the other */
#include "bench.h"

const char *const bench_test_names[BENCH_TESTS] = { "throughput", "latency",
						    "loss", "burst" };
const unsigned bench_loads[BENCH_LOADS] = { 10, 50, 90, 100 };

struct measurement {
	const struct bench_plan *plan;
	const struct bench_device *device;
	const struct bench_watch *watch;
	struct bench_result *result; /* of the size that it is at */
	unsigned size;
	enum bench_test test;
	unsigned stage; /* trials that this test may still take */
	unsigned later; /* that those behind it may */
};

/* Forecasts */

static double most_packets(const struct bench_plan *plan)
{
	/* Nothing is known before the first trial; a factor of ten costs
	 * half a step. */
	return plan->seconds * (plan->pps > 0 ? plan->pps : 1e6);
}

static unsigned trials_of(const struct bench_plan *plan, enum bench_test test)
{
	if (!(plan->tests & test))
		return 0;
	switch (test) {
	case BENCH_THROUGHPUT:
		return search_throughput_steps(plan->resolution);
	case BENCH_LATENCY:
		return BENCH_LOADS;
	case BENCH_LOSS:
		return BENCH_STEPS - 1; /* the top is there already */
	case BENCH_BURST:
		return search_burst_steps(most_packets(plan), plan->resolution);
	}
	return 0;
}

static unsigned trials_of_size(const struct bench_plan *plan)
{
	unsigned sum = 1;

	for (unsigned i = 0; i < BENCH_TESTS; i++)
		sum += trials_of(plan, 1u << i);
	return sum;
}

unsigned bench_trials(const struct bench_plan *plan)
{
	return plan->size_count * trials_of_size(plan);
}

/* Trials */

static int watched_trial(void *arg, const struct trial *t,
			 struct trial_result *ret)
{
	struct measurement *m = arg;
	int err;

	/* One that is repeated was not foreseen. */
	if (!m->stage)
		m->stage = 1;
	m->watch->begins(m->watch->arg, t, m->test, m->stage + m->later);
	err = m->device->trial(m->device->arg, t, ret);
	if (!err)
		m->watch->ended(m->watch->arg, t, m->test, ret);
	m->stage--;
	return err;
}

static int trial_at(struct measurement *m, double pps, struct trial_result *ret)
{
	struct trial t = { .size = m->size,
			   .pps = pps,
			   .seconds = m->plan->seconds };

	return trial_keep_pace(watched_trial, m, &t, ret);
}

/* Tests */

static struct search search_of(struct measurement *m)
{
	return (struct search){ .run = watched_trial,
				.arg = m,
				.size = m->size,
				.seconds = m->plan->seconds,
				.loss = m->plan->loss,
				.resolution = m->plan->resolution,
				.verify = m->plan->verify };
}

static int measure_throughput(struct measurement *m)
{
	struct search s = search_of(m);

	return search_throughput(&s, &m->result->top, &m->result->throughput);
}

static int measure_latency(struct measurement *m)
{
	struct bench_result *r = m->result;

	while (r->throughput.pps > 0 && r->latencies < BENCH_LOADS) {
		unsigned i = r->latencies;
		double share = bench_loads[i] / 100.0;
		int err =
			trial_at(m, share * r->throughput.pps, &r->latency[i]);

		if (err)
			return err;
		if (r->latency[i].latency)
			histogram_merge(&r->histograms[i],
					r->latency[i].latency);
		r->latency[i].latency = &r->histograms[i];
		r->latencies++;
	}
	return 0;
}

static bool loses(const struct bench_plan *plan, const struct trial_result *r)
{
	return trial_loss(r) > plan->loss;
}

/* From the top down, until two in a row lose nothing: RFC 2544, 26.3. */
static int measure_loss(struct measurement *m)
{
	struct bench_result *r = m->result;
	unsigned good = 0;

	r->loss[0] = r->top;
	good = !loses(m->plan, &r->loss[0]);
	for (r->losses = 1; r->losses < BENCH_STEPS && good < 2; r->losses++) {
		double share = 1 - (double)r->losses / BENCH_STEPS;
		struct trial_result *point = &r->loss[r->losses];
		int err = trial_at(m, share * r->top.pps, point);

		if (err)
			return err;
		good = loses(m->plan, point) ? 0 : good + 1;
	}
	return 0;
}

static int measure_burst(struct measurement *m)
{
	struct search s = search_of(m);

	return search_burst(&s, &m->result->top, &m->result->burst);
}

static int measure_test(struct measurement *m, enum bench_test test,
			int (*measure)(struct measurement *m))
{
	int err;

	if (!(m->plan->tests & test))
		return 0;
	m->test = test;
	m->stage = trials_of(m->plan, test);
	m->later -= m->stage;
	err = measure(m);
	if (err)
		return err;
	m->result->done |= test;
	m->watch->done(m->watch->arg, m->size, test);
	return 0;
}

/* 0: as fast as it goes. */
static double highest_rate(const struct bench_plan *plan, unsigned size)
{
	return plan->bps > 0 ? plan->bps / (8 * plan->sizes[size].bytes)
			     : plan->pps;
}

/* All tests begin where no more can be offered. */
static int measure_top(struct measurement *m)
{
	int err;

	m->test = BENCH_THROUGHPUT;
	m->stage = 1;
	m->later--;
	err = trial_at(m, highest_rate(m->plan, m->size), &m->result->top);
	m->result->tried = !err;
	return err;
}

static int measure_size(struct measurement *m)
{
	int err = measure_top(m);

	if (!err)
		err = measure_test(m, BENCH_THROUGHPUT, measure_throughput);
	if (!err)
		err = measure_test(m, BENCH_LATENCY, measure_latency);
	if (!err)
		err = measure_test(m, BENCH_LOSS, measure_loss);
	if (!err)
		err = measure_test(m, BENCH_BURST, measure_burst);
	return err;
}

int bench_measure(const struct bench_plan *plan,
		  const struct bench_device *device,
		  const struct bench_watch *watch, struct bench_result *results)
{
	struct measurement m = { .plan = plan,
				 .device = device,
				 .watch = watch,
				 .later = bench_trials(plan) };
	int err = 0;

	for (m.size = 0; m.size < plan->size_count && !err; m.size++) {
		m.result = &results[m.size];
		err = measure_size(&m);
	}
	return err;
}
