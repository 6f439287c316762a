// SPDX-License-Identifier: BSD-2-Clause
/* capture_report.c: what pktgen capture has to tell, in each form */
#include <inttypes.h>
#include <stdlib.h>

#include "capture.h"
#include "clock.h"
#include "forms.h"
#include "rate.h"

void capture_count(struct capture *c, struct capture_counts *ret)
{
	ret->time = (double)(now_ns() - c->started) / 1e9;
	collector_read(c->collector, &ret->got);
	ret->written = writer_read(c->writer);
	reading_take(&c->port, c->session.port);
	ret->port = c->port;
}

uint64_t capture_lost_by_kernel(const struct capture_counts *s)
{
	struct xskpkt_stats sum;

	reading_sum(&sum, &s->port);
	return stats_lost(&sum);
}

static void *take(void *arg)
{
	struct capture_counts *s = malloc(sizeof(*s));

	if (s)
		capture_count(arg, s);
	return s;
}

static void *since(const void *now, const void *before)
{
	struct capture_counts *s = malloc(sizeof(*s));
	const struct capture_counts *b = before;

	if (!s)
		return NULL;
	*s = *(const struct capture_counts *)now;
	if (!b)
		return s;
	s->time -= b->time;
	s->got.packets -= b->got.packets;
	s->got.bytes -= b->got.bytes;
	s->got.missed -= b->got.missed;
	s->got.cpu_ns -= b->got.cpu_ns;
	s->written.packets -= b->written.packets;
	s->written.bytes -= b->written.bytes;
	reading_subtract(&s->port, &b->port);
	return s;
}

static double pps(const struct capture_counts *step)
{
	return per_second(step->got.packets, step->time);
}

static double bps(const struct capture_counts *step)
{
	return 8 * per_second(step->got.bytes, step->time);
}

static double cpu_percent(const struct capture_counts *step)
{
	return per_second(step->got.cpu_ns, step->time) / 1e7;
}

static uint64_t lost(const struct capture_counts *s)
{
	return capture_lost_by_kernel(s) + s->got.missed;
}

/* For people */

static void print_head(FILE *out, void *arg, const void *last,
		       const void *whole)
{
	const struct capture_counts *step = last, *all = whole;
	const struct capture *c = arg;

	fprintf(out, "pktgen capture %s  %.0f s  rx %s %s  lost %s\n",
		c->ifname, all->time, rate_format(pps(step), "pps").s,
		rate_format(bps(step), "bit/s").s, count_format(lost(all)).s);
}

static void print_file(FILE *out, const struct capture *c,
		       const struct capture_counts *all)
{
	fprintf(out, "%s: %s packets, %s bytes\n", c->file.name,
		count_format(all->written.packets).s,
		count_format(all->written.bytes).s);
}

static void print_lost(FILE *out, const struct capture *c,
		       const struct capture_counts *all)
{
	print_losses(out, c->ifname, &all->port);
	if (all->got.missed)
		fprintf(out,
			"  %s were received while the buffer was full: the "
			"disk or the reader is too slow; see --buffer\n",
			count_format(all->got.missed).s);
}

static void print_table(FILE *out, void *arg, const void *last,
			const void *whole)
{
	const struct capture_counts *step = last, *all = whole;
	const struct capture *c = arg;

	fputs("\n", out);
	print_file(out, c, all);
	fputs("\n", out);
	print_queues(out, DIRECTION_RX, &step->port, &all->port, step->time);
	fprintf(out, "\nCPU %.0f%%\n", cpu_percent(step));
	if (lost(all))
		fputs("\nLost, by cause:\n", out);
	print_lost(out, c, all);
}

static void print_line(FILE *out, void *arg, const void *at, const void *last)
{
	const struct capture_counts *now = at, *step = last;
	const struct capture *c = arg;

	fprintf(out,
		"%7.1f s %s rx %s %s; lost %" PRIu64 "; file %" PRIu64
		" packets, %s\n",
		now->time, c->ifname, rate_format(pps(step), "pps").s,
		rate_format(bps(step), "bit/s").s, lost(step),
		now->written.packets,
		rate_format((double)now->written.bytes, "B").s);
}

static void print_explanation(FILE *out, void *arg, const void *now)
{
	const struct capture *c = arg;

	(void)now;
	fputs("\n", out);
	print_port(out, &c->session);
}

/* Received, and neither written nor lost: what came after the last one, or
 * what could not be written. */
static void print_rest(FILE *out, const struct capture_counts *all)
{
	uint64_t rest =
		all->got.packets - all->got.missed - all->written.packets;

	if (rest && all->written.full)
		fprintf(out, "%s more came before it stopped\n",
			count_format(rest).s);
	else if (rest)
		fprintf(out, "%s packets could not be written\n",
			count_format(rest).s);
}

static void print_summary(FILE *out, void *arg, const void *whole,
			  const char *sentence)
{
	const struct capture_counts *all = whole;
	const struct capture *c = arg;
	uint64_t n = lost(all);

	fprintf(out, "\npktgen capture: %.1f s, %s\n\n", all->time, sentence);
	fprintf(out, "%s: received %s packets, %s bytes; %s, %s\n", c->ifname,
		count_format(all->got.packets).s,
		count_format(all->got.bytes).s, rate_format(pps(all), "pps").s,
		rate_format(bps(all), "bit/s").s);
	print_file(out, c, all);
	print_rest(out, all);
	if (n)
		fprintf(out, "\n%s packets were lost:\n", count_format(n).s);
	else
		fputs("\nNothing was lost.\n", out);
	print_lost(out, c, all);
	print_explanation(out, arg, whole);
}

/* For programs */

static json_t *report_json(const char *type, const struct capture *c,
			   double time, const struct capture_counts *step)
{
	json_t *object =
		form_object(type, "capture", &c->session, time, step->time);

	json_set_count(object, "packets", step->got.packets);
	json_set_count(object, "bytes", step->got.bytes);
	json_set_rate(object, "pps", pps(step));
	json_set_rate(object, "bps", bps(step));
	json_set_count(object, "written_packets", step->written.packets);
	json_set_count(object, "written_bytes", step->written.bytes);
	json_set_count(object, "missed", step->got.missed);
	json_set_count(object, "workers", step->got.workers);
	json_set_rate(object, "cpu_percent", cpu_percent(step));
	form_set_port(object, DIRECTION_RX, &step->port, step->time);
	return object;
}

static int write_interval(FILE *out, void *arg, const void *at,
			  const void *last)
{
	const struct capture_counts *now = at;

	return json_write(report_json("interval", arg, now->time, last), out);
}

static int write_summary(FILE *out, void *arg, const void *whole,
			 const char *reason)
{
	const struct capture_counts *all = whole;
	const struct capture *c = arg;
	json_t *object = report_json("summary", c, all->time, all);

	json_set_text(object, "file", c->file.name);
	form_set_end(object, reason, &c->session);
	return json_write(object, out);
}

const struct report_style capture_style = {
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
