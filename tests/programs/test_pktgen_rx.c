// SPDX-License-Identifier: BSD-2-Clause
/* pktgen rx: what became of packets is what it says, whatever arrives. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "harness.h"
#include "mark.h"
#include "pattern.h"
#include "packet.h"
#include "program.h"
#include "schema.h"

static struct program rx, fwd;
static struct pattern pattern;

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *n = json_object_get(object, key);

	if (!json_is_integer(n))
		FAIL("%s is no number", key);
	return json_integer_value(n);
}

static json_int_t marked(const json_t *summary, const char *key)
{
	return number(json_object_get(summary, "marked"), key);
}

/* Its summary, when it is stopped. */
static json_t *stop(void)
{
	usleep(100000);
	program_interrupt(&rx);
	return schema_check("pktgen.json", "rx", rx.text);
}

static void start(const struct testnet *t, const char *words)
{
	program_start(&rx, "pktgen rx --json --interval 0.1 %s %s", words,
		      t->b);
	program_opens(&rx, t->b);
}

/* Bytes onto an interface, as they are. */
static int raw_socket(const char *ifname)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(ifname) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void send_bytes(int fd, const uint8_t *data, size_t len)
{
	while (send(fd, data, len, 0) != (ssize_t)len)
		if (errno != ENOBUFS)
			FAIL("send: %s", strerror(errno));
}

#define SIZE 200

/* A marked packet as pktgen tx makes it; the caller may spoil it. */
static void make(uint8_t *data, uint32_t flow, uint32_t sequence)
{
	struct mark mark = { flow, sequence, now_ns() };

	if (!pattern.flows) {
		pattern = PATTERN_DEFAULT;
		CHECK(!pattern_set(&pattern, "size", "200"));
		CHECK(!pattern_check(&pattern));
	}
	packet_build(data, &pattern, 0, SIZE);
	mark_write(data + pattern_headers(&pattern), &mark);
}

static void send_marked(int fd, uint32_t flow, uint32_t sequence)
{
	uint8_t data[SIZE];

	make(data, flow, sequence);
	send_bytes(fd, data, SIZE);
}

/* Losses, order and doubles of each flow are those that there were. */
TEST(each_flow_has_its_own_account)
{
	static const uint32_t first[] = { 0, 1, 2, 5, 4, 6, 6, 9 };
	struct testnet t;
	json_t *seen;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "");
	fd = raw_socket(t.a);
	for (unsigned i = 0; i < 8; i++)
		send_marked(fd, mark_flow(7, 1), first[i]);
	for (uint32_t i = 0; i < 100; i++)
		send_marked(fd, mark_flow(7, 2), i);
	seen = stop();
	CHECK_EQ(marked(seen, "flows"), 2);
	CHECK_EQ(marked(seen, "received"), 7 + 100);
	CHECK_EQ(marked(seen, "lost"), 3); /* 3, 7, 8 */
	CHECK_EQ(marked(seen, "reordered"), 1);
	CHECK_EQ(marked(seen, "duplicates"), 1);
	CHECK_EQ(number(seen, "packets"), 108);
	json_decref(seen);
	close(fd);
}

/* The flows that fared worst come first. */
TEST(the_worst_flows_are_named)
{
	struct testnet t;
	json_t *seen, *worst;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "--flows-top 2");
	fd = raw_socket(t.a);
	for (uint32_t flow = 1; flow <= 5; flow++) {
		send_marked(fd, mark_flow(9, flow), 0);
		send_marked(fd, mark_flow(9, flow), 1 + flow);
	}
	seen = stop();
	worst = json_object_get(seen, "worst");
	CHECK_EQ(json_array_size(worst), 2);
	CHECK_EQ(number(json_array_get(worst, 0), "flow"), 5);
	CHECK_EQ(number(json_array_get(worst, 0), "lost"), 5);
	CHECK_EQ(number(json_array_get(worst, 0), "run"), 9);
	CHECK_EQ(number(json_array_get(worst, 1), "flow"), 4);
	json_decref(seen);
	close(fd);
}

/* A bit that fell over is seen, in the mark and behind it. Padding is none. */
TEST(damage_is_seen)
{
	uint8_t data[SIZE + 20] = { 0 };
	struct testnet t;
	json_t *seen;
	unsigned at;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "");
	fd = raw_socket(t.a);
	at = 0;
	make(data, mark_flow(1, 1), 0);
	at = pattern_headers(&pattern);
	data[at + 9] ^= 1; /* the sequence number */
	send_bytes(fd, data, SIZE);
	make(data, mark_flow(1, 1), 0);
	data[SIZE - 1] ^= 0x80;
	send_bytes(fd, data, SIZE);
	make(data, mark_flow(1, 1), 0);
	send_bytes(fd, data, SIZE + 20);
	seen = stop();
	CHECK_EQ(marked(seen, "corrupt"), 2);
	CHECK_EQ(marked(seen, "received"), 1);
	CHECK_EQ(number(seen, "unmarked"), 0);
	json_decref(seen);
	close(fd);
}

/* More flows than there is room for are counted as such. */
TEST(flows_beyond_the_table_are_told_of)
{
	struct testnet t;
	json_t *seen;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "--flows 4");
	fd = raw_socket(t.a);
	for (uint32_t flow = 0; flow < 100; flow++)
		send_marked(fd, mark_flow(1, flow), 0);
	seen = stop();
	CHECK(marked(seen, "flows") >= 4);
	CHECK_EQ(marked(seen, "flows") + marked(seen, "untracked"), 100);
	json_decref(seen);
	close(fd);
}

/* Whatever bytes arrive: each packet counts once, and nothing else happens. */
TEST(nonsense_does_no_harm)
{
	uint8_t data[1514];
	struct testnet t;
	unsigned random = 1;
	json_t *seen;
	int fd;

	testnet_veth(&t, 2);
	start(&t, "");
	fd = raw_socket(t.a);
	for (unsigned i = 0; i < 5000; i++) {
		size_t len = ETH_HLEN + (size_t)rand_r(&random) % 1500;

		for (size_t k = 0; k < len; k++)
			data[k] = (uint8_t)rand_r(&random);
		if (i % 2) /* nearly a packet of ours */
			make(data, (uint32_t)rand_r(&random),
			     (uint32_t)rand_r(&random));
		if (i % 2)
			data[12 + (unsigned)rand_r(&random) % 40] =
				(uint8_t)rand_r(&random);
		send_bytes(fd, data, len);
		if (i % 128 == 127)
			usleep(2000);
	}
	seen = stop();
	CHECK_EQ(number(seen, "packets"), 5000);
	json_decref(seen);
	close(fd);
}

/* What is no packet of ours is counted, and has no latency. */
TEST(unmarked_packets_are_counted_as_such)
{
	struct testnet t;
	json_t *seen;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "");
	fd = packet_socket(t.a);
	packets_send(fd, 1, 2, 300);
	seen = stop();
	CHECK_EQ(number(seen, "packets"), 300);
	CHECK_EQ(number(seen, "unmarked"), 300);
	CHECK_EQ(marked(seen, "flows"), 0);
	CHECK(json_is_null(json_object_get(seen, "latency")));
	json_decref(seen);
	close(fd);
}

/* Marks are not looked for, if so asked. */
TEST(it_can_be_told_to_count_only)
{
	struct testnet t;
	json_t *seen;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "--no-mark --mode generic --ring 256");
	fd = raw_socket(t.a);
	for (uint32_t i = 0; i < 100; i++)
		send_marked(fd, mark_flow(1, 1), i);
	seen = stop();
	CHECK_EQ(number(seen, "unmarked"), 100);
	CHECK_EQ(marked(seen, "received"), 0);
	json_decref(seen);
	close(fd);
}

/* --count ends it, and it has taken no packet more. */
TEST(count_is_received_exactly)
{
	struct testnet t;
	json_t *seen;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "--count 500");
	fd = packet_socket(t.a);
	packets_send(fd, 1, 2, 700);
	CHECK_EQ(program_end(&rx), 0);
	seen = schema_check("pktgen.json", "rx", rx.text);
	CHECK_EQ(number(seen, "packets"), 500);
	CHECK_STR_EQ(json_string_value(json_object_get(seen, "reason")),
		     "count");
	json_decref(seen);
	close(fd);
}

/* A latency is what passed between the mark's time and its arrival; the time of
 * another clock is none. */
TEST(latency_is_the_age_of_the_mark)
{
	const struct mark strange = { mark_flow(1, 2), 0,
				      now_ns() + 3600000000000 };
	uint8_t data[SIZE];
	struct testnet t;
	json_t *seen, *latency;
	uint64_t before;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "");
	fd = raw_socket(t.a);
	before = now_ns();
	make(data, mark_flow(1, 1), 0);
	usleep(20000);
	send_bytes(fd, data, SIZE);
	mark_write(data + pattern_headers(&pattern), &strange);
	send_bytes(fd, data, SIZE);
	seen = stop();
	latency = json_object_get(seen, "latency");
	CHECK_EQ(marked(seen, "received"), 2);
	CHECK_EQ(number(latency, "count"), 1);
	CHECK(number(latency, "min") >= 20000000);
	CHECK(number(latency, "max") <= (json_int_t)(now_ns() - before));
	json_decref(seen);
	close(fd);
}

/* From tx through a wire of pktfwd to rx: all of it, unharmed and in order. */
TEST(a_wire_leaves_packets_as_they_are)
{
	static struct program gen;
	struct testnet t, u;
	json_t *seen;

	testnet_veth(&t, 2);
	testnet_veth(&u, 2);
	program_start(&rx, "pktgen rx --json --quiet %s", u.b);
	program_opens(&rx, u.b);
	program_start(&fwd, "pktfwd --quiet %s %s", t.b, u.a);
	program_opens(&fwd, u.a);
	if (program_run(&gen,
			"pktgen tx --rate 5k --count 10000 --flows 20 "
			"--size imix --quiet %s",
			t.a))
		FAIL("%s", gen.errors);
	usleep(100000);
	program_interrupt(&fwd);
	seen = stop();
	CHECK_EQ(number(seen, "packets"), 10000);
	CHECK_EQ(number(seen, "unmarked"), 0);
	CHECK_EQ(marked(seen, "flows"), 20);
	CHECK_EQ(marked(seen, "received"), 10000);
	CHECK_EQ(marked(seen, "lost"), 0);
	CHECK_EQ(marked(seen, "reordered"), 0);
	CHECK_EQ(marked(seen, "corrupt"), 0);
	json_decref(seen);
}
