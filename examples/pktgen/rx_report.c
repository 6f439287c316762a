// SPDX-License-Identifier: BSD-2-Clause
/* rx_report.c: what pktgen rx tells */
#include <inttypes.h>
#include <stdlib.h>

#include "clock.h"
#include "forms.h"
#include "rate.h"
#include "rx.h"
#include "worst.h"

struct snapshot {
	double time; /* seconds since the start */
	struct analysis seen;
	struct reading port;
};

/* Taking */

static void *take(void *arg)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	struct rx *rx = arg;

	if (!s)
		return NULL;
	s->time = (double)(now_ns() - rx->started) / 1e9;
	analyser_read(rx->analyser, &s->seen);
	reading_take(&rx->last, rx->session.port);
	s->port = rx->last;
	return s;
}

static void subtract(struct snapshot *s, const struct snapshot *before)
{
	s->time -= before->time;
	analysis_subtract(&s->seen, &before->seen);
	reading_subtract(&s->port, &before->port);
}

static void *since(const void *now, const void *before)
{
	struct snapshot *s = malloc(sizeof(*s));

	if (!s)
		return NULL;
	*s = *(const struct snapshot *)now;
	if (before)
		subtract(s, before);
	return s;
}

/* By this host: what was lost on the way is the flows'. */
static uint64_t lost(const struct snapshot *s)
{
	struct xskpkt_stats sum;

	reading_sum(&sum, &s->port);
	return stats_lost(&sum);
}

/* What a flow has lost can be found again by a packet that is late, so a
 * step may be below 0. */
static int64_t flows_lost(const struct snapshot *s)
{
	return (int64_t)s->seen.flows.lost;
}

/* Text */

static void print_rate(FILE *out, const struct snapshot *s)
{
	double pps = per_second(s->seen.packets, s->time);
	double bps = 8 * per_second(s->seen.bytes, s->time);

	fprintf(out, "%s, %s", rate_format(pps, "pps").s,
		rate_format(bps, "bit/s").s);
}

static void print_head(FILE *out, void *arg, const void *last,
		       const void *whole)
{
	const struct snapshot *step = last, *all = whole;
	const struct rx *rx = arg;

	fprintf(out, "pktgen rx %s  %.0f s  ", rx->ifname, all->time);
	print_rate(out, step);
	fprintf(out, "  received %s  lost %s\n",
		count_format(all->seen.packets).s, count_format(lost(all)).s);
}

/* What the marks tell. */
static void print_flows(FILE *out, const struct snapshot *s)
{
	const struct tracker_counts *f = &s->seen.flows;

	fprintf(out, "%s marked packets of %s flows, %s unmarked packets\n",
		count_format(f->received).s, count_format(f->flows).s,
		count_format(s->seen.unmarked).s);
	if (flows_lost(s) > 0)
		print_count(out, f->lost,
			    "lost on the way: their numbers are missing");
	print_count(out, f->reordered, "reordered: behind a later one");
	print_count(out, f->duplicates, "duplicates");
	print_count(out, f->corrupt, "corrupt: mark or payload is damaged");
	print_count(out, s->seen.unchecked,
		    "whose payloads were not looked at: too many at once");
	print_count(out, f->stale,
		    "so late that it is not known what they are");
	print_count(out, f->untracked,
		    "of flows beyond --flows, of which only this is known");
}

static void print_table(FILE *out, void *arg, const void *last,
			const void *whole)
{
	const struct snapshot *step = last, *all = whole;
	const struct rx *rx = arg;

	fputc('\n', out);
	print_queues(out, DIRECTION_RX, &step->port, &all->port, step->time);
	fprintf(out, "\n%u threads, CPU %.0f%%, %.1f packets per poll\n",
		step->seen.workers,
		per_second(step->seen.cpu_ns, step->time) / 1e7,
		per_poll(&step->seen));
	print_losses(out, rx->ifname, &all->port);
	if (rx->unmarked)
		return;
	fputc('\n', out);
	print_flows(out, all);
	print_latency(out, "latency", &all->seen.latency);
}

static void print_explanation(FILE *out, void *arg, const void *now)
{
	const struct rx *rx = arg;

	(void)now;
	print_port(out, &rx->session);
}

static void print_line(FILE *out, void *arg, const void *at, const void *last)
{
	const struct snapshot *now = at, *step = last;
	const struct histogram *latency = &step->seen.latency;
	const struct rx *rx = arg;

	fprintf(out, "%7.1f s %s rx ", now->time, rx->ifname);
	print_rate(out, step);
	fprintf(out, "; lost %" PRIu64, lost(step));
	if (!rx->unmarked)
		fprintf(out, "; flows lost %" PRId64 " corrupt %" PRIu64,
			flows_lost(step), step->seen.flows.corrupt);
	if (histogram_count(latency))
		fprintf(out, "; latency p50 %s p99 %s",
			time_format((double)histogram_percentile(latency, 50))
				.s,
			time_format((double)histogram_percentile(latency, 99))
				.s);
	fputc('\n', out);
}

static void print_summary(FILE *out, void *arg, const void *whole,
			  const char *sentence)
{
	const struct snapshot *all = whole;
	struct rx *rx = arg;

	fprintf(out, "\npktgen rx %s: %.1f s, %s\n\n", rx->ifname, all->time,
		sentence);
	fprintf(out, "Received %s packets, %s bytes: ",
		count_format(all->seen.packets).s,
		count_format(all->seen.bytes).s);
	print_rate(out, all);
	fputc('\n', out);
	if (!rx->unmarked) {
		print_flows(out, all);
		print_latency(out, "latency", &all->seen.latency);
		print_worst(out, analyser_flows(rx->analyser), rx->flows_top);
	}
	if (!lost(all))
		fprintf(out, "Nothing was lost at %s.\n", rx->ifname);
	print_losses(out, rx->ifname, &all->port);
	print_port(out, &rx->session);
}

/* JSON */

static json_t *flows_json(const struct snapshot *s)
{
	const struct tracker_counts *f = &s->seen.flows;
	json_t *object = json_object();

	json_set_count(object, "flows", f->flows);
	json_set_count(object, "received", f->received);
	json_object_set_new(object, "lost", json_integer(flows_lost(s)));
	json_set_count(object, "reordered", f->reordered);
	json_set_count(object, "duplicates", f->duplicates);
	json_set_count(object, "corrupt", f->corrupt);
	json_set_count(object, "stale", f->stale);
	json_set_count(object, "untracked", f->untracked);
	return object;
}

static json_t *object_of(const char *type, const struct rx *rx, double time,
			 const struct snapshot *step)
{
	json_t *object =
		form_object(type, "rx", &rx->session, time, step->time);

	json_set_count(object, "packets", step->seen.packets);
	json_set_count(object, "bytes", step->seen.bytes);
	json_set_rate(object, "pps",
		      per_second(step->seen.packets, step->time));
	json_set_rate(object, "bps",
		      8 * per_second(step->seen.bytes, step->time));
	json_set_count(object, "unmarked", step->seen.unmarked);
	json_set_count(object, "unchecked", step->seen.unchecked);
	json_set_rate(object, "packets_per_poll", per_poll(&step->seen));
	json_set_count(object, "workers", step->seen.workers);
	json_set_rate(object, "cpu_percent",
		      per_second(step->seen.cpu_ns, step->time) / 1e7);
	json_object_set_new(object, "marked", flows_json(step));
	form_set_latency(object, "latency", &step->seen.latency);
	form_set_port(object, DIRECTION_RX, &step->port, step->time);
	return object;
}

static int write_interval(FILE *out, void *arg, const void *now,
			  const void *step)
{
	const struct snapshot *at = now;

	return json_write(object_of("interval", arg, at->time, step), out);
}

static int write_summary(FILE *out, void *arg, const void *all,
			 const char *reason)
{
	const struct snapshot *whole = all;
	struct rx *rx = arg;
	json_t *object = object_of("summary", rx, whole->time, whole);

	json_object_set_new(
		object, "worst",
		worst_json(analyser_flows(rx->analyser), rx->flows_top));
	form_set_end(object, reason, &rx->session);
	return json_write(object, out);
}

const struct report_style rx_style = {
	.take = take,
	.release = free,
	.since = since,
	.head = print_head,
	.table = print_table,
	.explain = print_explanation,
	.line = print_line,
	.json = write_interval,
	.summary = print_summary,
	.json_summary = write_summary,
};
