/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h: what the user sees while a program runs, and at the end: which
 * form, and when. The program says how each form looks.
 *
 * Snapshots are the program's: all its numbers at one moment. @step is what
 * happened in the last interval, @since what happened since the start or the
 * last reset, each a snapshot as well.
 */
#ifndef COMMON_REPORT_H
#define COMMON_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "settings.h"

struct report_style {
	/* NULL: no memory. */
	void *(*take)(void *arg);
	void (*release)(void *snapshot);
	/* @now minus @before, which may be NULL: then a copy. */
	void *(*since)(const void *now, const void *before);

	/* The table's first line, and the rest of it. */
	void (*head)(FILE *out, void *arg, const void *step, const void *since);
	void (*table)(FILE *out, void *arg, const void *step,
		      const void *since);
	/* In place of the rest: modes, and where packets were lost. */
	void (*explain)(FILE *out, void *arg, const void *now);
	void (*line)(FILE *out, void *arg, const void *now, const void *step);
	int (*json)(FILE *out, void *arg, const void *now, const void *step);

	/* Why it ended, in a sentence, and as one word. */
	void (*summary)(FILE *out, void *arg, const void *all,
			const char *sentence);
	int (*json_summary)(FILE *out, void *arg, const void *all,
			    const char *reason);
};

enum report_form {
	REPORT_TABLE, /* on a terminal: drawn in place */
	REPORT_LINES, /* one line per interval */
	REPORT_JSON,  /* one object per interval */
};

struct report {
	const struct report_style *style;
	void *arg;
	enum report_form form;
	bool quiet;
	void *base;      /* since when the table counts; NULL: start */
	void *before;    /* at the last interval */
	void *step;      /* what happened in it */
	bool explaining; /* sentences stand in place of the table */
	int err;         /* of writing to stdout */
};

void report_begin(struct report *r, const struct report_style *style, void *arg,
		  const struct settings *settings);
/* At each interval. */
void report_interval(struct report *r);
/* A key was pressed. False: quit. */
bool report_key(struct report *r, char key);
/* The last. Returns 0, or -errno of all the writing. */
int report_end(struct report *r, const char *reason, const char *sentence);

#endif
