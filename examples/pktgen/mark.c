// SPDX-License-Identifier: BSD-2-Clause
/* mark.c: from the bytes of any packet to its payload and mark */
#include <endian.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "mark.h"

#define TAGS_MAX 8 /* VLAN tags, and extension headers of IPv6 */

enum mark_state mark_read(struct mark *ret, const uint8_t *data, size_t len,
			  size_t offset)
{
	uint64_t words[2];
	uint16_t rest;

	if (len < MARK_BYTES || offset > len - MARK_BYTES)
		return MARK_NONE;
	memcpy(words, data + offset, sizeof(words));
	memcpy(&rest, data + offset + sizeof(words), sizeof(rest));
	words[0] = __builtin_bswap64(words[0]);
	words[1] = __builtin_bswap64(words[1]);
	rest = __builtin_bswap16(rest);

	if (words[0] >> 48 != MARK_MAGIC)
		return MARK_NONE;
	if (mark_fold((words[0] >> 32) + (words[0] & 0xffffffff) +
		      (words[1] >> 32) + (words[1] & 0xffffffff) + rest) !=
	    0xffff)
		return MARK_DAMAGED;
	ret->flow = (uint32_t)words[0];
	ret->sequence = (uint32_t)(words[1] >> 32);
	ret->time = (words[1] & 0xffffffff) << 16 | rest;
	return MARK_GOOD;
}

/* A packet as it is walked through: nothing beyond len is read. */
struct walk {
	const uint8_t *data;
	size_t len;
	size_t at;  /* the next header, never beyond len */
	size_t end; /* as the headers so far tell */
};

/* The next @n bytes, or NULL when they are not all there. */
static const uint8_t *peek(const struct walk *w, size_t n)
{
	size_t end = w->end < w->len ? w->end : w->len;

	return w->at <= end && n <= end - w->at ? w->data + w->at : NULL;
}

static bool skip(struct walk *w, size_t n)
{
	if (!peek(w, n))
		return false;
	w->at += n;
	return true;
}

/* What begins here has @bytes, says its header. */
static void limit(struct walk *w, size_t bytes)
{
	if (w->at + bytes < w->end)
		w->end = w->at + bytes;
}

static unsigned read16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static bool walk_udp(struct walk *w)
{
	const uint8_t *udp = peek(w, 8);

	if (!udp || read16(udp + 4) < 8)
		return false;
	limit(w, read16(udp + 4));
	return skip(w, 8);
}

static bool walk_tcp(struct walk *w)
{
	const uint8_t *tcp = peek(w, 20);

	return tcp && tcp[12] >> 4 >= 5 && skip(w, (tcp[12] >> 4) * 4u);
}

static bool walk_transport(struct walk *w, unsigned protocol)
{
	switch (protocol) {
	case IPPROTO_UDP:
		return walk_udp(w);
	case IPPROTO_TCP:
		return walk_tcp(w);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return skip(w, 8);
	default:
		return true;
	}
}

static bool walk_ipv4(struct walk *w)
{
	const uint8_t *ip = peek(w, 20);
	unsigned header, total;

	if (!ip || ip[0] >> 4 != 4)
		return false;
	header = (ip[0] & 15) * 4u;
	total = read16(ip + 2);
	if (header < 20 || total < header || read16(ip + 6) & 0x1fff)
		return false;
	limit(w, total);
	return skip(w, header) && walk_transport(w, ip[9]);
}

static bool is_extension(unsigned type)
{
	return type == IPPROTO_HOPOPTS || type == IPPROTO_ROUTING ||
	       type == IPPROTO_DSTOPTS || type == IPPROTO_MH ||
	       type == IPPROTO_AH || type == IPPROTO_FRAGMENT;
}

static size_t extension_bytes(unsigned type, const uint8_t *header)
{
	switch (type) {
	case IPPROTO_FRAGMENT:
		return 8;
	case IPPROTO_AH:
		return (header[1] + 2u) * 4;
	default:
		return (header[1] + 1u) * 8;
	}
}

static bool walk_extensions(struct walk *w, unsigned type)
{
	for (unsigned i = 0; i <= TAGS_MAX; i++) {
		const uint8_t *header = peek(w, 8);

		if (!is_extension(type))
			return walk_transport(w, type);
		if (!header || !skip(w, extension_bytes(type, header)))
			return false;
		if (type == IPPROTO_FRAGMENT && read16(header + 2) & 0xfff8)
			return false;
		type = header[0];
	}
	return false;
}

static bool walk_ipv6(struct walk *w)
{
	const uint8_t *ip = peek(w, 40);

	if (!ip || ip[0] >> 4 != 6)
		return false;
	limit(w, 40u + read16(ip + 4));
	return skip(w, 40) && walk_extensions(w, ip[6]);
}

static bool walk_arp(struct walk *w)
{
	const uint8_t *arp = peek(w, 8);

	return arp && skip(w, 8u + 2 * (arp[4] + arp[5]));
}

static bool is_tag(unsigned ethertype)
{
	return ethertype == ETH_P_8021Q || ethertype == ETH_P_8021AD ||
	       ethertype == ETH_P_QINQ1;
}

static bool walk_network(struct walk *w, unsigned ethertype)
{
	switch (ethertype) {
	case ETH_P_IP:
		return walk_ipv4(w);
	case ETH_P_IPV6:
		return walk_ipv6(w);
	case ETH_P_ARP:
		return walk_arp(w);
	default:
		return true;
	}
}

static bool walk_ethernet(struct walk *w)
{
	if (!skip(w, 12))
		return false;
	for (unsigned tags = 0; tags <= TAGS_MAX; tags++) {
		const uint8_t *type = peek(w, 2);

		if (!type)
			return false;
		if (!is_tag(read16(type)))
			return skip(w, 2) && walk_network(w, read16(type));
		if (!skip(w, 4))
			return false;
	}
	return false;
}

bool mark_find(struct mark_place *ret, const uint8_t *data, size_t len)
{
	struct walk w = { .data = data, .len = len, .end = UINT32_MAX };

	if (!walk_ethernet(&w))
		return false;
	ret->offset = (uint32_t)w.at;
	ret->end = (uint32_t)w.end;
	return true;
}

/*
 * Filler is made of words of eight bytes, little endian, each so much more than
 * the one before it: many bytes can be looked at in one go.
 */
#define FILLER_STEP 0x9e3779b97f4a7c15

static uint64_t filler_word(uint32_t i)
{
	return i / 8 * FILLER_STEP;
}

static uint8_t filler_byte(uint32_t i)
{
	return (uint8_t)(filler_word(i) >> i % 8 * 8);
}

void mark_fill(uint8_t *at, size_t len, uint32_t i)
{
	uint64_t word;

	for (; len && i % 8; at++, i++, len--)
		*at = filler_byte(i);
	for (; len >= 8; at += 8, i += 8, len -= 8) {
		word = htole64(filler_word(i));
		memcpy(at, &word, sizeof(word));
	}
	for (; len; at++, i++, len--)
		*at = filler_byte(i);
}

/* How the words at @at differ from filler: bits. */
static uint64_t differing(const uint8_t *at, size_t words, uint64_t want)
{
	uint64_t differ = 0, word;

	for (size_t k = 0; k < words; k++, want += FILLER_STEP) {
		memcpy(&word, at + 8 * k, sizeof(word));
		differ |= word ^ htole64(want);
	}
	return differ;
}

bool mark_intact(const uint8_t *at, size_t len, uint32_t i)
{
	uint64_t differ = 0;
	size_t words;

	for (; len && i % 8; at++, i++, len--)
		differ |= *at ^ filler_byte(i);
	words = len / 8;
	differ |= differing(at, words, filler_word(i));
	at += 8 * words;
	i += (uint32_t)(8 * words);
	for (len %= 8; len; at++, i++, len--)
		differ |= *at ^ filler_byte(i);
	return !differ;
}
