// SPDX-License-Identifier: BSD-2-Clause
/*
 * veth.c: library and hand in turns, each on veth pairs of its own, in copy
 * mode and native XDP. The source has CPU 0, the user CPU 1. Both spin, so a
 * second is one of the user's CPU time: others may disturb that less. The ratio
 * is the median of the rounds' ratios.
 */
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

#include <xskpkt/xskpkt.h>

#include "bench.h"
#include "hand.h"
#include "net.h"
#include "queue.h"

#define ROUNDS 15
#define ROUND_NS 150000000ull
#define WARM_NS 30000000ull
#define SOURCE_CPU 0
#define USER_CPU 1
/* Under callgrind. */
#define COUNT_CYCLES 4096
#define AWAIT_NS 5000000000ull

struct veth {
	struct users users;
	struct net nets[SIDES];
	struct xskpkt_pool *pool;
	struct xskpkt_port *in, *out;
};

/* Returns packets; *ns is how long the CPU worked for that. */
static uint64_t run_for(struct veth *v, enum side side, uint64_t want,
			double *ns)
{
	uint64_t start = bench_ns(), cpu = bench_cpu_ns(), packets = 0;

	do {
		for (unsigned i = 0; i < 64; i++)
			packets += bench_cycle(&v->users, side);
	} while (bench_ns() - start < want);
	*ns = (double)(bench_cpu_ns() - cpu);
	return packets;
}

static void start(struct veth *v, enum side side)
{
	if (side != NOBODY && v->users.bench->receives)
		net_source_start(&v->nets[side], SOURCE_CPU);
}

static void stop(struct veth *v, enum side side)
{
	if (side != NOBODY && v->users.bench->receives)
		net_source_stop(&v->nets[side]);
}

/* Million packets per second. */
static double rate(struct veth *v, enum side side)
{
	uint64_t packets;
	double ns;

	start(v, side);
	run_for(v, side, WARM_NS, &ns);
	packets = run_for(v, side, ROUND_NS, &ns);
	stop(v, side);
	return (double)packets * 1e3 / ns;
}

static void print_rates(struct veth *v)
{
	double ours[ROUNDS], hand[ROUNDS], ratio[ROUNDS], o, h;

	for (unsigned i = 0; i < ROUNDS; i++) {
		/* Who goes first may have it easier: take turns. */
		if (i % 2)
			hand[i] = rate(v, HAND);
		ours[i] = rate(v, OURS);
		if (i % 2 == 0)
			hand[i] = rate(v, HAND);
		ratio[i] = ours[i] / hand[i];
	}
	o = bench_median(ours, ROUNDS);
	h = bench_median(hand, ROUNDS);
	printf("%-18s veth burst %3u: ours %6.2f Mpps %6.1f ns, hand %6.2f Mpps "
	       "%6.1f ns, rate ours/hand %.2f\n",
	       v->users.bench->name, v->users.burst, o, 1e3 / o, h, 1e3 / h,
	       bench_median(ratio, ROUNDS));
}

/* So that the count is of full bursts, however slow the source may be. */
static void await_burst(const struct users *u, enum side side)
{
	uint64_t give_up = bench_ns() + AWAIT_NS;
	const _Atomic uint32_t *filled, *taken;

	if (side == NOBODY || !u->bench->receives)
		return;
	if (side == OURS) {
		filled = u->queue_in->socket.rx.theirs;
		taken = u->queue_in->socket.rx.ours;
	} else {
		filled = (const _Atomic uint32_t *)u->hand_in->rx.producer;
		taken = (const _Atomic uint32_t *)u->hand_in->rx.consumer;
	}
	while (*filled - *taken < u->burst)
		if (bench_ns() > give_up)
			bench_die("the source sends nothing");
}

static void count(struct veth *v, enum side side)
{
	struct count c;

	start(v, side);
	bench_count_start(&c, &v->users, side);
	while (c.cycles < COUNT_CYCLES) {
		await_burst(&v->users, side);
		bench_count_cycle(&c);
	}
	bench_count_end(&c);
	stop(v, side);
}

static void open_ours(struct veth *v)
{
	struct net *net = &v->nets[OURS];
	int err = xskpkt_pool_create(&v->pool, NULL);

	if (!err && *net->in.a)
		err = xskpkt_port_open(&v->in, net->in.a, v->pool, NULL);
	if (!err && *net->out.a)
		err = xskpkt_port_open(&v->out, net->out.a, v->pool, NULL);
	if (err)
		bench_die("%s", xskpkt_errmsg());
	if (v->in)
		v->users.queue_in = xskpkt_port_queue(v->in, 0);
	if (v->out)
		v->users.queue_out = xskpkt_port_queue(v->out, 0);
}

static void *open_veth(const struct bench *b)
{
	struct veth *v = calloc(1, sizeof(*v));

	net_pin(USER_CPU);
	v->users.bench = b;
	for (enum side s = OURS; s <= HAND; s++)
		net_open(&v->nets[s], b->receives, b->sends);
	open_ours(v);
	net_hand(&v->nets[HAND], &v->users.hand_in, &v->users.hand_out);
	return v;
}

static void measure(void *veth, unsigned burst)
{
	struct veth *v = veth;

	v->users.burst = burst;
	if (!RUNNING_ON_VALGRIND) {
		print_rates(v);
		return;
	}
	for (enum side s = 0; s < SIDES; s++)
		count(v, s);
}

/* What was opened by hand goes with the process. */
static void close_veth(void *veth)
{
	struct veth *v = veth;

	bench_check_books(v->pool);
	xskpkt_port_close(v->in);
	xskpkt_port_close(v->out);
	xskpkt_pool_destroy(v->pool);
	free(v);
}

const struct place veth_place = { "veth", false, open_veth, measure,
				  close_veth };
