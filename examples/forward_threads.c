// SPDX-License-Identifier: BSD-2-Clause
/*
 * forward_threads: hello_forwarder with a thread per queue, each on its CPU.
 *
 *   thread 0   a.queue 0 <---> b.queue 0
 *   thread 1   a.queue 1 <---> b.queue 1   ...
 *
 * A thread owns the queues that it receives from and those that it sends on,
 * so no two threads ever meet.
 */
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <xskpkt/xskpkt.h>

#define PAIRS_MAX 256

/* The two queues of one thread. */
struct pair {
	struct xskpkt_queue *queues[2];
};

static struct xskpkt_workers *workers;

static void on_signal(int sig)
{
	(void)sig;
	xskpkt_workers_stop(workers);
}

/* Called for each of a thread's queues, again and again. */
static int forward(struct xskpkt_queue *from, void *arg)
{
	const struct pair *pair = arg;
	struct xskpkt_queue *to = pair->queues[from == pair->queues[0]];
	struct xskpkt_pkt burst[64];
	unsigned n = xskpkt_queue_rx(from, burst, 64);
	unsigned sent = xskpkt_queue_tx(to, burst, n);

	xskpkt_queue_drop(to, burst + sent, n - sent);
	return (int)n;
}

/* The @n-th of the CPUs that we may use; from the first on when they end. */
static uint32_t pick_cpu(unsigned n)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 0;
	n %= (unsigned)CPU_COUNT(&set);
	for (uint32_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set) && !n--)
			return cpu;
	return 0;
}

/* A thread for each pair, until one of them fails or Ctrl-C is pressed. */
static int run(struct xskpkt_port *a, struct xskpkt_port *b, unsigned n)
{
	struct xskpkt_worker jobs[PAIRS_MAX];
	struct pair pairs[PAIRS_MAX];
	int err;

	for (unsigned i = 0; i < n; i++) {
		pairs[i].queues[0] = xskpkt_port_queue(a, i);
		pairs[i].queues[1] = xskpkt_port_queue(b, i);
		jobs[i] = (struct xskpkt_worker){
			.size = sizeof(jobs[i]),
			.queues = pairs[i].queues,
			.queue_count = 2,
			.flags = XSKPKT_WORKER_PIN,
			.cpu = pick_cpu(i),
			.serve = forward,
			.arg = &pairs[i],
		};
	}
	err = xskpkt_workers_start(&workers, jobs, n);
	if (err)
		return err;
	signal(SIGINT, on_signal);
	err = xskpkt_workers_join(workers);
	signal(SIGINT, SIG_DFL);
	xskpkt_workers_free(workers);
	return err;
}

static void summary(struct xskpkt_port *port, const char *name)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	if (!xskpkt_port_stats(port, &s))
		printf("%s: %" PRIu64 " received, %" PRIu64 " sent\n", name,
		       s.rx_packets, s.tx_packets);
}

int main(int argc, char **argv)
{
	struct xskpkt_pool *pool;
	struct xskpkt_port *a, *b;
	unsigned n;
	int err;

	if (argc != 3)
		return fprintf(stderr, "usage: %s <if> <if>\n", argv[0]), 2;
	if (xskpkt_pool_create(&pool, NULL) ||
	    xskpkt_port_open(&a, argv[1], pool, NULL) ||
	    xskpkt_port_open(&b, argv[2], pool, NULL))
		return fprintf(stderr, "%s\n", xskpkt_errmsg()), 1;

	n = xskpkt_port_queues(a);
	if (n != xskpkt_port_queues(b) || n > PAIRS_MAX)
		return fprintf(stderr,
			       "%s has %u queues and %s has %u: make them "
			       "equal, up to %d, with ethtool -L\n",
			       argv[1], n, argv[2], xskpkt_port_queues(b),
			       PAIRS_MAX),
		       1;
	err = run(a, b, n);
	if (err)
		fprintf(stderr, "%s\n", xskpkt_errmsg());

	summary(a, argv[1]);
	summary(b, argv[2]);
	xskpkt_port_close(a);
	xskpkt_port_close(b);
	xskpkt_pool_destroy(pool);
	return err != 0;
}
