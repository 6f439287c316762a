// SPDX-License-Identifier: BSD-2-Clause
/* A port opens as asked, says what it got, or why not, and leaves no trace. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "port.h"
#include "traffic.h"

/* Modes */

/* veth has no zero-copy: required, it fails, and the sentence says why. */
TEST(zero_copy_cannot_be_had_on_veth)
{
	struct wire w;

	wire_make(&w, 2, NULL);
	CHECK_EQ(xskpkt_port_open(&w.a, w.t.a, w.pool,
				  SMALL(.mode = XSKPKT_MODE_ZEROCOPY)),
		 -EOPNOTSUPP);
	CHECK(!w.a);
	CHECK_STR_HAS(xskpkt_errmsg(), w.t.a);
	CHECK_STR_HAS(xskpkt_errmsg(), "queue 0: zero-copy");
	CHECK_STR_HAS(xskpkt_errmsg(), "veth");
	check_left_alone(w.t.a, 2);
	wire_close(&w);
}

/* Left to the library, it is copy mode, and the reason is kept per queue. */
TEST(the_best_mode_is_copy_and_the_reason_is_kept)
{
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	for (unsigned i = 0; i < 2; i++) {
		struct xskpkt_queue *q = wire_a(&w, i);
		const char *why = "untouched";

		CHECK_EQ(xskpkt_queue_mode(q), XSKPKT_MODE_COPY);
		CHECK_EQ(xskpkt_queue_reason(q, XSKPKT_MODE_COPY, &why), 0);
		CHECK_EQ(xskpkt_queue_reason(q, XSKPKT_MODE_GENERIC, &why), 0);
		CHECK_STR_EQ(why, "untouched");
		CHECK_EQ(xskpkt_queue_reason(q, XSKPKT_MODE_ZEROCOPY, NULL),
			 -EOPNOTSUPP);
		xskpkt_queue_reason(q, XSKPKT_MODE_ZEROCOPY, &why);
		CHECK_STR_HAS(why, "zero-copy: driver veth has no support");
	}
	wire_close(&w);
}

/* Asked for generic, one gets generic, though native would work. */
TEST(generic_on_request)
{
	struct wire w;

	wire_open(&w, 2, NULL, SMALL(.mode = XSKPKT_MODE_GENERIC));
	CHECK_EQ(xskpkt_queue_mode(wire_a(&w, 1)), XSKPKT_MODE_GENERIC);
	run("ip -d link show %s | grep -q xdpgeneric", w.t.a);
	wire_close(&w);
}

/* Where the driver has no native XDP the ladder ends in generic mode, with a
 * reason for each rung; and packets go round. */
TEST(on_lo_the_ladder_ends_in_generic_mode)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	struct xskpkt_queue *q;
	const char *why;

	testnet_enter();
	run("ip link set lo mtu 1500");
	CHECK_OK(xskpkt_pool_create(&pool, NULL));
	CHECK_OK(xskpkt_port_open(&port, "lo", pool, SMALL()));
	q = xskpkt_port_queue(port, 0);
	CHECK_EQ(xskpkt_queue_mode(q), XSKPKT_MODE_GENERIC);
	CHECK(xskpkt_queue_reason(q, XSKPKT_MODE_ZEROCOPY, &why) < 0);
	CHECK_STR_HAS(why, "zero-copy");
	CHECK(xskpkt_queue_reason(q, XSKPKT_MODE_COPY, &why) < 0);
	CHECK_STR_HAS(why, "native");
	flow_carry(&f, q, q, 500, MIXED);
	xskpkt_port_close(port);
	check_books(pool, 0);
	xskpkt_pool_destroy(pool);
	check_left_alone("lo", 1);
}

/* Native copy mode is not silently replaced by generic when asked for. */
TEST(on_lo_copy_mode_is_refused)
{
	struct xskpkt_pool *pool;
	struct xskpkt_port *port = NULL;

	testnet_enter();
	run("ip link set lo mtu 1500");
	CHECK_OK(xskpkt_pool_create(&pool, NULL));
	CHECK_EQ(xskpkt_port_open(&port, "lo", pool,
				  SMALL(.mode = XSKPKT_MODE_COPY)),
		 -EOPNOTSUPP);
	CHECK_STR_HAS(xskpkt_errmsg(), "no native XDP");
	CHECK(!port);
	xskpkt_pool_destroy(pool);
}

/* Which queues */

/* Only queue 1: what goes there arrives, and explain tells of the rest. */
TEST(a_queue_that_is_not_open_is_told_of)
{
	static const uint32_t one = 1;
	struct flow f = { .id = 1 }, stray = { .id = 2 };
	struct wire w;

	wire_make(&w, 2, NULL);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool,
				  SMALL(.queues = &one, .queue_count = 1)));
	CHECK_EQ(xskpkt_port_queues(w.b), 1);
	CHECK_EQ(xskpkt_queue_id(wire_b(&w, 0)), 1);
	CHECK(!wire_b(&w, 1));

	flow_carry(&f, wire_a(&w, 1), wire_b(&w, 0), 100, MIXED);
	check_explains_nothing(w.b);
	CHECK_EQ(flow_send(&stray, wire_a(&w, 0), 42, 64), 42);
	UNTIL(port_stats_of(w.b).prog_passed == 42);
	check_explains(w.b, "42 packets arrived on queue 0, which is not open");
	CHECK_EQ(stats_of(wire_b(&w, 0)).prog_redirected, 100);
	CHECK_EQ(stats_of(wire_b(&w, 0)).prog_passed, 0);
	wire_close(&w);
}

/* In the order asked for, whatever that is. */
TEST(queues_come_in_the_order_asked_for)
{
	static const uint32_t ids[] = { 3, 0, 2 };
	struct wire w;

	wire_open(&w, 4, NULL, SMALL(.queues = ids, .queue_count = 3));
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(xskpkt_queue_id(wire_a(&w, i)), ids[i]);
	for (unsigned i = 0; i < 3; i++) {
		struct flow f = { .id = i };

		flow_carry(&f, wire_a(&w, i), wire_b(&w, i), 100, MIXED);
	}
	wire_close(&w);
}

static void refused(const struct wire *w, const struct xskpkt_port_opts *opts,
		    const char *words)
{
	struct xskpkt_port *port = (void *)w;

	CHECK_EQ(xskpkt_port_open(&port, w->t.a, w->pool, opts), -EINVAL);
	CHECK(port == (void *)w);
	CHECK_STR_HAS(xskpkt_errmsg(), words);
	check_left_alone(w->t.a, w->t.queues);
}

#define QUEUES(...)                                  \
	SMALL(.queues = (uint32_t[]){ __VA_ARGS__ }, \
	      .queue_count = COUNT(((uint32_t[]){ __VA_ARGS__ })))

/* The kernel would take queue 65536 for queue 0. */
TEST(queues_that_are_not_there_are_refused)
{
	struct wire w;

	wire_make(&w, 2, NULL);
	refused(&w, QUEUES(65536), "no queue 65536");
	refused(&w, QUEUES(2), "no queue 2: it has 2");
	refused(&w, QUEUES(0, UINT32_MAX), "no queue 4294967295");
	refused(&w, QUEUES(0, 1, 0), "3 queues are asked for, it has 2");
	refused(&w, QUEUES(1, 1), "queue 1 is asked for twice");
	wire_close(&w);
}

/* What the caller gets wrong is said before anything is touched. */
TEST(an_interface_that_is_not_there)
{
	struct xskpkt_port *port = NULL;
	struct wire w;

	wire_make(&w, 1, NULL);
	CHECK_EQ(xskpkt_port_open(&port, "nowhere7", w.pool, NULL), -ENODEV);
	CHECK_STR_HAS(xskpkt_errmsg(), "nowhere7: no such interface");
	CHECK_EQ(xskpkt_port_open(&port, "a-name-far-too-long", w.pool, NULL),
		 -EINVAL);
	CHECK_STR_HAS(xskpkt_errmsg(), "a-name-far-too-long");
	CHECK(!port);
	wire_close(&w);
}

/* Directions */

/* Receive only: tx takes nothing, rx gets all. */
TEST(receive_only)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pkt pkt;
	struct wire w;

	wire_make(&w, 2, NULL);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool,
				  SMALL(.flags = XSKPKT_PORT_RX_ONLY)));
	carry_all(w.a, w.b, 300, MIXED);
	CHECK_EQ(xskpkt_queue_alloc(wire_b(&w, 0), &pkt, 1), 1);
	packet_make(pkt.data, 64, 1, 0);
	pkt.len = 64;
	CHECK_EQ(xskpkt_queue_tx(wire_b(&w, 0), &pkt, 1), 0);
	xskpkt_queue_drop(wire_b(&w, 0), &pkt, 1);
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 100, MIXED);
	wire_close(&w);
}

/* What the port's program would do with a packet on that queue, and so what is
 * in its XSKMAP, which does not let itself be read. */
static uint32_t verdict(const struct xskpkt_port *port, uint32_t queue)
{
	uint8_t packet[64] = { 0 };
	struct xdp_md ctx = { .data_end = sizeof(packet),
			      .ingress_ifindex = (uint32_t)port->netdev.ifindex,
			      .rx_queue_index = queue };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet,
		    .data_size_in = sizeof(packet), .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx));

	CHECK_EQ(bpf_prog_test_run_opts(port->prog.prog_fd, &run), 0);
	return run.retval;
}

/* Send only: no RX ring, and never in an XSKMAP, for that can crash a kernel;
 * what arrives stays with the kernel. */
TEST(send_only)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };
	struct xskpkt_pkt pkts[8];
	struct wire w;

	wire_make(&w, 2, POOL_OPTS(.frames = 8192));
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool,
				  SMALL(.flags = XSKPKT_PORT_TX_ONLY)));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	carry_all(w.a, w.b, 300, MIXED);
	CHECK_EQ(testnet_program_on(w.t.a), 0);
	/* In copy mode not even a program is needed, so there is no map. */
	CHECK_EQ(w.a->prog.map_fd, -1);
	for (uint32_t q = 0; q < 2; q++)
		CHECK_EQ(verdict(w.b, q), XDP_REDIRECT);
	CHECK_OK(xskpkt_port_info(w.a, &info));
	CHECK_EQ(info.program_id, 0);

	run("ip addr add 10.0.0.1/24 dev %s", w.t.a);
	CHECK_EQ(xskpkt_queue_rx(wire_a(&w, 0), pkts, 8), 0);
	wire_close(&w);
}

/* Only one of both ends need be ours: the kernel is on the other. */
TEST(the_kernel_is_at_the_other_end)
{
	struct xskpkt_pkt pkts[8];
	struct wire w;
	unsigned n = 0;

	w = (struct wire){ 0 };
	testnet_veth_far(&w.t, 1);
	CHECK_OK(xskpkt_pool_create(&w.pool, NULL));
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	run_in(w.t.far, "ip addr add 10.0.0.2/24 dev %s", w.t.b);
	run_in(w.t.far,
	       "arping -c 1 -w 1 -I %s 10.0.0.1 2>/dev/null || "
	       "ping -c 1 -W 1 10.0.0.1 || :",
	       w.t.b);
	UNTIL((n = xskpkt_queue_rx(wire_a(&w, 0), pkts, 8)));
	CHECK_EQ(pkts[0].data[12] << 8 | pkts[0].data[13], 0x0806); /* ARP */
	xskpkt_queue_drop(wire_a(&w, 0), pkts, n);
	wire_close(&w);
}

/* Namespaces */

static void in_namespace(const struct testnet *t, const char *path, int fd)
{
	uint32_t flags = path ? 0 : XSKPKT_PORT_NETNS_FD;
	struct xskpkt_port *here, *there;
	struct xskpkt_pool *pool;

	CHECK_OK(xskpkt_pool_create(&pool, NULL));
	CHECK_OK(xskpkt_port_open(&here, t->a, pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&there, t->b, pool,
				  SMALL(.flags = flags, .netns = path,
					.netns_fd = path ? 0 : fd)));
	/* This thread came back. */
	CHECK(if_nametoindex(t->a) && !if_nametoindex(t->b));
	CHECK_EQ(xskpkt_port_state(there), XSKPKT_STATE_UP);
	carry_all(here, there, 300, MIXED);
	carry_all(there, here, 300, MIXED);
	run_in(t->far, "ip link set %s down", t->b);
	UNTIL(xskpkt_port_state(there) == XSKPKT_STATE_DOWN);
	UNTIL(xskpkt_port_state(here) == XSKPKT_STATE_DOWN);
	xskpkt_port_close(here);
	xskpkt_port_close(there);
	run_in(t->far, "ip link set %s up", t->b);
	run_in(t->far, "! ip link show %s | grep -q xdp", t->b);
	check_books(pool, 0);
	xskpkt_pool_destroy(pool);
	check_left_alone(t->a, t->queues);
}

/* A port in another network namespace, named by a descriptor or a path, works
 * as one in this; and so again after it was closed. */
TEST(ports_in_another_namespace)
{
	struct testnet t;
	char path[64];

	testnet_veth_far(&t, 2);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", t.far);
	for (unsigned i = 0; i < 3; i++) {
		in_namespace(&t, NULL, t.far);
		in_namespace(&t, path, -1);
	}
}

/* A namespace that is none is refused, and nothing has moved. */
TEST(a_namespace_that_is_not_there)
{
	struct xskpkt_port *port = NULL;
	struct wire w;
	int null;

	wire_make(&w, 1, NULL);
	CHECK_EQ(xskpkt_port_open(&port, w.t.a, w.pool,
				  SMALL(.netns = "/run/netns/nowhere")),
		 -ENOENT);
	CHECK_STR_HAS(xskpkt_errmsg(), "/run/netns/nowhere");
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK_EQ(xskpkt_port_open(&port, w.t.a, w.pool,
				  SMALL(.flags = XSKPKT_PORT_NETNS_FD,
					.netns_fd = null)),
		 -EINVAL);
	CHECK_STR_HAS(xskpkt_errmsg(), "network namespace");
	CHECK(!port && if_nametoindex(w.t.a));
	close(null);
	wire_close(&w);
}

/* What was opened */

/* The info structs tell what the kernel says of the same things. */
TEST(the_infos_are_true)
{
	struct xskpkt_port_info port = { .size = sizeof(port) };
	struct xskpkt_pool_info pool = { .size = sizeof(pool) };
	struct wire w;

	wire_open(&w, 4, POOL_OPTS(.frames = 12288, .headroom = 64), NULL);
	CHECK_OK(xskpkt_port_info(w.a, &port));
	CHECK_STR_EQ(port.ifname, w.t.a);
	CHECK_STR_EQ(port.driver, "veth");
	CHECK_EQ(port.ifindex, if_nametoindex(w.t.a));
	CHECK_EQ(port.mtu, 1500);
	CHECK_EQ(port.rx_queues, 4);
	CHECK_EQ(port.tx_queues, 4);
	CHECK_EQ(port.queues, 4);
	CHECK_EQ(port.mode, XSKPKT_MODE_COPY);
	CHECK_EQ(port.program_id, testnet_program_on(w.t.a));
	CHECK_EQ(port.dispatcher, 0);
	CHECK_EQ(port.node, -1);
	CHECK_EQ(port.xdp_features & 0x23, 0x23); /* basic redirect rx_sg */

	CHECK_OK(xskpkt_pool_info(w.pool, &pool));
	CHECK_EQ(pool.frames, 12288);
	CHECK_EQ(pool.frame_size, 4096);
	CHECK_EQ(pool.room, 4096 - 256 - 64);
	CHECK(pool.base && pool.length >= 12288ul * 4096);
	CHECK_EQ(pool.memfd, -1);
	CHECK_EQ(pool.ports, 2);
	CHECK(pool.pages != XSKPKT_PAGES_AUTO);
	CHECK_EQ(xskpkt_queue_port(wire_a(&w, 3)), w.a);
	CHECK(xskpkt_queue_fd(wire_a(&w, 3)) >= 0);
	wire_close(&w);
}

/* A pool that cannot cover every ring of one more port says how many frames
 * it would take. */
TEST(a_pool_too_small_says_what_it_would_take)
{
	struct wire w;

	wire_make(&w, 1, POOL_OPTS(.frames = 1500));
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_EQ(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()), -ENOBUFS);
	CHECK_STR_HAS(xskpkt_errmsg(), "set xskpkt_pool_opts.frames to 2560");
	CHECK(!w.b);
	/* And not after the first is gone. */
	xskpkt_port_close(w.a);
	w.a = NULL;
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	wire_close(&w);
}

/* Again and again */

static void open_often(void *ifname)
{
	int map = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "sockets", 4, 4, 1, NULL);
	struct xskpkt_program theirs = { .size = sizeof(theirs),
					 .kind = XSKPKT_PROGRAM_MAP,
					 .map_fd = map };
	struct xskpkt_port_opts opts = { .size = sizeof(opts),
					 .rx_ring = 64,
					 .tx_ring = 64 };
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;

	CHECK_OK(xskpkt_pool_create(&pool, POOL_OPTS(.frames = 1024)));
	for (unsigned i = 0; i < 250; i++) {
		opts.program = i % 8 ? &theirs : NULL;
		CHECK_OK(xskpkt_port_open(&port, ifname, pool, &opts));
		xskpkt_port_close(port);
	}
	CHECK_EQ(check_books(pool, 0).free, 1024);
	xskpkt_pool_destroy(pool);
	check_left_alone(ifname, 1);
	close(map);
}

/* Right after it was closed an interface opens again, a thousand times, though
 * the kernel lets go of it in the background. Nearly all of the time is spent
 * waiting for that: so four interfaces wait side by side, and most openings
 * do without a program, which the kernel attaches one at a time. */
TEST(a_thousand_openings, .limit = 120)
{
	struct testnet t[2];
	int pids[4];

	for (unsigned i = 0; i < 4; i++) {
		if (i % 2 == 0)
			testnet_veth(&t[i / 2], 1);
		pids[i] = child_start(open_often,
				      i % 2 ? t[i / 2].b : t[i / 2].a);
	}
	for (unsigned i = 0; i < 4; i++)
		child_join(pids[i]);
}

/* The interface of an open port is taken, and the sentence says by whom. */
TEST(an_interface_is_opened_once)
{
	struct xskpkt_port *port = NULL;
	struct wire w;
	int64_t start;

	wire_open(&w, 2, POOL_OPTS(.frames = 8192), NULL);
	start = now_ms();
	CHECK_EQ(xskpkt_port_open(&port, w.t.a, w.pool, SMALL()), -EBUSY);
	CHECK(now_ms() - start < 5000);
	CHECK(!port);
	CHECK_STR_HAS(xskpkt_errmsg(), w.t.a);
	carry_all(w.a, w.b, 200, MIXED);
	wire_close(&w);
}

/* Queues 0 and 1 of one interface can belong to one port only, since there is
 * one program; the second is told so, and the first goes on. */
TEST(other_queues_of_an_open_interface)
{
	struct xskpkt_port *port = NULL;
	struct wire w;

	wire_make(&w, 2, POOL_OPTS(.frames = 4096));
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, QUEUES(0)));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, QUEUES(0)));
	CHECK_EQ(xskpkt_port_open(&port, w.t.a, w.pool, QUEUES(1)), -EBUSY);
	CHECK_STR_HAS(xskpkt_errmsg(), "another port of xskpkt is open here");
	carry_all(w.a, w.b, 200, MIXED);
	carry_all(w.b, w.a, 200, MIXED);
	wire_close(&w);
}
