// SPDX-License-Identifier: BSD-2-Clause
/* devices.c: devices to be measured, and a generator, that are but numbers */
#include <errno.h>
#include <math.h>

#include "devices.h"

static bool each(unsigned n, unsigned trial)
{
	return n && trial % n == 0;
}

static double offered(const struct device *d, const struct trial *t)
{
	double most = t->pps > 0 && d->paced > 0 ? d->paced : d->generator;

	if (each(d->stalls, d->trials))
		most /= 2;
	return t->pps > 0 ? fmin(t->pps, most) : most;
}

static double lost(const struct device *d, const struct trial_result *r)
{
	double excess = (r->pps - d->capacity) * r->seconds - d->room;
	double n = fmax(excess, 0) + d->leak * (double)r->sent;

	return n + each(d->accidents, d->trials);
}

/* Packets wait the longer the more of the capacity is used. */
static void fill_latency(struct device *d, double pps)
{
	double used = fmin(pps / d->capacity, 0.99);
	uint64_t dice = 1;

	histogram_reset(&d->latency);
	for (unsigned i = 0; i < 20000; i++) {
		double share;

		dice = dice * 6364136223846793005u + 1442695040888963407u;
		share = (double)(dice >> 33) / 0x1p31;
		histogram_add(
			&d->latency,
			(uint64_t)(6000 - 2500 * log(1 - share) / (1 - used)));
	}
}

int device_trial(void *arg, const struct trial *t, struct trial_result *ret)
{
	struct device *d = arg;

	d->trials++;
	if (each(d->stop, d->trials))
		return -EINTR;
	*ret = (struct trial_result){ .pps = offered(d, t),
				      .seconds = t->seconds,
				      .latency = &d->latency };
	if (t->packets)
		ret->seconds = fmin(t->seconds, (double)t->packets / ret->pps);
	ret->sent = (uint64_t)llround(ret->pps * ret->seconds);
	ret->received =
		ret->sent - (uint64_t)fmin(lost(d, ret), (double)ret->sent);
	fill_latency(d, ret->pps);
	return 0;
}

static void ignore_begin(void *arg, const struct trial *t, enum bench_test test,
			 unsigned left)
{
	(void)arg, (void)t, (void)test, (void)left;
}

static void ignore_end(void *arg, const struct trial *t, enum bench_test test,
		       const struct trial_result *r)
{
	(void)arg, (void)t, (void)test, (void)r;
}

static void ignore_done(void *arg, unsigned size, enum bench_test test)
{
	(void)arg, (void)size, (void)test;
}

const struct bench_watch nobody = { .begins = ignore_begin,
				    .ended = ignore_end,
				    .done = ignore_done };
