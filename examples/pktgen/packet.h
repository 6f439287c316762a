/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet.h: one packet of a pattern, built whole, checksums and all.
 *
 * maker.h does the same for millions, from what was built here.
 */
#ifndef PKTGEN_PACKET_H
#define PKTGEN_PACKET_H

#include "pattern.h"

/* Where things are in the packets of a pattern; 0: they have none. */
struct packet_layout {
	uint16_t l3, l4, payload;
	uint16_t ip_check, l4_check; /* checksums */

	/* The last byte of each field; ARP has the source's MAC twice. */
	struct {
		enum pattern_field field;
		uint16_t last;
	} places[FIELDS + 1];
	unsigned place_count;
};

void packet_layout(struct packet_layout *ret, const struct pattern *p);

/*
 * Build @size bytes at @to. The place of the mark counts as 0xffff in the
 * checksum, and is left to mark_write(): behind that all is right.
 */
void packet_build(uint8_t *to, const struct pattern *p, uint32_t flow,
		  unsigned size);

#endif
