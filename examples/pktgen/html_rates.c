// SPDX-License-Identifier: BSD-2-Clause
/* html_rates.c: what the report says of throughput and bursts */
#include <math.h>

#include "html.h"
#include "html_page.h"
#include "plot.h"
#include "rate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Sizes as categories of an axis. */
static struct scale sizes_scale(const struct bench_plan *plan,
				const char **names)
{
	for (unsigned i = 0; i < plan->size_count; i++)
		names[i] = plan->sizes[i].name;
	return scale_names(names, plan->size_count);
}

static const char *limit_text(enum limit limit)
{
	return limit == LIMIT_GENERATOR ? "generator" : "device";
}

/* Throughput */

/* Packets per second, or bits. */
static double amount(const struct bench_report *r, unsigned size, double pps,
		     bool bits)
{
	return bits ? bench_bits(&r->plan->sizes[size], pps) : pps;
}

static void add_bar(struct plot_point *point, const struct bench_report *r,
		    unsigned size, double pps, bool bits, const char *what)
{
	point->x = size;
	point->y = amount(r, size, pps, bits);
	snprintf(point->text, sizeof(point->text), "%s bytes: %s %s",
		 r->plan->sizes[size].name,
		 rate_format(point->y, bits ? "bit/s" : "pps").s, what);
}

static void draw_throughput(FILE *out, const struct bench_report *r, bool bits)
{
	struct plot_point found[BENCH_SIZES], offered[BENCH_SIZES];
	const char *names[BENCH_SIZES];
	struct plot p = { .x = sizes_scale(r->plan, names),
			  .x_label = "size, bytes with FCS",
			  .palette = 'c' };
	double most = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < r->plan->size_count; i++) {
		const struct bench_result *of = &r->results[i];

		if (!(of->done & BENCH_THROUGHPUT))
			continue;
		add_bar(&found[n], r, i, of->throughput.pps, bits,
			"without loss");
		add_bar(&offered[n], r, i, of->top.pps, bits, "offered");
		most = fmax(most, offered[n++].y);
	}
	p.y = scale_linear(most, SCALE_NUMBER);
	html_plot_begin(out, bits ? "Bits per second" : "Packets per second");
	plot_begin(&p, out,
		   bits ? "Throughput in bits for each size"
			: "Throughput in packets for each size");
	plot_bars(&p, 7, offered, n);
	plot_bars(&p, 0, found, n);
	plot_end(&p);
	html_plot_end(out);
}

static void tabulate_throughput(FILE *out, const struct bench_report *r)
{
	static const char *const titles[] = { ">Size",           ">Packets/s",
					      ">Bits/s",         ">Of offered",
					      ">Most offered/s", ">Loss there",
					      "<Limit" };
	struct html_table t;

	html_table_begin(&t, out, titles, COUNT(titles));
	for (unsigned i = 0; i < r->plan->size_count; i++) {
		const struct bench_result *of = &r->results[i];
		double pps = of->throughput.pps;

		if (!(of->done & BENCH_THROUGHPUT))
			continue;
		html_cell(&t, "%s", r->plan->sizes[i].name);
		html_cell(&t, "%s", count_format((uint64_t)pps).s);
		html_cell(&t, "%s",
			  rate_format(amount(r, i, pps, true), "bit/s").s);
		html_cell(&t, "%.1f %%", 100 * pps / of->top.pps);
		html_cell(&t, "%s", count_format((uint64_t)of->top.pps).s);
		html_cell(&t, "%.3g %%", 100 * trial_loss(&of->top));
		html_cell(&t, "%s", limit_text(of->throughput.limit));
	}
	html_table_end(&t);
}

void html_throughput(FILE *out, const struct bench_report *r)
{
	static const struct plot_key keys[] = {
		{ 0, "without loss" }, { 7, "the most that was offered" }
	};

	if (!html_any(r, BENCH_THROUGHPUT))
		return;
	html_section(out, "Throughput",
		     "The highest rate at which all packets came. Where the "
		     "limit is the generator, the device can do more.");
	html_plots_begin(out, false);
	draw_throughput(out, r, false);
	draw_throughput(out, r, true);
	html_plots_end(out);
	plot_legend(out, true, 'c', keys, COUNT(keys));
	tabulate_throughput(out, r);
	fputs("</section>\n", out);
}

/* Bursts */

/* How long it lasts, at full speed. */
static double burst_ns(const struct bench_result *of)
{
	return 1e9 * (double)of->burst.packets / of->top.pps;
}

static double burst_amount(const struct bench_result *of, bool time)
{
	return time ? burst_ns(of) : (double)of->burst.packets;
}

static bool has_burst(const struct bench_result *of)
{
	return (of->done & BENCH_BURST) && of->burst.packets;
}

/* They differ by powers of ten. */
static struct scale burst_scale(const struct bench_report *r, bool time)
{
	double min = INFINITY, max = 0;

	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (has_burst(&r->results[i])) {
			double amount = burst_amount(&r->results[i], time);

			min = fmin(min, amount);
			max = fmax(max, amount);
		}
	return scale_log(isfinite(min) ? min : 1, max,
			 time ? SCALE_TIME : SCALE_NUMBER);
}

static void draw_burst(struct plot *p, const struct bench_report *r,
		       unsigned size, bool time)
{
	const struct bench_result *of = &r->results[size];
	struct plot_point point = { .x = size, .y = burst_amount(of, time) };

	snprintf(point.text, sizeof(point.text), "%s bytes: %s packets, %s",
		 r->plan->sizes[size].name, count_format(of->burst.packets).s,
		 html_time(burst_ns(of)).s);
	plot_line(p, of->burst.limit == LIMIT_GENERATOR, &point, 1);
}

static void draw_bursts(FILE *out, const struct bench_report *r, bool time)
{
	const char *names[BENCH_SIZES];
	struct plot p = { .x = sizes_scale(r->plan, names),
			  .y = burst_scale(r, time),
			  .x_label = "size, bytes with FCS",
			  .palette = 'c' };

	html_plot_begin(out, time ? "How long they last" : "Packets");
	plot_begin(&p, out, "Longest burst without loss, for each size");
	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (has_burst(&r->results[i]))
			draw_burst(&p, r, i, time);
	plot_end(&p);
	html_plot_end(out);
}

static void tabulate_bursts(FILE *out, const struct bench_report *r)
{
	static const char *const titles[] = { ">Size", ">Packets", ">Lasts",
					      "<Limit" };
	struct html_table t;

	html_table_begin(&t, out, titles, COUNT(titles));
	for (unsigned i = 0; i < r->plan->size_count; i++) {
		const struct bench_result *of = &r->results[i];

		if (!(of->done & BENCH_BURST))
			continue;
		html_cell(&t, "%s", r->plan->sizes[i].name);
		html_cell(&t, "%s", count_format(of->burst.packets).s);
		html_cell(&t, "%s", html_time(burst_ns(of)).s);
		html_cell(&t, "%s", limit_text(of->burst.limit));
	}
	html_table_end(&t);
}

void html_burst(FILE *out, const struct bench_report *r)
{
	static const struct plot_key keys[] = {
		{ 0, "the longest without loss" },
		{ 1, "at least: none longer was sent" }
	};

	if (!html_any(r, BENCH_BURST))
		return;
	html_section(out, "Bursts",
		     "The longest burst at full speed of which all packets "
		     "came: what the device can hold, and pass on meanwhile.");
	html_plots_begin(out, false);
	draw_bursts(out, r, false);
	draw_bursts(out, r, true);
	html_plots_end(out);
	plot_legend(out, false, 'c', keys, COUNT(keys));
	tabulate_bursts(out, r);
	fputs("</section>\n", out);
}
