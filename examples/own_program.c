// SPDX-License-Identifier: BSD-2-Clause
/*
 * own_program: brings its own XDP program, which decides what comes here.
 *
 * The library loads it from own_program.bpf.o, fills its map with the sockets
 * and attaches it. It steers UDP; the rest goes on to the kernel, so the
 * machine stays reachable.
 */
#include <signal.h>
#include <stdio.h>
#include <xskpkt/xskpkt.h>

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static unsigned long long receive(struct xskpkt_queue *q)
{
	struct xskpkt_pkt burst[64];
	unsigned n = xskpkt_queue_rx(q, burst, 64);

	/* A real program would do something with them here. */
	xskpkt_queue_drop(q, burst, n);
	return n;
}

int main(int argc, char **argv)
{
	struct xskpkt_program program = {
		.size = sizeof(program),
		.kind = XSKPKT_PROGRAM_OBJECT,
		.name = "only_udp",
		.map = "sockets",
	};
	struct xskpkt_port_opts opts = { .size = sizeof(opts),
					 .flags = XSKPKT_PORT_RX_ONLY,
					 .program = &program };
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	unsigned long long count = 0;

	if (argc != 3)
		return fprintf(stderr, "usage: %s <if> <own_program.bpf.o>\n",
			       argv[0]),
		       2;
	program.object = argv[2];
	if (xskpkt_pool_create(&pool, NULL) ||
	    xskpkt_port_open(&port, argv[1], pool, &opts))
		return fprintf(stderr, "%s\n", xskpkt_errmsg()), 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	while (!stop)
		for (unsigned i = 0; i < xskpkt_port_queues(port); i++)
			count += receive(xskpkt_port_queue(port, i));

	printf("%llu UDP packets\n", count);
	xskpkt_port_close(port);
	xskpkt_pool_destroy(pool);
	return 0;
}
