/* SPDX-License-Identifier: BSD-2-Clause */
/* forms.h: what reports look like */
#ifndef PKTFWD_FORMS_H
#define PKTFWD_FORMS_H

#include <stdio.h>

#include "counts.h"
#include "report.h"

extern const struct report_style forward_style; /* its arg: the forwarder */

/* Those of its forms that are JSON. */
int write_json_interval(FILE *out, void *arg, const void *now,
			const void *step);
int write_json_summary(FILE *out, void *arg, const void *all,
		       const char *reason);

/* For http_start(): @arg is the forwarder. */
void print_metrics(FILE *out, void *arg);

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
