// SPDX-License-Identifier: BSD-2-Clause
/* pktgen: how it ends: as asked, by signals, and with its interface. */
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"

static struct program gen;

static const char *const commands[] = { "tx", "rx", "ping" };

static void start(const struct testnet *t, const char *command,
		  const char *words)
{
	program_start(&gen, "pktgen %s --interval 0.1 %s %s", command, words,
		      t->a);
	program_writes(&gen, t->a);
}

/* Whichever signal asks it: it ends well, with its summary, and leaves nothing
 * behind. */
TEST(signals_end_it_well)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct testnet t;

	testnet_veth(&t, 2);
	for (unsigned i = 0; i < 3; i++) {
		start(&t, commands[i], "");
		kill(gen.pid, signals[i]);
		CHECK_EQ(program_end(&gen), 0);
		CHECK_STR_HAS(gen.text, signals[i] == SIGINT
						? "stopped by Ctrl-C"
						: "stopped by a signal");
		CHECK_EQ(testnet_program_on(t.a), 0);
	}
}

/* However it dies, at whatever moment, the interface is as before. */
TEST(killed_it_leaves_nothing_behind)
{
	struct testnet t;
	unsigned random = 7;

	testnet_veth(&t, 2);
	for (unsigned i = 0; i < 12; i++) {
		program_start(&gen, "pktgen %s %s", commands[i % 3], t.a);
		usleep((unsigned)rand_r(&random) % 60000);
		kill(gen.pid, SIGKILL);
		CHECK_EQ(program_end(&gen), 128 + SIGKILL);
		for (unsigned ms = 0; testnet_program_on(t.a); ms += 10) {
			CHECK(ms < PATIENCE_MS);
			usleep(10000);
		}
	}
	/* And its queues are free. */
	CHECK_EQ(program_run(&gen, "pktgen tx --count 10 %s", t.a), 0);
}

/* Interrupted at whatever moment it ends well. */
TEST(interrupted_at_any_moment_it_ends)
{
	struct testnet t;
	unsigned random = 3;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < 12; i++) {
		start(&t, commands[i % 3], "--quiet --duration 0.001");
		CHECK_EQ(program_end(&gen), 0);
		start(&t, commands[i % 3], "");
		usleep((unsigned)rand_r(&random) % 30000);
		program_interrupt(&gen);
	}
}

/* What cannot go on says so, and fails. */
TEST(its_interface_goes_away)
{
	for (unsigned i = 0; i < 3; i++) {
		struct testnet t;

		testnet_veth(&t, 2);
		start(&t, commands[i], "");
		run("ip link del %s", t.a);
		CHECK_EQ(program_end(&gen), 1);
		CHECK_STR_HAS(gen.errors, t.a);
		CHECK_STR_HAS(gen.text, "gone");
	}
}

/* Who sends has no use for a link that is down. */
TEST(the_link_goes_down)
{
	for (unsigned i = 0; i < 3; i += 2) {
		struct testnet t;

		testnet_veth(&t, 1);
		start(&t, commands[i], "");
		run("ip link set %s down", t.a);
		CHECK_EQ(program_end(&gen), 1);
		CHECK_STR_HAS(gen.errors, t.a);
		CHECK_STR_HAS(gen.text, "the link went down");
	}
}

/* Likewise when it is down from the start, even if the count fits the rings. */
TEST(the_link_is_down)
{
	for (unsigned i = 0; i < 3; i += 2) {
		struct testnet t;

		testnet_veth(&t, 1);
		run("ip link set %s down", t.a);
		CHECK_EQ(program_run(&gen, "pktgen %s --count 10 %s",
				     commands[i], t.a),
			 1);
		CHECK_STR_HAS(gen.errors, t.a);
	}
}

/* A receiver waits for the link. */
TEST(a_receiver_outlives_a_link_that_is_down)
{
	struct testnet t;
	int fd;

	testnet_veth(&t, 1);
	start(&t, "rx", "");
	run("ip link set %s down", t.a);
	usleep(300000);
	run("ip link set %s up", t.a);
	fd = packet_socket(t.b);
	packets_send(fd, 1, 2, 10);
	usleep(200000);
	program_interrupt(&gen);
	CHECK_STR_HAS(gen.text, "Received 10 packets");
	close(fd);
}

/* --duration ends it, and nothing else does. */
TEST(duration_ends_it)
{
	struct testnet t;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(program_run(&gen, "pktgen %s --duration 0.3 %s",
				     commands[i], t.a),
			 0);
		CHECK_STR_HAS(gen.text, "the time is up");
	}
}

/* Nobody reads any more: it ends, and fails. */
TEST(a_reader_that_has_gone_ends_it)
{
	struct testnet t;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(try_run("bash -c '%s %s --interval 0.1 %s | head -n 1 "
				 ">/dev/null; exit ${PIPESTATUS[0]}'",
				 program_path("pktgen"), commands[i], t.a),
			 1);
}

/* Another user is all that remains of root. */
TEST(user_is_all_that_remains_of_root)
{
	const struct passwd *nobody = getpwnam("nobody");
	struct testnet t;

	if (!nobody)
		SKIP("there is no user nobody");
	testnet_veth(&t, 1);
	for (unsigned i = 0; i < 3; i++) {
		start(&t, commands[i], "--user nobody");
		run("for t in /proc/%d/task/*/status; do "
		    "grep -qP '^Uid:\\t%u\\t%u' $t && "
		    "grep -qP '^CapEff:\\t0+$' $t || exit 1; done",
		    gen.pid, nobody->pw_uid, nobody->pw_uid);
		program_interrupt(&gen);
	}
}

static void press(int terminal, char key)
{
	CHECK_EQ(write(terminal, &key, 1), 1);
}

/* The table stands on a terminal, and keys do what it says. */
TEST(on_a_terminal_there_is_a_table_with_keys)
{
	static char seen[1 << 16];
	char title[64];
	struct testnet t;
	int status;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < 3; i++) {
		int term = program_start_on_terminal(
			&gen, "pktgen %s --interval 0.1 %s", commands[i], t.a);

		snprintf(title, sizeof(title), "pktgen %s %s", commands[i],
			 t.a);
		terminal_shows(term, seen, sizeof(seen), title);
		terminal_shows(term, seen, sizeof(seen), "e explain");
		press(term, 'e');
		terminal_shows(term, seen, sizeof(seen), "copy mode");
		press(term, 'r');
		press(term, 'e');
		terminal_shows(term, seen, sizeof(seen),
			       i == 2 ? "none measured" : "WAKES/s");
		press(term, 'q');
		terminal_shows(term, seen, sizeof(seen), "stopped by q");
		CHECK_EQ(waitpid(gen.pid, &status, 0), gen.pid);
		CHECK_EQ(status, 0);
		close(term);
	}
}

/* Numbers of each queue, for who asks over HTTP. */
TEST(metrics_are_served)
{
	struct testnet t;

	testnet_veth(&t, 2);
	run("ip link set lo up");
	if (try_run("curl --version"))
		SKIP("there is no curl");
	for (unsigned i = 0; i < 3; i++) {
		start(&t, commands[i], "--metrics 9100");
		if (strstr(gen.errors, "built without libmicrohttpd"))
			SKIP("built without libmicrohttpd");
		run("curl -sf http://127.0.0.1:9100/metrics | "
		    "grep -q '^pktgen_up{interface=\"%s\"} 1$'",
		    t.a);
		run("curl -sf http://127.0.0.1:9100/metrics | "
		    "grep -q '^pktgen_tx_packets_total{.*queue=\"1\"} [0-9]'");
		run("test \"$(curl -sf http://127.0.0.1:9100/metrics | "
		    "tail -n 1)\" = '# EOF'");
		CHECK_EQ(try_run("%s tx --metrics 9100 --count 1 %s",
				 program_path("pktgen"), t.b),
			 1);
		program_interrupt(&gen);
	}
}
