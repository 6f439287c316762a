// SPDX-License-Identifier: BSD-2-Clause
/* counts.c: all the numbers at one moment */
#include <stdlib.h>
#include <string.h>

#include "counts.h"
#include "mactable.h"
#include "port_text.h"

const struct number_name number_names[NUMBERS] = {
	[RX_PACKETS] = { "rx_packets", "Packets received" },
	[RX_BYTES] = { "rx_bytes", "Bytes received" },
	[TX_PACKETS] = { "tx_packets", "Packets given to the kernel to send" },
	[TX_BYTES] = { "tx_bytes", "Bytes given to the kernel to send" },
	[LOST_RX_RING] = { LOSS_RX_RING_NAME },
	[LOST_RX_FRAME] = { LOSS_RX_FRAME_NAME },
	[LOST_TX_RING] = { "tx_ring_full",
			   "were not sent: the TX ring stayed full" },
	[LOST_TX_DEVICE] = { LOSS_TX_DEVICE_NAME },
	[LOST_NO_PORT] = { "no_port",
			   "had nowhere to go: the other interface was away" },
	[LOST_NO_COPY] = { "no_copy",
			   "were not flooded to a port: no frame was free" },
	[LOST_INVALID] = { LOSS_INVALID_NAME },
	[FILTERED] = { "filtered",
		       "Packets the bridge kept from where they need not go" },
	[FLOODED] = { "flooded", "Packets the bridge sent to all ports" },
	[POLLS] = { "polls", "Bursts received" },
	[WAKEUPS] = { "wakeups", "System calls to wake the kernel" },
	[SLEEPS] = { "sleeps", "Times a worker slept on this queue" },
};

/* Taking */

static void add_library(uint64_t *n, const struct xskpkt_stats *s)
{
	n[RX_PACKETS] += s->rx_packets;
	n[RX_BYTES] += s->rx_bytes;
	n[TX_PACKETS] += s->tx_packets;
	n[TX_BYTES] += s->tx_bytes;
	n[LOST_RX_RING] += loss_count(s, LOSS_RX_RING);
	n[LOST_RX_FRAME] += loss_count(s, LOSS_RX_FRAME);
	n[LOST_TX_DEVICE] += loss_count(s, LOSS_TX_DEVICE);
	n[LOST_INVALID] += loss_count(s, LOSS_INVALID);
	n[WAKEUPS] += s->tx_wakeups + s->rx_wakeups;
	n[SLEEPS] += s->waits;
}

static void add_own(uint64_t *n, struct lane_counts *c)
{
	n[POLLS] += atomic_load(&c->polls);
	n[LOST_TX_RING] += atomic_load(&c->tx_full);
	n[LOST_NO_PORT] += atomic_load(&c->no_port);
	n[LOST_NO_COPY] += atomic_load(&c->no_copy);
	n[FILTERED] += atomic_load(&c->filtered);
	n[FLOODED] += atomic_load(&c->flooded);
}

static void take_lane(struct lane_numbers *ret, struct lane *l)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	ret->queue = l->id;
	ret->open = l->queue;
	ret->worker = -1;
	if (l->worker)
		ret->worker = (int)(l->worker - l->port->forwarder->workers);
	if (l->queue) {
		ret->mode = xskpkt_queue_mode(l->queue);
		/* Without root some kernels do not tell all any more. */
		if (!xskpkt_queue_stats(l->queue, &s))
			l->last = s;
		add_library(ret->n, &l->last);
	}
	add_library(ret->n, &l->earlier);
	add_own(ret->n, &l->count);
}

static bool take_port(struct port_numbers *ret, struct port *port)
{
	ret->name = port->name;
	ret->state = state_name(port->port);
	ret->reopened = port->reopened;
	ret->lanes = calloc(port->lane_count + 1, sizeof(*ret->lanes));
	if (!ret->lanes)
		return false;
	ret->lane_count = port->lane_count;
	for (unsigned i = 0; i < port->lane_count; i++)
		take_lane(&ret->lanes[i], port->lanes[i]);
	return true;
}

static bool take_workers(struct snapshot *s, struct forwarder *f)
{
	s->cpu_ns = calloc(f->worker_count + 1, sizeof(*s->cpu_ns));
	if (!s->cpu_ns)
		return false;
	s->worker_count = f->worker_count;
	for (unsigned i = 0; i < f->worker_count; i++)
		s->cpu_ns[i] = thread_cpu(&f->workers[i].thread);
	return true;
}

struct snapshot *snapshot_take(struct forwarder *f)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	bool whole;

	if (!s)
		return NULL;
	pthread_mutex_lock(&f->lock);
	s->time = (double)(now_ns() - f->started) / 1e9;
	whole = take_workers(s, f);
	for (; whole && s->port_count < f->options.ports; s->port_count++)
		whole = take_port(&s->ports[s->port_count],
				  &f->ports[s->port_count]);
	if (f->macs)
		s->macs = mactable_count(f->macs, (uint32_t)(now_ms() / 1000));
	pthread_mutex_unlock(&f->lock);
	if (!whole) {
		snapshot_free(s);
		return NULL;
	}
	return s;
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < PORTS_MAX; i++)
		free(s->ports[i].lanes);
	free(s->cpu_ns);
	free(s);
}

/* Differences and sums */

static struct snapshot *copy(const struct snapshot *from)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	bool whole = s;

	if (!s)
		return NULL;
	*s = *from;
	s->cpu_ns = calloc(from->worker_count + 1, sizeof(*s->cpu_ns));
	for (unsigned i = 0; i < s->port_count; i++)
		s->ports[i].lanes = calloc(from->ports[i].lane_count + 1,
					   sizeof(*s->ports[i].lanes));
	for (unsigned i = 0; i < s->port_count; i++)
		whole &= s->ports[i].lanes != NULL;
	if (!whole || !s->cpu_ns) {
		snapshot_free(s);
		return NULL;
	}
	memcpy(s->cpu_ns, from->cpu_ns,
	       from->worker_count * sizeof(*s->cpu_ns));
	for (unsigned i = 0; i < s->port_count; i++)
		memcpy(s->ports[i].lanes, from->ports[i].lanes,
		       from->ports[i].lane_count * sizeof(*s->ports[i].lanes));
	return s;
}

static void subtract_port(struct port_numbers *port,
			  const struct port_numbers *before)
{
	for (unsigned i = 0; i < before->lane_count; i++)
		for (unsigned k = 0; k < NUMBERS; k++)
			port->lanes[i].n[k] -= before->lanes[i].n[k];
}

struct snapshot *snapshot_since(const struct snapshot *now,
				const struct snapshot *before)
{
	struct snapshot *s = copy(now);

	if (!s || !before)
		return s;
	s->time -= before->time;
	for (unsigned i = 0; i < before->port_count; i++)
		subtract_port(&s->ports[i], &before->ports[i]);
	for (unsigned i = 0; i < s->worker_count && i < before->worker_count;
	     i++)
		s->cpu_ns[i] -= s->cpu_ns[i] < before->cpu_ns[i]
					? s->cpu_ns[i]
					: before->cpu_ns[i];
	return s;
}

uint64_t port_sum(const struct port_numbers *port, enum number number)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < port->lane_count; i++)
		sum += port->lanes[i].n[number];
	return sum;
}

uint64_t snapshot_sum(const struct snapshot *s, enum number number)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < s->port_count; i++)
		sum += port_sum(&s->ports[i], number);
	return sum;
}

uint64_t numbers_lost(const uint64_t *n)
{
	uint64_t sum = 0;

	for (unsigned i = LOST_FIRST; i <= LOST_LAST; i++)
		sum += n[i];
	return sum;
}

uint64_t port_lost(const struct port_numbers *port)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < port->lane_count; i++)
		sum += numbers_lost(port->lanes[i].n);
	return sum;
}

uint64_t snapshot_lost(const struct snapshot *s)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < s->port_count; i++)
		sum += port_lost(&s->ports[i]);
	return sum;
}
