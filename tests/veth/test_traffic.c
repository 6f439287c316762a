// SPDX-License-Identifier: BSD-2-Clause
/* What is sent on a queue arrives on its peer: whole, in order, once. */
#include <unistd.h>

#include "port.h"
#include "traffic.h"

/* What @port of the wire is open in. */
static void check_mode(const struct xskpkt_port *port, enum xskpkt_mode mode)
{
	for (unsigned i = 0; i < xskpkt_port_queues(port); i++)
		CHECK_EQ(xskpkt_queue_mode(xskpkt_port_queue(port, i)), mode);
}

static void both_ways(unsigned queues, enum xskpkt_mode mode)
{
	static const uint32_t lengths[] = { 64, 65, 300, 1514, 1518, MIXED };
	struct wire w;

	wire_open(&w, queues, NULL, SMALL(.mode = mode));
	check_mode(w.a, mode);
	check_mode(w.b, mode);
	for (unsigned i = 0; i < COUNT(lengths); i++) {
		carry_all(w.a, w.b, 500, lengths[i]);
		carry_all(w.b, w.a, 500, lengths[i]);
	}
	check_explains_nothing(w.a);
	check_explains_nothing(w.b);
	wire_close(&w);
}

/* Every length goes through every queue, and nothing is lost: copy mode. */
TEST(one_queue_in_copy_mode)
{
	both_ways(1, XSKPKT_MODE_COPY);
}

TEST(two_queues_in_copy_mode)
{
	both_ways(2, XSKPKT_MODE_COPY);
}

TEST(four_queues_in_copy_mode)
{
	both_ways(4, XSKPKT_MODE_COPY);
}

/* The same where XDP works on the kernel's packet buffers. */
TEST(one_queue_in_generic_mode)
{
	both_ways(1, XSKPKT_MODE_GENERIC);
}

TEST(two_queues_in_generic_mode)
{
	both_ways(2, XSKPKT_MODE_GENERIC);
}

TEST(four_queues_in_generic_mode)
{
	both_ways(4, XSKPKT_MODE_GENERIC);
}

/* Without any option: default rings, default pool, the best mode there is. */
TEST(the_defaults_work)
{
	struct wire w;

	wire_open(&w, 2, NULL, PORT_OPTS(0));
	carry_all(w.a, w.b, 5000, MIXED);
	carry_all(w.b, w.a, 5000, MIXED);
	check_explains_nothing(w.a);
	wire_close(&w);
}

/* Live sockets change direction, again and again, and then go both ways. */
TEST(directions_change_on_live_queues)
{
	struct flow there = { .id = 1 }, back = { .id = 2 };
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	for (unsigned i = 0; i < 5; i++) {
		flow_carry(&there, wire_a(&w, 0), wire_b(&w, 0), 300, MIXED);
		flow_carry(&back, wire_b(&w, 0), wire_a(&w, 0), 300, MIXED);
	}
	for (unsigned i = 0; i < 50; i++) {
		flow_send(&there, wire_a(&w, 0), 32, MIXED);
		flow_send(&back, wire_b(&w, 0), 32, MIXED);
		flow_await(&there, wire_b(&w, 0));
		flow_await(&back, wire_a(&w, 0));
	}
	wire_close(&w);
}

/* Ten times opened, used and closed, nothing is left that hinders. */
TEST(ten_lives)
{
	for (unsigned i = 0; i < 10; i++) {
		struct wire w;

		wire_open(&w, 2, NULL, NULL);
		carry_all(w.a, w.b, 200, MIXED);
		wire_close(&w);
	}
}

/* Frames */

static void other_frames(const struct xskpkt_pool_opts *pool)
{
	struct wire w;

	wire_open(&w, 1, pool, NULL);
	carry_all(w.a, w.b, 2000, MIXED);
	carry_all(w.b, w.a, 2000, 1518);
	check_explains_nothing(w.b);
	wire_close(&w);
}

/* Frames of half a page carry the same packets. */
TEST(frames_of_2048_bytes)
{
	other_frames(POOL_OPTS(.frame_size = 2048));
}

/* Frames packed without gaps: also those that lie across two pages. */
TEST(unaligned_frames_of_3000_bytes)
{
	other_frames(
		POOL_OPTS(.frame_size = 3000, .flags = XSKPKT_POOL_UNALIGNED));
}

TEST(unaligned_frames_of_4001_bytes)
{
	other_frames(
		POOL_OPTS(.frame_size = 4001, .flags = XSKPKT_POOL_UNALIGNED));
}

TEST(unaligned_frames_of_4096_bytes_with_headroom)
{
	other_frames(POOL_OPTS(.frame_size = 4096, .headroom = 100,
			       .flags = XSKPKT_POOL_UNALIGNED));
}

TEST(frames_on_a_memfd)
{
	other_frames(POOL_OPTS(.flags = XSKPKT_POOL_SHAREABLE));
}

static void headroom_is_free(uint32_t flags)
{
	const uint32_t headroom = 128;
	struct flow f = { .id = 7 };
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	struct xskpkt_pkt pkt;
	struct wire w;

	wire_open(&w, 1,
		  POOL_OPTS(.frame_size = 2048, .headroom = headroom,
			    .flags = flags),
		  NULL);
	CHECK_OK(xskpkt_pool_info(w.pool, &info));
	CHECK_EQ(info.headroom, headroom);
	CHECK_EQ(info.room, 2048 - 256 - headroom);
	for (unsigned i = 0; i < 100; i++) {
		flow_send(&f, wire_a(&w, 0), 1, MIXED);
		UNTIL(xskpkt_queue_rx(wire_b(&w, 0), &pkt, 1));
		CHECK_EQ((pkt.data - (uint8_t *)info.base) % 2048,
			 256 + headroom);
		memset(pkt.data - headroom, 0xee, headroom);
		flow_check(&f, &pkt, 1);
		xskpkt_queue_drop(wire_b(&w, 0), &pkt, 1);
	}
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 500, MIXED);
	wire_close(&w);
}

/* The headroom asked for lies before the packet, to be written into. */
TEST(headroom_is_before_the_packet)
{
	headroom_is_free(0);
}

TEST(headroom_is_before_the_packet_in_unaligned_frames)
{
	headroom_is_free(XSKPKT_POOL_UNALIGNED);
}

/* One at a time */

static void ping_pong(enum xskpkt_mode mode)
{
	struct flow there = { .id = 1 }, back = { .id = 2 };
	struct wire w;

	wire_open(&w, 1, NULL, SMALL(.mode = mode));
	for (unsigned i = 0; i < 500; i++) {
		CHECK_EQ(flow_send(&there, wire_a(&w, 0), 1, 64), 1);
		flow_await(&there, wire_b(&w, 0));
		CHECK_EQ(flow_send(&back, wire_b(&w, 0), 1, 64), 1);
		flow_await(&back, wire_a(&w, 0));
	}
	wire_close(&w);
}

/* A lone packet waits for no other: each is answered before the next. */
TEST(ping_pong_in_copy_mode)
{
	ping_pong(XSKPKT_MODE_COPY);
}

TEST(ping_pong_in_generic_mode)
{
	ping_pong(XSKPKT_MODE_GENERIC);
}

/* At a low rate, and with no further call on the sending queue, each packet
 * leaves by itself. */
TEST(a_packet_leaves_without_a_further_call)
{
	struct flow f = { .id = 1 };
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	for (unsigned i = 0; i < 20; i++) {
		struct xskpkt_queue *b = wire_b(&w, 0);

		CHECK_EQ(flow_send(&f, wire_a(&w, 0), 1, 64), 1);
		CHECK_EQ(xskpkt_queue_wait(&b, 1, XSKPKT_WAIT_RX, 10000), 1);
		CHECK_EQ(flow_receive(&f, b), 1);
		usleep(5000);
	}
	wire_close(&w);
}

/* Sizes of rings */

/* Rings of any size carry all packets: one slot, few, many. */
TEST(rings_of_every_size)
{
	static const uint32_t sizes[] = { 1, 2, 8, 64, 8192 };

	for (unsigned i = 0; i < COUNT(sizes); i++) {
		struct flow f = { .id = i };
		struct wire w;

		wire_open(&w, 1,
			  POOL_OPTS(.frames = 8 * sizes[i] + 1024,
				    .frame_size = 2048),
			  PORT_OPTS(.rx_ring = sizes[i], .tx_ring = sizes[i]));
		while (f.sent < 300) {
			flow_send(&f, wire_a(&w, 0),
				  sizes[i] < 64 ? sizes[i] : 64, MIXED);
			flow_await(&f, wire_b(&w, 0));
		}
		CHECK_EQ(f.lost, 0);
		wire_close(&w);
	}
}

/* A burst that is larger than the ring goes in parts: none is lost. */
TEST(a_full_tx_ring_pushes_back)
{
	struct xskpkt_pkt pkts[64];
	unsigned sent = 0;
	struct wire w;

	wire_open(&w, 1, NULL, PORT_OPTS(.rx_ring = 256, .tx_ring = 16));
	CHECK_EQ(xskpkt_queue_alloc(wire_a(&w, 0), pkts, 64), 64);
	for (unsigned i = 0; i < 64; i++) {
		packet_make(pkts[i].data, 200, 3, i);
		pkts[i].len = 200;
	}
	while (sent < 64) {
		unsigned n =
			xskpkt_queue_tx(wire_a(&w, 0), pkts + sent, 64 - sent);

		CHECK(n <= 16);
		sent += n;
	}
	CHECK(stats_of(wire_a(&w, 0)).tx_full >= 3);
	flow_await(&(struct flow){ .id = 3, .sent = 64 }, wire_b(&w, 0));
	wire_close(&w);
}

/* Frames without copying */

/* What the kernel was given to send, the newest @n, is where @pkts are. */
static void check_sent_from(const struct ring *tx, const uint8_t *base,
			    const struct xskpkt_pkt *pkts, unsigned n)
{
	const struct xdp_desc *descs = tx->slots;

	for (unsigned i = 0; i < n; i++)
		CHECK_EQ(base + descs[(tx->next - n + i) % tx->size].addr,
			 pkts[i].data);
}

/* A frame received on one interface is sent on another as it is: the packet
 * that leaves lies at the very address where it arrived. */
TEST(a_frame_goes_from_port_to_port_without_a_copy)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	struct xskpkt_pkt pkts[64];
	struct flow f = { .id = 5 };
	struct wire v, w;

	wire_open(&v, 1, POOL_OPTS(.frames = 8192), NULL);
	CHECK_OK(xskpkt_pool_info(v.pool, &info));
	wire_make(&w, 1, NULL);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, v.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, v.pool, SMALL()));

	for (unsigned i = 0; i < 100; i++) {
		unsigned n;

		flow_send(&f, wire_a(&v, 0), 8, MIXED);
		n = xskpkt_queue_rx(wire_b(&v, 0), pkts, 64);
		check_books(v.pool, n);
		CHECK_EQ(xskpkt_queue_tx(wire_a(&w, 0), pkts, n), n);
		check_sent_from(&wire_a(&w, 0)->socket.tx, info.base, pkts, n);
		while (f.seen < stats_of(wire_b(&v, 0)).rx_packets)
			flow_receive(&f, wire_b(&w, 0));
	}
	CHECK(f.seen > 0);
	wire_close(&w);
	wire_close(&v);
}

/* Packets that are still yours when their port closes stay yours. */
TEST(packets_outlive_the_port_they_came_from)
{
	struct xskpkt_pkt pkts[64];
	struct flow f = { .id = 5 };
	struct wire w;
	unsigned n = 0;

	wire_open(&w, 1, NULL, NULL);
	flow_send(&f, wire_a(&w, 0), 20, MIXED);
	while (n < 20)
		n += xskpkt_queue_rx(wire_b(&w, 0), pkts + n, 64 - n);
	xskpkt_port_close(w.b);
	w.b = NULL;
	check_books(w.pool, 20);
	flow_check(&f, pkts, n);
	xskpkt_queue_drop(wire_a(&w, 0), pkts, n);
	wire_close(&w);
}

/* When tx returns, the kernel has taken what fits, also beyond its own limit
 * of 32 packets a call. */
TEST(one_call_sends_more_than_the_kernels_budget)
{
	struct flow f = { .id = 1 };
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	CHECK_EQ(flow_send(&f, wire_a(&w, 0), 33, 64), 33);
	CHECK_EQ(*wire_a(&w, 0)->socket.tx.theirs, 33);
	CHECK_EQ(flow_send(&f, wire_a(&w, 0), 64, 64), 64);
	CHECK_EQ(*wire_a(&w, 0)->socket.tx.theirs, 97);
	flow_await(&f, wire_b(&w, 0));
	wire_close(&w);
}

/* All that was sent comes back as free frames, with no packet after it. */
TEST(every_frame_sent_is_completed)
{
	struct flow f = { .id = 1 };
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 1000, MIXED);
	UNTIL(!xskpkt_queue_tx(wire_a(&w, 0), NULL, 0) &&
	      stats_of(wire_a(&w, 0)).tx_completed == 1000);
	CHECK_EQ(check_books(w.pool, 0).sending, 0);
	wire_close(&w);
}

/* Bursts of nothing are no trouble. */
TEST(bursts_of_nothing)
{
	struct xskpkt_pkt pkt = { 0 };
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	carry_all(w.a, w.b, 100, MIXED);
	CHECK_EQ(xskpkt_queue_rx(wire_a(&w, 0), &pkt, 0), 0);
	CHECK_EQ(xskpkt_queue_rx(wire_a(&w, 0), NULL, 0), 0);
	CHECK_EQ(xskpkt_queue_tx(wire_a(&w, 0), NULL, 0), 0);
	CHECK_EQ(xskpkt_queue_alloc(wire_a(&w, 0), NULL, 0), 0);
	xskpkt_queue_drop(wire_a(&w, 0), NULL, 0);
	CHECK_EQ(xskpkt_queue_drop_packet(wire_a(&w, 0), NULL, 0), 0);
	carry_all(w.a, w.b, 100, MIXED);
	wire_close(&w);
}
