// SPDX-License-Identifier: BSD-2-Clause
/*
 * reflect: what arrives goes back to where it came from.
 *
 * A packet leaves on the queue that it arrived on, in the frame that it
 * arrived in: both directions of one port, and nothing is copied.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <xskpkt/xskpkt.h>

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
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

static void reflect(struct xskpkt_queue *q)
{
	struct xskpkt_pkt burst[64];
	unsigned n = xskpkt_queue_rx(q, burst, 64);
	unsigned sent;

	for (unsigned i = 0; i < n; i++)
		swap_macs(&burst[i]);
	sent = xskpkt_queue_tx(q, burst, n);

	/* The ring is full: faster than the link is not possible. */
	xskpkt_queue_drop(q, burst + sent, n - sent);
}

static void summary(struct xskpkt_port *port)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	if (!xskpkt_port_stats(port, &s))
		printf("%" PRIu64 " received, %" PRIu64 " sent back\n",
		       s.rx_packets, s.tx_packets);
}

int main(int argc, char **argv)
{
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;

	if (argc != 2)
		return fprintf(stderr, "usage: %s <if>\n", argv[0]), 2;
	if (xskpkt_pool_create(&pool, NULL) ||
	    xskpkt_port_open(&port, argv[1], pool, NULL))
		return fprintf(stderr, "%s\n", xskpkt_errmsg()), 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	while (!stop)
		for (unsigned i = 0; i < xskpkt_port_queues(port); i++)
			reflect(xskpkt_port_queue(port, i));

	summary(port);
	xskpkt_port_close(port);
	xskpkt_pool_destroy(pool);
	return 0;
}
