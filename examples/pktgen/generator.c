// SPDX-License-Identifier: BSD-2-Clause
/*
 * generator.c: sends a pattern at a pace on all queues of a port: senders, each
 * a thread and its lanes.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "clock.h"
#include "generator.h"
#include "lane.h"
#include "nap.h"
#include "say.h"
#include "threads.h"

/* At the end, for all queues together: a NIC empties its rings in much less. */
#define DRAIN_MS 1000

struct sender {
	struct generator *generator;
	struct thread thread;
	struct lane *lanes;
	unsigned lane_count, next;
	bool moved;         /* in this round over the lanes */
	uint64_t nap_until; /* ns: the first lane is due then */
};

struct generator {
	struct generator_plan plan;
	struct makers *makers;
	uint8_t run;
	struct lane *lanes;
	struct xskpkt_queue **queues;
	unsigned lane_count;
	struct sender *senders;
	unsigned sender_count;
	struct xskpkt_workers *threads;
	struct quota quota;
	_Atomic unsigned lanes_done;
};

/* Threads */

/* All lanes had their turn: when is the next thing to be done? */
static void end_round(struct sender *s, uint64_t now)
{
	if (!s->moved)
		nap_until(s->nap_until, now);
	s->next = 0;
	s->moved = false;
	s->nap_until = UINT64_MAX;
}

static void lane_is_done(struct generator *g)
{
	if (atomic_fetch_add(&g->lanes_done, 1) + 1 == g->lane_count)
		tell_news(g->plan.news);
}

/* Threads need a moment to start: that is no time in which packets were due. */
static void begin(struct generator *g, struct lane *l, uint64_t now)
{
	pace_start(&l->pace, &g->plan.rate, pattern_mean(g->plan.pattern),
		   (unsigned)(l - g->lanes), g->lane_count, now);
	atomic_store(&l->began, now);
}

/* The library serves the queues in turn, and so are the lanes. */
static int serve(struct xskpkt_queue *q, void *arg)
{
	struct sender *s = arg;
	struct lane *l = &s->lanes[s->next];
	uint64_t now = now_ns();
	unsigned moved = 0;

	(void)q;
	thread_is_here(&s->thread);
	if (!atomic_load_explicit(&l->began, memory_order_relaxed))
		begin(s->generator, l, now);
	if (now >= l->due_at) {
		moved = lane_send(l, now);
		if (l->done)
			lane_is_done(s->generator);
	}
	s->moved |= moved || l->held_count;
	if (l->due_at < s->nap_until)
		s->nap_until = l->due_at;
	if (++s->next == s->lane_count)
		end_round(s, now);
	return (int)moved;
}

static struct xskpkt_worker job_of(struct sender *s, unsigned i)
{
	struct generator *g = s->generator;
	struct xskpkt_worker job = {
		.size = sizeof(job),
		.queues = g->queues + (s->lanes - g->lanes),
		.queue_count = s->lane_count,
		/* The library sleeps until packets come; here none do. */
		.flags = XSKPKT_WORKER_SPIN,
		.serve = serve,
		.arg = s,
	};

	settings_place(g->plan.settings, &job, i);
	return job;
}

static int start_threads(struct generator *g)
{
	struct xskpkt_worker jobs[g->sender_count];
	int err;

	for (unsigned i = 0; i < g->sender_count; i++)
		jobs[i] = job_of(&g->senders[i], i);
	err = xskpkt_workers_start(&g->threads, jobs, g->sender_count);
	if (err)
		say("%s", xskpkt_errmsg());
	return err;
}

/* Start */

static int make_makers(struct generator *g)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	struct maker_memory memory;
	int err = xskpkt_pool_info(g->plan.pool, &info);

	if (err)
		return err;
	memory = (struct maker_memory){ info.base, info.length, info.room };
	if (getrandom(&g->run, sizeof(g->run), 0) != sizeof(g->run))
		g->run = (uint8_t)now_ns();
	g->makers =
		makers_create(g->plan.pattern, g->lane_count, &memory, g->run);
	return g->makers ? 0 : -ENOMEM;
}

static void make_lanes(struct generator *g)
{
	for (unsigned i = 0; i < g->lane_count; i++) {
		struct lane *l = &g->lanes[i];

		g->queues[i] = xskpkt_port_queue(g->plan.port, i);
		l->queue = g->queues[i];
		l->maker = makers_get(g->makers, i);
		l->entries = makers_entries(g->makers);
		l->quota = &g->quota;
	}
}

/* Neighbouring lanes to each, as equal as can be. */
static void make_senders(struct generator *g)
{
	for (unsigned i = 0; i < g->sender_count; i++) {
		unsigned from, to;

		share_out(&from, &to, g->lane_count, i, g->sender_count);
		g->senders[i] = (struct sender){
			.generator = g,
			.thread.news = g->plan.news,
			.lanes = g->lanes + from,
			.lane_count = to - from,
			.nap_until = UINT64_MAX,
		};
	}
}

static int build(struct generator *g)
{
	g->lane_count = xskpkt_port_queues(g->plan.port);
	g->sender_count = settings_threads_for(g->plan.settings, g->lane_count);
	g->lanes = calloc(g->lane_count, sizeof(*g->lanes));
	g->queues = calloc(g->lane_count, sizeof(*g->queues));
	g->senders = calloc(g->sender_count, sizeof(*g->senders));
	if (!g->lanes || !g->queues || !g->senders || make_makers(g)) {
		say("there is no memory to send with");
		return -ENOMEM;
	}
	quota_start(&g->quota, g->plan.settings->count);
	make_lanes(g);
	make_senders(g);
	return 0;
}

int generator_start(struct generator **ret, const struct generator_plan *plan)
{
	struct generator *g = calloc(1, sizeof(*g));
	int err;

	if (!g) {
		say("there is no memory to send with");
		return -ENOMEM;
	}
	g->plan = *plan;
	err = build(g);
	if (!err)
		err = start_threads(g);
	if (err) {
		generator_free(g);
		return err;
	}
	*ret = g;
	return 0;
}

/* Stop */

int generator_stop(struct generator *g)
{
	uint64_t end = now_ms() + DRAIN_MS;
	int err, last;

	if (!g->threads)
		return 0;
	xskpkt_workers_stop(g->threads);
	err = xskpkt_workers_join(g->threads);
	xskpkt_workers_free(g->threads);
	g->threads = NULL;
	for (unsigned i = 0; i < g->lane_count; i++) {
		last = lane_drain(&g->lanes[i], end);
		err = err ?: last;
	}
	return err;
}

void generator_free(struct generator *g)
{
	if (!g)
		return;
	generator_stop(g);
	makers_destroy(g->makers);
	free(g->senders);
	free(g->queues);
	free(g->lanes);
	free(g);
}

/* Looking at it */

bool generator_ended(const struct generator *g)
{
	if (atomic_load(&g->lanes_done) == g->lane_count)
		return true;
	for (unsigned i = 0; i < g->sender_count; i++)
		if (!atomic_load(&g->senders[i].thread.ended))
			return false;
	return true;
}

void generator_read(const struct generator *g, struct generator_counts *ret)
{
	*ret = (struct generator_counts){ .workers = g->sender_count };
	for (unsigned i = 0; i < g->lane_count; i++) {
		uint64_t began = atomic_load(&g->lanes[i].began);

		if (began && (!ret->began || began < ret->began))
			ret->began = began;
		ret->packets += atomic_load(&g->lanes[i].packets);
		ret->bytes += atomic_load(&g->lanes[i].bytes);
		ret->full += atomic_load(&g->lanes[i].full);
		ret->behind += atomic_load(&g->lanes[i].behind);
		ret->unsent += atomic_load(&g->lanes[i].unsent);
	}
	for (unsigned i = 0; i < g->sender_count; i++)
		ret->cpu_ns += thread_cpu(&g->senders[i].thread);
}

uint8_t generator_run(const struct generator *g)
{
	return g->run;
}
