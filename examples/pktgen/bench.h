/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.h: what is to be measured, and what was.
 *
 *   trial     packets at one rate for some seconds, and what came of them
 *   search    the highest rate, or longest burst, without loss: bench_search.h
 *   measure   all tests of all sizes, one after the other: this file
 *   device    whatever carries packets from one interface to the other
 *
 * The tests are those of RFC 2544, chapter 26. Sizes are said as it says them,
 * with the FCS of four bytes, which no packet has in memory; so are bits.
 */
#ifndef PKTGEN_BENCH_H
#define PKTGEN_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "bench_search.h"
#include "histogram.h"

#define FCS_BYTES 4
#define BENCH_SIZES 16

enum bench_test {
	BENCH_THROUGHPUT = 1 << 0, /* 26.1 */
	BENCH_LATENCY = 1 << 1,    /* 26.2; needs the throughput */
	BENCH_LOSS = 1 << 2,       /* 26.3 */
	BENCH_BURST = 1 << 3,      /* 26.4 */
};
#define BENCH_TESTS 4

extern const char *const bench_test_names[BENCH_TESTS];

/* Shares of the throughput at which latency is measured, in percent. */
#define BENCH_LOADS 4
extern const unsigned bench_loads[BENCH_LOADS];

/* The loss curve has a point for each tenth of the most that was offered. */
#define BENCH_STEPS 10

struct bench_size {
	char name[16]; /* "64", "imix" */
	double bytes;  /* with FCS, on average */
};

struct bench_plan {
	struct bench_size sizes[BENCH_SIZES];
	unsigned size_count;
	unsigned tests; /* enum bench_test, or-ed */
	double seconds; /* of a trial */
	double loss;    /* that counts as none: a share of what was sent */
	double resolution;
	unsigned verify; /* a trial that loses is repeated so often */
	double pps, bps; /* the most to offer, of one of them; both 0: any */
};

/* One size's. What was not reached is 0; bench_missing() says why. */
struct bench_result {
	bool tried;              /* top is there */
	unsigned done;           /* enum bench_test, or-ed */
	struct trial_result top; /* at the highest rate */
	struct throughput throughput;
	struct trial_result latency[BENCH_LOADS];
	struct histogram histograms[BENCH_LOADS];
	unsigned latencies;
	struct trial_result loss[BENCH_STEPS]; /* from the top down */
	unsigned losses;
	struct burst burst;
};

/* Told of what happens, as it does. */
struct bench_watch {
	/* A trial begins; it is one of @left, which is a forecast. */
	void (*begins)(void *arg, const struct trial *t, enum bench_test test,
		       unsigned left);
	void (*ended)(void *arg, const struct trial *t, enum bench_test test,
		      const struct trial_result *r);
	/* A test of a size is done. */
	void (*done)(void *arg, unsigned size, enum bench_test test);
	void *arg;
};

/* How a trial is made. */
struct bench_device {
	trial_fn trial;
	void *arg;
};

/*
 * Fill @results, of which there is one for each size, all zero. 0, or the
 * first error of a trial: what was measured until then is there.
 */
int bench_measure(const struct bench_plan *plan,
		  const struct bench_device *device,
		  const struct bench_watch *watch,
		  struct bench_result *results);

/* How many trials it will be, if the device loses packets at the top. */
unsigned bench_trials(const struct bench_plan *plan);

/* A sentence that says why this test of a size has no result, or not a whole
 * one; NULL: it has. */
const char *bench_missing(const struct bench_plan *plan,
			  const struct bench_result *r, enum bench_test test);

/* Bits per second of frames with FCS. */
static inline double bench_bits(const struct bench_size *size, double pps)
{
	return 8 * size->bytes * pps;
}

#endif
