// SPDX-License-Identifier: BSD-2-Clause
/* ping_report.c: what pktgen ping tells */
#include <inttypes.h>
#include <stdlib.h>

#include "clock.h"
#include "forms.h"
#include "ping.h"
#include "rate.h"

struct snapshot {
	double time; /* seconds since the start */
	uint64_t sent;
	struct analysis seen;
	struct reading port;
};

/* Taking */

static void *take(void *arg)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	struct ping *ping = arg;

	if (!s)
		return NULL;
	s->time = (double)(now_ns() - ping->started) / 1e9;
	s->sent = pinger_sent(ping->pinger);
	analyser_read(ping->analyser, &s->seen);
	reading_take(&ping->last, ping->session.port);
	s->port = ping->last;
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
	s->sent -= b->sent;
	analysis_subtract(&s->seen, &b->seen);
	reading_subtract(&s->port, &b->port);
	return s;
}

static uint64_t answered(const struct snapshot *s)
{
	return s->seen.flows.received;
}

/* At an interval some are on their way; and some of the one before are back. */
static int64_t unanswered(const struct snapshot *s)
{
	return (int64_t)(s->sent - answered(s));
}

/* Text */

static void print_head(FILE *out, void *arg, const void *last,
		       const void *whole)
{
	const struct snapshot *step = last, *all = whole;
	const struct ping *ping = arg;

	fprintf(out, "pktgen ping %s  %.0f s  %s  sent %s  answered %s\n",
		ping->ifname, all->time,
		rate_format(per_second(step->sent, step->time), "pps").s,
		count_format(all->sent).s, count_format(answered(all)).s);
}

static void print_oddities(FILE *out, const struct snapshot *s)
{
	const struct tracker_counts *f = &s->seen.flows;

	print_count(out, s->seen.late, "answers later than --timeout");
	print_count(out, f->duplicates, "answers that came twice");
	print_count(out, f->reordered, "answers behind a later one");
	print_count(out, f->corrupt, "answers damaged");
	print_count(out, s->seen.unmarked, "other packets arrived");
}

static void print_table(FILE *out, void *arg, const void *last,
			const void *whole)
{
	const struct snapshot *step = last, *all = whole;
	const struct ping *ping = arg;

	fputc('\n', out);
	print_latency(out, "last", &step->seen.latency);
	print_latency(out, "all ", &all->seen.latency);
	print_oddities(out, all);
	print_losses(out, ping->ifname, &all->port);
}

static void print_explanation(FILE *out, void *arg, const void *now)
{
	const struct ping *ping = arg;

	(void)now;
	print_port(out, &ping->session);
}

static void print_line(FILE *out, void *arg, const void *at, const void *last)
{
	const struct snapshot *now = at, *step = last;
	const struct ping *ping = arg;
	char what[80];

	snprintf(what, sizeof(what),
		 "%7.1f s %s ping sent %" PRIu64 " answered %" PRIu64,
		 now->time, ping->ifname, step->sent, answered(step));
	print_latency(out, what, &step->seen.latency);
}

static void print_summary(FILE *out, void *arg, const void *whole,
			  const char *sentence)
{
	const struct snapshot *all = whole;
	const struct ping *ping = arg;
	char text[128];
	double part = 0;

	if (all->sent)
		part = 100 * (double)unanswered(all) / (double)all->sent;
	fprintf(out, "\npktgen ping %s: %.1f s, %s\n%s\n\n", ping->ifname,
		all->time, sentence,
		pattern_text(&ping->pattern, text, sizeof(text)));
	fprintf(out, "Sent %s, answered %s, lost %s (%.3g%%)\n",
		count_format(all->sent).s, count_format(answered(all)).s,
		count_format(all->sent - answered(all)).s, part);
	print_latency(out, "round trip", &all->seen.latency);
	print_oddities(out, all);
	print_losses(out, ping->ifname, &all->port);
	print_port(out, &ping->session);
}

/* JSON */

static json_t *object_of(const char *type, const struct ping *ping, double time,
			 const struct snapshot *step)
{
	json_t *object =
		form_object(type, "ping", &ping->session, time, step->time);

	json_set_count(object, "sent", step->sent);
	json_set_count(object, "answered", answered(step));
	json_object_set_new(object, "unanswered",
			    json_integer(unanswered(step)));
	json_set_count(object, "late", step->seen.late);
	json_set_count(object, "duplicates", step->seen.flows.duplicates);
	json_set_count(object, "reordered", step->seen.flows.reordered);
	json_set_count(object, "corrupt", step->seen.flows.corrupt);
	json_set_count(object, "unmarked", step->seen.unmarked);
	form_set_latency(object, "round_trip", &step->seen.latency);
	form_set_port(object, DIRECTION_TX, &step->port, step->time);
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
	const struct ping *ping = arg;
	json_t *object = object_of("summary", ping, whole->time, whole);
	char text[128];

	json_set_text(object, "pattern",
		      pattern_text(&ping->pattern, text, sizeof(text)));
	form_set_end(object, reason, &ping->session);
	return json_write(object, out);
}

const struct report_style ping_style = {
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
