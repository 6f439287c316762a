// SPDX-License-Identifier: BSD-2-Clause
/* forward.c: wire, reflect and sink; what they share with bridge */
#include <string.h>

#include "forward.h"
#include "packets.h"

/*
 * How long a full ring is waited for. A NIC empties its ring in much less; one
 * that does not has lost its link, and then its packets are of no use.
 */
#define PATIENCE_MS 100

void lane_lose(struct lane *l, const struct xskpkt_pkt *pkts, unsigned n,
	       _Atomic uint64_t *cause)
{
	xskpkt_queue_drop(l->queue, pkts, n);
	tally(cause, packets_in(pkts, n));
}

static unsigned receive_counted(struct lane *l, struct xskpkt_pkt *pkts)
{
	struct forwarder *f = l->port->forwarder;
	unsigned share = quota_take(&f->quota, BURST), n = 0;

	/* A jumbo packet needs room for all its entries. */
	if (share)
		n = xskpkt_queue_rx(l->queue, pkts,
				    f->options.settings.jumbo ? BURST : share);
	if (quota_settle(&f->quota, share, packets_in(pkts, n)))
		tell_news(f->news);
	return n;
}

unsigned lane_receive(struct lane *l, struct xskpkt_pkt *pkts)
{
	unsigned n;

	if (__builtin_expect(l->port->forwarder->quota.count != 0, 0))
		n = receive_counted(l, pkts);
	else
		n = xskpkt_queue_rx(l->queue, pkts, BURST);
	if (n)
		tally(&l->count.polls, 1);
	return n;
}

/* Nothing of it could be sent. Is it time to give up? */
static bool out_of_patience(struct lane *l)
{
	uint64_t now = now_ms();

	if (!l->held_since)
		l->held_since = now;
	l->stuck |= now - l->held_since > PATIENCE_MS;
	return l->stuck;
}

bool lane_flush(struct lane *l)
{
	struct xskpkt_pkt *rest = l->held + l->held_first;
	unsigned sent = xskpkt_queue_tx(l->to->queue, rest, l->held_count);

	l->held_first += sent;
	l->held_count -= sent;
	if (sent) {
		l->held_since = 0;
		l->stuck = false;
	}
	if (!l->held_count)
		return true;
	if (sent || !out_of_patience(l))
		return false;
	lane_lose(l, rest, l->held_count, &l->count.tx_full);
	l->held_count = 0;
	return true;
}

static void swap_macs(struct xskpkt_pkt *pkt)
{
	uint8_t destination[6];

	if (pkt->len < 12)
		return;
	memcpy(destination, pkt->data, 6);
	memcpy(pkt->data, pkt->data + 6, 6);
	memcpy(pkt->data + 6, destination, 6);
}

static void swap_all(struct xskpkt_pkt *pkts, unsigned n)
{
	for (unsigned i = 0; i < n; i += xskpkt_pkt_entries(pkts + i, n - i))
		swap_macs(&pkts[i]);
}

/*
 * The rest of the last burst goes first, and until it is gone nothing is
 * received: under overload packets are lost in the NIC, before any work was
 * done for them.
 */
static int forward(struct lane *l, bool swapped)
{
	unsigned n;

	if (l->held_count && !lane_flush(l))
		return 1;
	n = lane_receive(l, l->held);
	if (!n)
		return 0;
	if (!l->to) {
		lane_lose(l, l->held, n, &l->count.no_port);
		return (int)n;
	}
	if (swapped)
		swap_all(l->held, n);
	l->held_first = 0;
	l->held_count = n;
	lane_flush(l);
	return (int)n;
}

int forward_wire(struct lane *l)
{
	return forward(l, false);
}

int forward_reflect(struct lane *l)
{
	return forward(l, true);
}

int forward_sink(struct lane *l)
{
	unsigned n = lane_receive(l, l->held);

	xskpkt_queue_drop(l->queue, l->held, n);
	return (int)n;
}
