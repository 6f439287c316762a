/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_bed.h: two interfaces, with a device between them, and trials there.
 *
 * For each trial a generator and an analyser are started, and end. Each
 * generator has a number of its own in its marks, by which a packet that comes
 * late is told from those of the next trial.
 */
#ifndef PKTGEN_BENCH_BED_H
#define PKTGEN_BENCH_BED_H

#include "analyser.h"
#include "bench_search.h"
#include "pattern.h"
#include "session.h"

struct bed {
	const char *names[2];     /* that sends, that receives */
	struct pattern *patterns; /* one for each size; they are checked */
	struct settings settings[2];
	bool keys; /* q ends it */

	/* Called ten times a second while a trial runs. */
	void (*tick)(void *arg);
	void *arg;
	uint64_t next_tick;

	struct session sessions[2];
	int promiscuous;
	struct analysis analysis;

	/* Why it has to end, as one word and in a sentence; NULL: it has not */
	const char *reason, *sentence;
};

/* Returns EXIT_OK, or what to exit with after it was said why. Close it in
 * either case. @largest: one of the patterns. */
int bed_open(struct bed *b, const struct settings *settings,
	     const struct pattern *largest);
void bed_close(struct bed *b);

/* For struct bench_device; @arg is the bed. An error was said. */
int bed_trial(void *arg, const struct trial *t, struct trial_result *ret);

#endif
