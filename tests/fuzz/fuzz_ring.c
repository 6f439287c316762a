// SPDX-License-Identifier: BSD-2-Clause
/*
 * fuzz_ring: the data path under a kernel that writes anything into the rings
 * and moves its indices anywhere. No crash, no read beyond a ring, no frame
 * given out twice; after each input the books balance.
 */
#include <errno.h>

#include <xskpkt/xskpkt.h>

#include "fake_kernel.h"
#include "input.h"

#define FRAMES 128
#define BURST 24

struct run {
	struct input in;
	struct fake_kernel *k;
	struct xskpkt_pool_info info;
	struct xskpkt_pkt held[2 * FRAMES];
	unsigned held_count;
	bool owned[FRAMES]; /* by us */
};

/* A frame that the library gives us is ours alone, and of the pool. */
static void take_over(struct run *r, const struct xskpkt_pkt *pkts, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		size_t at = (size_t)(pkts[i].data - (uint8_t *)r->info.base);
		size_t frame = at / r->info.frame_size;

		MUST(frame < FRAMES && !r->owned[frame]);
		MUST(pkts[i].len < r->info.frame_size);
		MUST(!(pkts[i].flags & ~XSKPKT_PKT_MORE));
		r->owned[frame] = true;
		MUST(r->held_count < 2 * FRAMES);
		r->held[r->held_count++] = pkts[i];
	}
}

/* Up to BURST packets of ours, and now and then one that is not. */
static unsigned make_burst(struct run *r, struct xskpkt_pkt *pkts)
{
	unsigned n = take_below(&r->in, BURST + 1);

	for (unsigned i = 0; i < n; i++) {
		uint32_t kind = take_below(&r->in, 8);

		if (!r->held_count)
			return i;
		pkts[i] = r->held[kind < 7 ? --r->held_count : 0];
		if (kind == 5) {
			pkts[i].data += (int16_t)take_number(&r->in, 2);
			pkts[i].flags = (uint32_t)take_number(&r->in, 4);
		} else {
			pkts[i].flags = kind == 6;
		}
		pkts[i].len = (uint32_t)take_number(&r->in, 2);
	}
	return n;
}

/* The library took these: they are not ours, whatever they were. */
static void part_with(struct run *r, const struct xskpkt_pkt *pkts, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		size_t at = (uintptr_t)pkts[i].data - (uintptr_t)r->info.base;

		if (at / r->info.frame_size < FRAMES)
			r->owned[at / r->info.frame_size] = false;
	}
}

static void send_some(struct run *r)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned n = make_burst(r, pkts);
	unsigned taken = xskpkt_queue_tx(r->k->queue, pkts, n);

	MUST(taken <= n);
	part_with(r, pkts, taken);
	/* What was not taken is let go of. */
	xskpkt_queue_drop(r->k->queue, pkts + taken, n - taken);
	part_with(r, pkts + taken, n - taken);
}

static void drop_some(struct run *r)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned n = make_burst(r, pkts);

	xskpkt_queue_drop(r->k->queue, pkts, n);
	part_with(r, pkts, n);
}

static void receive_some(struct run *r)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned max = take_below(&r->in, BURST + 1);
	unsigned n = xskpkt_queue_rx(r->k->queue, pkts, max);

	MUST(n <= max);
	take_over(r, pkts, n);
}

static void allocate_some(struct run *r)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned max = take_below(&r->in, BURST + 1);

	take_over(r, pkts, xskpkt_queue_alloc(r->k->queue, pkts, max));
}

/* An address near the pool, or any. */
static uint64_t take_address(struct run *r)
{
	uint64_t any = take_number(&r->in, 8);

	return any >> 63 ? any : any % (r->info.length + 8192);
}

static struct fake_ring *take_ring(struct run *r, struct fake_socket *s)
{
	struct fake_ring *rings[] = { &s->rx, &s->tx, &s->fill, &s->comp };

	return rings[take_below(&r->in, 4)];
}

/* One of the kernel's doings. */
static void play_kernel(struct run *r, struct fake_socket *s)
{
	static const int answers[] = { 0, -EAGAIN, -EBUSY, -ENETDOWN,
				       -ENOBUFS };
	struct xdp_desc desc;

	switch (take_below(&r->in, 9)) {
	case 0:
		fake_deliver(s, take_below(&r->in, 16),
			     take_below(&r->in, 5000));
		break;
	case 1:
		fake_take_tx(s, take_below(&r->in, 16));
		break;
	case 2:
		fake_complete(s, take_below(&r->in, 16));
		break;
	case 3:
		desc.addr = take_address(r);
		desc.len = (uint32_t)take_number(&r->in, 4) % 5000;
		desc.options = (uint32_t)take_number(&r->in, 1) % 3;
		fake_put_rx(s, desc);
		break;
	case 4:
		fake_put_completion(s, take_address(r));
		break;
	case 5: /* what stands in the slots becomes entries, or nothing does */
		s->flight_count = 0;
		fake_jump(take_ring(r, s), (uint32_t)take_number(&r->in, 4));
		break;
	case 6:
		s->flight_count = 0;
		fake_jump(take_ring(r, s), take_below(&r->in, 70) - 35);
		break;
	case 7:
		fake_need_wakeup(take_ring(r, s), take_below(&r->in, 2));
		s->prompt = take_below(&r->in, 2);
		break;
	case 8:
		if (s->answered == s->answer_count)
			fake_answer(s, answers[take_below(&r->in, 5)]);
		break;
	}
}

static void step(struct run *r)
{
	switch (take_below(&r->in, 8)) {
	case 0:
		receive_some(r);
		break;
	case 1:
		send_some(r);
		break;
	case 2:
		allocate_some(r);
		break;
	case 3:
		drop_some(r);
		break;
	case 4:
		MUST(xskpkt_queue_wait(&r->k->queue, 1, 3, 0) >= 0);
		break;
	default:
		play_kernel(r, fake_socket_of(r->k->queue));
	}
}

static void check_books(const struct run *r)
{
	struct xskpkt_pool_books books = { .size = sizeof(books) };
	uint32_t owned = 0;

	for (unsigned i = 0; i < FRAMES; i++)
		owned += r->owned[i];
	if (xskpkt_pool_audit(r->k->pool, &books))
		fprintf(stderr, "%s\n", xskpkt_errmsg());
	MUST(!xskpkt_pool_audit(r->k->pool, &books));
	MUST(books.free + books.filled + books.received + books.sending ==
	     books.all);
	MUST(books.received == owned);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run r = { .in = { data, size } };
	uint32_t kind = take_below(&r.in, 16);
	struct fake_opts opts = {
		.frames = FRAMES,
		.frame_size = kind & 1 ? 3000 : 4096,
		.pool_flags = kind & 1 ? XSKPKT_POOL_UNALIGNED : 0,
		.entries = kind & 2 ? 5 : 1,
		.zerocopy = kind & 4,
		.headroom = kind & 8 ? 64 : 0,
		.ring = 1u << take_below(&r.in, 6),
	};

	r.k = fake_kernel_start(&opts);
	r.info.size = sizeof(r.info);
	MUST(!xskpkt_pool_info(r.k->pool, &r.info));
	while (r.in.left)
		step(&r);
	check_books(&r);
	fake_kernel_close_queue(r.k, 0);
	check_books(&r);
	fake_kernel_stop(r.k);
	return 0;
}
