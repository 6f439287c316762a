/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * maker.h: fills frames with the packets of a pattern, touching few bytes.
 *
 * The frames of a pool that nobody receives with hold nothing but what was
 * made here. So it is remembered what each of them holds: the first time it is
 * built whole, later only what differs is written: the mark, and what changes
 * with the flow or the size.
 *
 * Flows are dealt among the makers: maker m of n makes those whose number
 * modulo n is m, so that each flow's sequence has one writer. A maker that
 * would have none makes the packets of flow m modulo flows under a number of
 * its own.
 *
 * Threads: each maker belongs to one thread; what a frame holds goes from one
 * to another with the frame.
 */
#ifndef PKTGEN_MAKER_H
#define PKTGEN_MAKER_H

#include <stdint.h>

#include <xskpkt/pkt.h>

#include "pattern.h"

struct maker;
struct makers;

/* What xskpkt_pool_info() says, and what xskpkt_queue_alloc() gives. */
struct maker_memory {
	void *base;      /* first byte of the pool */
	uint64_t length; /* bytes of the pool */
	uint32_t room;   /* bytes a packet's entry may have; no less than 256 */
};

/*
 * A maker for each worker. @pattern is checked, and copied. @run stands in
 * each mark. Call it anew, never twice at once, for each pattern sent from
 * this pool. NULL: no memory.
 */
struct makers *makers_create(const struct pattern *pattern, unsigned workers,
			     const struct maker_memory *memory, uint8_t run);
void makers_destroy(struct makers *all);

struct maker *makers_get(struct makers *all, unsigned worker);

/*
 * Make packets of empty entries, as xskpkt_queue_alloc() gave them. @now is
 * the time in their marks. A packet larger than the room takes several
 * entries; one that the rest of the burst has no room for is not begun.
 *
 * What was made is to be sent, sooner or later, and in this order: a packet
 * dropped is one lost to who counts.
 *
 * At most *@packets are made. Returns how many entries were filled; *@packets
 * is how many packets they are then, *@bytes their length.
 */
unsigned maker_fill(struct maker *m, struct xskpkt_pkt *pkts, unsigned n,
		    uint64_t now, unsigned *packets, uint64_t *bytes);

/* The most entries that a packet of this pattern takes. */
unsigned makers_entries(const struct makers *all);

#endif
