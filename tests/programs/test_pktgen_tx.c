// SPDX-License-Identifier: BSD-2-Clause
/* pktgen tx: what was asked for leaves, all of it, and is told of. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"
#include "schema.h"

static struct program gen, end;

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *n = json_object_get(object, key);

	if (!json_is_integer(n))
		FAIL("%s is no number", key);
	return json_integer_value(n);
}

/* What a pktgen rx at the other end says of "marked". */
static json_int_t marked(const json_t *summary, const char *key)
{
	return number(json_object_get(summary, "marked"), key);
}

/* Start a receiver, and have @words send to it. Returns the receiver's
 * summary. */
static json_t *send_and_count(const struct testnet *t, const char *words)
{
	program_start(&end, "pktgen rx --json --quiet --jumbo %s", t->b);
	program_opens(&end, t->b);
	if (program_run(&gen, "pktgen tx --json %s %s", words, t->a))
		FAIL("pktgen tx %s: %s", words, gen.errors);
	usleep(100000);
	program_interrupt(&end);
	json_decref(schema_check("pktgen.json", "tx", gen.text));
	return schema_check("pktgen.json", "rx", end.text);
}

/* --count is exact: all of them have left when it ends, and no more. */
TEST(count_is_sent_exactly)
{
	struct testnet t;
	json_t *seen;

	testnet_veth(&t, 1);
	seen = send_and_count(&t, "--count 1000 --rate 20k");
	CHECK_EQ(number(seen, "packets"), 1000);
	CHECK_EQ(number(seen, "bytes"), 60000);
	CHECK_EQ(marked(seen, "received"), 1000);
	CHECK_EQ(marked(seen, "flows"), 1);
	CHECK_EQ(marked(seen, "lost"), 0);
	CHECK_EQ(marked(seen, "reordered"), 0);
	CHECK_EQ(marked(seen, "corrupt"), 0);
	json_decref(seen);
}

/* Over all queues and workers together, also one by one. */
TEST(count_is_that_of_all_workers)
{
	static const char *const counts[] = { "1", "2", "3", "1001" };
	struct testnet t;

	testnet_veth(&t, 4);
	for (unsigned i = 0; i < 4; i++) {
		char words[80];
		json_t *seen;

		snprintf(words, sizeof(words),
			 "--count %s --rate 20k --flows 100 --workers 3",
			 counts[i]);
		seen = send_and_count(&t, words);
		CHECK_EQ(number(seen, "packets"), atoi(counts[i]));
		CHECK_EQ(marked(seen, "lost"), 0);
		CHECK_EQ(marked(seen, "reordered"), 0);
		json_decref(seen);
	}
}

/* Every flow is there, and leaves in order, whatever the number of queues. */
TEST(flows_keep_their_order)
{
	struct testnet t;
	json_t *seen;

	testnet_veth(&t, 3);
	seen = send_and_count(&t, "--count 7000 --rate 50k --flows 70 "
				  "--random 1");
	CHECK_EQ(marked(seen, "flows"), 70);
	CHECK_EQ(marked(seen, "received"), 7000);
	CHECK_EQ(marked(seen, "reordered"), 0);
	json_decref(seen);
}

/* Sizes are those of the frames; what is behind the mark arrives as it was. */
TEST(sizes_are_as_asked_for)
{
	struct testnet t;
	json_t *seen;

	testnet_veth(&t, 1);
	seen = send_and_count(&t, "--count 300 --rate 10k --size 60,600,1514");
	CHECK_EQ(number(seen, "packets"), 300);
	CHECK_EQ(number(seen, "bytes"), 100 * (60 + 600 + 1514));
	CHECK_EQ(marked(seen, "received"), 300);
	CHECK_EQ(marked(seen, "corrupt"), 0);
	json_decref(seen);
}

/* Each protocol carries marks, tagged or not. */
TEST(all_protocols_are_recognized)
{
	static const char *const words[] = {
		"--proto udp",         "--proto tcp",
		"--proto icmp",        "--proto arp",
		"--proto eth",         "--ipv6 --size 80",
		"--proto tcp --ipv6",  "--proto icmp --ipv6",
		"--vlan 5 --size 100", "--vlan 5,6:3 --proto tcp --tcp-flags A",
	};
	struct testnet t;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char all[128];
		json_t *seen;

		snprintf(all, sizeof(all), "%s --count 100 --rate 20k",
			 words[i]);
		seen = send_and_count(&t, all);
		if (marked(seen, "received") != 100)
			FAIL("%s: %lld of 100", words[i],
			     (long long)marked(seen, "received"));
		CHECK_EQ(marked(seen, "lost"), 0);
		CHECK_EQ(marked(seen, "corrupt"), 0);
		json_decref(seen);
	}
}

/* Raw bytes, and what has no mark, are sent as they are. */
TEST(what_has_no_mark_is_sent_too)
{
	struct testnet t;
	json_t *seen;

	testnet_veth(&t, 1);
	seen = send_and_count(&t, "--count 10 --rate 1k --no-mark");
	CHECK_EQ(number(seen, "unmarked"), 10);
	json_decref(seen);
	seen = send_and_count(&t, "--count 10 --rate 1k --raw "
				  "020000000002:020000000001:88b5:0102030405");
	CHECK_EQ(number(seen, "unmarked"), 10);
	json_decref(seen);
}

/* A packet that is larger than a frame takes several, and counts as one. */
TEST(jumbo_packets_take_several_frames)
{
	struct testnet t;
	json_t *seen;

	testnet_veth(&t, 1);
	testnet_mtu(&t, 9000);
	if (program_run(&gen, "pktgen tx --count 1 --size 9014 %s", t.a)) {
		if (strstr(gen.errors, "multi-buffer"))
			SKIP("%s", gen.errors);
		FAIL("%s", gen.errors);
	}
	seen = send_and_count(&t, "--count 101 --rate 1k --size 60,9014,4000 "
				  "--frame-size 2048");
	CHECK_EQ(number(seen, "packets"), 101);
	CHECK_EQ(marked(seen, "received"), 101);
	CHECK_EQ(marked(seen, "corrupt"), 0);
	json_decref(seen);
}

/* What the interface would not send is refused, with the way out. */
TEST(packets_beyond_the_mtu_are_refused)
{
	struct testnet t;

	testnet_veth(&t, 1);
	CHECK_EQ(program_run(&gen, "pktgen tx --size 1515 %s", t.a), 1);
	CHECK_STR_HAS(gen.errors, "MTU is 1500, so that 1514 is the most");
	CHECK_STR_HAS(gen.errors, "mtu 1501'");
	CHECK_EQ(program_run(&gen,
			     "pktgen tx --vlan 1 --size 1518 --count 1 %s",
			     t.a),
		 0);
}

/* A rate that nothing reaches: what was not made is told, and is no loss. */
TEST(a_rate_that_is_not_kept_is_told_of)
{
	struct testnet t;
	json_t *sent;

	testnet_veth(&t, 1);
	CHECK_EQ(program_run(&gen,
			     "pktgen tx --json --quiet --rate 1000M "
			     "--duration 1 %s",
			     t.a),
		 0);
	sent = schema_check("pktgen.json", "tx", gen.text);
	CHECK(number(sent, "behind") > 0);
	CHECK(number(sent, "packets") > 0);
	CHECK_STR_EQ(json_string_value(json_object_get(sent, "reason")),
		     "duration");
	json_decref(sent);
}

/* As fast as it goes: the kernel has counted all that it says it sent, but for
 * what the device dropped. */
TEST(without_a_rate_it_goes_as_fast_as_it_can)
{
	struct testnet t;
	json_int_t packets, lost;
	json_t *sent;

	testnet_veth(&t, 2);
	CHECK_EQ(program_run(&gen,
			     "pktgen tx --json --duration 1 --interval 0.2 "
			     "--flows 64 --size imix %s",
			     t.a),
		 0);
	sent = schema_check("pktgen.json", "tx", gen.text);
	packets = number(sent, "packets");
	lost = number(json_object_get(sent, "lost"), "tx_device");
	CHECK(packets > 0);
	CHECK_EQ(number(sent, "unsent"), 0);
	run("n=$(ip -s -j link show %s | grep -o '\"tx\":{[^}]*' | "
	    "grep -o '\"packets\":[0-9]*' | cut -d : -f 2); "
	    "test $n -le %lld && test $n -ge %lld",
	    t.a, (long long)packets, (long long)(packets - lost));
	json_decref(sent);
}

/* Who is named sends, and nobody else. */
TEST(queues_and_workers_are_as_asked_for)
{
	struct testnet t;
	json_t *sent, *queues;

	testnet_veth(&t, 4);
	CHECK_EQ(program_run(&gen,
			     "pktgen tx --json --quiet --queues 1,3 "
			     "--workers 1 --cpus 0 --flows 8 --count 800 "
			     "--ring 256 --frame-size 2048 --mode copy "
			     "%s",
			     t.a),
		 0);
	sent = schema_check("pktgen.json", "tx", gen.text);
	queues = json_object_get(sent, "queues");
	CHECK_EQ(json_array_size(queues), 2);
	CHECK_EQ(number(json_array_get(queues, 0), "queue"), 1);
	CHECK_EQ(number(json_array_get(queues, 1), "queue"), 3);
	CHECK_EQ(number(sent, "workers"), 1);
	CHECK_EQ(number(sent, "packets"), 800);
	json_decref(sent);
}

/* Nothing is taken from who receives on the interface. */
TEST(it_leaves_receiving_alone)
{
	struct testnet t;
	int a, b;

	testnet_veth(&t, 1);
	a = packet_socket(t.a);
	b = packet_socket(t.b);
	program_start(&gen, "pktgen tx --rate 1k --interval 0.1 %s", t.a);
	program_writes(&gen, "pps");
	CHECK_EQ(testnet_program_on(t.a), 0);
	packets_send(b, 1, 2, 100);
	packets_expect(a, 1, 2, 100);
	program_interrupt(&gen);
	close(a);
	close(b);
}
