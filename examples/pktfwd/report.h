/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h: what the user sees while it runs, and at the end */
#ifndef PKTFWD_REPORT_H
#define PKTFWD_REPORT_H

#include <stdio.h>

#include "counts.h"

enum report_form {
	REPORT_TABLE, /* on a terminal: drawn in place */
	REPORT_LINES, /* one line per interval */
	REPORT_JSON,  /* one object per interval */
};

struct report {
	struct forwarder *forwarder;
	enum report_form form;
	struct snapshot *base;   /* since when the table counts; NULL: start */
	struct snapshot *before; /* at the last interval */
	struct snapshot *step;   /* what happened in it */
	bool explaining;         /* sentences stand in place of the table */
	int err;                 /* of writing to stdout */
};

void report_begin(struct report *r, struct forwarder *f);
/* At each interval. */
void report_interval(struct report *r);
/* A key was pressed. False: quit. */
bool report_key(struct report *r, char key);
/* @reason: why it ended, as one word, and in a sentence. */
void report_end(struct report *r, const char *reason, const char *sentence);

/* The forms: each gets all that happened since the last interval, and the
 * whole. */

/* @since: since the start or the last reset. */
void print_head(FILE *out, const struct forwarder *f,
		const struct snapshot *step, const struct snapshot *since);
void print_table(FILE *out, const struct forwarder *f,
		 const struct snapshot *step, const struct snapshot *since);
void print_line(FILE *out, const struct snapshot *step, double time);
void print_summary(FILE *out, struct forwarder *f, const struct snapshot *all,
		   const char *sentence);
/* Modes, and where packets were lost. */
void print_explanation(FILE *out, struct forwarder *f,
		       const struct snapshot *all);
int write_json_interval(FILE *out, const struct forwarder *f,
			const struct snapshot *now,
			const struct snapshot *step);
int write_json_summary(FILE *out, struct forwarder *f,
		       const struct snapshot *all, const char *reason);

/* For http_start(): @arg is the forwarder. */
void print_metrics(FILE *out, void *arg);

/* What the library has to say of a port, as lines; the caller frees it. NULL:
 * it is away, or there is no memory. */
char *explain_port(struct port *port);

/* Events per second. */
static inline double per_second(uint64_t n, const struct snapshot *step)
{
	return step->time > 0 ? (double)n / step->time : 0;
}

static inline double cpu_percent(const struct snapshot *step, int worker)
{
	if (worker < 0 || (unsigned)worker >= step->worker_count)
		return 0;
	return per_second(step->cpu_ns[worker], step) / 1e7;
}

static inline double per_poll(const uint64_t *n)
{
	return n[POLLS] ? (double)n[RX_PACKETS] / (double)n[POLLS] : 0;
}

#endif
