// SPDX-License-Identifier: BSD-2-Clause
/* replayer.c: sends a recording, each record when it is due */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include <xskpkt/xskpkt.h>

#include "clock.h"
#include "histogram.h"
#include "nap.h"
#include "pktgen.h"
#include "recording.h"
#include "replayer.h"
#include "say.h"
#include "settings.h"
#include "threads.h"

/* A NIC empties its ring in much less. */
#define DRAIN_MS 100

struct replayer {
	struct replayer_plan plan;
	struct xskpkt_workers *workers;
	struct xskpkt_queue *queue;
	struct thread thread;
	_Atomic bool ended;

	/* [first, filled) is to be sent, [filled, blank) are empty frames. */
	struct xskpkt_pkt burst[BURST];
	unsigned first, filled, blank;

	const struct record *next; /* NULL: there is no more */
	uint64_t start;            /* ns: when the round began; 0: not yet */
	uint64_t left;             /* packets still to be filled */

	_Atomic uint64_t packets, bytes, full, rounds;
	struct histogram late; /* ns */
};

/* Filling */

/* Room for @n more entries. False: there are no frames. */
static bool have_blanks(struct replayer *r, unsigned n)
{
	if (r->blank - r->filled >= n)
		return true;
	if (r->first) {
		memmove(r->burst, r->burst + r->first,
			(r->blank - r->first) * sizeof(r->burst[0]));
		r->filled -= r->first;
		r->blank -= r->first;
		r->first = 0;
	}
	r->blank += xskpkt_queue_alloc(r->queue, r->burst + r->blank,
				       BURST - r->blank);
	return r->blank - r->filled >= n;
}

static void fill_one(struct replayer *r, const struct record *record,
		     unsigned entries)
{
	const uint8_t *from = record->data;
	uint32_t left = record->len;

	while (entries--) {
		struct xskpkt_pkt *pkt = &r->burst[r->filled++];

		pkt->len = entries ? r->plan.room : left;
		pkt->flags = entries ? XSKPKT_PKT_MORE : 0;
		memcpy(pkt->data, from, pkt->len);
		from += pkt->len;
		left -= pkt->len;
	}
}

static void begin_next_round(struct replayer *r)
{
	uint64_t rounds = atomic_load(&r->rounds) + 1;

	atomic_store(&r->rounds, rounds);
	if (rounds == r->plan.loops)
		return;
	r->next = record_first(r->plan.recording);
	r->start += r->plan.round;
}

/* What is due by now, as far as there is room. */
static void fill(struct replayer *r, uint64_t now)
{
	const uint32_t room = r->plan.room;

	while (r->next && r->start + r->next->due <= now) {
		const struct record *record = r->next;
		unsigned entries = 1;

		if (record->len > room)
			entries = (record->len + room - 1) / room;
		if (r->filled - r->first + entries > BURST ||
		    !have_blanks(r, entries))
			return;
		fill_one(r, record, entries);
		if (!r->plan.at_once)
			histogram_add(&r->late, now - r->start - record->due);
		r->next = record_next(r->plan.recording, record);
		if (!r->next)
			begin_next_round(r);
		if (!--r->left)
			r->next = NULL;
	}
}

/* Sending */

static void count_sent(struct replayer *r, unsigned n)
{
	const struct xskpkt_pkt *pkts = r->burst + r->first;
	uint64_t packets = 0, bytes = 0;

	for (unsigned i = 0; i < n; i++) {
		packets += !(pkts[i].flags & XSKPKT_PKT_MORE);
		bytes += pkts[i].len;
	}
	tally(&r->packets, packets);
	tally(&r->bytes, bytes);
}

static void send_filled(struct replayer *r)
{
	unsigned n = r->filled - r->first;
	unsigned sent = xskpkt_queue_tx(r->queue, r->burst + r->first, n);

	count_sent(r, sent);
	if (sent < n)
		tally(&r->full, 1);
	r->first += sent;
}

static void begin(struct replayer *r)
{
	/* The kernel would let timers be late by 50 us, to save power. */
	prctl(PR_SET_TIMERSLACK, 1);
	r->start = now_ns();
}

/* All is sent, or there is time until the next. Returns what serve() does. */
static int rest(struct replayer *r, uint64_t now)
{
	uint64_t due;

	if (!r->next) {
		if (!atomic_exchange(&r->ended, true))
			tell_news(r->plan.news);
		return 0;
	}
	due = r->start + r->next->due;
	if (due <= now) /* there are no frames: the kernel has them */
		return 0;
	/* What the device pushed back goes on. */
	xskpkt_queue_tx(r->queue, NULL, 0);
	nap_until(due, now);
	return 1;
}

static int serve(struct xskpkt_queue *q, void *arg)
{
	struct replayer *r = arg;
	uint64_t now = UINT64_MAX;

	(void)q;
	thread_is_here(&r->thread);
	if (!r->start)
		begin(r);
	if (!r->plan.at_once)
		now = now_ns();
	fill(r, now);
	if (r->filled == r->first)
		return rest(r, now);
	send_filled(r);
	return 1;
}

/* From start to end */

static int start_thread(struct replayer *r)
{
	struct xskpkt_worker worker = {
		.size = sizeof(worker),
		.queues = &r->queue,
		.queue_count = 1,
		.serve = serve,
		.arg = r,
	};

	settings_place(r->plan.settings, &worker, 0);
	return xskpkt_workers_start(&r->workers, &worker, 1);
}

int replayer_start(struct replayer **ret, const struct replayer_plan *plan)
{
	struct replayer *r = calloc(1, sizeof(*r));
	int err;

	if (!r) {
		say("there is no memory for the replayer");
		return -ENOMEM;
	}
	r->plan = *plan;
	r->queue = xskpkt_port_queue(plan->port, 0);
	r->thread.news = plan->news;
	r->next = record_first(plan->recording);
	r->left = plan->count ? plan->count : UINT64_MAX;
	err = start_thread(r);
	if (err) {
		say("%s", xskpkt_errmsg());
		free(r);
		return err;
	}
	*ret = r;
	return 0;
}

bool replayer_ended(const struct replayer *r)
{
	return atomic_load(&r->ended) || atomic_load(&r->thread.ended);
}

int replayer_stop(struct replayer *r)
{
	int err;

	if (!r->workers)
		return 0;
	xskpkt_workers_stop(r->workers);
	err = xskpkt_workers_join(r->workers);
	xskpkt_workers_free(r->workers);
	r->workers = NULL;
	xskpkt_queue_drop(r->queue, r->burst + r->first, r->blank - r->first);
	if (err)
		return err;
	return xskpkt_queue_drain(r->queue, DRAIN_MS);
}

void replayer_read(const struct replayer *r, struct replayer_counts *ret)
{
	*ret = (struct replayer_counts){
		.packets = atomic_load(&r->packets),
		.bytes = atomic_load(&r->bytes),
		.full = atomic_load(&r->full),
		.rounds = atomic_load(&r->rounds),
		.cpu_ns = thread_cpu(&r->thread),
	};
}

const struct histogram *replayer_lateness(const struct replayer *r)
{
	return &r->late;
}

void replayer_free(struct replayer *r)
{
	if (!r)
		return;
	replayer_stop(r);
	free(r);
}
