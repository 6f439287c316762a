/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_view.h: what the user sees of a benchmark: while it runs a table and a
 * bar with the time left, or lines, or JSON; and at the end all results.
 */
#ifndef PKTGEN_BENCH_VIEW_H
#define PKTGEN_BENCH_VIEW_H

#include <stdio.h>

#include "html_report.h"

enum view_form {
	VIEW_SCREEN, /* on a terminal: drawn in place */
	VIEW_LINES,  /* a line for each result */
	VIEW_JSON,   /* an object for each trial */
	VIEW_QUIET,
};

struct view {
	const struct bench_plan *plan;
	const struct bench_result *results;
	const char *names[2];
	enum view_form form;
	uint64_t started; /* ns */

	struct trial trial; /* that is being made */
	enum bench_test test;
	uint64_t trial_started;
	unsigned done, left; /* trials; the one being made is left */
};

/* Fills @watch. */
void view_begin(struct view *v, struct bench_watch *watch);
/* Time has passed; @arg is the view. */
void view_tick(void *arg);
void view_end(struct view *v);

/* The forms */

/* The results so far, a row for each size that has one. */
void print_results(FILE *out, const struct bench_plan *plan,
		   const struct bench_result *results);
/* One test of a size, on a line or a few. */
void print_result(FILE *out, const struct bench_plan *plan,
		  const struct bench_result *results, unsigned size,
		  enum bench_test test);
/* All of it. */
void print_report(FILE *out, const struct bench_report *r);

/* 0 or -errno. */
int write_json_trial(FILE *out, const struct bench_plan *plan,
		     const struct trial *t, enum bench_test test,
		     const struct trial_result *r);
/* @reason: why it ended, as one word. */
int write_json_report(FILE *out, const struct bench_report *r,
		      const char *reason);

#endif
