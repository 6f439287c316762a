/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mark.h: what a packet of ours carries where its payload begins.
 *
 *	 0     2     4           8           12                18 bytes
 *	 | magic check   flow    | sequence  | time            | filler ...
 *
 * All of it is big endian. The flow is the run (8 bits, random at each start)
 * and the number of the flow in it (24 bits). The time is CLOCK_MONOTONIC in
 * ns, modulo 2^48: 78 hours. The check makes the ones' complement sum of the
 * mark always the same, 0xffff. So a damaged mark shows, and the checksum of
 * UDP, TCP or ICMP around it is the same for every packet.
 *
 * Behind the mark every byte is a function of its place in the payload, so
 * that damage there shows as well.
 */
#ifndef PKTGEN_MARK_H
#define PKTGEN_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARK_BYTES 18
#define MARK_MAGIC 0x7867u /* "xg" */
#define MARK_FLOW_BITS 24
#define MARK_FLOWS (1u << MARK_FLOW_BITS)
#define MARK_TIME_MASK ((1ull << 48) - 1)

struct mark {
	uint32_t flow; /* run << 24 | number */
	uint32_t sequence;
	uint64_t time; /* ns, 48 bits */
};

/* Where the payload of a packet lies in it. */
struct mark_place {
	uint32_t offset; /* of the mark */
	uint32_t end;    /* of the payload, as the headers tell: perhaps beyond
			  * the packet, when it is cut. They do not: UINT32_MAX */
};

enum mark_state {
	MARK_NONE,    /* no packet of ours */
	MARK_DAMAGED, /* the magic is there, but the check is wrong */
	MARK_GOOD,
};

static inline uint32_t mark_flow(uint8_t run, uint32_t number)
{
	return (uint32_t)run << MARK_FLOW_BITS | number;
}

static inline uint8_t mark_run(uint32_t flow)
{
	return (uint8_t)(flow >> MARK_FLOW_BITS);
}

static inline uint32_t mark_number(uint32_t flow)
{
	return flow & (MARK_FLOWS - 1);
}

/* How old a mark is at @now: right for ages up to 78 hours. A mark from the
 * future (clocks of two machines) is very old. */
static inline uint64_t mark_age(uint64_t time, uint64_t now)
{
	return (now - time) & MARK_TIME_MASK;
}

/* A ones' complement sum in 16 bits. */
static inline uint16_t mark_fold(uint64_t sum)
{
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)((sum >> 16) + (sum & 0xffff));
}

/* What marks of the same time have in common, ready to be written. */
struct mark_stamp {
	uint64_t high; /* upper 32 bits of the time */
	uint16_t low;  /* the others, big endian */
	uint32_t sum;  /* of magic and time */
};

static inline struct mark_stamp mark_stamp(uint64_t time)
{
	uint64_t high = (time >> 16) & 0xffffffff;

	return (struct mark_stamp){
		.high = high,
		.low = __builtin_bswap16((uint16_t)time),
		.sum = (uint32_t)(MARK_MAGIC + (high >> 16) + (high & 0xffff) +
				  (time & 0xffff)),
	};
}

static inline __attribute__((always_inline)) uint16_t
mark_check(const struct mark_stamp *s, uint32_t flow, uint32_t sequence)
{
	uint32_t sum = s->sum + (flow >> 16) + (flow & 0xffff) +
		       (sequence >> 16) + (sequence & 0xffff);

	/* A sum of eight words of 16 bits is folded in two steps. */
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t) ~(sum + (sum >> 16));
}

/* Marks of one flow and time, one after the other, in the CPU's byte order. */
struct mark_series {
	uint64_t head; /* magic, flow */
	uint64_t tail; /* sequence, upper half of the time */
	uint16_t check, low;
};

static inline __attribute__((always_inline)) struct mark_series
mark_series(const struct mark_stamp *s, uint32_t flow, uint32_t sequence)
{
	return (struct mark_series){
		.head = (uint64_t)MARK_MAGIC << 48 | flow,
		.tail = (uint64_t)sequence << 32 | s->high,
		.check = mark_check(s, flow, sequence),
		.low = s->low,
	};
}

/* Writes MARK_BYTES at @at, which needs no alignment. pktgen.bpf.c has it too,
 * where there is no string.h. */
static inline __attribute__((always_inline)) void
mark_put_this(uint8_t *at, const struct mark_series *m)
{
	uint64_t words[2] = {
		__builtin_bswap64(m->head | (uint64_t)m->check << 32),
		__builtin_bswap64(m->tail),
	};

	__builtin_memcpy(at, words, sizeof(words));
	__builtin_memcpy(at + sizeof(words), &m->low, sizeof(m->low));
}

/*
 * The sequence is one more, so the check is one less, and below 0 is 0xfffe:
 * in such a sum 0 and 0xffff are the same. Not for the step from sequence
 * 2^32 - 1 to 0, where the sum stays.
 */
static inline void mark_series_step(struct mark_series *m)
{
	m->tail += 1ull << 32;
	m->check = m->check ? (uint16_t)(m->check - 1) : 0xfffe;
}

static inline __attribute__((always_inline)) void
mark_put(uint8_t *at, const struct mark_stamp *s, uint32_t flow,
	 uint32_t sequence)
{
	const struct mark_series m = mark_series(s, flow, sequence);

	mark_put_this(at, &m);
}

static inline void mark_write(uint8_t *at, const struct mark *m)
{
	const struct mark_stamp stamp = mark_stamp(m->time);

	mark_put(at, &stamp, m->flow, m->sequence);
}

/* The mark at @offset, if there is one: @len bytes are there to be read. @ret
 * is filled only when it is MARK_GOOD. */
enum mark_state mark_read(struct mark *ret, const uint8_t *data, size_t len,
			  size_t offset);

/*
 * Where the payload of a packet begins and ends, by its headers: Ethernet,
 * VLAN tags, ARP, IPv4, IPv6 and its extension headers, UDP, TCP, ICMP; any
 * other protocol's payload is what follows the last header that is known.
 * False: the headers are cut or malformed, or it is a later fragment. Any
 * bytes of any length are welcome; nothing beyond @len is read. @data may be
 * the first buffer of a larger packet.
 */
bool mark_find(struct mark_place *ret, const uint8_t *data, size_t len);

/*
 * The mark of a packet. *@hint is where the last one was: it is tried first,
 * so that packets which are all alike need not be parsed, and updated.
 */
static inline enum mark_state mark_seek(struct mark *ret, const uint8_t *data,
					size_t len, uint32_t *hint)
{
	struct mark_place place;

	if (mark_read(ret, data, len, *hint) == MARK_GOOD)
		return MARK_GOOD;
	if (!mark_find(&place, data, len))
		return MARK_NONE;
	*hint = place.offset;
	return mark_read(ret, data, len, place.offset);
}

/* Fill @len bytes that begin at place @i of the payload. */
void mark_fill(uint8_t *at, size_t len, uint32_t i);

/* Are these @len bytes, which begin at place @i of the payload, as
 * mark_fill() writes them? */
bool mark_intact(const uint8_t *at, size_t len, uint32_t i);

#endif
