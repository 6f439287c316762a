// SPDX-License-Identifier: BSD-2-Clause
/* pktnic watch: what an interface carries, for people and for programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/if_ether.h>

#include "harness.h"
#include "program.h"
#include "schema.h"

static struct program nic;
static struct testnet net;

static void start(unsigned queues)
{
	testnet_veth(&net, queues);
	/* So that the driver polls, and counts for each queue. */
	run("ethtool -K %s gro on", net.a);
	program_start(&nic, "pktnic watch --interval 0.1 --json %s", net.a);
	program_writes(&nic, "interval");
}

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value))
		FAIL("%s is no number", key);
	return json_integer_value(value);
}

static json_t *summary(void)
{
	json_t *o = schema_check("pktnic.json", "watch", nic.text);

	CHECK_STR_EQ(json_string_value(json_object_get(o, "type")), "summary");
	return o;
}

static json_int_t sum_of_queues(const json_t *o, const char *key)
{
	const json_t *queue;
	json_int_t sum = 0;
	size_t i;

	json_array_foreach(json_object_get(o, "queues"), i, queue)
	{
		sum += number(queue, key);
	}
	return sum;
}

static json_int_t packets_received(void)
{
	char path[64], text[32] = "";
	FILE *in;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/rx_packets",
		 net.a);
	in = fopen(path, "r");
	CHECK(in != NULL);
	CHECK(fgets(text, sizeof(text), in) != NULL);
	fclose(in);
	return atoll(text);
}

static void wait_for_packets(json_int_t n)
{
	for (int ms = 0; packets_received() < n; ms += 20) {
		if (ms >= PATIENCE_MS)
			FAIL("the packets did not arrive");
		usleep(20000);
	}
}

/* Packets that were sent while it watched are in its summary, once in the
 * whole and once in the queues. */
TEST(it_counts_what_was_sent)
{
	json_t *o;
	int fd;

	start(2);
	fd = packet_socket(net.b);
	packets_send(fd, 2, 1, 300);
	wait_for_packets(300);
	program_interrupt(&nic);
	o = summary();
	CHECK_STR_EQ(json_string_value(json_object_get(o, "reason")), "signal");
	CHECK_EQ(number(o, "rx_packets"), 300);
	/* A veth counts what is behind the Ethernet header. */
	CHECK_EQ(number(o, "rx_bytes"), 300 * (PACKET_SIZE - ETH_HLEN));
	CHECK_EQ(number(o, "tx_packets"), 0);
	CHECK_EQ(json_array_size(json_object_get(o, "queues")), 2);
	CHECK_STR_EQ(json_string_value(json_object_get(o, "source")),
		     "ethtool");
	CHECK_EQ(sum_of_queues(o, "rx_packets"), 300);
	json_decref(o);
	close(fd);
}

/* All intervals together are the whole. */
TEST(intervals_add_up)
{
	json_int_t sum = 0;
	json_t *o;
	char *line;
	int fd;

	start(1);
	fd = packet_socket(net.b);
	packets_send(fd, 2, 1, 100);
	wait_for_packets(100);
	program_interrupt(&nic);
	json_decref(summary());
	for (line = strtok(nic.text, "\n"); line; line = strtok(NULL, "\n")) {
		o = json_loads(line, 0, NULL);
		CHECK(o != NULL);
		if (json_object_get(o, "reason"))
			CHECK(sum <= number(o, "rx_packets"));
		else
			sum += number(o, "rx_packets");
		json_decref(o);
	}
	/* What came after the last interval is only in the summary. */
	CHECK(sum <= 100);
	close(fd);
}

/* What is not known is null, and it is said why. */
TEST(what_is_unknown_has_a_reason)
{
	const json_t *unknown;
	json_t *o;

	testnet_veth(&net, 1);
	CHECK_EQ(program_run(&nic,
			     "pktnic watch --duration 0.3 --quiet --json %s",
			     net.a),
		 0);
	o = summary();
	CHECK_STR_EQ(json_string_value(json_object_get(o, "reason")),
		     "duration");
	unknown = json_object_get(o, "unknown");
	CHECK_STR_HAS(json_string_value(json_object_get(unknown, "irq")),
		      "there is no device");
	CHECK_STR_HAS(json_string_value(json_object_get(unknown, "tx")),
		      "does not count");
	CHECK(json_is_null(json_object_get(
		json_array_get(json_object_get(o, "queues"), 0), "irq_rate")));
	json_decref(o);
	CHECK_EQ(program_run(&nic, "pktnic watch --duration 0.1 --json lo"), 0);
	o = summary();
	CHECK(json_is_null(json_object_get(o, "source")));
	json_decref(o);
}

/* Without a terminal a person gets a line per interval, and then a table. */
TEST(lines_for_people)
{
	testnet_veth(&net, 2);
	program_start(&nic, "pktnic watch --interval 0.1 %s", net.a);
	program_writes(&nic, "queues 0 rx ");
	program_interrupt(&nic);
	CHECK_STR_HAS(nic.text, "left0 rx ");
	CHECK_STR_HAS(nic.text, "tx ?");
	CHECK_STR_HAS(nic.text, "stopped by Ctrl-C");
	CHECK_STR_HAS(nic.text, "QUEUE");
	CHECK_STR_HAS(nic.text, "PER IRQ");
	CHECK_STR_HAS(nic.text, "Unknown: interrupts");
	CHECK(!strstr(nic.text, " \n"));
}

/* On a terminal a table stands from the start, and keys are heard. */
TEST(a_table_on_a_terminal)
{
	static char seen[1 << 16];
	int terminal, status;

	testnet_veth(&net, 1);
	terminal = program_start_on_terminal(
		&nic, "pktnic watch --interval 0.2 %s", net.a);
	terminal_shows(terminal, seen, sizeof(seen), "q quit");
	terminal_shows(terminal, seen, sizeof(seen), "0 rx tx");
	CHECK_EQ(write(terminal, "e", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "Unknown: interrupts");
	CHECK_EQ(write(terminal, "q", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "stopped by q");
	CHECK_EQ(waitpid(nic.pid, &status, 0), nic.pid);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
	close(terminal);
}

/* The interface goes: that is said, with what was carried until then. */
TEST(the_interface_is_deleted)
{
	json_t *o;

	start(2);
	run("ip link del %s", net.a);
	CHECK_EQ(program_end(&nic), 1);
	CHECK_STR_HAS(nic.errors, net.a);
	o = summary();
	CHECK_STR_EQ(json_string_value(json_object_get(o, "reason")),
		     "failure");
	json_decref(o);
}

/* Queues that come and go while it watches are told of as they are. */
TEST(queues_come_and_go)
{
	json_t *o;

	start(2);
	run("ethtool -L %s rx 1 tx 1", net.a);
	program_interrupt(&nic);
	o = summary();
	CHECK_EQ(json_array_size(json_object_get(o, "queues")), 1);
	json_decref(o);
}

/* Each is told what is wrong. */
TEST(bad_command_lines)
{
	static const struct {
		const char *words, *error;
		int code;
	} lines[] = {
		{ "", "give an interface", 2 },
		{ "lo lo2", "one interface only", 2 },
		{ "--interval 0 lo", "--interval", 2 },
		{ "--interval x lo", "--interval", 2 },
		{ "--duration -1 lo", "--duration", 2 },
		{ "--count 3 lo", "no option", 2 },
		{ "nosuch0", "no such interface", 1 },
		{ "a-name-that-is-too-long", "no interface's name", 2 },
	};

	testnet_enter();
	for (unsigned i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		CHECK_EQ(program_run(&nic, "pktnic watch %s", lines[i].words),
			 lines[i].code);
		CHECK_STR_HAS(nic.errors, lines[i].error);
		CHECK_STR_EQ(nic.text, "");
	}
}

/* What cannot be written is a failure, and not an endless one. */
TEST(nowhere_to_write)
{
	const char *path = program_path("pktnic");

	CHECK_EQ(try_run("%s watch --interval 0.1 lo > /dev/full", path), 1);
	CHECK_EQ(try_run("%s watch --json --interval 0.1 lo > /dev/full", path),
		 1);
	CHECK_EQ(try_run("%s watch --help > /dev/full", path), 1);
}
