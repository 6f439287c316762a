// SPDX-License-Identifier: BSD-2-Clause
/* tracker.c: what became of each flow's packets */
#include <stdlib.h>
#include <string.h>

#include "mark.h"
#include "tracker.h"

#define WORD_BITS 64
#define TRIES 16 /* places where a flow can be: marks may be hostile */

/*
 * Sequence numbers are continued beyond 32 bits, and begin at 2^32, so that
 * some may come before the first.
 */
#define ORIGIN (1ull << 32)

struct flow {
	uint32_t id;
	uint64_t first, largest;
	uint64_t received, reordered, duplicates, stale;
	uint64_t window[TRACKER_WINDOW / WORD_BITS]; /* which were received */
};

struct tracker {
	struct flow *flows; /* in the order they came */
	uint32_t count, limit;
	uint32_t *index; /* hashed: 1 + the number of a flow, or 0 */
	uint32_t mask;

	/* Over all flows, kept up to date: to ask costs a receiver no time. */
	struct tracker_counts sum; /* but for lost and flows */
	uint64_t span;             /* sequence numbers from first to largest */
};

struct tracker *tracker_create(uint32_t flows)
{
	struct tracker *t = calloc(1, sizeof(*t));
	uint64_t size = TRIES;

	if (!t)
		return NULL;
	/* Half of it stays empty, so flows seldom meet. */
	while (size < 2 * (uint64_t)flows)
		size *= 2;
	t->limit = flows;
	t->mask = (uint32_t)(size - 1);
	t->flows = calloc(flows, sizeof(*t->flows));
	t->index = calloc(size, sizeof(*t->index));
	if (!t->flows || !t->index) {
		tracker_destroy(t);
		return NULL;
	}
	return t;
}

void tracker_destroy(struct tracker *t)
{
	if (!t)
		return;
	free(t->index);
	free(t->flows);
	free(t);
}

void tracker_reset(struct tracker *t)
{
	memset(t->flows, 0, t->count * sizeof(*t->flows));
	memset(t->index, 0, ((size_t)t->mask + 1) * sizeof(*t->index));
	t->count = 0;
	t->sum = (struct tracker_counts){ 0 };
	t->span = 0;
}

/* Finding */

/* Flows of a run lie side by side, as their numbers do. Where runs meet, each
 * flow has a path of its own. */
static uint32_t try_at(uint32_t id, uint32_t i)
{
	uint64_t x = (uint64_t)i << 32 | id;

	if (!i)
		return mark_number(id) + mark_run(id) * 0x9e3779b1u;
	x *= 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93;
	return (uint32_t)(x >> 32);
}

/* The flow, or an empty one for it, or NULL: there is no room. */
static struct flow *find(struct tracker *t, uint32_t id)
{
	for (uint32_t i = 0; i < TRIES; i++) {
		uint32_t *entry = &t->index[try_at(id, i) & t->mask];

		if (!*entry) {
			if (t->count == t->limit)
				return NULL;
			*entry = ++t->count;
			t->flows[*entry - 1].id = id;
			return &t->flows[*entry - 1];
		}
		if (t->flows[*entry - 1].id == id)
			return &t->flows[*entry - 1];
	}
	return NULL;
}

/* The window: one bit for each of the last sequence numbers */

static uint64_t *word_of(struct flow *f, uint64_t sequence)
{
	return &f->window[sequence / WORD_BITS % (TRACKER_WINDOW / WORD_BITS)];
}

static uint64_t bit_of(uint64_t sequence)
{
	return 1ull << sequence % WORD_BITS;
}

/* None of these was received yet. */
static void forget(struct flow *f, uint64_t from, uint64_t to)
{
	if (to - from >= TRACKER_WINDOW)
		from = to - TRACKER_WINDOW;
	while (from < to) {
		if (from % WORD_BITS || to - from < WORD_BITS) {
			*word_of(f, from) &= ~bit_of(from);
			from++;
		} else {
			*word_of(f, from) = 0;
			from += WORD_BITS;
		}
	}
}

/* Counting */

static void receive(struct tracker *t, struct flow *f, uint64_t sequence)
{
	*word_of(f, sequence) |= bit_of(sequence);
	f->received++;
	t->sum.received++;
}

static void add_first(struct tracker *t, struct flow *f, uint64_t sequence)
{
	f->first = f->largest = sequence;
	t->span++;
	receive(t, f, sequence);
}

static void add_next(struct tracker *t, struct flow *f, uint64_t sequence)
{
	forget(f, f->largest + 1, sequence);
	t->span += sequence - f->largest;
	f->largest = sequence;
	receive(t, f, sequence);
}

static void add_late(struct tracker *t, struct flow *f, uint64_t sequence)
{
	if (f->largest - sequence >= TRACKER_WINDOW) {
		f->stale++;
		t->sum.stale++;
		return;
	}
	if (*word_of(f, sequence) & bit_of(sequence)) {
		f->duplicates++;
		t->sum.duplicates++;
		return;
	}
	f->reordered++;
	t->sum.reordered++;
	if (sequence < f->first) {
		t->span += f->first - sequence;
		f->first = sequence;
	}
	receive(t, f, sequence);
}

/* The number of 32 bits that is nearest to the largest so far. */
static uint64_t continued(const struct flow *f, uint32_t sequence)
{
	int32_t ahead = (int32_t)(sequence - (uint32_t)f->largest);

	return f->largest + (uint64_t)(int64_t)ahead;
}

void tracker_add(struct tracker *t, uint32_t flow, uint32_t sequence)
{
	struct flow *f = find(t, flow);
	uint64_t number;

	if (!f) {
		t->sum.untracked++;
		return;
	}
	number = continued(f, sequence);
	if (!f->largest)
		add_first(t, f, ORIGIN + sequence);
	else if (number > f->largest)
		add_next(t, f, number);
	else
		add_late(t, f, number);
}

void tracker_add_corrupt(struct tracker *t)
{
	t->sum.corrupt++;
}

/* Merging. Windows are of no use to who only looks. */

static uint64_t span_of(const struct flow *f)
{
	return f->largest - f->first + 1;
}

static void merge_flow(struct flow *to, const struct flow *from)
{
	uint64_t largest = continued(to, (uint32_t)from->largest);
	uint64_t first = largest - (from->largest - from->first);
	uint64_t twice;

	to->first = first < to->first ? first : to->first;
	to->largest = largest > to->largest ? largest : to->largest;
	to->received += from->received;
	to->reordered += from->reordered;
	to->duplicates += from->duplicates;
	to->stale += from->stale;

	/* So many, at least, were received by both. */
	twice = to->received > span_of(to) ? to->received - span_of(to) : 0;
	to->received -= twice;
	to->duplicates += twice;
}

/* @f has changed: take what it was from the sums, or else add it. */
static void sum_up(struct tracker *t, const struct flow *f, bool add)
{
	uint64_t sign = add ? 1 : -1ull;

	t->span += sign * span_of(f);
	t->sum.received += sign * f->received;
	t->sum.reordered += sign * f->reordered;
	t->sum.duplicates += sign * f->duplicates;
	t->sum.stale += sign * f->stale;
}

static void merge_into(struct tracker *to, struct flow *known,
		       const struct flow *from)
{
	if (!known->largest) {
		*known = *from;
	} else {
		sum_up(to, known, false);
		merge_flow(known, from);
	}
	sum_up(to, known, true);
}

void tracker_merge(struct tracker *to, const struct tracker *from)
{
	to->sum.corrupt += from->sum.corrupt;
	to->sum.untracked += from->sum.untracked;
	for (uint32_t i = 0; i < from->count; i++) {
		const struct flow *f = &from->flows[i];
		struct flow *known = find(to, f->id);

		if (known)
			merge_into(to, known, f);
		else
			to->sum.untracked +=
				f->received + f->duplicates + f->stale;
	}
}

/* Reading */

void tracker_read(const struct tracker *t, struct tracker_counts *ret)
{
	*ret = t->sum;
	ret->lost = t->span - t->sum.received;
	ret->flows = t->count;
}

bool tracker_next(const struct tracker *t, uint32_t *at,
		  struct tracker_flow *ret)
{
	const struct flow *f;

	if (*at >= t->count)
		return false;
	f = &t->flows[(*at)++];
	*ret = (struct tracker_flow){
		.run = mark_run(f->id),
		.number = mark_number(f->id),
		.counts = { .received = f->received,
			    .lost = span_of(f) - f->received,
			    .reordered = f->reordered,
			    .duplicates = f->duplicates,
			    .stale = f->stale,
			    .flows = 1 },
	};
	return true;
}
