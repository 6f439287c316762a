// SPDX-License-Identifier: BSD-2-Clause
/* seats.c: in which order the CPUs of a machine are given to queues */
#include <stdlib.h>

#include "compiler.h"
#include "seats.h"
#include "sys.h"

/* How many CPUs of its core come before it? */
static uint32_t level_of(const struct machine *m, const struct cpu *cpu)
{
	uint32_t level = 0;

	for (const struct cpu *c = m->cpus; c < cpu; c++)
		level += c->core == cpu->core;
	return level;
}

/* Whole cores before siblings, near before far, and as the machine has them. */
static int better(const void *a, const void *b)
{
	const struct seat *x = a, *y = b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->cpu < y->cpu ? -1 : 1;
}

static uint32_t distance_of(const struct machine *m, int32_t node,
			    const struct cpu *cpu)
{
	/* Nothing is far from a NIC that may be anywhere. */
	return node < 0 ? DISTANCE_LOCAL : machine_distance(m, node, cpu->node);
}

int seats_open(struct seats *ret, const struct machine *m, int32_t node)
{
	struct seats s = { .count = m->cpu_count };
	int err;

	err = sys_alloc((void **)&s.seats, s.count, sizeof(*s.seats));
	if (!err)
		err = sys_alloc((void **)&s.places, s.count, sizeof(*s.places));
	if (err) {
		seats_close(&s);
		return err;
	}
	for (unsigned i = 0; i < s.count; i++)
		s.seats[i] = (struct seat){
			.cpu = &m->cpus[i],
			.distance = distance_of(m, node, &m->cpus[i]),
			.level = level_of(m, &m->cpus[i]),
		};
	qsort(s.seats, s.count, sizeof(*s.seats), better);
	*ret = s;
	return 0;
}

void seats_close(struct seats *s)
{
	free(s->seats);
	free(s->places);
}

static bool same_cache(const struct cpu *a, const struct cpu *b)
{
	return a->cache == b->cache && a->node == b->node;
}

static struct seat *seat_of(const struct seats *s, const struct cpu *cpu)
{
	struct seat *seat = s->seats;

	while (seat->cpu != cpu)
		seat++;
	return seat;
}

static void add_place(struct seats *s, uint32_t level, const struct seat *irq,
		      const struct seat *worker, bool shares_irq)
{
	s->places[s->place_count++] = (struct place){
		.irq = irq->cpu,
		.worker = worker->cpu,
		.level = level,
		.distance = max_u32(irq->distance, worker->distance),
		.shares_irq = shares_irq,
		.split = !same_cache(irq->cpu, worker->cpu),
	};
}

void seats_singly(struct seats *s)
{
	s->place_count = 0;
	for (unsigned i = 0; i < s->count; i++)
		add_place(s, s->seats[i].level, &s->seats[i], &s->seats[i],
			  false);
}

/* How two seats of a pair may lie to each other: the best is tried first. */
enum closeness { ONE_CORE, ONE_CACHE, ONE_NODE, ANYWHERE };

static bool are_close(const struct seat *a, const struct seat *b,
		      enum closeness wanted)
{
	if (wanted == ONE_CORE)
		return a->cpu->core == b->cpu->core;
	/* Of one level, so never of one core. */
	if (a->level != b->level)
		return false;
	if (wanted == ONE_CACHE)
		return same_cache(a->cpu, b->cpu);
	return wanted == ANYWHERE || a->cpu->node == b->cpu->node;
}

/* One isolated and one not go together best: a worker and its interrupts. */
static struct seat *partner_of(struct seats *s, const struct seat *seat,
			       enum closeness wanted)
{
	struct seat *found = NULL;

	for (struct seat *b = s->seats; b < s->seats + s->count; b++) {
		if (b == seat || b->taken || !are_close(seat, b, wanted))
			continue;
		if (b->cpu->isolated != seat->cpu->isolated)
			return b;
		if (!found)
			found = b;
	}
	return found;
}

static void pair_up(struct seats *s, struct seat *a, struct seat *b)
{
	bool turned = a->cpu->isolated && !b->cpu->isolated;

	a->taken = b->taken = true;
	add_place(s, a->level, turned ? b : a, turned ? a : b, false);
}

static void pair_level(struct seats *s, uint32_t level, enum closeness wanted)
{
	for (struct seat *a = s->seats; a < s->seats + s->count; a++) {
		struct seat *b;

		if (a->taken || a->level != level)
			continue;
		b = partner_of(s, a, wanted);
		if (b)
			pair_up(s, a, b);
	}
}

/* The seat of the interrupts that @odd could work on as well: a near one. */
static struct seat *irq_near(const struct seats *s, const struct seat *odd)
{
	struct seat *best = NULL;
	unsigned nearest = 0;

	for (unsigned i = 0; i < s->place_count; i++) {
		const struct cpu *irq = s->places[i].irq;
		unsigned near = 1 + (irq->node == odd->cpu->node) +
				same_cache(irq, odd->cpu);

		if (irq->core == odd->cpu->core || near <= nearest)
			continue;
		nearest = near;
		best = seat_of(s, irq);
	}
	return best;
}

/* At most one is left at each level when all others have found a partner. */
static void place_odd(struct seats *s, uint32_t level)
{
	for (struct seat *odd = s->seats; odd < s->seats + s->count; odd++) {
		struct seat *irq;

		if (odd->taken || odd->level != level)
			continue;
		irq = irq_near(s, odd);
		odd->taken = true;
		if (irq)
			add_place(s, level, irq, odd, true);
	}
}

/* New cores before old ones, near before far, one cache before two. */
static int better_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	if (x->shares_irq != y->shares_irq)
		return x->shares_irq ? 1 : -1;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	if (x->split != y->split)
		return x->split ? 1 : -1;
	return x->worker < y->worker ? -1 : 1;
}

void seats_in_pairs(struct seats *s, bool siblings)
{
	enum closeness best = siblings ? ONE_CORE : ONE_CACHE;
	unsigned levels = s->seats[s->count - 1].level + 1;

	s->place_count = 0;
	for (uint32_t level = 0; level < levels; level++) {
		for (enum closeness c = best; c <= ANYWHERE; c++)
			pair_level(s, level, c);
		place_odd(s, level);
	}
	qsort(s->places, s->place_count, sizeof(*s->places), better_place);
}
