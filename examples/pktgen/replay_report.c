// SPDX-License-Identifier: BSD-2-Clause
/* replay_report.c: what pktgen replay has to tell, in each form */
#include <inttypes.h>
#include <stdlib.h>

#include "clock.h"
#include "forms.h"
#include "rate.h"
#include "replay.h"

struct snapshot {
	double time; /* seconds since the start; of a step: how long it was */
	struct replayer_counts sent;
	struct reading port;
};

static void *take(void *arg)
{
	struct snapshot *s = malloc(sizeof(*s));
	struct replay *r = arg;

	if (!s)
		return NULL;
	s->time = (double)(now_ns() - r->started) / 1e9;
	replayer_read(r->replayer, &s->sent);
	reading_take(&r->port, r->session.port);
	s->port = r->port;
	return s;
}

static void *since(const void *now, const void *before)
{
	struct snapshot *s = malloc(sizeof(*s));
	const struct snapshot *b = before;

	if (!s)
		return NULL;
	*s = *(const struct snapshot *)now;
	if (!b)
		return s;
	s->time -= b->time;
	s->sent.packets -= b->sent.packets;
	s->sent.bytes -= b->sent.bytes;
	s->sent.full -= b->sent.full;
	s->sent.cpu_ns -= b->sent.cpu_ns;
	reading_subtract(&s->port, &b->port);
	return s;
}

static double pps(const struct snapshot *step)
{
	return per_second(step->sent.packets, step->time);
}

static double bps(const struct snapshot *step)
{
	return 8 * per_second(step->sent.bytes, step->time);
}

static double cpu_percent(const struct snapshot *step)
{
	return per_second(step->sent.cpu_ns, step->time) / 1e7;
}

static uint64_t lost(const struct snapshot *s)
{
	struct xskpkt_stats sum;

	reading_sum(&sum, &s->port);
	return stats_lost(&sum);
}

/* For people */

static void print_head(FILE *out, void *arg, const void *last,
		       const void *whole)
{
	const struct snapshot *step = last, *all = whole;
	const struct replay *r = arg;

	fprintf(out, "pktgen replay %s  %.0f s  tx %s %s  lost %s\n", r->ifname,
		all->time, rate_format(pps(step), "pps").s,
		rate_format(bps(step), "bit/s").s, count_format(lost(all)).s);
}

static void print_sent(FILE *out, const struct replay *r,
		       const struct snapshot *all)
{
	fprintf(out, "Sent %s packets, %s bytes; rounds complete: %s\n",
		count_format(all->sent.packets).s,
		count_format(all->sent.bytes).s,
		count_format(all->sent.rounds).s);
	if (!r->max)
		print_latency(out, "late", replayer_lateness(r->replayer));
}

static void print_table(FILE *out, void *arg, const void *last,
			const void *whole)
{
	const struct snapshot *step = last, *all = whole;
	const struct replay *r = arg;

	fprintf(out, "\n%s: %s packets\n", r->recording.name,
		count_format(r->recording.count).s);
	print_sent(out, r, all);
	fputs("\n", out);
	print_queues(out, DIRECTION_TX, &step->port, &all->port, step->time);
	fprintf(out, "\nCPU %.0f%%; waited for the ring %s times\n",
		cpu_percent(step), count_format(all->sent.full).s);
	print_losses(out, r->ifname, &all->port);
}

static void print_line(FILE *out, void *arg, const void *at, const void *last)
{
	const struct snapshot *now = at, *step = last;
	const struct replay *r = arg;

	fprintf(out, "%7.1f s %s tx %s %s; lost %" PRIu64 "\n", now->time,
		r->ifname, rate_format(pps(step), "pps").s,
		rate_format(bps(step), "bit/s").s, lost(step));
}

static void print_explanation(FILE *out, void *arg, const void *now)
{
	const struct replay *r = arg;

	(void)now;
	fputs("\n", out);
	print_port(out, &r->session);
}

static void print_file(FILE *out, const struct replay *r)
{
	const struct recording *rec = &r->recording;

	fprintf(out, "%s: %s packets\n", rec->name, count_format(rec->read).s);
	if (rec->cut)
		fprintf(out, "  %s were cut by a snap length: %s\n",
			count_format(rec->cut).s,
			r->file.pad ? "padded with zeros" : "left out");
	if (rec->too_long)
		fprintf(out, "  %s were too long for %s: left out\n",
			count_format(rec->too_long).s, r->ifname);
	if (rec->too_short)
		fprintf(out, "  %s had no Ethernet header: left out\n",
			count_format(rec->too_short).s);
	if (rec->backwards)
		fprintf(out, "  %s were earlier than the one before\n",
			count_format(rec->backwards).s);
}

static void print_summary(FILE *out, void *arg, const void *whole,
			  const char *sentence)
{
	const struct snapshot *all = whole;
	const struct replay *r = arg;
	uint64_t n = lost(all);

	fprintf(out, "\npktgen replay: %.1f s, %s\n\n", all->time, sentence);
	print_file(out, r);
	print_sent(out, r, all);
	fprintf(out, "On average %s, %s\n", rate_format(pps(all), "pps").s,
		rate_format(bps(all), "bit/s").s);
	if (n)
		fprintf(out, "\n%s packets were lost:\n", count_format(n).s);
	else
		fputs("\nNothing was lost.\n", out);
	print_losses(out, r->ifname, &all->port);
	print_explanation(out, arg, whole);
}

/* For programs */

static json_t *report_json(const char *type, const struct replay *r,
			   double time, const struct snapshot *step)
{
	json_t *object =
		form_object(type, "replay", &r->session, time, step->time);

	json_set_count(object, "packets", step->sent.packets);
	json_set_count(object, "bytes", step->sent.bytes);
	json_set_rate(object, "pps", pps(step));
	json_set_rate(object, "bps", bps(step));
	json_set_count(object, "rounds", step->sent.rounds);
	form_set_latency(object, "late", replayer_lateness(r->replayer));
	json_set_count(object, "ring_full", step->sent.full);
	json_set_rate(object, "cpu_percent", cpu_percent(step));
	form_set_port(object, DIRECTION_TX, &step->port, step->time);
	return object;
}

static int write_interval(FILE *out, void *arg, const void *at,
			  const void *last)
{
	const struct snapshot *now = at;

	return json_write(report_json("interval", arg, now->time, last), out);
}

static json_t *file_json(const struct recording *rec)
{
	json_t *object = json_object();

	json_set_text(object, "name", rec->name);
	json_set_count(object, "packets", rec->read);
	json_set_count(object, "cut", rec->cut);
	json_set_count(object, "too_long", rec->too_long);
	json_set_count(object, "too_short", rec->too_short);
	json_set_count(object, "backwards", rec->backwards);
	return object;
}

static int write_summary(FILE *out, void *arg, const void *whole,
			 const char *reason)
{
	const struct snapshot *all = whole;
	const struct replay *r = arg;
	json_t *object = report_json("summary", r, all->time, all);

	json_object_set_new(object, "file", file_json(&r->recording));
	form_set_end(object, reason, &r->session);
	return json_write(object, out);
}

const struct report_style replay_style = {
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
