// SPDX-License-Identifier: BSD-2-Clause
/* plan_nic.c: plans and the NIC they are for: made for it, checked with it */
#include <errno.h>
#include <string.h>

#include <xskpkt/nic.h>
#include <xskpkt/plan.h>

#include "log.h"
#include "machine.h"
#include "opts.h"
#include "plan.h"

/* Busy polling reaches the driver through one NAPI that both receives and
 * sends (Documentation/networking/napi.rst); else it does harm, or nothing. */
static const char *why_no_poll(const struct xskpkt_nic *nic)
{
	struct xskpkt_nic_queue q = { .size = sizeof(q) };

	for (unsigned i = 0; i < xskpkt_nic_queue_count(nic); i++) {
		if (xskpkt_nic_queue_info(nic, i, &q))
			return "a queue has no facts";
		if (!q.rx || !q.tx)
			return "a queue does not both receive and send";
		if (!q.rx->napi)
			return xskpkt_nic_unknown(nic, XSKPKT_NIC_NAPI)
				       ?: "the driver links no NAPI to them";
		if (q.rx != q.tx && q.rx->napi != q.tx->napi)
			return "the driver sends by a NAPI of its own, which "
			       "would stand still meanwhile (some have one "
			       "for both with more queues)";
	}
	return NULL;
}

static bool has_interrupts(const struct xskpkt_nic *nic,
			   const struct xskpkt_nic_info *info)
{
	struct xskpkt_nic_queue q = { .size = sizeof(q) };

	if (*info->bus)
		return true; /* while it is down it may have none */
	return !xskpkt_nic_queue_info(nic, 0, &q) && q.rx && q.rx->irq >= 0;
}

static int facts_of(struct plan_facts *ret, const struct xskpkt_nic *nic,
		    struct xskpkt_nic_info *info)
{
	int err;

	*info = (struct xskpkt_nic_info){ .size = sizeof(*info) };
	err = xskpkt_nic_info(nic, info);
	if (err)
		return err;
	*ret = (struct plan_facts){
		.ifname = info->ifname,
		.queues = xskpkt_nic_queue_count(nic),
		.node = info->node,
		.interrupts = has_interrupts(nic, info),
		.why_no_poll = why_no_poll(nic),
	};
	return 0;
}

static int check_opts(const struct xskpkt_plan_opts *o)
{
	if (o->run > XSKPKT_RUN_ONE_CORE)
		return fail(-EINVAL,
			    "plan: run %u: give auto, two-core or "
			    "one-core",
			    o->run);
	if (o->flags & ~XSKPKT_PLAN_SIBLINGS)
		return fail(-EINVAL, "plan: flags 0x%x: not known are 0x%x",
			    o->flags, o->flags & ~XSKPKT_PLAN_SIBLINGS);
	if (o->reserved)
		return fail(-EINVAL, "plan: reserved is %u: set it to 0",
			    o->reserved);
	return 0;
}

/* Some may come with more channels (ethtool -L). */
static int check_queues(uint32_t wanted, const struct plan_facts *facts,
			const struct xskpkt_nic_info *info)
{
	uint32_t most = max_u32(facts->queues, info->channels_combined_max);

	most = max_u32(most, info->channels_rx_max);
	if (wanted <= most)
		return 0;
	return fail(-EINVAL, "%s: plan: %u queues: it can have %u at most",
		    info->ifname, wanted, most);
}

static int make(struct xskpkt_plan **ret, const struct plan_facts *facts,
		const struct xskpkt_plan_opts *opts)
{
	struct xskpkt_plan *plan;
	struct machine machine;
	int err;

	err = plan_alloc(&plan, facts->ifname, opts->queues ?: facts->queues);
	if (err)
		return err;
	err = machine_read(&machine);
	if (!err) {
		err = plan_make(plan, &machine, facts, opts);
		machine_free(&machine);
	}
	if (err)
		xskpkt_plan_destroy(plan);
	else
		*ret = plan;
	return err;
}

int xskpkt_plan_create(struct xskpkt_plan **ret, const struct xskpkt_nic *nic,
		       const struct xskpkt_plan_opts *opts)
{
	struct xskpkt_plan_opts o;
	struct xskpkt_nic_info info;
	struct plan_facts facts;
	int err;

	if (!ret || !nic)
		return fail(-EINVAL, "xskpkt_plan_create: %s is NULL",
			    ret ? "nic" : "ret");
	err = opts_take(&o, sizeof(o), opts, "xskpkt_plan_opts");
	if (!err)
		err = check_opts(&o);
	if (!err)
		err = facts_of(&facts, nic, &info);
	if (!err)
		err = check_queues(o.queues, &facts, &info);
	if (!err)
		err = make(ret, &facts, &o);
	return err;
}

static int no_cpu(const struct xskpkt_plan *plan, uint32_t queue, int32_t cpu,
		  const struct machine *m)
{
	char cpus[128];

	machine_cpu_list(m, cpus, sizeof(cpus));
	return fail(-EINVAL,
		    "%s: plan: queue %u: CPU %d is not there, offline, or not "
		    "for this process, which may use %s",
		    plan->ifname, queue, cpu, cpus);
}

static int check_row(const struct xskpkt_plan *plan, const struct plan_row *row,
		     const struct machine *m, const struct plan_facts *facts)
{
	if (row->queue >= facts->queues)
		return fail(-EINVAL,
			    "%s: plan: there is no queue %u: it has %u "
			    "(ethtool -L %s)",
			    plan->ifname, row->queue, facts->queues,
			    plan->ifname);
	if (row->irq_cpu >= 0 && !machine_cpu(m, (uint32_t)row->irq_cpu))
		return no_cpu(plan, row->queue, row->irq_cpu, m);
	if (!machine_cpu(m, (uint32_t)row->worker_cpu))
		return no_cpu(plan, row->queue, row->worker_cpu, m);
	if (row->node >= 0 && !machine_has_memory(m, row->node))
		return fail(-EINVAL,
			    "%s: plan: queue %u: node %d is not there, or has "
			    "no memory for this process",
			    plan->ifname, row->queue, row->node);
	if (row->run == XSKPKT_RUN_ONE_CORE && facts->why_no_poll)
		return fail(-EOPNOTSUPP,
			    "%s: plan: queue %u: one-core: it cannot be "
			    "busy-polled: %s",
			    plan->ifname, row->queue, facts->why_no_poll);
	return 0;
}

int plan_check(const struct xskpkt_plan *plan, const struct xskpkt_nic *nic,
	       uint32_t queues)
{
	struct xskpkt_nic_info info;
	struct plan_facts facts;
	struct machine m;
	int err;

	err = facts_of(&facts, nic, &info);
	if (err)
		return err;
	if (strcmp(plan->ifname, info.ifname))
		return fail(-EINVAL, "plan: it is for %s, not for %s",
			    plan->ifname, info.ifname);
	facts.queues = max_u32(facts.queues, queues);
	err = machine_read(&m);
	if (err)
		return err;
	for (unsigned i = 0; !err && i < plan->count; i++)
		err = check_row(plan, &plan->rows[i], &m, &facts);
	machine_free(&m);
	return err;
}

int xskpkt_plan_check(const struct xskpkt_plan *plan,
		      const struct xskpkt_nic *nic)
{
	if (!plan || !nic)
		return fail(-EINVAL, "xskpkt_plan_check: %s is NULL",
			    plan ? "nic" : "plan");
	return plan_check(plan, nic, 0);
}
