// SPDX-License-Identifier: BSD-2-Clause
/* bench_search.c: the highest rate, and the longest burst, without loss */
#include <math.h>

#include "bench_search.h"

/* Offered at least so much of what was wanted: or it is behind. */
#define KEPT 0.99
#define KEEP_TRIES 3

double trial_loss(const struct trial_result *r)
{
	if (!r->sent)
		return 1; /* of nothing, nothing is known to pass */
	if (r->received >= r->sent)
		return 0;
	return (double)(r->sent - r->received) / (double)r->sent;
}

bool trial_is_behind(const struct trial *t, const struct trial_result *r)
{
	return r->pps < KEPT * t->pps;
}

int trial_keep_pace(trial_fn run, void *arg, const struct trial *t,
		    struct trial_result *ret)
{
	unsigned left = KEEP_TRIES;
	int err;

	do
		err = run(arg, t, ret);
	while (!err && trial_is_behind(t, ret) && --left);
	return err;
}

/* 1: nothing was lost, 0: there was loss each time, or -errno. */
static int passes(const struct search *s, const struct trial *t,
		  struct trial_result *r)
{
	unsigned left = s->verify + 1;
	int err = 0;

	while (left-- && !err) {
		err = trial_keep_pace(s->run, s->arg, t, r);
		if (!err && trial_loss(r) <= s->loss)
			return 1;
	}
	return err;
}

/* Halvings until high / low is below 1 + resolution. */
static unsigned steps(double low, double high, double resolution)
{
	double distance = log(high / low) / log1p(resolution);

	return distance > 1 ? (unsigned)ceil(log2(distance)) : 0;
}

unsigned search_throughput_steps(double resolution)
{
	return steps(1, SEARCH_RANGE, resolution);
}

unsigned search_burst_steps(double packets, double resolution)
{
	return steps(SEARCH_BURST, packets, resolution);
}

/* What is at the far end of the search: the whole of it may pass. */
static bool top_passes(const struct search *s, const struct trial_result *top)
{
	return trial_loss(top) <= s->loss;
}

int search_throughput(const struct search *s, const struct trial_result *top,
		      struct throughput *ret)
{
	struct throughput found = { .limit = LIMIT_DEVICE };
	double low = top->pps / SEARCH_RANGE, high = top->pps;
	struct trial_result r;
	int passed;

	if (top_passes(s, top)) {
		*ret = (struct throughput){ top->pps, LIMIT_GENERATOR };
		return 0;
	}
	for (unsigned i = search_throughput_steps(s->resolution); i--;) {
		struct trial t = { .size = s->size,
				   .pps = sqrt(low * high),
				   .seconds = s->seconds };

		passed = passes(s, &t, &r);
		if (passed < 0)
			return passed;
		if (passed)
			found.pps = fmax(found.pps, r.pps);
		/* It passed, but not at this rate: that nobody can tell. */
		if (passed && !trial_is_behind(&t, &r)) {
			low = t.pps;
		} else {
			high = t.pps;
			found.limit = passed ? LIMIT_GENERATOR : LIMIT_DEVICE;
		}
	}
	*ret = found;
	return 0;
}

int search_burst(const struct search *s, const struct trial_result *top,
		 struct burst *ret)
{
	struct burst found = { .limit = LIMIT_DEVICE };
	double low = SEARCH_BURST, high = (double)top->sent;
	struct trial_result r;
	int passed;

	if (top_passes(s, top)) {
		*ret = (struct burst){ top->sent, LIMIT_GENERATOR };
		return 0;
	}
	for (unsigned i = search_burst_steps(high, s->resolution); i--;) {
		struct trial t = { .size = s->size,
				   .packets = (uint64_t)sqrt(low * high),
				   .seconds = s->seconds };

		passed = passes(s, &t, &r);
		if (passed < 0)
			return passed;
		if (passed) {
			found.packets = r.sent;
			low = (double)t.packets;
		} else {
			high = (double)t.packets;
		}
	}
	*ret = found;
	return 0;
}
