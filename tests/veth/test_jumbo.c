// SPDX-License-Identifier: BSD-2-Clause
/* Packets of several buffers arrive whole, or not at all. */
#include <errno.h>
#include <unistd.h>

#include "port.h"
#include "traffic.h"

#define JUMBO(...) SMALL(.flags = XSKPKT_PORT_MULTI_BUFFER, __VA_ARGS__)

static void jumbo_open(struct wire *w, unsigned queues,
		       const struct xskpkt_pool_opts *pool,
		       const struct xskpkt_port_opts *port)
{
	wire_make(w, queues, pool);
	testnet_mtu(&w->t, 9000);
	CHECK_OK(xskpkt_port_open(&w->a, w->t.a, w->pool, port));
	CHECK_OK(xskpkt_port_open(&w->b, w->t.b, w->pool, port));
}

static void jumbo_both_ways(unsigned queues,
			    const struct xskpkt_pool_opts *pool,
			    enum xskpkt_mode mode)
{
	struct wire w;

	jumbo_open(&w, queues, pool, JUMBO(.mode = mode));
	carry_all(w.a, w.b, 300, 9014);
	carry_all(w.b, w.a, 300, 9014);
	carry_all(w.a, w.b, 300, MIXED);
	carry_all(w.b, w.a, 300, 4000);
	check_explains_nothing(w.a);
	check_explains_nothing(w.b);
	wire_close(&w);
}

/* 9000 bytes lie in three frames of 4096, both ways. */
TEST(packets_of_9k_in_three_buffers)
{
	jumbo_both_ways(2, NULL, XSKPKT_MODE_COPY);
}

/* In frames of 2048 they take six. */
TEST(packets_of_9k_in_six_buffers)
{
	jumbo_both_ways(1, POOL_OPTS(.frame_size = 2048), XSKPKT_MODE_COPY);
}

TEST(packets_of_9k_in_unaligned_frames)
{
	jumbo_both_ways(
		1,
		POOL_OPTS(.frame_size = 3000, .flags = XSKPKT_POOL_UNALIGNED),
		XSKPKT_MODE_COPY);
}

TEST(packets_of_9k_in_generic_mode)
{
	jumbo_both_ways(1, NULL, XSKPKT_MODE_GENERIC);
}

/* A packet counts once, with all its bytes. */
TEST(a_long_packet_counts_once)
{
	struct flow f = { .id = 1 };
	struct xskpkt_stats s;
	struct wire w;

	jumbo_open(&w, 1, NULL, JUMBO());
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 10, 9000);
	s = stats_of(wire_a(&w, 0));
	CHECK_EQ(s.tx_packets, 10);
	CHECK_EQ(s.tx_bytes, 90000);
	s = stats_of(wire_b(&w, 0));
	CHECK_EQ(s.rx_packets, 10);
	CHECK_EQ(s.rx_bytes, 90000);
	CHECK_EQ(s.dropped, 30);
	wire_close(&w);
}

/* A burst with few places gets whole packets; one that has room for none gets
 * the packet in parts. */
TEST(a_small_burst_does_not_cut_a_packet)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pkt pkts[8];
	struct wire w;

	jumbo_open(&w, 1, NULL, JUMBO());
	flow_send(&f, wire_a(&w, 0), 3, 9000);
	UNTIL(*wire_b(&w, 0)->socket.rx.theirs == 9);
	CHECK_EQ(xskpkt_queue_rx(wire_b(&w, 0), pkts, 5), 3);
	CHECK_EQ(flow_check(&f, pkts, 3), 1);
	xskpkt_queue_drop(wire_b(&w, 0), pkts, 3);
	CHECK_EQ(xskpkt_queue_rx(wire_b(&w, 0), pkts, 2), 2);
	CHECK_EQ(xskpkt_queue_rx(wire_b(&w, 0), pkts + 2, 2), 1);
	CHECK_EQ(flow_check(&f, pkts, 3), 1);
	CHECK_EQ(xskpkt_queue_drop_packet(wire_b(&w, 0), pkts, 3), 3);
	flow_await(&f, wire_b(&w, 0));
	wire_close(&w);
}

/* Eighteen buffers are as many as the kernel takes; one more is refused and
 * counted, and the packets around it go on. */
TEST(a_packet_of_too_many_buffers_is_refused)
{
	struct flow f = { .id = 1, .piece = 64 };
	struct xskpkt_stats s;
	struct wire w;

	jumbo_open(&w, 1, NULL, JUMBO());
	CHECK_EQ(flow_send(&f, wire_a(&w, 0), 1, 18 * 64), 1);
	CHECK_EQ(flow_send(&f, wire_a(&w, 0), 1, 19 * 64), 1);
	s = stats_of(wire_a(&w, 0));
	CHECK_EQ(s.tx_packets, 1);
	CHECK_EQ(s.tx_invalid, 1);
	f.sent--; /* that one never left */
	CHECK_EQ(flow_send(&f, wire_a(&w, 0), 3, 18 * 64), 3);
	flow_await(&f, wire_b(&w, 0));
	check_explains(w.a, "could not be sent");
	wire_close(&w);
}

/* How entry @odd of a packet of three is spoilt. */

static void spoil_by_length(struct xskpkt_pkt *pkt)
{
	pkt->len = 5000;
}

static void spoil_by_emptiness(struct xskpkt_pkt *pkt)
{
	pkt->len = 0;
}

static void spoil_by_flags(struct xskpkt_pkt *pkt)
{
	pkt->flags |= 2;
}

static unsigned three_entries(struct xskpkt_queue *q, struct xskpkt_pkt *pkts,
			      uint32_t seq)
{
	static uint8_t bytes[9000];

	CHECK_EQ(xskpkt_queue_alloc(q, pkts, 3), 3);
	packet_make(bytes, sizeof(bytes), 1, seq);
	for (unsigned i = 0; i < 3; i++) {
		memcpy(pkts[i].data, bytes + 3000 * i, 3000);
		pkts[i].len = 3000;
		pkts[i].flags = i < 2 ? XSKPKT_PKT_MORE : 0;
	}
	return 3;
}

/* One bad buffer, first, in the middle or last, stops its whole packet, whose
 * frames return; the packets before and behind it arrive. */
TEST(a_bad_buffer_stops_its_whole_packet)
{
	static void (*const spoil[])(struct xskpkt_pkt *) = {
		spoil_by_length, spoil_by_emptiness, spoil_by_flags
	};
	struct flow f = { .id = 1 };
	struct xskpkt_pkt pkts[9];
	struct wire w;

	jumbo_open(&w, 1, NULL, JUMBO());
	for (unsigned odd = 0; odd < 3; odd++)
		for (unsigned i = 0; i < COUNT(spoil); i++) {
			unsigned n = 0;

			n += three_entries(wire_a(&w, 0), pkts + n, f.sent++);
			n += three_entries(wire_a(&w, 0), pkts + n, 999);
			n += three_entries(wire_a(&w, 0), pkts + n, f.sent++);
			spoil[i](&pkts[3 + odd]);
			CHECK_EQ(xskpkt_queue_tx(wire_a(&w, 0), pkts, n), n);
			flow_await(&f, wire_b(&w, 0));
			check_books(w.pool, 0);
		}
	CHECK_EQ(stats_of(wire_a(&w, 0)).tx_invalid, 3 * COUNT(spoil));
	CHECK_EQ(stats_of(wire_a(&w, 0)).kernel_tx_invalid, 0);
	wire_close(&w);
}

/* A packet without an end is refused as well: it would hold up all others. */
TEST(a_packet_without_an_end_is_refused)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pkt pkts[3];
	struct wire w;

	jumbo_open(&w, 1, NULL, JUMBO());
	three_entries(wire_a(&w, 0), pkts, 0);
	pkts[2].flags = XSKPKT_PKT_MORE;
	CHECK_EQ(xskpkt_queue_tx(wire_a(&w, 0), pkts, 3), 3);
	CHECK_EQ(stats_of(wire_a(&w, 0)).tx_invalid, 1);
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 100, 9000);
	wire_close(&w);
}

/* On a port without the option a long packet is refused when sent ... */
TEST(without_the_option_a_chain_is_refused)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pkt pkts[3];
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	three_entries(wire_a(&w, 0), pkts, 0);
	CHECK_EQ(xskpkt_queue_tx(wire_a(&w, 0), pkts, 3), 3);
	CHECK_EQ(stats_of(wire_a(&w, 0)).tx_invalid, 1);
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 100, MIXED);
	wire_close(&w);
}

/* ... and an MTU that a frame cannot hold is refused when opened. */
TEST(without_the_option_a_large_mtu_is_refused)
{
	struct wire w;

	wire_make(&w, 1, NULL);
	testnet_mtu(&w.t, 9000);
	CHECK_EQ(xskpkt_port_open(&w.a, w.t.a, w.pool, NULL), -EINVAL);
	CHECK_STR_HAS(xskpkt_errmsg(), "MTU of 9000");
	CHECK_STR_HAS(xskpkt_errmsg(), "XSKPKT_PORT_MULTI_BUFFER");
	CHECK(!w.a);
	wire_close(&w);
}

/* A TX ring with less room than the packet takes none of it. */
TEST(a_full_ring_takes_whole_packets_only)
{
	struct flow f = { .id = 1 };
	struct wire w;

	jumbo_open(&w, 1, NULL,
		   PORT_OPTS(.flags = XSKPKT_PORT_MULTI_BUFFER, .tx_ring = 4));
	for (unsigned i = 0; i < 200; i++)
		flow_send(&f, wire_a(&w, 0), 3, 9000);
	CHECK(f.sent >= 200);
	flow_await(&f, wire_b(&w, 0));
	wire_close(&w);
}
