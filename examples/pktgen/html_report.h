/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html_report.h: a benchmark as a page: one file, for which no network and no
 * script is needed, in light and in dark.
 */
#ifndef PKTGEN_HTML_REPORT_H
#define PKTGEN_HTML_REPORT_H

#include "bench.h"
#include "bench_facts.h"

struct bench_report {
	const struct bench_plan *plan;
	const struct bench_result *results;
	const struct bench_facts *facts;
	double seconds;      /* that it took */
	const char *stopped; /* why it is not whole; NULL: it is */
};

/*
 * To @path, whole or not at all: what is there stays until the page is written.
 * 0, or -errno after it was said why.
 */
int html_report_write(const struct bench_report *report, const char *path);

/* Can it be written there? As before, but nothing is written. */
int html_report_check(const char *path);

#endif
