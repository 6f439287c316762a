// SPDX-License-Identifier: BSD-2-Clause
/* json_report.c: reports for programs: one object per interval, and a last */
#include <errno.h>
#include <stdlib.h>

#include "forms.h"
#include "json.h"
#include "port_text.h"

static void add_losses(json_t *object, const uint64_t *n)
{
	json_t *lost = json_object();

	for (unsigned i = LOST_FIRST; i <= LOST_LAST; i++)
		json_set_count(lost, number_names[i].key, n[i]);
	json_object_set_new(object, "lost", lost);
}

static void add_numbers(json_t *object, const uint64_t *n)
{
	for (unsigned i = 0; i < NUMBERS; i++)
		if (i < LOST_FIRST || i > LOST_LAST)
			json_set_count(object, number_names[i].key, n[i]);
	add_losses(object, n);
}

static void add_rates(json_t *object, const uint64_t *n,
		      const struct snapshot *step)
{
	json_set_rate(object, "rx_pps", per_second(n[RX_PACKETS], step));
	json_set_rate(object, "rx_bps", 8 * per_second(n[RX_BYTES], step));
	json_set_rate(object, "tx_pps", per_second(n[TX_PACKETS], step));
	json_set_rate(object, "tx_bps", 8 * per_second(n[TX_BYTES], step));
}

static json_t *lane_json(const struct lane_numbers *lane,
			 const struct snapshot *step)
{
	json_t *object = json_object();

	json_set_count(object, "queue", lane->queue);
	json_set_text(object, "mode", mode_name(lane->mode));
	if (lane->worker >= 0)
		json_set_count(object, "worker", (uint64_t)lane->worker);
	else
		json_object_set_new(object, "worker", json_null());
	add_numbers(object, lane->n);
	add_rates(object, lane->n, step);
	json_set_rate(object, "packets_per_poll", per_poll(lane->n));
	return object;
}

static json_t *port_json(const struct port_numbers *port,
			 const struct snapshot *step)
{
	json_t *object = json_object(), *queues = json_array();

	json_set_text(object, "name", port->name);
	json_set_text(object, "state", port->state);
	json_set_count(object, "reopened", port->reopened);
	for (unsigned i = 0; i < port->lane_count; i++)
		json_array_append_new(queues, lane_json(&port->lanes[i], step));
	json_object_set_new(object, "queues", queues);
	return object;
}

static json_t *ports_json(const struct snapshot *step)
{
	json_t *ports = json_array();

	for (unsigned i = 0; i < step->port_count; i++)
		json_array_append_new(ports, port_json(&step->ports[i], step));
	return ports;
}

static json_t *workers_json(const struct snapshot *step)
{
	json_t *workers = json_array();

	for (unsigned i = 0; i < step->worker_count; i++) {
		json_t *worker = json_object();

		json_set_count(worker, "worker", i);
		json_set_rate(worker, "cpu_percent", cpu_percent(step, (int)i));
		json_array_append_new(workers, worker);
	}
	return workers;
}

static json_t *total_json(const struct snapshot *step)
{
	json_t *object = json_object();
	uint64_t n[NUMBERS];

	for (unsigned i = 0; i < NUMBERS; i++)
		n[i] = snapshot_sum(step, (enum number)i);
	add_numbers(object, n);
	add_rates(object, n, step);
	return object;
}

/* What interval and summary have in common. */
static json_t *report_json(const char *type, const struct forwarder *f,
			   double time, const struct snapshot *step)
{
	json_t *object = json_object();

	json_set_text(object, "type", type);
	json_set_text(object, "forwarding", f->options.forwarding_name);
	json_set_rate(object, "time", time);
	json_set_rate(object, "seconds", step->time);
	json_object_set_new(object, "total", total_json(step));
	json_object_set_new(object, "ports", ports_json(step));
	json_object_set_new(object, "workers", workers_json(step));
	if (f->options.forwarding == FORWARD_BRIDGE)
		json_set_count(object, "addresses", step->macs);
	return object;
}

int write_json_interval(FILE *out, void *arg, const void *now, const void *step)
{
	const struct snapshot *at = now;

	return json_write(report_json("interval", arg, at->time, step), out);
}

static json_t *explanations(struct forwarder *f)
{
	json_t *object = json_object();

	for (unsigned i = 0; i < f->options.ports; i++) {
		char *text = port_explanation(f->ports[i].port);

		json_object_set_new(object, f->ports[i].name,
				    json_lines(text ? text : "is away"));
		free(text);
	}
	return object;
}

int write_json_summary(FILE *out, void *arg, const void *all,
		       const char *reason)
{
	const struct snapshot *whole = all;
	json_t *object = report_json("summary", arg, whole->time, whole);

	json_set_text(object, "reason", reason);
	json_object_set_new(object, "explain", explanations(arg));
	return json_write(object, out);
}
