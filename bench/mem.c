// SPDX-License-Identifier: BSD-2-Clause
/*
 * mem.c: library, hand and nobody in turns against the partner in memory.
 *
 * The time of a cycle is that of the fastest of many short runs: what disturbs
 * it is noise, and noise only adds. That of the partner alone is taken off;
 * the ratio is the median over the rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

#include <xskpkt/log.h>
#include <xskpkt/pool.h>

#include "bench.h"
#include "hand.h"
#include "mem.h"
#include "partner.h"
#include "pool.h"

#define ROUNDS 9
#define RUNS 40                  /* in a round */
#define RUN_PACKETS (64 * 1024u) /* or so many bursts of 1 to 8 */
#define RUN_BURSTS 4096u
#define FRAMES 4096

enum side { OURS, HAND, NOBODY, SIDES };

struct mem {
	const struct bench *bench;
	unsigned burst;
	struct xskpkt_pool *pool;
	struct partner *in[SIDES], *out[SIDES]; /* NULL: not used */
	struct xskpkt_queue *queue_in, *queue_out;
	struct hand *hand_in, *hand_out;
};

static unsigned cycle(struct mem *m, enum side side)
{
	if (side == OURS)
		return m->bench->ours(m->queue_in, m->queue_out, m->burst);
	if (side == HAND)
		return m->bench->hand(m->hand_in, m->hand_out, m->burst);
	return partner_idle(m->in[NOBODY], m->out[NOBODY], m->burst);
}

/* @bursts times: the partner, then the user. Returns packets. */
static inline __attribute__((always_inline)) uint64_t
loop(struct mem *m, enum side side, unsigned bursts, bool counting)
{
	uint64_t packets = 0;

	for (unsigned i = 0; i < bursts; i++) {
		if (m->in[side])
			partner_receive(m->in[side], m->burst);
		if (counting)
			CALLGRIND_TOGGLE_COLLECT;
		packets += cycle(m, side);
		if (counting)
			CALLGRIND_TOGGLE_COLLECT;
		if (m->out[side])
			partner_send(m->out[side]);
	}
	return packets;
}

static double time_once(struct mem *m, enum side side)
{
	unsigned bursts = RUN_PACKETS / m->burst;
	uint64_t start, packets;

	bursts = bursts > RUN_BURSTS ? RUN_BURSTS : bursts;
	start = bench_ns();
	packets = loop(m, side, bursts, false);
	return (double)(bench_ns() - start) / (double)packets;
}

static void time_round(struct mem *m, double best[SIDES])
{
	for (unsigned s = 0; s < SIDES; s++)
		best[s] = 1e9;
	for (unsigned run = 0; run < RUNS; run++) {
		for (enum side s = 0; s < SIDES; s++) {
			double ns = time_once(m, s);

			if (ns < best[s])
				best[s] = ns;
		}
	}
}

static void print_times(struct mem *m)
{
	double ours[ROUNDS], hand[ROUNDS], ratio[ROUNDS], best[SIDES];
	double o, h, r;

	for (unsigned i = 0; i < ROUNDS; i++) {
		time_round(m, best);
		ours[i] = best[OURS] - best[NOBODY];
		hand[i] = best[HAND] - best[NOBODY];
		ratio[i] = ours[i] / hand[i];
	}
	o = bench_median(ours, ROUNDS);
	h = bench_median(hand, ROUNDS);
	r = bench_median(ratio, ROUNDS);
	printf("%-8s mem  burst %3u: ours %6.2f ns %7.1f Mpps, "
	       "hand %6.2f ns %7.1f Mpps, ours/hand %.2f (partner %.2f ns)\n",
	       m->bench->name, m->burst, o, 1e3 / o, h, 1e3 / h, r,
	       best[NOBODY]);
}

/* A dump's name says what was counted, over how many packets. */
static void count_side(struct mem *m, enum side side)
{
	static const char *const names[] = { "ours", "hand", "nobody" };
	unsigned bursts = 2048;
	char name[64];
	uint64_t packets;

	loop(m, side, 256, false);
	CALLGRIND_ZERO_STATS;
	packets = loop(m, side, bursts, true);
	snprintf(name, sizeof(name), "%s %u %s %u %llu", m->bench->name,
		 m->burst, names[side], bursts, (unsigned long long)packets);
	CALLGRIND_DUMP_STATS_AT(name);
}

static void count(struct mem *m)
{
	count_side(m, OURS);
	count_side(m, HAND);
	/* What the counting itself costs: cycles of nobody, doing nothing. */
	m->in[NOBODY] = m->out[NOBODY] = NULL;
	count_side(m, NOBODY);
}

static void new_pool(struct mem *m)
{
	struct xskpkt_pool_opts opts = { .size = sizeof(opts),
					 .frames = FRAMES,
					 .flags = XSKPKT_POOL_ON_NODE };

	if (xskpkt_pool_create(&m->pool, &opts))
		bench_die("no pool");
}

static void open_in(struct mem *m)
{
	for (enum side s = 0; s < SIDES; s++)
		m->in[s] = partner_new();
	m->queue_in = partner_queue(m->in[OURS], m->pool);
	m->hand_in = partner_hand(m->in[HAND], m->pool->frames.base);
	hand_fill_all(m->hand_in);
}

static void open_out(struct mem *m)
{
	for (enum side s = 0; s < SIDES; s++)
		m->out[s] = partner_new();
	m->queue_out = partner_queue(m->out[OURS], m->pool);
	m->hand_out = partner_hand(m->out[HAND], m->pool->frames.base);
	hand_free_all(m->hand_out);
}

/* A cycle that loses packets would be fast. */
static void check_books(struct mem *m)
{
	struct xskpkt_pool_books books = { .size = sizeof(books) };

	if (xskpkt_pool_audit(m->pool, &books))
		bench_die("the books do not balance: %s", xskpkt_errmsg());
	if (books.received || books.double_free || books.foreign ||
	    books.bad_completions || books.bad_receives)
		bench_die("frames were lost or refused");
}

static void close_all(struct mem *m)
{
	for (enum side s = 0; s < SIDES; s++) {
		if (m->in[s])
			partner_free(m->in[s]);
		if (m->out[s])
			partner_free(m->out[s]);
	}
	if (m->queue_in)
		partner_queue_free(m->queue_in);
	if (m->queue_out)
		partner_queue_free(m->queue_out);
	free(m->hand_in);
	free(m->hand_out);
	xskpkt_pool_destroy(m->pool);
}

void mem_run(const struct bench *b, unsigned burst)
{
	struct mem m = { .bench = b, .burst = burst };

	new_pool(&m);
	if (b->receives)
		open_in(&m);
	if (b->sends)
		open_out(&m);
	if (RUNNING_ON_VALGRIND)
		count(&m);
	else
		print_times(&m);
	check_books(&m);
	close_all(&m);
}
