// SPDX-License-Identifier: BSD-2-Clause
/* Waiting: it ends when there is work, news or a wake, and not before. */
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

static unsigned now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* Something that happens 30 ms from now, on another thread. */
static struct later {
	void (*what)(struct fake_kernel *k);
	struct fake_kernel *k;
	pthread_t thread;
} later;

static void *happen(void *arg)
{
	struct later *l = arg;

	usleep(30000);
	l->what(l->k);
	return NULL;
}

static void happen_later(struct fake_kernel *k,
			 void (*what)(struct fake_kernel *k))
{
	later = (struct later){ .what = what, .k = k };
	CHECK_EQ(pthread_create(&later.thread, NULL, happen, &later), 0);
}

/* A wait of up to 10 s that ends with @result when it happens. */
static void check_ended_by(void (*what)(struct fake_kernel *k),
			   struct fake_kernel *k, unsigned for_what, int result)
{
	unsigned start = now_ms(), took;

	happen_later(k, what);
	CHECK_EQ(xskpkt_queue_wait(k->queues, k->queue_count, for_what, 10000),
		 result);
	took = now_ms() - start;
	CHECK(took >= 25 && took < 5000);
	pthread_join(later.thread, NULL);
}

/* Nothing happens: it lasts as long as it was told, and says 0. */
TEST(a_wait_lasts_until_its_time_is_up)
{
	struct fake_kernel *k = START(.queues = 2);
	unsigned start = now_ms();

	CHECK_EQ(xskpkt_queue_wait(k->queues, 2, XSKPKT_WAIT_RX, 50), 0);
	CHECK(now_ms() - start >= 45);
	CHECK_EQ(stats(k->queue).waits, 1);
	start = now_ms();
	CHECK_EQ(xskpkt_queue_wait(k->queues, 2, 0, 0), 0);
	CHECK(now_ms() - start < 5000);
}

/* Packets that are there already: no sleep, and the number of queues. */
TEST(work_that_is_there_needs_no_wait)
{
	struct fake_kernel *k = START(.queues = 3);
	struct xskpkt_pkt pkt;

	fake_deliver(fake_socket_of(k->queues[0]), 5, 60);
	fake_deliver(fake_socket_of(k->queues[2]), 1, 60);
	CHECK_EQ(xskpkt_queue_wait(k->queues, 3, 0, -1), 2);
	CHECK_EQ(xskpkt_queue_wait(k->queues, 3, XSKPKT_WAIT_RX, -1), 2);
	CHECK_EQ(stats(k->queue).waits, 0);
	CHECK_EQ(xskpkt_queue_rx(k->queues[2], &pkt, 1), 1);
	CHECK_EQ(xskpkt_queue_wait(k->queues, 3, 0, -1), 1);
	CHECK_EQ(xskpkt_queue_wait(k->queues + 1, 2, 0, 0), 0);
	xskpkt_queue_drop(k->queue, &pkt, 1);
}

static void deliver(struct fake_kernel *k)
{
	fake_deliver(fake_socket_of(k->queues[1]), 1, 60);
}

/* A packet on any of the queues ends it. */
TEST(a_packet_ends_a_wait)
{
	struct fake_kernel *k = START(.queues = 2);

	check_ended_by(deliver, k, XSKPKT_WAIT_RX, 1);
}

static void take_all(struct fake_kernel *k)
{
	fake_take_tx(fake_socket_of(k->queue), 64);
}

/* Half a TX ring of room is work for who wants to send; less is not. */
TEST(room_in_the_tx_ring_ends_a_wait)
{
	struct fake_kernel *k = START(.zerocopy = true, .ring = 64);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[64];

	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, XSKPKT_WAIT_TX, -1), 1);
	make_packets(k->queue, pkts, 64, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 64), 64);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, XSKPKT_WAIT_TX, 20), 0);
	CHECK_EQ(fake_take_tx(s, 31), 31);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, XSKPKT_WAIT_TX, 20), 0);
	check_ended_by(take_all, k, XSKPKT_WAIT_TX, 1);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1,
				   XSKPKT_WAIT_RX | XSKPKT_WAIT_TX, -1),
		 1);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, XSKPKT_WAIT_RX, 0), 0);
	fake_complete(s, 64);
	xskpkt_queue_tx(k->queue, NULL, 0);
}

/* A ring of one slot has half its room free when it has all of it. */
TEST(room_in_a_ring_of_one_slot)
{
	struct fake_kernel *k = START(.zerocopy = true, .ring = 1);
	struct xskpkt_pkt pkt;

	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, XSKPKT_WAIT_TX, -1), 1);
	make_packets(k->queue, &pkt, 1, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, &pkt, 1), 1);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, XSKPKT_WAIT_TX, 0), 0);
}

/* A queue that cannot send never has room to. */
TEST(a_queue_without_a_direction_has_no_work_there)
{
	struct fake_kernel *rx = START(.rx_only = true);
	struct fake_kernel *tx = START(.tx_only = true);

	CHECK_EQ(xskpkt_queue_wait(&rx->queue, 1, XSKPKT_WAIT_TX, 10), 0);
	CHECK_EQ(xskpkt_queue_wait(&tx->queue, 1, XSKPKT_WAIT_RX, 10), 0);
	CHECK_EQ(xskpkt_queue_wait(&tx->queue, 1, XSKPKT_WAIT_TX, 10), 1);
}

static void wake_second(struct fake_kernel *k)
{
	xskpkt_queue_wake(k->queues[1]);
}

/* Another thread ends it, through any of the queues. */
TEST(a_wake_ends_a_wait)
{
	struct fake_kernel *k = START(.queues = 2);

	check_ended_by(wake_second, k, 0, 0);
}

/* A wake that comes early is not lost, and ends one wait only. */
TEST(a_wake_is_for_the_next_wait)
{
	struct fake_kernel *k = START();
	unsigned start = now_ms();

	xskpkt_queue_wake(k->queue);
	xskpkt_queue_wake(k->queue);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, 0, -1), 0);
	CHECK(now_ms() - start < 5000);
	start = now_ms();
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, 0, 30), 0);
	CHECK(now_ms() - start >= 25);
}

/* A wake for a queue that is not waited for is kept for it. */
TEST(a_wake_waits_for_its_queue)
{
	struct fake_kernel *k = START(.queues = 2);
	unsigned start = now_ms();

	xskpkt_queue_wake(k->queues[1]);
	CHECK_EQ(xskpkt_queue_wait(k->queues, 1, 0, 30), 0);
	CHECK(now_ms() - start >= 25);
	CHECK_EQ(xskpkt_queue_wait(k->queues, 2, 0, -1), 0);
}

static void set_down(struct fake_kernel *k)
{
	fake_set_state(k, XSKPKT_STATE_DOWN);
}

static void set_gone(struct fake_kernel *k)
{
	fake_set_state(k, XSKPKT_STATE_GONE);
}

/* The link goes down: who waits hears of it, and can wait on. */
TEST(a_change_of_state_ends_a_wait)
{
	struct fake_kernel *k = START();
	unsigned start;

	check_ended_by(set_down, k, 0, 0);
	CHECK_EQ(xskpkt_port_state(k->port), XSKPKT_STATE_DOWN);
	start = now_ms();
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, 0, 30), 0);
	CHECK(now_ms() - start >= 25);
}

static void tell_nothing_new(struct fake_kernel *k)
{
	fake_set_state(k, XSKPKT_STATE_UP);
}

/* The kernel tells of links all the time; what is not new ends no wait. */
TEST(news_of_other_links_end_no_wait)
{
	struct fake_kernel *k = START();
	unsigned start = now_ms();

	happen_later(k, tell_nothing_new);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, 0, 80), 0);
	CHECK(now_ms() - start >= 75);
	pthread_join(later.thread, NULL);
}

/* A port that is gone is an error, with a sentence, now and ever after. */
TEST(a_port_that_is_gone_ends_all_waits)
{
	struct fake_kernel *k = START(.queues = 2);

	check_ended_by(set_gone, k, 0, -ENODEV);
	CHECK_FAILS(xskpkt_queue_wait(k->queues, 2, 0, -1), -ENODEV,
		    "fake0: was deleted or moved");
}

static void nothing(int sig)
{
	(void)sig;
}

static void interrupt(struct fake_kernel *k)
{
	(void)k;
	kill(getpid(), SIGUSR1);
}

/* A signal ends it, so that a program can look at what its handler noted. */
TEST(a_signal_ends_a_wait)
{
	const struct sigaction quiet = { .sa_handler = nothing };
	struct fake_kernel *k = START();
	sigset_t usr1;

	CHECK_EQ(sigaction(SIGUSR1, &quiet, NULL), 0);
	/* The thread that waits is the one to get it. */
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &usr1, NULL);
	happen_later(k, interrupt);
	pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, 0, 10000), 0);
	pthread_join(later.thread, NULL);
}

/* Nothing of ours keeps the kernel from working while we sleep: it gets free
 * frames, and what still waits to be sent leaves. */
TEST(a_wait_leaves_the_kernel_with_all_it_needs)
{
	struct fake_kernel *k = START(.frames = 96, .ring = 32);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[32];

	CHECK_EQ(fake_deliver(s, 32, 60), 32);
	CHECK_EQ(xskpkt_queue_rx(k->queue, pkts, 32), 32);
	CHECK_EQ(fake_deliver(s, 0, 60), 0);
	fake_answer(s, -EAGAIN);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 32), 32);
	CHECK_EQ(fake_waiting(&s->tx), 32);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, 0, 0), 0);
	CHECK_EQ(fake_waiting(&s->tx), 0);
	CHECK_EQ(fake_waiting(&s->fill), 32);
	fake_complete(s, 32);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, 0, 0), 0);
	CHECK_EQ(books(k->pool).sending, 0);

	/* Also when there is work, and so no sleep. */
	make_packets(k->queue, pkts, 1, 60);
	fake_answer(s, -EAGAIN);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 1), 1);
	fake_deliver(s, 1, 60);
	CHECK_EQ(xskpkt_queue_wait(&k->queue, 1, 0, -1), 1);
	CHECK_EQ(fake_waiting(&s->tx), 0);
}

/* Arguments that cannot be. */
TEST(a_wait_wants_queues_and_reasons)
{
	struct fake_kernel *k = START();
	struct xskpkt_queue *many[257];

	for (unsigned i = 0; i < 257; i++)
		many[i] = k->queue;
	CHECK_FAILS(xskpkt_queue_wait(NULL, 1, 0, 0), -EINVAL, "1 queues");
	CHECK_FAILS(xskpkt_queue_wait(many, 0, 0, 0), -EINVAL,
		    "0 queues: give 1 to 256");
	CHECK_FAILS(xskpkt_queue_wait(many, 257, 0, 0), -EINVAL, "257 queues");
	CHECK_FAILS(xskpkt_queue_wait(many, 1, 4, 0), -EINVAL,
		    "what 0x4 is not known");
	CHECK_EQ(xskpkt_queue_wait(many, 256, 0, 0), 0);
}

/* Draining */

static void complete(struct fake_kernel *k)
{
	fake_complete(fake_socket_of(k->queue), 64);
}

/* It ends when all that tx took is done, also what the kernel refused. */
TEST(a_drain_ends_when_all_is_sent)
{
	struct fake_kernel *k = START();
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pkt pkts[10];

	CHECK_OK(xskpkt_queue_drain(k->queue, 0));
	make_packets(k->queue, pkts, 10, 60);
	fake_answer(s, -EAGAIN);
	fake_answer(s, -EAGAIN);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 10), 10);
	s->prompt = true;
	CHECK_OK(xskpkt_queue_drain(k->queue, -1));
	CHECK_EQ(books(k->pool).sending, 0);
}

/* A zero-copy driver tells by its completions only; it waits for them. */
TEST(a_drain_waits_for_completions)
{
	struct fake_kernel *k = START(.zerocopy = true);
	struct xskpkt_pkt pkts[10];

	make_packets(k->queue, pkts, 10, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 10), 10);
	take_all(k);
	happen_later(k, complete);
	CHECK_OK(xskpkt_queue_drain(k->queue, 10000));
	pthread_join(later.thread, NULL);
	CHECK_EQ(books(k->pool).sending, 0);
}

/* What does not leave in time is told, and so is a port that is gone. */
TEST(a_drain_does_not_wait_for_ever)
{
	struct fake_kernel *k = START();
	struct xskpkt_pkt pkts[10];
	unsigned start = now_ms();

	make_packets(k->queue, pkts, 10, 60);
	CHECK_EQ(xskpkt_queue_tx(k->queue, pkts, 10), 10);
	CHECK_FAILS(xskpkt_queue_drain(k->queue, 30), -ETIMEDOUT,
		    "fake0 queue 0: after 30 ms 10 packets are not sent");
	CHECK(now_ms() - start >= 25);
	set_gone(k);
	CHECK_FAILS(xskpkt_queue_drain(k->queue, -1), -ENODEV, "fake0: was");
}
