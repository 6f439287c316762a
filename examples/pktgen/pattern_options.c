// SPDX-License-Identifier: BSD-2-Clause
/* pattern_options.c: from the options' texts to a pattern */
#include <ctype.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "pattern.h"
#include "wrong.h"

static const char *take_src_port(struct pattern *p, const char *text)
{
	return range_ports(&p->ranges[FIELD_SRC_PORT], text);
}

static const char *take_dst_port(struct pattern *p, const char *text)
{
	return range_ports(&p->ranges[FIELD_DST_PORT], text);
}

static const char *take_src_mac(struct pattern *p, const char *text)
{
	return range_macs(&p->ranges[FIELD_SRC_MAC], text);
}

static const char *take_dst_mac(struct pattern *p, const char *text)
{
	return range_macs(&p->ranges[FIELD_DST_MAC], text);
}

/* Whichever comes first decides. */
static const char *take_family(struct pattern *p, unsigned family)
{
	if (p->family && p->family != family)
		return "IPv4 and IPv6 do not go together in a packet";
	p->family = family;
	return NULL;
}

static const char *take_address(struct pattern *p, enum pattern_field field,
				const char *text)
{
	bool six = strchr(text, ':');
	const char *why = six ? range_ipv6(&p->ranges[field], text)
			      : range_ipv4(&p->ranges[field], text);

	return why ? why : take_family(p, six ? 6 : 4);
}

static const char *take_src(struct pattern *p, const char *text)
{
	return take_address(p, FIELD_SRC_IP, text);
}

static const char *take_dst(struct pattern *p, const char *text)
{
	return take_address(p, FIELD_DST_IP, text);
}

static const char *take_ipv6(struct pattern *p, const char *text)
{
	(void)text;
	return take_family(p, 6);
}

/* Headers */

static const char *take_proto(struct pattern *p, const char *text)
{
	for (unsigned i = 0; i < PATTERN_RAW; i++)
		if (!strcmp(text, pattern_protocols[i])) {
			p->protocol = (enum pattern_protocol)i;
			return NULL;
		}
	return "give udp, tcp, icmp, arp or eth";
}

static const char *take_raw(struct pattern *p, const char *text)
{
	unsigned len = 0;

	for (;;) {
		text += strspn(text, " :\t\n");
		if (!*text)
			break;
		if (len == PATTERN_SIZE_MAX)
			return wrong("more than %d bytes", PATTERN_SIZE_MAX);
		if (hex_byte(text) < 0)
			return wrong("'%.8s' is no byte: give pairs of "
				     "hexadecimal digits",
				     text);
		p->raw[len++] = (uint8_t)hex_byte(text);
		text += 2;
	}
	if (len < ETH_HLEN)
		return wrong("%u bytes are no packet: give %d at least", len,
			     ETH_HLEN);
	p->raw_len = len;
	p->protocol = PATTERN_RAW;
	return NULL;
}

/* ID[:PRIORITY] at *text, which moves on behind it. */
static bool parse_vlan(struct vlan *ret, const char **text)
{
	size_t len = strcspn(*text, ",");
	uint64_t id, priority = 0;
	char word[16], *colon;

	if (len >= sizeof(word))
		return false;
	memcpy(word, *text, len);
	word[len] = '\0';
	*text += len;
	colon = strchr(word, ':');
	if (colon) {
		*colon = '\0';
		if (!number_parse(&priority, colon + 1, 0, 7))
			return false;
	}
	if (!number_parse(&id, word, 0, 4094))
		return false;
	ret->tci = (uint16_t)(priority << 13 | id);
	return true;
}

static const char *take_vlan(struct pattern *p, const char *text)
{
	unsigned n = 0;

	do {
		if (n == PATTERN_VLANS)
			return wrong("at most %d tags", PATTERN_VLANS);
		if (!parse_vlan(&p->vlans[n], &text))
			return "give ID or ID:PRIORITY for each tag, such as "
			       "100 or 100,200:5: 0 to 4094, 0 to 7";
		p->vlans[n++].type = ETHERTYPE_VLAN;
	} while (*text++ == ',');
	for (unsigned i = 0; i + 1 < n; i++)
		p->vlans[i].type = 0x88a8; /* 802.1ad, the provider's */
	p->vlan_count = n;
	return NULL;
}

static const char *take_ethertype(struct pattern *p, const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 16);

	if (!isxdigit((unsigned char)*text) || *end || value < 0x600 ||
	    value > 0xffff)
		return "give a hexadecimal number from 600 to ffff";
	p->ethertype = (uint16_t)value;
	return NULL;
}

static const char *take_tcp_flags(struct pattern *p, const char *text)
{
	static const char letters[] = "FSRPAUEC";
	uint8_t flags = 0;

	for (; *text; text++) {
		const char *letter = strchr(letters, *text);

		if (!letter)
			return "give letters out of FSRPAUEC, such as S or PA";
		flags |= (uint8_t)(1 << (letter - letters));
	}
	if (!flags)
		return "give letters out of FSRPAUEC, such as S or PA";
	p->tcp_flags = flags;
	return NULL;
}

static const char *take_u8(uint8_t *ret, const char *text, unsigned min)
{
	uint64_t value;

	if (!number_parse(&value, text, min, 255))
		return wrong("give a whole number from %u to 255", min);
	*ret = (uint8_t)value;
	return NULL;
}

static const char *take_tos(struct pattern *p, const char *text)
{
	return take_u8(&p->tos, text, 0);
}

static const char *take_ttl(struct pattern *p, const char *text)
{
	return take_u8(&p->ttl, text, 1);
}

/* The rest */

static const char *take_flows(struct pattern *p, const char *text)
{
	uint64_t flows;

	if (!number_parse(&flows, text, 1, PATTERN_FLOWS))
		return wrong("give a whole number from 1 to %u", PATTERN_FLOWS);
	p->flows = (uint32_t)flows;
	return NULL;
}

static const char *take_random(struct pattern *p, const char *text)
{
	if (!number_parse(&p->seed, text, 0, UINT64_MAX))
		return "give a seed: any whole number";
	p->random = true;
	return NULL;
}

static const char *take_unmarked(struct pattern *p, const char *text)
{
	(void)text;
	p->unmarked = true;
	return NULL;
}

const struct pattern_option pattern_options[] = {
	{ "proto", true, take_proto },
	{ "raw", true, take_raw },
	{ "src-mac", true, take_src_mac },
	{ "dst-mac", true, take_dst_mac },
	{ "vlan", true, take_vlan },
	{ "ethertype", true, take_ethertype },
	{ "src", true, take_src },
	{ "dst", true, take_dst },
	{ "ipv6", false, take_ipv6 },
	{ "src-port", true, take_src_port },
	{ "dst-port", true, take_dst_port },
	{ "tcp-flags", true, take_tcp_flags },
	{ "tos", true, take_tos },
	{ "ttl", true, take_ttl },
	{ "flows", true, take_flows },
	{ "random", true, take_random },
	{ "size", true, pattern_sizes },
	{ "no-mark", false, take_unmarked },
	{ 0 },
};

const char *pattern_set(struct pattern *p, const char *name, const char *text)
{
	for (const struct pattern_option *o = pattern_options; o->name; o++)
		if (!strcmp(o->name, name))
			return o->take(p, text);
	return wrong("there is no option %s", name);
}
