/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * turns.h: which flow and which size come next.
 *
 * A maker and the kernel engine's XDP program agree on it, so that the same
 * pattern has the same packets in the same order.
 */
#ifndef PKTGEN_TURNS_H
#define PKTGEN_TURNS_H

#include <stdbool.h>
#include <stdint.h>

struct turns {
	uint32_t flow, size; /* of the next packet; at random: only the size */
	uint32_t round;      /* the size that the first flow had last */
	uint64_t random;     /* never 0 */
};

/* The workers of a run draw differently. */
static inline uint64_t turns_seed(uint64_t seed, unsigned worker)
{
	uint64_t random = (seed + 1) * 0x9e3779b97f4a7c15 + worker;

	return random ? random : 1;
}

/* xorshift64* */
static inline uint32_t turns_draw(struct turns *t)
{
	t->random ^= t->random >> 12;
	t->random ^= t->random << 25;
	t->random ^= t->random >> 27;
	return (uint32_t)((t->random * 0x2545f4914f6cdd1d) >> 32);
}

/*
 * The flow of the next packet, out of @flows; and the packet behind it has the
 * size that is next, out of @sizes. When flows take turns, each begins its
 * round one size further than in the round before: or twelve flows would have
 * one of twelve sizes each.
 */
static inline uint32_t turns_next(struct turns *t, uint32_t flows,
				  uint32_t sizes, bool random)
{
	uint32_t flow = t->flow;

	if (sizes > 1 && ++t->size == sizes)
		t->size = 0;
	if (random)
		return (uint32_t)((uint64_t)turns_draw(t) * flows >> 32);
	if (++t->flow < flows)
		return flow;
	t->flow = 0;
	if (sizes > 1) {
		if (++t->round == sizes)
			t->round = 0;
		t->size = t->round;
	}
	return flow;
}

#endif
