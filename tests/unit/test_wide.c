// SPDX-License-Identifier: BSD-2-Clause
/* The steps in vectors do what the loops one at a time do, whatever comes. */
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "unit.h"

#define FRAMES 200 /* no power of two: there are states behind the last */
#define BURST 70

#define MINE FRAME_OWNER(5)
#define FILLED (MINE | FRAME_FILLED)
#define SENDING (MINE | FRAME_SENDING)

enum step { FILL, RECEIVE, HOLD, RELEASE, TRANSMIT, COMPLETE, STEPS };

/* All that goes in and comes out. */
struct burst {
	uint32_t n, good;
	uint32_t to; /* what release makes of them */
	uint64_t addresses[BURST], addresses_out[BURST];
	struct xskpkt_pkt pkts[BURST], pkts_out[BURST];
	struct xdp_desc descs[BURST], descs_out[BURST];
	uint64_t bytes;
};

/* Two pools alike, at the same address: one for each way. */
struct pair {
	struct frames wide, each;
	uint32_t stride;
	uint64_t seed;
};

static void pair_init(struct pair *p, uint32_t stride, uint64_t seed)
{
	/* Nothing is read or written there. */
	void *base = (void *)0x7f0000000000;
	struct frames *both[] = { &p->wide, &p->each };

	p->stride = stride;
	p->seed = seed;
	for (unsigned i = 0; i < 2; i++) {
		uint16_t *state = calloc(frames_states(FRAMES), sizeof(*state));

		frames_init(both[i], base, state, FRAMES, stride, 256, false);
		test_at_end(free, state);
	}
}

static uint64_t below(struct pair *p, uint64_t limit)
{
	return chance(&p->seed) % limit;
}

static uint16_t some_state(struct pair *p)
{
	static const uint16_t states[] = {
		FRAME_FREE,
		FRAME_HELD,
		FILLED,
		SENDING,
		FRAME_OWNER(6) | FRAME_FILLED,
		FRAME_OWNER(FRAME_OWNERS_MAX - 1) | FRAME_SENDING,
	};

	return states[below(p, COUNT_OF(states))];
}

/* Runs of any length from anywhere, each frame once as far as that goes. */
static void make_burst(struct pair *p, struct burst *b, enum step step)
{
	static const uint16_t needed[] = { FRAME_FREE, FILLED,     FRAME_FREE,
					   FRAME_HELD, FRAME_HELD, SENDING };
	const bool starts = step == FILL || step == HOLD;
	uint64_t frame = 0, run = 0, at = 1 + below(p, p->stride - 1);
	bool used[FRAMES] = { false }, same = below(p, 2);

	memset(b, 0, sizeof(*b));
	b->n = (uint32_t)below(p, BURST + 1);
	b->to = below(p, 2) ? FRAME_FREE : FILLED;
	for (unsigned i = 0; i < FRAMES; i++)
		p->wide.state[i] = needed[step];
	for (unsigned i = 0; i < b->n; i++) {
		if (!run || frame + 1 >= FRAMES || used[frame + 1]) {
			do
				frame = below(p, FRAMES);
			while (used[frame]);
			run = 1 + below(p, below(p, 3) ? 40 : 3);
		} else {
			frame++;
		}
		run--;
		used[frame] = true;
		if (!same)
			at = 1 + below(p, p->stride - 1);
		b->addresses[i] = frame * p->stride + (starts ? 0 : at);
		b->descs[i].addr = b->addresses[i];
		b->descs[i].len = 1 + (uint32_t)below(p, p->stride - at);
		b->descs[i].options = step == RECEIVE ? below(p, 9) == 0 : 0;
	}
}

/* Some entry becomes one that must not pass, or one that just may. */
static void make_odd(struct pair *p, struct burst *b)
{
	unsigned i = (unsigned)below(p, b->n), other = (unsigned)below(p, b->n);
	uint64_t end = (uint64_t)FRAMES * p->stride;
	struct xdp_desc *d = &b->descs[i];

	switch (below(p, 14)) {
	case 0: /* twice in the burst */
		d->addr = b->descs[other].addr ^ below(p, 2);
		break;
	case 1: /* two change places */
		d->addr = b->descs[other].addr;
		b->descs[other].addr = b->addresses[i];
		b->addresses[other] = b->descs[other].addr;
		break;
	case 2: /* behind the last frame, before the first */
		d->addr = end + below(p, 100) * p->stride;
		break;
	case 3:
		d->addr = -below(p, 100 * p->stride);
		break;
	case 4:
		d->addr ^= 1ull << below(p, 64);
		break;
	case 5:
		d->addr = chance(&p->seed);
		break;
	case 6:
		d->len = p->stride - (uint32_t)(d->addr % p->stride) +
			 (uint32_t)below(p, 2);
		break;
	case 7:
		d->len = below(p, 2) ? 0 : UINT32_MAX;
		break;
	case 8:
		d->len ^= 1u << below(p, 32);
		break;
	case 9:
		d->options ^= 1u << below(p, 32);
		break;
	case 10: /* all of them elsewhere, runs as they are */
		end = below(p, 2) ? end : 1ull << (20 + below(p, 44));
		for (unsigned k = 0; k < b->n; k++) {
			b->descs[k].addr += end;
			b->addresses[k] = b->descs[k].addr;
		}
		break;
	default:
		p->wide.state[below(p, FRAMES)] = some_state(p);
	}
	b->addresses[i] = d->addr;
}

static void each_step(const struct frames *f, enum step step, struct burst *b)
{
	b->good = b->n;
	if (step == FILL)
		each_fill(f, FILLED, b->addresses, b->n, b->addresses_out);
	else if (step == RECEIVE)
		b->good = each_receive(f, FILLED, b->descs, b->n, b->pkts_out,
				       &b->bytes);
	else if (step == HOLD)
		each_hold(f, b->addresses, b->n, b->pkts_out);
	else if (step == RELEASE)
		b->good =
			each_release(f, b->to, b->pkts, b->n, b->addresses_out);
	else if (step == TRANSMIT)
		b->good = each_send(f, SENDING, b->pkts, b->n, b->descs_out,
				    &b->bytes);
	else
		b->good = each_complete(f, SENDING, b->addresses, b->n,
					b->addresses_out);
}

static void wide_step(const struct frames *f, enum step step, struct burst *b)
{
	uint32_t left = 0;

	if (step == FILL)
		wide_fill(f, FILLED, b->addresses, b->n, b->addresses_out);
	else if (step == RECEIVE)
		left = wide_receive(f, FILLED, b->descs, b->n, b->pkts_out,
				    &b->bytes);
	else if (step == HOLD)
		wide_hold(f, b->addresses, b->n, b->pkts_out);
	else if (step == RELEASE)
		left = wide_release(f, b->to, b->pkts, b->n, b->addresses_out);
	else if (step == TRANSMIT)
		left = wide_send(f, SENDING, b->pkts, b->n, b->descs_out,
				 &b->bytes);
	else
		left = wide_complete(f, SENDING, b->addresses, b->n,
				     b->addresses_out);
	b->good = b->n - left;
}

/* Nothing is said of what comes out behind the good ones. */
static void check_same(const struct pair *p, const struct burst *wide,
		       const struct burst *each)
{
	uint32_t n = each->good;

	CHECK_EQ(wide->good, n);
	CHECK_EQ(wide->bytes, each->bytes);
	CHECK(!memcmp(wide->addresses_out, each->addresses_out,
		      n * sizeof(each->addresses_out[0])));
	CHECK(!memcmp(wide->pkts_out, each->pkts_out,
		      n * sizeof(each->pkts_out[0])));
	CHECK(!memcmp(wide->descs_out, each->descs_out,
		      n * sizeof(each->descs_out[0])));
	CHECK(!memcmp(p->wide.state, p->each.state,
		      frames_states(FRAMES) * sizeof(p->each.state[0])));
}

static void compare(struct pair *p, enum step step, unsigned oddities)
{
	static struct burst wide, each;

	make_burst(p, &wide, step);
	for (unsigned i = 0; i < oddities && wide.n; i++)
		make_odd(p, &wide);
	for (unsigned i = 0; i < wide.n; i++)
		wide.pkts[i] = (struct xskpkt_pkt){
			/* As numbers: some lie far outside. */
			(void *)((uintptr_t)p->wide.base + wide.descs[i].addr),
			wide.descs[i].len,
			wide.descs[i].options,
		};
	memcpy(p->each.state, p->wide.state,
	       frames_states(FRAMES) * sizeof(p->each.state[0]));
	each = wide;
	each_step(&p->each, step, &each);
	wide_step(&p->wide, step, &wide);
	check_same(p, &wide, &each);
	if (!oddities)
		CHECK_EQ(each.good, each.n);
}

static void compare_all(uint32_t stride, uint64_t seed)
{
	uint64_t rounds = setting("XSKPKT_STEPS", 100000);
	struct pair p;

	if (!wide_usable())
		test_skip("this CPU has no AVX2");
	pair_init(&p, stride, seed);
	for (uint64_t i = 0; i < rounds; i++) {
		enum step step = i % STEPS;
		/* What comes from a cache is never odd. */
		bool safe = step == FILL || step == HOLD;

		compare(&p, step, safe ? 0 : i / STEPS % 4);
	}
}

/* Honest or hostile: same counts, same results, same states. */
TEST(small_frames_go_the_same_way_in_vectors)
{
	compare_all(2048, 1);
}

TEST(large_frames_go_the_same_way_in_vectors)
{
	compare_all(4096, 2);
}
