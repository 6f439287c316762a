// SPDX-License-Identifier: BSD-2-Clause
/* bench.c: arguments, clock, medians, and counting under callgrind */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

#include <xskpkt/log.h>
#include <xskpkt/pool.h>

#include "bench.h"
#include "net.h"

void bench_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static uint64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t bench_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t bench_cpu_ns(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
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

void bench_check_books(struct xskpkt_pool *pool)
{
	struct xskpkt_pool_books books = { .size = sizeof(books) };

	if (xskpkt_pool_audit(pool, &books))
		bench_die("the books do not balance: %s", xskpkt_errmsg());
	if (books.received || books.double_free || books.foreign ||
	    books.bad_completions || books.bad_receives)
		bench_die("frames were lost or refused");
}

/* Instructions */

void bench_count_start(struct count *c, const struct users *u, enum side side)
{
	*c = (struct count){ .users = u, .side = side };
	CALLGRIND_ZERO_STATS;
}

void bench_count_cycle(struct count *c)
{
	unsigned n;

	CALLGRIND_TOGGLE_COLLECT;
	n = bench_cycle(c->users, c->side);
	CALLGRIND_TOGGLE_COLLECT;
	c->packets += n;
	c->cycles++;
}

void bench_count_end(const struct count *c)
{
	static const char *const names[] = { "ours", "hand", "nobody" };
	char name[96];

	snprintf(name, sizeof(name), "%s %u %s %u %llu", c->users->bench->name,
		 c->users->burst, names[c->side], c->cycles,
		 (unsigned long long)c->packets);
	CALLGRIND_DUMP_STATS_AT(name);
}

/* Arguments */

static unsigned burst_of(const char *text)
{
	int n = atoi(text);

	if (n < 1 || n > BURST_MAX)
		bench_die("burst %s: 1 to %d", text, BURST_MAX);
	return (unsigned)n;
}

static void run_bench(const struct bench *b, const struct place *place,
		      char **bursts)
{
	static char *all[] = { "1", "8", "32", "64", "256", NULL };
	void *open = place->open(b);

	for (char **burst = *bursts ? bursts : all; *burst; burst++) {
		place->measure(open, burst_of(*burst));
		if (!place->afresh || !burst[1])
			continue;
		place->close(open);
		open = place->open(b);
	}
	place->close(open);
}

int bench_main(int argc, char **argv, const struct bench *benches)
{
	const struct place *places[] = { &mem_place, &veth_place };
	const char *where = argc > 1 ? argv[1] : "";
	unsigned done = 0;

	net_source_main(argc, argv);
	for (unsigned i = 0; i < 2; i++) {
		if (*where && strcmp(where, places[i]->name))
			continue;
		for (const struct bench *b = benches; b->name; b++)
			if (!b->in_memory_only || places[i] == &mem_place)
				run_bench(b, places[i],
					  argv + (argc > 1 ? 2 : 1));
		done++;
	}
	if (!done)
		bench_die("usage: %s [mem | veth [BURST...]]", argv[0]);
	return 0;
}
