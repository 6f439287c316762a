// SPDX-License-Identifier: BSD-2-Clause
/*
 * bridge.c: a learning switch.
 *
 *   received --> learn source --> find destination --+--> its port
 *                                                    '--> all others: copies
 *
 * A burst is sorted by port first and sent port by port, so that each gets
 * one call. What a full ring does not take is lost: to wait for one port would
 * hold up all the others.
 */
#include <string.h>

#include "forward.h"
#include "mactable.h"

#define HEADER 14

/* Put a packet into the burst of a port. */
static void out_add(struct lane *l, unsigned port,
		    const struct xskpkt_pkt *pkts, unsigned entries)
{
	struct worker *w = l->worker;

	memcpy(w->out[port].pkts + w->out[port].count, pkts,
	       entries * sizeof(*pkts));
	w->out[port].count += entries;
}

static bool copy(struct lane *l, struct xskpkt_pkt *copies,
		 const struct xskpkt_pkt *pkts, unsigned entries)
{
	unsigned got = xskpkt_queue_alloc(l->queue, copies, entries);

	if (got < entries) {
		xskpkt_queue_drop(l->queue, copies, got);
		tally(&l->count.no_copy, 1);
		return false;
	}
	for (unsigned i = 0; i < entries; i++) {
		memcpy(copies[i].data, pkts[i].data, pkts[i].len);
		copies[i].len = pkts[i].len;
		copies[i].flags = pkts[i].flags;
	}
	return true;
}

/* To all ports but its own: copies, and to the last the packet itself. */
static void flood(struct lane *l, const struct xskpkt_pkt *pkts,
		  unsigned entries)
{
	unsigned ports = l->port->forwarder->options.ports, last = ports;
	struct xskpkt_pkt copies[BURST];

	tally(&l->count.flooded, 1);
	for (unsigned p = 0; p < ports; p++) {
		if (!l->peers[p])
			continue;
		if (last < ports && copy(l, copies, pkts, entries))
			out_add(l, last, copies, entries);
		last = p;
	}
	if (last < ports)
		out_add(l, last, pkts, entries);
	else
		lane_lose(l, pkts, entries, &l->count.no_port);
}

/* 802.1D: what neighbours say to each other ends at a bridge. */
static bool is_link_local(const uint8_t *mac)
{
	static const uint8_t prefix[] = { 0x01, 0x80, 0xc2, 0, 0 };

	return !memcmp(mac, prefix, sizeof(prefix)) && mac[5] < 16;
}

static bool is_group(const uint8_t *mac)
{
	return mac[0] & 1;
}

static void forward_packet(struct lane *l, const struct xskpkt_pkt *pkts,
			   unsigned entries, uint32_t now)
{
	struct mactable *macs = l->port->forwarder->macs;
	const uint8_t *to = pkts[0].data, *from = to + 6;
	int port;

	if (pkts[0].len < HEADER || is_link_local(to)) {
		lane_lose(l, pkts, entries, &l->count.filtered);
		return;
	}
	if (!is_group(from))
		mactable_learn(macs, from, l->port->index, now);
	port = is_group(to) ? -1 : mactable_find(macs, to, now);
	if (port == (int)l->port->index)
		lane_lose(l, pkts, entries, &l->count.filtered);
	else if (port >= 0 && l->peers[port])
		out_add(l, (unsigned)port, pkts, entries);
	else
		flood(l, pkts, entries);
}

static void send_out(struct lane *l)
{
	struct worker *w = l->worker;

	for (unsigned p = 0; p < l->port->forwarder->options.ports; p++) {
		struct xskpkt_pkt *pkts = w->out[p].pkts;
		unsigned n = w->out[p].count, sent;

		if (!n)
			continue;
		sent = xskpkt_queue_tx(l->peers[p]->queue, pkts, n);
		if (sent < n)
			lane_lose(l, pkts + sent, n - sent, &l->count.tx_full);
		w->out[p].count = 0;
	}
}

int forward_bridge(struct lane *l)
{
	unsigned n = lane_receive(l, l->held), entries;
	uint32_t now = (uint32_t)(now_ms() / 1000);

	if (!n)
		return 0;
	for (unsigned i = 0; i < n; i += entries) {
		entries = xskpkt_pkt_entries(l->held + i, n - i);
		forward_packet(l, l->held + i, entries, now);
	}
	send_out(l);
	return (int)n;
}
