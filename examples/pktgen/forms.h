/* SPDX-License-Identifier: BSD-2-Clause */
/* forms.h: what the reports of several commands have in common */
#ifndef PKTGEN_FORMS_H
#define PKTGEN_FORMS_H

#include <stdio.h>

#include "histogram.h"
#include "json.h"
#include "reading.h"
#include "session.h"

enum direction { DIRECTION_RX, DIRECTION_TX };

static inline double per_second(uint64_t n, double seconds)
{
	return seconds > 0 ? (double)n / seconds : 0;
}

/* Text */

/* A row for each queue. @since: what LOST counts. */
void print_queues(FILE *out, enum direction direction,
		  const struct reading *step, const struct reading *since,
		  double seconds);
/* One line for each cause of loss on each queue. */
void print_losses(FILE *out, const char *ifname, const struct reading *since);
/* "  12 of something", if there is any. */
void print_count(FILE *out, uint64_t n, const char *what);
/* Percentiles on one line, or that there are none; it ends the line. */
void print_latency(FILE *out, const char *what, const struct histogram *h);
/* What the library says of the port. */
void print_port(FILE *out, const struct session *s);

/* JSON */

/* type, command, interface, time and seconds: how every object begins. */
json_t *form_object(const char *type, const char *command,
		    const struct session *s, double time, double seconds);
/* state, queues, and what they lost. */
void form_set_port(json_t *object, enum direction direction,
		   const struct reading *step, double seconds);
/* count, min, mean, max, p50 ... p99.99, in ns; null when it is empty. */
void form_set_latency(json_t *object, const char *key,
		      const struct histogram *h);
/* reason, and what the library says of the port. */
void form_set_end(json_t *object, const char *reason, const struct session *s);

#endif
