// SPDX-License-Identifier: BSD-2-Clause
/* bench_forward.c: receive on one queue, send on another, and the way back */
#include <xskpkt/xskpkt.h>

#include "bench.h"
#include "hand.h"

static unsigned forward(struct xskpkt_queue *in, struct xskpkt_queue *out,
			unsigned burst)
{
	struct xskpkt_pkt pkts[BURST_MAX];
	unsigned n = xskpkt_queue_rx(in, pkts, burst);
	unsigned sent = xskpkt_queue_tx(out, pkts, n);

	xskpkt_queue_drop(out, pkts + sent, n - sent);
	return n;
}

static unsigned swap(struct xskpkt_queue *in, struct xskpkt_queue *out,
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

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "forward",
		  .receives = true,
		  .sends = true,
		  .ours = forward,
		  .hand = hand_forward },
		{ .name = "swap",
		  .receives = true,
		  .sends = true,
		  .ours = swap,
		  .hand = hand_swap },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
