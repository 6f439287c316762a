// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whatever happens, and in whatever order, the books balance: a long run of
 * openings, closings, traffic, mistakes and flaps, drawn from a seed.
 *
 * XSKPKT_SEED in the environment gives another run than the usual one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "traffic.h"

#define ENDS 4 /* two pairs: 0 and 1, 2 and 3 */
#define KEPT_MAX 2000
#define RUN_MS 8000

static struct world {
	struct testnet nets[2];
	struct xskpkt_pool *pool;
	struct xskpkt_port *ports[ENDS];
	struct xskpkt_pkt kept[KEPT_MAX]; /* ours, filled as they came */
	unsigned kept_count;
	uint32_t number;
	uint64_t random;
	unsigned opened, sent, received, refused;
} world;

static uint32_t draw(uint32_t below)
{
	/* xorshift64* */
	world.random ^= world.random >> 12;
	world.random ^= world.random << 25;
	world.random ^= world.random >> 27;
	return (uint32_t)((world.random * 0x2545f4914f6cdd1dull >> 32) % below);
}

static const char *end_name(unsigned end)
{
	return end % 2 ? world.nets[end / 2].b : world.nets[end / 2].a;
}

/* Any open queue that can do it, or NULL. */
static struct xskpkt_queue *any_queue(void)
{
	struct xskpkt_port *port = world.ports[draw(ENDS)];

	if (!port)
		return NULL;
	return xskpkt_port_queue(port, draw(xskpkt_port_queues(port)));
}

static void open_one(void)
{
	static const uint32_t modes[] = { XSKPKT_MODE_AUTO, XSKPKT_MODE_COPY,
					  XSKPKT_MODE_GENERIC };
	static const uint32_t flags[] = { 0,
					  0,
					  0,
					  XSKPKT_PORT_TX_ONLY,
					  XSKPKT_PORT_RX_ONLY,
					  XSKPKT_PORT_MULTI_BUFFER };
	uint32_t one = draw(2), few = draw(2);
	unsigned end = draw(ENDS);

	if (world.ports[end])
		return;
	CHECK_OK(xskpkt_port_open(
		&world.ports[end], end_name(end), world.pool,
		PORT_OPTS(.rx_ring = 1u << draw(9), .tx_ring = 1u << draw(9),
			  .mode = modes[draw(3)], .flags = flags[draw(6)],
			  .queues = few ? &one : NULL, .queue_count = few)));
	world.opened++;
}

static void close_one(void)
{
	unsigned end = draw(ENDS);

	xskpkt_port_close(world.ports[end]);
	world.ports[end] = NULL;
}

static void send_some(void)
{
	struct xskpkt_queue *q = any_queue();
	struct xskpkt_pkt pkts[64];
	unsigned n, taken;

	if (!q)
		return;
	n = xskpkt_queue_alloc(q, pkts, 1 + draw(64));
	for (unsigned i = 0; i < n; i++) {
		pkts[i].len = 64 + draw(1518 - 64);
		packet_make(pkts[i].data, pkts[i].len, 1, world.number++);
	}
	taken = xskpkt_queue_tx(q, pkts, n);
	xskpkt_queue_drop(q, pkts + taken, n - taken);
	world.sent += taken;
}

/* What comes is checked and kept. */
static void receive_some(void)
{
	unsigned room = KEPT_MAX - world.kept_count, n;
	struct xskpkt_queue *q = any_queue();
	uint32_t id;

	if (!q || room < 64)
		return;
	n = xskpkt_queue_rx(q, world.kept + world.kept_count, 64);
	for (unsigned i = 0; i < n; i++)
		packet_check(&world.kept[world.kept_count + i], 1, &id);
	world.kept_count += n;
	world.received += n;
}

/* Of what was kept some goes back, or out on any port, or both by mistake. */
static void give_back(void)
{
	struct xskpkt_queue *q = any_queue(), *other = any_queue();
	unsigned n = world.kept_count < 64 ? world.kept_count : 64, taken = 0;
	struct xskpkt_pkt *pkts = world.kept + world.kept_count - n;

	if (!q || !other || !n)
		return;
	if (draw(2))
		taken = xskpkt_queue_tx(q, pkts, n);
	xskpkt_queue_drop(q, pkts + taken, n - taken);
	if (!draw(8)) {
		/* At once, so that they cannot be somebody's again by now:
		 * refused, unless the kernel has sent them already. */
		xskpkt_queue_drop(q, pkts, n);
		world.refused += n;
	}
	world.kept_count -= n;
}

static void send_nonsense(void)
{
	static uint8_t foreign[64];
	struct xskpkt_queue *q = any_queue();
	struct xskpkt_pkt pkts[3] = { { .data = foreign, .len = 64 },
				      { .data = NULL, .len = 1 } };

	if (!q || xskpkt_queue_alloc(q, &pkts[2], 1) < 1)
		return;
	pkts[2].len = draw(2) ? 0 : 5000;
	xskpkt_queue_tx(q, pkts, 3);
	/* Taken or not, it is not ours any more after this. */
	xskpkt_queue_drop(q, &pkts[2], 1);
}

static void flap(void)
{
	const char *name = end_name(draw(ENDS));

	run("ip link set %s down", name);
	send_some();
	if (draw(4))
		run("ip link set %s up", name);
}

/* All that are down come up, now and then. */
static void heal(void)
{
	for (unsigned end = 0; end < ENDS; end++)
		run("ip link set %s up", end_name(end));
}

static void delete_pair(void)
{
	unsigned pair = draw(2);
	const struct testnet *t = &world.nets[pair];

	run("ip link del %s", t->a);
	send_some();
	receive_some();
	for (unsigned end = 2 * pair; end < 2 * pair + 2; end++) {
		if (world.ports[end])
			UNTIL(xskpkt_port_state(world.ports[end]) ==
			      XSKPKT_STATE_GONE);
		xskpkt_port_close(world.ports[end]);
		world.ports[end] = NULL;
	}
	run("ip link add %s numrxqueues 2 numtxqueues 2 type veth peer name %s "
	    "numrxqueues 2 numtxqueues 2 && ip link set %s up && "
	    "ip link set %s up",
	    t->a, t->b, t->a, t->b);
}

static void look(void)
{
	struct xskpkt_queue *q = any_queue();
	FILE *out;
	int ret;

	if (!q)
		return;
	ret = xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX | XSKPKT_WAIT_TX, 0);
	CHECK(ret == 0 || ret == 1);
	out = fopen("/dev/null", "we");
	CHECK(xskpkt_port_explain(xskpkt_queue_port(q), out) >= 0);
	fclose(out);
}

/* Of a thousand steps, so many are ... */
static const struct {
	unsigned share;
	void (*step)(void);
} steps[] = {
	{ 320, send_some },    { 320, receive_some }, { 280, give_back },
	{ 30, send_nonsense }, { 25, look },          { 12, open_one },
	{ 5, close_one },      { 4, flap },           { 3, heal },
	{ 1, delete_pair },
};

static void one_step(void)
{
	unsigned i = 0, number = draw(1000);

	for (; number >= steps[i].share; i++)
		number -= steps[i].share;
	steps[i].step();
}

TEST(the_books_balance_whatever_happens, .limit = 120)
{
	const char *seed = getenv("XSKPKT_SEED");
	struct xskpkt_pool_books books;
	int64_t end;

	world.random = seed ? strtoull(seed, NULL, 0) | 1 : 4711;
	printf("seed %llu\n", (unsigned long long)world.random);
	testnet_veth(&world.nets[0], 2);
	testnet_veth(&world.nets[1], 2);
	CHECK_OK(xskpkt_pool_create(&world.pool, POOL_OPTS(.frames = 12288)));
	for (unsigned i = 0; i < 20; i++)
		open_one();
	end = now_ms() + RUN_MS;
	while (now_ms() < end) {
		for (unsigned i = 0; i < 50; i++)
			one_step();
		check_books(world.pool, world.kept_count);
	}
	printf("%u opened, %u sent, %u received\n", world.opened, world.sent,
	       world.received);
	CHECK(world.opened > 5 && world.sent > 1000 && world.received > 1000);
	heal();
	while (!any_queue())
		open_one();
	while (world.kept_count)
		give_back();
	for (unsigned i = 0; i < ENDS; i++)
		xskpkt_port_close(world.ports[i]);
	books = check_books(world.pool, 0);
	CHECK_EQ(books.free, books.all);
	CHECK_EQ(books.bad_completions, 0);
	CHECK_EQ(books.bad_receives, 0);
	CHECK(books.foreign > 0 && books.double_free > 0);
	xskpkt_pool_destroy(world.pool);
	for (unsigned i = 0; i < ENDS; i++)
		check_left_alone(end_name(i), 2);
}
