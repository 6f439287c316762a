// SPDX-License-Identifier: BSD-2-Clause
/* bench.c: clock, medians, arguments */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "mem.h"

void bench_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

uint64_t bench_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(double *values, unsigned n)
{
	qsort(values, n, sizeof(*values), compare);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

typedef void (*run_fn)(const struct bench *b, unsigned burst);

static void run_bursts(const struct bench *b, run_fn run, char **bursts)
{
	static char *all[] = { "1", "8", "32", "64", "256", NULL };

	for (char **burst = *bursts ? bursts : all; *burst; burst++) {
		int n = atoi(*burst);

		if (n < 1 || n > BURST_MAX)
			bench_die("burst %s: 1 to %d", *burst, BURST_MAX);
		run(b, (unsigned)n);
	}
}

int bench_main(int argc, char **argv, const struct bench *benches)
{
	char **bursts = argv + (argc > 1 ? 2 : 1);
	const char *where = argc > 1 ? argv[1] : "mem";

	if (strcmp(where, "mem"))
		bench_die("usage: %s [mem [BURST...]]", argv[0]);
	for (const struct bench *b = benches; b->name; b++)
		run_bursts(b, mem_run, bursts);
	return 0;
}
