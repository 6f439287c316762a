// SPDX-License-Identifier: BSD-2-Clause
/* hello_forwarder: what arrives on either interface leaves on the other. */
#include <stdio.h>
#include <xskpkt/xskpkt.h>

static void forward(struct xskpkt_port *from, struct xskpkt_port *to)
{
	struct xskpkt_queue *tx = xskpkt_port_queue(to, 0);
	struct xskpkt_pkt burst[64];

	for (unsigned i = 0; i < xskpkt_port_queues(from); i++) {
		struct xskpkt_queue *rx = xskpkt_port_queue(from, i);
		unsigned n = xskpkt_queue_rx(rx, burst, 64);
		unsigned sent = xskpkt_queue_tx(tx, burst, n);

		xskpkt_queue_drop(tx, burst + sent, n - sent);
	}
}

int main(int argc, char **argv)
{
	struct xskpkt_pool *pool; /* shared, so that no packet is copied */
	struct xskpkt_port *a, *b;

	if (argc != 3)
		return fprintf(stderr, "usage: %s <if> <if>\n", argv[0]), 2;
	if (xskpkt_pool_create(&pool, NULL) ||
	    xskpkt_port_open(&a, argv[1], pool, NULL) ||
	    xskpkt_port_open(&b, argv[2], pool, NULL))
		return fprintf(stderr, "%s\n", xskpkt_errmsg()), 1;

	for (;;) {
		forward(a, b);
		forward(b, a);
	}
}
