// SPDX-License-Identifier: BSD-2-Clause
/* bench_rx.c: receive, drop, refill */
#include <xskpkt/xskpkt.h>

#include "bench.h"
#include "hand.h"

static unsigned ours(struct xskpkt_queue *in, struct xskpkt_queue *out,
		     unsigned burst)
{
	struct xskpkt_pkt pkts[BURST_MAX];
	unsigned n = xskpkt_queue_rx(in, pkts, burst);

	(void)out;
	xskpkt_queue_drop(in, pkts, n);
	return n;
}

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "rx-drop",
		  .receives = true,
		  .ours = ours,
		  .hand = hand_rx },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
