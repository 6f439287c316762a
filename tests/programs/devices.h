/* SPDX-License-Identifier: BSD-2-Clause */
/* devices.h: devices to be measured, and a generator, that are but numbers */
#ifndef DEVICES_H
#define DEVICES_H

#include "bench.h"

struct device {
	double generator;   /* packets per second that it makes at most */
	double paced;       /* ... when it has to keep a pace; 0: the same */
	double capacity;    /* packets per second that it can pass on */
	double room;        /* packets that it can hold */
	double leak;        /* share of packets that it loses at any rate */
	unsigned accidents; /* one packet is lost in each n-th trial; 0: none */
	unsigned stalls; /* in each n-th trial the generator is slow; 0: none */
	unsigned stop;   /* the user stops it in the n-th trial; 0: never */

	unsigned trials; /* so far */
	struct histogram latency;
};

/* For struct bench_device; @arg is the struct device. */
int device_trial(void *arg, const struct trial *t, struct trial_result *ret);

/* A watch that looks away. */
extern const struct bench_watch nobody;

#endif
