// SPDX-License-Identifier: BSD-2-Clause
/*
 * mactable.c: which port an Ethernet address was last seen on.
 *
 * Address and port fit into one word, so each entry is always whole, and a
 * bucket is one cache line:
 *
 *   63             16 15      0
 *   | address (48)   | port+1 |     0: empty
 *
 * Two workers that learn the same new address at once may enter it twice. The
 * first of the two is the one that is found and renewed; the other ages away.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "mactable.h"

#define SLOTS 8
#define BUCKETS_LOG 12
#define BUCKETS (1u << BUCKETS_LOG)

struct bucket {
	_Alignas(64) _Atomic uint64_t entries[SLOTS];
	_Atomic uint32_t seen[SLOTS]; /* seconds */
};

struct mactable {
	uint32_t ageing;
	struct bucket *buckets;
};

struct mactable *mactable_create(uint32_t ageing)
{
	struct mactable *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->ageing = ageing;
	t->buckets = aligned_alloc(64, BUCKETS * sizeof(*t->buckets));
	if (!t->buckets) {
		free(t);
		return NULL;
	}
	for (unsigned i = 0; i < BUCKETS * SLOTS; i++) {
		t->buckets[i / SLOTS].entries[i % SLOTS] = 0;
		t->buckets[i / SLOTS].seen[i % SLOTS] = 0;
	}
	return t;
}

void mactable_destroy(struct mactable *t)
{
	if (!t)
		return;
	free(t->buckets);
	free(t);
}

static uint64_t key_of(const uint8_t mac[6])
{
	uint64_t key = 0;

	for (unsigned i = 0; i < 6; i++)
		key = key << 8 | mac[i];
	return key;
}

static struct bucket *bucket_of(const struct mactable *t, uint64_t key)
{
	/* 2^64 / golden ratio: neighbouring addresses go far apart. */
	return &t->buckets[(key * 0x9e3779b97f4a7c15u) >> (64 - BUCKETS_LOG)];
}

static uint64_t load(const _Atomic uint64_t *entry)
{
	return atomic_load_explicit(entry, memory_order_relaxed);
}

static bool fresh(const struct mactable *t, const struct bucket *b, unsigned i,
		  uint32_t now)
{
	uint32_t seen = atomic_load_explicit(&b->seen[i], memory_order_relaxed);

	/* Another worker's clock may be a moment ahead of ours; and a second
	 * that has begun is not yet over. */
	return seen >= now || now - seen <= t->ageing;
}

/* The slot of this address; if none is, the one that should become it. */
static unsigned slot_for(const struct bucket *b, uint64_t key)
{
	uint32_t oldest = UINT32_MAX;
	unsigned victim = 0;

	for (unsigned i = 0; i < SLOTS; i++) {
		uint64_t entry = load(&b->entries[i]);
		uint32_t seen = entry ? b->seen[i] : 0;

		if (entry && entry >> 16 == key)
			return i;
		if (seen < oldest) {
			oldest = seen;
			victim = i;
		}
	}
	return victim;
}

void mactable_learn(struct mactable *t, const uint8_t mac[6], unsigned port,
		    uint32_t now)
{
	uint64_t key = key_of(mac), entry = key << 16 | (port + 1);
	struct bucket *b = bucket_of(t, key);
	unsigned i = slot_for(b, key);

	/* Mostly all is as it was, and the line stays shared. */
	if (atomic_load_explicit(&b->seen[i], memory_order_relaxed) != now)
		atomic_store_explicit(&b->seen[i], now, memory_order_relaxed);
	if (load(&b->entries[i]) != entry)
		atomic_store_explicit(&b->entries[i], entry,
				      memory_order_relaxed);
}

int mactable_find(const struct mactable *t, const uint8_t mac[6], uint32_t now)
{
	uint64_t key = key_of(mac);
	struct bucket *b = bucket_of(t, key);

	for (unsigned i = 0; i < SLOTS; i++) {
		uint64_t entry = load(&b->entries[i]);

		if (entry && entry >> 16 == key && fresh(t, b, i, now))
			return (int)(entry & 0xffff) - 1;
	}
	return -1;
}

void mactable_forget(struct mactable *t, unsigned port)
{
	for (unsigned i = 0; i < BUCKETS * SLOTS; i++) {
		_Atomic uint64_t *entry =
			&t->buckets[i / SLOTS].entries[i % SLOTS];

		if ((load(entry) & 0xffff) == port + 1)
			*entry = 0;
	}
}

unsigned mactable_count(const struct mactable *t, uint32_t now)
{
	unsigned count = 0;

	for (unsigned i = 0; i < BUCKETS * SLOTS; i++) {
		struct bucket *b = &t->buckets[i / SLOTS];

		count += load(&b->entries[i % SLOTS]) &&
			 fresh(t, b, i % SLOTS, now);
	}
	return count;
}
