/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tracker.h: what became of each flow's packets, by their sequence numbers.
 *
 *	          first               largest
 *	            |  received, or lost  |
 *	   ---------+---------------------+----------> sequence
 *	   stale    |       |<- window  ->|
 *
 * In the manner of RFC 4737 a packet is reordered when its number is below the
 * largest that was seen. Whether it is a duplicate is known for the last 1024
 * numbers. What is older than that is stale: nobody knows which of both it is,
 * and it repairs no loss. What is lost is what should be there between the
 * first and the largest and is not: a packet that is merely late is lost until
 * it comes. Packets lost before the first or behind the last that came cannot
 * be known here.
 *
 * Sequence numbers wrap. A flow of a new run (mark.h) is a flow of its own.
 *
 * Threads: one. Whoever wants to look adds it to a tracker of his own between
 * two bursts, on the thread it belongs to, or when that has ended.
 */
#ifndef PKTGEN_TRACKER_H
#define PKTGEN_TRACKER_H

#include <stdbool.h>
#include <stdint.h>

#define TRACKER_WINDOW 1024 /* sequence numbers */

struct tracker;

/* Sums over all flows, or one flow's. */
struct tracker_counts {
	uint64_t received; /* each packet once */
	uint64_t lost;
	uint64_t reordered;  /* of those received */
	uint64_t duplicates; /* received once more */
	uint64_t stale;      /* older than the window */
	uint64_t corrupt;    /* damaged mark or payload; in no flow */
	uint64_t untracked;  /* of flows that the table has no room for */
	uint64_t flows;
};

/* One flow, for reports. */
struct tracker_flow {
	uint8_t run;
	uint32_t number;
	struct tracker_counts counts;
};

/* Room for @flows of them. NULL: no memory. */
struct tracker *tracker_create(uint32_t flows);
void tracker_destroy(struct tracker *t);

/* A packet with this mark has come. */
void tracker_add(struct tracker *t, uint32_t flow, uint32_t sequence);

/* A packet of ours has come that is damaged. */
void tracker_add_corrupt(struct tracker *t);

/* All flows are forgotten. */
void tracker_reset(struct tracker *t);

/* What @from has seen, @to has seen as well. A flow that was seen by both is
 * one flow: what one of them misses is not lost if the other has it. */
void tracker_merge(struct tracker *to, const struct tracker *from);

/* The sums. */
void tracker_read(const struct tracker *t, struct tracker_counts *ret);

/*
 * The flows, in no order. Start with *at = 0 and go on until it returns
 * false.
 */
bool tracker_next(const struct tracker *t, uint32_t *at,
		  struct tracker_flow *ret);

#endif
