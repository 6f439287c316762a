// SPDX-License-Identifier: BSD-2-Clause
/* crew.c: the workers' threads */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "crew.h"
#include "forward.h"
#include "say.h"
#include "topology.h"

/* For all queues together: a NIC empties its rings in much less. */
#define DRAIN_MS 100

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t = { 0 };

	if (clock_gettime(clock, &t))
		return 0;
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t worker_cpu(const struct worker *w)
{
	uint64_t now = atomic_load(&w->runs) ? read_clock(w->clock) : 0;

	return atomic_load(&w->cpu_ns) + now;
}

/* In the thread that ends, by itself or since it was stopped. */
static void at_thread_end(void *arg)
{
	struct worker *w = arg;
	uint64_t one = 1;

	atomic_store(&w->runs, false);
	atomic_store(&w->ended, true);
	atomic_fetch_add(&w->cpu_ns, read_clock(CLOCK_THREAD_CPUTIME_ID));
	if (write(w->forwarder->news, &one, sizeof(one)) < 0)
		return; /* it is full of news already */
}

static void at_thread_begin(struct worker *w)
{
	pthread_getcpuclockid(pthread_self(), &w->clock);
	pthread_setspecific(w->forwarder->at_thread_end, w);
	atomic_store(&w->runs, true);
}

/* Lanes are served in turn, so it is nearly always the next one. */
static struct lane *lane_of(struct worker *w, const struct xskpkt_queue *q)
{
	while (w->queues[w->next] != q)
		w->next = (w->next + 1) % w->lane_count;
	return w->lanes[w->next];
}

static int serve(struct xskpkt_queue *q, void *arg)
{
	struct worker *w = arg;
	struct lane *l = lane_of(w, q);
	int moved;

	if (__builtin_expect(
		    !atomic_load_explicit(&w->runs, memory_order_relaxed), 0))
		at_thread_begin(w);
	moved = w->forward(l);
	if (++w->next == w->lane_count)
		w->next = 0;
	return moved;
}

static struct xskpkt_worker job_of(struct worker *w, unsigned i)
{
	const struct options *o = &w->forwarder->options;
	struct xskpkt_worker job = {
		.size = sizeof(job),
		.queues = w->queues,
		.queue_count = w->lane_count,
		.flags = o->spin ? XSKPKT_WORKER_SPIN : 0,
		.serve = serve,
		.arg = w,
	};

	if (o->cpu_count) {
		job.flags |= XSKPKT_WORKER_PIN;
		job.cpu = o->cpus[i % o->cpu_count];
	}
	return job;
}

int crew_create(struct forwarder *f)
{
	f->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->news < 0)
		return -errno;
	return -pthread_key_create(&f->at_thread_end, at_thread_end);
}

void crew_destroy(struct forwarder *f)
{
	free(f->workers);
	f->workers = NULL;
	if (f->news < 0)
		return;
	pthread_key_delete(f->at_thread_end);
	close(f->news);
}

int crew_start(struct forwarder *f)
{
	int n = topology_build(f), err;
	struct xskpkt_worker *jobs;

	if (!n)
		return 0;
	jobs = n > 0 ? calloc((size_t)n, sizeof(*jobs)) : NULL;
	if (!jobs) {
		say("%s", n == -E2BIG ? "too many queues for so few threads: "
					"give more --workers, or --queues"
				      : "there is no memory for the workers");
		return n < 0 ? n : -ENOMEM;
	}
	for (unsigned i = 0; i < (unsigned)n; i++)
		jobs[i] = job_of(&f->workers[i], i);
	err = xskpkt_workers_start(&f->threads, jobs, (unsigned)n);
	free(jobs);
	if (err)
		say("%s", xskpkt_errmsg());
	return err;
}

int crew_stop(struct forwarder *f)
{
	int err;

	if (!f->threads)
		return 0;
	xskpkt_workers_stop(f->threads);
	err = xskpkt_workers_join(f->threads);
	xskpkt_workers_free(f->threads);
	f->threads = NULL;
	return err;
}

bool crew_runs(const struct forwarder *f)
{
	for (unsigned i = 0; i < f->worker_count; i++)
		if (!atomic_load(&f->workers[i].ended))
			return true;
	return false;
}

static int ms_left(uint64_t end)
{
	uint64_t now = now_ms();

	return now < end ? (int)(end - now) : 0;
}

static void drain_lane(struct lane *l, uint64_t end)
{
	while (l->to && l->to->queue && l->held_count && !lane_flush(l) &&
	       ms_left(end))
		usleep(100);
	xskpkt_queue_drain(l->queue, ms_left(end));
}

void crew_drain(struct forwarder *f)
{
	uint64_t end = now_ms() + DRAIN_MS;

	for (unsigned i = 0; i < f->options.ports; i++)
		for (unsigned k = 0; k < f->ports[i].queue_count; k++)
			drain_lane(f->ports[i].lanes[k], end);
}
