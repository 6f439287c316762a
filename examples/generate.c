// SPDX-License-Identifier: BSD-2-Clause
/*
 * generate: sends packets that it makes itself, so many or until Ctrl-C, as
 * fast as the interface takes them.
 *
 * Take empty frames, fill them, send them; what the ring has no room for is
 * still yours, and is offered again.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xskpkt/xskpkt.h>

#define BURST 64
#define PACKET_BYTES 60

/* To all, from a MAC of no vendor, of a type that is for experiments. */
static const uint8_t header[14] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02,
				    0,    0,    0,    0,    1,    0x88, 0xb5 };

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* Each carries its number behind the header. */
static void fill(struct xskpkt_pkt *pkt, uint64_t number)
{
	memset(pkt->data, 0, PACKET_BYTES);
	memcpy(pkt->data, header, sizeof(header));
	memcpy(pkt->data + sizeof(header), &number, sizeof(number));
	pkt->len = PACKET_BYTES;
}

/* Until all @n are taken; -ENODEV when the interface is gone. */
static int send_all(struct xskpkt_queue *q, const struct xskpkt_pkt *pkts,
		    unsigned n)
{
	unsigned sent = xskpkt_queue_tx(q, pkts, n);
	int err = 0;

	while (sent < n && !stop && err >= 0) {
		err = xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_TX, 100);
		sent += xskpkt_queue_tx(q, pkts + sent, n - sent);
	}
	xskpkt_queue_drop(q, pkts + sent, n - sent);
	return err < 0 ? err : 0;
}

static int generate(struct xskpkt_queue *q, uint64_t count)
{
	struct xskpkt_pkt burst[BURST];
	uint64_t number = 0;
	int err = 0;

	while (!stop && !err && number < count) {
		uint64_t left = count - number;
		unsigned want = left < BURST ? (unsigned)left : BURST;
		unsigned n = xskpkt_queue_alloc(q, burst, want);

		for (unsigned i = 0; i < n; i++)
			fill(&burst[i], number++);
		err = send_all(q, burst, n);
	}
	return err;
}

/* What still stands in the ring would go with the port: give it a second. */
static void finish(struct xskpkt_queue *q)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	if (xskpkt_queue_drain(q, 1000) || xskpkt_queue_stats(q, &s))
		fprintf(stderr, "%s\n", xskpkt_errmsg());
	printf("%" PRIu64 " packets sent\n", s.tx_completed);
}

static int parse_count(const char *text, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(text, &end, 10);
	return errno || *end || *text < '0' || *text > '9' ? -EINVAL : 0;
}

int main(int argc, char **argv)
{
	const uint32_t first = 0;
	struct xskpkt_port_opts opts = { .size = sizeof(opts),
					 .flags = XSKPKT_PORT_TX_ONLY,
					 .queues = &first,
					 .queue_count = 1 };
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	struct xskpkt_queue *q;
	uint64_t count = UINT64_MAX;
	int err;

	if (argc < 2 || argc > 3 || (argc > 2 && parse_count(argv[2], &count)))
		return fprintf(stderr, "usage: %s <if> [count]\n", argv[0]), 2;
	if (xskpkt_pool_create(&pool, NULL) ||
	    xskpkt_port_open(&port, argv[1], pool, &opts))
		return fprintf(stderr, "%s\n", xskpkt_errmsg()), 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	q = xskpkt_port_queue(port, 0);
	err = generate(q, count);
	if (err)
		fprintf(stderr, "%s\n", xskpkt_errmsg());
	finish(q);
	xskpkt_port_close(port);
	xskpkt_pool_destroy(pool);
	return err != 0;
}
