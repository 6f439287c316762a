// SPDX-License-Identifier: BSD-2-Clause
/* text.c: reports for people: the live table, the line, the summary */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "port_text.h"
#include "rate.h"
#include "table.h"

/* "1.23M" for a table. */
#define RATE(value) rate_format(value, "").s

static const char *mode_or_state(const struct port_numbers *port,
				 const struct lane_numbers *lane)
{
	if (strcmp(port->state, "up") || !lane->open)
		return lane->open ? port->state : "away";
	return mode_name(lane->mode);
}

static void add_lane(struct table *t, const struct port_numbers *port,
		     const struct lane_numbers *lane,
		     const struct snapshot *step, uint64_t lost)
{
	const uint64_t *n = lane->n;

	table_cell(t, "%s", port->name);
	table_cell(t, "%u", lane->queue);
	table_cell(t, "%s", mode_or_state(port, lane));
	table_cell(t, "%s", RATE(per_second(n[RX_PACKETS], step)));
	table_cell(t, "%s", RATE(8 * per_second(n[RX_BYTES], step)));
	table_cell(t, "%s", RATE(per_second(n[TX_PACKETS], step)));
	table_cell(t, "%s", RATE(8 * per_second(n[TX_BYTES], step)));
	table_cell(t, "%s", RATE((double)lost));
	table_cell(t, "%s", RATE(per_second(n[WAKEUPS] + n[SLEEPS], step)));
	table_cell(t, "%.1f", per_poll(n));
	table_cell(t, "%.0f%%", cpu_percent(step, lane->worker));
}

static void print_lanes(FILE *out, const struct snapshot *step,
			const struct snapshot *since)
{
	static const char *const titles[] = {
		"<PORT",    ">Q",        "<MODE",   ">RX pps",
		">RX bps",  ">TX pps",   ">TX bps", ">LOST",
		">WAKES/s", ">PKT/POLL", ">CPU"
	};
	struct table *t =
		table_create(titles, sizeof(titles) / sizeof(titles[0]));

	if (!t)
		return;
	for (unsigned i = 0; i < step->port_count; i++)
		for (unsigned k = 0; k < step->ports[i].lane_count; k++)
			add_lane(t, &step->ports[i], &step->ports[i].lanes[k],
				 step,
				 numbers_lost(since->ports[i].lanes[k].n));
	table_print(t, out);
	table_destroy(t);
}

/* One line for each cause of loss on each queue. */
static void print_losses(FILE *out, const struct snapshot *s)
{
	for (unsigned i = 0; i < s->port_count; i++)
		for (unsigned k = 0; k < s->ports[i].lane_count; k++)
			for (unsigned c = LOST_FIRST; c <= LOST_LAST; c++) {
				struct lane_numbers *l = &s->ports[i].lanes[k];

				if (l->n[c])
					fprintf(out, "  %s queue %u: %s %s\n",
						s->ports[i].name, l->queue,
						count_format(l->n[c]).s,
						number_names[c].what);
			}
}

static void print_head(FILE *out, void *arg, const void *last,
		       const void *whole)
{
	const struct snapshot *step = last, *since = whole;
	const struct forwarder *f = arg;
	double rx = per_second(snapshot_sum(step, RX_PACKETS), step);
	double tx = per_second(snapshot_sum(step, TX_PACKETS), step);

	fprintf(out, "pktfwd %s  %.0f s  rx %s  tx %s  lost %s\n",
		f->options.forwarding_name, since->time,
		rate_format(rx, "pps").s, rate_format(tx, "pps").s,
		count_format(snapshot_lost(since)).s);
}

static void print_table(FILE *out, void *arg, const void *last,
			const void *whole)
{
	const struct snapshot *step = last, *since = whole;
	const struct forwarder *f = arg;

	fputc('\n', out);
	print_lanes(out, step, since);
	if (f->options.forwarding == FORWARD_BRIDGE)
		fprintf(out, "\n%u addresses known, %s packets flooded\n",
			since->macs,
			count_format(snapshot_sum(since, FLOODED)).s);
	if (snapshot_lost(since))
		fprintf(out, "\nLost, by cause:\n");
	print_losses(out, since);
}

static void print_line(FILE *out, void *arg, const void *at, const void *last)
{
	const struct snapshot *now = at, *step = last;

	(void)arg;
	fprintf(out, "%7.1f s", now->time);
	for (unsigned i = 0; i < step->port_count; i++) {
		const struct port_numbers *p = &step->ports[i];
		double rx = per_second(port_sum(p, RX_PACKETS), step);
		double tx = per_second(port_sum(p, TX_PACKETS), step);
		double rx_bits = 8 * per_second(port_sum(p, RX_BYTES), step);
		double tx_bits = 8 * per_second(port_sum(p, TX_BYTES), step);

		fprintf(out, "%s %s%s%s rx %s %s tx %s %s", i ? ";" : "",
			p->name, strcmp(p->state, "up") ? " " : "",
			strcmp(p->state, "up") ? p->state : "",
			rate_format(rx, "pps").s,
			rate_format(rx_bits, "bit/s").s,
			rate_format(tx, "pps").s,
			rate_format(tx_bits, "bit/s").s);
	}
	fprintf(out, "; lost %" PRIu64 "\n", snapshot_lost(step));
}

/* The end */

static void print_ports(FILE *out, const struct snapshot *all)
{
	static const char *const titles[] = { "<PORT", ">RX packets",
					      ">pps",  ">TX packets",
					      ">pps",  ">lost" };
	struct table *t =
		table_create(titles, sizeof(titles) / sizeof(titles[0]));

	for (unsigned i = 0; t && i < all->port_count; i++) {
		const struct port_numbers *p = &all->ports[i];
		uint64_t rx = port_sum(p, RX_PACKETS);
		uint64_t tx = port_sum(p, TX_PACKETS);

		table_cell(t, "%s", p->name);
		table_cell(t, "%s", count_format(rx).s);
		table_cell(t, "%s", RATE(per_second(rx, all)));
		table_cell(t, "%s", count_format(tx).s);
		table_cell(t, "%s", RATE(per_second(tx, all)));
		table_cell(t, "%s", count_format(port_lost(p)).s);
	}
	if (t)
		table_print(t, out);
	table_destroy(t);
}

static void print_explanation(FILE *out, void *arg, const void *whole)
{
	const struct snapshot *all = whole;
	struct forwarder *f = arg;

	fputc('\n', out);
	for (unsigned i = 0; i < f->options.ports; i++) {
		char *text = port_explanation(f->ports[i].port);

		if (text)
			fputs(text, out);
		else
			fprintf(out, "%s: is away\n", f->ports[i].name);
		if (all->ports[i].reopened)
			fprintf(out, "%s: went away and came back, %u times\n",
				f->ports[i].name, all->ports[i].reopened);
		free(text);
	}
}

static void print_summary(FILE *out, void *arg, const void *whole,
			  const char *sentence)
{
	const struct snapshot *all = whole;
	struct forwarder *f = arg;
	uint64_t lost = snapshot_lost(all);

	fprintf(out, "\npktfwd %s: %.1f s, %s\n\n", f->options.forwarding_name,
		all->time, sentence);
	print_ports(out, all);
	if (f->options.forwarding == FORWARD_BRIDGE)
		fprintf(out,
			"\n%u addresses known, %s packets flooded, %s "
			"filtered\n",
			all->macs, count_format(snapshot_sum(all, FLOODED)).s,
			count_format(snapshot_sum(all, FILTERED)).s);
	if (lost)
		fprintf(out, "\n%s packets were lost:\n", count_format(lost).s);
	else
		fprintf(out, "\nNothing was lost.\n");
	print_losses(out, all);
	print_explanation(out, f, all);
}

/* The style of it all */

static void *take(void *arg)
{
	return snapshot_take(arg);
}

static void *since(const void *now, const void *before)
{
	return snapshot_since(now, before);
}

static void release(void *snapshot)
{
	snapshot_free(snapshot);
}

const struct report_style forward_style = {
	.take = take,
	.release = release,
	.since = since,
	.head = print_head,
	.table = print_table,
	.explain = print_explanation,
	.line = print_line,
	.json = write_json_interval,
	.summary = print_summary,
	.json_summary = write_json_summary,
};
