// SPDX-License-Identifier: BSD-2-Clause
/* pktgen replay: what it sends, when, and what it refuses. */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "captures.h"
#include "harness.h"
#include "program.h"
#include "schema.h"

#define SECOND 1000000000ull
#define T0 (1700000000 * SECOND)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct program gen;

static json_t *summary(void)
{
	json_t *last = schema_check("pktgen.json", "replay", gen.text);

	CHECK_STR_EQ(json_string_value(json_object_get(last, "type")),
		     "summary");
	return last;
}

/* It ended well; returns its summary. */
static json_t *replays(const char *options, const struct testnet *t,
		       const char *path)
{
	int code = program_run(&gen,
			       "pktgen replay --json --quiet %s %s "
			       "%s",
			       options, t->a, path);

	if (code)
		FAIL("it returned %d: %s", code, gen.errors);
	return summary();
}

static json_int_t count_in(const json_t *object, const char *key)
{
	json_t *n = json_object_get(object, key);

	CHECK(json_is_integer(n));
	return json_integer_value(n);
}

static double number_in(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

/* What it sends */

/* Every packet, once, in the order of the file, byte for byte. */
static void check_sends(const char *options)
{
	struct testnet t;
	struct capture c;
	json_t *s;
	int fd;

	testnet_veth(&t, 2);
	fd = packet_socket(t.b);
	capture_packets(&c, 1000, 1000);
	s = replays(options, &t, c.path);
	packets_expect(fd, 1, 2, 1000);
	CHECK_EQ(count_in(s, "packets"), 1000);
	CHECK_EQ(count_in(s, "bytes"), 1000 * PACKET_SIZE);
	CHECK_EQ(count_in(s, "rounds"), 1);
	CHECK_STR_EQ(json_string_value(json_object_get(s, "reason")), "end");
	json_decref(s);
	capture_end(&c);
	close(fd);
}

TEST(all_is_sent_in_order)
{
	check_sends("");
}

TEST(all_is_sent_as_fast_as_it_goes)
{
	check_sends("--max");
}

TEST(all_is_sent_from_another_queue)
{
	check_sends("--queues 1-1 --mode copy --ring 64");
}

TEST(all_is_sent_in_generic_mode)
{
	check_sends("--mode generic --max");
}

TEST(all_is_sent_without_root)
{
	check_sends("--user nobody");
}

/* Rounds follow one another, each whole. */
TEST(a_file_is_sent_again_and_again)
{
	struct testnet t;
	struct packet got;
	struct capture c;
	json_t *s;
	int fd;

	testnet_veth(&t, 1);
	fd = packet_socket(t.b);
	capture_packets(&c, 10, 100);
	s = replays("--loop 30", &t, c.path);
	for (unsigned i = 0; i < 300; i++) {
		CHECK_EQ(packet_receive(fd, &got, PATIENCE_MS), PACKET_SIZE);
		CHECK_EQ(got.number, i % 10);
	}
	packets_none(fd);
	CHECK_EQ(count_in(s, "rounds"), 30);
	json_decref(s);
	capture_end(&c);
	close(fd);
}

static void check_count(const char *options, unsigned file, unsigned want)
{
	struct testnet t;
	struct capture c;
	json_t *s;
	int fd;

	testnet_veth(&t, 1);
	fd = packet_socket(t.b);
	capture_packets(&c, file, 100);
	s = replays(options, &t, c.path);
	CHECK_EQ(count_in(s, "packets"), want);
	CHECK_STR_EQ(json_string_value(json_object_get(s, "reason")), "count");
	packets_expect(fd, 1, 2, want);
	json_decref(s);
	capture_end(&c);
	close(fd);
}

TEST(count_ends_within_the_file)
{
	check_count("--count 7", 10, 7);
}

TEST(count_ends_exactly_with_the_file)
{
	check_count("--count 10 --loop 0 --max", 10, 10);
}

/* Without end, until the time is up. */
TEST(it_goes_on_until_the_time_is_up)
{
	struct testnet t;
	struct capture c;
	json_t *s;

	testnet_veth(&t, 1);
	capture_packets(&c, 10, 0);
	s = replays("--loop 0 --max --duration 0.3", &t, c.path);
	CHECK_STR_EQ(json_string_value(json_object_get(s, "reason")),
		     "duration");
	CHECK(count_in(s, "rounds") > 1);
	CHECK(count_in(s, "packets") / 10 - count_in(s, "rounds") < 30);
	json_decref(s);
	capture_end(&c);
}

/* Sizes */

/* A frame has room for one VLAN tag beyond the MTU, and not for more; what is
 * left out is told, each by its cause. */
TEST(what_is_left_out_is_told)
{
	static const struct record_wish records[] = {
		{ T0, 60, 0 },     { T0, 1518, 0 }, { T0, 1519, 0 },
		{ T0, 13, 0 },     { T0, 500, 90 }, { T0, 500, 91 },
		{ T0 - 9, 60, 0 },
	};
	json_t *s, *file;
	struct testnet t;
	struct capture c;

	testnet_veth(&t, 1);
	capture_pcap(&c, DLT_EN10MB, records, COUNT(records));
	CHECK_EQ(program_run(&gen, "pktgen replay %s %s", t.a, c.path), 0);
	CHECK_STR_HAS(gen.errors, "2 of its 7 packets were cut by a snap");
	CHECK_STR_HAS(gen.errors, "1 of its 7 packets are too long");
	CHECK_STR_HAS(gen.errors, "1 of its 7 packets are shorter");
	CHECK_STR_HAS(gen.errors, "1 of its 7 packets are earlier");
	CHECK_STR_HAS(gen.text, "2 were cut by a snap length: left out");
	CHECK_STR_HAS(gen.text, "Sent 3 packets, 1,638 bytes");

	s = replays("--pad", &t, c.path);
	CHECK_EQ(count_in(s, "packets"), 5);
	CHECK_EQ(count_in(s, "bytes"), 1638 + 1000);
	file = json_object_get(s, "file");
	CHECK_EQ(count_in(file, "packets"), 7);
	CHECK_EQ(count_in(file, "cut"), 2);
	CHECK_EQ(count_in(file, "too_long"), 1);
	CHECK_EQ(count_in(file, "too_short"), 1);
	CHECK_EQ(count_in(file, "backwards"), 1);
	CHECK_STR_EQ(gen.errors, "");
	json_decref(s);
	capture_end(&c);
}

/* A record longer than a frame goes in several pieces, if asked. */
TEST(jumbo_packets_are_sent_whole)
{
	struct packet want = packet_make(1, 2, 7), got;
	struct testnet t;
	struct capture c;
	int fd;

	testnet_veth(&t, 1);
	testnet_mtu(&t, 9000);
	fd = packet_socket(t.b);
	capture_packet(&c, &want, 9014);
	if (program_run(&gen, "pktgen replay --jumbo --quiet %s %s", t.a,
			c.path)) {
		if (strstr(gen.errors, "6.6"))
			SKIP("%s", gen.errors);
		FAIL("%s", gen.errors);
	}
	CHECK_EQ(packet_receive(fd, &got, PATIENCE_MS), 9014);
	CHECK(!memcmp(&got, &want, 9014));
	CHECK_EQ(program_run(&gen, "pktgen replay --quiet %s %s", t.a, c.path),
		 1);
	CHECK_STR_HAS(gen.errors, "none of its 1 packets can be sent");
	capture_end(&c);
	close(fd);
}

/* Times. Only what cannot be too early is checked: the machine may be slow. */

static void check_time(const char *options, double least)
{
	struct testnet t;
	struct capture c;
	json_t *s;

	testnet_veth(&t, 1);
	capture_packets(&c, 5, SECOND / 10);
	s = replays(options, &t, c.path);
	CHECK_EQ(count_in(s, "packets"), 5);
	if (number_in(s, "time") < least)
		FAIL("it took only %g s", number_in(s, "time"));
	json_decref(s);
	capture_end(&c);
}

TEST(original_timing_is_kept)
{
	check_time("", 0.4);
}

TEST(half_the_speed_takes_twice_the_time)
{
	check_time("--speed 0.5", 0.8);
}

TEST(a_rate_of_packets_is_kept)
{
	check_time("--rate 10", 0.4);
}

/* 4 x 60 x 8 bits before the last packet. */
TEST(a_rate_of_bits_is_kept)
{
	check_time("--rate 4kbit/s", 0.48);
}

/* A round starts an average gap after the last packet. */
TEST(rounds_are_spaced_as_well)
{
	check_time("--loop 2 --count 5 --speed 10", 0.04);
}

/* An hour's pause: it is told, Ctrl-C ends it, and it can be shortened. */
TEST(a_pause_can_be_left_and_shortened)
{
	struct record_wish records[] = {
		{ T0, 60, 0 },
		{ T0 + 3600 * SECOND, 60, 0 },
		{ T0 + 3 * 3600 * SECOND, 60, 0 },
	};
	struct testnet t;
	struct capture c;
	json_t *s;

	testnet_veth(&t, 1);
	capture_pcap(&c, DLT_EN10MB, records, COUNT(records));
	program_start(&gen, "pktgen replay %s %s", t.a, c.path);
	program_writes(&gen, "a pause of 7200 s before packet 3: --max-gap");
	program_writes(&gen, "tx 0 pps");
	program_interrupt(&gen);
	CHECK_STR_HAS(gen.text, "Sent 1 packets");
	CHECK_STR_HAS(gen.text, "stopped by Ctrl-C");

	s = replays("--max-gap 0.2", &t, c.path);
	CHECK_EQ(count_in(s, "packets"), 3);
	CHECK(number_in(s, "time") >= 0.4);
	json_decref(s);
	capture_end(&c);
}

/* Years ahead, and slower still: nothing wraps around, and it can be ended. */
TEST(absurd_times_are_waited_for)
{
	struct record_wish records[] = { { 0, 60, 0 },
					 { INT32_MAX * SECOND, 60, 0 } };
	struct testnet t;
	struct capture c;

	testnet_veth(&t, 1);
	capture_pcap(&c, DLT_EN10MB, records, 2);
	program_start(&gen, "pktgen replay --speed 0.001 --interval 0.1 %s %s",
		      t.a, c.path);
	program_writes(&gen, "tx 0 pps");
	program_interrupt(&gen);
	CHECK_STR_HAS(gen.text, "Sent 1 packets");
	capture_end(&c);
}

/* Files */

TEST(stdin_and_pipes_are_read)
{
	const char *path;
	struct testnet t;
	struct capture c;
	int fd;

	testnet_veth(&t, 1);
	path = program_path("pktgen");
	fd = packet_socket(t.b);
	capture_packets(&c, 100, 100);
	run("bash -c 'cat %s | %s replay --quiet %s -'", c.path, path, t.a);
	packets_expect(fd, 1, 2, 100);
	run("bash -c '%s replay --quiet %s <(cat %s)'", path, t.a, c.path);
	packets_expect(fd, 1, 2, 100);
	run("bash -c '%s replay --quiet %s - <%s'", path, t.a, c.path);
	packets_expect(fd, 1, 2, 100);
	capture_end(&c);
	close(fd);
}

/* A file that was cut is refused before anything is sent; its whole part is
 * sent for who asks. */
TEST(a_damaged_file_is_refused)
{
	struct testnet t;
	struct capture c;
	char want[128];
	json_t *s;
	int fd;

	testnet_veth(&t, 1);
	fd = packet_socket(t.b);
	capture_packets(&c, 10, 100);
	CHECK(!ftruncate(c.fd, 24 + 5 * (16 + PACKET_SIZE) + 20));
	CHECK_EQ(program_run(&gen, "pktgen replay %s %s", t.a, c.path), 1);
	snprintf(want, sizeof(want), "%s: record 6, byte 404: ", c.path);
	CHECK_STR_HAS(gen.errors, want);
	CHECK_STR_HAS(gen.errors, "--partial to use the 5 before it");
	CHECK_STR_EQ(gen.text, "");
	packets_none(fd);

	s = replays("--partial", &t, c.path);
	CHECK_EQ(count_in(s, "packets"), 5);
	CHECK_STR_HAS(gen.errors, "the 5 before it are used");
	packets_expect(fd, 1, 2, 5);
	json_decref(s);
	capture_end(&c);
	close(fd);
}

static void check_refused(const char *path, const char *words)
{
	CHECK_EQ(program_run(&gen, "pktgen replay no-such-if %s", path), 1);
	CHECK_STR_HAS(gen.errors, words);
	CHECK_STR_EQ(gen.text, "");
}

/* A bad file is refused before the interface is looked at. */
TEST(bad_files_are_refused_first)
{
	static const struct record_wish record = { T0, 60, 0 };
	struct capture c;

	check_refused("/no/such/file", "/no/such/file: No such file");
	check_refused("/tmp", "/tmp: it is a directory");
	check_refused("/dev/null", "/dev/null: it is empty");
	check_refused("/proc/self/exe", "unknown file format");
	check_refused("--memory 1M /dev/zero", "more than the 0 MiB");
	capture_pcap(&c, DLT_LINUX_SLL, &record, 1);
	check_refused(c.path, "its packets are LINUX_SLL");
	capture_end(&c);
	capture_pcap(&c, DLT_EN10MB, &record, 1);
	check_refused(c.path, "no-such-if");
	capture_end(&c);
}

TEST(what_is_asked_wrongly_is_refused)
{
	static const struct {
		const char *words, *sentence;
	} cases[] = {
		{ "", "name an interface and a file" },
		{ "a0", "name an interface and a file" },
		{ "a0 f g", "g: an interface and a file are enough" },
		{ "an-interface-name-too-long f", "no interface's name" },
		{ "--nonsense a0 f", "no option --nonsense" },
		{ "--speed 0 a0 f", "--speed 0: give a factor" },
		{ "--speed -1 a0 f", "--speed -1" },
		{ "--speed x a0 f", "--speed x" },
		{ "--rate 0 a0 f", "--rate 0" },
		{ "--rate fast a0 f", "--rate fast" },
		{ "--max --speed 2 a0 f", "one of --speed, --rate and --max" },
		{ "--rate 9 --speed 2 a0 f", "one of --speed, --rate" },
		{ "--loop -1 a0 f", "--loop -1" },
		{ "--count 0 a0 f", "--count 0" },
		{ "--duration 0 a0 f", "--duration 0" },
		{ "--max-gap x a0 f", "--max-gap x" },
		{ "--memory 1 a0 f", "--memory 1" },
		{ "--queues 2 a0 f", "keep their order on one queue" },
		{ "--workers 2 a0 f", "keep their order with one" },
		{ "--ring 100 a0 f", "--ring 100" },
		{ "--user nobody-at-all a0 f", "no such user" },
	};

	for (unsigned i = 0; i < COUNT(cases); i++) {
		int code =
			program_run(&gen, "pktgen replay %s", cases[i].words);

		if (code != 2)
			FAIL("%s: it returned %d", cases[i].words, code);
		CHECK_STR_HAS(gen.errors, cases[i].sentence);
		CHECK_STR_HAS(gen.errors, "--help");
		CHECK_STR_EQ(gen.text, "");
	}
}

/* Around it */

/* The link, or the interface, goes away while it sends. */
static void check_end(const char *command, const char *words)
{
	struct testnet t;
	struct capture c;

	testnet_veth(&t, 1);
	capture_packets(&c, 10, SECOND / 100);
	program_start(&gen, "pktgen replay --loop 0 --interval 0.1 %s %s", t.a,
		      c.path);
	program_writes(&gen, " s ");
	run(command, t.a);
	CHECK_EQ(program_end(&gen), 1);
	CHECK_STR_HAS(gen.text, words);
	capture_end(&c);
}

TEST(it_ends_when_the_interface_goes)
{
	check_end("ip link del %s", "the interface is gone");
}

TEST(it_ends_when_the_link_goes_down)
{
	check_end("ip link set %s down", "the link went down");
}

/* However it ends, nothing stays on the interface. */
TEST(a_kill_leaves_nothing_behind)
{
	struct testnet t;
	struct capture c;

	testnet_veth(&t, 1);
	capture_packets(&c, 10, 0);
	program_start(&gen, "pktgen replay --loop 0 --max %s %s", t.a, c.path);
	program_writes(&gen, "pps");
	kill(gen.pid, SIGKILL);
	CHECK_EQ(program_end(&gen), 128 + SIGKILL);
	CHECK_EQ(testnet_program_on(t.a), 0);
	json_decref(replays("--max", &t, c.path));
	capture_end(&c);
}

/* Each report of --json has what the schema says, and nothing else. */
TEST(json_is_as_documented)
{
	struct testnet t;
	struct capture c;

	testnet_veth(&t, 1);
	capture_packets(&c, 5, SECOND / 10);
	CHECK_EQ(program_run(&gen, "pktgen replay --json --interval 0.1 %s %s",
			     t.a, c.path),
		 0);
	CHECK_STR_HAS(gen.text, "{\"type\":\"interval\",");
	json_decref(summary());
	capture_end(&c);
}

/* On a terminal there is a table, and keys are heard. */
TEST(the_table_lives_and_hears_keys)
{
	static char seen[1 << 16];
	int terminal, status;
	struct testnet t;
	struct capture c;

	testnet_veth(&t, 1);
	capture_packets(&c, 10, SECOND / 1000);
	terminal = program_start_on_terminal(
		&gen, "pktgen replay --loop 0 --interval 0.2 %s %s", t.a,
		c.path);
	terminal_shows(terminal, seen, sizeof(seen), "pktgen replay");
	terminal_shows(terminal, seen, sizeof(seen), "10 packets");
	terminal_shows(terminal, seen, sizeof(seen), "rounds complete: ");
	CHECK_EQ(write(terminal, "r", 1), 1);
	CHECK_EQ(write(terminal, "e", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "not zero-copy: ");
	CHECK_EQ(write(terminal, "q", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen), "stopped by q");
	CHECK_EQ(waitpid(gen.pid, &status, 0), gen.pid);
	CHECK_EQ(status, 0);
	close(terminal);
	capture_end(&c);
}
