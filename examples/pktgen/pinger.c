// SPDX-License-Identifier: BSD-2-Clause
/* pinger.c: sends a packet now and then, from the thread that receives */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "clock.h"
#include "maker.h"
#include "mark.h"
#include "nap.h"
#include "pinger.h"
#include "threads.h"

/* Frames that are received into hold what came; so packets are made apart. */
#define ROOM 4096

/* While an answer is to come the clock is looked at so rarely, and the worker
 * is told that there is work: it would pause before it looks again. */
#define ROUNDS 16

/* It was asked to end, so it ends soon, whatever the timeout. */
#define WIND_UP_MS 200

struct pinger {
	struct pinger_plan plan;
	struct pace pace;
	bool paced;
	struct makers *makers;
	uint8_t *packet;        /* ROOM */
	unsigned payload;       /* where it begins */
	struct xskpkt_pkt next; /* len 0: it is not made yet */
	struct mark mark;       /* its own */
	uint64_t answers;       /* at the last turn */
	uint64_t last;          /* ns: when the last was sent */
	unsigned rounds;        /* of waiting for an answer */
	_Atomic uint64_t sent;
	_Atomic bool winding_up, done;
};

struct pinger *pinger_create(const struct pinger_plan *plan)
{
	struct maker_memory memory = { .length = ROOM, .room = ROOM };
	struct pinger *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->plan = *plan;
	p->paced = plan->rate.pps > 0 || plan->rate.bps > 0;
	p->payload = pattern_headers(plan->pattern);
	p->packet = memory.base = calloc(1, ROOM);
	if (p->packet)
		p->makers = makers_create(plan->pattern, 1, &memory, plan->run);
	if (!p->makers) {
		pinger_destroy(p);
		return NULL;
	}
	pace_start(&p->pace, &plan->rate, pattern_mean(plan->pattern), 0, 1,
		   now_ns());
	return p;
}

void pinger_destroy(struct pinger *p)
{
	if (!p)
		return;
	if (p->next.len)
		xskpkt_queue_drop(p->plan.queue, &p->next, 1);
	makers_destroy(p->makers);
	free(p->packet);
	free(p);
}

static uint64_t sent_so_far(const struct pinger *p)
{
	return atomic_load_explicit(&p->sent, memory_order_relaxed);
}

/* May an answer still come? */
static bool is_waiting(const struct pinger *p, uint64_t now)
{
	return p->answers < sent_so_far(p) && now - p->last < p->plan.timeout;
}

/* The next packet, but for its time. False: there is no frame. */
static bool prepare(struct pinger *p)
{
	struct xskpkt_pkt made = { .data = p->packet };
	unsigned packets = 1;
	uint64_t bytes;

	if (p->next.len)
		return true;
	if (!xskpkt_queue_alloc(p->plan.queue, &p->next, 1))
		return false;
	maker_fill(makers_get(p->makers, 0), &made, 1, 0, &packets, &bytes);
	memcpy(p->next.data, made.data, made.len);
	p->next.len = made.len;
	mark_read(&p->mark, made.data, made.len, p->payload);
	return true;
}

static int send_one(struct pinger *p)
{
	uint32_t bytes = p->next.len;

	p->mark.time = p->last = now_ns();
	mark_write(p->next.data + p->payload, &p->mark);
	if (!xskpkt_queue_tx(p->plan.queue, &p->next, 1))
		return 0;
	p->next.len = 0;
	pace_spend(&p->pace, 1, bytes);
	tally(&p->sent, 1);
	return 1;
}

static void finish(struct pinger *p)
{
	if (atomic_load_explicit(&p->done, memory_order_relaxed))
		return;
	atomic_store(&p->done, true);
	tell_news(p->plan.news);
}

/* Without a rate the answer to the last says when the next goes. */
static bool is_due(struct pinger *p, uint64_t now)
{
	return p->paced ? pace_due(&p->pace, now) : !is_waiting(p, now);
}

static void rest(const struct pinger *p, uint64_t now)
{
	if (p->paced && !is_waiting(p, now))
		nap_until(now + pace_wait(&p->pace, now), now);
}

static bool is_enough(const struct pinger *p)
{
	return atomic_load_explicit(&p->winding_up, memory_order_relaxed) ||
	       (p->plan.count && sent_so_far(p) >= p->plan.count);
}

int pinger_turn(struct xskpkt_queue *q, uint64_t answers, void *arg)
{
	struct pinger *p = arg;
	uint64_t now;

	if (q != p->plan.queue)
		return 0;
	p->answers = answers;
	if (answers < sent_so_far(p) && ++p->rounds % ROUNDS)
		return 1;
	now = now_ns();
	if (is_enough(p)) {
		if (!is_waiting(p, now))
			finish(p);
		return 0;
	}
	if (!prepare(p))
		return 0;
	if (is_due(p, now))
		return send_one(p);
	rest(p, now);
	return 0;
}

void pinger_wind_up(struct pinger *p)
{
	uint64_t end = now_ms() + WIND_UP_MS;

	atomic_store(&p->winding_up, true);
	while (!pinger_is_done(p) && now_ms() < end)
		usleep(1000);
}

uint64_t pinger_sent(const struct pinger *p)
{
	return atomic_load(&p->sent);
}

bool pinger_is_done(const struct pinger *p)
{
	return atomic_load(&p->done);
}
