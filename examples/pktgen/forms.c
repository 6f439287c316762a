// SPDX-License-Identifier: BSD-2-Clause
/* forms.c: what the reports of several commands have in common */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "port_text.h"
#include "rate.h"
#include "table.h"

/* "1.23M" for a table. */
#define RATE(value) rate_format(value, "").s

static uint64_t packets_of(const struct xskpkt_stats *s, enum direction d)
{
	return d == DIRECTION_RX ? s->rx_packets : s->tx_packets;
}

static uint64_t bytes_of(const struct xskpkt_stats *s, enum direction d)
{
	return d == DIRECTION_RX ? s->rx_bytes : s->tx_bytes;
}

static uint64_t wakeups_of(const struct xskpkt_stats *s)
{
	return s->tx_wakeups + s->rx_wakeups + s->waits;
}

/* Text */

void print_queues(FILE *out, enum direction direction,
		  const struct reading *step, const struct reading *since,
		  double seconds)
{
	static const char *const titles[] = { "<QUEUE", "<MODE", ">pps",
					      ">bit/s", ">LOST", ">WAKES/s" };
	struct table *t =
		table_create(titles, sizeof(titles) / sizeof(titles[0]));

	for (unsigned i = 0; t && i < step->count; i++) {
		const struct queue_reading *q = &step->queues[i];
		uint64_t packets = packets_of(&q->stats, direction);
		uint64_t bytes = bytes_of(&q->stats, direction);

		table_cell(t, "%u", q->id);
		table_cell(t, "%s",
			   strcmp(step->state, "up") ? step->state
						     : mode_name(q->mode));
		table_cell(t, "%s", RATE(per_second(packets, seconds)));
		table_cell(t, "%s", RATE(8 * per_second(bytes, seconds)));
		table_cell(t, "%s",
			   RATE((double)stats_lost(&since->queues[i].stats)));
		table_cell(t, "%s",
			   RATE(per_second(wakeups_of(&q->stats), seconds)));
	}
	if (t && step->count)
		table_print(t, out);
	table_destroy(t);
}

void print_losses(FILE *out, const char *ifname, const struct reading *since)
{
	for (unsigned i = 0; i < since->count; i++)
		for (enum loss l = 0; l < LOSSES; l++) {
			const struct queue_reading *q = &since->queues[i];
			uint64_t n = loss_count(&q->stats, l);

			if (n)
				fprintf(out, "  %s queue %u: %s %s\n", ifname,
					q->id, count_format(n).s,
					loss_names[l].what);
		}
}

void print_count(FILE *out, uint64_t n, const char *what)
{
	if (n)
		fprintf(out, "  %s %s\n", count_format(n).s, what);
}

void print_latency(FILE *out, const char *what, const struct histogram *h)
{
	fprintf(out, "%s", what);
	if (!histogram_count(h)) {
		fputs(": none measured\n", out);
		return;
	}
	fprintf(out, ": min %s", time_format((double)histogram_min(h)).s);
	for (unsigned i = 0; i < HISTOGRAM_QUANTILES; i++) {
		const struct histogram_quantile *q = &histogram_quantiles[i];
		uint64_t ns = histogram_percentile(h, q->percent);

		fprintf(out, "  %s %s", q->name, time_format((double)ns).s);
	}
	fprintf(out, "  max %s\n", time_format((double)histogram_max(h)).s);
}

void print_port(FILE *out, const struct session *s)
{
	char *text = port_explanation(s->port);

	if (text)
		fputs(text, out);
	free(text);
}

/* JSON */

json_t *form_object(const char *type, const char *command,
		    const struct session *s, double time, double seconds)
{
	json_t *object = json_object();

	json_set_text(object, "type", type);
	json_set_text(object, "command", command);
	json_set_text(object, "interface", s->ifname);
	json_set_rate(object, "time", time);
	json_set_rate(object, "seconds", seconds);
	return object;
}

static json_t *losses_json(const struct xskpkt_stats *s)
{
	json_t *object = json_object();

	for (enum loss l = 0; l < LOSSES; l++)
		json_set_count(object, loss_names[l].key, loss_count(s, l));
	return object;
}

static json_t *queue_json(const struct queue_reading *q, enum direction d,
			  double seconds)
{
	json_t *object = json_object();
	uint64_t packets = packets_of(&q->stats, d);
	uint64_t bytes = bytes_of(&q->stats, d);

	json_set_count(object, "queue", q->id);
	json_set_text(object, "mode", mode_name(q->mode));
	json_set_count(object, "packets", packets);
	json_set_count(object, "bytes", bytes);
	json_set_rate(object, "pps", per_second(packets, seconds));
	json_set_rate(object, "bps", 8 * per_second(bytes, seconds));
	json_set_count(object, "wakeups", wakeups_of(&q->stats));
	json_object_set_new(object, "lost", losses_json(&q->stats));
	return object;
}

void form_set_port(json_t *object, enum direction direction,
		   const struct reading *step, double seconds)
{
	json_t *queues = json_array();
	struct xskpkt_stats sum;

	reading_sum(&sum, step);
	for (unsigned i = 0; i < step->count; i++)
		json_array_append_new(queues, queue_json(&step->queues[i],
							 direction, seconds));
	json_set_text(object, "state", step->state);
	json_object_set_new(object, "lost", losses_json(&sum));
	json_object_set_new(object, "queues", queues);
}

static json_t *latency_json(const struct histogram *h)
{
	json_t *object = json_object();

	json_set_count(object, "count", histogram_count(h));
	json_set_count(object, "min", histogram_min(h));
	json_set_rate(object, "mean", histogram_mean(h));
	for (unsigned i = 0; i < HISTOGRAM_QUANTILES; i++)
		json_set_count(object, histogram_quantiles[i].name,
			       histogram_percentile(
				       h, histogram_quantiles[i].percent));
	json_set_count(object, "max", histogram_max(h));
	return object;
}

void form_set_latency(json_t *object, const char *key,
		      const struct histogram *h)
{
	json_object_set_new(object, key,
			    histogram_count(h) ? latency_json(h) : json_null());
}

void form_set_end(json_t *object, const char *reason, const struct session *s)
{
	char *text = port_explanation(s->port);

	json_set_text(object, "reason", reason);
	json_object_set_new(object, "explain", json_lines(text ? text : ""));
	free(text);
}
