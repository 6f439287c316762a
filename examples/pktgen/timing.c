// SPDX-License-Identifier: BSD-2-Clause
/* timing.c: when the records of a recording are due */
#include "recording.h"

/* 73 years: what a damaged clock wrote stays a number of ns. */
#define NEVER (1ull << 61)

static uint64_t ns(double value)
{
	return value < (double)NEVER ? (uint64_t)value : NEVER;
}

/* A round ends with an average gap, since the file does not say what came
 * after the last. */
static uint64_t time_original(struct recording *r,
			      const struct timing_wish *wish)
{
	uint64_t max = wish->max_gap ? wish->max_gap : NEVER;
	uint64_t before = 0, at = 0, due = 0;

	for (struct record *p = record_first(r); p; p = record_next(r, p)) {
		uint64_t gap = p->due - before;

		before = p->due;
		at += gap < max ? gap : max;
		due = ns((double)at / wish->speed);
		p->due = due;
	}
	return r->count > 1 ? due + due / (r->count - 1) : 0;
}

static uint64_t time_packets(struct recording *r, double rate)
{
	uint64_t n = 0;

	for (struct record *p = record_first(r); p; p = record_next(r, p))
		p->due = ns((double)n++ * 1e9 / rate);
	return ns((double)n * 1e9 / rate);
}

static uint64_t time_bits(struct recording *r, double rate)
{
	uint64_t bytes = 0;

	for (struct record *p = record_first(r); p; p = record_next(r, p)) {
		p->due = ns((double)bytes * 8e9 / rate);
		bytes += p->len;
	}
	return ns((double)bytes * 8e9 / rate);
}

static uint64_t time_none(struct recording *r)
{
	for (struct record *p = record_first(r); p; p = record_next(r, p))
		p->due = 0;
	return 0;
}

uint64_t recording_time(struct recording *r, const struct timing_wish *wish)
{
	if (wish->original)
		return time_original(r, wish);
	if (wish->rate.pps > 0)
		return time_packets(r, wish->rate.pps);
	if (wish->rate.bps > 0)
		return time_bits(r, wish->rate.bps);
	return time_none(r);
}
