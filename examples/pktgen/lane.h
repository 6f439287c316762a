/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lane.h: one queue of a generator, with a maker and a pace of its own, so
 * that a flow always leaves on the same queue.
 *
 *	quota ---> pace: how many now? ---> maker: frames ---> TX ring
 *
 * Threads: one, but for the counters.
 */
#ifndef PKTGEN_LANE_H
#define PKTGEN_LANE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <xskpkt/xskpkt.h>

#include "maker.h"
#include "pace.h"
#include "pktgen.h"
#include "quota.h"

struct lane {
	struct xskpkt_queue *queue;
	struct maker *maker;
	unsigned entries;    /* most that a packet takes */
	struct quota *quota; /* of all lanes */
	struct pace pace;
	double given_up; /* of the pace, as far as it was counted */
	uint64_t due_at; /* ns: nothing to be done before */
	bool done;       /* the quota is used up, and all of it is sent */

	/* Made, and not taken by the ring yet. */
	struct xskpkt_pkt held[BURST];
	unsigned held_first, held_count;

	_Atomic uint64_t began;          /* ns: its first turn; 0: not yet */
	_Atomic uint64_t packets, bytes; /* made */
	_Atomic uint64_t full;           /* bursts the ring had no room for */
	_Atomic uint64_t behind;         /* given up by the pace */
	_Atomic uint64_t unsent;         /* made, and not in packets any more */
};

/* A burst, if one is due at @now. Returns how many entries the ring took. */
unsigned lane_send(struct lane *l, uint64_t now);

/* What was sent has left; what the ring does not take by @end_ms (now_ms())
 * goes back to the pool, and is unsent. 0, or -errno of xskpkt_queue_drain().
 */
int lane_drain(struct lane *l, uint64_t end_ms);

#endif
