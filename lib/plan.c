// SPDX-License-Identifier: BSD-2-Clause
/* plan.c: plans, row by row: made, looked at, overridden, checked */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <xskpkt/nic.h>
#include <xskpkt/plan.h>

#include "log.h"
#include "machine.h"
#include "opts.h"
#include "plan.h"
#include "sys.h"

static const char *const run_names[] = { NULL, "two-core", "one-core",
					 "shared" };

const char *run_name(uint32_t run)
{
	return run < COUNT_OF(run_names) ? run_names[run] : NULL;
}

int plan_alloc(struct xskpkt_plan **ret, const char *ifname, unsigned count)
{
	struct xskpkt_plan *plan;
	int err;

	if (!count || count > PLAN_ROWS_MAX)
		return fail(-EINVAL, "%s: plan: %u queues: 1 to %u", ifname,
			    count, PLAN_ROWS_MAX);
	err = sys_alloc((void **)&plan, 1, sizeof(*plan));
	if (!err) {
		snprintf(plan->ifname, sizeof(plan->ifname), "%s", ifname);
		plan->count = count;
		err = sys_alloc((void **)&plan->rows, count,
				sizeof(*plan->rows));
		if (err)
			xskpkt_plan_destroy(plan);
	}
	if (err)
		return fail(err, "%s: plan: no memory for %u rows", ifname,
			    count);
	*ret = plan;
	return 0;
}

void xskpkt_plan_destroy(struct xskpkt_plan *plan)
{
	if (!plan)
		return;
	free(plan->rows);
	free(plan);
}

void plan_note(struct xskpkt_plan *plan, const char *format, ...)
{
	va_list args;

	if (plan->note_count == PLAN_NOTES_MAX)
		return;
	va_start(args, format);
	vsnprintf(plan->notes[plan->note_count++], sizeof(plan->notes[0]),
		  format, args);
	va_end(args);
}

unsigned xskpkt_plan_rows(const struct xskpkt_plan *plan)
{
	return plan->count;
}

const char *xskpkt_plan_ifname(const struct xskpkt_plan *plan)
{
	return plan->ifname;
}

const char *xskpkt_plan_note(const struct xskpkt_plan *plan, unsigned i)
{
	return i < plan->note_count ? plan->notes[i] : NULL;
}

int xskpkt_plan_row(const struct xskpkt_plan *plan, unsigned i,
		    struct xskpkt_plan_row *ret)
{
	struct xskpkt_plan_row row = { 0 };

	if (i >= plan->count)
		return fail(-EINVAL, "%s: plan: there is no row %u: it has %u",
			    plan->ifname, i, plan->count);
	row.queue = plan->rows[i].queue;
	row.run = plan->rows[i].run;
	row.irq_cpu = plan->rows[i].irq_cpu;
	row.worker_cpu = plan->rows[i].worker_cpu;
	row.node = plan->rows[i].node;
	return opts_give(ret, &row, sizeof(row), "xskpkt_plan_row");
}

int plan_check_row(const struct plan_row *row)
{
	const char *run = run_name(row->run);

	if (!run)
		return fail(-EINVAL,
			    "plan: queue %u: run %u: give two-core, "
			    "one-core or shared",
			    row->queue, row->run);
	if (row->worker_cpu < 0 || row->irq_cpu < -1 || row->node < -1)
		return fail(-EINVAL,
			    "plan: queue %u: CPU and node numbers start "
			    "from 0; only irq_cpu and node may be -1",
			    row->queue);
	if (row->run == XSKPKT_RUN_TWO_CORE && row->irq_cpu == row->worker_cpu)
		return fail(-EINVAL,
			    "plan: queue %u: two-core on CPU %d alone: "
			    "give two CPUs, or another run",
			    row->queue, row->worker_cpu);
	if (row->run != XSKPKT_RUN_TWO_CORE && row->irq_cpu >= 0 &&
	    row->irq_cpu != row->worker_cpu)
		return fail(-EINVAL,
			    "plan: queue %u: %s on CPUs %d and %d: give "
			    "one CPU, or two-core",
			    row->queue, run, row->irq_cpu, row->worker_cpu);
	return 0;
}

static struct plan_row *row_of(const struct xskpkt_plan *plan, uint32_t queue)
{
	for (unsigned i = 0; i < plan->count; i++)
		if (plan->rows[i].queue == queue)
			return &plan->rows[i];
	return NULL;
}

int xskpkt_plan_set(struct xskpkt_plan *plan, const struct xskpkt_plan_row *row)
{
	struct xskpkt_plan_row theirs;
	struct plan_row ours, *old;
	int err;

	if (!row)
		return fail(-EINVAL, "xskpkt_plan_set: row is NULL");
	err = opts_take(&theirs, sizeof(theirs), row, "xskpkt_plan_row");
	if (err)
		return err;
	ours = (struct plan_row){ .queue = theirs.queue,
				  .run = theirs.run,
				  .irq_cpu = theirs.irq_cpu,
				  .worker_cpu = theirs.worker_cpu,
				  .node = theirs.node };
	old = row_of(plan, theirs.queue);
	if (!old)
		return fail(-EINVAL, "%s: plan: it has no queue %u",
			    plan->ifname, theirs.queue);
	if (theirs.reserved)
		return fail(-EINVAL,
			    "xskpkt_plan_row.reserved is %u: set it "
			    "to 0",
			    theirs.reserved);
	err = plan_check_row(&ours);
	if (!err)
		*old = ours;
	return err;
}
