// SPDX-License-Identifier: BSD-2-Clause
/*
 * What fails while packets move: kicks, sleeps, numbers, threads. No packet is
 * lost, nothing spins, and whoever asks is told the truth.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_xdp.h>

#include "faulty_sys.h"
#include "harness.h"
#include "log.h"
#include "port.h"
#include "scene.h"

/* A port on a scene of its own, closed at the test's end. */
static struct scene scene;
static struct opened o;

static void close_all(void *unused)
{
	(void)unused;
	scene_close(&scene, &o);
	scene_check_gone(&scene, &o);
	scene_check_clean(&scene);
	close(scene.wire);
	close(scene.home_fd);
}

static struct xskpkt_queue *open_port(unsigned queues)
{
	scene_make(&scene, queues);
	scene_rehearse(&scene, true);
	CHECK_OK(scene_open_pool(&scene, &o));
	CHECK_OK(scene_open_port(&scene, &o));
	test_at_end(close_all, NULL);
	return xskpkt_port_queue(o.port, 0);
}

static struct xskpkt_stats stats_of(struct xskpkt_queue *q)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	CHECK_OK(xskpkt_queue_stats(q, &s));
	return s;
}

static void check_books(void)
{
	struct xskpkt_pool_books books = { .size = sizeof(books) };

	CHECK_OK(xskpkt_pool_audit(o.pool, &books));
	CHECK_EQ(books.received, 0);
}

/* explain() finds @losses, and says @what unless that is NULL. */
static void check_explained(int losses, const char *what)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	CHECK_EQ(xskpkt_port_explain(o.port, out), losses);
	fclose(out);
	if (what)
		CHECK_STR_HAS(text, what);
	free(text);
}

/* Kicks */

static void again_by_rx(struct xskpkt_queue *q)
{
	struct xskpkt_pkt pkt;

	CHECK_EQ(xskpkt_queue_rx(q, &pkt, 1), 0);
}

static void again_by_tx(struct xskpkt_queue *q)
{
	xskpkt_queue_tx(q, NULL, 0);
}

static void again_by_wait(struct xskpkt_queue *q)
{
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, 0), 0);
}

static void (*const agains[])(struct xskpkt_queue *q) = {
	again_by_rx,
	again_by_tx,
	again_by_wait,
};

/* One kick fails with @err, the packet goes with the next call. */
static void one_kick_fails(struct xskpkt_queue *q, int err)
{
	for (unsigned i = 0; i < COUNT_OF(agains); i++) {
		struct faults f;

		faults_at("kick_tx", 0, 1, err);
		scene_send(&scene, q, 2000 + i);
		f = faults_end();
		CHECK_EQ(f.failed, 1);
		CHECK_EQ(f.calls, 1);
		agains[i](q);
		scene_expect(&scene, 2000 + i);
	}
	CHECK_EQ(xskpkt_port_state(o.port), XSKPKT_STATE_UP);
	check_books();
}

TEST(a_kick_that_may_be_repeated_is_repeated)
{
	struct xskpkt_queue *q = open_port(1);

	one_kick_fails(q, EAGAIN);
	one_kick_fails(q, ENOBUFS);
	one_kick_fails(q, ENETDOWN);
	CHECK_EQ(stats_of(q).tx_lost, 0);
	check_explained(0, NULL);
}

TEST(a_kick_that_lost_a_packet_is_counted)
{
	struct xskpkt_queue *q = open_port(1);

	one_kick_fails(q, EBUSY);
	CHECK_EQ(stats_of(q).tx_lost, 3);
	check_explained(1, "dropped a packet");
}

TEST(a_kick_that_fails_as_none_should_is_told)
{
	struct xskpkt_queue *q = open_port(1);

	one_kick_fails(q, EINVAL);
	check_explained(1, "refuses to be woken (EINVAL");
}

TEST(while_no_kick_succeeds_the_ring_fills_and_nothing_is_lost)
{
	static const int errs[] = { EAGAIN, EBUSY, ENOBUFS, ENETDOWN };
	struct xskpkt_queue *q = open_port(1);

	for (unsigned i = 0; i < COUNT_OF(errs); i++) {
		struct xskpkt_pkt pkt;
		unsigned sent = 0;
		struct faults f;

		faults_at("kick_tx", 0, ALWAYS, errs[i]);
		while (scene_try_send(&scene, q, 100 * i + sent))
			CHECK(++sent <= 64);
		CHECK_EQ(sent, 64);
		CHECK_EQ(xskpkt_queue_rx(q, &pkt, 1), 0);
		f = faults_end();
		/* One for each call: it does not insist. */
		CHECK_EQ(f.failed, 64 + 2);

		xskpkt_queue_tx(q, NULL, 0);
		for (unsigned k = 0; k < sent; k++)
			scene_expect(&scene, 100 * i + k);
	}
	check_books();
}

TEST(a_kick_finds_that_the_device_is_gone)
{
	struct xskpkt_queue *q = open_port(1);

	faults_at("kick_tx", 0, 1, ENXIO);
	scene_send(&scene, q, 1);
	CHECK_EQ(faults_end().failed, 1);
	CHECK_EQ(xskpkt_port_state(o.port), XSKPKT_STATE_GONE);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, 1000), -ENODEV);
	CHECK_STR_HAS(xskpkt_errmsg(), scene.ifname);
	scene_expect(&scene, 1); /* it was not, after all */

	xskpkt_port_close(o.port);
	CHECK_OK(scene_open_port(&scene, &o));
	scene_check_works(&scene, &o);
}

/* In copy mode the kernel never asks for it, so ask in its place. */
TEST(a_kick_for_empty_frames_fails)
{
	static const int errs[] = { EAGAIN, ENOBUFS, ENETDOWN };
	struct xskpkt_queue *q = open_port(1);
	struct ring *fill = &q->socket.fill;
	struct xskpkt_pkt pkts[64];

	for (unsigned i = 0; i < COUNT_OF(errs); i++) {
		atomic_store(fill->flags, XDP_RING_NEED_WAKEUP);
		faults_at("kick_rx", 0, ALWAYS, errs[i]);
		scene_check_rx(&scene, &o);
		CHECK(faults_end().failed > 0);
		atomic_store(fill->flags, 0);
	}
	CHECK_EQ(xskpkt_queue_rx(q, pkts, 64), 0);
	CHECK_EQ(xskpkt_port_state(o.port), XSKPKT_STATE_UP);
	check_explained(0, NULL);
}

/* Sleeping */

TEST(a_signal_ends_a_wait_and_is_no_error)
{
	struct xskpkt_queue *q = open_port(1);

	faults_at("poll", 0, 1, EINTR);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, -1), 0);
	CHECK_EQ(faults_end().failed, 1);
	scene_check_works(&scene, &o);
}

TEST(a_wait_that_cannot_sleep_says_so)
{
	static const int errs[] = { ENOMEM, EINVAL };
	struct xskpkt_queue *q = open_port(1);

	for (unsigned i = 0; i < COUNT_OF(errs); i++) {
		faults_at("poll", 0, 1, errs[i]);
		CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, -1), -errs[i]);
		CHECK_EQ(faults_end().failed, 1);
		CHECK_STR_HAS(xskpkt_errmsg(), "poll() of 3 descriptors");
		CHECK_STR_HAS(xskpkt_errmsg(), scene.ifname);
	}
	CHECK_STR_HAS(xskpkt_errmsg(), "ulimit -n");
	scene_check_works(&scene, &o);
}

TEST(a_wake_that_cannot_be_read_is_read_later)
{
	struct xskpkt_queue *q = open_port(1);

	xskpkt_queue_wake(q);
	faults_at("read eventfd", 0, 1, EAGAIN);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, -1), 0);
	CHECK_EQ(faults_end().failed, 1);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, -1), 0);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, 0, 0), 0);
	scene_check_works(&scene, &o);
}

/* News of the link */

static bool comes_to(enum xskpkt_state state)
{
	for (unsigned i = 0; i < 200; i++) {
		if (xskpkt_port_state(o.port) == state)
			return true;
		usleep(5000);
	}
	return false;
}

/* Until then what is sent there is dropped, whatever this end says. */
static void await_peer(void)
{
	for (unsigned i = 0; i < 200; i++) {
		if (!try_run("grep -qx up /sys/class/net/%s/operstate",
			     scene.peer))
			return;
		usleep(5000);
	}
	FAIL("%s does not come up", scene.peer);
}

TEST(news_of_the_link_that_were_lost_are_asked_for)
{
	open_port(1);

	/* The kernel had to drop them; nor does it take the first question. */
	run("ip link set %s down", scene.ifname);
	faults_at("read ROUTE", 0, 1, ENOBUFS);
	faults_at("write ROUTE", 0, 1, ENOBUFS);
	CHECK(comes_to(XSKPKT_STATE_DOWN));
	CHECK_EQ(faults_end().failed, 2);
	CHECK_STR_HAS(xskpkt_errmsg(), "is set down");

	run("ip link set %s up", scene.ifname);
	faults_at("read ROUTE", 0, 1, ENOMEM);
	xskpkt_port_state(o.port);
	CHECK_EQ(faults_end().failed, 1);
	CHECK(comes_to(XSKPKT_STATE_UP));
	await_peer();
	scene_check_works(&scene, &o);
}

/* Numbers */

static void check_no_numbers(struct xskpkt_queue *q, const char *call, int err)
{
	struct xskpkt_stats s = { .size = sizeof(s), .rx_packets = 77 };

	faults_at(call, 0, 1, err);
	CHECK_EQ(xskpkt_queue_stats(q, &s), -err);
	CHECK_EQ(faults_end().failed, 1);
	CHECK_STR_HAS(xskpkt_errmsg(), scene.ifname);
	CHECK_STR_HAS(xskpkt_errmsg(), strerrorname_np(err));
	CHECK_EQ(s.rx_packets, 77);

	faults_at(call, 0, 1, err);
	CHECK_EQ(xskpkt_port_stats(o.port, &s), -err);
	CHECK_EQ(faults_end().failed, 1);
	CHECK_EQ(s.rx_packets, 77);

	faults_at(call, 0, 1, err);
	check_explained(-err, strerrorname_np(err));
	CHECK_EQ(faults_end().failed, 1);

	check_explained(0, NULL);
	stats_of(q);
}

TEST(numbers_that_cannot_be_had_are_an_error)
{
	struct xskpkt_queue *q = open_port(2);

	check_no_numbers(q, "getsockopt STATISTICS", ENOPROTOOPT);
	check_no_numbers(q, "map_lookup", ENOENT);
	check_no_numbers(q, "map_lookup", EPERM);
	check_no_numbers(q, "alloc", ENOMEM);
	check_no_numbers(q, "num_possible_cpus", EMFILE);
}

TEST(numbers_of_a_queue_that_is_not_open_may_fail_too)
{
	const uint32_t first = 0;
	struct xskpkt_stats s = { .size = sizeof(s), .rx_packets = 77 };

	scene_make(&scene, 2);
	scene.port.queues = &first;
	scene.port.queue_count = 1;
	CHECK_OK(scene_open_pool(&scene, &o));
	CHECK_OK(scene_open_port(&scene, &o));

	faults_at("map_lookup", 1, 1, EPERM);
	CHECK_EQ(xskpkt_port_stats(o.port, &s), -EPERM);
	CHECK_EQ(faults_end().failed, 1);
	CHECK_STR_HAS(xskpkt_errmsg(), "queue 1");
	CHECK_EQ(s.rx_packets, 77);

	faults_at("map_lookup", 1, 1, EPERM);
	check_explained(-EPERM, "queue 1: cannot read");
	CHECK_EQ(faults_end().failed, 1);

	scene_close(&scene, &o);
	close(scene.wire);
	close(scene.home_fd);
}

/* Queues that are taken */

TEST(a_queue_that_stays_taken_is_waited_for_a_second)
{
	struct faults f;

	open_port(1);
	xskpkt_port_close(o.port);
	scene_wait_released(&scene);
	faults_at("bind XDP", 0, ALWAYS, EBUSY);
	faults_pretend_sleep();
	CHECK_EQ(scene_open_port(&scene, &o), -EBUSY);
	f = faults_end();
	CHECK_STR_HAS(xskpkt_errmsg(), "another AF_XDP socket holds the queue");
	CHECK(f.slept >= 1000000 && f.slept < 1200000);
	scene_check_gone(&scene, &o);

	faults_at("bind XDP", 0, 50, EBUSY);
	faults_pretend_sleep();
	CHECK_OK(scene_open_port(&scene, &o));
	f = faults_end();
	CHECK_EQ(f.failed, 50);
	CHECK(f.slept > 100000 && f.slept < 1000000);
	scene_check_works(&scene, &o);
}

TEST(a_namespace_given_by_descriptor_may_not_be_entered)
{
	struct scene s;

	scene_make_far(&s, 1);
	s.port.netns = NULL;
	s.port.netns_fd = s.ns;
	s.port.flags = XSKPKT_PORT_NETNS_FD;
	CHECK_OK(scene_open_pool(&s, &o));
	faults_at("setns", 0, 1, EPERM);
	CHECK_EQ(scene_open_port(&s, &o), -EPERM);
	CHECK_EQ(faults_end().failed, 1);
	CHECK_STR_HAS(xskpkt_errmsg(), "by descriptor");
	CHECK_STR_HAS(xskpkt_errmsg(), "CAP_SYS_ADMIN");
	scene_check_gone(&s, &o);
	CHECK_OK(scene_open_port(&s, &o));
	scene_check_works(&s, &o);
	scene_close(&s, &o);
	close(s.wire);
	close(s.home_fd);
}

/* Workers */

static _Atomic unsigned served;

static int serve(struct xskpkt_queue *q, void *arg)
{
	(void)q;
	(void)arg;
	served++;
	return 0;
}

/* The first fault of this call in a thread that is a worker's. */
static int serve_without_sleep(struct xskpkt_queue *q, void *arg)
{
	if (!served++)
		faults_at("poll", 0, ALWAYS, *(const int *)arg);
	(void)q;
	return 0;
}

static const struct xskpkt_worker *workers_of(xskpkt_serve_fn fn, void *arg)
{
	static struct xskpkt_queue *queues[2];
	static struct xskpkt_worker workers[2];

	for (unsigned i = 0; i < 2; i++) {
		queues[i] = xskpkt_port_queue(o.port, i);
		workers[i] = (struct xskpkt_worker){
			.size = sizeof(workers[i]),
			.queues = &queues[i],
			.queue_count = 1,
			.serve = fn,
			.arg = arg,
			.flags = XSKPKT_WORKER_PIN,
		};
	}
	return workers;
}

TEST(workers_all_start_or_none_does)
{
	struct xskpkt_workers *const untouched = (void *)0x5eed;
	struct xskpkt_workers *workers = untouched;
	struct faults f = { .failed = 1 };
	unsigned nth, failed = 0;
	struct held before;

	open_port(2);
	before = faults_held();
	for (nth = 1; f.failed; nth++) {
		int err;

		keep_sentence("%s", "");
		faults_nth(nth, nth);
		err = xskpkt_workers_start(&workers, workers_of(serve, NULL),
					   2);
		f = faults_end();
		if (!f.failed) {
			CHECK_OK(err);
			break;
		}
		printf("%s: %d: %s\n", f.name, err, xskpkt_errmsg());
		failed++;
		CHECK_EQ(err, -f.err);
		CHECK_EQ(workers, untouched);
		CHECK_STR_HAS(xskpkt_errmsg(), "worker: ");
		CHECK_EQ(faults_held().allocations, before.allocations);
		scene_check_works(&scene, &o);
	}
	/* Room for all; for each its queues, CPU and thread. */
	CHECK(failed >= 9);
	xskpkt_workers_stop(workers);
	CHECK_OK(xskpkt_workers_join(workers));
	xskpkt_workers_free(workers);
}

TEST(a_worker_that_cannot_sleep_ends_all)
{
	struct xskpkt_workers *workers;
	int err = ENOMEM;

	open_port(2);
	CHECK_OK(xskpkt_workers_start(
		&workers, workers_of(serve_without_sleep, &err), 2));
	CHECK_EQ(xskpkt_workers_join(workers), -ENOMEM);
	CHECK_STR_HAS(xskpkt_errmsg(), "poll()");
	xskpkt_workers_free(workers);
	scene_check_works(&scene, &o);
}
