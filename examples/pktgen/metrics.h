/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics.h: a session for monitoring systems */
#ifndef PKTGEN_METRICS_H
#define PKTGEN_METRICS_H

#include <stdio.h>

/* For http_start(): @session is a struct session whose port is open. */
void print_metrics(FILE *out, void *session);

#endif
