// SPDX-License-Identifier: BSD-2-Clause
/* tx_report.c: what pktgen tx tells */
#include <inttypes.h>
#include <stdlib.h>

#include "clock.h"
#include "forms.h"
#include "rate.h"
#include "tx.h"

struct snapshot {
	double time; /* seconds since the start */
	struct generator_counts sent;
	struct reading port;
};

/* Taking */

/* Since the first thread sends, as far as that is known. */
static double seconds(const struct tx *tx, uint64_t began)
{
	uint64_t now = tx->ended ?: now_ns();

	if (began < tx->started)
		began = tx->started;
	return now > began ? (double)(now - began) / 1e9 : 0;
}

static void *take(void *arg)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	struct tx *tx = arg;

	if (!s)
		return NULL;
	tx->engine->read(tx->running, &s->sent);
	s->time = seconds(tx, s->sent.began);
	reading_take(&tx->last, tx->session.port);
	s->port = tx->last;
	return s;
}

static void subtract(struct snapshot *s, const struct snapshot *before)
{
	s->time -= before->time;
	s->sent.packets -= before->sent.packets;
	s->sent.bytes -= before->sent.bytes;
	s->sent.full -= before->sent.full;
	s->sent.behind -= before->sent.behind;
	s->sent.unsent -= before->sent.unsent;
	s->sent.dropped -= before->sent.dropped;
	s->sent.cpu_ns -= before->sent.cpu_ns;
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

static uint64_t lost(const struct snapshot *s)
{
	struct xskpkt_stats sum;

	reading_sum(&sum, &s->port);
	return stats_lost(&sum) + s->sent.unsent + s->sent.dropped;
}

/* Text */

/* "2.50 Mpps, 1.28 Gbit/s" */
static void print_rate(FILE *out, const struct snapshot *s)
{
	double pps = per_second(s->sent.packets, s->time);
	double bps = 8 * per_second(s->sent.bytes, s->time);

	fprintf(out, "%s, %s", rate_format(pps, "pps").s,
		rate_format(bps, "bit/s").s);
}

static void print_asked(FILE *out, const struct pace_rate *rate)
{
	if (rate->pps > 0)
		fprintf(out, " of %s", rate_format(rate->pps, "pps").s);
	else if (rate->bps > 0)
		fprintf(out, " of %s", rate_format(rate->bps, "bit/s").s);
}

static void print_head(FILE *out, void *arg, const void *last,
		       const void *whole)
{
	const struct snapshot *step = last, *all = whole;
	const struct tx *tx = arg;

	fprintf(out, "pktgen tx %s  %.0f s  ", tx->ifname, all->time);
	print_rate(out, step);
	print_asked(out, &tx->rate);
	fprintf(out, "  sent %s  lost %s\n", count_format(all->sent.packets).s,
		count_format(lost(all)).s);
}

/* What is no loss, and yet not as it was asked for. */
static void print_behind(FILE *out, const struct generator_counts *sent)
{
	if (sent->behind)
		fprintf(out,
			"%s packets were not made: it is too slow for the "
			"rate\n",
			count_format(sent->behind).s);
	if (sent->unsent)
		fprintf(out,
			"%s packets were made, and not taken by a full "
			"TX ring\n",
			count_format(sent->unsent).s);
	if (sent->dropped)
		fprintf(out,
			"%s packets were dropped by the interface: what it "
			"sends to is too slow\n",
			count_format(sent->dropped).s);
}

static void print_table(FILE *out, void *arg, const void *last,
			const void *whole)
{
	const struct snapshot *step = last, *all = whole;
	const struct tx *tx = arg;
	char text[128];

	fprintf(out, "%s\n\n", pattern_text(&tx->pattern, text, sizeof(text)));
	print_queues(out, DIRECTION_TX, &step->port, &all->port, step->time);
	fprintf(out, "\n%u threads, CPU %.0f%%\n", step->sent.workers,
		per_second(step->sent.cpu_ns, step->time) / 1e7);
	print_behind(out, &all->sent);
	print_losses(out, tx->ifname, &all->port);
}

static void print_explanation(FILE *out, void *arg, const void *now)
{
	const struct tx *tx = arg;

	(void)now;
	print_port(out, &tx->session);
}

static void print_line(FILE *out, void *arg, const void *at, const void *last)
{
	const struct snapshot *now = at, *step = last;
	const struct tx *tx = arg;

	fprintf(out, "%7.1f s %s tx ", now->time, tx->ifname);
	print_rate(out, step);
	print_asked(out, &tx->rate);
	fprintf(out, "; behind %" PRIu64 "; lost %" PRIu64 "\n",
		step->sent.behind, lost(step));
}

static void print_summary(FILE *out, void *arg, const void *whole,
			  const char *sentence)
{
	const struct snapshot *all = whole;
	struct tx *tx = arg;
	char text[128];

	fprintf(out, "\npktgen tx %s: %.1f s, %s\n%s\n\n", tx->ifname,
		all->time, sentence,
		pattern_text(&tx->pattern, text, sizeof(text)));
	fprintf(out, "Sent %s packets, %s bytes: ",
		count_format(all->sent.packets).s,
		count_format(all->sent.bytes).s);
	print_rate(out, all);
	print_asked(out, &tx->rate);
	fputc('\n', out);
	print_behind(out, &all->sent);
	if (!lost(all))
		fprintf(out, "Nothing was lost on the way out.\n");
	print_losses(out, tx->ifname, &all->port);
	print_port(out, &tx->session);
}

/* JSON */

static json_t *object_of(const char *type, const struct tx *tx, double time,
			 const struct snapshot *step)
{
	json_t *object =
		form_object(type, "tx", &tx->session, time, step->time);

	json_set_text(object, "engine", tx->engine->name);
	json_set_count(object, "packets", step->sent.packets);
	json_set_count(object, "bytes", step->sent.bytes);
	json_set_rate(object, "pps",
		      per_second(step->sent.packets, step->time));
	json_set_rate(object, "bps",
		      8 * per_second(step->sent.bytes, step->time));
	json_set_count(object, "behind", step->sent.behind);
	json_set_count(object, "unsent", step->sent.unsent);
	json_set_count(object, "dropped", step->sent.dropped);
	json_set_count(object, "ring_full", step->sent.full);
	json_set_count(object, "workers", step->sent.workers);
	json_set_rate(object, "cpu_percent",
		      per_second(step->sent.cpu_ns, step->time) / 1e7);
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
	const struct tx *tx = arg;
	json_t *object = object_of("summary", tx, whole->time, whole);
	char text[128];

	json_set_text(object, "pattern",
		      pattern_text(&tx->pattern, text, sizeof(text)));
	form_set_end(object, reason, &tx->session);
	return json_write(object, out);
}

const struct report_style tx_style = {
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
