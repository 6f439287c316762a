// SPDX-License-Identifier: BSD-2-Clause
/* packet.c: from a pattern, a flow and a size to the bytes of a packet */
#include <endian.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "mark.h"
#include "packet.h"

/* Fields of headers, one after the other. */

static uint8_t *put8(uint8_t *at, unsigned value)
{
	*at = (uint8_t)value;
	return at + 1;
}

static uint8_t *put16(uint8_t *at, unsigned value)
{
	return put8(put8(at, value >> 8 & 0xff), value & 0xff);
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
	return put16(put16(at, value >> 16), value & 0xffff);
}

static uint8_t *put64(uint8_t *at, uint64_t value)
{
	return put32(put32(at, (uint32_t)(value >> 32)), (uint32_t)value);
}

static uint8_t *put_mac(uint8_t *at, uint64_t mac)
{
	return put32(put16(at, (unsigned)(mac >> 32)), (uint32_t)mac);
}

/* What a flow has of each field. */
struct values {
	uint64_t high[FIELDS], low[FIELDS];
};

static uint8_t *put_ip(uint8_t *at, const struct pattern *p,
		       const struct values *v, enum pattern_field field)
{
	if (p->family == 6)
		at = put64(put64(at, v->high[field]), v->low[field]);
	else
		at = put32(at, (uint32_t)v->low[field]);
	return at;
}

static void values_of(struct values *ret, const struct pattern *p,
		      uint32_t flow)
{
	struct pattern_flow f;

	pattern_flow(&f, p, flow);
	for (unsigned i = 0; i < FIELDS; i++) {
		ret->high[i] = p->ranges[i].high;
		ret->low[i] = p->ranges[i].low + f.add[i];
	}
}

/* Checksums */

static uint64_t sum_bytes(const uint8_t *at, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (unsigned)at[i] << 8 | at[i + 1];
	return len % 2 ? sum + ((unsigned)at[len - 1] << 8) : sum;
}

static unsigned ip_protocol(const struct pattern *p)
{
	switch (p->protocol) {
	case PATTERN_UDP:
		return IPPROTO_UDP;
	case PATTERN_TCP:
		return IPPROTO_TCP;
	default:
		return p->family == 6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	}
}

/* The addresses are summed where they stand, right before the transport's
 * header; only ICMP over IPv4 knows nothing of them. */
static uint16_t transport_checksum(const uint8_t *to, const struct pattern *p,
				   const struct packet_layout *l, unsigned size)
{
	unsigned addresses = p->family == 6 ? 32 : 8;
	uint64_t sum = sum_bytes(to + l->l4, size - l->l4);
	uint16_t check;

	if (ip_protocol(p) != IPPROTO_ICMP)
		sum += sum_bytes(to + l->l4 - addresses, addresses) +
		       ip_protocol(p) + (size - l->l4);
	check = (uint16_t)~mark_fold(sum);
	/* With UDP 0 means that there is none. */
	return !check && p->protocol == PATTERN_UDP ? 0xffff : check;
}

/* Headers */

static uint8_t *put_ipv4(uint8_t *at, const struct pattern *p,
			 const struct values *v, unsigned bytes)
{
	uint8_t *start = at;

	at = put8(put8(at, 0x45), p->tos);
	at = put16(at, bytes);
	at = put32(at, 0x4000); /* one of its kind, never fragmented */
	at = put8(put8(at, p->ttl), ip_protocol(p));
	at = put16(at, 0);
	at = put_ip(at, p, v, FIELD_SRC_IP);
	at = put_ip(at, p, v, FIELD_DST_IP);
	put16(start + 10, (uint16_t)~mark_fold(sum_bytes(start, 20)));
	return at;
}

static uint8_t *put_ipv6(uint8_t *at, const struct pattern *p,
			 const struct values *v, unsigned bytes)
{
	at = put32(at, 6u << 28 | (uint32_t)p->tos << 20);
	at = put16(at, bytes - 40);
	at = put8(put8(at, ip_protocol(p)), p->ttl);
	at = put_ip(at, p, v, FIELD_SRC_IP);
	return put_ip(at, p, v, FIELD_DST_IP);
}

static uint8_t *put_arp(uint8_t *at, const struct values *v)
{
	at = put16(put16(at, 1), ETHERTYPE_IP); /* Ethernet's, for IPv4 */
	at = put8(put8(at, ETH_ALEN), 4);
	at = put16(at, 1); /* a request */
	at = put_mac(at, v->low[FIELD_SRC_MAC]);
	at = put32(at, (uint32_t)v->low[FIELD_SRC_IP]);
	at = put_mac(at, 0);
	return put32(at, (uint32_t)v->low[FIELD_DST_IP]);
}

static uint8_t *put_transport(uint8_t *at, const struct pattern *p,
			      const struct values *v, unsigned bytes)
{
	if (p->protocol == PATTERN_ICMP) {
		at = put16(at, p->family == 6 ? 128 << 8 : 8 << 8);
		at = put16(at, 0);
		return put32(at, 1); /* identifier and number */
	}
	at = put16(at, (unsigned)v->low[FIELD_SRC_PORT]);
	at = put16(at, (unsigned)v->low[FIELD_DST_PORT]);
	if (p->protocol == PATTERN_UDP)
		return put32(at, bytes << 16);
	at = put32(at, 1); /* sequence */
	at = put32(at, 0); /* acknowledgement */
	at = put16(at, 5 << 12 | p->tcp_flags);
	at = put16(at, 0xffff);
	return put32(at, 0);
}

static unsigned ethertype(const struct pattern *p)
{
	switch (p->protocol) {
	case PATTERN_ETHERNET:
		return p->ethertype;
	case PATTERN_ARP:
		return ETHERTYPE_ARP;
	default:
		return p->family == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	}
}

static uint8_t *put_ethernet(uint8_t *at, const struct pattern *p,
			     const struct values *v)
{
	at = put_mac(at, v->low[FIELD_DST_MAC]);
	at = put_mac(at, v->low[FIELD_SRC_MAC]);
	for (unsigned i = 0; i < p->vlan_count; i++)
		at = put16(put16(at, p->vlans[i].type), p->vlans[i].tci);
	return put16(at, ethertype(p));
}

/* The packet */

static void place(struct packet_layout *l, enum pattern_field field,
		  unsigned last)
{
	l->places[l->place_count].field = field;
	l->places[l->place_count++].last = (uint16_t)last;
}

static void layout_ip(struct packet_layout *l, const struct pattern *p)
{
	static const unsigned check[] = {
		[PATTERN_UDP] = 6, [PATTERN_TCP] = 16, [PATTERN_ICMP] = 2
	};
	unsigned l4 = l->l3 + (p->family == 6 ? 40 : 20);

	l->l4 = (uint16_t)l4;
	l->l4_check = (uint16_t)(l4 + check[p->protocol]);
	if (p->family == 4)
		l->ip_check = (uint16_t)(l->l3 + 10);
	place(l, FIELD_SRC_IP, l4 - 1 - (p->family == 6 ? 16 : 4));
	place(l, FIELD_DST_IP, l4 - 1);
	if (p->protocol != PATTERN_ICMP) {
		place(l, FIELD_SRC_PORT, l4 + 1);
		place(l, FIELD_DST_PORT, l4 + 3);
	}
}

void packet_layout(struct packet_layout *ret, const struct pattern *p)
{
	struct packet_layout l = { 0 };

	if (p->protocol != PATTERN_RAW) {
		l.l3 = (uint16_t)(ETH_HLEN + 4 * p->vlan_count);
		l.payload = (uint16_t)pattern_headers(p);
		place(&l, FIELD_DST_MAC, 5);
		place(&l, FIELD_SRC_MAC, 11);
	}
	if (p->protocol <= PATTERN_ICMP)
		layout_ip(&l, p);
	if (p->protocol == PATTERN_ARP) {
		place(&l, FIELD_SRC_MAC, l.l3 + 13u);
		place(&l, FIELD_SRC_IP, l.l3 + 17u);
		place(&l, FIELD_DST_IP, l.l3 + 27u);
	}
	*ret = l;
}

static void build(uint8_t *to, const struct pattern *p,
		  const struct packet_layout *l, uint32_t flow, unsigned size)
{
	struct values v;
	uint8_t *at;

	values_of(&v, p, flow);
	at = put_ethernet(to, p, &v);
	if (p->protocol == PATTERN_ARP)
		at = put_arp(at, &v);
	if (p->protocol <= PATTERN_ICMP) {
		at = p->family == 6 ? put_ipv6(at, p, &v, size - l->l3)
				    : put_ipv4(at, p, &v, size - l->l3);
		at = put_transport(at, p, &v, size - l->l4);
	}
	mark_fill(at, (size_t)(to + size - at), 0);
	/* A mark sums up to 0xffff: in ones' complement that is nothing. */
	if (!p->unmarked)
		memset(at, 0, MARK_BYTES);
	if (l->l4_check)
		put16(to + l->l4_check, transport_checksum(to, p, l, size));
}

void packet_build(uint8_t *to, const struct pattern *p, uint32_t flow,
		  unsigned size)
{
	struct packet_layout l;

	packet_layout(&l, p);
	if (p->protocol == PATTERN_RAW)
		memcpy(to, p->raw, size);
	else
		build(to, p, &l, flow, size);
}
