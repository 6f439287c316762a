// SPDX-License-Identifier: BSD-2-Clause
/* lane.c: one queue of a generator */
#include <unistd.h>

#include "clock.h"
#include "lane.h"
#include "packets.h"
#include "threads.h"

static void count_behind(struct lane *l)
{
	if (l->pace.given_up == l->given_up)
		return;
	l->given_up = l->pace.given_up;
	atomic_store_explicit(&l->behind, pace_given_up(&l->pace),
			      memory_order_relaxed);
}

/* What is held leaves, as far as the ring has room. */
static unsigned flush(struct lane *l)
{
	unsigned n = xskpkt_queue_tx(l->queue, l->held + l->held_first,
				     l->held_count);

	l->held_first += n;
	l->held_count -= n;
	return n;
}

/* @packets are due: make as many as there are frames for. */
static void make(struct lane *l, unsigned packets, uint64_t now)
{
	unsigned made = packets, filled, got;
	uint64_t bytes;

	got = xskpkt_queue_alloc(l->queue, l->held, packets * l->entries);
	filled = maker_fill(l->maker, l->held, got, now, &made, &bytes);
	xskpkt_queue_drop(l->queue, l->held + filled, got - filled);
	l->held_first = 0;
	l->held_count = filled;
	pace_spend(&l->pace, made, bytes);
	quota_settle(l->quota, packets, made);
	tally(&l->packets, made);
	tally(&l->bytes, bytes);
}

/* How many packets may be made now; 0: none, and due_at says when. */
static unsigned due(struct lane *l, uint64_t now)
{
	unsigned n = pace_due(&l->pace, now);

	count_behind(l);
	if (!n) {
		l->due_at = now + pace_wait(&l->pace, now);
		return 0;
	}
	if (n > BURST / l->entries)
		n = BURST / l->entries;
	n = quota_take(l->quota, n);
	if (!n) {
		l->done = true;
		l->due_at = UINT64_MAX;
	}
	return n;
}

unsigned lane_send(struct lane *l, uint64_t now)
{
	unsigned n;

	if (l->held_count)
		return flush(l);
	n = due(l, now);
	if (!n)
		return 0;
	make(l, n, now);
	n = flush(l);
	if (l->held_count)
		tally(&l->full, 1);
	return n;
}

/* What the ring never took was not sent. */
static void give_up(struct lane *l)
{
	const struct xskpkt_pkt *rest = l->held + l->held_first;
	unsigned n = l->held_count, packets = packets_in(rest, n);

	tally(&l->packets, -(uint64_t)packets);
	tally(&l->bytes, -bytes_in(rest, n));
	tally(&l->unsent, packets);
	xskpkt_queue_drop(l->queue, rest, n);
	l->held_count = 0;
}

static int ms_until(uint64_t end_ms)
{
	uint64_t now = now_ms();

	return now < end_ms ? (int)(end_ms - now) : 0;
}

int lane_drain(struct lane *l, uint64_t end_ms)
{
	while (l->held_count && ms_until(end_ms))
		if (!flush(l))
			usleep(100);
	give_up(l);
	return xskpkt_queue_drain(l->queue, ms_until(end_ms));
}
