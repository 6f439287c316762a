/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.h: an interface that is watched, and what is told of it */
#ifndef PKTNIC_WATCH_H
#define PKTNIC_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#include "sample.h"

struct watch {
	const char *ifname;
	struct sample *first; /* since when it is watched */
	struct sample *last;  /* in place of one that cannot be had any more */
	bool lost;            /* it was said why */
};

/* Something that is not known, in words and as JSON has it. The last of them
 * has no words. */
struct watch_gap {
	const char *what, *key, *reason;
};
#define WATCH_GAPS 4
void watch_gaps(struct watch_gap ret[WATCH_GAPS], const struct sample *step);
/* Who has counted the packets of queues; "": nobody. */
const char *watch_source(const struct sample *step);

/* A second's worth of @n; UNKNOWN is -1. */
double watch_rate(uint64_t n, const struct sample *step);
/* Packets per interrupt, and percent of a core; -1: unknown. */
double watch_per_irq(const struct lane_sample *l);
double watch_load(const struct lane_sample *l);

/* For people, as report_style has them. */
void watch_head(FILE *out, void *arg, const void *step, const void *since);
void watch_table(FILE *out, void *arg, const void *step, const void *since);
void watch_explain(FILE *out, void *arg, const void *now);
void watch_line(FILE *out, void *arg, const void *now, const void *step);
void watch_summary(FILE *out, void *arg, const void *all, const char *sentence);

/* For programs. */
int watch_json(FILE *out, void *arg, const void *now, const void *step);
int watch_json_summary(FILE *out, void *arg, const void *all,
		       const char *reason);

#endif
