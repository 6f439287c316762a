// SPDX-License-Identifier: BSD-2-Clause
/* html_latency.c: what the report says of latency */
#include <math.h>
#include <stdlib.h>

#include "html.h"
#include "html_page.h"
#include "plot.h"
#include "rate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Steps of a histogram as drawn: finer ones are noise to the eye. */
#define PER_DECADE 20
#define STEPS_MAX (13 * PER_DECADE)

/* The percentiles, and the most. */
#define CURVES (HISTOGRAM_QUANTILES + 1)

static double curve_value(const struct histogram *h, unsigned curve)
{
	if (curve == HISTOGRAM_QUANTILES)
		return (double)histogram_max(h);
	return (double)histogram_percentile(h,
					    histogram_quantiles[curve].percent);
}

static const char *curve_name(unsigned curve)
{
	return curve == HISTOGRAM_QUANTILES ? "max"
					    : histogram_quantiles[curve].name;
}

/* All diagrams have the same, so that they can be compared. */
static struct scale time_scale(const struct bench_report *r)
{
	double min = INFINITY, max = 0;

	for (unsigned i = 0; i < r->plan->size_count; i++)
		for (unsigned k = 0; k < r->results[i].latencies; k++) {
			const struct histogram *h =
				&r->results[i].histograms[k];

			if (!histogram_count(h))
				continue;
			min = fmin(min, (double)histogram_min(h));
			max = fmax(max, (double)histogram_max(h));
		}
	return scale_log(isfinite(min) ? min : 1, max, SCALE_TIME);
}

static enum plot_form form_of(const struct bench_report *r)
{
	return r->plan->size_count > 2 ? PLOT_THIRD : PLOT_HALF;
}

/* Percentiles against load */

static void draw_curve(struct plot *p, const struct bench_result *of,
		       unsigned curve)
{
	struct plot_point points[BENCH_LOADS];
	unsigned n = 0;

	for (unsigned i = 0; i < of->latencies; i++) {
		if (!histogram_count(&of->histograms[i]))
			continue;
		points[n].x = bench_loads[i];
		points[n].y = curve_value(&of->histograms[i], curve);
		snprintf(points[n].text, sizeof(points[n].text),
			 "%s at %u %%: %s", curve_name(curve), bench_loads[i],
			 html_time(points[n].y).s);
		n++;
	}
	plot_line(p, curve, points, n);
}

static void draw_curves(FILE *out, const struct bench_report *r, unsigned size)
{
	struct plot p = { .x = scale_linear(100, SCALE_NUMBER),
			  .y = time_scale(r),
			  .form = form_of(r),
			  .x_label = "load, % of the throughput",
			  .palette = 's' };
	char title[64];

	snprintf(title, sizeof(title), "Latency, size %s",
		 r->plan->sizes[size].name);
	html_plot_begin(out, title);
	plot_begin(&p, out, "Percentiles of latency against load");
	for (unsigned i = 0; i < CURVES; i++)
		draw_curve(&p, &r->results[size], i);
	plot_end(&p);
	html_plot_end(out);
}

static void curves_legend(FILE *out)
{
	struct plot_key keys[CURVES];

	for (unsigned i = 0; i < CURVES; i++)
		keys[i] = (struct plot_key){ i, curve_name(i) };
	plot_legend(out, false, 's', keys, CURVES);
}

/* Histograms */

/* The share of packets in each step, in percent. Returns the highest. */
static double fill_steps(double *shares, const struct histogram *h,
			 const struct scale *x)
{
	double all = (double)histogram_count(h), most = 0;
	struct histogram_bucket b;
	unsigned at = 0;

	while (histogram_next(h, &at, &b)) {
		double middle = sqrt((double)b.low * (double)b.high);
		double place = log10(fmax(middle, x->min) / x->min);
		unsigned i = (unsigned)(place * PER_DECADE);

		if (i >= STEPS_MAX)
			i = STEPS_MAX - 1;
		shares[i] += 100 * (double)b.count / all;
		most = fmax(most, shares[i]);
	}
	return most;
}

static double step_start(const struct scale *x, unsigned step)
{
	return x->min * pow(10, (double)step / PER_DECADE);
}

/* From the first step that is not empty to behind the last. */
static void draw_steps(struct plot *p, unsigned load, const double *shares)
{
	struct plot_point points[STEPS_MAX + 1];
	unsigned first = 0, end = STEPS_MAX, n = 0;

	while (first < end && !(shares[first] > 0))
		first++;
	while (end > first && !(shares[end - 1] > 0))
		end--;
	for (unsigned i = first; i <= end && first < end; i++, n++) {
		points[n].x = step_start(&p->x, i);
		points[n].y = i < end ? shares[i] : 0;
	}
	if (n)
		snprintf(points[0].text, sizeof(points[0].text),
			 "at %u %% of the throughput", bench_loads[load]);
	plot_steps(p, load, points, n);
}

static void draw_histogram(FILE *out, const struct bench_report *r,
			   unsigned size)
{
	const struct bench_result *of = &r->results[size];
	double shares[BENCH_LOADS][STEPS_MAX] = { 0 }, most = 0;
	struct plot p = { .x = time_scale(r),
			  .form = form_of(r),
			  .x_label = "latency",
			  .palette = 'c' };
	char title[64];

	for (unsigned i = 0; i < of->latencies; i++)
		most = fmax(most,
			    fill_steps(shares[i], &of->histograms[i], &p.x));
	p.y = scale_linear(most, SCALE_NUMBER);
	snprintf(title, sizeof(title), "Packets, %%, size %s",
		 r->plan->sizes[size].name);
	html_plot_begin(out, title);
	plot_begin(&p, out, "Histogram of latency at each load");
	for (unsigned i = 0; i < of->latencies; i++)
		draw_steps(&p, i, shares[i]);
	plot_end(&p);
	html_plot_end(out);
}

static void loads_legend(FILE *out)
{
	char names[BENCH_LOADS][32];
	struct plot_key keys[BENCH_LOADS];

	for (unsigned i = 0; i < BENCH_LOADS; i++) {
		snprintf(names[i], sizeof(names[i]), "at %u %%",
			 bench_loads[i]);
		keys[i] = (struct plot_key){ i, names[i] };
	}
	plot_legend(out, true, 'c', keys, BENCH_LOADS);
}

/* Table */

static void add_times(struct html_table *t, const struct histogram *h)
{
	if (!histogram_count(h)) {
		for (unsigned i = 0; i < 2 + CURVES; i++)
			html_cell(t, "–");
		return;
	}
	html_cell(t, "%s", html_time((double)histogram_min(h)).s);
	html_cell(t, "%s", html_time(histogram_mean(h)).s);
	for (unsigned i = 0; i < CURVES; i++)
		html_cell(t, "%s", html_time(curve_value(h, i)).s);
}

/* Returns whether the generator fell behind. */
static bool add_row(struct html_table *t, const struct bench_report *r,
		    unsigned size, unsigned load)
{
	const struct bench_result *of = &r->results[size];
	const struct histogram *h = &of->histograms[load];
	double wanted = of->throughput.pps * bench_loads[load] / 100;
	bool behind = html_behind(wanted, &of->latency[load]);

	html_cell(t, "%s", r->plan->sizes[size].name);
	html_cell(t, "%u %%", bench_loads[load]);
	html_cell(t, "%s%s", count_format((uint64_t)of->latency[load].pps).s,
		  behind ? HTML_BEHIND : "");
	html_cell(t, "%.3g %%", 100 * trial_loss(&of->latency[load]));
	add_times(t, h);
	return behind;
}

static void tabulate(FILE *out, const struct bench_report *r)
{
	static const char *const titles[] = { ">Size",  ">Load",   ">Packets/s",
					      ">Lost",  ">Min",    ">Mean",
					      ">p50",   ">p90",    ">p99",
					      ">p99.9", ">p99.99", ">Max" };
	struct html_table t;
	bool behind = false;

	html_table_begin(&t, out, titles, COUNT(titles));
	for (unsigned i = 0; i < r->plan->size_count; i++)
		for (unsigned k = 0; k < r->results[i].latencies; k++)
			behind |= add_row(&t, r, i, k);
	html_table_end(&t);
	if (behind)
		html_behind_note(out);
}

static bool any(const struct bench_report *r)
{
	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (r->results[i].latencies)
			return true;
	return false;
}

static void for_each_size(FILE *out, const struct bench_report *r,
			  void (*draw)(FILE *out, const struct bench_report *r,
				       unsigned size))
{
	html_plots_begin(out, form_of(r) == PLOT_THIRD);
	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (r->results[i].latencies)
			draw(out, r, i);
	html_plots_end(out);
}

void html_latency(FILE *out, const struct bench_report *r)
{
	if (!any(r))
		return;
	html_section(
		out, "Latency",
		"How long packets take, at parts of the throughput. p99: "
		"99 of 100 are at least as fast. All scales are the same.");
	for_each_size(out, r, draw_curves);
	curves_legend(out);
	tabulate(out, r);
	fputs("</section>\n", out);

	html_section(out, "Histograms of latency",
		     "How many packets took how long. The scale of time is "
		     "logarithmic.");
	for_each_size(out, r, draw_histogram);
	loads_legend(out);
	fputs("</section>\n", out);
}
