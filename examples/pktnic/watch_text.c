// SPDX-License-Identifier: BSD-2-Clause
/* watch_text.c: what an interface carries, for people */
#include <stdlib.h>

#include "rate.h"
#include "table.h"
#include "watch.h"

/* For a cell: "1.23M"; "?" when it is unknown. */
static struct rate_text short_rate(double value)
{
	if (value < 0)
		return (struct rate_text){ "?" };
	return rate_format(value, "");
}

static struct rate_text long_rate(double value, const char *unit)
{
	struct rate_text text;

	if (value >= 0)
		return rate_format(value, unit);
	snprintf(text.s, sizeof(text.s), "? %s", unit);
	return text;
}

static double bits(uint64_t bytes, const struct sample *step)
{
	double rate = watch_rate(bytes, step);

	return rate < 0 ? rate : 8 * rate;
}

static void print_carried(FILE *out, const struct sample *s)
{
	const struct xskpkt_nic_counts *c = &s->whole;

	fprintf(out, "rx %s %s, ",
		long_rate(watch_rate(c->rx_packets, s), "pps").s,
		long_rate(bits(c->rx_bytes, s), "bit/s").s);
	fprintf(out, "tx %s %s",
		long_rate(watch_rate(c->tx_packets, s), "pps").s,
		long_rate(bits(c->tx_bytes, s), "bit/s").s);
}

static struct rate_text drops(uint64_t rx, uint64_t tx)
{
	if (rx == UNKNOWN || tx == UNKNOWN)
		return (struct rate_text){ "?" };
	return count_format(rx + tx);
}

void watch_head(FILE *out, void *arg, const void *step, const void *since)
{
	const struct sample *all = since;
	const struct watch *w = arg;

	fprintf(out, "pktnic watch %s  %.0f s  ", w->ifname, all->time);
	print_carried(out, step);
	fprintf(out, "  dropped %s\n",
		drops(all->whole.rx_drops, all->whole.tx_drops).s);
}

/* Of a direction that the lane has not there is nothing to say. */
static void cell_of(struct table *t, bool there, double value)
{
	table_cell(t, "%s", there ? short_rate(value).s : "");
}

static void print_number(struct table *t, const char *format, double value)
{
	if (value < 0)
		table_cell(t, "?");
	else
		table_cell(t, format, value);
}

static void add_lane(struct table *t, const struct lane_sample *l,
		     const struct sample *step)
{
	const struct xskpkt_nic_counts *c = &l->counts;

	table_cell(t, "%u %s", l->queue, l->direction);
	cell_of(t, l->rx, watch_rate(c->rx_packets, step));
	cell_of(t, l->rx, bits(c->rx_bytes, step));
	cell_of(t, l->rx, watch_rate(c->rx_drops, step));
	cell_of(t, l->tx, watch_rate(c->tx_packets, step));
	cell_of(t, l->tx, bits(c->tx_bytes, step));
	cell_of(t, true, watch_rate(l->irqs, step));
	cell_of(t, true, watch_per_irq(l));
	print_number(t, "%.0f", l->cpu);
	print_number(t, "%.0f%%", watch_load(l));
}

static void print_lanes(FILE *out, const struct sample *step)
{
	static const char *const titles[] = { "<QUEUE",  ">RX/s",    ">bit/s",
					      ">drop/s", ">TX/s",    ">bit/s",
					      ">IRQ/s",  ">PER IRQ", ">CPU",
					      ">LOAD" };
	struct table *t = table_create(titles, 10);

	if (!t)
		return;
	for (unsigned i = 0; i < step->lane_count; i++)
		add_lane(t, &step->lanes[i], step);
	table_print(t, out);
	table_destroy(t);
}

static void print_gaps(FILE *out, const struct sample *step)
{
	struct watch_gap gaps[WATCH_GAPS];

	if (step->source)
		fprintf(out, "Packets of queues are those of %s.\n",
			step->source == XSKPKT_NIC_COUNTS_NETLINK
				? "the kernel (netdev netlink)"
				: "the driver (ethtool -S)");
	watch_gaps(gaps, step);
	for (struct watch_gap *g = gaps; g->what; g++)
		fprintf(out, "Unknown: %s: %s.\n", g->what, g->reason);
}

void watch_table(FILE *out, void *arg, const void *step, const void *since)
{
	(void)arg, (void)since;
	fputs("\n", out);
	print_lanes(out, step);
}

void watch_explain(FILE *out, void *arg, const void *now)
{
	(void)arg;
	fputs("\n", out);
	print_gaps(out, now);
}

void watch_line(FILE *out, void *arg, const void *now, const void *last)
{
	const struct sample *step = last;
	const struct watch *w = arg;
	struct sample *all = sample_since(now, NULL);

	fprintf(out, "%7.1f s %s ", all ? all->time : 0, w->ifname);
	free(all);
	print_carried(out, step);
	fprintf(out, "; dropped %s; queues",
		drops(step->whole.rx_drops, step->whole.tx_drops).s);
	for (unsigned i = 0; i < step->lane_count; i++) {
		const struct lane_sample *l = &step->lanes[i];

		fprintf(out, "%s %u", i ? "," : "", l->queue);
		if (l->rx)
			fprintf(out, " rx %s",
				short_rate(
					watch_rate(l->counts.rx_packets, step))
					.s);
		if (l->tx)
			fprintf(out, " tx %s",
				short_rate(
					watch_rate(l->counts.tx_packets, step))
					.s);
		fprintf(out, " irq %s",
			short_rate(watch_rate(l->irqs, step)).s);
	}
	fputs("\n", out);
}

void watch_summary(FILE *out, void *arg, const void *all, const char *sentence)
{
	struct sample *s = sample_since(all, NULL);
	const struct watch *w = arg;

	if (!s)
		return;
	fprintf(out, "\npktnic watch: %.1f s, %s\n\n%s: ", s->time, sentence,
		w->ifname);
	print_carried(out, s);
	fprintf(out, ", dropped %s\n\n",
		drops(s->whole.rx_drops, s->whole.tx_drops).s);
	print_lanes(out, s);
	fputs("\n", out);
	print_gaps(out, s);
	free(s);
}
