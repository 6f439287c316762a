/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attend.h: what the main thread does while others work: it reports, and
 * listens to signals, keys, and what the others have to tell.
 */
#ifndef COMMON_ATTEND_H
#define COMMON_ATTEND_H

#include <stdint.h>

#include "report.h"
#include "settings.h"

struct attendance;

struct attend_duties {
	/* The eventfd was written to; it has been read. */
	void (*news)(struct attendance *a);
	/* Every 100 ms; NULL: nothing needs it. */
	void (*look)(struct attendance *a);
};

struct attendance {
	const struct attend_duties *duties;
	const struct settings *settings;
	void *arg;        /* of the duties */
	int signals;      /* of signals_take() */
	int news;         /* eventfd */
	uint64_t started; /* ns */
	struct report report;

	const char *reason;   /* why it ended, in JSON; NULL: go on */
	const char *sentence; /* and in the summary */
	int code;             /* and as an exit code */
	uint64_t next_report, next_look, end;
};

/* A signalfd for what ends a program; threads that start later get none of
 * it. -errno: there are no descriptors left. */
int signals_take(void);

/* Until attend_end() was called, by a duty, a key, a signal or the clock.
 * @style and @report_arg are for report_begin(). */
void attend(struct attendance *a, const struct report_style *style,
	    void *report_arg);

/* The first reason stays. */
void attend_end(struct attendance *a, const char *reason, const char *sentence,
		int code);

/* The last report. Returns the exit code. */
int attend_report(struct attendance *a);

#endif
