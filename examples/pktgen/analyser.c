// SPDX-License-Identifier: BSD-2-Clause
/*
 * analyser.c: receives on all queues of a port, and reads the marks.
 *
 * A reader is a thread and its queues. What it has seen stands in a sight of
 * its own; the threads' sights are added up for who asks.
 */
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

#include "analyser.h"
#include "clock.h"
#include "packets.h"
#include "pktgen.h"
#include "quota.h"
#include "say.h"
#include "sight.h"
#include "threads.h"

/* How often it is looked whether a thread that should answer still lives. */
#define ANSWER_MS 100

enum question {
	QUESTION_NONE,
	QUESTION_READ,
	QUESTION_RESET,
};

struct reader {
	struct analyser *analyser;
	struct thread thread;
	struct xskpkt_queue *const *queues;
	unsigned queue_count;
	struct sight *sight;

	_Atomic enum question question;
	struct analysis *answer; /* with QUESTION_READ */
	sem_t answered;
};

struct analyser {
	struct analyser_plan plan;
	struct reader *readers;
	unsigned reader_count;
	struct xskpkt_workers *threads;
	struct tracker *flows; /* of all, when they have ended */
	struct quota quota;
};

/* Receiving */

static void answer(struct reader *r, enum question question)
{
	if (question == QUESTION_READ)
		sight_read(r->sight, r->answer);
	else
		sight_reset(r->sight);
}

static void answer_now(struct reader *r, enum question question)
{
	answer(r, question);
	atomic_store(&r->question, QUESTION_NONE);
	sem_post(&r->answered);
}

static unsigned receive(struct reader *r, struct xskpkt_queue *q,
			struct xskpkt_pkt *pkts)
{
	struct analyser *a = r->analyser;
	unsigned share = quota_take(&a->quota, BURST), n;

	if (!share)
		return 0;
	/* A jumbo packet needs room for all its entries. */
	n = xskpkt_queue_rx(q, pkts, a->plan.settings->jumbo ? BURST : share);
	if (quota_settle(&a->quota, share, packets_in(pkts, n)))
		tell_news(a->plan.news);
	return n;
}

static int take_turn(struct reader *r, struct xskpkt_queue *q, int received)
{
	const struct analyser_plan *plan = &r->analyser->plan;
	int sent;

	if (!plan->turn)
		return received;
	sent = plan->turn(q, sight_answers(r->sight), plan->arg);
	return sent < 0 ? sent : received + sent;
}

static int serve(struct xskpkt_queue *q, void *arg)
{
	struct reader *r = arg;
	enum question question;
	struct xskpkt_pkt pkts[BURST];
	unsigned n;

	thread_is_here(&r->thread);
	question = atomic_load_explicit(&r->question, memory_order_acquire);
	if (__builtin_expect(question != QUESTION_NONE, 0))
		answer_now(r, question);
	n = receive(r, q, pkts);
	if (n) {
		sight_add(r->sight, pkts, n, now_ns());
		xskpkt_queue_drop(q, pkts, n);
	}
	return take_turn(r, q, (int)n);
}

/* Threads */

static struct xskpkt_worker job_of(struct reader *r, unsigned i)
{
	const struct settings *s = r->analyser->plan.settings;
	struct xskpkt_worker job = {
		.size = sizeof(job),
		.queues = r->queues,
		.queue_count = r->queue_count,
		.flags = s->spin ? XSKPKT_WORKER_SPIN : 0,
		.serve = serve,
		.arg = r,
	};

	settings_place(s, &job, i);
	return job;
}

static int start_threads(struct analyser *a)
{
	struct xskpkt_worker jobs[a->reader_count];
	int err;

	for (unsigned i = 0; i < a->reader_count; i++)
		jobs[i] = job_of(&a->readers[i], i);
	err = xskpkt_workers_start(&a->threads, jobs, a->reader_count);
	if (err)
		say("%s", xskpkt_errmsg());
	return err;
}

/* Start */

static bool make_reader(struct analyser *a, unsigned i)
{
	struct reader *r = &a->readers[i];
	unsigned queues = xskpkt_port_queues(a->plan.port), from, to;

	share_out(&from, &to, queues, i, a->reader_count);
	r->analyser = a;
	r->thread.news = a->plan.news;
	r->queues = xskpkt_port_queue_array(a->plan.port) + from;
	r->queue_count = to - from;
	sem_init(&r->answered, 0, 0);
	r->sight = sight_create(&a->plan);
	return r->sight;
}

static int build(struct analyser *a)
{
	bool whole;

	a->reader_count = settings_threads_for(
		a->plan.settings, xskpkt_port_queues(a->plan.port));
	a->readers = calloc(a->reader_count, sizeof(*a->readers));
	whole = a->readers;
	for (unsigned i = 0; whole && i < a->reader_count; i++)
		whole = make_reader(a, i);
	if (!whole) {
		say("there is no memory for %u flows", a->plan.flows);
		return -ENOMEM;
	}
	quota_start(&a->quota, a->plan.settings->count);
	return 0;
}

int analyser_start(struct analyser **ret, const struct analyser_plan *plan)
{
	struct analyser *a = calloc(1, sizeof(*a));
	int err;

	if (!a) {
		say("there is no memory to receive with");
		return -ENOMEM;
	}
	a->plan = *plan;
	err = build(a);
	if (!err)
		err = start_threads(a);
	if (err) {
		analyser_free(a);
		return err;
	}
	*ret = a;
	return 0;
}

/* Stop */

int analyser_stop(struct analyser *a)
{
	int err;

	if (!a->threads)
		return 0;
	xskpkt_workers_stop(a->threads);
	err = xskpkt_workers_join(a->threads);
	xskpkt_workers_free(a->threads);
	a->threads = NULL;
	return err;
}

void analyser_free(struct analyser *a)
{
	if (!a)
		return;
	analyser_stop(a);
	for (unsigned i = 0; a->readers && i < a->reader_count; i++)
		sight_destroy(a->readers[i].sight);
	tracker_destroy(a->flows);
	free(a->readers);
	free(a);
}

/* Asking */

static void wait_for_answer(struct reader *r)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ANSWER_MS * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	sem_timedwait(&r->answered, &until);
}

static void ask(struct reader *r, enum question question)
{
	atomic_store(&r->question, question);
	xskpkt_queue_wake(r->queues[0]);
	while (atomic_load(&r->question) != QUESTION_NONE &&
	       !atomic_load(&r->thread.ended))
		wait_for_answer(r);
	/* It ended before it saw the question: then nobody else looks. */
	if (atomic_exchange(&r->question, QUESTION_NONE) != QUESTION_NONE)
		answer(r, question);
}

static void ask_all(struct analyser *a, enum question question)
{
	for (unsigned i = 0; i < a->reader_count; i++)
		if (a->threads)
			ask(&a->readers[i], question);
		else
			answer(&a->readers[i], question);
}

void analyser_read(struct analyser *a, struct analysis *ret)
{
	*ret = (struct analysis){ .workers = a->reader_count };
	for (unsigned i = 0; i < a->reader_count; i++) {
		a->readers[i].answer = ret;
		ret->cpu_ns += thread_cpu(&a->readers[i].thread);
	}
	ask_all(a, QUESTION_READ);
	if (!a->threads && analyser_flows(a))
		tracker_read(a->flows, &ret->flows);
}

void analyser_reset(struct analyser *a)
{
	ask_all(a, QUESTION_RESET);
}

bool analyser_failed(struct analyser *a)
{
	if (quota_reached(&a->quota))
		return false;
	for (unsigned i = 0; i < a->reader_count; i++)
		if (!atomic_load(&a->readers[i].thread.ended))
			return false;
	return true;
}

bool analyser_ended(struct analyser *a)
{
	return quota_reached(&a->quota) || analyser_failed(a);
}

void analysis_subtract(struct analysis *now, const struct analysis *before)
{
	const uint64_t *from = &before->flows.received;
	uint64_t *of = &now->flows.received;

	now->packets -= before->packets;
	now->bytes -= before->bytes;
	now->unmarked -= before->unmarked;
	now->unchecked -= before->unchecked;
	now->late -= before->late;
	now->polls -= before->polls;
	now->cpu_ns -= before->cpu_ns;
	for (size_t i = 0; i < sizeof(now->flows) / sizeof(*of); i++)
		of[i] -= from[i];
	histogram_subtract(&now->latency, &before->latency);
}

const struct tracker *analyser_flows(struct analyser *a)
{
	if (a->flows)
		return a->flows;
	a->flows = tracker_create(a->plan.flows);
	for (unsigned i = 0; a->flows && i < a->reader_count; i++)
		tracker_merge(a->flows, sight_flows(a->readers[i].sight));
	return a->flows;
}
