// SPDX-License-Identifier: BSD-2-Clause
/* pcapng.c: the blocks of a capture file, made in memory */
#include <string.h>

#include "pcapng.h"

/* Block types. */
#define SECTION 0x0a0d0d0au
#define INTERFACE 1
#define STATISTICS 5

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define LENGTH_UNKNOWN UINT64_MAX
#define LINKTYPE_ETHERNET 1
#define NANOSECONDS 9 /* 10^-9 of a second */

/* Options; the numbers mean something else in each block. */
enum {
	END = 0,
	SHB_HARDWARE = 2,
	SHB_OS = 3,
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_TSRESOL = 9,
	EPB_FLAGS = 2,
	EPB_DROPCOUNT = 4,
	EPB_QUEUE = 6,
	ISB_STARTTIME = 2,
	ISB_ENDTIME = 3,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	ISB_OSDROP = 7,
	ISB_USRDELIV = 8,
};

/* In the flags of a packet. */
#define INBOUND 1u
#define UNICAST (1u << 2)
#define MULTICAST (2u << 2)
#define BROADCAST (3u << 2)

static uint8_t *put16(uint8_t *to, uint16_t value)
{
	memcpy(to, &value, sizeof(value));
	return to + sizeof(value);
}

static uint8_t *put32(uint8_t *to, uint32_t value)
{
	memcpy(to, &value, sizeof(value));
	return to + sizeof(value);
}

static uint8_t *put64(uint8_t *to, uint64_t value)
{
	memcpy(to, &value, sizeof(value));
	return to + sizeof(value);
}

/* Times are written in halves, the high one first, whatever the byte order. */
static uint8_t *put_time(uint8_t *to, uint64_t ns)
{
	to = put32(to, (uint32_t)(ns >> 32));
	return put32(to, (uint32_t)ns);
}

static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static uint8_t *pad(uint8_t *to, size_t len)
{
	size_t zeros = padded(len) - len;

	memset(to, 0, zeros);
	return to + zeros;
}

/* Options */

static uint8_t *option_head(uint8_t *to, uint16_t code, size_t len)
{
	return put16(put16(to, code), (uint16_t)len);
}

static uint8_t *option(uint8_t *to, uint16_t code, const void *value,
		       size_t len)
{
	to = option_head(to, code, len);
	memcpy(to, value, len);
	return pad(to + len, len);
}

static uint8_t *option_text(uint8_t *to, uint16_t code, const char *text)
{
	return *text ? option(to, code, text, strnlen(text, 255)) : to;
}

static uint8_t *option_count(uint8_t *to, uint16_t code, uint64_t value)
{
	return put64(option_head(to, code, sizeof(value)), value);
}

static uint8_t *option_time(uint8_t *to, uint16_t code, uint64_t ns)
{
	return put_time(option_head(to, code, sizeof(ns)), ns);
}

/* Blocks: the length stands behind the type, and again at the end. */

static uint8_t *begin(void *to, uint32_t type)
{
	return put32(put32(to, type), 0);
}

static size_t finish(void *block, uint8_t *end)
{
	uint32_t size;

	end = option_head(end, END, 0);
	size = (uint32_t)(end - (uint8_t *)block) + 4;
	put32(end, size);
	put32((uint8_t *)block + 4, size);
	return size;
}

size_t pcapng_section(void *to, const char *hardware, const char *os,
		      const char *application)
{
	uint8_t *p = begin(to, SECTION);

	p = put32(p, BYTE_ORDER_MAGIC);
	p = put16(p, 1); /* version 1.0 */
	p = put16(p, 0);
	p = put64(p, LENGTH_UNKNOWN);
	p = option_text(p, SHB_HARDWARE, hardware);
	p = option_text(p, SHB_OS, os);
	p = option_text(p, SHB_USERAPPL, application);
	return finish(to, p);
}

size_t pcapng_interface(void *to, const char *name, const char *description,
			uint32_t snaplen)
{
	uint8_t *p = begin(to, INTERFACE), unit = NANOSECONDS;

	p = put16(p, LINKTYPE_ETHERNET);
	p = put16(p, 0);
	p = put32(p, snaplen);
	p = option_text(p, IF_NAME, name);
	p = option_text(p, IF_DESCRIPTION, description);
	p = option(p, IF_TSRESOL, &unit, sizeof(unit));
	return finish(to, p);
}

/* Type, length, interface, time, two lengths; flags, queue; end, length. */
#define PACKET_FIXED (28 + 8 + 8 + 4 + 4)
#define PACKET_MISSED 12

size_t pcapng_packet_size(const struct pcapng_packet *p)
{
	return PACKET_FIXED + padded(p->kept) + (p->missed ? PACKET_MISSED : 0);
}

static uint32_t flags_of(const struct xskpkt_pkt *pkt)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (pkt->len < sizeof(all) || !(pkt->data[0] & 1))
		return INBOUND | UNICAST;
	if (!memcmp(pkt->data, all, sizeof(all)))
		return INBOUND | BROADCAST;
	return INBOUND | MULTICAST;
}

/* Nearly all packets have one entry, and memcpy() does that best. */
static void copy_bytes(uint8_t *to, uint32_t len, const struct xskpkt_pkt *pkts,
		       unsigned n)
{
	if (len <= pkts->len)
		memcpy(to, pkts->data, len);
	else
		xskpkt_pkt_copy(to, len, pkts, n, 0);
}

size_t pcapng_packet(void *to, const struct pcapng_packet *packet,
		     const struct xskpkt_pkt *pkts, unsigned n)
{
	uint8_t *p = begin(to, PCAPNG_PACKET);

	p = put32(p, 0); /* the interface: there is one */
	p = put_time(p, packet->time);
	p = put32(p, packet->kept);
	p = put32(p, packet->len);
	copy_bytes(p, packet->kept, pkts, n);
	p = pad(p + packet->kept, packet->kept);
	p = put32(option_head(p, EPB_FLAGS, 4), flags_of(pkts));
	if (packet->missed)
		p = option_count(p, EPB_DROPCOUNT, packet->missed);
	p = put32(option_head(p, EPB_QUEUE, 4), packet->queue);
	return finish(to, p);
}

size_t pcapng_statistics(void *to, const struct pcapng_statistics *s)
{
	uint8_t *p = begin(to, STATISTICS);

	p = put32(p, 0); /* the interface */
	p = put_time(p, s->ended);
	p = option_time(p, ISB_STARTTIME, s->started);
	p = option_time(p, ISB_ENDTIME, s->ended);
	p = option_count(p, ISB_IFRECV, s->received);
	p = option_count(p, ISB_IFDROP, s->dropped);
	p = option_count(p, ISB_OSDROP, s->os_dropped);
	p = option_count(p, ISB_USRDELIV, s->delivered);
	return finish(to, p);
}
