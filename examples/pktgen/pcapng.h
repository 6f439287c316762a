/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcapng.h: the blocks of a capture file, made in memory.
 *
 *	section       once: byte order, machine, program
 *	interface     once: name, link type, unit of time
 *	packet ...    time, bytes, queue
 *	statistics    once, at the end: received, dropped
 *
 * Each function writes one block and returns its bytes, a multiple of 4. All
 * are in this machine's byte order, as the section says.
 * draft-ietf-opsawg-pcapng has the format.
 */
#ifndef PKTGEN_PCAPNG_H
#define PKTGEN_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xskpkt/pkt.h>

/* Room for any block but a packet's. */
#define PCAPNG_BLOCK_MAX 2048

size_t pcapng_section(void *to, const char *hardware, const char *os,
		      const char *application);

/* Strings are cut at 255 bytes; empty ones are left out. */
size_t pcapng_interface(void *to, const char *name, const char *description,
			uint32_t snaplen);

struct pcapng_packet {
	uint64_t time;   /* ns since 1970 */
	uint32_t len;    /* as it arrived */
	uint32_t kept;   /* bytes that are written */
	uint32_t queue;  /* it arrived on */
	uint64_t missed; /* packets of this queue, since the one before */
};

/* The bytes of its block, @kept of its own among them. */
size_t pcapng_packet_size(const struct pcapng_packet *p);

/* @pkts: its entries, and perhaps more. */
size_t pcapng_packet(void *to, const struct pcapng_packet *p,
		     const struct xskpkt_pkt *pkts, unsigned n);

struct pcapng_statistics {
	uint64_t started, ended; /* ns since 1970 */
	uint64_t received;       /* by the interface */
	uint64_t dropped;    /* of these, not in the file for want of room */
	uint64_t os_dropped; /* of these, by the kernel */
	uint64_t delivered;  /* in the file */
};

size_t pcapng_statistics(void *to, const struct pcapng_statistics *s);

/* The bytes of the block that starts here. */
static inline uint32_t pcapng_block_size(const void *block)
{
	return ((const uint32_t *)block)[1];
}

#define PCAPNG_PACKET 6
static inline bool pcapng_is_packet(const void *block)
{
	return ((const uint32_t *)block)[0] == PCAPNG_PACKET;
}

#endif
