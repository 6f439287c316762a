// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makers: a frame in which little is touched is the packet that would be
 * built whole; and its checksums are what a receiver reckons.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <xskpkt/pkt.h>

#include "harness.h"
#include "maker.h"
#include "mark.h"
#include "packet.h"

#define FRAMES 64
#define FRAME_SIZE 4096
#define HEADROOM 256
#define BURST 32
#define ROOM (FRAME_SIZE - HEADROOM)

static _Alignas(4096) uint8_t memory[FRAMES * FRAME_SIZE];
static struct pattern p;
static uint32_t sequences[4096]; /* of each flow: what comes next */

static const struct maker_memory whole = { memory, sizeof(memory), ROOM };

static const char *make_pattern(const char *options)
{
	char words[256], *name, *rest = words;
	const char *why = NULL;

	snprintf(words, sizeof(words), "%s", options);
	p = PATTERN_DEFAULT;
	while (!why && (name = strtok_r(rest, " ", &rest)))
		why = pattern_set(&p, name, strtok_r(rest, " ", &rest));
	return why ? why : pattern_check(&p);
}

static struct makers *create(const char *options, unsigned workers,
			     uint32_t room)
{
	struct maker_memory m = whole;
	const char *why = make_pattern(options);
	struct makers *all;

	if (why)
		FAIL("%s: %s", options, why);
	m.room = room;
	memset(memory, 0xee, sizeof(memory));
	memset(sequences, 0, sizeof(sequences));
	all = makers_create(&p, workers, &m, 0x5a);
	CHECK(all);
	return all;
}

/* Empty packets, out of frames that are used again in some other order. */
static void take_frames(struct xskpkt_pkt *pkts, unsigned n)
{
	static unsigned next;
	unsigned step = 1 + (unsigned)lrand48() % 2 * 4; /* 1 or 5 */

	for (unsigned i = 0; i < n; i++, next += step)
		pkts[i] = (struct xskpkt_pkt){
			.data = memory + next % FRAMES * FRAME_SIZE + HEADROOM,
		};
}

/* Checksums, as a receiver reckons them: a sum of 0xffff is right. */

static uint16_t sum_up(uint32_t sum, const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)sum;
}

static void check_transport(const uint8_t *ip, unsigned header, unsigned total,
			    unsigned protocol, unsigned addresses)
{
	const uint8_t *l4 = ip + header;
	unsigned len = total - header;
	uint32_t pseudo = 0;

	if (protocol != IPPROTO_ICMP)
		pseudo = sum_up(protocol + len, l4 - addresses, addresses);
	CHECK_EQ(sum_up(pseudo, l4, len), 0xffff);
	if (protocol == IPPROTO_UDP) {
		CHECK_EQ(l4[4] << 8 | l4[5], len);
		CHECK(l4[6] || l4[7]); /* 0 would mean that there is none */
	}
}

static void check_checksums(const uint8_t *data, unsigned len)
{
	unsigned at = 12, type, total;

	while ((type = (unsigned)data[at] << 8 | data[at + 1]) == 0x8100 ||
	       type == 0x88a8)
		at += 4;
	at += 2;
	total = len - at;
	if (type == 0x0800) {
		CHECK_EQ(data[at + 2] << 8 | data[at + 3], total);
		CHECK_EQ(sum_up(0, data + at, 20), 0xffff);
		check_transport(data + at, 20, total, data[at + 9], 8);
	} else if (type == 0x86dd) {
		CHECK_EQ(data[at + 4] << 8 | data[at + 5], total - 40);
		check_transport(data + at, 40, total, data[at + 6], 32);
	}
}

/* A packet in one piece; returns its length. */
static unsigned flatten(uint8_t *to, const struct xskpkt_pkt *pkts, unsigned n)
{
	return (unsigned)xskpkt_pkt_copy(to, PATTERN_SIZE_MAX, pkts, n, 0);
}

/* The same packet, built whole. */
static void check_packet(const uint8_t *got, unsigned len, unsigned workers,
			 uint64_t now)
{
	static uint8_t want[PATTERN_SIZE_MAX];
	uint32_t flow, hint = UINT32_MAX;
	struct mark mark;

	if (p.unmarked) {
		packet_build(want, &p, 0, len);
		CHECK(p.flows > 1 || !memcmp(got, want, len));
		return;
	}
	CHECK_EQ(mark_seek(&mark, got, len, &hint), MARK_GOOD);
	CHECK_EQ(hint, pattern_headers(&p));
	CHECK_EQ(mark_run(mark.flow), 0x5a);
	CHECK_EQ(mark.time, now & MARK_TIME_MASK);
	flow = mark_number(mark.flow);
	CHECK(flow < p.flows || flow < workers);
	CHECK_EQ(mark.sequence, sequences[flow]++);
	packet_build(want, &p, flow % p.flows, len);
	mark_write(want + hint, &mark);
	if (memcmp(got, want, len))
		FAIL("not as built whole: flow %u, %u bytes", flow, len);
}

/* Bursts by all workers in turn, and each packet looked at. */
static void check_bursts(struct makers *all, unsigned workers, unsigned bursts)
{
	static uint8_t packet[PATTERN_SIZE_MAX];
	struct xskpkt_pkt pkts[BURST];
	unsigned packets, most, entries, seen;
	uint64_t bytes, now, sum;

	for (unsigned i = 0; i < bursts; i++) {
		unsigned want = 1 + (unsigned)lrand48() % BURST;
		unsigned n;

		now = (uint64_t)mrand48() << 20 ^ (uint64_t)mrand48();
		take_frames(pkts, want);
		packets = most = i % 3 ? BURST : 1 + (unsigned)lrand48() % 8;
		n = maker_fill(makers_get(all, i % workers), pkts, want, now,
			       &packets, &bytes);
		CHECK(n <= want && packets <= most);
		CHECK(packets == most || want - n < makers_entries(all));
		seen = 0;
		sum = 0;
		for (unsigned k = 0; k < n; k += entries, seen++) {
			unsigned len = flatten(packet, pkts + k, n - k);

			entries = xskpkt_pkt_entries(pkts + k, n - k);
			CHECK(!(pkts[k + entries - 1].flags & XSKPKT_PKT_MORE));
			sum += len;
			check_packet(packet, len, workers, now);
			if (p.protocol != PATTERN_RAW)
				check_checksums(packet, len);
		}
		CHECK_EQ(packets, seen);
		CHECK_EQ(bytes, sum);
	}
}

static void check_pattern(const char *options, unsigned workers,
			  unsigned bursts)
{
	struct makers *all = create(options, workers, ROOM);

	check_bursts(all, workers, bursts);
	makers_destroy(all);
}

/* Each protocol, with all that can vary. */
TEST(touched_frames_are_as_built_whole)
{
	static const char *const patterns[] = {
		"",
		"size 1514",
		"size 60-1514",
		"flows 1000",
		"flows 1000 size imix random 5",
		"src 10.0.0.0/24 dst 10.1.0.1+7 src-port 1-3 flows 4000 random 1",
		"dst-port 1-100 src-mac 02:00:00:00:01:00+5 "
		"dst-mac 02:00:00:00:02:00+3",
		"proto tcp tcp-flags PA size 72-200 src-port 1024-2023",
		"proto tcp ipv6 - vlan 5:3,6,7,8 size 108-150 dst-port 80+9",
		"ipv6 - src 2001:db8::/112 flows 3000 random 9 size 80,81,1514",
		"proto icmp src 10.0.0.1+50 size 60-64",
		"proto icmp dst 2001:db8::1+50 src 2001:db8::f000 size 80,99",
		"proto arp src 10.0.0.1+20 dst 10.0.1.0/28 src-mac "
		"02:00:00:00:01:00+5",
		"proto eth dst-mac 02:00:00:00:01:00+100 size 60-70",
		"proto eth ethertype 9000 no-mark - size 100",
		"vlan 100 tos 184 ttl 3 size 64,1000:3",
		"no-mark - size 60-61",
		"raw 0200000000010200000000020800ffeeddcc",
	};

	for (unsigned i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		check_pattern(patterns[i], 1, 500);
}

/* Patterns that nobody thought of. */
TEST(random_patterns_are_as_built_whole)
{
	static const char *const protos[] = { "udp", "tcp", "icmp" };
	unsigned made = 0;
	char options[256];

	srand48(7);
	for (unsigned i = 0; i < 2000; i++) {
		unsigned proto = (unsigned)lrand48() % 3;
		bool six = lrand48() % 2;
		int n = snprintf(options, sizeof(options),
				 "proto %s src %s%lx+%ld dst %s%lx+%ld size "
				 "%ld-%ld/%ld",
				 protos[proto], six ? "2001:db8::" : "10.0.0.",
				 six ? lrand48() % 0xffff : lrand48() % 10,
				 1 + lrand48() % 200,
				 six ? "2001:db8::1:" : "10.200.7.",
				 six ? lrand48() % 0xffff : lrand48() % 10,
				 1 + lrand48() % 200, 110 + lrand48() % 100,
				 210 + lrand48() % 1300, 1 + lrand48() % 99);

		if (proto < 2)
			n += snprintf(options + n, sizeof(options) - (size_t)n,
				      " src-port %ld+%ld", lrand48() % 60000,
				      1 + lrand48() % 5000);
		n += snprintf(options + n, sizeof(options) - (size_t)n,
			      " flows %ld", 1 + lrand48() % 200);
		if (lrand48() % 2)
			snprintf(options + n, sizeof(options) - (size_t)n,
				 " random %ld", lrand48());
		if (make_pattern(options))
			continue; /* more flows than there are */
		check_pattern(options, 1 + (unsigned)lrand48() % 3, 20);
		made++;
	}
	CHECK(made > 1000);
}

/* UDP's checksum of 0 is sent as 0xffff: of so many flows some have it. */
TEST(no_checksum_is_zero_with_udp)
{
	struct makers *all = create("src 10.0.0.0/30 src-port 0-65535 flows "
				    "200000",
				    1, ROOM);
	struct xskpkt_pkt pkts[BURST];
	unsigned packets, wrapped = 0;
	uint64_t bytes;

	for (unsigned i = 0; i < 200000 / BURST; i++) {
		take_frames(pkts, BURST);
		packets = BURST;
		maker_fill(makers_get(all, 0), pkts, BURST, i, &packets,
			   &bytes);
		for (unsigned k = 0; k < BURST; k++) {
			check_checksums(pkts[k].data, pkts[k].len);
			wrapped += pkts[k].data[40] == 0xff &&
				   pkts[k].data[41] == 0xff;
		}
	}
	CHECK(wrapped > 0);
	makers_destroy(all);
}

/* Flows are dealt: each is made by one worker, with numbers that have no
 * gaps; and a worker too many has one of its own. */
TEST(each_flow_has_one_maker)
{
	check_pattern("flows 10", 3, 3000);
	check_pattern("flows 10 random 4", 4, 3000);
	check_pattern("", 5, 1000);
	check_pattern("flows 3 size 60,1514", 8, 1000);
}

/* What differs between flows is seen by a receiver: all of them are sent. */
TEST(all_flows_are_sent)
{
	struct makers *all = create("flows 1000 random 3", 1, ROOM);

	check_bursts(all, 1, 2000);
	for (unsigned i = 0; i < 1000; i++)
		CHECK(sequences[i] > 0);
	makers_destroy(all);
}

/* Every flow has all sizes, also when there are as many flows as sizes. */
TEST(sizes_and_flows_do_not_march_in_step)
{
	static unsigned seen[12][PATTERN_SIZE_MAX];
	struct makers *all = create("flows 12 size imix", 1, ROOM);
	struct xskpkt_pkt pkts[BURST];
	struct mark mark;
	unsigned packets;
	uint64_t bytes;

	for (unsigned i = 0; i < 12 * 12 * 12 / 16; i++) {
		take_frames(pkts, 16);
		packets = 16;
		CHECK_EQ(maker_fill(makers_get(all, 0), pkts, 16, 0, &packets,
				    &bytes),
			 16);
		for (unsigned k = 0; k < 16; k++) {
			mark_read(&mark, pkts[k].data, pkts[k].len, 42);
			seen[mark_number(mark.flow)][pkts[k].len]++;
		}
	}
	for (unsigned flow = 0; flow < 12; flow++) {
		CHECK_EQ(seen[flow][60], 7 * 12);
		CHECK_EQ(seen[flow][590], 4 * 12);
		CHECK_EQ(seen[flow][1514], 12);
	}
	makers_destroy(all);
}

/* Packets larger than a frame lie in several, whole or not at all. */
TEST(jumbo_packets_take_several_frames)
{
	static const char *const patterns[] = {
		"size 9014",
		"size 60,9728,3840,3841,7680,7681",
		"size 60-9728/97 flows 100 random 2",
		"ipv6 - size 9000-9010 no-mark -",
	};

	for (unsigned i = 0; i < 4; i++) {
		struct makers *all = create(patterns[i], 1, ROOM);

		check_bursts(all, 1, 1000);
		makers_destroy(all);
		all = create(patterns[i], 2, 1536);
		check_bursts(all, 2, 1000);
		makers_destroy(all);
	}
}

/* Frames of any size lie apart far enough to be told from each other. */
TEST(frames_need_no_alignment)
{
	static struct xskpkt_pkt pkts[BURST];
	static uint8_t packet[PATTERN_SIZE_MAX];
	struct makers *all = create("size 60-2000", 1, 2100);
	unsigned packets;
	uint64_t bytes;

	for (unsigned i = 0; i < 500; i++) {
		packets = BURST;
		for (unsigned k = 0; k < BURST; k++)
			pkts[k].data = memory + (i * 7 + k) % 80 * 3000 + 300;
		CHECK_EQ(maker_fill(makers_get(all, 0), pkts, BURST, i,
				    &packets, &bytes),
			 BURST);
		for (unsigned k = 0; k < BURST; k++)
			check_packet(packet, flatten(packet, &pkts[k], 1), 1,
				     i);
	}
	makers_destroy(all);
	makers_destroy(NULL);
}
