// SPDX-License-Identifier: BSD-2-Clause
/* Workers: each serves its queues, where it was told to, until it is told. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "unit.h"

/* What the serve functions count and note. */
static struct {
	_Atomic unsigned calls, packets, error_calls;
	_Atomic int cpu, cpus;
	struct xskpkt_workers *_Atomic workers;
} noted;

static int receive(struct xskpkt_queue *q, void *arg)
{
	struct xskpkt_pkt pkts[16];
	unsigned n = xskpkt_queue_rx(q, pkts, 16);
	cpu_set_t set;

	(void)arg;
	CHECK_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
	noted.cpu = sched_getcpu();
	noted.cpus = CPU_COUNT(&set);
	xskpkt_queue_drop(q, pkts, n);
	noted.calls++;
	noted.packets += n;
	return (int)n;
}

static int fail_with(struct xskpkt_queue *q, void *arg)
{
	(void)q;
	noted.error_calls++;
	return *(int *)arg;
}

static void free_workers(void *workers)
{
	xskpkt_workers_free(workers);
}

static struct xskpkt_worker worker_of(struct fake_kernel *k, uint32_t first,
				      uint32_t n)
{
	return (struct xskpkt_worker){ .size = sizeof(struct xskpkt_worker),
				       .queues = k->queues + first,
				       .queue_count = n,
				       .serve = receive };
}

static struct xskpkt_workers *run_workers(const struct xskpkt_worker *workers,
					  unsigned n)
{
	struct xskpkt_workers *all;

	CHECK_OK(xskpkt_workers_start(&all, workers, n));
	noted.workers = all;
	test_at_end(free_workers, all);
	return all;
}

/* The serve functions have done this: within 10 s. */
static void await(_Atomic unsigned *count, unsigned want)
{
	for (unsigned i = 0; i < 10000 && *count < want; i++)
		usleep(1000);
	CHECK(*count >= want);
}

/* Every queue of every worker is served, while it spins and after it slept. */
TEST(workers_serve_all_their_queues)
{
	struct fake_kernel *k = START(.queues = 4);
	const struct xskpkt_worker workers[] = { worker_of(k, 0, 1),
						 worker_of(k, 1, 3) };
	struct xskpkt_workers *all = run_workers(workers, 2);

	for (unsigned i = 1; i <= 20; i++) {
		for (unsigned q = 0; q < 4; q++)
			CHECK_EQ(fake_deliver(fake_socket_of(k->queues[q]), 5,
					      60),
				 5);
		await(&noted.packets, 20 * i);
		usleep(i * 100);
	}
	xskpkt_workers_stop(all);
	CHECK_OK(xskpkt_workers_join(all));
	CHECK_OK(xskpkt_workers_join(all));
	CHECK_EQ(noted.packets, 400);
}

/* Packets on their way from one worker to the other. */
static struct {
	pthread_mutex_t lock;
	struct xskpkt_pkt pkts[256];
	unsigned count;
} belt = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int put_on_belt(struct xskpkt_queue *q, void *arg)
{
	struct xskpkt_pkt pkts[32];
	unsigned n = xskpkt_queue_rx(q, pkts, 32), put = n;

	(void)arg;
	pthread_mutex_lock(&belt.lock);
	if (put > COUNT_OF(belt.pkts) - belt.count)
		put = COUNT_OF(belt.pkts) - belt.count;
	memcpy(belt.pkts + belt.count, pkts, put * sizeof(*pkts));
	belt.count += put;
	pthread_mutex_unlock(&belt.lock);
	xskpkt_queue_drop(q, pkts + put, n - put);
	noted.packets += n - put;
	return (int)n;
}

static int send_from_belt(struct xskpkt_queue *q, void *arg)
{
	struct xskpkt_pkt pkts[256];
	unsigned n, sent;

	(void)arg;
	pthread_mutex_lock(&belt.lock);
	n = belt.count;
	memcpy(pkts, belt.pkts, n * sizeof(*pkts));
	belt.count = 0;
	pthread_mutex_unlock(&belt.lock);
	sent = xskpkt_queue_tx(q, pkts, n);
	xskpkt_queue_drop(q, pkts + sent, n - sent);
	noted.packets += n;
	return (int)n;
}

/* What one thread receives another may send: the frames find their way back,
 * whoever looks at the numbers meanwhile. */
TEST(packets_go_from_worker_to_worker)
{
	struct fake_kernel *k = START(.queues = 2, .frames = 700);
	struct xskpkt_worker workers[] = { worker_of(k, 0, 1),
					   worker_of(k, 1, 1) };
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	struct xskpkt_workers *all;
	unsigned delivered = 0,
		 most = (unsigned)rounds("XSKPKT_PACKETS", 50000);

	fake_socket_of(k->queues[1])->prompt = true;
	workers[0].serve = put_on_belt;
	workers[1].serve = send_from_belt;
	workers[1].flags = XSKPKT_WORKER_SPIN;
	all = run_workers(workers, 2);
	while (delivered < most) {
		delivered += fake_deliver(fake_socket_of(k->queue), 16, 60);
		CHECK(stats(k->queues[1]).tx_packets <= delivered);
		CHECK_OK(xskpkt_pool_info(k->pool, &info));
		CHECK(info.free <= 700);
	}
	await(&noted.packets, delivered);
	xskpkt_workers_stop(all);
	CHECK_OK(xskpkt_workers_join(all));
	CHECK_EQ(noted.packets, delivered);
	CHECK_EQ(stats(k->queue).rx_packets, delivered);
	CHECK_EQ(books(k->pool).received, 0);
	CHECK_EQ(books(k->pool).double_free, 0);
}

/* Without packets a worker sleeps; one that is to spin does not. */
TEST(an_idle_worker_sleeps_unless_told_to_spin)
{
	struct fake_kernel *k = START(.queues = 2);
	struct xskpkt_worker worker = worker_of(k, 0, 1);
	struct xskpkt_workers *all = run_workers(&worker, 1);

	await(&noted.calls, 1);
	usleep(150000);
	xskpkt_workers_stop(all);
	CHECK_OK(xskpkt_workers_join(all));
	CHECK(noted.calls < 5000);

	noted.calls = 0;
	worker.flags = XSKPKT_WORKER_SPIN;
	all = run_workers(&worker, 1);
	await(&noted.calls, 50000);
	xskpkt_workers_stop(all);
	CHECK_OK(xskpkt_workers_join(all));
}

/* An error ends all workers, and comes out with its sentence. */
TEST(an_error_ends_all_and_is_passed_on)
{
	struct fake_kernel *k = START(.queues = 2);
	struct xskpkt_worker workers[] = { worker_of(k, 0, 1),
					   worker_of(k, 1, 1) };
	int err = -EPIPE;
	struct xskpkt_workers *all;

	workers[1].serve = fail_with;
	workers[1].arg = &err;
	all = run_workers(workers, 2);
	CHECK_EQ(xskpkt_workers_join(all), -EPIPE);
	CHECK_EQ(xskpkt_workers_join(all), -EPIPE);
	CHECK_EQ(noted.error_calls, 1);
}

/* A device that goes away is such an error, found while it sleeps. */
TEST(a_device_that_goes_away_ends_its_worker)
{
	struct fake_kernel *k = START();
	struct xskpkt_worker worker = worker_of(k, 0, 1);
	struct xskpkt_workers *all = run_workers(&worker, 1);

	await(&noted.calls, 1);
	fake_set_state(k, XSKPKT_STATE_GONE);
	CHECK_FAILS(xskpkt_workers_join(all), -ENODEV, "fake0: was deleted");
}

static int stop_all(struct xskpkt_queue *q, void *arg)
{
	(void)q, (void)arg;
	if (noted.workers)
		xskpkt_workers_stop(noted.workers);
	return 0;
}

static void stop_on_signal(int sig)
{
	(void)sig;
	xskpkt_workers_stop(noted.workers);
}

/* They can be stopped from a serve function and from a signal handler. */
TEST(workers_can_be_stopped_from_anywhere)
{
	const struct sigaction stop = { .sa_handler = stop_on_signal };
	struct fake_kernel *k = START(.queues = 2);
	struct xskpkt_worker workers[] = { worker_of(k, 0, 1),
					   worker_of(k, 1, 1) };

	workers[1].serve = stop_all;
	CHECK_OK(xskpkt_workers_join(run_workers(workers, 2)));

	CHECK_EQ(sigaction(SIGUSR1, &stop, NULL), 0);
	workers[1].serve = receive;
	run_workers(workers, 2);
	kill(getpid(), SIGUSR1);
	CHECK_OK(xskpkt_workers_join(noted.workers));
}

/* free alone stops and joins; NULL is nothing to free. */
TEST(workers_that_run_can_be_freed)
{
	struct fake_kernel *k = START();
	struct xskpkt_worker worker = worker_of(k, 0, 1);

	run_workers(&worker, 1);
	xskpkt_workers_free(NULL);
}

/* Where */

static int allowed_cpu(bool allowed)
{
	cpu_set_t set;

	CHECK_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (!CPU_ISSET(cpu, &set) == !allowed)
			return cpu;
	return -1;
}

/* A worker that is pinned runs there only; the others run anywhere. */
TEST(a_pinned_worker_stays_where_it_is_put)
{
	struct fake_kernel *k = START();
	struct xskpkt_worker worker = worker_of(k, 0, 1);
	struct xskpkt_workers *all;
	cpu_set_t set;

	CHECK_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		worker.flags = XSKPKT_WORKER_PIN;
		worker.cpu = (uint32_t)cpu;
		noted.calls = 0;
		all = run_workers(&worker, 1);
		await(&noted.calls, 1);
		xskpkt_workers_stop(all);
		CHECK_OK(xskpkt_workers_join(all));
		CHECK_EQ(noted.cpu, cpu);
		CHECK_EQ(noted.cpus, 1);
	}
	CHECK_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
	CHECK(CPU_ISSET(allowed_cpu(true), &set));
}

/* Arguments */

static void check_refused(const struct xskpkt_worker *workers, unsigned n,
			  const char *words)
{
	struct xskpkt_workers *all = (void *)words;

	CHECK_FAILS(xskpkt_workers_start(&all, workers, n), -EINVAL, words);
	CHECK(all == (void *)words);
	CHECK_EQ(noted.calls, 0);
}

/* What cannot be is refused in words; then no thread runs, not even those of
 * the workers before it. */
TEST(bad_workers_are_refused_with_a_sentence)
{
	struct fake_kernel *k = START(.queues = 2);
	struct xskpkt_queue *none[] = { k->queues[1], NULL };
	struct xskpkt_workers *all;
	const struct {
		struct xskpkt_worker worker;
		const char *words;
	} bad[] = {
		{ { .size = 0 }, "xskpkt_worker.size is 0" },
		{ { .flags = 4 }, "flags 0x4: not known are 0x4" },
		{ { .reserved = 3 }, "reserved is 3: set it to 0" },
		{ { .queues = NULL, .queue_count = 1 }, "1 queues: give 1 to" },
		{ { .queues = none }, "0 queues: give 1 to 256" },
		{ { .queues = none, .queue_count = 257 }, "257 queues" },
		{ { .queues = none, .queue_count = 2 }, "queue 1 is NULL" },
		{ { .queues = none, .queue_count = 1, .cpu = 1 },
		  "cpu 1 is given without XSKPKT_WORKER_PIN" },
		{ { .queues = none,
		    .queue_count = 1,
		    .cpu = 100000,
		    .flags = XSKPKT_WORKER_PIN },
		  "CPU 100000 is not there or not for this process" },
		{ { .queues = none,
		    .queue_count = 1,
		    .cpu = (uint32_t)allowed_cpu(false),
		    .flags = XSKPKT_WORKER_PIN },
		  "is not there or not for this process: see taskset" },
	};

	for (unsigned i = 0; i < COUNT_OF(bad); i++) {
		struct xskpkt_worker workers[] = { worker_of(k, 0, 1),
						   bad[i].worker };

		workers[1].size = i ? sizeof(workers[1]) : 0;
		workers[1].serve = receive;
		check_refused(workers, 2, bad[i].words);
	}
	CHECK_FAILS(xskpkt_workers_start(&all, NULL, 1), -EINVAL, "1 workers");
	CHECK_FAILS(xskpkt_workers_start(NULL, &bad[0].worker, 1), -EINVAL,
		    "neither pointer NULL");
	check_refused(&bad[0].worker, 0, "0 workers: give 1 to 1024");
	check_refused(&bad[0].worker, 1025, "1025 workers: give 1 to 1024");
}

/* Without one there is nothing to run. */
TEST(a_worker_needs_a_function)
{
	struct fake_kernel *k = START();
	struct xskpkt_worker worker = worker_of(k, 0, 1);

	worker.serve = NULL;
	check_refused(&worker, 1, "serve is NULL");
}

/* A queue belongs to one thread, and is served once a round. */
TEST(a_queue_stands_in_one_worker_once)
{
	struct fake_kernel *k = START(.queues = 3);
	struct xskpkt_queue *twice[] = { k->queues[2], k->queues[1],
					 k->queues[2] };
	struct xskpkt_worker workers[] = { worker_of(k, 0, 2),
					   worker_of(k, 1, 2) };

	check_refused(workers, 2, "queue 1 of its port stands in two workers");
	workers[0].queues = twice;
	workers[0].queue_count = 3;
	check_refused(workers, 1, "queue 2 of its port stands twice in a");
}

/* A program built against a newer library has larger structs, in its array of
 * them as well. */
TEST(newer_callers_have_larger_structs)
{
	struct newer {
		struct xskpkt_worker worker;
		uint64_t more;
	} workers[3] = { 0 };
	struct fake_kernel *k = START(.queues = 3);
	struct xskpkt_workers *all;

	for (unsigned i = 0; i < 3; i++) {
		workers[i].worker = worker_of(k, i, 1);
		workers[i].worker.size = sizeof(workers[i]);
	}
	all = run_workers(&workers[0].worker, 3);
	for (unsigned i = 0; i < 3; i++)
		fake_deliver(fake_socket_of(k->queues[i]), 5, 60);
	await(&noted.packets, 15);
	xskpkt_workers_stop(all);
	CHECK_OK(xskpkt_workers_join(all));
	noted.calls = 0;
	workers[2].more = 1;
	check_refused(&workers[0].worker, 3, "xskpkt_worker: byte");
	workers[2].worker.size = sizeof(workers[2].worker);
	check_refused(&workers[0].worker, 3,
		      "in the first worker: give all the");
}
