/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_options.h: what the command line of pktgen bench asks for */
#ifndef PKTGEN_BENCH_OPTIONS_H
#define PKTGEN_BENCH_OPTIONS_H

#include "bench.h"
#include "pattern.h"
#include "settings.h"

struct bench_options {
	const char *names[2]; /* that sends, that receives */
	struct settings settings;
	struct bench_plan plan;
	struct pattern pattern;               /* with no size */
	struct pattern patterns[BENCH_SIZES]; /* one for each size; checked */
	unsigned largest;                     /* which of them it is */
	const char *report;                   /* path, or NULL */
	bool quick;
	bool sizes_given;
};

/* GO_ON, or an exit code when all is said. */
int bench_options_parse(struct bench_options *ret, int argc, char **argv);

#endif
