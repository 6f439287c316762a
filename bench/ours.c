// SPDX-License-Identifier: BSD-2-Clause
/* ours.c: receive and drop, allocate and send, forward: as a user would */
#include <xskpkt/xskpkt.h>

#include "bench.h"
#include "ours.h"

unsigned ours_rx(struct xskpkt_queue *in, struct xskpkt_queue *out,
		 unsigned burst)
{
	struct xskpkt_pkt pkts[BURST_MAX];
	unsigned n = xskpkt_queue_rx(in, pkts, burst);

	(void)out;
	xskpkt_queue_drop(in, pkts, n);
	return n;
}

unsigned ours_tx(struct xskpkt_queue *in, struct xskpkt_queue *out,
		 unsigned burst)
{
	struct xskpkt_pkt pkts[BURST_MAX];
	unsigned n = xskpkt_queue_alloc(out, pkts, burst);
	unsigned sent;

	(void)in;
	for (unsigned i = 0; i < n; i++)
		pkts[i].len = PACKET_BYTES;
	sent = xskpkt_queue_tx(out, pkts, n);
	xskpkt_queue_drop(out, pkts + sent, n - sent);
	return sent;
}

unsigned ours_forward(struct xskpkt_queue *in, struct xskpkt_queue *out,
		      unsigned burst)
{
	struct xskpkt_pkt pkts[BURST_MAX];
	unsigned n = xskpkt_queue_rx(in, pkts, burst);
	unsigned sent = xskpkt_queue_tx(out, pkts, n);

	xskpkt_queue_drop(out, pkts + sent, n - sent);
	return n;
}

unsigned ours_swap(struct xskpkt_queue *in, struct xskpkt_queue *out,
		   unsigned burst)
{
	struct xskpkt_pkt pkts[BURST_MAX];
	unsigned n = xskpkt_queue_rx(in, pkts, burst);
	unsigned sent;

	for (unsigned i = 0; i < n; i++)
		swap_macs(pkts[i].data);
	sent = xskpkt_queue_tx(out, pkts, n);
	xskpkt_queue_drop(out, pkts + sent, n - sent);
	return n;
}
