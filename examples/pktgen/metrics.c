// SPDX-License-Identifier: BSD-2-Clause
/* metrics.c: a session for monitoring systems: OpenMetrics 1.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "openmetrics.h"
#include "port_text.h"
#include "reading.h"
#include "session.h"

static const struct {
	const char *name, *help;
	size_t offset;
} counters[] = {
	{ "rx_packets", "Packets received",
	  offsetof(struct xskpkt_stats, rx_packets) },
	{ "rx_bytes", "Bytes received",
	  offsetof(struct xskpkt_stats, rx_bytes) },
	{ "tx_packets", "Packets given to the kernel to send",
	  offsetof(struct xskpkt_stats, tx_packets) },
	{ "tx_bytes", "Bytes given to the kernel to send",
	  offsetof(struct xskpkt_stats, tx_bytes) },
};

static void print_counter(FILE *out, const char *ifname,
			  const struct reading *r, unsigned counter)
{
	const char *name = counters[counter].name;

	print_family(out, "pktgen", name, "counter", counters[counter].help);
	for (unsigned i = 0; i < r->count; i++) {
		const char *stats = (const char *)&r->queues[i].stats;
		uint64_t n;

		memcpy(&n, stats + counters[counter].offset, sizeof(n));
		fprintf(out,
			"pktgen_%s_total{interface=\"%s\",queue=\"%u\"} "
			"%" PRIu64 "\n",
			name, ifname, r->queues[i].id, n);
	}
}

static void print_lost(FILE *out, const char *ifname, const struct reading *r)
{
	print_family(out, "pktgen", "lost_packets", "counter",
		     "Packets lost, by cause");
	for (unsigned i = 0; i < r->count; i++)
		for (enum loss l = 0; l < LOSSES; l++)
			fprintf(out,
				"pktgen_lost_packets_total{interface=\"%s\","
				"queue=\"%u\",cause=\"%s\"} %" PRIu64 "\n",
				ifname, r->queues[i].id, loss_names[l].key,
				loss_count(&r->queues[i].stats, l));
}

static void print_state(FILE *out, const char *ifname, const struct reading *r)
{
	print_family(out, "pktgen", "up", "gauge",
		     "Whether the interface is up");
	fprintf(out, "pktgen_up{interface=\"%s\"} %d\n", ifname,
		!strcmp(r->state, "up"));
	print_family(out, "pktgen", "queue", "info",
		     "The mode that each queue is in");
	for (unsigned i = 0; i < r->count; i++)
		fprintf(out,
			"pktgen_queue_info{interface=\"%s\",queue=\"%u\","
			"mode=\"%s\"} 1\n",
			ifname, r->queues[i].id, mode_name(r->queues[i].mode));
}

void print_metrics(FILE *out, void *session)
{
	struct reading *r = calloc(1, sizeof(*r));
	const struct session *s = session;

	if (!r)
		return;
	reading_take(r, s->port);
	for (unsigned i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		print_counter(out, s->ifname, r, i);
	print_lost(out, s->ifname, r);
	print_state(out, s->ifname, r);
	fprintf(out, "# EOF\n");
	free(r);
}
