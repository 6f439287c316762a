// SPDX-License-Identifier: BSD-2-Clause
/*
 * mem.c: library, hand and nobody in turns against the partner in memory.
 *
 * The time of a cycle is that of the fastest of many short runs: what disturbs
 * it is noise, and noise only adds. That of the partner alone is taken off.
 * Medians over the rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

#include <xskpkt/pool.h>
#include <xskpkt/queue.h>

#include "bench.h"
#include "hand.h"
#include "partner.h"
#include "pool.h"

#define ROUNDS 9
#define RUNS 40                  /* in a round */
#define RUN_PACKETS (64 * 1024u) /* or so many bursts of 1 to 8 */
#define RUN_BURSTS 4096u
#define FRAMES 4096

struct mem {
	struct users users;
	struct xskpkt_pool *pool, *unchecked;
	struct partner *in[SIDES], *out[SIDES]; /* NULL: not used */
};

static void before(struct mem *m, enum side side)
{
	if (m->in[side])
		partner_receive(m->in[side], m->users.burst);
}

static void after(struct mem *m, enum side side)
{
	if (m->out[side])
		partner_send(m->out[side]);
}

static unsigned cycle(struct mem *m, enum side side)
{
	if (side == NOBODY)
		return partner_idle(m->in[NOBODY], m->out[NOBODY],
				    m->users.burst);
	return bench_cycle(&m->users, side);
}

/* @bursts times: the partner, then the user. Returns packets. */
static uint64_t loop(struct mem *m, enum side side, unsigned bursts)
{
	uint64_t packets = 0;

	for (unsigned i = 0; i < bursts; i++) {
		before(m, side);
		packets += cycle(m, side);
		after(m, side);
	}
	return packets;
}

static double time_once(struct mem *m, enum side side)
{
	unsigned bursts = RUN_PACKETS / m->users.burst;
	uint64_t start, packets;

	bursts = bursts > RUN_BURSTS ? RUN_BURSTS : bursts;
	start = bench_ns();
	packets = loop(m, side, bursts);
	return (double)(bench_ns() - start) / (double)packets;
}

static void time_round(struct mem *m, double best[SIDES])
{
	for (unsigned s = 0; s < SIDES; s++)
		best[s] = 1e9;
	for (unsigned i = 0; i < RUNS; i++) {
		for (enum side s = 0; s < SIDES; s++) {
			double ns = time_once(m, s);

			if (ns < best[s])
				best[s] = ns;
		}
	}
}

static void print_times(struct mem *m)
{
	double ours[ROUNDS], hand[ROUNDS], best[SIDES], o, h;

	for (unsigned i = 0; i < ROUNDS; i++) {
		time_round(m, best);
		ours[i] = best[OURS] - best[NOBODY];
		hand[i] = best[HAND] - best[NOBODY];
	}
	o = bench_median(ours, ROUNDS);
	h = bench_median(hand, ROUNDS);
	if (m->unchecked) {
		printf("%-18s mem  burst %3u: checked %6.2f ns, unchecked "
		       "%6.2f ns, price of the checks %.2f ns a packet\n",
		       m->users.bench->name, m->users.burst, o, h, o - h);
		return;
	}
	printf("%-18s mem  burst %3u: ours %6.2f ns %7.1f Mpps, "
	       "hand %6.2f ns %7.1f Mpps, time ours/hand %.2f (partner %.2f ns)\n",
	       m->users.bench->name, m->users.burst, o, 1e3 / o, h, 1e3 / h,
	       o / h, best[NOBODY]);
}

static void count(struct mem *m, enum side side)
{
	struct count c;

	loop(m, side, 256);
	bench_count_start(&c, &m->users, side);
	while (c.cycles < 2048) {
		before(m, side);
		bench_count_cycle(&c);
		after(m, side);
	}
	bench_count_end(&c);
}

static struct xskpkt_pool *new_pool(void)
{
	struct xskpkt_pool_opts opts = { .size = sizeof(opts),
					 .frames = FRAMES,
					 .flags = XSKPKT_POOL_ON_NODE };
	struct xskpkt_pool *pool;

	if (xskpkt_pool_create(&pool, &opts))
		bench_die("no pool");
	return pool;
}

/*
 * After mixed traffic for a while frames are in no order any more: here at its
 * worst. Nothing is in a ring yet.
 */
static void shuffle(struct xskpkt_queue *q)
{
	static struct xskpkt_pkt pkts[FRAMES];
	unsigned n = xskpkt_queue_alloc(q, pkts, FRAMES);
	uint32_t random = 1;

	for (unsigned i = n; i-- > 1;) {
		struct xskpkt_pkt swap = pkts[i];
		unsigned k = (random = random * 1664525 + 1013904223) % (i + 1);

		pkts[i] = pkts[k];
		pkts[k] = swap;
	}
	xskpkt_queue_drop(q, pkts, n);
}

static void open_in(struct mem *m)
{
	for (enum side s = 0; s < SIDES; s++)
		m->in[s] = partner_new();
	m->users.queue_in = partner_queue(m->in[OURS], m->pool);
	if (m->unchecked) {
		m->users.unchecked_in =
			partner_queue(m->in[HAND], m->unchecked);
		return;
	}
	m->users.hand_in = partner_hand(m->in[HAND], m->pool->frames.base);
	hand_fill(m->users.hand_in, HAND_FRAMES);
}

static void open_out(struct mem *m)
{
	for (enum side s = 0; s < SIDES; s++)
		m->out[s] = partner_new();
	m->users.queue_out = partner_queue(m->out[OURS], m->pool);
	if (m->unchecked) {
		m->users.unchecked_out =
			partner_queue(m->out[HAND], m->unchecked);
		return;
	}
	m->users.hand_out = partner_hand(m->out[HAND], m->pool->frames.base);
	hand_free(m->users.hand_out, HAND_FRAMES, PACKET_BYTES);
}

static void *open_mem(const struct bench *b)
{
	struct mem *m = calloc(1, sizeof(*m));

	m->users.bench = b;
	m->pool = new_pool();
	if (b->unchecked) {
		m->unchecked = new_pool();
		*b->unchecked = &m->unchecked->frames;
	}
	if (b->receives)
		open_in(m);
	if (b->sends)
		open_out(m);
	if (b->shuffled)
		shuffle(b->receives ? m->users.queue_in : m->users.queue_out);
	return m;
}

static void measure(void *mem, unsigned burst)
{
	struct mem *m = mem;

	m->users.burst = burst;
	if (!RUNNING_ON_VALGRIND) {
		print_times(m);
		return;
	}
	for (enum side s = 0; s < SIDES; s++)
		count(m, s);
}

static void close_mem(void *mem)
{
	struct mem *m = mem;

	bench_check_books(m->pool);
	for (enum side s = 0; s < SIDES; s++) {
		if (m->in[s])
			partner_free(m->in[s]);
		if (m->out[s])
			partner_free(m->out[s]);
	}
	partner_queue_free(m->users.queue_in);
	partner_queue_free(m->users.queue_out);
	partner_queue_free(m->users.unchecked_in);
	partner_queue_free(m->users.unchecked_out);
	free(m->users.hand_in);
	free(m->users.hand_out);
	xskpkt_pool_destroy(m->pool);
	xskpkt_pool_destroy(m->unchecked);
	free(m);
}

const struct place mem_place = { "mem", true, open_mem, measure, close_mem };
