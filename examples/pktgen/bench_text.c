// SPDX-License-Identifier: BSD-2-Clause
/* bench_text.c: a benchmark for people: a line, a table, and the whole */
#include <inttypes.h>

#include "bench_view.h"
#include "rate.h"
#include "table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "at least " where it was not the device's limit. */
static const char *at_least(enum limit limit)
{
	return limit == LIMIT_GENERATOR ? ">=" : "";
}

static double percentile(const struct histogram *h, double percent)
{
	return (double)histogram_percentile(h, percent);
}

/* Tables */

/* A cell, or a dash where there is nothing. */
#define CELL(t, there, ...)                           \
	do {                                          \
		if (there)                            \
			table_cell((t), __VA_ARGS__); \
		else                                  \
			table_cell((t), "-");         \
	} while (0)

static void add_size(struct table *t, const struct bench_size *size,
		     const struct bench_result *r)
{
	const struct throughput *found = &r->throughput;
	const struct histogram *half = &r->histograms[1];
	bool rate = r->done & BENCH_THROUGHPUT;
	bool latency = r->latencies > 1 && histogram_count(half);

	table_cell(t, "%s", size->name);
	CELL(t, rate, "%s%s", at_least(found->limit),
	     rate_format(found->pps, "").s);
	CELL(t, rate, "%s", rate_format(bench_bits(size, found->pps), "").s);
	table_cell(t, "%s", rate_format(r->top.pps, "").s);
	table_cell(t, "%.3g%%", 100 * trial_loss(&r->top));
	CELL(t, latency, "%s", time_format(percentile(half, 50)).s);
	CELL(t, latency, "%s", time_format(percentile(half, 99)).s);
	CELL(t, r->done & BENCH_BURST, "%s%s", at_least(r->burst.limit),
	     rate_format((double)r->burst.packets, "").s);
}

void print_results(FILE *out, const struct bench_plan *plan,
		   const struct bench_result *results)
{
	static const char *const titles[] = { ">SIZE",  ">NO LOSS pps",
					      ">bit/s", ">OFFERED pps",
					      ">LOST",  ">p50 AT 50%",
					      ">p99",   ">BURST" };
	struct table *t = table_create(titles, COUNT(titles));

	for (unsigned i = 0; t && i < plan->size_count; i++)
		if (results[i].tried)
			add_size(t, &plan->sizes[i], &results[i]);
	if (t)
		table_print(t, out);
	table_destroy(t);
}

static void add_latency(struct table *t, const char *size, unsigned load,
			const struct trial_result *r, const struct histogram *h)
{
	bool any = histogram_count(h);

	table_cell(t, "%s", size);
	table_cell(t, "%u%%", load);
	table_cell(t, "%s", rate_format(r->pps, "").s);
	table_cell(t, "%.3g%%", 100 * trial_loss(r));
	CELL(t, any, "%s", time_format((double)histogram_min(h)).s);
	for (unsigned i = 0; i < HISTOGRAM_QUANTILES; i++)
		CELL(t, any, "%s",
		     time_format(percentile(h, histogram_quantiles[i].percent))
			     .s);
	CELL(t, any, "%s", time_format((double)histogram_max(h)).s);
}

static void print_latencies(FILE *out, const struct bench_report *r)
{
	static const char *const titles[] = { ">SIZE",   ">LOAD", ">pps",
					      ">LOST",   ">MIN",  ">p50",
					      ">p90",    ">p99",  ">p99.9",
					      ">p99.99", ">MAX" };
	struct table *t = table_create(titles, COUNT(titles));
	bool any = false;

	for (unsigned i = 0; t && i < r->plan->size_count; i++) {
		const struct bench_result *of = &r->results[i];

		for (unsigned k = 0; k < of->latencies; k++, any = true)
			add_latency(t, r->plan->sizes[i].name, bench_loads[k],
				    &of->latency[k], &of->histograms[k]);
	}
	if (t && any) {
		fprintf(out, "\nLatency, at parts of the rate without loss:\n");
		table_print(t, out);
	}
	table_destroy(t);
}

static void print_losses(FILE *out, const struct bench_report *r)
{
	static const char *const titles[] = { ">SIZE", ">100%", ">90%", ">80%",
					      ">70%",  ">60%",  ">50%", ">40%",
					      ">30%",  ">20%",  ">10%" };
	struct table *t = table_create(titles, COUNT(titles));
	bool any = false;

	for (unsigned i = 0; t && i < r->plan->size_count; i++) {
		const struct bench_result *of = &r->results[i];

		if (!of->losses)
			continue;
		any = true;
		table_cell(t, "%s", r->plan->sizes[i].name);
		for (unsigned k = 0; k < BENCH_STEPS; k++)
			CELL(t, k < of->losses, "%.3g%%",
			     100 * trial_loss(&of->loss[k]));
	}
	if (t && any) {
		fprintf(out,
			"\nLoss, at parts of the most that was offered:\n");
		table_print(t, out);
	}
	table_destroy(t);
}

/* A test that nobody asked for is no surprise. */
static void print_missing_of(FILE *out, const struct bench_report *r,
			     unsigned size)
{
	const struct bench_result *of = &r->results[size];

	for (unsigned i = 0; i < BENCH_TESTS; i++) {
		const char *why = bench_missing(r->plan, of, 1u << i);

		if (why && r->plan->tests & 1u << i)
			fprintf(out, "size %s, %s: %s\n",
				r->plan->sizes[size].name, bench_test_names[i],
				why);
	}
}

/* What has no result, and why. */
static void print_missing(FILE *out, const struct bench_report *r)
{
	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (r->results[i].tried)
			print_missing_of(out, r, i);
		else
			fprintf(out, "size %s: it was stopped before\n",
				r->plan->sizes[i].name);
}

static void print_port(FILE *out, const char *does, const struct bench_port *p)
{
	fprintf(out, "%s %s: %s, %s, %u of %u queues\n", p->name, does,
		p->driver, p->mode, p->queues, p->all_queues);
}

void print_report(FILE *out, const struct bench_report *r)
{
	fprintf(out, "\npktgen bench %s -> %s: %.0f s, %s\n\n",
		r->facts->tx.name, r->facts->rx.name, r->seconds,
		r->stopped ? r->stopped : "all is measured");
	if (r->results[0].tried)
		print_results(out, r->plan, r->results);
	print_latencies(out, r);
	print_losses(out, r);
	fputc('\n', out);
	if (r->stopped)
		fprintf(out, "This is not complete: %s.\n", r->stopped);
	print_missing(out, r);
	print_port(out, "sends", &r->facts->tx);
	print_port(out, "receives", &r->facts->rx);
	fprintf(out,
		"Sizes and bits count the FCS. Trials of %g s; '>=': more was "
		"not offered.\n",
		r->plan->seconds);
}

/* Lines */

static void print_throughput(FILE *out, const struct bench_size *size,
			     const struct bench_result *r)
{
	double pps = r->throughput.pps;

	fprintf(out, "%s: throughput %s%s, %s, of %s offered\n", size->name,
		r->throughput.limit == LIMIT_GENERATOR ? "at least " : "",
		rate_format(pps, "pps").s,
		rate_format(bench_bits(size, pps), "bit/s").s,
		rate_format(r->top.pps, "pps").s);
}

static void print_loads(FILE *out, const struct bench_size *size,
			const struct bench_result *r)
{
	for (unsigned i = 0; i < r->latencies; i++) {
		const struct histogram *h = &r->histograms[i];

		fprintf(out, "%s: latency at %u %%: ", size->name,
			bench_loads[i]);
		if (histogram_count(h))
			fprintf(out, "p50 %s, p99 %s, max %s\n",
				time_format(percentile(h, 50)).s,
				time_format(percentile(h, 99)).s,
				time_format((double)histogram_max(h)).s);
		else
			fputs("no packet came\n", out);
	}
}

static void print_curve(FILE *out, const struct bench_size *size,
			const struct bench_result *r)
{
	fprintf(out, "%s: loss", size->name);
	for (unsigned i = 0; i < r->losses; i++)
		fprintf(out, "%s at %u %%: %.3g %%", i ? "," : "",
			100 - 100 * i / BENCH_STEPS,
			100 * trial_loss(&r->loss[i]));
	fputc('\n', out);
}

static void print_burst(FILE *out, const struct bench_size *size,
			const struct bench_result *r)
{
	fprintf(out, "%s: burst %s%s packets\n", size->name,
		r->burst.limit == LIMIT_GENERATOR ? "at least " : "",
		count_format(r->burst.packets).s);
}

void print_result(FILE *out, const struct bench_plan *plan,
		  const struct bench_result *results, unsigned size,
		  enum bench_test test)
{
	const struct bench_size *of = &plan->sizes[size];

	switch (test) {
	case BENCH_THROUGHPUT:
		print_throughput(out, of, &results[size]);
		break;
	case BENCH_LATENCY:
		print_loads(out, of, &results[size]);
		break;
	case BENCH_LOSS:
		print_curve(out, of, &results[size]);
		break;
	case BENCH_BURST:
		print_burst(out, of, &results[size]);
		break;
	}
}
