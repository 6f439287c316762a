// SPDX-License-Identifier: BSD-2-Clause
/* watch_json.c: what an interface carries, for programs: null is unknown */
#include <errno.h>
#include <stdlib.h>

#include "json.h"
#include "watch.h"

static void set_count(json_t *object, const char *key, uint64_t n)
{
	if (n == UNKNOWN)
		json_object_set_new(object, key, json_null());
	else
		json_set_count(object, key, n);
}

/* Negative is unknown. */
static void set_rate(json_t *object, const char *key, double rate)
{
	if (rate < 0)
		json_object_set_new(object, key, json_null());
	else
		json_set_rate(object, key, rate);
}

static void set_number(json_t *object, const char *key, int32_t n)
{
	json_object_set_new(object, key, n < 0 ? json_null() : json_integer(n));
}

static void set_counts(json_t *object, const struct xskpkt_nic_counts *c,
		       const struct sample *step)
{
	set_count(object, "rx_packets", c->rx_packets);
	set_count(object, "rx_bytes", c->rx_bytes);
	set_count(object, "rx_drops", c->rx_drops);
	set_rate(object, "rx_pps", watch_rate(c->rx_packets, step));
	set_count(object, "tx_packets", c->tx_packets);
	set_count(object, "tx_bytes", c->tx_bytes);
	set_count(object, "tx_drops", c->tx_drops);
	set_rate(object, "tx_pps", watch_rate(c->tx_packets, step));
}

static json_t *lane_json(const struct lane_sample *l, const struct sample *step)
{
	json_t *object = json_object();

	json_set_count(object, "queue", l->queue);
	json_set_text(object, "direction", l->direction);
	set_counts(object, &l->counts, step);
	set_number(object, "irq", l->irq);
	set_count(object, "irqs", l->irqs);
	set_rate(object, "irq_rate", watch_rate(l->irqs, step));
	set_rate(object, "packets_per_irq", watch_per_irq(l));
	set_number(object, "cpu", l->cpu);
	set_rate(object, "cpu_percent", watch_load(l));
	return object;
}

static json_t *unknown_json(const struct sample *step)
{
	struct watch_gap gaps[WATCH_GAPS];
	json_t *object = json_object();

	watch_gaps(gaps, step);
	for (struct watch_gap *g = gaps; g->what; g++)
		json_set_text(object, g->key, g->reason);
	return object;
}

static json_t *step_json(const char *type, const struct watch *w, double time,
			 const struct sample *step)
{
	json_t *object = json_object(), *queues = json_array();
	const char *source = watch_source(step);

	json_set_text(object, "type", type);
	json_set_text(object, "interface", w->ifname);
	json_set_rate(object, "time", time);
	json_set_rate(object, "interval", step->time);
	set_counts(object, &step->whole, step);
	json_object_set_new(object, "source",
			    *source ? json_string(source) : json_null());
	for (unsigned i = 0; i < step->lane_count; i++)
		json_array_append_new(queues, lane_json(&step->lanes[i], step));
	json_object_set_new(object, "queues", queues);
	json_object_set_new(object, "unknown", unknown_json(step));
	return object;
}

int watch_json(FILE *out, void *arg, const void *now, const void *step)
{
	struct sample *all = sample_since(now, NULL);
	double time = all ? all->time : 0;

	free(all);
	return json_write(step_json("interval", arg, time, step), out);
}

int watch_json_summary(FILE *out, void *arg, const void *all,
		       const char *reason)
{
	struct sample *s = sample_since(all, NULL);
	json_t *object;

	if (!s)
		return -ENOMEM;
	object = step_json("summary", arg, s->time, s);
	json_set_text(object, "reason", reason);
	free(s);
	return json_write(object, out);
}
