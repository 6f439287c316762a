// SPDX-License-Identifier: BSD-2-Clause
/*
 * plan_apply.c: the settings that a plan needs.
 *
 * Order matters. Channels come first: they reset most NICs, and bring new
 * interrupts and some a new table of RSS. Then what a reset would lose.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xskpkt/nic.h>
#include <xskpkt/plan.h>

#include "file.h"
#include "log.h"
#include "plan.h"
#include "tune.h"

/* Two polls that find nothing before interrupts are on again, and the longest
 * that one who polls may be away, in ns: Documentation/networking/napi.rst. */
#define DEFER_HARD_IRQS "2"
#define GRO_FLUSH_TIMEOUT "200000"

/* Are they rows 0 to n - 1? Then there can be as many queues. */
static bool can_be_all(const struct xskpkt_plan *plan)
{
	return plan->rows[plan->count - 1].queue == plan->count - 1;
}

static bool has_row(const struct xskpkt_plan *plan, uint32_t queue)
{
	for (unsigned i = 0; i < plan->count; i++)
		if (plan->rows[i].queue == queue)
			return true;
	return false;
}

/* Does the NIC give packets to queues that nobody serves? */
static bool leads_astray(const struct xskpkt_plan *plan,
			 const struct xskpkt_nic *nic)
{
	struct xskpkt_nic_queue q = { .size = sizeof(q) };

	for (unsigned i = 0; i < xskpkt_nic_queue_count(nic); i++)
		if (!xskpkt_nic_queue_info(nic, i, &q) && q.rss_entries > 0 &&
		    !has_row(plan, i))
			return true;
	return false;
}

static int set_table(struct xskpkt_tune *t, const struct xskpkt_plan *plan)
{
	char value[SETTING_VALUE];
	size_t used = 0;

	for (unsigned i = 0; i < plan->count && used < sizeof(value); i++)
		used += (size_t)snprintf(value + used, sizeof(value) - used,
					 "%s%u", i ? " " : "",
					 plan->rows[i].queue);
	if (used >= sizeof(value))
		return fail(-E2BIG, "%s: %u queues are too many for rss",
			    t->dev.name, plan->count);
	return xskpkt_tune_set(t, "rss", value);
}

/* As many queues as rows: or packets go where nobody serves them. */
static int set_channels(struct xskpkt_tune *t, const struct xskpkt_plan *plan,
			const struct xskpkt_nic *nic)
{
	struct xskpkt_nic_info info = { .size = sizeof(info) };
	char value[64];
	int err;

	if (plan->count == xskpkt_nic_queue_count(nic) || !can_be_all(plan))
		return 0;
	err = xskpkt_nic_info(nic, &info);
	if (err)
		return err;
	if (info.channels_combined)
		snprintf(value, sizeof(value), "combined %u", plan->count);
	else
		snprintf(value, sizeof(value), "rx %u tx %u", plan->count,
			 plan->count);
	err = xskpkt_tune_set(t, "channels", value);
	/* The kernel keeps queues that a table of somebody's own leads to. */
	if (err == -EINVAL && leads_astray(plan, nic))
		err = set_table(t, plan)
			      ?: xskpkt_tune_set(t, "channels", value);
	return err;
}

/* Where there are more queues than rows: packets only to those with a row. */
static int set_rss(struct xskpkt_tune *t, const struct xskpkt_plan *plan,
		   const struct xskpkt_nic *nic)
{
	const char *why = xskpkt_nic_unknown(nic, XSKPKT_NIC_RSS);

	if (can_be_all(plan))
		return 0;
	if (why)
		tune_tell(t,
			  "packets for queues without a row are not kept "
			  "off them: the NIC's table is unknown: %s",
			  why);
	if (why || !leads_astray(plan, nic))
		return 0;
	if (strcmp(t->dev.driver, "virtio_net"))
		return set_table(t, plan);
	/* QEMU's device forgets it, and still shows it. */
	tune_tell(t, "packets for queues without a row are not kept off them: "
		     "virtio_net loses its table when an XDP program is "
		     "attached: set \"rss\" when the port is open");
	return 0;
}

static int set_polling(struct xskpkt_tune *t, const struct xskpkt_plan *plan)
{
	bool polled = false;
	int err;

	for (unsigned i = 0; i < plan->count; i++)
		polled |= plan->rows[i].run == XSKPKT_RUN_ONE_CORE;
	if (!polled)
		return 0;
	err = xskpkt_tune_set(t, "napi_defer_hard_irqs", DEFER_HARD_IRQS);
	return err
		       ?: xskpkt_tune_set(t, "gro_flush_timeout",
					  GRO_FLUSH_TIMEOUT);
}

static int set_irq(struct xskpkt_tune *t, const struct plan_row *row,
		   const struct xskpkt_nic *nic,
		   const struct xskpkt_nic_vector *vector)
{
	char name[SETTING_NAME], cpu[16];
	const char *why = xskpkt_nic_unknown(nic, XSKPKT_NIC_IRQ);

	if (vector->irq < 0)
		return fail(-ENOENT,
			    "%s queue %u: its interrupt is unknown: "
			    "%s",
			    t->dev.name, row->queue,
			    why ? why : "no source tells it");
	snprintf(name, sizeof(name), "irq %d", vector->irq);
	snprintf(cpu, sizeof(cpu), "%d", row->irq_cpu);
	return xskpkt_tune_set(t, name, cpu);
}

static int set_irqs_of(struct xskpkt_tune *t, const struct plan_row *row,
		       const struct xskpkt_nic *nic)
{
	struct xskpkt_nic_queue q = { .size = sizeof(q) };
	int err;

	if (row->queue >= xskpkt_nic_queue_count(nic)) { /* a dry run */
		tune_tell(t, "queue %u: its interrupt comes with the channels",
			  row->queue);
		return 0;
	}
	err = xskpkt_nic_queue_info(nic, row->queue, &q);
	if (!err && q.rx)
		err = set_irq(t, row, nic, q.rx);
	if (!err && q.tx && q.tx != q.rx)
		err = set_irq(t, row, nic, q.tx);
	return err;
}

/* A name in /proc that is a process running @program. */
static bool is_process(const char *name, const char *program)
{
	char path[64], comm[32];

	if (!isdigit((unsigned char)*name))
		return false;
	snprintf(path, sizeof(path), "/proc/%.20s/comm", name);
	return !file_line(comm, sizeof(comm), path) && !strcmp(comm, program);
}

static bool irqbalance_runs(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	bool runs = false;

	if (!proc)
		return false;
	while (!runs && (entry = readdir(proc)))
		runs = is_process(entry->d_name, "irqbalance");
	closedir(proc);
	return runs;
}

static int set_irqs(struct xskpkt_tune *t, const struct xskpkt_plan *plan,
		    const struct xskpkt_nic *nic)
{
	bool any = false;
	int err = 0;

	for (unsigned i = 0; !err && i < plan->count; i++) {
		if (plan->rows[i].irq_cpu < 0)
			continue;
		err = set_irqs_of(t, &plan->rows[i], nic);
		any = true;
	}
	if (!err && any && irqbalance_runs())
		tune_tell(t, "irqbalance is running and will move interrupts "
			     "away again: stop it (systemctl stop irqbalance), "
			     "or start it with --banirq for those above");
	return err;
}

/* What needs to know the interrupts there are now. */
static int set_the_rest(struct xskpkt_tune *t, const struct xskpkt_plan *plan)
{
	struct xskpkt_nic *nic;
	int err;

	err = xskpkt_nic_query(&nic, t->dev.name, NULL);
	if (err)
		return err;
	/* Queues can be of another kind than before: igb's are. */
	if (t->flags & XSKPKT_TUNE_DRY_RUN)
		err = plan_check(plan, nic, plan->count);
	else
		err = xskpkt_plan_check(plan, nic);
	if (!err)
		err = set_rss(t, plan, nic);
	if (!err)
		err = set_polling(t, plan);
	if (!err)
		err = set_irqs(t, plan, nic);
	xskpkt_nic_free(nic);
	return err;
}

static int apply(struct xskpkt_tune *t, const struct xskpkt_plan *plan)
{
	struct xskpkt_nic *nic;
	int err;

	err = xskpkt_nic_query(&nic, t->dev.name, NULL);
	if (err)
		return err;
	err = plan_check(plan, nic, plan->count);
	if (!err)
		err = set_channels(t, plan, nic);
	xskpkt_nic_free(nic);
	return err ?: set_the_rest(t, plan);
}

int xskpkt_plan_apply(const struct xskpkt_plan *plan, struct xskpkt_tune *tune)
{
	unsigned mark;
	char why[512];
	int err;

	if (!plan || !tune)
		return fail(-EINVAL, "xskpkt_plan_apply: %s is NULL",
			    plan ? "tune" : "plan");
	mark = tune->ledger.count;
	err = apply(tune, plan);
	if (!err)
		return 0;
	/* Undoing has sentences of its own. */
	snprintf(why, sizeof(why), "%s", xskpkt_errmsg());
	tune_undo(tune, mark);
	return fail(err, "%s", why);
}
