// SPDX-License-Identifier: BSD-2-Clause
/* Patterns: read as written, checked as a whole, and flows out of ranges. */
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "pattern.h"

static struct pattern p;

static void set(const char *name, const char *text)
{
	const char *why = pattern_set(&p, name, text);

	if (why)
		FAIL("--%s %s: %s", name, text, why);
}

/* A pattern of "name value" words, separated by blanks; checked. NULL, or
 * what is wrong. */
static const char *make(const char *options)
{
	char words[256], *name, *rest = words;

	snprintf(words, sizeof(words), "%s", options);
	p = PATTERN_DEFAULT;
	while ((name = strtok_r(rest, " ", &rest)))
		set(name, strtok_r(rest, " ", &rest));
	return pattern_check(&p);
}

static void make_good(const char *options)
{
	const char *why = make(options);

	if (why)
		FAIL("%s: %s", options, why);
}

static void check_bad(const char *name, const char *const *texts)
{
	const char *why;

	p = PATTERN_DEFAULT;
	for (; *texts; texts++) {
		why = pattern_set(&p, name, *texts);
		if (!why || !*why)
			FAIL("--%s '%s' was taken", name, *texts);
	}
}

static void check_range(enum pattern_field field, uint64_t high, uint64_t low,
			uint64_t count)
{
	CHECK_EQ(p.ranges[field].high, high);
	CHECK_EQ(p.ranges[field].low, low);
	CHECK_EQ(p.ranges[field].count, count);
}

/* Addresses and ports: one, so many, from here to there, or a prefix. */
TEST(ranges_are_read_as_written)
{
	p = PATTERN_DEFAULT;
	set("src", "10.0.0.1");
	check_range(FIELD_SRC_IP, 0, 0x0a000001, 1);
	set("src", "10.0.0.1+1k");
	check_range(FIELD_SRC_IP, 0, 0x0a000001, 1000);
	set("dst", "10.0.0.250-10.0.1.4");
	check_range(FIELD_DST_IP, 0, 0x0a0000fa, 11);
	set("dst", "10.1.2.3/16");
	check_range(FIELD_DST_IP, 0, 0x0a010000, 65536);
	set("dst", "0.0.0.0/0");
	check_range(FIELD_DST_IP, 0, 0, 1ull << 32);
	set("src-port", "0-65535");
	check_range(FIELD_SRC_PORT, 0, 0, 65536);
	set("dst-port", "53");
	check_range(FIELD_DST_PORT, 0, 53, 1);
	set("src-mac", "02:00:00:00:aB:ff+2");
	check_range(FIELD_SRC_MAC, 0, 0x02000000abff, 2);
	set("dst-mac", "02:00:00:00:00:01-02:00:00:00:00:ff");
	check_range(FIELD_DST_MAC, 0, 0x020000000001, 255);

	p = PATTERN_DEFAULT;
	set("src", "2001:db8::ffff/112");
	check_range(FIELD_SRC_IP, 0x20010db800000000, 0, 65536);
	set("dst", "::1-::2");
	check_range(FIELD_DST_IP, 0, 1, 2);
	CHECK_EQ(p.family, 6);
}

TEST(wrong_ranges_are_refused)
{
	static const char *const addresses[] = {
		"",
		"x",
		"10.0.0",
		"10.0.0.1+",
		"10.0.0.1+0",
		"10.0.0.1+x",
		"10.0.0.1-",
		"10.0.0.2-10.0.0.1",
		"10.0.0.1/33",
		"10.0.0.1/",
		"255.255.255.255+2",
		"1.2.3.4-::5",
		"::1/95",
		"::1/129",
		"::2-::1",
		"::1-1::2",
		"::ffff:ffff+2",
		"::1+5000M",
		"+5",
		"10.0.0.1+2+3",
		"0.0.0.1+4294967296",
		"1111111111111111111111111111111111111111111111111111111111111",
		NULL,
	};
	static const char *const ports[] = { "",        "-1",  "65536",
					     "65535+2", "9-8", "9-65536",
					     "9/3",     "9+0", "a",
					     "1-2-3",   NULL };
	static const char *const macs[] = { "",
					    "02:00:00:00:00",
					    "02:00:00:00:00:0",
					    "02-00-00-00-00-01",
					    "02:00:00:00:00:01:02",
					    "ff:ff:ff:ff:ff:ff+2",
					    "02:00:00:00:00:01/8",
					    "02:00:ff:ff:ff:ff+2",
					    "0x:00:00:00:00:01",
					    NULL };

	check_bad("src", addresses);
	check_bad("dst", addresses);
	check_bad("src-port", ports);
	check_bad("dst-port", ports);
	check_bad("src-mac", macs);
	check_bad("dst-mac", macs);
	/* What was refused has changed nothing. */
	CHECK_EQ(p.ranges[FIELD_DST_MAC].count, 0);
	set("src", "1.2.3.4");
	CHECK(pattern_set(&p, "dst", "::1"));
	CHECK(pattern_set(&p, "ipv6", ""));
}

TEST(headers_are_read_as_written)
{
	p = PATTERN_DEFAULT;
	set("vlan", "100");
	CHECK_EQ(p.vlan_count, 1);
	CHECK_EQ(p.vlans[0].type, 0x8100);
	CHECK_EQ(p.vlans[0].tci, 100);
	set("vlan", "4094:7,0,5:1");
	CHECK_EQ(p.vlan_count, 3);
	CHECK_EQ(p.vlans[0].type, 0x88a8);
	CHECK_EQ(p.vlans[0].tci, 0xeffe);
	CHECK_EQ(p.vlans[2].type, 0x8100);
	CHECK_EQ(p.vlans[2].tci, 0x2005);
	set("proto", "tcp");
	set("tcp-flags", "PA");
	CHECK_EQ(p.tcp_flags, 0x18);
	set("ethertype", "88B5");
	CHECK_EQ(p.ethertype, 0x88b5);
	set("raw", "0200 0000:0001 02:00:00:00:00:02\n 88b5 ff");
	CHECK_EQ(p.raw_len, 15);
	CHECK_EQ(p.raw[14], 0xff);
	CHECK_EQ(p.protocol, PATTERN_RAW);
}

TEST(wrong_headers_are_refused)
{
	static const char *const vlans[] = { "",
					     "4095",
					     "1:8",
					     "1,",
					     ",1",
					     "1:",
					     ":1",
					     "x",
					     "1,2,3,4,5",
					     "1:2:3",
					     "000000000000000000001",
					     NULL };
	static const char *const flags[] = { "", "X", "s", "SX", "0", NULL };
	static const char *const types[] = { "",     "5ff",  "10000", "x",
					     "-800", "800x", NULL };
	static const char *const raws[] = { "",
					    "0",
					    "0x00",
					    "00 00",
					    "0000000000000000000000000000f",
					    "000000000000000000000000 00 0g",
					    NULL };
	static const char *const bytes[] = { "", "256", "-1", "x", NULL };
	static const char *const ttls[] = { "0", "256", NULL };
	static const char *const protos[] = { "", "sctp", "raw", "UDP", NULL };
	static const char *const flows[] = { "", "0", "-1", "1048577", NULL };
	static const char *const seeds[] = { "", "x", "-1", NULL };
	static const char *const none[] = { "", NULL };

	check_bad("vlan", vlans);
	check_bad("tcp-flags", flags);
	check_bad("ethertype", types);
	check_bad("raw", raws);
	check_bad("tos", bytes);
	check_bad("ttl", ttls);
	check_bad("proto", protos);
	check_bad("flows", flows);
	check_bad("random", seeds);
	check_bad("no-such-option", none);
}

/* Sizes: one, a list, a sweep, weights; the cycle has each as often as its
 * weight says, and evenly. */
TEST(sizes_are_read_as_written)
{
	p = PATTERN_DEFAULT;
	set("size", "60");
	CHECK_EQ(p.size_count, 1);
	CHECK_EQ(p.sizes[0], 60);
	set("size", "1514,60,590");
	CHECK_EQ(p.size_count, 3);
	CHECK(p.sizes[0] == 1514 && p.sizes[1] == 60 && p.sizes[2] == 590);
	set("size", "60-64");
	CHECK_EQ(p.size_count, 5);
	CHECK_EQ(p.sizes[4], 64);
	set("size", "100-1000/300,9728");
	CHECK_EQ(p.size_count, 5);
	CHECK(p.sizes[3] == 1000 && p.sizes[4] == 9728);
	set("size", "60-9728");
	CHECK_EQ(p.size_count, 9669);
}

TEST(imix_is_seven_to_four_to_one)
{
	unsigned small = 0, medium = 0, large = 0, row = 0;

	p = PATTERN_DEFAULT;
	set("size", "imix");
	CHECK_EQ(p.size_count, 12);
	for (unsigned i = 0; i < 24; i++) {
		unsigned size = p.sizes[i % 12];

		small += size == 60;
		medium += size == 590;
		large += size == 1514;
		row = size == 60 ? row + 1 : 0;
		CHECK(row <= 3); /* they do not come in herds */
	}
	CHECK(small == 14 && medium == 8 && large == 2);
	CHECK(!pattern_check(&p));
	CHECK(pattern_mean(&p) * 12 == 7 * 60 + 4 * 590 + 1514);
	CHECK_EQ(pattern_largest(&p), 1514);
}

TEST(wrong_sizes_are_refused)
{
	static const char *const sizes[] = {
		"",
		"0",
		"59",
		"9729",
		"x",
		"60,",
		",60",
		"60:",
		"60:0",
		"60-",
		"70-60",
		"60-70/",
		"60-70/0",
		"60-9729",
		"60:16385",
		"60-9728:2",
		"60 ",
		" 60",
		"-60",
		"60:1:1",
		"60/5:x",
		"4294967356",
		"99999999999999999999",
		"IMIX",
		NULL,
	};

	check_bad("size", sizes);
	CHECK_EQ(p.size_count, 0);
}

/* Options that contradict each other are refused, with a sentence. */
TEST(contradictions_are_refused)
{
	static const struct {
		const char *options, *because;
	} bad[] = {
		{ "size 64 ipv6 -", "need 80" },
		{ "proto tcp size 60", "72" },
		{ "vlan 5 size 60", "64" },
		{ "vlan 5,6,7,8 ipv6 - proto tcp size 107", "108" },
		{ "proto icmp src-port 5", "no place for --src-port" },
		{ "proto arp dst-port 5", "no place for --dst-port" },
		{ "proto eth src 10.0.0.1", "eth" },
		{ "proto arp ipv6 -", "IPv4" },
		{ "tcp-flags S", "for tcp" },
		{ "ethertype 88b5", "for eth" },
		{ "proto eth ttl 5", "for IP" },
		{ "flows 100 dst-port 1-10", "only 10 combinations" },
		{ "proto arp flows 2", "only 1 combination:" },
		{ "dst 10.0.0.0/8", "16777216 combinations: say how many" },
		{ "dst 10.0.0.0/0 src 10.0.0.0/0", "2^63" },
		{ "flows 65000 src-port 2000", "only 1 combination" },
		{ "raw 0200000000010200000000020800 size 60", "as they are" },
		{ "raw 0200000000010200000000020800 vlan 5", "as they are" },
		{ "raw 0200000000010200000000020800 dst 1.2.3.4", "" },
		{ "raw 0200000000010200000000020800 proto udp", "--proto" },
	};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *why = make(bad[i].options);

		if (!why)
			FAIL("%s was taken", bad[i].options);
		CHECK_STR_HAS(why, bad[i].because);
	}
}

/* What was not given has defaults that work. */
TEST(defaults_are_complete)
{
	char text[80];

	make_good("");
	CHECK_EQ(p.flows, 1);
	CHECK_EQ(p.size_count, 1);
	CHECK_EQ(p.sizes[0], 60);
	CHECK_STR_EQ(pattern_text(&p, text, sizeof(text)),
		     "UDP/IPv4, 1 flow, 60 bytes");
	make_good(
		"ipv6 - proto tcp vlan 1,2 flows 1000 random 3 size 120-140/10");
}

TEST(a_pattern_says_what_it_is)
{
	char text[80];

	make_good("ipv6 - proto tcp flows 1000 random 3 size 100-140/20");
	CHECK_STR_EQ(pattern_text(&p, text, sizeof(text)),
		     "TCP/IPv6, 1000 flows at random, 100 to 140 bytes");
	CHECK_EQ(pattern_headers(&p), 74);
	CHECK_EQ(pattern_least(&p), 92);
	make_good("raw 0200000000010200000000020800");
	CHECK_STR_EQ(pattern_text(&p, text, sizeof(text)),
		     "raw, 1 flow, 14 bytes");
	make_good("proto arp");
	CHECK_EQ(p.ranges[FIELD_DST_MAC].low, 0xffffffffffff);
	CHECK_EQ(pattern_least(&p), 60);
	make_good("no-mark - ipv6 -");
	CHECK_EQ(pattern_least(&p), 62);
}

/* Flow after flow as an odometer counts, the source port fastest. */
TEST(flows_take_the_ranges_in_turn)
{
	struct pattern_flow f;

	make_good("src-port 10-12 dst-port 5+2 src 10.0.0.1+2 dst-mac "
		  "02:00:00:00:00:01+2");
	CHECK_EQ(p.flows, 24);
	for (uint32_t i = 0; i < 24; i++) {
		pattern_flow(&f, &p, i);
		CHECK_EQ(f.add[FIELD_SRC_PORT], i % 3);
		CHECK_EQ(f.add[FIELD_DST_PORT], i / 3 % 2);
		CHECK_EQ(f.add[FIELD_SRC_IP], i / 6 % 2);
		CHECK_EQ(f.add[FIELD_DST_IP], 0);
		CHECK_EQ(f.add[FIELD_DST_MAC], i / 12);
	}
	make_good("flows 1000 src-port 5000");
	pattern_flow(&f, &p, 999);
	CHECK_EQ(p.ranges[FIELD_SRC_PORT].low + f.add[FIELD_SRC_PORT], 5999);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* At random no two are the same, they lie all over the ranges, and the seed
 * says which they are. */
TEST(random_flows_are_distinct_and_spread)
{
	static const char *const patterns[] = {
		"src 10.0.0.0/8 src-port 1-50000 flows 100000 random 0",
		"dst ::/96 flows 100000 random 12345",
		"src-port 1-1000 dst-port 1-100 flows 100000 random 99",
		"src-port 1-2 random 7",
		"random 18446744073709551615",
	};
	static uint64_t all[100000];
	struct pattern_flow f;

	for (unsigned i = 0; i < 5; i++) {
		uint64_t upper = 0;

		make_good(patterns[i]);
		for (uint32_t k = 0; k < p.flows; k++) {
			pattern_flow(&f, &p, k);
			all[k] = ((uint64_t)f.add[FIELD_SRC_IP] +
				  f.add[FIELD_DST_IP])
					 << 32 |
				 f.add[FIELD_DST_PORT] << 16 |
				 f.add[FIELD_SRC_PORT];
			for (unsigned n = 0; n < FIELDS; n++)
				CHECK(f.add[n] < p.ranges[n].count);
			upper += f.add[FIELD_SRC_IP] >= 1u << 23;
		}
		if (!i)
			CHECK(upper > 45000 && upper < 55000);
		qsort(all, p.flows, sizeof(all[0]), compare);
		for (uint32_t k = 1; k < p.flows; k++)
			CHECK(all[k] != all[k - 1]);
	}
}

/* An option without a value is one, and there is a sentence for each name. */
TEST(options_are_a_table)
{
	unsigned n = 0;

	p = PATTERN_DEFAULT;
	for (const struct pattern_option *o = pattern_options; o->name; o++) {
		n++;
		CHECK(o->has_value == (pattern_set(&p, o->name, "") != NULL));
	}
	CHECK(n >= 18);
	CHECK(p.unmarked && p.family == 6);
}
