// SPDX-License-Identifier: BSD-2-Clause
/* worst.c: the flows that fared worst, for a summary */
#include <stdlib.h>

#include "rate.h"
#include "table.h"
#include "worst.h"

static uint64_t disorder(const struct tracker_counts *c)
{
	return c->reordered + c->duplicates + c->stale;
}

static bool worse(const struct tracker_flow *a, const struct tracker_flow *b)
{
	if (a->counts.lost != b->counts.lost)
		return a->counts.lost > b->counts.lost;
	return disorder(&a->counts) > disorder(&b->counts);
}

/* Into its place among the @count so far, of which @n may stay. */
static unsigned insert(struct tracker_flow *list, unsigned count, unsigned n,
		       const struct tracker_flow *flow)
{
	unsigned at = count;

	while (at && worse(flow, &list[at - 1]))
		at--;
	if (at == n)
		return count;
	if (count < n)
		count++;
	for (unsigned i = count - 1; i > at; i--)
		list[i] = list[i - 1];
	list[at] = *flow;
	return count;
}

/* Returns how many; the caller frees *ret. */
static unsigned find_worst(struct tracker_flow **ret,
			   const struct tracker *flows, unsigned n)
{
	struct tracker_flow flow;
	unsigned count = 0;
	uint32_t at = 0;

	*ret = calloc(n + 1, sizeof(**ret));
	while (*ret && flows && tracker_next(flows, &at, &flow))
		count = insert(*ret, count, n, &flow);
	return count;
}

void print_worst(FILE *out, const struct tracker *flows, unsigned n)
{
	static const char *const titles[] = { "<FLOW",      ">RUN",
					      ">RECEIVED",  ">LOST",
					      ">REORDERED", ">DUPLICATES",
					      ">STALE" };
	struct tracker_flow *list;
	unsigned count = find_worst(&list, flows, n);
	struct table *t =
		table_create(titles, sizeof(titles) / sizeof(titles[0]));

	for (unsigned i = 0; t && i < count; i++) {
		const struct tracker_counts *c = &list[i].counts;

		table_cell(t, "%u", list[i].number);
		table_cell(t, "%u", list[i].run);
		table_cell(t, "%s", count_format(c->received).s);
		table_cell(t, "%s", count_format(c->lost).s);
		table_cell(t, "%s", count_format(c->reordered).s);
		table_cell(t, "%s", count_format(c->duplicates).s);
		table_cell(t, "%s", count_format(c->stale).s);
	}
	if (t && count) {
		fputc('\n', out);
		table_print(t, out);
	}
	table_destroy(t);
	free(list);
}

json_t *worst_json(const struct tracker *flows, unsigned n)
{
	struct tracker_flow *list;
	unsigned count = find_worst(&list, flows, n);
	json_t *array = json_array();

	for (unsigned i = 0; i < count; i++) {
		const struct tracker_counts *c = &list[i].counts;
		json_t *object = json_object();

		json_set_count(object, "flow", list[i].number);
		json_set_count(object, "run", list[i].run);
		json_set_count(object, "received", c->received);
		json_set_count(object, "lost", c->lost);
		json_set_count(object, "reordered", c->reordered);
		json_set_count(object, "duplicates", c->duplicates);
		json_set_count(object, "stale", c->stale);
		json_array_append_new(array, object);
	}
	free(list);
	return array;
}
