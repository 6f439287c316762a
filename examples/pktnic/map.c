// SPDX-License-Identifier: BSD-2-Clause
/* map.c: which queue is polled by what, and where its interrupts land */
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A cell of "-> " and a number; -1: unknown. */
static void add_step(struct table *t, int64_t number, const char *more)
{
	if (number < 0)
		table_cell(t, "-> ?");
	else
		table_cell(t, "-> %lld%s%s", (long long)number,
			   *more ? " " : "", more);
}

/* Is a number in a list such as "0-3,8"? */
static bool in_list(long number, const char *list)
{
	char *end;

	for (; *list; list = *end ? end + 1 : end) {
		long first = strtol(list, &end, 10), last = first;

		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (first <= number && number <= last)
			return true;
	}
	return false;
}

static void add_cpu(struct table *t, const struct xskpkt_nic_vector *v)
{
	char asked[80] = "";

	if (v->cpu < 0 && *v->affinity) {
		table_cell(t, "-> any of %.64s", v->affinity);
		return;
	}
	/* A change shows with the next interrupt. */
	if (*v->affinity && strcmp(v->affinity, v->effective))
		snprintf(asked, sizeof(asked), "%s %.64s",
			 in_list(v->cpu, v->affinity) ? "of" : "then",
			 v->affinity);
	add_step(t, v->cpu, asked);
}

static const char *far(const struct facts *f, int32_t node)
{
	return node >= 0 && f->info.node >= 0 && node != f->info.node ? "far"
								      : "";
}

static void add_share(struct table *t, const struct facts *f,
		      const struct xskpkt_nic_queue *q)
{
	if (q->rss_entries < 0 || !f->info.rss_entries)
		table_cell(t, "?");
	else
		table_cell(t, "%.0f%%",
			   100.0 * q->rss_entries / f->info.rss_entries);
}

static void add_lane(struct table *t, const struct facts *f,
		     const struct lane *l)
{
	struct xskpkt_nic_queue q = facts_queue(f, l->queue);
	const struct xskpkt_nic_vector *v = l->vector;

	table_cell(t, "  %u %s", l->queue, l->direction);
	add_step(t, v->napi ? (int64_t)v->napi : -1, v->thread ? "thread" : "");
	add_step(t, v->irq, v->irq_name);
	add_cpu(t, v);
	add_step(t, v->node, far(f, v->node));
	if (!strncmp(l->direction, "rx", 2))
		add_share(t, f, &q);
	else
		table_cell(t, " ");
	table_cell(t, "%s", q.taken < 0 ? "?" : q.taken ? "taken" : "free");
}

static void print_queues(const struct facts *f, FILE *out)
{
	static const char *const titles[] = { "<  QUEUE", "<   NAPI", "<   IRQ",
					      "<   CPU",  "<   NODE", ">RSS",
					      "<AF_XDP" };
	struct table *t = table_create(titles, COUNT(titles));

	if (!t)
		return;
	for (unsigned i = 0; i < f->lane_count; i++)
		add_lane(t, f, &f->lanes[i]);
	table_print(t, out);
	table_destroy(t);
}

/* The other way round: who shares a CPU? */

static bool same_cpu(const struct xskpkt_nic_vector *a,
		     const struct xskpkt_nic_vector *b)
{
	return a->cpu == b->cpu;
}

/* The next higher CPU that is interrupted: its first lane, or NULL. */
static const struct lane *next_cpu(const struct facts *f, int32_t cpu)
{
	const struct lane *next = NULL;

	for (unsigned i = 0; i < f->lane_count; i++) {
		const struct lane *l = &f->lanes[i];

		if (l->vector->cpu > cpu &&
		    (!next || l->vector->cpu < next->vector->cpu))
			next = l;
	}
	return next;
}

static void add_cpu_row(struct table *t, const struct facts *f,
			const struct xskpkt_nic_vector *v)
{
	char queues[QUEUE_LIST];

	facts_queue_list(f, v, same_cpu, queues);
	table_cell(t, "  %d", v->cpu);
	if (v->node < 0)
		table_cell(t, "?");
	else
		table_cell(t, "%d %s", v->node, far(f, v->node));
	table_cell(t, "%s", queues);
}

static void print_cpus(const struct facts *f, FILE *out)
{
	static const char *const titles[] = { "<  CPU", "<NODE",
					      "<INTERRUPTED BY QUEUES" };
	struct table *t = table_create(titles, COUNT(titles));

	if (!t)
		return;
	for (const struct lane *l = next_cpu(f, -1); l;
	     l = next_cpu(f, l->vector->cpu))
		add_cpu_row(t, f, l->vector);
	fprintf(out, "\n");
	table_print(t, out);
	table_destroy(t);
}

void map_print(const struct facts *f, FILE *out)
{
	fprintf(out, "\n");
	print_queues(f, out);
	if (next_cpu(f, -1))
		print_cpus(f, out);
}
