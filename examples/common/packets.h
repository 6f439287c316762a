/* SPDX-License-Identifier: BSD-2-Clause */
/* packets.h: packets, where a burst has entries */
#ifndef COMMON_PACKETS_H
#define COMMON_PACKETS_H

#include <xskpkt/pkt.h>

static inline unsigned packets_in(const struct xskpkt_pkt *pkts, unsigned n)
{
	unsigned packets = 0;

	for (unsigned i = 0; i < n; i++)
		packets += !(pkts[i].flags & XSKPKT_PKT_MORE);
	return packets;
}

static inline uint64_t bytes_in(const struct xskpkt_pkt *pkts, unsigned n)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < n; i++)
		bytes += pkts[i].len;
	return bytes;
}

#endif
