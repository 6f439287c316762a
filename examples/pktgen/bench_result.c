// SPDX-License-Identifier: BSD-2-Clause
/* bench_result.c: what a benchmark has not, and why */
#include <stddef.h>

#include "bench.h"

static bool begun(const struct bench_result *r, enum bench_test test)
{
	switch (test) {
	case BENCH_THROUGHPUT:
		return r->tried;
	case BENCH_LATENCY:
		return r->latencies;
	case BENCH_LOSS:
		return r->losses;
	case BENCH_BURST:
		return r->done & BENCH_LOSS;
	}
	return false;
}

static const char *missing_latency(const struct bench_result *r)
{
	if (!(r->throughput.pps > 0))
		return "there is no rate without loss to measure it at";
	for (unsigned i = 0; i < r->latencies; i++)
		if (!histogram_count(&r->histograms[i]))
			return "no packet came at one of the loads";
	return NULL;
}

const char *bench_missing(const struct bench_plan *plan,
			  const struct bench_result *r, enum bench_test test)
{
	if (!(plan->tests & test))
		return "it was not asked for (--tests)";
	if (!(r->done & test))
		return begun(r, test) ? "it was stopped in the middle of it"
				      : "it was stopped before";
	if (test == BENCH_LATENCY)
		return missing_latency(r);
	if (test == BENCH_THROUGHPUT && !(r->throughput.pps > 0))
		return "packets were lost at any rate, down to a thousandth of "
		       "the most";
	if (test == BENCH_BURST && !r->burst.packets)
		return "packets were lost in any burst, however short";
	return NULL;
}
