/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * makers.h: what makers.c prepares and maker.c uses.
 *
 * A packet is the image of its size, with what its flow has different, and a
 * mark:
 *
 *	frame   | headers ...                | mark | filler ...      |
 *	image   | headers of flow 0 .........| 0    | filler | 128 bytes
 *	words     ^ 4 bytes  ^ 4 bytes         of each field that varies
 *
 * A header's checksum is that of the image plus that of the words; when all
 * packets have one size, it stands behind the words, ready to be written.
 */
#ifndef PKTGEN_MAKERS_H
#define PKTGEN_MAKERS_H

#include "maker.h"
#include "mark.h"
#include "packet.h"
#include "turns.h"

#define IMAGE PATTERN_HEADERS
#define FRAME_SHIFT 11 /* no frame is smaller than 2048 bytes */

/* What a frame holds: one more than the number of the packet's entry. */
#define HOLDS_NOTHING 0
#define HOLDS_HEAD 1

/* What packets of one size have in common. */
struct shape {
	uint8_t image[IMAGE];
	uint32_t len;
	uint16_t entries;
	uint16_t ip_sum, l4_sum; /* of flow 0: the checksums, inverted */
};

/* What a flow differs in from flow 0: four bytes at each of these places. */
struct word_place {
	uint16_t offset;
	bool in_ip, in_l4; /* which checksums see it */
};

struct maker {
	struct makers *all;
	uint32_t number; /* of its first flow, in marks */
	uint32_t first;  /* the first flow of the pattern that it makes */
	uint32_t flows;  /* how many it makes: each workers-th */
	bool alike;      /* its packets differ in their marks only */
	struct turns turns;
	uint32_t *sequences;
} __attribute__((aligned(64))); /* no line is written by two threads */

struct makers {
	uint8_t *base;
	uint32_t room;
	uint8_t *holds; /* of each 2048 bytes of the pool */
	struct packet_layout layout;
	uint8_t *packet; /* of flow 0, in the largest size */
	uint32_t largest;
	uint32_t run; /* << MARK_FLOW_BITS */
	bool marked, random;
	uint16_t no_check; /* written where a checksum is 0: UDP's 0xffff */

	struct shape *shapes;
	uint16_t *cycle; /* numbers of shapes, in the order they come */
	uint32_t cycle_len, shape_count;
	uint32_t copy; /* bytes of an image that have all its headers */

	struct word_place places[FIELDS];
	unsigned place_count;
	/* Of each flow: what stands there; then what that adds to the sums of
	 * both headers, or with one size only, both checksums. */
	uint32_t *words;

	unsigned workers;
	struct maker *makers;
};

/* The checksum for such a sum. */
static inline uint16_t makers_ip_check(uint32_t sum)
{
	return (uint16_t)~mark_fold(sum);
}

static inline uint16_t makers_l4_check(const struct makers *all, uint32_t sum)
{
	uint16_t check = (uint16_t)~mark_fold(sum);

	return check ? check : all->no_check;
}

#endif
