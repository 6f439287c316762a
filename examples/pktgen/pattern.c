// SPDX-License-Identifier: BSD-2-Clause
/* pattern.c: does a pattern fit together, and what follows from it? */
#include <net/ethernet.h>
#include <stdio.h>

#include "mark.h"
#include "pattern.h"
#include "wrong.h"

#define ETHERTYPE_EXPERIMENT 0x88b5 /* IEEE 802: for local experiments */
#define TCP_SYN 0x02
#define TTL 64

const char *const pattern_protocols[] = { "udp", "tcp", "icmp",
					  "arp", "eth", "raw" };

static const char *const field_names[FIELDS] = {
	"--src-port", "--dst-port", "--src", "--dst", "--src-mac", "--dst-mac",
};

static bool has_ip(const struct pattern *p)
{
	return p->protocol <= PATTERN_ICMP;
}

static bool has_ports(const struct pattern *p)
{
	return p->protocol == PATTERN_UDP || p->protocol == PATTERN_TCP;
}

/* Lengths */

unsigned pattern_headers(const struct pattern *p)
{
	static const unsigned transport[] = { [PATTERN_UDP] = 8,
					      [PATTERN_TCP] = 20,
					      [PATTERN_ICMP] = 8,
					      [PATTERN_ARP] = 28,
					      [PATTERN_RAW] = 0 };
	unsigned bytes = ETH_HLEN + 4 * p->vlan_count + transport[p->protocol];

	if (has_ip(p))
		bytes += p->family == 6 ? 40 : 20;
	return bytes;
}

unsigned pattern_least(const struct pattern *p)
{
	unsigned bytes = pattern_headers(p) + (p->unmarked ? 0 : MARK_BYTES);

	if (p->protocol == PATTERN_RAW)
		return p->raw_len;
	return bytes < PATTERN_SIZE_MIN ? PATTERN_SIZE_MIN : bytes;
}

unsigned pattern_largest(const struct pattern *p)
{
	unsigned most = 0;

	for (unsigned i = 0; i < p->size_count; i++)
		if (p->sizes[i] > most)
			most = p->sizes[i];
	return most;
}

double pattern_mean(const struct pattern *p)
{
	double sum = 0;

	for (unsigned i = 0; i < p->size_count; i++)
		sum += p->sizes[i];
	return sum / p->size_count;
}

/* Checks: what was given, and does not go with the protocol? */

static const char *check_fields(const struct pattern *p)
{
	const char *protocol = pattern_protocols[p->protocol];

	for (unsigned i = 0; i < FIELDS; i++) {
		bool fits = i >= FIELD_SRC_MAC;

		if (i <= FIELD_DST_PORT)
			fits = has_ports(p);
		else if (i <= FIELD_DST_IP)
			fits = has_ip(p) || p->protocol == PATTERN_ARP;
		if (p->ranges[i].count && !fits)
			return wrong("%s packets have no place for %s",
				     protocol, field_names[i]);
	}
	return NULL;
}

static const char *check_headers(const struct pattern *p)
{
	const char *protocol = pattern_protocols[p->protocol];

	if (p->raw_len && p->protocol != PATTERN_RAW)
		return wrong("--raw has all bytes: leave out --proto %s",
			     protocol);
	if (p->tcp_flags && p->protocol != PATTERN_TCP)
		return wrong("--tcp-flags is for tcp, not for %s", protocol);
	if (p->ethertype && p->protocol != PATTERN_ETHERNET)
		return wrong("--ethertype is for eth, not for %s", protocol);
	if (p->family && !has_ip(p) && p->protocol != PATTERN_ARP)
		return wrong("--ipv6 is not for %s", protocol);
	if (p->family == 6 && p->protocol == PATTERN_ARP)
		return "arp asks for IPv4 addresses";
	if ((p->tos || p->ttl) && !has_ip(p))
		return wrong("--tos and --ttl are for IP, not for %s",
			     protocol);
	return NULL;
}

static const char *check_raw(const struct pattern *p)
{
	bool ranges = false;

	for (unsigned i = 0; i < FIELDS; i++)
		ranges |= p->ranges[i].count != 0;
	if (ranges || p->vlan_count || p->size_count || p->family ||
	    p->flows > 1)
		return "raw packets are sent as they are: leave out sizes, "
		       "flows, addresses, ports and tags";
	return NULL;
}

static const char *check_sizes(const struct pattern *p)
{
	unsigned least = pattern_least(p);

	for (unsigned i = 0; i < p->size_count; i++)
		if (p->sizes[i] < least)
			return wrong("%u bytes are too few for these packets: "
				     "headers%s need %u%s",
				     p->sizes[i],
				     p->unmarked ? "" : " and mark", least,
				     p->unmarked ? "" : "; or say --no-mark");
	return NULL;
}

/* What was not given */

static void fill_range(struct range *r, uint64_t high, uint64_t low)
{
	if (!r->count)
		*r = (struct range){ high, low, 1 };
}

static void fill_addresses(struct pattern *p)
{
	struct range *src = &p->ranges[FIELD_SRC_IP];
	struct range *dst = &p->ranges[FIELD_DST_IP];

	if (p->family == 6) {
		fill_range(src, 0x2001000200000000, 1);
		fill_range(dst, 0x2001000200000000, 2);
	} else {
		fill_range(src, 0, 0xc6120001); /* 198.18.0.1 */
		fill_range(dst, 0, 0xc6130001); /* 198.19.0.1 */
	}
}

/* --flows 1000 alone: a source port for each. */
static void fill_ports(struct pattern *p)
{
	bool given = false;

	for (unsigned i = 0; i < FIELDS; i++)
		given |= p->ranges[i].count > 1;
	fill_range(&p->ranges[FIELD_SRC_PORT], 0, 1024);
	fill_range(&p->ranges[FIELD_DST_PORT], 0, 9); /* discard */
	if (!given && has_ports(p) &&
	    p->flows <= 65536 - p->ranges[FIELD_SRC_PORT].low)
		p->ranges[FIELD_SRC_PORT].count = p->flows ? p->flows : 1;
}

static void fill(struct pattern *p)
{
	bool arp = p->protocol == PATTERN_ARP;

	if (!p->family)
		p->family = 4;
	fill_addresses(p);
	fill_ports(p);
	fill_range(&p->ranges[FIELD_SRC_MAC], 0, 0x020000000001);
	fill_range(&p->ranges[FIELD_DST_MAC], 0,
		   arp ? 0xffffffffffff : 0x020000000002);
	p->ethertype = p->ethertype ? p->ethertype : ETHERTYPE_EXPERIMENT;
	p->tcp_flags = p->tcp_flags ? p->tcp_flags : TCP_SYN;
	p->ttl = p->ttl ? p->ttl : TTL;
	p->unmarked |= p->protocol == PATTERN_RAW;
	if (!p->size_count)
		p->sizes[p->size_count++] = (uint16_t)pattern_least(p);
}

/* Flows */

/* How many there could be; 0: more than 2^63. */
static uint64_t combinations(const struct pattern *p)
{
	uint64_t n = 1;

	for (unsigned i = 0; i < FIELDS; i++)
		if (__builtin_mul_overflow(n, p->ranges[i].count, &n) ||
		    n >> 63)
			return 0;
	return n;
}

static const char *check_flows(struct pattern *p)
{
	uint64_t n = combinations(p);

	if (!n)
		return "more than 2^63 combinations: narrow the ranges";
	if (p->flows > n)
		return wrong("%u flows, but the ranges have only %llu "
			     "combination%s: widen one, such as --src-port "
			     "1024-65535",
			     p->flows, (unsigned long long)n, n > 1 ? "s" : "");
	if (!p->flows && n > PATTERN_FLOWS)
		return wrong("the ranges have %llu combinations: say how many "
			     "--flows, %u at most",
			     (unsigned long long)n, PATTERN_FLOWS);
	if (!p->flows)
		p->flows = (uint32_t)n;
	p->combinations = n;
	return NULL;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Every bit of the result depends on every bit of @x (splitmix64). */
static uint64_t scatter(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* A factor that has no divisor in common with the number of combinations
 * takes each flow to one of its own. */
static void spread_flows(struct pattern *p)
{
	uint64_t n = p->combinations;

	p->stride = p->random ? scatter(p->seed) % n : 1;
	p->start = p->random ? scatter(p->seed + 1) % n : 0;
	while (common_divisor(p->stride, n) != 1)
		p->stride = p->stride + 1 < n ? p->stride + 1 : 1;
}

void pattern_flow(struct pattern_flow *ret, const struct pattern *p,
		  uint32_t flow)
{
	unsigned __int128 place = (unsigned __int128)p->stride * flow;
	uint64_t rest = (uint64_t)((place + p->start) % p->combinations);

	for (unsigned i = 0; i < FIELDS; i++) {
		ret->add[i] = (uint32_t)(rest % p->ranges[i].count);
		rest /= p->ranges[i].count;
	}
}

/* All of it */

static const char *check_given(const struct pattern *p)
{
	const char *why = check_headers(p);

	if (!why && p->protocol == PATTERN_RAW)
		return check_raw(p);
	if (!why)
		why = check_fields(p);
	return why ? why : check_sizes(p);
}

const char *pattern_check(struct pattern *p)
{
	const char *why = check_given(p);

	if (why)
		return why;
	fill(p);
	why = check_flows(p);
	if (!why)
		spread_flows(p);
	return why;
}

static const char *name_of(const struct pattern *p)
{
	static const char *const names[][2] = {
		{ "UDP/IPv4", "UDP/IPv6" },   { "TCP/IPv4", "TCP/IPv6" },
		{ "ICMP/IPv4", "ICMP/IPv6" }, { "ARP", "" },
		{ "Ethernet", "Ethernet" },   { "raw", "raw" },
	};

	return names[p->protocol][p->family == 6];
}

const char *pattern_text(const struct pattern *p, char *text, unsigned size)
{
	unsigned least = UINT16_MAX, most = pattern_largest(p);
	char sizes[32];

	for (unsigned i = 0; i < p->size_count; i++)
		if (p->sizes[i] < least)
			least = p->sizes[i];
	if (least == most)
		snprintf(sizes, sizeof(sizes), "%u bytes", most);
	else
		snprintf(sizes, sizeof(sizes), "%u to %u bytes", least, most);
	snprintf(text, size, "%s, %u flow%s%s, %s", name_of(p), p->flows,
		 p->flows > 1 ? "s" : "", p->random ? " at random" : "", sizes);
	return text;
}
