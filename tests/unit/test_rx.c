// SPDX-License-Identifier: BSD-2-Clause
/* Receiving: each packet once, in order, whole; frames come and go in full. */
#include "unit.h"

/* The serial number that the fake kernel wrote into a packet. */
static uint64_t serial(const struct xskpkt_pkt *pkt)
{
	uint64_t number;

	memcpy(&number, pkt->data, sizeof(number));
	return number;
}

/* A queue that is open has a full fill ring: it can receive at once. */
TEST(the_fill_ring_is_full_from_the_start)
{
	struct fake_kernel *k = START(.frames = 256);

	CHECK_EQ(fake_waiting(&fake_socket_of(k->queue)->fill), 64);
	CHECK_EQ(books(k->pool).filled, 64);
	CHECK_EQ(books(k->pool).free, 192);
}

/* Packets come in order, each once, where and as long as the kernel says. */
static void check_order(const struct fake_opts *opts)
{
	struct fake_kernel *k = start(opts);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[48];
	uint64_t next = 0;
	struct xskpkt_pool_info info = { .size = sizeof(info) };

	CHECK_OK(xskpkt_pool_info(k->pool, &info));
	for (unsigned round = 0; round < 200; round++) {
		unsigned n = fake_deliver(s, round % 33, 60 + round);

		CHECK_EQ(n, round % 33);
		CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 48), n);
		for (unsigned i = 0; i < n; i++) {
			size_t at =
				(size_t)(pkts[i].data - (uint8_t *)info.base);

			CHECK_EQ(serial(&pkts[i]), next++);
			CHECK_EQ(pkts[i].len, 60 + round);
			CHECK_EQ(pkts[i].flags, 0);
			CHECK_EQ(at % info.frame_size, 256 + info.headroom);
		}
		CHECK_EQ(books(k->pool).received, n);
		xskpkt_queue_drop(k->queue, pkts, n);
	}
	CHECK_EQ(stats(k->queue).rx_packets, next);
	CHECK_EQ(stats(k->queue).dropped, next);
}

/* Aligned frames of both sizes, with a headroom and without. */
TEST(packets_come_in_order)
{
	check_order(&(struct fake_opts){ .frame_size = 4096 });
	check_order(&(struct fake_opts){ .headroom = 128 });
}

/* Unaligned frames: the kernel's offset in the upper bits is understood. */
TEST(packets_come_in_unaligned_frames)
{
	check_order(&(struct fake_opts){ .frame_size = 3000,
					 .pool_flags = XSKPKT_POOL_UNALIGNED });
	check_order(&(struct fake_opts){ .frame_size = 2048,
					 .headroom = 200,
					 .pool_flags = XSKPKT_POOL_UNALIGNED });
}

/* Indices that wrap at 2^32 change nothing. */
TEST(rx_goes_on_where_the_indices_wrap)
{
	struct fake_kernel *k = START(.ring = 16);
	struct xskpkt_pkt pkts[16];

	fake_wind(k->queue, -32u);
	for (uint64_t i = 0; i < 100; i += 5) {
		CHECK_EQ(fake_deliver(fake_socket_of(k->queue), 5, 64), 5);
		CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 16), 5);
		CHECK_EQ(serial(&pkts[4]), i + 4);
		xskpkt_queue_drop(k->queue, pkts, 5);
	}
}

/* Rings of one slot are slow, and right. */
TEST(rx_with_rings_of_one_slot)
{
	struct fake_kernel *k = START(.ring = 1, .frames = 3);
	struct xskpkt_pkt pkt;

	for (uint64_t i = 0; i < 10; i++) {
		CHECK_EQ(fake_deliver(fake_socket_of(k->queue), 3, 64), 1);
		CHECK_EQ(xskpkt_queue_rx(k->queue, &pkt, 1), 1);
		CHECK_EQ(serial(&pkt), i);
		xskpkt_queue_drop(k->queue, &pkt, 1);
	}
	CHECK_EQ(books(k->pool).free, 2);
}

/* No room for packets: none is taken, and none is lost. */
TEST(rx_takes_no_more_than_there_is_room_for)
{
	struct fake_kernel *k = START(.ring = 64);
	struct xskpkt_pkt pkts[64];

	CHECK_EQ(fake_deliver(fake_socket_of(k->queue), 40, 64), 40);
	CHECK_EQ(xskpkt_queue_rx(k->queue, NULL, 0), 0);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 7), 7);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts + 7, 57), 33);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts + 40, 24), 0);
	for (uint64_t i = 0; i < 40; i++)
		CHECK_EQ(serial(&pkts[i]), i);
	xskpkt_queue_drop(k->queue, pkts, 40);
}

/* As long as there are free frames the kernel gets them: traffic that is given
 * back can go on for ever with few frames. */
TEST(rx_keeps_the_fill_ring_full)
{
	struct fake_kernel *k = START(.frames = 128, .ring = 64);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[64];

	for (unsigned i = 0; i < 100; i++) {
		CHECK_EQ(fake_deliver(s, 64, 64), 64);
		CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 64);
		CHECK_EQ(fake_waiting(&s->fill), 64);
		xskpkt_queue_drop(k->queue, pkts, 64);
	}
	CHECK_EQ(stats(k->queue).no_frames, 0);
}

/* Who holds all packets receives none; who gives some back receives again. */
TEST(rx_resumes_when_packets_are_given_back)
{
	struct fake_kernel *k = START(.frames = 32, .ring = 32);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[33];

	CHECK_EQ(fake_deliver(s, 40, 64), 32);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 33), 32);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 33), 0);
	CHECK(stats(k->queue).no_frames > 0);
	CHECK_EQ(fake_deliver(s, 1, 64), 0);
	CHECK_EQ(stats(k->queue).kernel_rx_fill_empty, 1);
	xskpkt_queue_drop(k->queue, pkts, 16);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 33), 0);
	CHECK_EQ(fake_deliver(s, 40, 64), 16);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 33), 16);
	xskpkt_queue_drop(k->queue, pkts, 32);
}

/* Frames that were sent serve to receive again, also if nothing is sent any
 * more: rx fetches them when it runs short. */
TEST(rx_takes_back_what_was_sent_when_it_runs_short)
{
	struct fake_kernel *k = START(.frames = 32, .ring = 32);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[32];

	CHECK_EQ(fake_deliver(s, 32, 64), 32);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 32), 32);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 32), 32);
	CHECK_EQ(fake_complete(s, 32), 32);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 32), 0);
	CHECK_EQ(fake_deliver(s, 32, 64), 32);
}

/* Packets of several entries: whole, in order, marked, counted once. */
TEST(a_packet_of_several_entries_comes_whole)
{
	struct fake_kernel *k = START(.entries = 18, .frame_size = 4096);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[16];

	CHECK_EQ(fake_deliver(s, 2, 9000), 2);
	CHECK_EQ(fake_deliver(s, 1, 60), 1);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 16), 7);
	CHECK_EQ(xskpkt_pkt_entries(pkts, 7), 3);
	CHECK_EQ(xskpkt_pkt_bytes(pkts, 7), 9000);
	CHECK_EQ(pkts[0].len, 3840);
	CHECK_EQ(xskpkt_pkt_entries(pkts + 3, 4), 3);
	CHECK_EQ(xskpkt_pkt_bytes(pkts + 6, 1), 60);
	CHECK_EQ(stats(k->queue).rx_packets, 3);
	CHECK_EQ(stats(k->queue).rx_bytes, 18060);
	CHECK_EQ(xskpkt_queue_drop_packet(k->queue, pkts, 7), 3);
	CHECK_EQ(xskpkt_queue_drop_packet(k->queue, pkts + 3, 4), 3);
	CHECK_EQ(xskpkt_queue_drop_packet(k->queue, pkts + 6, 1), 1);
	CHECK_EQ(xskpkt_queue_drop_packet(k->queue, pkts, 0), 0);
	CHECK_EQ(books(k->pool).received, 0);
}

/* A packet is not cut at the end of a burst: it comes with the next. */
TEST(a_burst_ends_with_a_whole_packet)
{
	struct fake_kernel *k = START(.entries = 18, .frame_size = 4096);
	struct xskpkt_pkt pkts[8];

	CHECK_EQ(fake_deliver(fake_socket_of(k->queue), 3, 9000), 3);
	for (unsigned max = 3; max < 6; max++) {
		CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, max), 3);
		CHECK_EQ(xskpkt_pkt_bytes(pkts, 3), 9000);
		CHECK_EQ(xskpkt_queue_drop_packet(k->queue, pkts, 3), 3);
	}
}

/* One that the kernel is still writing is waited for. */
TEST(half_a_packet_is_waited_for)
{
	struct fake_kernel *k = START(.entries = 18, .frame_size = 4096);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[8];

	fake_deliver(s, 2, 9000);
	fake_show_index(&s->rx, 4);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 8), 3);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts + 3, 5), 0);
	fake_hide_index(&s->rx);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts + 3, 5), 3);
	xskpkt_queue_drop(k->queue, pkts, 6);
}

/* Only one that alone is larger than the burst, or the ring, is cut. */
TEST(a_packet_larger_than_the_burst_comes_in_parts)
{
	struct fake_kernel *k =
		START(.entries = 18, .frame_size = 4096, .ring = 4);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[8];

	CHECK_EQ(fake_deliver(s, 1, 15000), 1);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 2), 2);
	CHECK(pkts[1].flags & XSKPKT_PKT_MORE);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts + 2, 2), 2);
	CHECK_EQ(xskpkt_pkt_bytes(pkts, 4), 15000);
	CHECK_EQ(stats(k->queue).rx_packets, 1);
	xskpkt_queue_drop(k->queue, pkts, 4);

	/* As long as the ring, and still not at its end. */
	fake_deliver(s, 1, 15000);
	((struct xdp_desc *)s->rx.slots)[3].options |= XSKPKT_PKT_MORE;
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 8), 4);
	xskpkt_queue_drop(k->queue, pkts, 4);
}

/* A driver that ran dry, or will, is woken; one that did not ask is not. */
TEST(a_kernel_that_ran_dry_is_woken)
{
	struct fake_kernel *k = START(.ring = 64, .zerocopy = true);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[64];

	CHECK_EQ(fake_deliver(s, 64, 64), 64);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 64);
	CHECK_EQ(s->rx_kicks, 0);
	xskpkt_queue_drop(k->queue, pkts, 64);
	fake_deliver(s, 64, 64);
	fake_need_wakeup(&s->fill, true);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 64);
	CHECK_EQ(s->rx_kicks, 1);
	CHECK_EQ(stats(k->queue).rx_wakeups, 1);
	xskpkt_queue_drop(k->queue, pkts, 64);
}

/* Also when it asks after the fill ring was filled up: it looked at the ring
 * before, and sleeps now. */
TEST(a_kernel_that_asks_late_is_woken)
{
	struct fake_kernel *k = START(.ring = 64, .zerocopy = true);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[64];

	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 0);
	CHECK_EQ(fake_waiting(&s->fill), 64);
	fake_need_wakeup(&s->fill, true);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 0);
	CHECK_EQ(s->rx_kicks, 1);
}

/* A device that is gone says so to such a call as well. */
TEST(a_device_that_is_gone_is_noticed_when_woken)
{
	struct fake_kernel *k = START(.zerocopy = true);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkt;

	fake_need_wakeup(&s->fill, true);
	s->rx_answer = -EAGAIN;
	CHECK_EQ(xskpkt_queue_rx(k->queue, &pkt, 1), 0);
	CHECK_EQ(xskpkt_port_state(k->port), XSKPKT_STATE_UP);
	s->rx_answer = -ENXIO;
	CHECK_EQ(xskpkt_queue_rx(k->queue, &pkt, 1), 0);
	CHECK_EQ(xskpkt_port_state(k->port), XSKPKT_STATE_GONE);
}

/* What waits to be sent, since the kernel was busy, leaves with the next rx,
 * also when it waits for its completions to be taken. */
TEST(rx_sends_what_still_waits)
{
	struct fake_kernel *k = START(.ring = 8);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[8];

	make_packets(k->queue, pkts, 8, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 2), 2);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts + 2, 6), 6);
	CHECK_EQ(s->flight_count, 8);
	make_packets(k->queue, pkts, 8, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 8), 8);
	CHECK_EQ(fake_waiting(&s->tx), 8); /* no room to complete them */
	CHECK_EQ(fake_complete(s, 8), 8);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 8), 0);
	CHECK_EQ(fake_waiting(&s->tx), 0);
}

/* Hostile kernel */

/* Receive nothing: what the kernel put into the ring is refused, counted. */
static void check_refused(struct fake_kernel *k, struct xdp_desc desc)
{
	struct fake_socket *s = fake_socket_of(k->queue);
	uint64_t before = stats(k->queue).bad_receives;
	struct xskpkt_pkt pkts[8];

	CHECK(fake_put_rx(s, desc));
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 8), 0);
	CHECK_EQ(stats(k->queue).bad_receives, before + 1);
	CHECK_EQ(books(k->pool).bad_receives, before + 1);
}

static void check_hostile_receives(const struct fake_opts *opts)
{
	struct fake_kernel *k = start(opts);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt held, filled[2];
	uint64_t size = s->chunk, end = s->umem_len;
	struct xskpkt_pkt pkts[8];

	make_packets(k->queue, &held, 1, 60);
	check_refused(k, (struct xdp_desc){ .addr = end + 256, .len = 60 });
	check_refused(k, (struct xdp_desc){ .addr = end, .len = 60 });
	check_refused(k, (struct xdp_desc){ .addr = UINT64_MAX, .len = 60 });
	check_refused(k, (struct xdp_desc){ .addr = 1ull << 47, .len = 60 });
	check_refused(k, (struct xdp_desc){
				 .addr = frame_of(k->pool, &held) * size + 256,
				 .len = 60 });

	/* What it has, and says twice; or has, with a length beyond sense. */
	CHECK_EQ(fake_take_fill(s, 3), 3);
	check_refused(k, (struct xdp_desc){ .addr = s->taken[0] + 256,
					    .len = UINT32_MAX });
	check_refused(k, (struct xdp_desc){ .addr = s->taken[0] + 256,
					    .len = s->chunk + 1 });
	fake_put_rx(s, (struct xdp_desc){ .addr = s->taken[1] + 256 });
	fake_put_rx(s, (struct xdp_desc){ .addr = s->taken[1] + 300 });
	fake_put_rx(s, (struct xdp_desc){ .addr = s->taken[2] + 256 });
	CHECK_EQ(xskpkt_queue_rx(k->queue, filled, 8), 2);
	CHECK_EQ(stats(k->queue).bad_receives, 8);

	/* The honest ones go on. */
	s->taken_count = 0;
	CHECK_EQ(fake_deliver(s, 5, 64), 5);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 8), 5);
	xskpkt_queue_drop(k->queue, pkts, 5);
	xskpkt_queue_drop(k->queue, filled, 2);
	xskpkt_queue_drop(k->queue, &held, 1);
	CHECK_EQ(books(k->pool).received, 0);
}

/* A frame that the kernel did not have is not received into. */
TEST(receives_that_were_never_filled_are_refused)
{
	check_hostile_receives(&(struct fake_opts){ .frames = 256 });
	check_hostile_receives(
		&(struct fake_opts){ .frames = 200, .frame_size = 4096 });
}

/* The sum of base and offset is what counts. */
TEST(receives_in_unaligned_frames_are_checked_likewise)
{
	check_hostile_receives(
		&(struct fake_opts){ .frames = 200,
				     .frame_size = 3000,
				     .pool_flags = XSKPKT_POOL_UNALIGNED });
}

/* A frame that another queue filled is not this queue's to receive into. */
TEST(receives_of_another_queues_frames_are_refused)
{
	struct fake_kernel *k = START(.queues = 2);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct fake_socket *other = fake_socket_of(k->queues[1]);
	struct xskpkt_pkt pkts[8];

	CHECK_EQ(fake_take_fill(other, 1), 1);
	check_refused(k, (struct xdp_desc){ .addr = other->taken[0] + 256,
					    .len = 60 });
	CHECK_EQ(fake_deliver(other, 3, 60), 3);
	CHECK_EQ(xskpkt_queue_rx(k->queues[1], pkts, 8), 3);
	xskpkt_queue_drop(k->queue, pkts, 3);
	CHECK_EQ(s->stats.rx_dropped, 0);
}

/* A length that no frame can have is refused, whatever else is right. */
TEST(receives_longer_than_a_frame_are_refused)
{
	struct fake_kernel *k = START(.frame_size = 4096);
	struct fake_socket *s = fake_socket_of(k->queue);

	CHECK_EQ(fake_take_fill(s, 1), 1);
	for (uint32_t len = 4096; len; len *= 2)
		check_refused(k, (struct xdp_desc){ .addr = s->taken[0] + 256,
						    .len = len });
	check_refused(k, (struct xdp_desc){ .addr = s->taken[0] + 256,
					    .len = UINT32_MAX });
}

/* Unknown bits in a descriptor do not become flags of a packet. */
TEST(unknown_bits_of_the_kernel_stay_there)
{
	struct fake_kernel *k = START(.entries = 2);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[8];
	unsigned n;

	CHECK_EQ(fake_take_fill(s, 1), 1);
	fake_put_rx(s, (struct xdp_desc){ .addr = s->taken[0] + 256,
					  .len = 60,
					  .options = 0xfffffffe });
	n = xskpkt_queue_rx(k->queue, pkts, 8);
	for (unsigned i = 0; i < n; i++)
		CHECK_EQ(pkts[i].flags, 0);
	xskpkt_queue_drop(k->queue, pkts, n);
}

/* An index that cannot be moves nothing, and when it heals all goes on. */
TEST(rx_survives_wild_indices)
{
	static const uint32_t wild[] = { 100, 0x80000000, 0xffffff00 };
	struct fake_kernel *k = START(.ring = 64);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[64];

	for (unsigned i = 0; i < 3; i++) {
		fake_show_index(&s->rx, s->rx.mine + wild[i]);
		fake_show_index(&s->fill, s->fill.mine + wild[i]);
		CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 0);
		CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 0);
		books(k->pool);
		fake_hide_index(&s->rx);
		fake_hide_index(&s->fill);
		CHECK_EQ(fake_deliver(s, 64, 64), 64);
		CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 64);
		CHECK_EQ(fake_waiting(&s->fill), 64);
		xskpkt_queue_drop(k->queue, pkts, 64);
	}
}

/* alloc and drop */

/* An empty packet lies behind the headroom and is the caller's. */
TEST(allocated_packets_are_empty)
{
	struct fake_kernel *k = START(.headroom = 64, .frame_size = 4096);
	struct xskpkt_pkt pkts[100];

	CHECK_EQ(xskpkt_queue_alloc(k->queue, pkts, 100), 100);
	for (unsigned i = 0; i < 100; i++) {
		CHECK_EQ((uintptr_t)pkts[i].data % 4096, 256 + 64);
		CHECK_EQ(pkts[i].len | pkts[i].flags, 0);
		for (unsigned j = 0; j < i; j++)
			CHECK(pkts[i].data != pkts[j].data);
	}
	CHECK_EQ(books(k->pool).received, 100);
	xskpkt_queue_drop(k->queue, pkts, 100);
	CHECK_EQ(xskpkt_queue_alloc(k->queue, NULL, 0), 0);
}

/* Fewer than asked for means that there are no more, for any number. */
TEST(alloc_gives_all_there_are)
{
	static struct xskpkt_pkt pkts[2000];
	struct fake_kernel *k = START(.frames = 1500, .tx_only = true);

	for (unsigned n = 0; n < 700; n++) {
		unsigned first = n * 7 % 300;

		CHECK_EQ(xskpkt_queue_alloc(k->queue, pkts, first), first);
		CHECK_EQ(xskpkt_queue_alloc(k->queue, pkts + first, n), n);
		xskpkt_queue_drop(k->queue, pkts, first + n);
	}
	CHECK_EQ(stats(k->queue).no_frames, 0);
	CHECK_EQ(xskpkt_queue_alloc(k->queue, pkts, 2000), 1500);
	CHECK_EQ(stats(k->queue).no_frames, 1);
	xskpkt_queue_drop(k->queue, pkts, 1500);
}

/* What is dropped on a queue that receives is the kernel's again at once, as
 * far as its ring has room; a kernel that waits for it is told. */
TEST(dropped_frames_can_be_received_into_at_once)
{
	struct fake_kernel *k = START(.ring = 64, .zerocopy = true);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[64];

	CHECK_EQ(fake_deliver(s, 64, 60), 64);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 64), 64);
	CHECK_EQ(fake_deliver(s, 30, 60), 30);
	CHECK(fake_waiting(&s->fill) <= 34);
	fake_need_wakeup(&s->fill, true);
	xskpkt_queue_drop(k->queue, pkts, 30);
	CHECK_EQ(fake_waiting(&s->fill), 64);
	CHECK_EQ(s->rx_kicks, 1);
	xskpkt_queue_drop(k->queue, pkts + 30, 34); /* no room there */
	CHECK_EQ(fake_waiting(&s->fill), 64);
	CHECK_EQ(books(k->pool).received, 0);
}

/* The same with odd ones in between, wherever, and where the ring wraps. */
TEST(odd_packets_among_dropped_ones)
{
	struct fake_kernel *k = START(.ring = 32, .frames = 512);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[20];
	uint64_t odd = 0;

	for (unsigned n = 1; n <= 16; n++)
		for (unsigned at = 0; at < n; at++) {
			CHECK_EQ(fake_deliver(s, n, 60), n);
			CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 20), n);
			xskpkt_queue_drop(k->queue, &pkts[at], 1);
			xskpkt_queue_drop(k->queue, pkts, n);
			CHECK_EQ(books(k->pool).double_free, ++odd);
			CHECK_EQ(books(k->pool).received, 0);
		}
}

/* What is not the caller's is left alone and counted; the rest goes home. */
TEST(drop_refuses_what_is_not_yours)
{
	struct fake_kernel *k = START(.frames = 256);
	struct xskpkt_pkt pkts[9];
	uint8_t stranger;

	make_packets(k->queue, pkts, 5, 60);
	pkts[5] = pkts[1];
	pkts[6].data = &stranger;
	pkts[7].data = NULL;
	pkts[8].data = fake_socket_of(k->queue)->umem + 256 * 2048; /* end */
	xskpkt_queue_drop(k->queue, pkts, 9);
	CHECK_EQ(books(k->pool).received, 0);
	CHECK_EQ(books(k->pool).double_free, 1);
	CHECK_EQ(books(k->pool).foreign, 3);
	CHECK_EQ(stats(k->queue).dropped, 9);

	xskpkt_queue_drop(k->queue, pkts, 9);
	CHECK_EQ(books(k->pool).double_free, 7);
	CHECK_EQ(books(k->pool).foreign, 6);
}

/* A pointer anywhere into a frame means that frame. */
TEST(data_may_move_within_its_frame)
{
	struct fake_kernel *k = START(.frames = 256, .frame_size = 3000,
				      .pool_flags = XSKPKT_POOL_UNALIGNED);
	struct xskpkt_pkt pkts[2];

	make_packets(k->queue, pkts, 2, 60);
	pkts[0].data -= 256;
	pkts[1].data += 3000 - 256 - 1;
	xskpkt_queue_drop(k->queue, pkts, 2);
	CHECK_EQ(books(k->pool).received, 0);
	CHECK_EQ(books(k->pool).double_free, 0);
}

/* Packets may be given back to any queue of the pool. */
TEST(any_queue_of_the_pool_takes_packets_back)
{
	struct fake_kernel *k = START(.queues = 3, .frames = 2000);
	struct xskpkt_pkt pkts[600];

	for (unsigned i = 0; i < 30; i++) {
		CHECK_EQ(xskpkt_queue_alloc(k->queue, pkts, 600), 600);
		xskpkt_queue_drop(k->queues[1 + i % 2], pkts, 600);
	}
	CHECK_EQ(books(k->pool).received, 0);
	CHECK_EQ(stats(k->queue).no_frames, 0);
}

/* With busy polling nobody but rx makes the driver look: it does, and brings
 * what came of it; while there is something already it does not ask. */
TEST(busy_polling_has_the_driver_look)
{
	struct fake_kernel *k = START(.zerocopy = true, .busy_poll = true);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[8];

	CHECK_EQ(s->poll_options, 3);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 8), 0);
	CHECK_EQ(s->rx_kicks, 1);
	s->polled = 3;
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 8), 3);
	CHECK_EQ(s->rx_kicks, 2);
	CHECK_EQ(stats(k->queue).rx_wakeups, 2);
	xskpkt_queue_drop(k->queue, pkts, 3);
	s->polled = 0;
	CHECK_EQ(fake_deliver(s, 2, 60), 2);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 8), 2);
	CHECK_EQ(s->rx_kicks, 2);
	xskpkt_queue_drop(k->queue, pkts, 2);
}
