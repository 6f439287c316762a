// SPDX-License-Identifier: BSD-2-Clause
/*
 * dump: a line for each packet that arrives; it is consumed.
 *
 * Sleeps while there is nothing to do. When it ends it says where packets went
 * that it did not see.
 */
#include <signal.h>
#include <stdio.h>
#include <xskpkt/xskpkt.h>

static volatile sig_atomic_t stop;
static unsigned long long count;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static void print_mac(const uint8_t *mac)
{
	printf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
	       mac[4], mac[5]);
}

static void print(const struct xskpkt_queue *q, const struct xskpkt_pkt *pkt)
{
	const uint8_t *p = pkt->data;

	printf("queue %u, %u bytes", xskpkt_queue_id(q), pkt->len);
	if (pkt->len >= 14) {
		printf(": ");
		print_mac(p + 6);
		printf(" > ");
		print_mac(p);
		printf(" type 0x%02x%02x", p[12], p[13]);
	}
	printf("\n");
}

static void dump(struct xskpkt_queue *q)
{
	struct xskpkt_pkt burst[64];
	unsigned n;

	while ((n = xskpkt_queue_rx(q, burst, 64))) {
		for (unsigned i = 0; i < n; i++)
			print(q, &burst[i]);
		count += n;
		xskpkt_queue_drop(q, burst, n);
	}
}

/* Until a signal comes, or the interface goes: then -ENODEV. */
static int dump_all(struct xskpkt_queue *const *queues, unsigned n)
{
	int err = 0;

	while (!stop && err >= 0) {
		for (unsigned i = 0; i < n; i++)
			dump(queues[i]);
		fflush(stdout);
		err = xskpkt_queue_wait(queues, n, XSKPKT_WAIT_RX, 1000);
	}
	if (err < 0)
		fprintf(stderr, "%s\n", xskpkt_errmsg());
	return err;
}

int main(int argc, char **argv)
{
	struct xskpkt_port_opts opts = { .size = sizeof(opts),
					 .flags = XSKPKT_PORT_RX_ONLY };
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	int err;

	if (argc != 2)
		return fprintf(stderr, "usage: %s <if>\n", argv[0]), 2;
	if (xskpkt_pool_create(&pool, NULL) ||
	    xskpkt_port_open(&port, argv[1], pool, &opts))
		return fprintf(stderr, "%s\n", xskpkt_errmsg()), 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	err = dump_all(xskpkt_port_queue_array(port), xskpkt_port_queues(port));

	printf("%llu packets\n", count);
	xskpkt_port_explain(port, stdout);
	xskpkt_port_close(port);
	xskpkt_pool_destroy(pool);
	return err < 0;
}
