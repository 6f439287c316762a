// SPDX-License-Identifier: BSD-2-Clause
/* bench_tx.c: allocate, set the length, send, take completions back */
#include <xskpkt/xskpkt.h>

#include "bench.h"
#include "hand.h"

static unsigned ours(struct xskpkt_queue *in, struct xskpkt_queue *out,
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

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "tx", .sends = true, .ours = ours, .hand = hand_tx },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
