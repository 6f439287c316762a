// SPDX-License-Identifier: BSD-2-Clause
/* Sending: what is taken leaves, what cannot be sent is counted, none lost. */
#include "unit.h"

/* Everything in flight is done: nothing of it may stay behind. */
static void check_all_free(struct fake_kernel *k)
{
	for (uint32_t i = 0; i < k->queue_count; i++) {
		struct fake_socket *s = fake_socket_of(k->queues[i]);

		do
			xskpkt_queue_tx(k->queues[i], NULL, 0);
		while (fake_take_tx(s, 64) + fake_complete(s, 64));
		CHECK_EQ(s->stats.tx_invalid_descs, 0);
	}
	CHECK_EQ(books(k->pool).sending, 0);
	CHECK_EQ(books(k->pool).received, 0);
}

/* A packet reaches the kernel as it was given: place, length, once. */
TEST(a_single_packet_leaves_at_once)
{
	struct fake_kernel *k = START();
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkt;

	for (unsigned i = 0; i < 10; i++) {
		make_packets(k->queue, &pkt, 1, 60 + i);
		pkt.data += i;
		CHECK_EQ(xskpkt_queue_tx(k->queue, &pkt, 1), 1);
		CHECK_EQ(s->tx_kicks, i + 1);
		CHECK_EQ(s->flight_count, 1);
		CHECK(s->umem + s->flight[0].addr == pkt.data);
		CHECK_EQ(s->flight[0].len, 60 + i);
		CHECK_EQ(s->flight[0].options, 0);
		CHECK_EQ(books(k->pool).sending, 1);
		fake_complete(s, 1);
	}
	check_all_free(k);
	CHECK_EQ(stats(k->queue).tx_packets, 10);
	CHECK_EQ(stats(k->queue).tx_bytes, 645);
	CHECK_EQ(stats(k->queue).tx_completed, 10);
	CHECK_EQ(stats(k->queue).tx_wakeups, 10);
}

/* Packets leave in order, through rings of any size and over 2^32. */
static void check_order(const struct fake_opts *opts)
{
	struct fake_kernel *k = start(opts);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[24];
	uint32_t ring = s->tx.size;

	fake_wind(k->queue, -2 * ring);
	for (unsigned round = 0; round < 100; round++) {
		unsigned n = 1 + round % (ring < 24 ? ring : 24);

		make_packets(k->queue, pkts, n, 60);
		CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, n), n);
		CHECK_EQ(s->flight_count, n);
		for (unsigned i = 0; i < n; i++)
			CHECK(s->umem + s->flight[i].addr == pkts[i].data);
		CHECK_EQ(fake_complete(s, n), n);
	}
	check_all_free(k);
}

/* The smallest ring, and frames of every kind. */
TEST(packets_leave_in_order)
{
	check_order(&(struct fake_opts){ .ring = 1, .frames = 8 });
	check_order(&(struct fake_opts){ .ring = 32 });
	check_order(&(struct fake_opts){ .ring = 32, .frame_size = 4096 });
	check_order(&(struct fake_opts){ .ring = 16,
					 .frame_size = 3000,
					 .pool_flags = XSKPKT_POOL_UNALIGNED });
}

/* Completions come in any order, and each frame goes home once. */
TEST(completions_come_in_any_order)
{
	struct fake_kernel *k = START(.ring = 64, .frames = 200);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[64];
	uint64_t seed = 5;

	for (unsigned round = 0; round < 50; round++) {
		unsigned n = 1 + round % 64;

		make_packets(k->queue, pkts, n, 60);
		CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, n), n);
		while (s->flight_count)
			fake_complete_at(s, (uint32_t)chance(&seed) %
						    s->flight_count);
		CHECK_EQ(books(k->pool).sending, n);
		xskpkt_queue_tx(k->queue, NULL, 0);
		CHECK_EQ(books(k->pool).sending, 0);
	}
	CHECK_EQ(stats(k->queue).bad_completions, 0);
}

/* A full ring pushes back: what is not taken stays the caller's. */
TEST(a_full_ring_takes_no_more)
{
	struct fake_kernel *k = START(.ring = 8, .frames = 64);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[40];

	make_packets(k->queue, pkts, 40, 60);
	for (unsigned i = 0; i < 8; i++)
		fake_answer(s, -EAGAIN);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 5), 5);
	CHECK_EQ(stats(k->queue).tx_full, 0);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 5, 35), 3);
	CHECK_EQ(stats(k->queue).tx_full, 1);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 8, 32), 0);
	CHECK_EQ(stats(k->queue).tx_full, 2);
	CHECK_EQ(books(k->pool).sending, 8);
	CHECK_EQ(books(k->pool).received, 32);

	/* The kernel goes on, and so do we: all 40, in order, each once. */
	for (unsigned sent = 8, done = 0; done < 40; done++) {
		fake_take_tx(s, 1);
		CHECK(s->umem + s->flight[0].addr == pkts[done].data);
		fake_complete(s, 1);
		sent += xskpkt_queue_tx(k->queue, pkts + sent, 40 - sent);
	}
	check_all_free(k);
	CHECK_EQ(stats(k->queue).tx_packets, 40);
}

/* All that a ring can hold comes back at once, and goes on to the pool. */
TEST(a_ring_full_of_completions)
{
	struct fake_kernel *k = START(.ring = 2048, .frames = 5000);
	struct fake_socket *s = fake_socket_of(k->queue);
	static struct xskpkt_pkt pkts[2048];

	for (unsigned round = 0; round < 3; round++) {
		make_packets(k->queue, pkts, 2048, 60);
		CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 2048), 2048);
		CHECK_EQ(fake_complete(s, 2048), 2048);
		CHECK_EQ(books(k->pool).sending, 2048);
		xskpkt_queue_tx(k->queue, NULL, 0);
		CHECK_EQ(books(k->pool).sending, 0);
	}
	CHECK_EQ(stats(k->queue).tx_completed, 3 * 2048);
}

/* n = 0 takes back what was sent, and does nothing else. */
TEST(tx_of_nothing_reaps)
{
	struct fake_kernel *k = START();
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[20];

	make_packets(k->queue, pkts, 20, 60);
	xskpkt_queue_tx(k->queue, pkts, 20);
	fake_complete(s, 20);
	CHECK_EQ(xskpkt_queue_tx(k->queue, NULL, 0), 0);
	CHECK_EQ(stats(k->queue).tx_completed, 20);
	CHECK_EQ(s->tx_kicks, 1);
	CHECK_EQ(stats(k->queue).tx_full, 0);
}

/* Refused */

static uint8_t stranger[64];

static void spoil_empty(struct xskpkt_queue *q, struct xskpkt_pkt *pkt)
{
	(void)q;
	pkt->len = 0;
}

static void spoil_long(struct xskpkt_queue *q, struct xskpkt_pkt *pkt)
{
	(void)q;
	pkt->len = 2048 - 256 + 1;
}

static void spoil_huge(struct xskpkt_queue *q, struct xskpkt_pkt *pkt)
{
	(void)q;
	pkt->len = UINT32_MAX;
}

static void spoil_flags(struct xskpkt_queue *q, struct xskpkt_pkt *pkt)
{
	(void)q;
	pkt->flags = 2;
}

static void spoil_high_flags(struct xskpkt_queue *q, struct xskpkt_pkt *pkt)
{
	(void)q;
	pkt->flags = 1u << 31;
}

static void spoil_owner(struct xskpkt_queue *q, struct xskpkt_pkt *pkt)
{
	xskpkt_queue_drop(q, pkt, 1);
}

static void spoil_pool(struct xskpkt_queue *q, struct xskpkt_pkt *pkt)
{
	xskpkt_queue_drop(q, pkt, 1);
	pkt->data = stranger;
}

static void spoil_null(struct xskpkt_queue *q, struct xskpkt_pkt *pkt)
{
	xskpkt_queue_drop(q, pkt, 1);
	pkt->data = NULL;
}

static const struct odd {
	void (*spoil)(struct xskpkt_queue *q, struct xskpkt_pkt *pkt);
	unsigned foreign, double_free;
} odds[] = {
	{ spoil_empty, 0, 0 },      { spoil_long, 0, 0 },
	{ spoil_huge, 0, 0 },       { spoil_flags, 0, 0 },
	{ spoil_high_flags, 0, 0 }, { spoil_owner, 0, 1 },
	{ spoil_pool, 1, 0 },       { spoil_null, 1, 0 },
};

#define BURST 9

/* One odd packet at @at: it is taken and counted; only the others leave. */
static void check_refused(struct fake_kernel *k, const struct odd *odd,
			  unsigned at)
{
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pool_books before = books(k->pool), after;
	uint64_t refused = stats(k->queue).tx_invalid;
	struct xskpkt_pkt pkts[BURST];

	make_packets(k->queue, pkts, BURST, 60);
	odd->spoil(k->queue, &pkts[at]);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, BURST), BURST);
	CHECK_EQ(s->flight_count, BURST - 1);
	for (unsigned i = 0; i < BURST - 1; i++)
		CHECK(s->umem + s->flight[i].addr == pkts[i + (i >= at)].data);
	after = books(k->pool);
	CHECK_EQ(after.received, 0);
	CHECK_EQ(after.foreign - before.foreign, odd->foreign);
	CHECK_EQ(after.double_free - before.double_free, odd->double_free);
	CHECK_EQ(stats(k->queue).tx_invalid, refused + 1);
	fake_complete(s, BURST);
}

/* What cannot be sent does not reach the kernel; the rest of the burst does. */
TEST(odd_packets_are_refused_and_the_others_leave)
{
	struct fake_kernel *k = START();
	unsigned dropped = 0;

	for (unsigned i = 0; i < COUNT_OF(odds); i++)
		for (unsigned at = 0; at < BURST; at++) {
			check_refused(k, &odds[i], at);
			dropped += odds[i].foreign + odds[i].double_free;
		}
	CHECK_EQ(stats(k->queue).tx_packets,
		 COUNT_OF(odds) * BURST * (BURST - 1));
	CHECK_EQ(stats(k->queue).dropped, dropped); /* our own drops only */
	check_all_free(k);
}

/* Up to its last byte a frame can be sent, from its first on. */
TEST(a_whole_frame_can_be_sent)
{
	struct fake_kernel *k = START();
	struct xskpkt_pkt pkts[5];

	make_packets(k->queue, pkts, 5, 2048 - 256);
	pkts[1].data -= 256;
	pkts[1].len = 2048;
	pkts[2].data += 2048 - 256 - 1;
	pkts[2].len = 1;
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 5), 5);
	CHECK_EQ(stats(k->queue).tx_invalid, 0);
	CHECK_EQ(fake_socket_of(k->queue)->flight_count, 5);
	fake_complete(fake_socket_of(k->queue), 5);
	check_all_free(k);
}

/* The same frame twice in a burst: it is sent once, wherever the two stand. */
TEST(a_frame_twice_in_a_burst_is_sent_once)
{
	struct fake_kernel *k = START();
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[BURST];
	uint64_t times = 0;

	for (unsigned second = 1; second < BURST; second++)
		for (unsigned first = 0; first < second; first++) {
			make_packets(k->queue, pkts, BURST, 60);
			xskpkt_queue_drop(k->queue, &pkts[second], 1);
			pkts[second] = pkts[first];
			pkts[second].data += 7;
			CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, BURST), BURST);
			CHECK_EQ(s->flight_count, BURST - 1);
			CHECK_EQ(books(k->pool).double_free, ++times);
			CHECK_EQ(stats(k->queue).tx_invalid, times);
			fake_complete(s, BURST);
		}
	check_all_free(k);
}

/* What is being sent cannot be sent again, dropped, or received into. */
TEST(a_frame_being_sent_is_nobodys)
{
	struct fake_kernel *k = START();
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkt;

	make_packets(k->queue, &pkt, 1, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, &pkt, 1), 1);
	CHECK_EQ(xskpkt_queue_tx(k->queue, &pkt, 1), 1);
	xskpkt_queue_drop(k->queue, &pkt, 1);
	CHECK_EQ(books(k->pool).double_free, 2);
	CHECK_EQ(books(k->pool).sending, 1);
	CHECK_EQ(s->flight_count, 1);
	fake_complete(s, 1);
	check_all_free(k);
}

/* Several entries */

/* @n packets of three entries each. */
static void make_chains(struct xskpkt_queue *q, struct xskpkt_pkt *pkts,
			unsigned n)
{
	make_packets(q, pkts, 3 * n, 60);
	for (unsigned i = 0; i < 3 * n; i++)
		pkts[i].flags = i % 3 < 2 ? XSKPKT_PKT_MORE : 0;
}

/* The kernel gets the entries of a packet one after the other, marked. */
TEST(a_packet_of_several_entries_leaves_whole)
{
	struct fake_kernel *k = START(.entries = 4);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[10];

	make_chains(k->queue, pkts, 3);
	make_packets(k->queue, pkts + 9, 1, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 10), 10);
	CHECK_EQ(s->flight_count, 10);
	for (unsigned i = 0; i < 10; i++) {
		CHECK(s->umem + s->flight[i].addr == pkts[i].data);
		CHECK_EQ(s->flight[i].options, pkts[i].flags);
	}
	CHECK_EQ(stats(k->queue).tx_packets, 4);
	CHECK_EQ(stats(k->queue).tx_bytes, 600);
	fake_complete(s, 10);
	check_all_free(k);
}

/* Without room for all of a packet none of it is taken. */
TEST(a_packet_is_not_cut_by_a_full_ring)
{
	struct fake_kernel *k = START(.entries = 4, .ring = 8);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[12];

	make_chains(k->queue, pkts, 4);
	fake_answer(s, -EAGAIN);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 12), 6);
	CHECK_EQ(fake_waiting(&s->tx), 6);
	CHECK_EQ(stats(k->queue).tx_full, 1);
	CHECK_EQ(fake_take_tx(s, 6), 6);
	fake_complete(s, 6);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 6, 6), 6);
	fake_complete(s, 6);
	check_all_free(k);
}

/* One bad entry, wherever it stands, and nothing of its packet leaves; its
 * good entries go home, the packets beside it go out. */
TEST(a_bad_entry_spoils_its_packet_only)
{
	struct fake_kernel *k = START(.entries = 4);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[9];
	uint64_t times = 0;

	for (unsigned i = 0; i < COUNT_OF(odds); i++)
		for (unsigned at = 3; at < 6; at++) {
			make_chains(k->queue, pkts, 3);
			odds[i].spoil(k->queue, &pkts[at]);
			if (at < 5)
				pkts[at].flags |= XSKPKT_PKT_MORE;
			CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 9), 9);
			CHECK_EQ(s->flight_count, 6);
			CHECK(s->umem + s->flight[3].addr == pkts[6].data);
			CHECK_EQ(stats(k->queue).tx_invalid, ++times);
			CHECK_EQ(books(k->pool).received, 0);
			fake_complete(s, 6);
		}
	check_all_free(k);
}

/* The same frame twice in one packet: none of it leaves. */
TEST(a_frame_twice_in_a_packet_is_refused)
{
	struct fake_kernel *k = START(.entries = 4);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[3];

	make_chains(k->queue, pkts, 1);
	xskpkt_queue_drop(k->queue, &pkts[2], 1);
	pkts[2].data = pkts[0].data + 1;
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 3), 3);
	CHECK_EQ(fake_waiting(&s->tx) + s->flight_count, 0);
	CHECK_EQ(stats(k->queue).tx_invalid, 1);
	CHECK_EQ(books(k->pool).double_free, 1);
	CHECK_EQ(books(k->pool).received, 0);
	check_all_free(k);
}

/* A burst that ends within a packet: what is there of it goes home. */
TEST(a_packet_cut_short_is_refused)
{
	struct fake_kernel *k = START(.entries = 4);
	struct xskpkt_pkt pkts[6];

	make_chains(k->queue, pkts, 2);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 5), 5);
	xskpkt_queue_drop(k->queue, &pkts[5], 1);
	CHECK_EQ(stats(k->queue).tx_invalid, 1);
	CHECK_EQ(stats(k->queue).tx_packets, 1);
	CHECK_EQ(books(k->pool).received, 0);
	fake_complete(fake_socket_of(k->queue), 3);
	check_all_free(k);
}

/* More entries than the kernel takes, or than the ring will ever have room
 * for, are refused: they would stop the queue for good. */
static void check_too_many(uint32_t entries, uint32_t ring, unsigned n)
{
	struct fake_kernel *k = START(.entries = entries, .ring = ring);
	struct xskpkt_pkt pkts[20];

	make_packets(k->queue, pkts, n + 1, 60);
	for (unsigned i = 0; i + 1 < n; i++)
		pkts[i].flags = XSKPKT_PKT_MORE;
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, n + 1), n + 1);
	CHECK_EQ(stats(k->queue).tx_invalid, 1);
	CHECK_EQ(stats(k->queue).tx_packets, 1);
	fake_complete(fake_socket_of(k->queue), 1);
	check_all_free(k);
}

/* By default one, in copy mode 18, and never more than the ring has. */
TEST(a_packet_of_too_many_entries_is_refused)
{
	check_too_many(1, 64, 2);
	check_too_many(18, 64, 19);
	check_too_many(18, 8, 9);
}

/* The kernel's answers */

/* EAGAIN: it stays in the ring, and the next call tries again. */
TEST(a_busy_kernel_is_asked_again)
{
	struct fake_kernel *k = START();
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[2];

	make_packets(k->queue, pkts, 2, 60);
	fake_answer(s, -EAGAIN);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 1), 1);
	CHECK_EQ(s->tx_kicks, 1);
	CHECK_EQ(fake_waiting(&s->tx), 1);
	CHECK_EQ(xskpkt_queue_tx(k->queue, NULL, 0), 0);
	CHECK_EQ(s->tx_kicks, 2);
	CHECK_EQ(fake_waiting(&s->tx), 0);
	CHECK_EQ(xskpkt_queue_tx(k->queue, NULL, 0), 0);
	CHECK_EQ(s->tx_kicks, 2);

	fake_answer(s, -EAGAIN);
	xskpkt_queue_tx(k->queue, pkts + 1, 1);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 1), 0);
	CHECK_EQ(fake_waiting(&s->tx), 0);
	fake_complete(s, 2);
	check_all_free(k);
}

/* EBUSY: one packet is lost, counted, and the others go on at once. */
TEST(a_packet_that_the_device_drops_is_counted)
{
	struct fake_kernel *k = START();
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[10];

	make_packets(k->queue, pkts, 10, 60);
	fake_answer(s, -EBUSY);
	fake_answer(s, -EBUSY);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 10), 10);
	CHECK_EQ(fake_waiting(&s->tx), 0);
	CHECK_EQ(stats(k->queue).tx_lost, 2);
	CHECK_EQ(s->flight_count, 8);
	fake_complete(s, 8);
	check_all_free(k);
	CHECK_EQ(stats(k->queue).tx_completed, 10);
}

/* ENETDOWN: nothing is lost; when the link is back the packets leave. */
TEST(packets_wait_for_a_link_that_is_down)
{
	struct fake_kernel *k = START(.ring = 4);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[6];

	make_packets(k->queue, pkts, 6, 60);
	fake_answer(s, -ENETDOWN);
	fake_answer(s, -ENETDOWN);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 6), 4);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 4, 2), 0);
	CHECK_EQ(xskpkt_port_state(k->port), XSKPKT_STATE_UP); /* no news */
	xskpkt_queue_tx(k->queue, NULL, 0);
	CHECK_EQ(fake_complete(s, 4), 4);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 4, 2), 2);
	fake_complete(s, 2);
	check_all_free(k);
}

/* ENXIO: the device is gone, and the port's state says so. */
TEST(a_device_that_is_gone_is_noticed)
{
	struct fake_kernel *k = START();
	struct xskpkt_pkt pkt;

	make_packets(k->queue, &pkt, 1, 60);
	fake_answer(fake_socket_of(k->queue), -ENXIO);
	CHECK_EQ(xskpkt_queue_tx(k->queue, &pkt, 1), 1);
	CHECK_EQ(xskpkt_port_state(k->port), XSKPKT_STATE_GONE);
	CHECK_STR_HAS(xskpkt_errmsg(), "fake0: was deleted or moved");
}

/* Copy mode sends 32 packets a call on older kernels: all leave anyway. */
TEST(a_burst_beyond_the_kernels_budget_leaves_whole)
{
	struct xskpkt_pkt pkts[256];
	struct fake_kernel *k;
	struct fake_socket *s;

	fake_kernel_take_over();
	fake_kernel_refuse(9, -ENOPROTOOPT); /* XDP_MAX_TX_SKB_BUDGET */
	k = START(.ring = 256);
	s = fake_socket_of(k->queue);
	s->prompt = true;
	make_packets(k->queue, pkts, 256, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 256), 256);
	CHECK_EQ(fake_waiting(&s->tx), 0);
	CHECK_EQ(s->tx_kicks, 8);
	CHECK_EQ(stats(k->queue).tx_wakeups, 8);
	check_all_free(k);
}

/* A newer kernel takes a whole ring with one call. */
TEST(the_budget_is_raised_where_it_can_be)
{
	struct fake_kernel *k = START(.ring = 256);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[256];

	make_packets(k->queue, pkts, 256, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 256), 256);
	CHECK_EQ(s->tx_kicks, 1);
	fake_complete(s, 256);
	check_all_free(k);
}

/* Zero-copy: one call while the driver wants it, none while it does not. */
TEST(zero_copy_kicks_when_the_driver_asks)
{
	struct fake_kernel *k = START(.zerocopy = true);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[4];

	make_packets(k->queue, pkts, 4, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 1), 1);
	CHECK_EQ(s->tx_kicks, 0);
	CHECK_EQ(stats(k->queue).tx_wakeups_saved, 1);
	fake_need_wakeup(&s->tx, true);
	CHECK_EQ(xskpkt_queue_tx(k->queue, NULL, 0), 0);
	CHECK_EQ(s->tx_kicks, 0);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 1, 1), 1);
	CHECK_EQ(s->tx_kicks, 1);
	CHECK_EQ(stats(k->queue).tx_wakeups, 1);

	/* Refused: the next call asks again. */
	fake_answer(s, -EAGAIN);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 2, 2), 2);
	CHECK_EQ(s->tx_kicks, 2);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 4), 0);
	CHECK_EQ(s->tx_kicks, 3);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 4), 0);
	CHECK_EQ(s->tx_kicks, 3);
	CHECK_EQ(fake_take_tx(s, 9), 4);
	fake_complete(s, 4);
	check_all_free(k);
}

/* Hostile completions */

static void check_bad_completion(struct fake_kernel *k, uint64_t address)
{
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pool_books before = books(k->pool), after;

	CHECK(fake_put_completion(s, address));
	xskpkt_queue_tx(k->queue, NULL, 0);
	after = books(k->pool);
	CHECK_EQ(after.bad_completions, before.bad_completions + 1);
	CHECK_EQ(after.free, before.free);
	CHECK_EQ(after.sending, before.sending);
	CHECK_EQ(stats(k->queue).bad_completions, after.bad_completions);
}

static void check_bad_completions(const struct fake_opts *opts)
{
	struct fake_kernel *k = start(opts);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[3];
	uint64_t size = s->chunk;

	make_packets(k->queue, pkts, 3, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 2), 2);
	check_bad_completion(k, s->umem_len);
	check_bad_completion(k, UINT64_MAX);
	check_bad_completion(k, s->flight[0].addr | 1ull << 63);
	check_bad_completion(k, s->flight[0].addr + s->umem_len);
	check_bad_completion(k, frame_of(k->pool, &pkts[2]) * size + 256);
	CHECK_EQ(fake_take_fill(s, 1), 1);
	check_bad_completion(k, s->taken[0]);

	/* Anywhere in its frame is good; a second time is not. */
	fake_put_completion(s, s->flight[0].addr + 100);
	xskpkt_queue_tx(k->queue, NULL, 0);
	CHECK_EQ(books(k->pool).sending, 1);
	check_bad_completion(k, s->flight[0].addr);
	fake_put_completion(s, s->flight[1].addr);
	xskpkt_queue_tx(k->queue, NULL, 0);
	check_bad_completion(k, s->flight[1].addr);
	CHECK_EQ(books(k->pool).sending, 0);
	CHECK_EQ(stats(k->queue).tx_completed, 2);
	xskpkt_queue_drop(k->queue, pkts + 2, 1);
}

/* What was not being sent is not completed: it stays where it is. */
TEST(made_up_completions_are_counted_and_harmless)
{
	check_bad_completions(&(struct fake_opts){ .frames = 256 });
	check_bad_completions(
		&(struct fake_opts){ .frames = 100, .frame_size = 4096 });
	check_bad_completions(
		&(struct fake_opts){ .frames = 100,
				     .frame_size = 3000,
				     .pool_flags = XSKPKT_POOL_UNALIGNED });
}

/* A frame that another queue sends is not completed by this one. */
TEST(another_queues_completions_are_refused)
{
	struct fake_kernel *k = START(.queues = 2);
	struct xskpkt_pkt pkt;

	make_packets(k->queue, &pkt, 1, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queues[1], &pkt, 1), 1);
	check_bad_completion(k, fake_socket_of(k->queues[1])->flight[0].addr);
	CHECK_EQ(books(k->pool).sending, 1);
	fake_complete(fake_socket_of(k->queues[1]), 1);
	check_all_free(k);
}

/* Duplicates in every place of a burst of completions, all at once. */
TEST(duplicate_completions_among_good_ones)
{
	struct fake_kernel *k = START(.ring = 64);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[BURST];
	uint64_t bad = 0;

	for (unsigned second = 1; second < BURST; second++)
		for (unsigned first = 0; first < second; first++) {
			make_packets(k->queue, pkts, BURST, 60);
			xskpkt_queue_tx(k->queue, pkts, BURST);
			for (unsigned i = 0; i < BURST; i++) {
				fake_put_completion(s, s->flight[i].addr);
				if (i + 1 == second)
					fake_put_completion(
						s, s->flight[first].addr);
			}
			s->flight_count = 0;
			xskpkt_queue_tx(k->queue, NULL, 0);
			CHECK_EQ(books(k->pool).bad_completions, ++bad);
			CHECK_EQ(books(k->pool).sending, 0);
		}
}

/* An index that cannot be moves nothing, and when it heals all goes on. */
TEST(tx_survives_wild_indices)
{
	static const uint32_t wild[] = { 100, 0x80000000, 0xffffff00 };
	struct fake_kernel *k = START(.ring = 64);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[65];

	for (unsigned i = 0; i < 3; i++) {
		make_packets(k->queue, pkts, 64, 60);
		fake_show_index(&s->tx, s->tx.mine + wild[i]);
		fake_show_index(&s->comp, s->comp.mine + wild[i]);
		xskpkt_queue_tx(k->queue, NULL, 0);
		books(k->pool);
		fake_hide_index(&s->tx);
		fake_hide_index(&s->comp);
		CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 64), 64);
		CHECK_EQ(fake_complete(s, 64), 64);
		xskpkt_queue_tx(k->queue, NULL, 0);
		CHECK_EQ(books(k->pool).sending, 0);
	}
}

/* A wild index that came while the ring was full does not free a slot. */
TEST(a_full_ring_stays_full_under_a_wild_index)
{
	struct fake_kernel *k = START(.ring = 64, .zerocopy = true);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[65];

	make_packets(k->queue, pkts, 65, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 64), 64);
	fake_show_index(&s->tx, s->tx.mine + 1000);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 64, 1), 0);
	fake_hide_index(&s->tx);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 64, 1), 0);
	CHECK_EQ(fake_take_tx(s, 64), 64);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 64, 1), 1);
	fake_complete(s, 64);
	check_all_free(k);
}

/* Closing */

/* What the kernel had when a queue closes is free again, and nothing else:
 * packets that are held stay held. */
TEST(a_queue_that_closes_gives_back_what_the_kernel_had)
{
	struct fake_kernel *k = START(.queues = 2, .frames = 512);
	struct xskpkt_pkt pkts[20];

	make_packets(k->queues[1], pkts, 20, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queues[0], pkts, 5), 5);
	CHECK_EQ(xskpkt_queue_tx(k->queues[1], pkts + 5, 5), 5);
	fake_take_fill(fake_socket_of(k->queue), 10);
	fake_deliver(fake_socket_of(k->queue), 5, 60);
	fake_kernel_close_queue(k, 0);
	CHECK_EQ(books(k->pool).filled, 64);
	CHECK_EQ(books(k->pool).sending, 5);
	CHECK_EQ(books(k->pool).received, 10);
	xskpkt_queue_drop(k->queues[1], pkts + 10, 10);
	fake_complete(fake_socket_of(k->queues[1]), 5);
	xskpkt_queue_tx(k->queues[1], NULL, 0);
	CHECK_EQ(books(k->pool).free, 512 - 64);
}

/* With busy polling a call is what sends, whatever the flag in the ring says,
 * and what brings completions when there is nothing to send. */
TEST(busy_polling_sends_by_calls)
{
	struct fake_kernel *k = START(.zerocopy = true, .busy_poll = true);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[4];

	make_packets(k->queue, pkts, 4, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 4), 4);
	CHECK_EQ(s->tx_kicks, 1);
	CHECK_EQ(xskpkt_queue_tx(k->queue, NULL, 0), 0);
	CHECK_EQ(s->tx_kicks, 2);
	CHECK_EQ(stats(k->queue).tx_wakeups_saved, 0);
}
