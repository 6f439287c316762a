// SPDX-License-Identifier: BSD-2-Clause
/* pktfwd: how it ends, and what it does about interfaces that come and go. */
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"

static struct program fwd;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Nobody's program is on the interface, and its queues are free again. */
static void check_left_alone(const struct testnet *t)
{
	CHECK_EQ(testnet_program_on(t->a), 0);
	CHECK_EQ(testnet_program_on(t->b), 0);
	run("ip -d link show %s | grep -q 'promiscuity 0'", t->a);
	run("ip -d link show %s | grep -q 'promiscuity 0'", t->b);
	CHECK_EQ(program_run(&fwd, "pktfwd --quiet --duration 0.01 %s %s", t->a,
			     t->b),
		 0);
}

/* The end */

static void check_signal(int sig, int code)
{
	struct testnet t;
	double start;

	testnet_veth(&t, 2);
	program_start(&fwd, "pktfwd %s %s", t.a, t.b);
	program_opens(&fwd, t.b);
	start = now();
	kill(fwd.pid, sig);
	CHECK_EQ(program_end(&fwd), code);
	CHECK(now() - start < 3);
	if (code == 0)
		CHECK_STR_HAS(fwd.text, "Nothing was lost.");
	check_left_alone(&t);
}

/* Each of these ends it at once, with a summary, and nothing stays behind. */
TEST(sigint_ends_it_well)
{
	check_signal(SIGINT, 0);
}

TEST(sigterm_ends_it_well)
{
	check_signal(SIGTERM, 0);
}

TEST(sighup_ends_it_well)
{
	check_signal(SIGHUP, 0);
}

/* This one as well, but for the summary. */
TEST(sigkill_leaves_nothing_behind)
{
	check_signal(SIGKILL, 128 + SIGKILL);
}

/* Whenever the signal comes: also while it opens, and while packets flow. */
static void check_moments(const char *options, int sig)
{
	struct testnet t, u;
	int a;

	srand(1);
	testnet_veth(&t, 2);
	testnet_veth(&u, 2);
	a = packet_socket(t.a);
	for (unsigned i = 0; i < 15; i++) {
		program_start(&fwd, "pktfwd %s %s %s", options, t.b, u.a);
		for (unsigned ms = (unsigned)rand() % 80; ms; ms--) {
			packets_send(a, 1, 2, 3);
			usleep(1000);
		}
		kill(fwd.pid, sig);
		program_end(&fwd);
		CHECK_EQ(testnet_program_on(t.b), 0);
		CHECK_EQ(testnet_program_on(u.a), 0);
	}
	check_left_alone(&t);
	check_left_alone(&u);
	close(a);
}

TEST(sigint_at_any_moment_leaves_nothing_behind)
{
	check_moments("wire", SIGINT);
}

TEST(sigkill_at_any_moment_leaves_nothing_behind)
{
	check_moments("bridge --workers 2", SIGKILL);
}

/* A wire has to see packets for any address; others need not. */
TEST(interfaces_are_promiscuous_where_they_have_to_be)
{
	struct testnet t;

	testnet_veth(&t, 1);
	program_start(&fwd, "pktfwd --interval 0.1 %s %s", t.a, t.b);
	program_writes(&fwd, "; lost 0");
	run("ip -d link show %s | grep -q 'promiscuity 1'", t.a);
	run("ip -d link show %s | grep -q 'promiscuity 1'", t.b);
	program_interrupt(&fwd);
	program_start(&fwd, "pktfwd sink --interval 0.1 %s", t.a);
	program_writes(&fwd, "; lost 0");
	run("ip -d link show %s | grep -q 'promiscuity 0'", t.a);
	program_interrupt(&fwd);
	check_left_alone(&t);
}

/* To within a tenth of a second, apart from opening and closing. */
TEST(duration_is_kept)
{
	struct testnet t;
	double start, took;
	const char *text;

	testnet_veth(&t, 1);
	start = now();
	CHECK_EQ(program_run(&fwd, "pktfwd --quiet --duration 1.5 %s %s", t.a,
			     t.b),
		 0);
	took = now() - start;
	text = strstr(fwd.text, "pktfwd wire: ");
	CHECK(text);
	took = took < 1.5 ? 0 : atof(text + strlen("pktfwd wire: "));
	CHECK(took >= 1.5 && took < 1.65);
}

/* Exactly so many are received, all of them are sent, and then it ends. */
static void check_count(const char *options, unsigned count)
{
	struct testnet t, u;
	int a, b;

	testnet_veth(&t, 4);
	testnet_veth(&u, 4);
	a = packet_socket(t.a);
	b = packet_socket(u.b);
	program_start(&fwd, "pktfwd --count %u %s %s %s", count, options, t.b,
		      u.a);
	program_opens(&fwd, u.a);
	packets_send(a, 1, 2, count + 100);
	CHECK_EQ(program_end(&fwd), 0);
	CHECK_STR_HAS(fwd.text, "all packets of --count were received");
	packets_expect(b, 1, 2, count);
	close(a);
	close(b);
}

TEST(count_is_kept)
{
	check_count("wire", 1000);
}

TEST(count_is_kept_by_many_workers)
{
	check_count("bridge --workers 4", 777);
}

TEST(a_count_of_one_is_kept)
{
	check_count("--spin --workers 1", 1);
}

/* Interfaces that come and go */

static void make_pair(const char *a, const char *b)
{
	run("ip link add %s type veth peer name %s", a, b);
	run("ethtool -K %s tx off", a);
	run("ip link set %s up", a);
	run("ip link set %s up", b);
}

/* A packet gets from one end to the other, sooner or later. */
static void wait_until_passed(const char *from, const char *to)
{
	int a = packet_socket(from), b = packet_socket(to);
	struct packet got;

	for (unsigned i = 0; i < 100; i++) {
		packets_send(a, 1, BROADCAST, 1);
		if (packet_receive(b, &got, 100))
			break;
		if (i == 99)
			FAIL("no packet passes: %s", program_errors(&fwd));
	}
	while (packet_receive(b, &got, 100))
		;
	close(a);
	close(b);
}

/*
 * Two wires. An interface of one is deleted: the other goes on, and when it is
 * made again, packets pass as before.
 */
TEST(an_interface_that_comes_back_is_picked_up)
{
	struct testnet one, two;
	int a, b;

	testnet_veth(&one, 1);
	testnet_veth(&two, 1);
	make_pair("gone0", "far0");
	make_pair("stays0", "far1");
	program_start(&fwd, "pktfwd wire %s gone0 %s stays0", one.b, two.b);
	program_opens(&fwd, "stays0");
	wait_until_passed(one.a, "far0");
	a = packet_socket(two.a);
	b = packet_socket("far1");

	for (unsigned i = 0; i < 3; i++) {
		run("ip link del gone0");
		program_writes(&fwd, "gone0 is gone");
		packets_send(a, 1, 2, 300);
		packets_expect(b, 1, 2, 300);
		make_pair("gone0", "far0");
		wait_until_passed(one.a, "far0");
		wait_until_passed("far0", one.a);
	}
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.errors, "gone0 is back");
	CHECK_STR_HAS(fwd.text, "gone0: went away and came back, 3 times");
	close(a);
	close(b);
}

/* What arrives for an interface that is away is counted as lost. */
TEST(what_has_nowhere_to_go_is_counted)
{
	struct testnet t;
	int a;

	testnet_veth(&t, 1);
	make_pair("gone0", "far0");
	a = packet_socket(t.a);
	program_start(&fwd, "pktfwd %s gone0", t.b);
	program_opens(&fwd, "gone0");
	wait_until_passed(t.a, "far0");
	run("ip link del gone0");
	program_writes(&fwd, "gone0 is gone");
	packets_send(a, 1, 2, 100);
	usleep(200000);
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.text, "100 had nowhere to go");
	CHECK_STR_HAS(fwd.text, "gone0: is away");
	close(a);
}

/* The bridge forgets what it saw on the interface, so nothing is sent into
 * the void; and a spinning worker notices as well. */
TEST(a_bridge_goes_on_without_an_interface)
{
	struct testnet t, u;
	int a, b;

	testnet_veth(&t, 1);
	testnet_veth(&u, 1);
	make_pair("gone0", "far0");
	a = packet_socket(t.a);
	b = packet_socket(u.a);
	program_start(&fwd, "pktfwd bridge --spin --workers 1 %s %s gone0", t.b,
		      u.b);
	program_opens(&fwd, "gone0");
	wait_until_passed("far0", t.a); /* host 1 is behind gone0 */
	while (packet_receive(b, &(struct packet){ 0 }, 100))
		;
	run("ip link del gone0");
	program_writes(&fwd, "gone0 is gone");
	packets_send(a, 2, 1, 100);
	packets_expect(b, 2, 1, 100);
	make_pair("gone0", "far0");
	wait_until_passed(t.a, "far0");
	program_interrupt(&fwd);
	close(a);
	close(b);
}

/* All of them may go, and come back. */
TEST(all_interfaces_may_go_and_come_back)
{
	testnet_enter();
	make_pair("gone0", "far0");
	make_pair("gone1", "far1");
	program_start(&fwd, "pktfwd --workers 1 --json gone0 gone1");
	program_opens(&fwd, "gone1");
	run("ip link del gone0");
	run("ip link del gone1");
	program_writes(&fwd, "gone0 is gone");
	program_writes(&fwd, "gone1 is gone");
	make_pair("gone0", "far0");
	make_pair("gone1", "far1");
	wait_until_passed("far0", "far1");
	program_interrupt(&fwd);
}

/* With more queues it may not fit into the pool, which is said once; the others
 * go on. */
TEST(an_interface_that_does_not_fit_any_more_is_told_of)
{
	struct testnet t, u;
	int a, b;

	testnet_veth(&t, 1);
	testnet_veth(&u, 1);
	make_pair("gone0", "far0");
	a = packet_socket(t.a);
	b = packet_socket(u.a);
	program_start(&fwd, "pktfwd bridge %s %s gone0", t.b, u.b);
	program_opens(&fwd, "gone0");
	run("ip link del gone0");
	program_writes(&fwd, "gone0 is gone");
	run("ip link add gone0 numrxqueues 8 numtxqueues 8 type veth "
	    "peer name far0");
	program_writes(&fwd, "frames cannot cover every ring");
	sleep(3);
	packets_send(a, 1, 2, 300);
	packets_expect(b, 1, 2, 300);
	program_interrupt(&fwd);
	CHECK(!strstr(strstr(fwd.errors, "cannot cover") + 1, "cannot cover"));
	close(a);
	close(b);
}

/* Set down it stays open, and resumes by itself. */
TEST(an_interface_that_is_set_down_resumes)
{
	struct testnet t, u;
	int a, b;

	testnet_veth(&t, 1);
	testnet_veth(&u, 1);
	a = packet_socket(t.a);
	b = packet_socket(u.b);
	program_start(&fwd, "pktfwd --interval 0.1 %s %s", t.b, u.a);
	program_opens(&fwd, u.a);
	run("ip link set %s down", u.a);
	program_writes(&fwd, " down rx ");
	packets_send(a, 1, 2, 3000);
	sleep(1);
	run("ip link set %s up", u.a);
	wait_until_passed(t.a, u.b);
	while (packet_receive(b, &(struct packet){ 0 }, 100))
		;
	packets_send(a, 1, 2, 100);
	packets_expect(b, 1, 2, 100);
	program_interrupt(&fwd);
	close(a);
	close(b);
}

/* Another user */

/* A line of the status of each thread. */
static void check_status(pid_t pid, const char *line)
{
	run("for t in /proc/%d/task/*/status; do "
	    "grep -qP '%s' $t || exit 1; done",
	    pid, line);
}

/* Every thread is that user, without groups and capabilities; packets and
 * numbers go on. */
TEST(user_is_all_that_remains_of_root)
{
	const struct passwd *nobody = getpwnam("nobody");
	struct testnet t, u;
	int a, b;

	if (!nobody)
		SKIP("there is no user nobody");
	testnet_veth(&t, 2);
	testnet_veth(&u, 2);
	a = packet_socket(t.a);
	b = packet_socket(u.a);
	program_start(&fwd,
		      "pktfwd --user nobody --interval 0.2 --workers 2 "
		      "%s %s",
		      t.b, u.b);
	program_writes(&fwd, "; lost 0");
	run("for t in /proc/%d/task/*/status; do "
	    "grep -qP '^Uid:\\t%u\\t%u\\t%u\\t%u$' $t || exit 1; "
	    "grep -qP '^Gid:\\t%u\\t%u\\t%u\\t%u$' $t || exit 1; done",
	    fwd.pid, nobody->pw_uid, nobody->pw_uid, nobody->pw_uid,
	    nobody->pw_uid, nobody->pw_gid, nobody->pw_gid, nobody->pw_gid,
	    nobody->pw_gid);
	check_status(fwd.pid, "^Groups:\\s*$");
	check_status(fwd.pid, "^Cap(Eff|Prm|Inh|Amb):\\t0+$");
	check_status(fwd.pid, "^NoNewPrivs:\\t1$");
	packets_send(a, 1, 2, 500);
	packets_expect(b, 1, 2, 500);
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.text, "500");
	CHECK_STR_HAS(fwd.text, "Nothing was lost.");
	CHECK_EQ(testnet_program_on(t.b), 0);
	close(a);
	close(b);
}

/* Without root an interface that is gone stays away: that is said, the others
 * go on, and when none is left it ends. */
TEST(without_root_an_interface_stays_away)
{
	struct testnet t;

	if (!getpwnam("nobody"))
		SKIP("there is no user nobody");
	testnet_veth(&t, 1);
	make_pair("gone0", "far0");
	program_start(&fwd, "pktfwd --user nobody %s gone0", t.b);
	program_opens(&fwd, "gone0");
	wait_until_passed(t.a, "far0");
	run("ip link del gone0");
	program_writes(&fwd, "gone0 is gone, and without root it cannot be");
	make_pair("gone0", "far0");
	usleep(400000);
	CHECK_EQ(testnet_program_on("gone0"), 0);
	run("ip link del %s", t.b);
	CHECK_EQ(program_end(&fwd), 1);
	CHECK_STR_HAS(fwd.text, "all interfaces are gone");
}
