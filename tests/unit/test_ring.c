// SPDX-License-Identifier: BSD-2-Clause
/* Our side of a ring: nothing is lost, and nothing is made up. */
#include <pthread.h>
#include <sched.h>

#include "ring.h"
#include "unit.h"

static _Atomic uint32_t ours, theirs, flags;
static uint64_t slots[64];

/* A ring that stands at @index, empty. */
static struct ring ring_at(uint32_t size, uint32_t index)
{
	ours = theirs = index;
	return (struct ring){ .next = index,
			      .seen = index,
			      .size = size,
			      .slots = slots,
			      .ours = &ours,
			      .theirs = &theirs,
			      .flags = &flags };
}

/* A producer gets what is free, and not a slot more. */
TEST(a_full_ring_has_no_room)
{
	struct ring r = ring_at(8, 0);

	CHECK_EQ(ring_room(&r, 5), 5);
	r.next += 5;
	CHECK_EQ(ring_room(&r, 5), 3);
	r.next += 3;
	CHECK_EQ(ring_room(&r, 5), 0);
	theirs = 2;
	CHECK_EQ(ring_room(&r, 5), 2);
	CHECK_EQ(ring_room(&r, 1), 1);
}

/* A consumer gets what is there, and not a slot more. */
TEST(an_empty_ring_has_nothing)
{
	struct ring r = ring_at(8, 0);

	CHECK_EQ(ring_ready(&r, 5), 0);
	theirs = 6;
	CHECK_EQ(ring_ready(&r, 5), 5);
	r.next += 5;
	CHECK_EQ(ring_ready(&r, 5), 1);
	r.next += 1;
	CHECK_EQ(ring_ready(&r, 1), 0);
}

/* Nothing is asked for: nothing is given, full or empty. */
TEST(zero_wanted_is_zero_given)
{
	struct ring r = ring_at(8, 0);

	CHECK_EQ(ring_room(&r, 0), 0);
	CHECK_EQ(ring_ready(&r, 0), 0);
	theirs = 8;
	CHECK_EQ(ring_ready(&r, 0), 0);
}

/* The kernel sees our index when we publish or release, not before. */
TEST(only_what_is_published_is_seen)
{
	struct ring r = ring_at(8, 0);

	r.next += ring_room(&r, 3);
	CHECK_EQ(ours, 0);
	CHECK(!ring_drained(&r));
	ring_publish(&r);
	CHECK_EQ(ours, 3);
	theirs = 3;
	CHECK(ring_drained(&r));

	r = ring_at(8, 0);
	theirs = 4;
	r.next += ring_ready(&r, 4);
	CHECK_EQ(ours, 0);
	ring_release(&r);
	CHECK_EQ(ours, 4);
}

/* The smallest ring works like any other. */
TEST(a_ring_of_one_slot)
{
	struct ring r = ring_at(1, 0);

	for (uint32_t i = 0; i < 3; i++) {
		CHECK_EQ(ring_room(&r, 9), 1);
		CHECK_EQ(ring_span(&r, 1), 1);
		CHECK(ring_addresses(&r) == slots);
		r.next++;
		CHECK_EQ(ring_room(&r, 9), 0);
		theirs = i + 1;
	}
	r = ring_at(1, 7);
	CHECK_EQ(ring_ready(&r, 9), 0);
	theirs = 8;
	CHECK_EQ(ring_ready(&r, 9), 1);
}

/* Indices run over 2^32 and nobody notices: every state, slot by slot. */
TEST(indices_wrap_at_2_to_the_32)
{
	for (uint32_t at = UINT32_MAX - 20; at != 20; at++) {
		for (uint32_t used = 0; used <= 8; used++) {
			struct ring r = ring_at(8, at);

			r.next += used;
			CHECK_EQ(ring_room(&r, 99), 8 - used);
			r = ring_at(8, at);
			theirs = at + used;
			CHECK_EQ(ring_ready(&r, 99), used);
			CHECK(ring_addresses(&r) == slots + at % 8);
			CHECK_EQ(ring_span(&r, 8), 8 - at % 8);
		}
	}
}

/* A span is one piece of memory: it ends where the ring does. */
TEST(a_span_ends_with_the_ring)
{
	struct ring r = ring_at(8, 6);

	CHECK_EQ(ring_span(&r, 1), 1);
	CHECK_EQ(ring_span(&r, 2), 2);
	CHECK_EQ(ring_span(&r, 3), 2);
	r.next = 8;
	CHECK_EQ(ring_span(&r, 3), 3);
	CHECK_EQ(ring_span(&r, 0), 0);
	CHECK((void *)ring_descs(&r) == (void *)slots);
}

/* What the kernel cannot mean is taken for nothing, until it makes sense. */
TEST(a_nonsense_index_moves_nothing)
{
	static const uint32_t wild[] = { 9, 1000, 1u << 31, UINT32_MAX - 8 };

	for (unsigned i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		struct ring r = ring_at(8, 0);

		theirs = wild[i];
		CHECK_EQ(ring_ready(&r, 4), 0);
		CHECK_EQ(ring_ready(&r, 8), 0);
		theirs = 3;
		CHECK_EQ(ring_ready(&r, 8), 3);

		r = ring_at(8, 0);
		r.next += 8;
		theirs = 8 + wild[i];
		CHECK_EQ(ring_room(&r, 4), 0);
		CHECK_EQ(ring_room(&r, 8), 0);
		theirs = 3;
		CHECK_EQ(ring_room(&r, 8), 3);
	}
}

/* The kernel's wish for a system call is one bit among others. */
TEST(the_wakeup_flag_is_one_bit)
{
	struct ring r = ring_at(8, 0);

	flags = 0;
	CHECK(!ring_needs_wakeup(&r));
	flags = RING_NEED_WAKEUP;
	CHECK(ring_needs_wakeup(&r));
	flags = ~RING_NEED_WAKEUP;
	CHECK(!ring_needs_wakeup(&r));
}

#define NUMBERS 300000

static void *consume(void *arg)
{
	/* The other end of the same ring: their index is our index. */
	struct ring r = *(struct ring *)arg;
	uint64_t want = 0;

	r.ours = &theirs;
	r.theirs = &ours;
	while (want < NUMBERS) {
		uint32_t n = ring_span(&r, ring_ready(&r, 16));

		for (uint32_t i = 0; i < n; i++)
			CHECK_EQ(ring_addresses(&r)[i], want++);
		r.next += n;
		ring_release(&r);
		if (!n)
			sched_yield();
	}
	return NULL;
}

/* Two threads, one at each end: every number arrives, once, in order. */
TEST(two_threads_share_a_ring)
{
	struct ring r = ring_at(64, UINT32_MAX - 1000), other = r;
	uint64_t number = 0;
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, consume, &other), 0);
	while (number < NUMBERS) {
		uint32_t n = ring_span(&r, ring_room(&r, 16));

		for (uint32_t i = 0; i < n && number < NUMBERS; i++, r.next++)
			*ring_addresses(&r) = number++;
		ring_publish(&r);
		if (!n)
			sched_yield();
	}
	pthread_join(thread, NULL);
	CHECK(ring_drained(&r));
}
