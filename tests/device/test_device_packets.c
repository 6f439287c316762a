// SPDX-License-Identifier: BSD-2-Clause
/* Real drivers carry every packet, in every mode that they have. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "device.h"

static void check_mode(const struct wire *w, enum xskpkt_mode mode)
{
	for (unsigned i = 0; i < w->t.queues; i++) {
		CHECK_EQ(xskpkt_queue_mode(wire_a(w, i)), mode);
		CHECK_EQ(xskpkt_queue_mode(wire_b(w, i)), mode);
	}
}

static void both_ways(enum xskpkt_mode mode)
{
	static const uint32_t lengths[] = { 64, 65, 300, 1023, 1514 };
	struct wire w;

	device_make(&w, NULL);
	device_open(&w, mode);
	check_mode(&w, mode);
	for (unsigned i = 0; i < COUNT(lengths); i++) {
		device_carry(w.a, w.b, 200, lengths[i]);
		device_carry(w.b, w.a, 200, lengths[i]);
	}
	device_close(&w);
}

/* The NIC reads and writes the frames itself, and every byte is right. */
TEST(zero_copy_both_ways, .limit = 180)
{
	both_ways(XSKPKT_MODE_ZEROCOPY);
}

/* The same where the kernel copies. */
TEST(copy_both_ways, .limit = 180)
{
	both_ways(XSKPKT_MODE_COPY);
}

TEST(generic_both_ways, .limit = 180)
{
	both_ways(XSKPKT_MODE_GENERIC);
}

/* The best mode is found, and each better one has its reason. */
TEST(the_ladder_ends_where_the_driver_does)
{
	const char *reason = NULL;
	struct wire w;

	device_make(&w, NULL);
	device_open(&w, XSKPKT_MODE_AUTO);
	for (uint32_t m = XSKPKT_MODE_ZEROCOPY;
	     m < xskpkt_queue_mode(wire_a(&w, 0)); m++) {
		CHECK(xskpkt_queue_reason(wire_a(&w, 0), m, &reason) < 0);
		CHECK_STR_HAS(reason, w.t.a);
	}
	device_carry(w.a, w.b, 100, 200);
	device_close(&w);
}

/*
 * One port sends, one receives. igb sends nothing in zero-copy when there is no
 * program on it (vm-lab.md, 5.3), so ours is there for sending as well.
 */
TEST(a_port_that_only_sends_and_one_that_only_receives, .limit = 180)
{
	struct wire w;

	device_make(&w, POOL_OPTS(.frames = PLENTY));
	device_open_one_way(&w, XSKPKT_MODE_AUTO);
	device_carry(w.a, w.b, 200, 64);
	device_carry(w.a, w.b, 200, 1514);
	CHECK_EQ(port_stats_of(w.a).rx_packets, 0);
	CHECK_EQ(port_stats_of(w.b).tx_packets, 0);
	device_close(&w);
}

/* Every better mode has a sentence with the word in it. */
static void check_reasons(struct xskpkt_queue *q, const char *word)
{
	const char *reason = NULL;

	for (uint32_t m = XSKPKT_MODE_ZEROCOPY; m < xskpkt_queue_mode(q); m++) {
		CHECK(xskpkt_queue_reason(q, m, &reason) < 0);
		if (m == XSKPKT_MODE_ZEROCOPY)
			CHECK_STR_HAS(reason, "zero-copy: ");
		CHECK_STR_HAS(reason, word);
	}
}

/*
 * Where it is known what a driver can do, it is that, no more and no less:
 * XSKPKT_TEST_MODE is the mode, and XSKPKT_TEST_WHY a word of the sentences on
 * why it is no better one.
 */
TEST(the_mode_is_the_one_expected)
{
	static const char *const names[] = { "auto", "zero-copy", "copy",
					     "generic" };
	const char *expected = getenv("XSKPKT_TEST_MODE");
	const char *why = getenv("XSKPKT_TEST_WHY");
	enum xskpkt_mode mode;
	struct wire w;

	if (!expected)
		SKIP("XSKPKT_TEST_MODE does not say what to expect");
	device_make(&w, NULL);
	device_open(&w, XSKPKT_MODE_AUTO);
	mode = xskpkt_queue_mode(wire_a(&w, 0));
	CHECK_STR_EQ(names[mode], expected);
	check_mode(&w, mode);
	check_reasons(wire_a(&w, 0), why ? why : w.t.a);
	device_close(&w);
}

static void sleep_for(struct flow *f, struct xskpkt_port *port)
{
	int64_t limit = now_ms() + 10000;

	while (f->seen < f->sent && now_ms() < limit) {
		xskpkt_queue_wait(xskpkt_port_queue_array(port),
				  xskpkt_port_queues(port), 0, 1000);
		device_receive(f, port);
	}
	CHECK_EQ(f->seen, f->sent);
}

/* A packet alone leaves without a further call, and wakes who sleeps. */
TEST(one_packet_at_a_time, .limit = 180)
{
	struct flow there = { .id = 1 }, back = { .id = 2 };
	struct wire w;

	device_make(&w, NULL);
	device_open(&w, XSKPKT_MODE_AUTO);
	for (unsigned i = 0; i < 15; i++) {
		CHECK_EQ(flow_send(&there, wire_a(&w, 0), 1, 100), 1);
		sleep_for(&there, w.b);
		CHECK_EQ(flow_send(&back, wire_b(&w, 0), 1, 100), 1);
		sleep_for(&back, w.a);
	}
	device_close(&w);
}

/*
 * igb cuts packets at whole KiB of a frame (vm-lab.md, 5.1): frames that would
 * be cut are refused for zero-copy, with the size to give.
 */
TEST(igb_does_not_cut_packets_in_two, .limit = 180)
{
	struct wire w;
	int err;

	device_make(&w, POOL_OPTS(.frame_size = 2048));
	device_open(&w, XSKPKT_MODE_AUTO);
	if (!device_is(&w, "igb")) {
		device_close(&w);
		SKIP("the driver is not igb");
	}
	CHECK(xskpkt_queue_mode(wire_a(&w, 0)) != XSKPKT_MODE_ZEROCOPY);
	device_carry(w.a, w.b, 100, 1514);
	xskpkt_port_close(w.b);
	xskpkt_port_close(w.a);
	err = xskpkt_port_open(&w.a, w.t.a, w.pool,
			       SMALL(.mode = XSKPKT_MODE_ZEROCOPY));
	CHECK_EQ(err, -EINVAL);
	CHECK_STR_HAS(xskpkt_errmsg(), "4096");
	xskpkt_pool_destroy(w.pool);
}

/* RSS: packets of many hosts go to several queues, each one to one of them. */

struct ip_header {
	uint8_t version, tos;
	uint16_t length, id, fragment;
	uint8_t ttl, protocol;
	uint16_t checksum;
	uint32_t from, to;
};

#define IP_PACKETS 256
#define IP_BYTES 100

static void make_ip(struct xskpkt_pkt *pkt, uint32_t number)
{
	struct ip_header ip = { .version = 0x45,
				.length = htons(IP_BYTES - 14),
				.ttl = 64,
				.protocol = 253, /* for experiments */
				.from = htonl(0x0a000000 + number),
				.to = htonl(0x0b000000 + number * 7) };
	const uint16_t *words = (const uint16_t *)&ip;
	uint32_t sum = 0;

	for (unsigned i = 0; i < sizeof(ip) / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	ip.checksum = (uint16_t) ~(sum + (sum >> 16));
	packet_make(pkt->data, IP_BYTES, 1, number);
	memcpy(pkt->data + 12, "\x08\x00", 2);
	memcpy(pkt->data + 14, &ip, sizeof(ip));
	pkt->len = IP_BYTES;
}

static bool take_ip(const struct xskpkt_pkt *pkt, bool *seen)
{
	uint8_t bytes[IP_BYTES];
	struct xskpkt_pkt want = { .data = bytes };
	struct ip_header ip;
	uint32_t number;

	if (pkt->len != IP_BYTES || memcmp(pkt->data + 12, "\x08\x00", 2))
		return false;
	memcpy(&ip, pkt->data + 14, sizeof(ip));
	number = ntohl(ip.from) - 0x0a000000;
	CHECK(number < IP_PACKETS && !seen[number]);
	make_ip(&want, number);
	CHECK(!memcmp(bytes, pkt->data, IP_BYTES));
	return seen[number] = true;
}

static unsigned take_ips(struct xskpkt_queue *q, bool *seen)
{
	struct xskpkt_pkt pkts[64];
	unsigned n = xskpkt_queue_rx(q, pkts, 64), taken = 0;

	for (unsigned i = 0; i < n; i++)
		taken += take_ip(&pkts[i], seen);
	xskpkt_queue_drop(q, pkts, n);
	return taken;
}

static void send_ip(struct xskpkt_queue *q, uint32_t number)
{
	struct xskpkt_pkt pkt;

	CHECK_EQ(xskpkt_queue_alloc(q, &pkt, 1), 1);
	make_ip(&pkt, number);
	CHECK_EQ(xskpkt_queue_tx(q, &pkt, 1), 1);
}

/* Wait for one packet; returns the queue it came on. */
static unsigned await_ip(const struct wire *w, bool *seen)
{
	int64_t limit = now_ms() + 10000;

	for (unsigned q = 0; now_ms() < limit; q = (q + 1) % w->t.queues)
		if (take_ips(wire_b(w, q), seen))
			return q;
	FAIL("a packet did not arrive within 10 s");
}

TEST(packets_of_many_hosts_spread_over_the_queues, .limit = 180)
{
	bool seen[IP_PACKETS] = { false }, used[256] = { false };
	unsigned queues = 0, all;
	struct wire w;

	device_make(&w, NULL);
	device_open(&w, XSKPKT_MODE_AUTO);
	if (device_is(&w, "vmxnet3")) {
		device_close(&w);
		SKIP("QEMU's vmxnet3 puts all packets on one queue");
	}
	/* One by one: nothing on the way overflows. */
	for (uint32_t i = 0; i < IP_PACKETS; i++) {
		send_ip(wire_a(&w, 0), i);
		used[await_ip(&w, seen)] = true;
	}
	all = w.t.queues;
	for (unsigned q = 0; q < all; q++)
		queues += used[q];
	device_close(&w);
	if (all == 1)
		SKIP("one queue is open");
	CHECK(queues > 1);
}
