// SPDX-License-Identifier: BSD-2-Clause
/* What is lost or refused is counted under its cause and explained; nothing
 * wedges, and the numbers add up. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "port.h"
#include "sys.h"
#include "traffic.h"

/* Send @n packets without anybody receiving. */
static void send_all(struct flow *f, struct xskpkt_queue *q, unsigned n,
		     uint32_t len)
{
	uint32_t end = f->sent + n;

	while (f->sent < end) {
		unsigned part = end - f->sent < 64 ? end - f->sent : 64;

		flow_send(f, q, part, len);
	}
	CHECK_OK(xskpkt_queue_drain(q, 10000));
}

/* The kernel's statistics, each moved by as much as expected */

/* An RX ring that nobody empties: as many as it holds come, the others are
 * counted as lost for that reason. */
TEST(a_full_rx_ring)
{
	struct flow f = { .id = 1, .lossy = true };
	struct xskpkt_stats s;
	struct wire w;

	wire_make(&w, 1, NULL);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(
		&w.b, w.t.b, w.pool,
		PORT_OPTS(.rx_ring = 64, .tx_ring = 64, .fill_ring = 256)));
	send_all(&f, wire_a(&w, 0), 100, 64);
	s = stats_of(wire_b(&w, 0));
	CHECK_EQ(s.kernel_rx_ring_full, 36);
	CHECK_EQ(s.kernel_rx_dropped, 0);
	CHECK_EQ(s.prog_redirected, 100);
	check_explains(w.b, "36 packets were dropped because the RX ring");
	CHECK_EQ(flow_receive(&f, wire_b(&w, 0)), 64);
	CHECK_EQ(f.lost, 0);
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 64, MIXED);
	CHECK_EQ(f.lost, 36);
	wire_close(&w);
}

/* A pool whose frames the program keeps: the fill ring runs dry, explain says
 * so, and once they are given back all goes on. */
TEST(a_starved_fill_ring)
{
	static struct xskpkt_pkt kept[8192];
	struct flow f = { .id = 1, .lossy = true };
	struct xskpkt_stats s;
	struct wire w;
	unsigned n = 0, got;

	wire_open(&w, 1, POOL_OPTS(.frames = 4096), NULL);
	/* All that is free: so what is received is not replaced. */
	while ((got = xskpkt_queue_alloc(wire_b(&w, 0), kept + n, 64)))
		n += got;
	while (f.sent < 1000) {
		struct xskpkt_pkt pkts[64];

		/* Sent from what was kept; what comes is kept in turn. */
		for (unsigned i = 0; i < 50; i++) {
			pkts[i] = kept[--n];
			packet_make(pkts[i].data, 64, 1, f.sent + i);
			pkts[i].len = 64;
		}
		CHECK_EQ(xskpkt_queue_tx(wire_a(&w, 0), pkts, 50), 50);
		f.sent += 50;
		got = xskpkt_queue_rx(wire_b(&w, 0), kept + n, 64);
		flow_check(&f, kept + n, got);
		n += got;
		while ((got = xskpkt_queue_alloc(wire_a(&w, 0), kept + n, 64)))
			n += got;
	}
	s = stats_of(wire_b(&w, 0));
	CHECK(s.kernel_rx_fill_empty > 0);
	CHECK(s.kernel_rx_dropped > 0);
	CHECK(s.no_frames > 0);
	check_explains(w.b, "times the fill ring ran dry");
	check_explains(w.b, "times no frame was free");

	check_books(w.pool, n);
	xskpkt_queue_drop(wire_b(&w, 0), kept, n);
	f.lossy = true;
	while (flow_receive(&f, wire_b(&w, 0)))
		;
	f.seen = f.sent;
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 500, MIXED);
	wire_close(&w);
}

/* A packet larger than a frame is dropped by the socket, and counted. */
TEST(a_packet_larger_than_a_frame)
{
	struct flow f = { .id = 1 };
	struct wire w;

	wire_make(&w, 1, POOL_OPTS(.frame_size = 2048, .frames = 4096));
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool,
				  SMALL(.flags = XSKPKT_PORT_MULTI_BUFFER)));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	testnet_mtu(&w.t, 2000);
	send_all(&f, wire_a(&w, 0), 7, 1793);
	CHECK_EQ(stats_of(wire_b(&w, 0)).kernel_rx_dropped, 7);
	f.seen = f.sent;
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 7, 1792);
	CHECK_EQ(stats_of(wire_b(&w, 0)).kernel_rx_dropped, 7);
	wire_close(&w);
}

/* What the library never posts, posted behind its back: the kernel refuses the
 * bad descriptors and completes them, which is counted and harmless. */
TEST(bad_descriptors_in_the_tx_ring)
{
	struct flow f = { .id = 1 };
	struct xskpkt_queue *q;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	q = wire_a(&w, 0);
	for (unsigned i = 0; i < 5; i++) {
		*ring_descs(&q->socket.tx) =
			(struct xdp_desc){ .addr = 1ull << 40, .len = 64 };
		q->socket.tx.next++;
		ring_publish(&q->socket.tx);
		queue_kick(q);
	}
	CHECK_EQ(stats_of(q).kernel_tx_invalid, 5);
	flow_carry(&f, q, wire_b(&w, 0), 300, MIXED);
	/* This kernel gives them back; others keep them. */
	CHECK(stats_of(q).bad_completions <= 5);
	check_explains(w.a, "5 entries of the TX ring were bad");
	wire_close(&w);
}

/* The same in the fill ring: the kernel passes over them. (It counts them too,
 * but reports the count of another ring, as of 6.18.) */
TEST(bad_addresses_in_the_fill_ring)
{
	struct flow f = { .id = 1 };
	struct xskpkt_queue *q;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	q = wire_b(&w, 0);
	flow_carry(&f, wire_a(&w, 0), q, 100, MIXED);
	/* What is dropped goes straight back: only these make room. */
	CHECK_EQ(flow_send(&f, wire_a(&w, 0), 3, MIXED), 3);
	UNTIL(ring_room(&q->socket.fill, 3) == 3);
	for (unsigned i = 0; i < 3; i++) {
		*ring_addresses(&q->socket.fill) = 1ull << 40;
		q->socket.fill.next++;
	}
	ring_publish(&q->socket.fill);
	flow_carry(&f, wire_a(&w, 0), q, 1000, MIXED);
	CHECK_EQ(*q->socket.fill.theirs, 1103 + 3);
	wire_close(&w);
}

/* Woken with nothing to send: counted by the kernel, no loss. */
TEST(a_kick_for_nothing)
{
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	CHECK_EQ(stats_of(wire_a(&w, 0)).kernel_tx_ring_empty, 0);
	sys_kick_tx(xskpkt_queue_fd(wire_a(&w, 0)));
	sys_kick_tx(xskpkt_queue_fd(wire_a(&w, 0)));
	CHECK_EQ(stats_of(wire_a(&w, 0)).kernel_tx_ring_empty, 2);
	check_explains_nothing(w.a);
	wire_close(&w);
}

/* A completion ring without room holds up sending: nothing is lost, and what
 * waits leaves as soon as there is room, also when only rx is called. */
TEST(a_starved_completion_ring)
{
	static _Atomic uint32_t nothing_new;
	struct flow f = { .id = 1 };
	struct xskpkt_queue *q;
	struct wire w;

	wire_open(&w, 1, NULL, PORT_OPTS(.rx_ring = 256, .tx_ring = 32));
	q = wire_a(&w, 0);
	for (unsigned i = 0; i < 50; i++) {
		_Atomic uint32_t *theirs = q->socket.comp.theirs;
		struct xskpkt_pkt pkt;

		/* All completions are there, but the library sees none: */
		CHECK_EQ(flow_send(&f, q, 32, 64), 32);
		atomic_store(&nothing_new, q->socket.comp.next);
		q->socket.comp.theirs = &nothing_new;
		CHECK_EQ(flow_send(&f, q, 10, 64), 10);
		CHECK_EQ(q->socket.tx.next - *q->socket.tx.theirs, 10);
		q->socket.comp.theirs = theirs;

		CHECK_EQ(xskpkt_queue_rx(q, &pkt, 1), 0);
		CHECK_EQ(q->socket.tx.next - *q->socket.tx.theirs, 0);
		flow_await(&f, wire_b(&w, 0));
	}
	CHECK_EQ(stats_of(q).tx_lost, 0);
	CHECK_OK(xskpkt_queue_drain(q, 10000));
	wire_close(&w);
}

/* What the device drops, here because it is longer than the MTU and a VLAN tag,
 * is counted; its frames return, and the next packets go on. */
TEST(what_the_device_drops_is_counted)
{
	struct flow f = { .id = 1, .lossy = true };
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	CHECK_EQ(flow_send(&f, wire_a(&w, 0), 10, 1519), 10);
	CHECK_OK(xskpkt_queue_drain(wire_a(&w, 0), 10000));
	CHECK_EQ(stats_of(wire_a(&w, 0)).tx_lost, 10);
	CHECK_EQ(stats_of(wire_a(&w, 0)).tx_completed, 10);
	check_explains(w.a, "10 times the device dropped a packet");
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 300, MIXED);
	CHECK_EQ(f.lost, 10);
	wire_close(&w);
}

/* Send faster than the peer takes packets, in a thread of its own, later. */
static struct xskpkt_stats overrun(struct wire *w, struct flow *f,
				   const char *qdisc)
{
	wire_make(w, 1, POOL_OPTS(.frames = 32768, .frame_size = 2048));
	run("tc qdisc %s", qdisc);
	CHECK_OK(xskpkt_port_open(&w->a, w->t.a, w->pool,
				  PORT_OPTS(.rx_ring = 64, .tx_ring = 1024)));
	CHECK_OK(xskpkt_port_open(&w->b, w->t.b, w->pool,
				  PORT_OPTS(.rx_ring = 8192, .tx_ring = 64)));
	run("echo 1 >/sys/class/net/%s/threaded", w->t.b);
	while (f->sent < 6000)
		flow_send(f, wire_a(w, 0), 64, 64);
	CHECK_OK(xskpkt_queue_drain(wire_a(w, 0), 10000));
	return stats_of(wire_a(w, 0));
}

/* Where the device can push back, packets wait: none is lost. */
TEST(an_overrun_peer_pushes_back)
{
	struct flow f = { .id = 1 };
	struct wire w;

	CHECK_EQ(overrun(&w, &f, "show").tx_lost, 0);
	flow_await(&f, wire_b(&w, 0));
	wire_close(&w);
}

/* Where it cannot, it drops: then what was sent is what came and what is
 * counted as lost, to the packet. */
TEST(an_overrun_peer_drops_and_it_is_counted)
{
	struct flow f = { .id = 1, .lossy = true };
	struct xskpkt_stats s;
	struct wire w;

	s = overrun(&w, &f, "del dev left0 root");
	CHECK_EQ(s.tx_completed, f.sent);
	UNTIL((flow_receive(&f, wire_b(&w, 0)),
	       stats_of(wire_b(&w, 0)).rx_packets + s.tx_lost == f.sent));
	CHECK_EQ(stats_of(wire_b(&w, 0)).kernel_rx_ring_full, 0);
	wire_close(&w);
}

/* What cannot be sent */

/* One bad packet among good ones, of every kind, while traffic goes on: it is
 * refused and counted, its neighbours leave, and no frame is lost. */
static struct xskpkt_pkt odd_packet(unsigned kind, struct xskpkt_queue *q,
				    const struct xskpkt_pkt *sent)
{
	static uint8_t foreign[2048];
	struct xskpkt_pkt pkt = { .data = foreign, .len = 64 };

	switch (kind) {
	case 0: /* not of the pool */
		return pkt;
	case 1: /* not even mapped */
		pkt.data = NULL;
		return pkt;
	case 2: /* sent already */
		return *sent;
	}
	CHECK_EQ(xskpkt_queue_alloc(q, &pkt, 1), 1);
	pkt.len = 64;
	switch (kind) {
	case 3: /* too long for its frame */
		pkt.len = 4097;
		break;
	case 4: /* beyond the end, though short */
		pkt.data += 4096 - 256 - 10;
		break;
	case 5: /* empty */
		pkt.len = 0;
		break;
	case 6: /* a length that would wrap */
		pkt.len = UINT32_MAX;
		break;
	case 7: /* unknown flags */
		pkt.flags = 1u << 31;
		break;
	case 8: /* given back already */
		xskpkt_queue_drop(q, &pkt, 1);
		break;
	}
	return pkt;
}

TEST(what_cannot_be_sent_is_refused_alone)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pkt pkts[9];
	struct xskpkt_queue *q;
	struct xskpkt_stats s;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	q = wire_a(&w, 0);
	for (unsigned round = 0; round < 900; round++) {
		unsigned odd = 1 + round % 8;

		CHECK_EQ(xskpkt_queue_alloc(q, pkts, 9), 9);
		for (unsigned i = 0; i < 9; i++) {
			pkts[i].len = 200;
			packet_make(pkts[i].data, 200, 1,
				    f.sent + i - (i > odd));
		}
		xskpkt_queue_drop(q, &pkts[odd], 1);
		pkts[odd] = odd_packet(round % 9, q, &pkts[0]);
		CHECK_EQ(xskpkt_queue_tx(q, pkts, 9), 9);
		f.sent += 8;
		flow_await(&f, wire_b(&w, 0));
	}
	s = stats_of(q);
	CHECK_EQ(s.tx_invalid, 900);
	CHECK_EQ(s.foreign, 200);
	CHECK_EQ(s.double_free, 200);
	CHECK_EQ(s.tx_packets, 7200);
	CHECK_EQ(s.kernel_tx_invalid, 0);
	check_explains(w.a, "900 packets could not be sent");
	check_explains(w.a, "200 packets were not of this pool");
	CHECK_OK(xskpkt_queue_drain(q, 10000));
	wire_close(&w);
}

/* A packet of another pool is foreign, though it is somebody's. */
TEST(ports_with_different_pools_do_not_mix)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pool *other;
	struct xskpkt_pkt pkts[8];
	struct wire w;
	unsigned n;

	wire_make(&w, 1, NULL);
	CHECK_OK(xskpkt_pool_create(&other, NULL));
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, other, SMALL()));
	CHECK_EQ(flow_send(&f, wire_a(&w, 0), 8, 64), 8);
	UNTIL((n = xskpkt_queue_rx(wire_b(&w, 0), pkts, 8)));
	CHECK_EQ(xskpkt_queue_tx(wire_a(&w, 0), pkts, n), n);
	CHECK_EQ(stats_of(wire_a(&w, 0)).foreign, n);
	CHECK_EQ(stats_of(wire_a(&w, 0)).tx_invalid, n);
	check_books(other, n);
	xskpkt_queue_drop(wire_b(&w, 0), pkts, n);
	flow_check(&f, pkts, n);
	flow_await(&f, wire_b(&w, 0));
	xskpkt_port_close(w.b);
	w.b = NULL;
	check_books(other, 0);
	xskpkt_pool_destroy(other);
	wire_close(&w);
}

/* The numbers add up */

/* Sent here is received there; bytes, completions, drops, wake-ups and the
 * program's counters agree; a port's are the sum over its queues. */
TEST(the_numbers_add_up)
{
	struct xskpkt_stats a, b, sum, s;
	uint64_t bytes = 0;
	struct wire w;

	wire_open(&w, 4, NULL, NULL);
	carry_all(w.a, w.b, 1000, MIXED);
	for (uint32_t seq = 0; seq < 1000; seq++)
		bytes += 4 * (64 + seq * 97 % (1518 - 64 + 1));
	for (unsigned i = 0; i < 4; i++)
		CHECK_OK(xskpkt_queue_drain(wire_a(&w, i), 10000));
	a = port_stats_of(w.a);
	b = port_stats_of(w.b);
	CHECK_EQ(a.tx_packets, 4000);
	CHECK_EQ(a.tx_completed, 4000);
	CHECK_EQ(a.tx_bytes, bytes);
	CHECK_EQ(b.rx_packets, 4000);
	CHECK_EQ(b.rx_bytes, bytes);
	CHECK_EQ(b.dropped, 4000);
	CHECK_EQ(b.prog_redirected, 4000);
	CHECK_EQ(b.prog_passed + b.prog_failed, 0);
	CHECK(a.tx_wakeups > 0 && a.tx_wakeups <= 4000);
	CHECK_EQ(a.rx_packets + a.rx_bytes + b.tx_packets + b.tx_bytes, 0);
	CHECK_EQ(a.tx_invalid + a.tx_lost + a.no_frames + a.double_free, 0);
	CHECK_EQ(b.bad_receives + b.bad_completions + b.foreign, 0);

	sum = (struct xskpkt_stats){ .size = sizeof(sum) };
	for (unsigned i = 0; i < 4; i++) {
		s = stats_of(wire_b(&w, i));
		CHECK_EQ(s.rx_packets, 1000);
		sum.rx_packets += s.rx_packets;
		sum.rx_bytes += s.rx_bytes;
		sum.prog_redirected += s.prog_redirected;
	}
	CHECK_EQ(sum.rx_packets, b.rx_packets);
	CHECK_EQ(sum.rx_bytes, b.rx_bytes);
	CHECK_EQ(sum.prog_redirected, b.prog_redirected);
	wire_close(&w);
}

/* Busy polling of a driver that cannot be polled: packets come and go all the
 * same, and explain says that it has no effect. */
TEST(busy_polling_without_effect)
{
	struct flow f = { .id = 1 };
	struct wire w;

	wire_open(&w, 1, NULL, SMALL(.flags = XSKPKT_PORT_BUSY_POLL));
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 1000, MIXED);
	if (!socket_napi(xskpkt_queue_fd(wire_b(&w, 0))))
		check_explains(w.b, "busy polling has no effect");
	wire_close(&w);
}
