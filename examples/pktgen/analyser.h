/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * analyser.h: receives on all queues of a port, and reads the marks.
 *
 * Its threads write what they count where nobody else looks. Who wants to know
 * asks, and each thread answers between two bursts: so a reading is whole, and
 * a burst costs no lock.
 *
 *	err = analyser_start(&a, &plan);
 *	... analyser_read(a, &analysis); ... analyser_reset(a); ...
 *	err = analyser_stop(a);
 *	analyser_read(a, &analysis);
 *	analyser_free(a);
 */
#ifndef PKTGEN_ANALYSER_H
#define PKTGEN_ANALYSER_H

#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "settings.h"
#include "tracker.h"

struct analyser;

/*
 * For a command that sends as well: called by the thread of @q after each burst
 * and whenever none came. @answers: how many good marks its thread has seen.
 * Returns how many packets were sent, or -errno, which ends all threads.
 */
typedef int (*analyser_turn_fn)(struct xskpkt_queue *q, uint64_t answers,
				void *arg);

struct analyser_plan {
	struct xskpkt_port *port;
	const struct settings *settings; /* workers, cpus, spin, count */
	uint32_t flows;                  /* that can be told apart */
	bool unmarked; /* marks are not looked for: only count */
	bool one_run;  /* marks of other runs than @run are nobody's */
	uint8_t run;
	uint64_t late; /* ns: what takes longer is late; 0: nothing is */
	int news;      /* eventfd that is told when all have ended, or -1 */
	analyser_turn_fn turn; /* NULL: it only receives */
	void *arg;             /* of turn() */
};

/*
 * Since the start, or the last reset. A flow that arrives on several queues is
 * put together when the analyser has stopped; before, what one queue misses is
 * told as lost.
 */
struct analysis {
	uint64_t packets, bytes;
	uint64_t unmarked;  /* packets without a mark of a pktgen */
	uint64_t unchecked; /* good marks whose payload was not looked at */
	uint64_t late;
	uint64_t polls; /* bursts that had packets */
	struct tracker_counts flows;
	struct histogram latency; /* ns; of marks by this machine's clock */
	uint64_t cpu_ns;          /* of all threads, since the start */
	unsigned workers;
};

/* 0, or -errno after it was said why. */
int analyser_start(struct analyser **ret, const struct analyser_plan *plan);

/* The count is reached, or a thread has failed: analyser_stop() tells why. */
bool analyser_ended(struct analyser *a);
bool analyser_failed(struct analyser *a);

/* No thread receives any more when it returns. 0, or the -errno that ended it,
 * with its sentence in xskpkt_errmsg(): -ENODEV when the interface is gone. */
int analyser_stop(struct analyser *a);

/* At any time, from one thread at a time; it may take as long as a burst. */
void analyser_read(struct analyser *a, struct analysis *ret);

/* What was seen since @before; of minimum and maximum of the latency only the
 * bucket is known. */
void analysis_subtract(struct analysis *now, const struct analysis *before);

static inline double per_poll(const struct analysis *a)
{
	return a->polls ? (double)a->packets / (double)a->polls : 0;
}

/* Count from 0 on again, with no flow known. */
void analyser_reset(struct analyser *a);

/* The flows of all threads, once it is stopped; it lives as long as @a. NULL:
 * there is no memory to put them together. */
const struct tracker *analyser_flows(struct analyser *a);

/* Stops it if need be. With NULL it does nothing. */
void analyser_free(struct analyser *a);

#endif
