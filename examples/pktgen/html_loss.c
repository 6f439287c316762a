// SPDX-License-Identifier: BSD-2-Clause
/* html_loss.c: what the report says of loss */
#include <math.h>
#include <stdlib.h>

#include "html.h"
#include "html_page.h"
#include "plot.h"
#include "rate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static double share_of_step(unsigned step)
{
	return 1 - (double)step / BENCH_STEPS;
}

/* In percent of what was offered against percent of the most ... */
static struct plot_point loss_point(const struct bench_result *of, unsigned i)
{
	const struct trial_result *trial = &of->loss[i];

	return (struct plot_point){ .x = 100 * trial->pps / of->top.pps,
				    .y = 100 * trial_loss(trial) };
}

/* ... or in packets per second. */
static struct plot_point passed_point(const struct bench_result *of, unsigned i)
{
	const struct trial_result *trial = &of->loss[i];

	return (struct plot_point){ .x = trial->pps,
				    .y = trial->pps * (1 - trial_loss(trial)) };
}

typedef struct plot_point (*point_fn)(const struct bench_result *of,
				      unsigned i);

static int by_x(const void *one, const void *other)
{
	const struct plot_point *a = one, *b = other;

	return (a->x > b->x) - (a->x < b->x);
}

static void draw_loss_of(struct plot *p, const struct bench_report *r,
			 unsigned size, point_fn point)
{
	const struct bench_result *of = &r->results[size];
	struct plot_point points[BENCH_STEPS];

	for (unsigned i = 0; i < of->losses; i++) {
		points[i] = point(of, i);
		snprintf(points[i].text, sizeof(points[i].text),
			 "%s bytes: %.3g %% lost at %s",
			 r->plan->sizes[size].name,
			 100 * trial_loss(&of->loss[i]),
			 rate_format(of->loss[i].pps, "pps").s);
	}
	/* Where the generator fell behind they are not in order. */
	qsort(points, of->losses, sizeof(*points), by_x);
	plot_line(p, size, points, of->losses);
}

static double highest(const struct bench_report *r, point_fn point)
{
	double most = 0;

	for (unsigned i = 0; i < r->plan->size_count; i++)
		for (unsigned k = 0; k < r->results[i].losses; k++)
			most = fmax(most, point(&r->results[i], k).y);
	return most;
}

static double most_offered(const struct bench_report *r)
{
	double most = 0;

	for (unsigned i = 0; i < r->plan->size_count; i++)
		most = fmax(most, r->results[i].top.pps);
	return most;
}

static void draw_losses(FILE *out, const struct bench_report *r,
			const char *caption, struct plot *p, point_fn point)
{
	p->y = scale_linear(highest(r, point), SCALE_NUMBER);
	p->palette = 'c';
	html_plot_begin(out, caption);
	plot_begin(p, out, caption);
	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (r->results[i].losses)
			draw_loss_of(p, r, i, point);
	plot_end(p);
	html_plot_end(out);
}

static void draw_loss(FILE *out, const struct bench_report *r)
{
	struct plot loss = { .x = scale_linear(100, SCALE_NUMBER),
			     .x_label = "offered, % of the most" };
	struct plot passed = { .x = scale_linear(most_offered(r), SCALE_NUMBER),
			       .x_label = "offered, packets per second" };

	html_plots_begin(out, false);
	draw_losses(out, r, "Lost, %", &loss, loss_point);
	draw_losses(out, r, "Passed on, packets per second", &passed,
		    passed_point);
	html_plots_end(out);
}

static void sizes_legend(FILE *out, const struct bench_report *r)
{
	struct plot_key keys[BENCH_SIZES];
	unsigned n = 0;

	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (r->results[i].losses)
			keys[n++] =
				(struct plot_key){ i, r->plan->sizes[i].name };
	plot_legend(out, false, 'c', keys, n);
}

/* Returns whether the generator fell behind. */
static bool add_losses(struct html_table *t, const struct bench_result *of)
{
	bool any_behind = false;

	for (unsigned i = 0; i < BENCH_STEPS; i++) {
		const struct trial_result *trial = &of->loss[i];
		double wanted = share_of_step(i) * of->top.pps;
		bool behind = i < of->losses && html_behind(wanted, trial);

		if (i < of->losses)
			html_cell(t, "%.3g %%%s", 100 * trial_loss(trial),
				  behind ? HTML_BEHIND : "");
		else
			html_cell(t, "–");
		any_behind |= behind;
	}
	return any_behind;
}

static void tabulate_loss(FILE *out, const struct bench_report *r)
{
	static const char *const titles[] = { ">Size", ">100 %", ">90 %",
					      ">80 %", ">70 %",  ">60 %",
					      ">50 %", ">40 %",  ">30 %",
					      ">20 %", ">10 %" };
	struct html_table t;
	bool behind = false;

	html_table_begin(&t, out, titles, COUNT(titles));
	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (r->results[i].losses) {
			html_cell(&t, "%s", r->plan->sizes[i].name);
			behind |= add_losses(&t, &r->results[i]);
		}
	html_table_end(&t);
	if (behind)
		html_behind_note(out);
}

void html_loss(FILE *out, const struct bench_report *r)
{
	if (!html_any(r, BENCH_LOSS))
		return;
	html_section(out, "Loss",
		     "How much is lost when more is offered than the device "
		     "can do. From the top down, until two loads in a row lose "
		     "nothing.");
	draw_loss(out, r);
	sizes_legend(out, r);
	tabulate_loss(out, r);
	fputs("</section>\n", out);
}
