// SPDX-License-Identifier: BSD-2-Clause
/* pktgen ping: round trips are those that there were. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"
#include "schema.h"

static struct program ping, fwd;

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *n = json_object_get(object, key);

	if (!json_is_integer(n))
		FAIL("%s is no number", key);
	return json_integer_value(n);
}

static json_t *run_ping(const struct testnet *t, const char *words)
{
	if (program_run(&ping, "pktgen ping --json --interval 0.1 %s %s", words,
			t->a))
		FAIL("pktgen ping %s: %s", words, ping.errors);
	return schema_check("pktgen.json", "ping", ping.text);
}

static void reflect(const struct testnet *t, const char *how)
{
	program_start(&fwd, "pktfwd %s --quiet %s", how, t->b);
	program_opens(&fwd, t->b);
}

/* Each packet is answered, once. */
TEST(what_is_reflected_is_answered)
{
	struct testnet t;
	json_t *seen;

	testnet_veth(&t, 1);
	reflect(&t, "reflect");
	seen = run_ping(&t, "--count 500 --rate 5k");
	program_interrupt(&fwd);
	CHECK_EQ(number(seen, "sent"), 500);
	CHECK_EQ(number(seen, "answered"), 500);
	CHECK_EQ(number(seen, "unanswered"), 0);
	CHECK_EQ(number(seen, "duplicates"), 0);
	CHECK_EQ(number(seen, "corrupt"), 0);
	CHECK_EQ(number(json_object_get(seen, "round_trip"), "count"), 500);
	CHECK_STR_EQ(json_string_value(json_object_get(seen, "reason")),
		     "count");
	json_decref(seen);
}

/* With --rate max each waits for the answer to the last, so it is as many as
 * there are round trips. */
TEST(without_a_rate_one_follows_the_other)
{
	struct testnet t;
	json_t *seen;

	testnet_veth(&t, 2);
	reflect(&t, "reflect");
	seen = run_ping(&t, "--duration 0.5 --rate max --flows 10 --size imix");
	program_interrupt(&fwd);
	CHECK(number(seen, "sent") > 0);
	CHECK_EQ(number(seen, "answered"), number(seen, "sent"));
	CHECK_EQ(number(seen, "reordered"), 0);
	json_decref(seen);
}

/* Nobody answers: all are lost, and it ends in time. */
TEST(what_is_not_answered_is_lost)
{
	struct testnet t;
	json_t *seen;

	testnet_veth(&t, 1);
	reflect(&t, "sink");
	seen = run_ping(&t, "--count 20 --rate 100 --timeout 0.1");
	program_interrupt(&fwd);
	CHECK_EQ(number(seen, "sent"), 20);
	CHECK_EQ(number(seen, "answered"), 0);
	CHECK_EQ(number(seen, "unanswered"), 20);
	CHECK(json_is_null(json_object_get(seen, "round_trip")));
	json_decref(seen);
	CHECK_EQ(program_run(&ping,
			     "pktgen ping --quiet --count 3 --timeout "
			     "0.01 %s",
			     t.a),
		 0);
	CHECK_STR_HAS(ping.text, "Sent 3, answered 0, lost 3 (100%)");
}

static int packets_on(const char *ifname)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = (int)if_nametoindex(ifname) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));

	CHECK(fd >= 0);
	CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* The next that came from outside. */
static ssize_t next_packet(int fd, uint8_t *data, size_t size)
{
	struct sockaddr_ll from = { .sll_pkttype = PACKET_OUTGOING };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n = 0;

	while (from.sll_pkttype == PACKET_OUTGOING) {
		socklen_t len = sizeof(from);

		CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
		n = recvfrom(fd, data, size, 0, (struct sockaddr *)&from, &len);
		CHECK(n > 0);
	}
	return n;
}

/* Answers that come twice, late, damaged or from elsewhere are told apart, and
 * the interface's own address is where they come from. */
TEST(odd_answers_are_told_of)
{
	uint8_t packet[2048], own[6];
	struct testnet t;
	json_t *seen;
	ssize_t n;
	int fd;

	testnet_veth(&t, 1);
	run("ip link set %s address 02:aa:bb:cc:dd:01", t.a);
	fd = packets_on(t.b);
	program_start(&ping,
		      "pktgen ping --json --quiet --count 4 --rate 20 "
		      "--timeout 0.5 --dst-mac 02:00:00:00:00:99 %s",
		      t.a);
	n = next_packet(fd, packet, sizeof(packet));
	memcpy(own, "\x02\xaa\xbb\xcc\xdd\x01", 6);
	CHECK(!memcmp(packet + 6, own, 6));
	CHECK_EQ(packet[5], 0x99);
	CHECK_EQ(send(fd, packet, (size_t)n, 0), n);
	CHECK_EQ(send(fd, packet, (size_t)n, 0), n);
	n = next_packet(fd, packet, sizeof(packet));
	packet[n - 1] ^= 1;
	CHECK_EQ(send(fd, packet, (size_t)n, 0), n);
	n = next_packet(fd, packet, sizeof(packet));
	memset(packet + 40, 0, (size_t)n - 40);
	CHECK_EQ(send(fd, packet, (size_t)n, 0), n);
	n = next_packet(fd, packet, sizeof(packet));
	CHECK_EQ(program_end(&ping), 0);
	seen = schema_check("pktgen.json", "ping", ping.text);
	CHECK_EQ(number(seen, "answered"), 1);
	CHECK_EQ(number(seen, "duplicates"), 1);
	CHECK_EQ(number(seen, "corrupt"), 1);
	CHECK_EQ(number(seen, "unmarked"), 1);
	CHECK_EQ(number(seen, "unanswered"), 3);
	json_decref(seen);
	close(fd);
}

/* An answer beyond the timeout is late, and yet an answer. */
TEST(late_answers_are_late)
{
	uint8_t packet[2048];
	struct testnet t;
	json_t *seen;
	ssize_t n;
	int fd;

	testnet_veth(&t, 1);
	fd = packets_on(t.b);
	program_start(&ping,
		      "pktgen ping --json --quiet --rate 0.1 --timeout "
		      "0.001 %s",
		      t.a);
	n = next_packet(fd, packet, sizeof(packet));
	usleep(20000);
	CHECK_EQ(send(fd, packet, (size_t)n, 0), n);
	usleep(300000);
	program_interrupt(&ping);
	seen = schema_check("pktgen.json", "ping", ping.text);
	CHECK_EQ(number(seen, "answered"), 1);
	CHECK_EQ(number(seen, "late"), 1);
	CHECK(number(json_object_get(seen, "round_trip"), "min") >= 20000000);
	json_decref(seen);
	close(fd);
}
