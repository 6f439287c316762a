// SPDX-License-Identifier: BSD-2-Clause
/* Sleeping until there is work, and threads that do so. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "traffic.h"

/* Traffic that is driven by waiting alone */

/* Nobody spins: each side waits for packets, or for room to send. */
TEST(traffic_driven_by_waiting)
{
	struct flow f = { .id = 1 };
	struct xskpkt_queue *a, *b;
	struct wire w;

	wire_open(&w, 1, NULL, PORT_OPTS(.rx_ring = 256, .tx_ring = 64));
	a = wire_a(&w, 0);
	b = wire_b(&w, 0);
	while (f.seen < 3000) {
		CHECK_EQ(xskpkt_queue_wait(&a, 1, XSKPKT_WAIT_TX, 10000), 1);
		CHECK(flow_send(&f, a, 32, MIXED) > 0);
		CHECK_EQ(xskpkt_queue_wait(&b, 1, XSKPKT_WAIT_RX, 10000), 1);
		CHECK(flow_receive(&f, b) > 0);
	}
	flow_await(&f, b);
	wire_close(&w);
}

/* Nothing comes: the wait ends with its time, not earlier. */
TEST(a_wait_without_packets_ends_with_its_time)
{
	struct xskpkt_queue *q;
	int64_t start;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	q = wire_a(&w, 0);
	start = now_ms();
	CHECK_EQ(xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX, 200), 0);
	CHECK(now_ms() - start >= 199);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, 0), 0);
	CHECK_EQ(stats_of(q).waits, 2);
	wire_close(&w);
}

/* A TX ring that stays full, since the link is down: the same for sending. */
TEST(a_wait_for_room_ends_with_its_time)
{
	struct flow f = { .id = 1 };
	struct xskpkt_queue *q;
	struct wire w;

	wire_open(&w, 1, NULL, PORT_OPTS(.rx_ring = 64, .tx_ring = 64));
	q = wire_a(&w, 0);
	run("ip link set %s down", w.t.a);
	UNTIL(xskpkt_port_state(w.a) == XSKPKT_STATE_DOWN);
	/* This one tells of the change. */
	CHECK_EQ(xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX, 10000), 0);
	CHECK_EQ(flow_send(&f, q, 64, 64), 64);
	CHECK_EQ(flow_send(&f, q, 64, 64), 0);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_TX, 200), 0);
	run("ip link set %s up", w.t.a);
	while (!xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_TX, 10000))
		CHECK(xskpkt_port_state(w.a) != XSKPKT_STATE_GONE);
	flow_await(&f, wire_b(&w, 0));
	wire_close(&w);
}

/* Of several queues, on two ports, it tells how many have work. */
TEST(a_wait_on_several_queues)
{
	struct flow f[4] = { { 0 } };
	struct xskpkt_queue *all[8];
	struct wire w;

	wire_open(&w, 4, NULL, NULL);
	for (unsigned i = 0; i < 4; i++) {
		all[2 * i] = wire_a(&w, i);
		all[2 * i + 1] = wire_b(&w, i);
	}
	CHECK_EQ(xskpkt_queue_wait(all, 8, XSKPKT_WAIT_RX, 0), 0);
	for (unsigned i = 0; i < 4; i++) {
		f[i].id = i;
		CHECK_EQ(flow_send(&f[i], wire_a(&w, i), 1, 64), 1);
		UNTIL(xskpkt_queue_wait(all, 8, XSKPKT_WAIT_RX, 10000) ==
		      (int)i + 1);
	}
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(flow_receive(&f[i], wire_b(&w, i)), 1);
	CHECK_EQ(xskpkt_queue_wait(all, 8, XSKPKT_WAIT_RX, 0), 0);
	CHECK_EQ(xskpkt_queue_wait(all, 8, XSKPKT_WAIT_TX, 0), 8);
	wire_close(&w);
}

TEST(a_wait_for_nonsense_is_refused)
{
	struct xskpkt_queue *q;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	q = wire_a(&w, 0);
	CHECK_EQ(xskpkt_queue_wait(&q, 0, 0, 0), -EINVAL);
	CHECK_EQ(xskpkt_queue_wait(NULL, 1, 0, 0), -EINVAL);
	CHECK_EQ(xskpkt_queue_wait(&q, 257, 0, 0), -EINVAL);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 4, 0), -EINVAL);
	CHECK_STR_HAS(xskpkt_errmsg(), "0x4");
	wire_close(&w);
}

/* Wakes */

static void *wake_later(void *q)
{
	usleep(100000);
	xskpkt_queue_wake(q);
	return NULL;
}

/* Another thread ends a wait without end; a wake that came first ends the
 * next wait; and one is good for one. */
TEST(a_wake_ends_a_wait)
{
	struct xskpkt_queue *q[2];
	pthread_t thread;
	int64_t start;
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	q[0] = wire_a(&w, 0);
	q[1] = wire_a(&w, 1);
	for (unsigned i = 0; i < 5; i++) {
		CHECK_EQ(pthread_create(&thread, NULL, wake_later, q[i % 2]),
			 0);
		CHECK_EQ(xskpkt_queue_wait(q, 2, 0, -1), 0);
		pthread_join(thread, NULL);
	}
	xskpkt_queue_wake(q[1]);
	xskpkt_queue_wake(q[1]);
	CHECK_EQ(xskpkt_queue_wait(q, 2, 0, -1), 0);
	start = now_ms();
	CHECK_EQ(xskpkt_queue_wait(q, 2, 0, 100), 0);
	CHECK(now_ms() - start >= 99);
	wire_close(&w);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* A signal ends it as well. */
TEST(a_signal_ends_a_wait)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct xskpkt_queue *q;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	q = wire_a(&w, 0);
	sigaction(SIGALRM, &act, NULL);
	alarm(1);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, -1), 0);
	wire_close(&w);
}

/* Workers */

static struct wire shared;
static atomic_uint forwarded;

/* What comes in on a queue of b leaves on the same queue of b. */
static int reflect(struct xskpkt_queue *q, void *arg)
{
	struct xskpkt_pkt pkts[64];
	unsigned n = xskpkt_queue_rx(q, pkts, 64);
	unsigned sent = xskpkt_queue_tx(q, pkts, n);

	(void)arg;
	xskpkt_queue_drop(q, pkts + sent, n - sent);
	atomic_fetch_add(&forwarded, n);
	return (int)n;
}

static void workers(unsigned threads, uint32_t flags)
{
	struct xskpkt_worker work[2];
	struct xskpkt_workers *all;
	struct xskpkt_queue *q[4];
	struct wire *w = &shared;
	unsigned each = 4 / threads;

	wire_open(w, 4, POOL_OPTS(.frames = 16384), NULL);
	for (unsigned i = 0; i < 4; i++)
		q[i] = wire_b(w, i);
	for (unsigned i = 0; i < threads; i++)
		work[i] = (struct xskpkt_worker){ .size = sizeof(work[i]),
						  .queues = q + i * each,
						  .queue_count = each,
						  .flags = flags,
						  .serve = reflect };
	CHECK_OK(xskpkt_workers_start(&all, work, threads));
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 4; i++) {
			struct flow f = { .id = i };

			flow_carry(&f, wire_a(w, i), wire_a(w, i), 1000, MIXED);
		}
		usleep(150000); /* long enough to fall asleep */
	}
	xskpkt_workers_stop(all);
	CHECK_OK(xskpkt_workers_join(all));
	xskpkt_workers_free(all);
	CHECK_EQ(atomic_load(&forwarded), 12000);
	CHECK_EQ(port_stats_of(w->b).rx_packets, 12000);
	CHECK_EQ(port_stats_of(w->b).tx_packets, 12000);
	wire_close(w);
}

/* Two threads serve four queues: nothing is lost or out of order. */
TEST(two_threads_forward)
{
	workers(2, 0);
}

TEST(one_thread_serves_all_queues)
{
	workers(1, 0);
}

TEST(two_threads_forward_and_spin)
{
	workers(2, XSKPKT_WORKER_SPIN);
}

static int serve_nothing(struct xskpkt_queue *q, void *arg)
{
	(void)q;
	(void)arg;
	return 0;
}

static int serve_badly(struct xskpkt_queue *q, void *arg)
{
	(void)q;
	(void)arg;
	return -EPROTO;
}

/* A serve function's error ends all of them and comes back from join. */
TEST(an_error_of_one_ends_all)
{
	struct xskpkt_worker work[2];
	struct xskpkt_workers *all;
	struct xskpkt_queue *q[2];
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	for (unsigned i = 0; i < 2; i++) {
		q[i] = wire_a(&w, i);
		work[i] = (struct xskpkt_worker){ .size = sizeof(work[i]),
						  .queues = q + i,
						  .queue_count = 1,
						  .serve = i ? serve_badly
							     : serve_nothing };
	}
	CHECK_OK(xskpkt_workers_start(&all, work, 2));
	CHECK_EQ(xskpkt_workers_join(all), -EPROTO);
	xskpkt_workers_free(all);
	wire_close(&w);
}

/* A device that goes away ends them too, with its sentence. */
TEST(a_device_that_goes_ends_the_workers)
{
	struct xskpkt_worker work;
	struct xskpkt_workers *all;
	struct xskpkt_queue *q;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	q = wire_a(&w, 0);
	work = (struct xskpkt_worker){ .size = sizeof(work),
				       .queues = &q,
				       .queue_count = 1,
				       .serve = serve_nothing };
	CHECK_OK(xskpkt_workers_start(&all, &work, 1));
	run("ip link del %s", w.t.a);
	CHECK_EQ(xskpkt_workers_join(all), -ENODEV);
	CHECK_STR_HAS(xskpkt_errmsg(), "deleted or moved");
	xskpkt_workers_free(all);
	wire_close(&w);
}
