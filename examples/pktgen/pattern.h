/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pattern.h: what the packets of a run are like.
 *
 *	struct pattern p = PATTERN_DEFAULT;
 *	why = pattern_set(&p, "dst", "10.0.0.0/24");     for each option
 *	why = pattern_check(&p);                         once, behind them
 *
 * Each returns NULL, or a sentence that says what is wrong and what to give.
 *
 * Flows: a flow is one combination of MAC addresses, IP addresses and ports,
 * each out of its range. Flow 0 has the first of each. The source port changes
 * fastest, then the destination port, source address, destination address,
 * source MAC, destination MAC. At random, the flows are combinations spread
 * over all that there are, by the seed, no two the same.
 */
#ifndef PKTGEN_PATTERN_H
#define PKTGEN_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "range.h"

#define PATTERN_VLANS 4
#define PATTERN_FLOWS (1u << 20)
#define PATTERN_SIZE_MIN 60 /* Ethernet has no shorter frame; without FCS */
#define PATTERN_SIZE_MAX 9728
#define PATTERN_CYCLE 16384
#define PATTERN_HEADERS 128 /* no pattern's headers are longer */

enum pattern_protocol {
	PATTERN_UDP,
	PATTERN_TCP,
	PATTERN_ICMP, /* echo requests */
	PATTERN_ARP,  /* requests */
	PATTERN_ETHERNET,
	PATTERN_RAW, /* the bytes given, as they are, without marks */
};

/* What a flow has one of, out of a range; the fastest first. */
enum pattern_field {
	FIELD_SRC_PORT,
	FIELD_DST_PORT,
	FIELD_SRC_IP,
	FIELD_DST_IP,
	FIELD_SRC_MAC,
	FIELD_DST_MAC,
	FIELDS,
};

struct vlan {
	uint16_t type; /* 0x8100, or 0x88a8 for all but the innermost */
	uint16_t tci;  /* priority << 13 | id */
};

struct pattern {
	enum pattern_protocol protocol;
	unsigned family; /* 4, 6; 0: not known before pattern_check() */
	struct range ranges[FIELDS];
	struct vlan vlans[PATTERN_VLANS]; /* the outermost first */
	unsigned vlan_count;
	/* 0 before pattern_check(): the default. */
	uint16_t ethertype; /* of PATTERN_ETHERNET */
	uint8_t tcp_flags;
	uint8_t tos, ttl;

	uint32_t flows; /* 0 before pattern_check(): all combinations */
	bool random;    /* which flow comes next; else they take turns */
	uint64_t seed;
	/* By pattern_check(): flow f is combination (f * stride + start) modulo
	 * all that there are. */
	uint64_t combinations, stride, start;

	/* The sizes of packets, one after the other, then again: bytes of the
	 * Ethernet frame without FCS. */
	uint16_t sizes[PATTERN_CYCLE];
	unsigned size_count; /* 0 before pattern_check(): the least */

	bool unmarked;

	uint8_t raw[PATTERN_SIZE_MAX];
	unsigned raw_len;
};

/* One option of a pattern, as the command line has it: --NAME [VALUE]. */
struct pattern_option {
	const char *name;
	bool has_value; /* without: its value is "" */
	const char *(*take)(struct pattern *p, const char *text);
};

/*
 *	proto     udp (default), tcp, icmp, arp, eth
 *	raw       HEX, blanks and colons between bytes are fine
 *	src-mac   MAC, MAC+COUNT or MAC-MAC
 *	dst-mac   likewise
 *	vlan      ID[:PRIORITY][,...], the outermost first
 *	ethertype HEX, of eth
 *	src       ADDRESS, ADDRESS+COUNT, ADDRESS-ADDRESS or ADDRESS/PREFIX
 *	dst       likewise, IPv4 or IPv6
 *	ipv6      without addresses: IPv6's defaults
 *	src-port  PORT, PORT+COUNT or PORT-PORT
 *	dst-port  likewise
 *	tcp-flags letters out of FSRPAUEC (default S; A: data)
 *	tos, ttl  0 to 255
 *	flows     how many; none given: all combinations of the ranges
 *	random    SEED
 *	size      SIZE, imix, or a list of SIZE, MIN-MAX or MIN-MAX/STEP, each
 *	          with a weight if need be: 60:7,590:4,1514:1 is imix
 *	no-mark
 */
extern const struct pattern_option pattern_options[]; /* name NULL: the end */

/* udp, tcp, icmp, arp, eth, raw */
extern const char *const pattern_protocols[];

/* The text for one of them. NULL, or what is wrong with it. Unknown names are
 * wrong as well. The sentence is valid until this thread's next call. */
const char *pattern_set(struct pattern *p, const char *name, const char *text);

/* The option size. */
const char *pattern_sizes(struct pattern *p, const char *text);

#define PATTERN_DEFAULT ((struct pattern){ 0 })

/*
 * Does it fit together? Fills what was not given: addresses out of the blocks
 * for benchmarks (RFC 2544, RFC 5180), MACs 02:00:00:00:00:01 and :02 (ARP:
 * broadcast), ports 1024 and 9, source ports for flows that have no range, TTL
 * 64, ethertype 88b5 (for experiments), the least size. NULL, or what is
 * wrong. Check it once.
 */
const char *pattern_check(struct pattern *p);

/* Bytes before the payload: Ethernet and all that follows. */
unsigned pattern_headers(const struct pattern *p);
/* The smallest frame that holds headers and mark, and not below 60. */
unsigned pattern_least(const struct pattern *p);

/* Of a checked pattern: */

/* What a flow has of each field: so much is added to the range's first. */
struct pattern_flow {
	uint32_t add[FIELDS];
};
void pattern_flow(struct pattern_flow *ret, const struct pattern *p,
		  uint32_t flow);
unsigned pattern_largest(const struct pattern *p);
/* Bytes of a packet, on average over the sizes. */
double pattern_mean(const struct pattern *p);
/* "UDP/IPv4, 1000 flows, 60 to 1514 bytes", for a summary. */
const char *pattern_text(const struct pattern *p, char *text, unsigned size);

#endif
