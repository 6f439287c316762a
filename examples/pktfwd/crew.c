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

	thread_is_here(&w->thread);
	moved = w->forward(l);
	if (++w->next == w->lane_count)
		w->next = 0;
	return moved;
}

static struct xskpkt_worker job_of(struct worker *w, unsigned i)
{
	const struct settings *s = &w->forwarder->options.settings;
	struct xskpkt_worker job = {
		.size = sizeof(job),
		.queues = w->queues,
		.queue_count = w->lane_count,
		.flags = s->spin ? XSKPKT_WORKER_SPIN : 0,
		.serve = serve,
		.arg = w,
	};

	w->thread.news = w->forwarder->news;
	settings_place(s, &job, i);
	return job;
}

int crew_create(struct forwarder *f)
{
	f->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return f->news < 0 ? -errno : 0;
}

void crew_destroy(struct forwarder *f)
{
	free(f->workers);
	f->workers = NULL;
	if (f->news >= 0)
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
		if (!atomic_load(&f->workers[i].thread.ended))
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
