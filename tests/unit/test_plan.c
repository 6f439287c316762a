// SPDX-License-Identifier: BSD-2-Clause
/* Plans for machines that are made up: who serves which queue, and from where.
 */
#include <hwloc.h>

#include "machine.h"
#include "plan.h"
#include "unit.h"

/* A machine and a NIC, and what is asked for. */
struct scene {
	const char *topology;  /* hwloc's synthetic notation */
	const char *usable;    /* CPUs; NULL: all */
	const char *isolated;  /* CPUs; NULL: none */
	const char *no_memory; /* one digit: this node has none */
	uint32_t quota;
	bool virtual;    /* no interrupts of its own */
	const char *why; /* it cannot be polled */
	int node;        /* the NIC's; 1 is added, so 0 stands for unknown */
	struct xskpkt_plan_opts opts;
};

static void free_machine(void *m)
{
	machine_free(m);
}

static void machine_for(struct machine *ret, const struct scene *s)
{
	hwloc_topology_t t;

	CHECK_EQ(hwloc_topology_init(&t), 0);
	CHECK_EQ(hwloc_topology_set_synthetic(t, s->topology), 0);
	CHECK_EQ(hwloc_topology_load(t), 0);
	CHECK_OK(machine_of(ret, t, s->usable, s->isolated));
	hwloc_topology_destroy(t);
	ret->quota = s->quota;
	if (s->no_memory)
		ret->nodes[*s->no_memory - '0'].memory = false;
}

static int try_plan(struct xskpkt_plan **ret, const struct scene *s,
		    const struct machine *m)
{
	const struct plan_facts facts = {
		.ifname = "eth0",
		.node = s->node - 1,
		.interrupts = !s->virtual,
		.why_no_poll = s->why,
	};
	struct xskpkt_plan *plan;
	int err;

	CHECK_OK(plan_alloc(&plan, "eth0", s->opts.queues));
	err = plan_make(plan, m, &facts, &s->opts);
	if (err)
		xskpkt_plan_destroy(plan);
	else
		*ret = plan;
	return err;
}

static void destroy_plan(void *plan)
{
	xskpkt_plan_destroy(plan);
}

#define PLAN(...) plan_for(&(struct scene){ __VA_ARGS__ })
static const struct xskpkt_plan *plan_for(const struct scene *s)
{
	struct xskpkt_plan *plan = NULL;
	struct machine m;

	machine_for(&m, s);
	CHECK_OK(try_plan(&plan, s, &m));
	machine_free(&m);
	test_at_end(destroy_plan, plan);
	return plan;
}

/* "0>1 2>3": the interrupts' CPU and the worker's, queue by queue. */
static const char *cpus(const struct xskpkt_plan *plan)
{
	static char text[4096];
	size_t n = 0;

	for (unsigned i = 0; i < plan->count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%d>%d",
				      i ? " " : "", plan->rows[i].irq_cpu,
				      plan->rows[i].worker_cpu);
	return text;
}

static const char *notes(const struct xskpkt_plan *plan)
{
	static char text[8192];
	size_t n = 0;

	*text = '\0';
	for (unsigned i = 0; i < plan->note_count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s\n",
				      plan->notes[i]);
	return text;
}

static void check_runs(const struct xskpkt_plan *plan, uint32_t run)
{
	for (unsigned i = 0; i < plan->count; i++)
		CHECK_EQ(plan->rows[i].run, run);
}

#define TWO_PACKAGES "pack:2 [numa(memory=1GB)] l3:1 core:4 pu:2"

/* Each queue has a core for its interrupts and one beside it for its worker. */
TEST(two_cores_that_share_a_cache)
{
	const struct xskpkt_plan *p =
		PLAN("pack:2 [numa(memory=1GB)] l3:2 core:4 pu:1", .node = 1,
		     .opts.queues = 4);

	CHECK_STR_EQ(cpus(p), "0>1 2>3 4>5 6>7");
	check_runs(p, XSKPKT_RUN_TWO_CORE);
	CHECK_EQ(p->note_count, 0);
}

/* The NIC's node comes first, and its frames lie there. */
TEST(a_nic_on_the_second_node)
{
	const struct xskpkt_plan *p =
		PLAN(TWO_PACKAGES, .node = 2, .opts.queues = 2);

	CHECK_STR_EQ(cpus(p), "8>10 12>14");
	CHECK_EQ(p->rows[0].node, 1);
	CHECK_EQ(p->rows[1].node, 1);
}

/* Every whole core is used before the sibling of one that is in use. */
TEST(siblings_come_last)
{
	const struct xskpkt_plan *p =
		PLAN(TWO_PACKAGES, .node = 1,
		     .opts = { .queues = 6, .run = XSKPKT_RUN_TWO_CORE });

	CHECK_STR_EQ(cpus(p), "0>2 4>6 8>10 12>14 1>3 5>7");
	CHECK_STR_HAS(notes(p), "2 of 6 workers are away from node 0");
	CHECK_STR_HAS(notes(p), "2 of 6 workers run on a core that another");
}

/* Who asks for siblings gets them: one core for each queue. */
TEST(siblings_are_a_pair_when_asked_for)
{
	const struct xskpkt_plan *p =
		PLAN(TWO_PACKAGES, .node = 1,
		     .opts = { .queues = 4, .flags = XSKPKT_PLAN_SIBLINGS });

	CHECK_STR_EQ(cpus(p), "0>1 2>3 4>5 6>7");
	CHECK_EQ(p->note_count, 0);
}

/* Where two cores for each are not near, one that polls does it. */
TEST(one_core_where_two_are_too_many)
{
	const struct xskpkt_plan *p =
		PLAN(TWO_PACKAGES, .node = 1, .opts.queues = 4);

	CHECK_STR_EQ(cpus(p), "0>0 2>2 4>4 6>6");
	check_runs(p, XSKPKT_RUN_ONE_CORE);
}

/* A driver that cannot be polled is given what there is, and that is said. */
TEST(a_driver_that_cannot_be_polled)
{
	const struct xskpkt_plan *p = PLAN("pack:1 l3:1 core:4 pu:1", .node = 1,
					   .why = "the moon is full",
					   .opts.queues = 8);

	CHECK_STR_EQ(cpus(p), "0>1 2>3 0>1 2>3 0>1 2>3 0>1 2>3");
	CHECK_STR_HAS(notes(p), "busy-polled: the moon is full");
	CHECK_STR_HAS(notes(p), "8 queues share 2 worker CPUs: 4 each");
}

/* What was asked for and cannot be is refused, with the reason. */
TEST(what_cannot_be_is_refused)
{
	struct scene s = { "core:1 pu:2", .why = "the moon is full" };
	struct xskpkt_plan *plan = NULL;
	static struct machine m; /* let go of after the test */

	machine_for(&m, &s);
	test_at_end(free_machine, &m);
	s.opts.queues = 1;
	s.opts.run = XSKPKT_RUN_ONE_CORE;
	CHECK_FAILS(try_plan(&plan, &s, &m), -EOPNOTSUPP,
		    "cannot be busy-polled: the moon is full");
	s.opts.run = XSKPKT_RUN_TWO_CORE;
	CHECK_FAILS(try_plan(&plan, &s, &m), -EOPNOTSUPP,
		    "there is only one core for this process (CPU 0-1)");
	CHECK(!plan);
}

/* One CPU: it polls, or it is shared, and that is said to be slow. */
TEST(a_machine_of_one_core)
{
	const struct xskpkt_plan *p = PLAN("core:1 pu:1", .opts.queues = 2);

	CHECK_STR_EQ(cpus(p), "0>0 0>0");
	check_runs(p, XSKPKT_RUN_ONE_CORE);
	p = PLAN("core:1 pu:1", .why = "so", .opts.queues = 2);
	CHECK_STR_EQ(cpus(p), "0>0 0>0");
	check_runs(p, XSKPKT_RUN_SHARED);
	CHECK_STR_HAS(notes(p), "expect a fraction of the speed");
	CHECK_STR_HAS(notes(p), "2 queues share 1 worker CPU: 2 each");
}

TEST(a_machine_of_two_cores)
{
	const struct xskpkt_plan *p =
		PLAN("l3:1 core:2 pu:1", .node = 1, .opts.queues = 1);

	CHECK_STR_EQ(cpus(p), "0>1");
	p = PLAN("l3:1 core:2 pu:1", .node = 1, .opts.queues = 2);
	CHECK_STR_EQ(cpus(p), "0>0 1>1");
}

/* Only CPUs that this process may use are planned with. */
TEST(a_cpuset_is_kept_to)
{
	const struct xskpkt_plan *p =
		PLAN(TWO_PACKAGES, "13", .node = 1, .opts.queues = 3);

	CHECK_STR_EQ(cpus(p), "13>13 13>13 13>13");
	CHECK_EQ(p->rows[0].node, 0);
	CHECK_STR_HAS(notes(p), "1 of 1 workers are away from node 0");
	p = PLAN(TWO_PACKAGES, "3,12-14", .node = 2, .opts.queues = 1);
	CHECK_STR_EQ(cpus(p), "12>14");
}

/* CPUs that are offline are not in hwloc's topology: like those of a hole. */
TEST(offline_cpus_leave_holes)
{
	const struct xskpkt_plan *p = PLAN("l3:2 core:4 pu:1", "0,2,5,7",
					   .node = 1, .opts.queues = 2);

	CHECK_STR_EQ(cpus(p), "0>2 5>7");
}

/* Workers are what isolated CPUs are for; interrupts are what they are not. */
TEST(isolated_cpus_are_for_workers)
{
	const struct xskpkt_plan *p = PLAN("l3:2 core:4 pu:1", NULL, "1-3,5",
					   .node = 1, .opts.queues = 4);

	CHECK_STR_EQ(cpus(p), "0>1 2>3 4>5 6>7");
	p = PLAN("l3:2 core:4 pu:1", NULL, "0,1,4,5", .node = 1,
		 .opts.queues = 4);
	CHECK_STR_EQ(cpus(p), "2>0 3>1 6>4 7>5");
}

/* An odd core is one more worker, on the interrupts' core of a neighbour. */
TEST(an_odd_number_of_cores)
{
	const struct xskpkt_plan *p = PLAN("l3:1 core:3 pu:1", .node = 1,
					   .why = "so", .opts.queues = 3);

	CHECK_STR_EQ(cpus(p), "0>1 0>2 0>1");
	CHECK_STR_HAS(notes(p), "1 of 2 workers share the interrupts' CPU");
	CHECK_STR_HAS(notes(p), "3 queues share 2 worker CPUs: 1 or 2 each");
}

/* Virtual machines often show each CPU with a cache of its own. */
TEST(a_cache_for_each_core)
{
	const struct xskpkt_plan *p =
		PLAN("pack:4 l3:1 core:1 pu:1", .node = 1, .opts.queues = 2);

	CHECK_STR_EQ(cpus(p), "0>1 2>3");
	CHECK_STR_HAS(notes(p), "2 of 2 workers share no L3 cache");
}

/* Left over from two caches: a pair, before a core is used twice. */
TEST(cores_left_over_find_each_other)
{
	const struct xskpkt_plan *p =
		PLAN("l3:2 core:3 pu:1", .node = 1, .opts.queues = 3);

	CHECK_STR_EQ(cpus(p), "0>1 3>4 2>5");
}

/* A NIC of no known node: frames lie with the workers. */
TEST(an_unknown_node)
{
	const struct xskpkt_plan *p =
		PLAN(TWO_PACKAGES, .opts = { .queues = 4, .run = 1 });

	CHECK_STR_EQ(cpus(p), "0>2 4>6 8>10 12>14");
	CHECK_EQ(p->rows[0].node, 0);
	CHECK_EQ(p->rows[3].node, 1);
	CHECK_STR_HAS(notes(p), "node is unknown");
}

/* A node without memory cannot hold frames: the nearest that can does. */
TEST(a_node_without_memory)
{
	const struct xskpkt_plan *p = PLAN(TWO_PACKAGES, .node = 2,
					   .no_memory = "1", .opts.queues = 2);

	CHECK_STR_EQ(cpus(p), "8>10 12>14");
	CHECK_EQ(p->rows[0].node, 0);
	CHECK_STR_HAS(notes(p), "node 1, the NIC's, has no memory");
}

/* More queues than CPUs: shared in equal parts. */
TEST(many_queues_on_few_cores)
{
	const struct xskpkt_plan *p =
		PLAN("l3:1 core:4 pu:1", .node = 1, .opts.queues = 64);
	unsigned served[4] = { 0 };

	for (unsigned i = 0; i < 64; i++)
		served[p->rows[i].worker_cpu]++;
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(served[i], 16);
	CHECK_STR_HAS(notes(p), "64 queues share 4 worker CPUs: 16 each");
}

/* Workers that spin beyond their group's time would be stopped in turns. */
TEST(no_more_workers_than_the_group_has_time_for)
{
	const struct xskpkt_plan *p = PLAN("l3:1 core:8 pu:1", .node = 1,
					   .quota = 2, .opts.queues = 4);

	CHECK_STR_EQ(cpus(p), "0>1 2>3 0>1 2>3");
	CHECK_STR_HAS(notes(p), "gets the time of 2 CPUs");
}

/* Nothing is kept free for interrupts that there are not. */
TEST(an_interface_without_interrupts)
{
	const struct xskpkt_plan *p = PLAN("l3:1 core:4 pu:1", .virtual = true,
					   .why = "so", .opts.queues = 4);

	CHECK_STR_EQ(cpus(p), "-1>0 -1>1 -1>2 -1>3");
	check_runs(p, XSKPKT_RUN_TWO_CORE);
	CHECK_STR_HAS(notes(p), "no interrupts of its own");
}

/* Any machine */

static struct scene any_scene(uint64_t *state, char topology[128],
			      char usable[64])
{
	const unsigned cpus = 1 + chance(state) % 48;
	const unsigned from = (unsigned)(chance(state) % cpus);

	snprintf(topology, 128,
		 "pack:%u [numa(memory=1GB)] l3:%u core:%u pu:%u",
		 (unsigned)(1 + chance(state) % 3),
		 (unsigned)(1 + chance(state) % 3),
		 (unsigned)(1 + chance(state) % 5),
		 (unsigned)(1 + chance(state) % 2));
	snprintf(usable, 64, "0,%u-%u,%u", from,
		 from + (unsigned)(chance(state) % 24), cpus);
	return (struct scene){
		.topology = topology,
		.usable = chance(state) % 2 ? usable : NULL,
		.isolated = chance(state) % 4 ? NULL : "1-5",
		.node = (int)(chance(state) % 4),
		.virtual = chance(state) % 8 == 0,
		.quota = chance(state) % 4 ? 0 : 3,
		.why = chance(state) % 2 ? "so" : NULL,
		.opts = { .queues = 1 + (uint32_t)(chance(state) % 40),
			  .run = (uint32_t)(chance(state) % 3),
			  .flags = chance(state) % 8 ? 0
						     : XSKPKT_PLAN_SIBLINGS },
	};
}

/* What each core and each CPU of a machine does under a plan. */
struct use {
	unsigned workers[256]; /* by CPU: queues served */
	unsigned roles[256];   /* by CPU: as worker, as interrupts' */
};

static const struct cpu *cpu_at(const struct machine *m, int32_t id)
{
	const struct cpu *cpu = machine_cpu(m, (uint32_t)id);

	CHECK(cpu != NULL);
	return cpu;
}

static void check_row_of(const struct xskpkt_plan *p, unsigned i,
			 const struct scene *s, const struct machine *m)
{
	const struct plan_row *r = &p->rows[i];
	const struct cpu *worker = cpu_at(m, r->worker_cpu);

	CHECK_EQ(r->queue, i);
	CHECK_OK(plan_check_row(r));
	CHECK(machine_has_memory(m, r->node));
	if (s->virtual)
		return;
	CHECK(s->opts.run == XSKPKT_RUN_AUTO || r->run == s->opts.run);
	if (r->run == XSKPKT_RUN_TWO_CORE && !s->opts.flags)
		CHECK(cpu_at(m, r->irq_cpu)->core != worker->core);
}

/* A distinct place of the plan: rows repeat after so many. */
static unsigned places_of(const struct xskpkt_plan *p)
{
	for (unsigned i = 1; i < p->count; i++)
		if (p->rows[i].worker_cpu == p->rows[0].worker_cpu)
			return i;
	return p->count;
}

/* How many cores are used, and is one used by two places? */
static bool used_twice(const struct xskpkt_plan *p, const struct machine *m,
		       unsigned places, unsigned *used)
{
	uint32_t cores[512];
	bool twice = false;

	*used = 0;
	for (unsigned i = 0; i < places; i++) {
		const struct plan_row *r = &p->rows[i];
		uint32_t of_row[2] = { cpu_at(m, r->worker_cpu)->core };
		unsigned n = 1;

		if (r->irq_cpu >= 0 && cpu_at(m, r->irq_cpu)->core != of_row[0])
			of_row[n++] = cpu_at(m, r->irq_cpu)->core;
		for (unsigned k = 0; k < n; k++) {
			unsigned c = 0;

			while (c < *used && cores[c] != of_row[k])
				c++;
			twice |= c < *used;
			if (c == *used)
				cores[(*used)++] = of_row[k];
		}
	}
	return twice;
}

static unsigned cores_of(const struct machine *m)
{
	unsigned n = 0;

	for (unsigned i = 0; i < m->cpu_count; i++) {
		bool first = true;

		for (unsigned k = 0; k < i; k++)
			first &= m->cpus[k].core != m->cpus[i].core;
		n += first;
	}
	return n;
}

static void check_fairness(const struct xskpkt_plan *p, unsigned places)
{
	for (unsigned i = 0; i < places; i++) {
		unsigned served = 0;

		for (unsigned k = 0; k < p->count; k++)
			served += p->rows[k].worker_cpu ==
				  p->rows[i].worker_cpu;
		CHECK(served == p->count / places ||
		      served == p->count / places + 1);
	}
}

/* Far from the NIC only when all cores of its node are used. */
static void check_near(const struct xskpkt_plan *p, const struct machine *m,
		       int node, unsigned places)
{
	unsigned near = 0, there = 0, used;
	bool far = false;

	for (unsigned i = 0; i < m->cpu_count; i++)
		there += m->cpus[i].node == node;
	for (unsigned i = 0; i < places; i++) {
		bool here = cpu_at(m, p->rows[i].worker_cpu)->node == node;

		near += here;
		far |= !here;
	}
	if (!far || !there)
		return;
	/* Each place took at most two CPUs, and none took a second half. */
	used = p->rows[0].run == XSKPKT_RUN_TWO_CORE && p->rows[0].irq_cpu >= 0
		       ? 2 * near + 1
		       : near;
	for (unsigned i = 0; i < m->cpu_count; i++)
		for (unsigned k = 0; k < i; k++)
			if (m->cpus[i].core == m->cpus[k].core &&
			    m->cpus[i].node == node)
				there--;
	CHECK(used >= there);
}

static void check_properties(const struct xskpkt_plan *p, const struct scene *s,
			     const struct machine *m)
{
	unsigned places = places_of(p), used;

	for (unsigned i = 0; i < p->count; i++)
		check_row_of(p, i, s, m);
	check_fairness(p, places);
	if (used_twice(p, m, places, &used))
		CHECK_EQ(used, cores_of(m));
	if (s->node && !s->opts.flags && !s->quota)
		check_near(p, m, s->node - 1, places);
}

/* The rules hold on every machine; the same question has the same answer. */
TEST(the_rules_hold_on_any_machine)
{
	uint64_t seed = setting("SEED", 1), n = rounds("ROUNDS", 3000);
	unsigned planned = 0;

	while (n--) {
		char topology[128], usable[64];
		struct scene s = any_scene(&seed, topology, usable);
		struct xskpkt_plan *p = NULL, *again = NULL;
		struct machine m;

		machine_for(&m, &s);
		if (!try_plan(&p, &s, &m)) {
			CHECK_OK(try_plan(&again, &s, &m));
			CHECK_EQ(xskpkt_plan_compare(p, again, NULL), 0);
			check_properties(p, &s, &m);
			xskpkt_plan_destroy(p);
			xskpkt_plan_destroy(again);
			planned++;
		}
		machine_free(&m);
	}
	CHECK(planned > 0);
}
