// SPDX-License-Identifier: BSD-2-Clause
/* planner.c: from a NIC's facts and a machine's CPUs to a row for each queue */
#include <errno.h>

#include "log.h"
#include "machine.h"
#include "plan.h"
#include "seats.h"

/* One plan in the making. */
struct planner {
	struct xskpkt_plan *plan;
	const struct machine *machine;
	const struct plan_facts *facts;
	struct seats seats;
	bool siblings;
	uint32_t run; /* what was asked for, then what was chosen */
};

static int no_pairs(const struct planner *p)
{
	char cpus[64];

	machine_cpu_list(p->machine, cpus, sizeof(cpus));
	return fail(-EOPNOTSUPP,
		    "%s: plan: two-core: there is only one core for this "
		    "process (CPU %s): allow it more (taskset, cpuset), or "
		    "plan for one-core%s",
		    p->facts->ifname, cpus,
		    p->machine->cpu_count > 1 ? ", or allow SMT siblings" : "");
}

static int no_polling(const struct planner *p)
{
	return fail(-EOPNOTSUPP,
		    "%s: plan: one-core: its queues cannot be busy-polled: %s",
		    p->facts->ifname, p->facts->why_no_poll);
}

/* A worker takes a CPU's whole time, and no more of it is to be had. */
static unsigned within_quota(const struct planner *p, unsigned places)
{
	uint32_t quota = p->machine->quota;

	return quota ? min_u32(places, quota) : places;
}

/* Has every worker two cores for itself, on the NIC's node? */
static bool pairs_suffice(const struct planner *p)
{
	const struct seats *s = &p->seats;
	unsigned near = 0;

	while (near < s->place_count && !s->places[near].shares_irq &&
	       !s->places[near].level &&
	       s->places[near].distance <= DISTANCE_LOCAL)
		near++;
	return near >= within_quota(p, p->plan->count);
}

/* Without interrupts of its own there is nothing to keep a worker from. */
static void choose_workers_only(struct planner *p)
{
	seats_singly(&p->seats);
	p->run = XSKPKT_RUN_TWO_CORE;
	plan_note(p->plan,
		  "%s has no interrupts of its own: its packets come "
		  "on the CPU of who sends them, and only the workers "
		  "are placed",
		  p->facts->ifname);
}

static void choose_freely(struct planner *p)
{
	bool pairs = p->seats.place_count > 0;

	if (pairs_suffice(p)) {
		p->run = XSKPKT_RUN_TWO_CORE;
		return;
	}
	if (!p->facts->why_no_poll) {
		p->run = XSKPKT_RUN_ONE_CORE;
		plan_note(p->plan, "one-core: two for each queue are not to be "
				   "had near the NIC");
		return;
	}
	p->run = pairs ? XSKPKT_RUN_TWO_CORE : XSKPKT_RUN_SHARED;
	plan_note(p->plan,
		  "one-core would suit, but the queues cannot be "
		  "busy-polled: %s",
		  p->facts->why_no_poll);
}

/* Leaves the places of the run that was chosen. */
static int choose_run(struct planner *p)
{
	if (p->run == XSKPKT_RUN_ONE_CORE && p->facts->why_no_poll)
		return no_polling(p);
	if (!p->facts->interrupts && p->run != XSKPKT_RUN_ONE_CORE) {
		choose_workers_only(p);
		return 0;
	}
	seats_in_pairs(&p->seats, p->siblings);
	if (p->run == XSKPKT_RUN_TWO_CORE && !p->seats.place_count)
		return no_pairs(p);
	if (p->run == XSKPKT_RUN_AUTO)
		choose_freely(p);
	if (p->run != XSKPKT_RUN_TWO_CORE)
		seats_singly(&p->seats);
	return 0;
}

/* The frames lie with the NIC, which touches each byte of them. */
static int32_t node_of_frames(const struct planner *p, const struct cpu *worker)
{
	const struct machine *m = p->machine;
	int32_t wish = p->facts->node >= 0 ? p->facts->node : worker->node;
	uint32_t nearest = UINT32_MAX;
	int32_t node = -1;

	if (machine_has_memory(m, wish))
		return wish;
	for (unsigned i = 0; i < m->node_count; i++) {
		uint32_t far = machine_distance(m, wish, m->nodes[i].id);

		if (m->nodes[i].memory && far < nearest) {
			nearest = far;
			node = m->nodes[i].id;
		}
	}
	return node;
}

static void deal(struct planner *p)
{
	unsigned places = within_quota(p, p->seats.place_count);

	for (unsigned i = 0; i < p->plan->count; i++) {
		const struct place *place = &p->seats.places[i % places];

		p->plan->rows[i] = (struct plan_row){
			.queue = i,
			.run = p->run,
			.irq_cpu = p->facts->interrupts ? (int)place->irq->id
							: -1,
			.worker_cpu = (int)place->worker->id,
			.node = node_of_frames(p, place->worker),
		};
	}
}

static void note_sharing(struct planner *p, unsigned used)
{
	unsigned queues = p->plan->count, least = queues / used;

	if (queues <= used)
		return;
	if (queues % used)
		plan_note(p->plan,
			  "%u queues share %u worker CPUs: %u or %u "
			  "each",
			  queues, used, least, least + 1);
	else
		plan_note(p->plan, "%u queues share %u worker CPU%s: %u each",
			  queues, used, used == 1 ? "" : "s", least);
	if (p->machine->quota && used == p->machine->quota)
		plan_note(p->plan,
			  "the control group gets the time of %u "
			  "CPU%s, and a worker takes one: see cpu.max",
			  used, used == 1 ? "" : "s");
}

static void note_node(struct planner *p)
{
	int32_t node = p->facts->node, frames = p->plan->rows[0].node;

	if (node < 0 && p->machine->node_count > 1)
		plan_note(p->plan, "the NIC's NUMA node is unknown: frames are "
				   "laid near the workers");
	if (node >= 0 && frames != node)
		plan_note(p->plan,
			  "node %d, the NIC's, has no memory for this "
			  "process: frames are laid on node %d",
			  node, frames);
}

/* What is second best about the places that are used. */
static void note_places(struct planner *p, unsigned used)
{
	unsigned far = 0, halves = 0, odd = 0, split = 0;

	for (unsigned i = 0; i < used; i++) {
		const struct place *place = &p->seats.places[i];

		far += place->distance > DISTANCE_LOCAL;
		halves += place->level > 0;
		odd += place->shares_irq;
		split += place->split;
	}
	if (far)
		plan_note(p->plan,
			  "%u of %u workers are away from node %d, the "
			  "NIC's: no core is left there",
			  far, used, p->facts->node);
	if (halves)
		plan_note(p->plan,
			  "%u of %u workers run on a core that another "
			  "CPU of this plan is part of (SMT)",
			  halves, used);
	if (p->run != XSKPKT_RUN_TWO_CORE || !p->facts->interrupts)
		return;
	if (odd)
		plan_note(p->plan,
			  "%u of %u workers share the interrupts' CPU "
			  "of another: the number of cores is odd",
			  odd, used);
	if (split)
		plan_note(p->plan,
			  "%u of %u workers share no %s with their "
			  "interrupt's CPU: no two such CPUs were left",
			  split, used, p->machine->l3 ? "L3 cache" : "package");
}

static void note_all(struct planner *p)
{
	unsigned used =
		within_quota(p, min_u32(p->seats.place_count, p->plan->count));

	if (p->run == XSKPKT_RUN_SHARED)
		plan_note(p->plan, "interrupt and worker share a CPU: expect a "
				   "fraction of the speed");
	note_sharing(p, used);
	note_node(p);
	note_places(p, used);
}

int plan_make(struct xskpkt_plan *plan, const struct machine *machine,
	      const struct plan_facts *facts,
	      const struct xskpkt_plan_opts *opts)
{
	struct planner p = { .plan = plan,
			     .machine = machine,
			     .facts = facts,
			     .siblings = opts->flags & XSKPKT_PLAN_SIBLINGS,
			     .run = opts->run };
	int err;

	err = seats_open(&p.seats, machine, facts->node);
	if (err)
		return fail(err, "%s: plan: no memory", facts->ifname);
	err = choose_run(&p);
	if (!err) {
		deal(&p);
		note_all(&p);
	}
	seats_close(&p.seats);
	return err;
}
