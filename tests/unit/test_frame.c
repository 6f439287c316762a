// SPDX-License-Identifier: BSD-2-Clause
/* Frames: from an address to a number, and from one owner to the next. */
#include <stdlib.h>

#include "pool.h"
#include "unit.h"

#define FRAMES 60 /* no power of two: there are states behind the last */

/* The frames of a pool: as its options made them. */
static struct frames frames_of(uint32_t frame_size, uint32_t flags)
{
	const struct xskpkt_pool_opts opts = {
		.size = sizeof(opts),
		.frames = FRAMES,
		.frame_size = frame_size,
		.pages = XSKPKT_PAGES_4K,
		.flags = XSKPKT_POOL_ON_NODE | flags,
	};

	return make_pool(&opts)->frames;
}

/* A multiplication is as good as a division, for every size of frame. */
TEST(every_address_belongs_to_its_frame)
{
	struct frames f = { .count = FRAMES };
	uint64_t seed = 1;

	for (f.stride = 2048; f.stride <= 4096; f.stride++) {
		f.reciprocal = UINT64_MAX / f.stride + 1;
		for (int i = 0; i < 200; i++) {
			/* Up to 2^43: there are no frames beyond. */
			uint64_t address = chance(&seed) >> (21 + i % 40);
			uint64_t number = address / f.stride;
			uint64_t first = number * f.stride;

			CHECK_EQ(frame_number(&f, address), number);
			CHECK_EQ(frame_number(&f, first), number);
			CHECK_EQ(frame_number(&f, first + f.stride - 1),
				 number);
			CHECK_EQ(frame_address(&f, number), first);
		}
	}
}

static void check_wild(const struct frames *f)
{
	uint64_t end = (uint64_t)FRAMES * f->stride, seed = f->stride;

	for (unsigned bit = 32; bit < 64; bit++)
		CHECK(frame_number(f, 1ull << bit) >= FRAMES);
	for (uint64_t i = 1; i < 5000; i += 7)
		CHECK(frame_number(f, -i) >= FRAMES);
	for (int i = 0; i < 1000; i++)
		CHECK(frame_number(f, chance(&seed) | 1ull << 40) >= FRAMES);
	CHECK(frame_number(f, end) == FRAMES);
	CHECK(frame_number(f, end - 1) == FRAMES - 1);
}

/* An address far out, also a negative offset, is no frame of the pool. */
TEST(no_wild_address_becomes_a_frame)
{
	static const uint32_t sizes[] = { 2048, 2049, 3000, 4095, 4096 };

	for (unsigned i = 0; i < COUNT_OF(sizes); i++) {
		struct frames f = frames_of(sizes[i], XSKPKT_POOL_UNALIGNED);

		check_wild(&f);
	}
}

/* The upper 16 bits are an offset, added up without running over. */
TEST(an_unaligned_address_is_a_sum)
{
	CHECK_EQ(flat(0), 0);
	CHECK_EQ(flat(0x0100000000003000), 0x3100);
	CHECK_EQ(flat(0xffff000000000001), 0x10000);
	CHECK(flat(UINT64_MAX) == 0x100000000fffe);
}

/* An empty packet has room for the kernel's 256 bytes in front. */
TEST(a_held_frame_is_an_empty_packet)
{
	struct frames f = frames_of(3000, XSKPKT_POOL_UNALIGNED);
	struct xskpkt_pkt pkt = { .len = 7, .flags = 7 };
	uint64_t address = 6000;

	frames_hold(&f, &address, 1, &pkt);
	CHECK(pkt.data == f.base + 6256);
	CHECK_EQ(pkt.len | pkt.flags, 0);
}

/*
 * A burst of up to BURST in one of the five steps that can meet something
 * odd, with all that goes in and comes out. A step may be done in several
 * ways (wide.h); so each is compared with the plain rule, said once more here.
 */
#define BURST 41

enum step { RECEIVE, RELEASE, REFILL, TRANSMIT, COMPLETE, STEPS };

struct burst {
	enum step step;
	unsigned n;
	uint64_t in[BURST]; /* addresses */
	uint32_t len[BURST], flags[BURST];
	struct xskpkt_pkt pkts[BURST];
	struct xdp_desc descs[BURST];
	uint64_t out[BURST]; /* addresses */
	uint64_t bytes;
};

#define MINE FRAME_OWNER(5)
#define OTHERS FRAME_OWNER(6)

static const struct {
	uint16_t needs, makes; /* states */
} rules[] = {
	[RECEIVE] = { FRAME_FILLED | MINE, FRAME_HELD },
	[RELEASE] = { FRAME_HELD, FRAME_FREE },
	[REFILL] = { FRAME_HELD, FRAME_FILLED | MINE },
	[TRANSMIT] = { FRAME_HELD, FRAME_SENDING | MINE },
	[COMPLETE] = { FRAME_SENDING | MINE, FRAME_FREE },
};

/* Of an address that may be far out, as a program could make one. */
static uint8_t *pointer(const struct frames *f, uint64_t address)
{
	return (uint8_t *)((uintptr_t)f->base + address);
}

static uint32_t take(const struct frames *f, struct burst *b)
{
	for (unsigned i = 0; i < b->n; i++) {
		b->pkts[i] = (struct xskpkt_pkt){ pointer(f, b->in[i]),
						  b->len[i], b->flags[i] };
		b->descs[i] =
			(struct xdp_desc){ b->in[i], b->len[i], b->flags[i] };
	}
	switch (b->step) {
	case RECEIVE:
		memset(b->pkts, 0, sizeof(b->pkts));
		return frames_receive(f, MINE, b->descs, b->n, b->pkts,
				      &b->bytes);
	case RELEASE:
		return frames_release(f, b->pkts, b->n, b->out);
	case REFILL:
		return frames_refill(f, MINE, b->pkts, b->n, b->out);
	case TRANSMIT:
		memset(b->descs, 0, sizeof(b->descs));
		return frames_send(f, MINE, b->pkts, b->n, b->descs, &b->bytes);
	default:
		return frames_complete(f, MINE, b->in, b->n, b->out);
	}
}

/* The rule: may this one take the step, in a pool with these states? */
static bool may(const struct frames *f, const struct burst *b, unsigned i,
		const uint32_t *states)
{
	uint64_t number = b->in[i] / f->stride, at = b->in[i] % f->stride;
	bool fits = at + b->len[i] <= f->stride;

	if (number >= FRAMES || states[number] != rules[b->step].needs)
		return false;
	if (b->step == RECEIVE) /* behind a headroom, so less than a frame */
		return b->len[i] < f->stride &&
		       !(b->flags[i] & ~XSKPKT_PKT_MORE);
	if (b->step == TRANSMIT)
		return fits && b->len[i] && !b->flags[i];
	return true;
}

static void check_outcome(const struct frames *f, const struct burst *b,
			  unsigned i, unsigned n)
{
	uint64_t first = b->in[i] / f->stride * f->stride;
	unsigned times = 0;

	if (b->step == RECEIVE || b->step == TRANSMIT) {
		CHECK(b->pkts[i].data == pointer(f, b->in[i]));
		CHECK_EQ(b->pkts[i].len, b->len[i]);
		CHECK_EQ(b->pkts[i].flags, b->flags[i]);
		CHECK_EQ(b->descs[i].addr, b->in[i]);
		CHECK_EQ(b->descs[i].len, b->len[i]);
		CHECK_EQ(b->descs[i].options, b->flags[i]);
		return;
	}
	/* Free frames have no order, but each comes once. */
	for (unsigned k = 0; k < n; k++)
		times += b->out[k] == first;
	CHECK_EQ(times, 1);
}

static void check_burst(const struct frames *f, struct burst *b)
{
	uint32_t states[FRAMES];
	uint64_t bytes = 0;
	unsigned want = 0;

	for (unsigned i = 0; i < FRAMES; i++)
		states[i] = f->state[i];
	for (; want < b->n && may(f, b, want, states); want++) {
		states[b->in[want] / f->stride] = rules[b->step].makes;
		bytes += b->len[want];
	}
	b->bytes = 0;
	CHECK_EQ(take(f, b), want);
	for (unsigned i = 0; i < want; i++)
		check_outcome(f, b, i, want);
	for (unsigned i = 0; i < FRAMES; i++)
		CHECK_EQ(f->state[i], states[i]);
	if (b->step == RECEIVE || b->step == TRANSMIT)
		CHECK_EQ(b->bytes, bytes);
}

/* How the frames of a burst lie: neighbours are worth a short cut. */
static const uint32_t strides[] = { 37, 1, FRAMES - 1 };
#define PATTERNS (2 * COUNT_OF(strides))

/* Entries that may take the step, each of another frame; in half of the
 * patterns all lie alike in their frames. */
static struct burst sound_burst(const struct frames *f, enum step step,
				unsigned n, unsigned pattern, uint64_t *seed)
{
	struct burst b = { .step = step, .n = n };
	uint32_t frame = (uint32_t)chance(seed), at = 0;

	for (unsigned i = 0; i < FRAMES; i++)
		f->state[i] = FRAME_FREE;
	for (unsigned i = 0; i < n; i++) {
		frame = (frame + strides[pattern / 2]) % FRAMES;
		if (!i || pattern % 2)
			at = 1 + (uint32_t)chance(seed) % (f->stride - 2);
		f->state[frame] = rules[step].needs;
		b.in[i] = (uint64_t)frame * f->stride + at;
		b.len[i] = 1 + (uint32_t)chance(seed) % (f->stride - at);
		if (step == RECEIVE && pattern % 2)
			b.flags[i] = chance(seed) & XSKPKT_PKT_MORE;
	}
	return b;
}

/* One way to be odd for entry @i; @which of them. */
#define ODDITIES 12
static void make_odd(const struct frames *f, struct burst *b, unsigned i,
		     unsigned which, uint64_t *seed)
{
	static const uint32_t states[] = {
		FRAME_FREE,           FRAME_HELD,
		FRAME_FILLED | MINE,  FRAME_FILLED | OTHERS,
		FRAME_SENDING | MINE, FRAME_SENDING | OTHERS
	};

	switch (which) {
	case 6: /* the same again, elsewhere in its frame */
		b->in[i] = b->in[i ? chance(seed) % i : 0] ^ 1;
		break;
	case 7:
		b->in[i] = (uint64_t)f->stride * FRAMES + 17;
		break;
	case 8:
		b->in[i] = chance(seed);
		break;
	case 9: /* one byte beyond its frame */
		b->len[i] = f->stride - (uint32_t)(b->in[i] % f->stride) + 1;
		b->len[i] = b->step == RECEIVE ? f->stride : b->len[i];
		break;
	case 10:
		b->len[i] = chance(seed) & 1 ? 0 : (uint32_t)-1;
		break;
	case 11:
		b->flags[i] = 1u << chance(seed) % 32;
		break;
	default:
		f->state[b->in[i] / f->stride] = states[which];
	}
}

/* Every oddity at every place of a burst; two of them in the last. */
static void check_bursts(const struct frames *f, enum step step, unsigned n,
			 unsigned pattern, uint64_t *seed)
{
	struct burst b = sound_burst(f, step, n, pattern, seed);

	check_burst(f, &b);
	for (unsigned i = 0; i < n; i++)
		for (unsigned odd = 0; odd < ODDITIES; odd++) {
			b = sound_burst(f, step, n, pattern, seed);
			make_odd(f, &b, i, odd, seed);
			if (i + 1 == n)
				make_odd(f, &b, i / 2, odd, seed);
			check_burst(f, &b);
		}
}

/* Lengths around those that are done in one go. */
static void check_all_bursts(const struct frames *f, uint64_t seed)
{
	for (unsigned step = 0; step < STEPS; step++)
		for (unsigned pattern = 0; pattern < PATTERNS; pattern++)
			for (unsigned n = 0; n <= BURST;
			     n += n % 8 == 1 && n > 8 ? 6 : 1)
				check_bursts(f, step, n, pattern, &seed);
}

/* A frame moves only as the picture says: from the one state that a step
 * starts at, for the queue that had it; a burst stops at the first odd one. */
TEST(aligned_frames_move_only_as_the_picture_says)
{
	struct frames small = frames_of(2048, 0), large = frames_of(4096, 0);

	check_all_bursts(&small, 1);
	check_all_bursts(&large, 2);
	small.wide = false; /* as on a CPU without vectors */
	check_all_bursts(&small, 5);
}

/* Frames of any size obey the same picture. */
TEST(unaligned_frames_move_only_as_the_picture_says)
{
	struct frames odd = frames_of(3000, XSKPKT_POOL_UNALIGNED);
	struct frames even = frames_of(2048, XSKPKT_POOL_UNALIGNED);

	check_all_bursts(&odd, 3);
	check_all_bursts(&even, 4);
}

#define LONGEST 65536 /* the largest ring */

/* Two orders of many frames: no two neighbours, or runs of eight in between. */
static uint64_t scattered(uint64_t i)
{
	return i * 30001 % LONGEST;
}

static uint64_t half_in_runs(uint64_t i)
{
	return i % 16 < 8 ? i ^ 7 : i;
}

static void check_longest(uint64_t (*frame)(uint64_t i))
{
	static uint64_t addresses[LONGEST], out[LONGEST];
	static struct xskpkt_pkt pkts[LONGEST];
	static struct xdp_desc descs[LONGEST];
	uint16_t *state = calloc(frames_states(LONGEST), sizeof(*state));
	/* Nothing is read or written there. */
	void *base = (void *)0x7f0000000000;
	struct frames f = { 0 };
	uint64_t bytes = 0;

	frames_init(&f, base, state, LONGEST, 4096, 256, false);
	for (uint64_t i = 0; i < LONGEST; i++)
		addresses[i] = frame(i) * 4096;
	frames_fill(&f, MINE, addresses, LONGEST, out);
	for (uint64_t i = 0; i < LONGEST; i++)
		descs[i] = (struct xdp_desc){ out[i] + 256, 60, 0 };
	CHECK_EQ(frames_receive(&f, MINE, descs, LONGEST, pkts, &bytes),
		 LONGEST);
	CHECK_EQ(frames_send(&f, MINE, pkts, LONGEST, descs, &bytes), LONGEST);
	CHECK_EQ(bytes, 120 * LONGEST);
	CHECK_EQ(frames_complete(&f, MINE, addresses, LONGEST, out), LONGEST);
	frames_hold(&f, addresses, LONGEST, pkts);
	CHECK_EQ(frames_release(&f, pkts, LONGEST, out), LONGEST);
	for (uint64_t i = 0; i < LONGEST; i++)
		CHECK_EQ(f.state[i], FRAME_FREE);
	free(state);
}

/* The largest ring in one burst takes no more stack than a short one, also
 * where the compiler does not optimise. */
TEST(the_longest_burst_is_done_in_one_go)
{
	check_longest(scattered);
	check_longest(half_in_runs);
}
