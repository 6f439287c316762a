// SPDX-License-Identifier: BSD-2-Clause
/* pktgen bench: measured for real, told in every form, and stopped. */
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"
#include "schema.h"

/* Short trials, few of them, at a rate that a busy machine can keep; and since
 * it can be very busy, all but everything may be lost. */
#define SHORT "--seconds 0.05 --resolution 50 --verify 0 --loss 99 --rate 20k"

static struct program gen, device;

static json_t *of_size(const json_t *summary, size_t i)
{
	return json_array_get(json_object_get(summary, "sizes"), i);
}

static double real(const json_t *object, const char *key)
{
	const json_t *n = json_object_get(object, key);

	if (!json_is_number(n))
		FAIL("%s is no number", key);
	return json_number_value(n);
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static json_t *summary(void)
{
	return schema_check("pktgen.json", "bench", gen.text);
}

/* Every test of every size: each has a result, and the trials were told. */
static void check_whole(const json_t *all, size_t sizes)
{
	CHECK(json_is_true(json_object_get(all, "complete")));
	CHECK_STR_EQ(text(all, "reason"), "done");
	CHECK_EQ(json_array_size(json_object_get(all, "sizes")), sizes);
	for (size_t i = 0; i < sizes; i++) {
		const json_t *size = of_size(all, i);

		CHECK_EQ(json_object_size(json_object_get(size, "missing")), 0);
		CHECK(real(json_object_get(size, "throughput"), "pps") > 0);
		CHECK_EQ(json_array_size(json_object_get(size, "latency")), 4);
		/* Two without loss, as far as that counts here. */
		CHECK(json_array_size(json_object_get(size, "loss")) >= 2);
		CHECK(real(json_object_get(size, "burst"), "packets") > 0);
	}
}

/* Through a device: pktfwd between two pairs. */
TEST(a_device_is_measured, .limit = 120)
{
	struct testnet in, out;
	json_t *all;

	testnet_veth(&in, 1);
	testnet_veth(&out, 1);
	program_start(&device, "pktfwd wire %s %s", in.b, out.a);
	program_opens(&device, in.b);
	program_opens(&device, out.a);
	CHECK_EQ(program_run(&gen,
			     "pktgen bench --sizes 64,1518,imix " SHORT
			     " --json %s %s",
			     in.a, out.b),
		 0);
	all = summary();
	check_whole(all, 3);
	CHECK_STR_EQ(text(of_size(all, 0), "size"), "64");
	CHECK(real(of_size(all, 0), "bytes") == 64);
	CHECK(real(of_size(all, 1), "bytes") == 1518);
	CHECK_STR_HAS(gen.text, "\"type\":\"trial\"");
	json_decref(all);
	program_interrupt(&device);
}

/* Packets are those asked for: flows, IPv6, tags; and several queues of
 * several workers on each side. */
TEST(packets_are_as_asked_for, .limit = 120)
{
	static const char *const words[] = {
		"--sizes 64 --flows 100 --src-port 1000+100",
		"--sizes 96,512 --ipv6 --proto tcp",
		"--sizes 68,1522 --vlan 7",
		"--sizes 64 --workers 2 --cpus 0-1",
		"--sizes 64 --rate 1k",
		"--sizes 64 --rate 1Mbit",
	};
	struct testnet t;

	testnet_veth(&t, 2);
	for (unsigned i = 0; i < 6; i++) {
		json_t *all;

		if (program_run(&gen, "pktgen bench --json " SHORT " %s %s %s",
				words[i], t.a, t.b))
			FAIL("%s: %s", words[i], gen.errors);
		all = summary();
		check_whole(all, i == 1 || i == 2 ? 2 : 1);
		json_decref(all);
	}
}

/* --rate is the most that is ever offered. */
TEST(no_more_than_the_rate_is_offered)
{
	struct testnet t;
	json_t *all;

	testnet_veth(&t, 1);
	CHECK_EQ(program_run(&gen,
			     "pktgen bench --json --quick --tests throughput "
			     "--sizes 64 --rate 2k --loss 99 %s %s",
			     t.a, t.b),
		 0);
	all = summary();
	/* The first is due at once. */
	CHECK(real(json_object_get(of_size(all, 0), "top"), "offered_pps") <
	      2010);
	json_decref(all);
}

/* Between interfaces that nothing joins there is no throughput, and hence no
 * latency: that is a result. */
TEST(a_device_that_passes_nothing_is_told)
{
	struct testnet in, out;
	json_t *all, *size;

	testnet_veth(&in, 1);
	testnet_veth(&out, 1);
	CHECK_EQ(program_run(&gen,
			     "pktgen bench --tests latency --sizes 64 "
			     "--seconds 0.02 --resolution 50 --verify 0 "
			     "--json %s %s",
			     in.a, out.b),
		 0);
	all = summary();
	size = of_size(all, 0);
	CHECK(json_is_true(json_object_get(all, "complete")));
	CHECK(real(json_object_get(size, "throughput"), "pps") == 0);
	size = json_object_get(size, "missing");
	CHECK_STR_HAS(text(size, "throughput"), "lost at any rate");
	CHECK_STR_HAS(text(size, "latency"), "no rate without loss");
	CHECK_STR_HAS(text(size, "burst"), "not asked for");
	json_decref(all);
}

/* Forms */

/* A line for each result as it comes, and all of them at the end. */
TEST(results_come_line_by_line)
{
	struct testnet t;

	testnet_veth(&t, 1);
	CHECK_EQ(program_run(&gen,
			     "pktgen bench --sizes 64,128 " SHORT " %s %s", t.a,
			     t.b),
		 0);
	CHECK_STR_HAS(gen.text, "\n64: latency at 100 %: ");
	CHECK_STR_HAS(gen.text, "\n128: loss at 100 %: ");
	CHECK_STR_HAS(gen.text, "\n128: burst ");
	CHECK_STR_HAS(gen.text, " s, all is measured\n");
	CHECK_STR_HAS(gen.text, "NO LOSS pps");
	CHECK_STR_HAS(gen.text, "veth, copy, 1 of 1 queues");
	CHECK_STR_HAS(gen.text, "count the FCS");
	CHECK_EQ(program_run(&gen,
			     "pktgen bench --sizes 64 --quiet " SHORT " %s %s",
			     t.a, t.b),
		 0);
	CHECK(!strstr(gen.text, "64: "));
	CHECK_STR_HAS(gen.text, "NO LOSS pps");
}

/* On a terminal: how far it is, how long it will take, and q ends it. */
TEST(a_terminal_shows_the_progress)
{
	static char seen[1 << 18];
	struct testnet t;
	int terminal, status;

	testnet_veth(&t, 1);
	terminal = program_start_on_terminal(
		&gen, "pktgen bench --seconds 1 --sizes 64,128 %s %s", t.a,
		t.b);
	terminal_shows(terminal, seen, sizeof(seen), "q quit");
	terminal_shows(terminal, seen, sizeof(seen), "] trial 1 of ");
	terminal_shows(terminal, seen, sizeof(seen), " s left");
	terminal_shows(terminal, seen, sizeof(seen), "as fast as it goes");
	CHECK_EQ(write(terminal, "q", 1), 1);
	terminal_shows(terminal, seen, sizeof(seen),
		       "This is not complete: stopped by q.");
	CHECK_EQ(waitpid(gen.pid, &status, 0), gen.pid);
	CHECK_EQ(WEXITSTATUS(status), 1);
	close(terminal);
}

/* --report: a page, whole and well-formed, which says what it is about. */
TEST(a_report_is_written)
{
	struct testnet t;

	testnet_veth(&t, 1);
	run("mount -t tmpfs none /mnt");
	CHECK_EQ(program_run(&gen,
			     "pktgen bench --sizes 64 " SHORT
			     " --report /mnt/r.html %s %s",
			     t.a, t.b),
		 0);
	CHECK_STR_HAS(gen.text, "The report is in /mnt/r.html\n");
	run("test \"$(ls /mnt)\" = r.html");
	run("grep -q '<h1>%s → %s</h1>' /mnt/r.html", t.a, t.b);
	run("grep -q 'driver veth, mode copy, 1 of 1 queues' /mnt/r.html");
	run("grep -q 'pktgen bench --sizes 64 ' /mnt/r.html");
	run("! grep -q 'Not complete' /mnt/r.html");
	if (!try_run("python3 --version"))
		run("python3 -c 'import xml.dom.minidom;"
		    "xml.dom.minidom.parse(\"/mnt/r.html\")'");
}

/* Ends */

/* Stopped, it tells what it has, says that this is not all, and fails: no
 * script takes it for the whole. */
TEST(ctrl_c_leaves_what_there_is)
{
	struct testnet t;
	json_t *all;

	testnet_veth(&t, 1);
	run("mount -t tmpfs none /mnt");
	program_start(&gen,
		      "pktgen bench --sizes 64 --seconds 0.2 --loss 99 --json "
		      "--report /mnt/r.html %s %s",
		      t.a, t.b);
	program_writes(&gen, "\"type\":\"trial\"");
	kill(gen.pid, SIGINT);
	CHECK_EQ(program_end(&gen), 1);
	all = summary();
	CHECK(json_is_false(json_object_get(all, "complete")));
	CHECK_STR_EQ(text(all, "reason"), "signal");
	CHECK(json_is_object(json_object_get(of_size(all, 0), "top")));
	CHECK_STR_HAS(
		text(json_object_get(of_size(all, 0), "missing"), "burst"),
		"stopped before");
	json_decref(all);
	run("grep -q 'Not complete.*stopped by Ctrl-C' /mnt/r.html");
	CHECK_EQ(testnet_program_on(t.b), 0);
}

/* An interface that goes away is the end of it. */
TEST(an_interface_that_is_gone_ends_it)
{
	struct testnet t;
	json_t *all;

	testnet_veth(&t, 1);
	program_start(&gen, "pktgen bench --json --seconds 1 --loss 99 %s %s",
		      t.a, t.b);
	program_writes(&gen, "\"type\":\"trial\"");
	run("ip link del %s", t.a);
	CHECK_EQ(program_end(&gen), 1);
	/* Both ends of the pair go; either is noticed first. */
	CHECK(strstr(gen.errors, t.a) || strstr(gen.errors, t.b));
	all = summary();
	CHECK(json_is_false(json_object_get(all, "complete")));
	CHECK_STR_EQ(text(all, "reason"), "failure");
	json_decref(all);
}

/* At any moment, also while it opens: what it writes is whole, and nothing is
 * left on the interface. */
TEST(ended_at_any_moment_it_leaves_nothing, .limit = 120)
{
	unsigned random = 5;
	struct testnet t;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < 16; i++) {
		int signal = i % 2 ? SIGKILL : SIGINT, code;

		program_start(&gen,
			      "pktgen bench --sizes 64 " SHORT " --json %s %s",
			      t.a, t.b);
		usleep((unsigned)rand_r(&random) % 400000);
		kill(gen.pid, signal);
		code = program_end(&gen);
		/* Before it hears signals, after all is done, or between. */
		CHECK(code == 128 + signal || code == 0 || code == 1);
		if (code < 2)
			json_decref(summary());
		for (unsigned ms = 0; testnet_program_on(t.b); ms += 10) {
			CHECK(ms < PATIENCE_MS);
			usleep(10000);
		}
	}
}

/* Bad input */

/* Each is told with what to give, before anything is touched. */
TEST(bad_options_are_refused)
{
	static const struct {
		const char *words, *why;
	} bad[] = {
		{ "lo", "give two interfaces" },
		{ "lo lo", "lo is named twice" },
		{ "--sizes 63 lo a", "64 to 9732, or imix" },
		{ "--sizes 64, lo a", "64 to 9732, or imix" },
		{ "--sizes 9733 lo a", "64 to 9732, or imix" },
		{ "--sizes 64,64 lo a", "a size is given twice" },
		{ "--sizes 1,2,3,4,5,6,7,8,9,10,11,12 lo a", "64 to 9732" },
		{ "--sizes 80 --ipv6 lo a", "84 bytes at least" },
		{ "--tests noise lo a", "throughput, latency, loss, burst" },
		{ "--tests loss,loss lo a", "throughput, latency, loss" },
		{ "--tests loss, lo a", "throughput, latency, loss, burst" },
		{ "--loss 100 lo a", "a percentage from 0 to 99" },
		{ "--loss % lo a", "a percentage from 0 to 99" },
		{ "--resolution 0 lo a", "a percentage from 0.1 to 50" },
		{ "--seconds 0 lo a", "seconds from 0.01 to 3600" },
		{ "--verify -1 lo a", "a whole number from 0 to 100" },
		{ "--rate 0 lo a", "--rate 0: " },
		{ "--size 60 lo a", "give --sizes here" },
		{ "--no-mark lo a", "counts packets by marks" },
		{ "--flows 1M lo a", "1000000 flows, but" },
		{ "--count 5 lo a", "there is no option --count" },
	};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_EQ(program_run(&gen, "pktgen bench %s", bad[i].words), 2);
		CHECK_STR_HAS(gen.errors, bad[i].why);
	}
}

/* What cannot be done is told before it has begun. */
TEST(what_cannot_be_measured_is_refused)
{
	struct testnet t;

	testnet_veth(&t, 1);
	CHECK_EQ(program_run(&gen, "pktgen bench %s no-such-if", t.a), 1);
	CHECK_STR_HAS(gen.errors, "no-such-if");
	CHECK_EQ(program_run(&gen, "pktgen bench --sizes 64,1519 %s %s", t.a,
			     t.b),
		 1);
	CHECK_STR_HAS(gen.errors, "MTU is 1500");
	CHECK_EQ(program_run(&gen, "pktgen bench --report /no/x.html %s %s",
			     t.a, t.b),
		 1);
	CHECK_STR_HAS(gen.errors, "--report /no/x.html: it cannot be written");
	CHECK_EQ(program_run(&gen, "pktgen bench --report /dev/null %s %s", t.a,
			     t.b),
		 1);
	CHECK_STR_HAS(gen.errors, "no plain file");
	/* As who writes it in the end. */
	run("mount -t tmpfs -o mode=700 none /mnt");
	CHECK_EQ(program_run(&gen,
			     "pktgen bench --user nobody --report /mnt/x.html "
			     "%s %s",
			     t.a, t.b),
		 1);
	CHECK_STR_HAS(gen.errors, "Permission denied");
	CHECK_EQ(testnet_program_on(t.b), 0);
}

/* --help fits a screen. */
TEST(help_fits_a_screen)
{
	unsigned lines = 0;

	CHECK_EQ(program_run(&gen, "pktgen bench --help"), 0);
	for (const char *at = gen.text; *at; lines++) {
		size_t len = strcspn(at, "\n");

		CHECK(len <= 80);
		at += len + (at[len] == '\n');
	}
	CHECK(lines <= 40);
}
