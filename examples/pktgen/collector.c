// SPDX-License-Identifier: BSD-2-Clause
/* collector.c: from queues to spools, as blocks of a capture file */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <xskpkt/xskpkt.h>

#include "clock.h"
#include "collector.h"
#include "memory.h"
#include "pcapng.h"
#include "pktgen.h"
#include "say.h"
#include "settings.h"
#include "threads.h"

/* What the largest ring holds: without a limit new packets could keep us. */
#define LAST_BURSTS (32768 / BURST)

/* A queue, as the thread that serves it sees it. */
struct lane {
	struct xskpkt_queue *queue;
	uint64_t missed; /* packets, since the last one that was kept */
};

struct catcher {
	uint32_t snaplen;
	struct spool *spool;
	struct lane *lanes;
	unsigned lane_count, next;
	struct thread thread;
	_Atomic uint64_t packets, bytes, missed;
};

struct collector {
	struct collector_plan plan;
	unsigned count; /* of catchers, and of spools */
	struct lane *lanes;
	struct catcher *catchers;
	struct spool *spools;
	struct xskpkt_workers *threads;
};

/* Receiving */

/* Queues are served in turn, so it is nearly always the next one. */
static struct lane *lane_of(struct catcher *c, const struct xskpkt_queue *q)
{
	struct lane *lane;

	do {
		lane = &c->lanes[c->next];
		if (++c->next == c->lane_count)
			c->next = 0;
	} while (lane->queue != q);
	return lane;
}

/* The packet that starts at @pkts. */
static void keep(struct catcher *c, struct lane *lane, uint64_t now,
		 const struct xskpkt_pkt *pkts, unsigned entries, uint32_t len)
{
	struct pcapng_packet p = {
		.time = now,
		.len = len,
		.kept = len < c->snaplen ? len : c->snaplen,
		.queue = xskpkt_queue_id(lane->queue),
		.missed = lane->missed,
	};
	void *to = spool_room(c->spool, pcapng_packet_size(&p));

	if (!to) {
		lane->missed++;
		tally(&c->missed, 1);
		return;
	}
	spool_add(c->spool, pcapng_packet(to, &p, pkts, entries));
	lane->missed = 0;
}

static void keep_all(struct catcher *c, struct lane *lane,
		     const struct xskpkt_pkt *pkts, unsigned n)
{
	uint64_t now = time_of_day(), packets = 0, bytes = 0;
	unsigned entries;

	for (unsigned i = 0; i < n; i += entries) {
		uint64_t len = xskpkt_pkt_bytes(pkts + i, n - i);

		entries = xskpkt_pkt_entries(pkts + i, n - i);
		keep(c, lane, now, pkts + i, entries, (uint32_t)len);
		packets++;
		bytes += len;
	}
	spool_publish(c->spool);
	tally(&c->packets, packets);
	tally(&c->bytes, bytes);
}

/* Returns how many entries there were. */
static unsigned catch_burst(struct catcher *c, struct lane *lane)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned n = xskpkt_queue_rx(lane->queue, pkts, BURST);

	if (!n)
		return 0;
	keep_all(c, lane, pkts, n);
	xskpkt_queue_drop(lane->queue, pkts, n);
	return n;
}

static int serve(struct xskpkt_queue *q, void *arg)
{
	struct catcher *c = arg;

	thread_is_here(&c->thread);
	return (int)catch_burst(c, lane_of(c, q));
}

/* From start to end */

static int make_catcher(struct collector *c, unsigned i)
{
	struct catcher *catcher = &c->catchers[i];
	unsigned queues = xskpkt_port_queues(c->plan.port), from, to;

	share_out(&from, &to, queues, i, c->count);
	catcher->lanes = c->lanes + from;
	catcher->lane_count = to - from;
	for (unsigned k = from; k < to; k++)
		c->lanes[k].queue = xskpkt_port_queue(c->plan.port, k);
	catcher->snaplen = c->plan.snaplen;
	catcher->spool = &c->spools[i];
	catcher->thread.news = c->plan.news;
	return spool_create(catcher->spool, c->plan.buffer / c->count);
}

static int build(struct collector *c)
{
	unsigned queues = xskpkt_port_queues(c->plan.port);
	int err = 0;

	/* Memory that is not there would be found missing page by page. */
	if (c->plan.buffer > memory_free() / 2)
		return -ENOMEM;
	c->count = settings_threads_for(c->plan.settings, queues);
	c->lanes = calloc(queues, sizeof(*c->lanes));
	c->catchers = calloc(c->count, sizeof(*c->catchers));
	c->spools = aligned_alloc(_Alignof(struct spool),
				  c->count * sizeof(*c->spools));
	if (!c->lanes || !c->catchers || !c->spools)
		return -ENOMEM;
	for (unsigned i = 0; i < c->count; i++)
		c->spools[i] = (struct spool){ 0 };
	for (unsigned i = 0; !err && i < c->count; i++)
		err = make_catcher(c, i);
	return err;
}

int collector_create(struct collector **ret, const struct collector_plan *plan)
{
	struct collector *c = calloc(1, sizeof(*c));
	int err = c ? 0 : -ENOMEM;

	if (!err) {
		c->plan = *plan;
		err = build(c);
	}
	if (err) {
		say("there is no memory for a buffer of %" PRIu64
		    " MiB: give less with --buffer",
		    plan->buffer >> 20);
		collector_free(c);
		return err;
	}
	*ret = c;
	return 0;
}

struct spool *collector_spools(struct collector *c, unsigned *count)
{
	*count = c->count;
	return c->spools;
}

static struct xskpkt_worker job_of(const struct collector *c, unsigned i)
{
	struct xskpkt_worker job = {
		.size = sizeof(job),
		.queue_count = c->catchers[i].lane_count,
		.flags = c->plan.settings->spin ? XSKPKT_WORKER_SPIN : 0,
		.serve = serve,
		.arg = &c->catchers[i],
	};
	unsigned from, to;

	share_out(&from, &to, xskpkt_port_queues(c->plan.port), i, c->count);
	job.queues = xskpkt_port_queue_array(c->plan.port) + from;
	settings_place(c->plan.settings, &job, i);
	return job;
}

int collector_start(struct collector *c)
{
	struct xskpkt_worker jobs[c->count];
	int err;

	for (unsigned i = 0; i < c->count; i++)
		jobs[i] = job_of(c, i);
	err = xskpkt_workers_start(&c->threads, jobs, c->count);
	if (err)
		say("%s", xskpkt_errmsg());
	return err;
}

bool collector_ended(const struct collector *c)
{
	for (unsigned i = 0; i < c->count; i++)
		if (atomic_load(&c->catchers[i].thread.ended))
			return true;
	return false;
}

static void empty_ring(struct catcher *c, struct lane *lane)
{
	unsigned bursts = LAST_BURSTS;

	while (bursts-- && catch_burst(c, lane))
		;
}

/* What was in the rings when the threads ended has arrived as well. */
static void empty_rings(struct collector *c)
{
	for (unsigned i = 0; i < c->count; i++)
		for (unsigned k = 0; k < c->catchers[i].lane_count; k++)
			empty_ring(&c->catchers[i], &c->catchers[i].lanes[k]);
}

int collector_stop(struct collector *c)
{
	int err;

	if (!c || !c->threads)
		return 0;
	xskpkt_workers_stop(c->threads);
	err = xskpkt_workers_join(c->threads);
	xskpkt_workers_free(c->threads);
	c->threads = NULL;
	if (!err)
		empty_rings(c);
	return err;
}

void collector_read(const struct collector *c, struct collector_counts *ret)
{
	*ret = (struct collector_counts){ .workers = c->count };
	for (unsigned i = 0; i < c->count; i++) {
		ret->packets += atomic_load(&c->catchers[i].packets);
		ret->bytes += atomic_load(&c->catchers[i].bytes);
		ret->missed += atomic_load(&c->catchers[i].missed);
		ret->cpu_ns += thread_cpu(&c->catchers[i].thread);
	}
}

void collector_free(struct collector *c)
{
	if (!c)
		return;
	collector_stop(c);
	for (unsigned i = 0; c->spools && i < c->count; i++)
		spool_destroy(&c->spools[i]);
	free(c->spools);
	free(c->catchers);
	free(c->lanes);
	free(c);
}
