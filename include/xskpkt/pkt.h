/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pkt.h: a packet, or one buffer of a packet that has several.
 *
 * A packet larger than a frame (jumbo) stands as a run of entries in a burst:
 * every entry but the last has XSKPKT_PKT_MORE set.
 *
 *      pkts[0]            pkts[1]            pkts[2]
 *   +-----------+      +-----------+      +-----------+
 *   | 3840 MORE | ---> | 3840 MORE | ---> | 1320      |   one 9000-byte packet
 *   +-----------+      +-----------+      +-----------+
 */
#ifndef XSKPKT_PKT_H
#define XSKPKT_PKT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The packet goes on in the next entry. */
#define XSKPKT_PKT_MORE 1u

/*
 * Laid out as the kernel's own descriptor with a pointer for the address, so
 * that a whole burst moves between ring and program with one add per packet.
 */
struct xskpkt_pkt {
	uint8_t *data;  /* first byte; may be moved within the frame */
	uint32_t len;   /* bytes in this entry */
	uint32_t flags; /* XSKPKT_PKT_MORE, or 0 */
};

/**
 * xskpkt_pkt_entries() - how many entries the first packet of a burst has
 * @pkts: the burst
 * @n:    entries in it
 *
 * Walk a burst with: for (i = 0; i < n; i += xskpkt_pkt_entries(pkts + i, n -
 * i))
 *
 * Return: 1 for an ordinary packet; 0 when @n is 0; @n when the burst ends
 * before the packet does (xskpkt_queue_rx() never leaves it so, unless the
 * packet alone is larger than the burst).
 */
static inline unsigned xskpkt_pkt_entries(const struct xskpkt_pkt *pkts,
					  unsigned n)
{
	unsigned i = 0;

	while (i < n && (pkts[i++].flags & XSKPKT_PKT_MORE))
		;
	return i;
}

/**
 * xskpkt_pkt_bytes() - length of the first packet of a burst, all its entries
 * @pkts: the burst
 * @n:    entries in it
 */
static inline uint64_t xskpkt_pkt_bytes(const struct xskpkt_pkt *pkts,
					unsigned n)
{
	unsigned entries = xskpkt_pkt_entries(pkts, n);
	uint64_t bytes = 0;

	for (unsigned i = 0; i < entries; i++)
		bytes += pkts[i].len;
	return bytes;
}

/**
 * xskpkt_pkt_copy() - copy bytes out of the first packet of a burst
 * @dst:  gets the bytes
 * @size: room in @dst
 * @pkts: the burst
 * @n:    entries in it
 * @skip: bytes of the packet to pass over first
 *
 * Return: bytes copied, fewer than @size where the packet ends.
 */
static inline size_t xskpkt_pkt_copy(void *dst, size_t size,
				     const struct xskpkt_pkt *pkts, unsigned n,
				     size_t skip)
{
	unsigned entries = xskpkt_pkt_entries(pkts, n);
	uint8_t *to = (uint8_t *)dst;
	size_t done = 0;

	for (unsigned i = 0; i < entries && done < size; i++) {
		size_t have = pkts[i].len;
		size_t from = skip < have ? skip : have;
		size_t part = have - from;

		skip -= from;
		if (part > size - done)
			part = size - done;
		for (size_t b = 0; b < part; b++)
			to[done + b] = pkts[i].data[from + b];
		done += part;
	}
	return done;
}

#ifdef __cplusplus
}
#endif
#endif
