// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_wait.c: what waiting costs: receive and drop on veth
 *
 *   spin    a worker that never sleeps
 *   worker  the ready-made one: spins while packets flow, sleeps else
 *   poll    one that asks xskpkt_queue_wait() before each look
 *
 * once with a CPU of its own, and once on the CPU of the traffic's source.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "bench.h"
#include "net.h"

#define ROUNDS 11
#define WARM_US 50000
#define ROUND_US 300000
#define SOURCE_CPU 0
#define BURST 64

static _Atomic uint64_t packets;

static int serve(struct xskpkt_queue *q, void *arg)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned n = xskpkt_queue_rx(q, pkts, BURST);

	(void)arg;
	xskpkt_queue_drop(q, pkts, n);
	atomic_store_explicit(
		&packets,
		atomic_load_explicit(&packets, memory_order_relaxed) + n,
		memory_order_relaxed);
	return (int)n;
}

/* Sleeps whenever a look finds nothing. */
static int serve_poll(struct xskpkt_queue *q, void *arg)
{
	int n = serve(q, arg);

	if (!n)
		xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX, 100);
	return n;
}

enum { SPIN, WORKER, POLL, WAYS };

static const struct way {
	const char *name;
	xskpkt_serve_fn serve;
	uint32_t flags;
} ways[] = {
	[SPIN] = { "spin", serve, XSKPKT_WORKER_SPIN },
	[WORKER] = { "worker", serve, 0 },
	[POLL] = { "poll", serve_poll, 0 },
};

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Million packets per second; and the share of a CPU that it took. */
static double rate(const struct way *way, struct xskpkt_queue *q, unsigned cpu,
		   double *load)
{
	struct xskpkt_worker worker = {
		.size = sizeof(worker),
		.queues = &q,
		.queue_count = 1,
		.flags = way->flags | XSKPKT_WORKER_PIN,
		.cpu = cpu,
		.serve = way->serve,
	};
	struct xskpkt_workers *workers;
	uint64_t start, from;
	double ns, cpu_from, mpps;

	if (xskpkt_workers_start(&workers, &worker, 1))
		bench_die("%s", xskpkt_errmsg());
	usleep(WARM_US);
	start = bench_ns();
	from = packets;
	cpu_from = cpu_seconds();
	usleep(ROUND_US);
	ns = (double)(bench_ns() - start);
	mpps = (double)(packets - from) * 1e3 / ns;
	*load = (cpu_seconds() - cpu_from) * 1e9 / ns;
	xskpkt_workers_stop(workers);
	if (xskpkt_workers_join(workers))
		bench_die("%s", xskpkt_errmsg());
	return mpps;
}

static void measure(struct net *net, struct xskpkt_queue *q, unsigned cpu)
{
	double mpps[WAYS][ROUNDS], load[WAYS][ROUNDS];
	double to_spin[ROUNDS], to_poll[ROUNDS];
	const char *where = cpu == SOURCE_CPU ? "source's" : "own";

	net_source_start(net, SOURCE_CPU);
	for (unsigned i = 0; i < ROUNDS; i++) {
		for (unsigned w = 0; w < WAYS; w++)
			mpps[w][i] = rate(&ways[w], q, cpu, &load[w][i]);
		to_spin[i] = mpps[WORKER][i] / mpps[SPIN][i];
		to_poll[i] = mpps[WORKER][i] / mpps[POLL][i];
	}
	net_source_stop(net);
	for (unsigned w = 0; w < WAYS; w++)
		printf("wait-%-8s veth %s CPU: %.2f Mpps, %.0f %% of a CPU\n",
		       ways[w].name, where, bench_median(mpps[w], ROUNDS),
		       100 * bench_median(load[w], ROUNDS));
	printf("wait          veth %s CPU: worker/spin %.2f, worker/poll %.2f\n",
	       where, bench_median(to_spin, ROUNDS),
	       bench_median(to_poll, ROUNDS));
}

int main(int argc, char **argv)
{
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	struct net net;

	net_source_main(argc, argv);
	net_open(&net, true, false);
	if (xskpkt_pool_create(&pool, NULL) ||
	    xskpkt_port_open(&port, net.in.a, pool, NULL))
		bench_die("%s", xskpkt_errmsg());
	measure(&net, xskpkt_port_queue(port, 0), !SOURCE_CPU);
	measure(&net, xskpkt_port_queue(port, 0), SOURCE_CPU);
	bench_check_books(pool);
	xskpkt_port_close(port);
	xskpkt_pool_destroy(pool);
	return 0;
}
