// SPDX-License-Identifier: BSD-2-Clause
/* metrics.c: reports for monitoring systems: OpenMetrics 1.0 */
#include <inttypes.h>

#include "forms.h"
#include "openmetrics.h"
#include "port_text.h"

static void print_counter(FILE *out, const struct snapshot *s, unsigned number)
{
	const char *name = number_names[number].key;

	print_family(out, "pktfwd", name, "counter", number_names[number].what);
	for (unsigned i = 0; i < s->port_count; i++)
		for (unsigned k = 0; k < s->ports[i].lane_count; k++)
			fprintf(out,
				"pktfwd_%s_total{interface=\"%s\",queue=\"%u\"} "
				"%" PRIu64 "\n",
				name, s->ports[i].name,
				s->ports[i].lanes[k].queue,
				s->ports[i].lanes[k].n[number]);
}

static void print_losses(FILE *out, const struct snapshot *s)
{
	print_family(out, "pktfwd", "lost_packets", "counter",
		     "Packets lost, by cause");
	for (unsigned i = 0; i < s->port_count; i++)
		for (unsigned k = 0; k < s->ports[i].lane_count; k++)
			for (unsigned c = LOST_FIRST; c <= LOST_LAST; c++)
				fprintf(out,
					"pktfwd_lost_packets_total{interface="
					"\"%s\",queue=\"%u\",cause=\"%s\"} "
					"%" PRIu64 "\n",
					s->ports[i].name,
					s->ports[i].lanes[k].queue,
					number_names[c].key,
					s->ports[i].lanes[k].n[c]);
}

static void print_states(FILE *out, const struct snapshot *s)
{
	print_family(out, "pktfwd", "up", "gauge",
		     "Whether the interface is up");
	for (unsigned i = 0; i < s->port_count; i++)
		fprintf(out, "pktfwd_up{interface=\"%s\"} %d\n",
			s->ports[i].name, s->ports[i].state[0] == 'u');
}

static void print_modes(FILE *out, const struct snapshot *s)
{
	print_family(out, "pktfwd", "queue", "info",
		     "The mode that each queue is in");
	for (unsigned i = 0; i < s->port_count; i++)
		for (unsigned k = 0; k < s->ports[i].lane_count; k++)
			fprintf(out,
				"pktfwd_queue_info{interface=\"%s\","
				"queue=\"%u\",mode=\"%s\"} 1\n",
				s->ports[i].name, s->ports[i].lanes[k].queue,
				mode_name(s->ports[i].lanes[k].mode));
}

static void print_workers(FILE *out, const struct snapshot *s)
{
	fprintf(out, "# TYPE pktfwd_cpu_seconds counter\n"
		     "# UNIT pktfwd_cpu_seconds seconds\n"
		     "# HELP pktfwd_cpu_seconds CPU time of a worker.\n");
	for (unsigned i = 0; i < s->worker_count; i++)
		fprintf(out, "pktfwd_cpu_seconds_total{worker=\"%u\"} %.6f\n",
			i, (double)s->cpu_ns[i] / 1e9);
}

void print_metrics(FILE *out, void *arg)
{
	struct snapshot *s = snapshot_take(arg);

	if (!s)
		return;
	for (unsigned i = 0; i < NUMBERS; i++)
		if (i < LOST_FIRST || i > LOST_LAST)
			print_counter(out, s, i);
	print_losses(out, s);
	print_states(out, s);
	print_modes(out, s);
	print_workers(out, s);
	fprintf(out, "# EOF\n");
	snapshot_free(s);
}
