/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_search.h: the highest rate, and the longest burst, without loss.
 *
 * Both are found by halving the distance between what is known to pass and
 * what is known to lose, on a logarithmic scale: so the number of steps is
 * known ahead, and the result is as precise for a slow device as for a fast
 * one. A loss may be an accident of the machine, so it is looked at again, as
 * in the binary search with loss verification of ETSI GS NFV-TST 009.
 */
#ifndef PKTGEN_BENCH_SEARCH_H
#define PKTGEN_BENCH_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

struct histogram;

/* Send so, and count what comes. */
struct trial {
	unsigned size;    /* which of the sizes */
	double pps;       /* 0: as fast as it goes */
	double seconds;   /* to send for */
	uint64_t packets; /* or less, when so many are sent; 0: no limit */
};

struct trial_result {
	double pps; /* that was offered: it can be less than was wanted */
	double seconds;
	uint64_t sent;
	uint64_t received;               /* of those; each once */
	const struct histogram *latency; /* until the next trial */
};

/* 0 or -errno: -EINTR when the user wants to end it. */
typedef int (*trial_fn)(void *arg, const struct trial *t,
			struct trial_result *ret);

/* Lost, as a share of what was sent: 0 to 1. */
double trial_loss(const struct trial_result *r);

/* The generator could not keep the pace: this says little of the device. */
bool trial_is_behind(const struct trial *t, const struct trial_result *r);

/* A trial; one that falls behind is tried thrice. 0 or -errno. */
int trial_keep_pace(trial_fn run, void *arg, const struct trial *t,
		    struct trial_result *ret);

struct search {
	trial_fn run;
	void *arg;
	unsigned size;
	double seconds;    /* of a trial */
	double loss;       /* that counts as none: a share of what was sent */
	double resolution; /* between what passes and what loses: a share */
	unsigned verify;   /* a trial that loses is repeated so often */
};

/* The lowest rate that is tried: this part of the highest. */
#define SEARCH_RANGE 1000
/* The shortest burst that is tried. */
#define SEARCH_BURST 8

/* Whose limit it was that the search met. */
enum limit {
	LIMIT_DEVICE = 1, /* beyond it the device loses packets */
	LIMIT_GENERATOR,  /* beyond it nothing could be sent */
};

struct throughput {
	double pps; /* 0: packets were lost at any rate */
	enum limit limit;
};

struct burst {
	uint64_t packets; /* 0: packets were lost in any burst */
	enum limit limit;
};

/* Both take the result of a trial at full speed. 0 or -errno: then @ret is
 * untouched. */
int search_throughput(const struct search *s, const struct trial_result *top,
		      struct throughput *ret);
int search_burst(const struct search *s, const struct trial_result *top,
		 struct burst *ret);

/* How many trials they take, when no packet is lost by accident. */
unsigned search_throughput_steps(double resolution);
unsigned search_burst_steps(double packets, double resolution);

#endif
