// SPDX-License-Identifier: BSD-2-Clause
/* pktfwd: what it is asked, rightly and wrongly. */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"

static struct program fwd;

static unsigned lines_in(const char *text)
{
	unsigned lines = 0;

	while (*text)
		lines += *text++ == '\n';
	return lines;
}

/* Help fits on a terminal of 24 lines and 80 columns, with a prompt. */
TEST(help_fits_one_screen)
{
	CHECK_EQ(program_run(&fwd, "pktfwd --help"), 0);
	CHECK(lines_in(fwd.text) <= 23);
	CHECK_STR_EQ(fwd.errors, "");
	for (char *line = strtok(fwd.text, "\n"); line;
	     line = strtok(NULL, "\n"))
		if (strlen(line) > 79)
			FAIL("too wide: %s", line);
}

static const char *const options[] = {
	"--mode",     "--queues",    "--ring",    "--frame-size", "--jumbo",
	"--huge",     "--busy-poll", "--workers", "--cpus",       "--plan",
	"--spin",     "--ageing",    "--user",    "--duration",   "--count",
	"--interval", "--json",      "--metrics", "--quiet",      "--version",
	"--help"
};

/* Help, manual and completion name every option. */
TEST(every_option_is_told_of_everywhere)
{
	CHECK_EQ(program_run(&fwd, "pktfwd --help"), 0);
	for (unsigned i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		CHECK_STR_HAS(fwd.text, options[i]);
		testnet_enter();
		run("grep -q -e '^.It Fl -%s' %s/doc/man/pktfwd.8",
		    options[i] + 2, SOURCE);
		run("grep -qw -e %s %s/examples/pktfwd/pktfwd.bash", options[i],
		    SOURCE);
	}
}

/* Completion offers what fits. */
TEST(completion_completes)
{
	testnet_enter();
	run("bash -c '. %s/examples/pktfwd/pktfwd.bash; "
	    "COMP_WORDS=(pktfwd --mode zero) COMP_CWORD=2; _pktfwd; "
	    "test \"${COMPREPLY[*]}\" = zerocopy'",
	    SOURCE);
	run("bash -c '. %s/examples/pktfwd/pktfwd.bash; "
	    "COMP_WORDS=(pktfwd --jum) COMP_CWORD=1; _pktfwd; "
	    "test \"${COMPREPLY[*]}\" = --jumbo'",
	    SOURCE);
	run("bash -c '. %s/examples/pktfwd/pktfwd.bash; "
	    "COMP_WORDS=(pktfwd bridge l) COMP_CWORD=2; _pktfwd; "
	    "test \"${COMPREPLY[*]}\" = lo'",
	    SOURCE);
}

TEST(version_says_both)
{
	CHECK_EQ(program_run(&fwd, "pktfwd --version"), 0);
	CHECK_STR_EQ(fwd.text, "pktfwd 0.1.0, xskpkt 0.1.0\n");
}

/* What cannot be meant is refused with 2, before anything is opened, in a
 * sentence that names it. */
TEST(what_is_asked_wrongly_is_refused)
{
	static const struct {
		const char *words, *sentence;
	} cases[] = {
		{ "", "name the interfaces" },
		{ "wire", "name the interfaces" },
		{ "a0", "a0 has no partner" },
		{ "a0 b0 c0", "c0 has no partner" },
		{ "bridge a0", "two interfaces at least" },
		{ "a0 a0", "a0 is named twice" },
		{ "bridge a0 b0 a0", "a0 is named twice" },
		{ "sink an-interface-name-too-long", "no interface's name" },
		{ "--nonsense a0 b0", "no option --nonsense" },
		{ "-x a0 b0", "no option -x" },
		{ "a0 b0 --ring", "--ring needs a value" },
		{ "--mode fast a0 b0", "--mode fast" },
		{ "--queues 0 a0 b0", "--queues 0" },
		{ "--queues 1,1 a0 b0", "--queues 1,1" },
		{ "--queues 3-1 a0 b0", "--queues 3-1" },
		{ "--queues 1,x a0 b0", "--queues 1,x" },
		{ "--queues 257 a0 b0", "--queues 257" },
		{ "--queues 0-65536 a0 b0", "--queues 0-65536" },
		{ "--ring 100 a0 b0", "--ring 100" },
		{ "--ring 0 a0 b0", "--ring 0" },
		{ "--ring -64 a0 b0", "--ring -64" },
		{ "--ring 65536 a0 b0", "--ring 65536" },
		{ "--frame-size 2047 a0 b0", "--frame-size 2047" },
		{ "--frame-size 4097 a0 b0", "--frame-size 4097" },
		{ "--workers 0 a0 b0", "--workers 0" },
		{ "--workers many a0 b0", "--workers many" },
		{ "--cpus 0-x a0 b0", "--cpus 0-x" },
		{ "--cpus 1023 a0 b0", "CPU 1023 is not there" },
		{ "--cpus 0, a0 b0", "--cpus 0," },
		{ "--ageing 0 a0 b0", "--ageing 0" },
		{ "--user no-such-user a0 b0", "no such user" },
		{ "--user root a0 b0", "root again" },
		{ "--duration 0 a0 b0", "--duration 0" },
		{ "--duration -1 a0 b0", "--duration -1" },
		{ "--duration nan a0 b0", "--duration nan" },
		{ "--duration 1s a0 b0", "--duration 1s" },
		{ "--count 0 a0 b0", "--count 0" },
		{ "--count 1.5 a0 b0", "--count 1.5" },
		{ "--count 99999999999999999999 a0 b0", "--count 9999" },
		{ "--count 1T a0 b0", "--count 1T" },
		{ "--interval 0.01 a0 b0", "--interval 0.01" },
		{ "--interval x a0 b0", "--interval x" },
	};

	testnet_enter();
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int code = program_run(&fwd, "pktfwd %s", cases[i].words);

		if (code != 2)
			FAIL("\"%s\" returned %d", cases[i].words, code);
		CHECK_STR_HAS(fwd.errors, cases[i].sentence);
		CHECK_STR_HAS(fwd.errors, "Try 'pktfwd --help'.");
		CHECK_STR_EQ(fwd.text, "");
	}
}

/* By another of its names it is still the same interface. */
TEST(an_interface_with_two_names_is_one)
{
	struct testnet t;

	testnet_veth(&t, 1);
	run("ip link property add dev %s altname another", t.a);
	CHECK_EQ(program_run(&fwd, "pktfwd another %s", t.a), 2);
	CHECK_STR_HAS(fwd.errors, "is named twice");
}

/* What cannot be done fails with 1, and nothing stays open. */
static void check_fails(const char *words, const char *sentence)
{
	int code = program_run(&fwd, "pktfwd --quiet %s", words);

	if (code != 1)
		FAIL("\"%s\" returned %d: %s", words, code, fwd.errors);
	CHECK_STR_HAS(fwd.errors, sentence);
	CHECK_STR_EQ(fwd.text, "");
}

TEST(what_cannot_be_done_fails_with_a_sentence)
{
	struct testnet t;
	char words[128];

	testnet_veth(&t, 2);
	snprintf(words, sizeof(words), "%s nosuch0", t.a);
	check_fails(words, "nosuch0: no such interface");
	CHECK_EQ(testnet_program_on(t.a), 0);
	snprintf(words, sizeof(words), "--mode zerocopy sink %s", t.a);
	check_fails(words, "zero-copy");
	snprintf(words, sizeof(words), "--queues 0,7 %s %s", t.a, t.b);
	check_fails(words, "7");
	testnet_mtu(&t, 9000);
	snprintf(words, sizeof(words), "%s %s", t.a, t.b);
	check_fails(words, "MTU of 9000");
	CHECK_EQ(testnet_program_on(t.a), 0);
	CHECK_EQ(testnet_program_on(t.b), 0);
}

/* A queue that another holds is not taken from it. */
TEST(an_interface_that_is_taken_is_left_alone)
{
	static struct program second;
	struct testnet t;

	testnet_veth(&t, 1);
	program_start(&fwd, "pktfwd %s %s", t.a, t.b);
	program_opens(&fwd, t.b);
	CHECK_EQ(program_run(&second, "pktfwd sink %s", t.a), 1);
	CHECK_STR_HAS(second.errors, t.a);
	program_interrupt(&fwd);
}

TEST(huge_pages_that_are_not_there_are_said_to_be_missing)
{
	struct testnet t;
	int code;

	testnet_veth(&t, 1);
	code = program_run(&fwd, "pktfwd --huge --duration 0.1 %s %s", t.a,
			   t.b);
	if (!code)
		SKIP("there are huge pages here");
	CHECK_EQ(code, 1);
	CHECK_STR_HAS(fwd.errors, "huge");
}

/* Run as it says, but as a user without capabilities. */
TEST(without_permission_it_says_what_is_missing)
{
	struct testnet t;

	testnet_veth(&t, 1);
	run("setpriv --inh-caps=-all --bounding-set=-all --reuid=65534 "
	    "--clear-groups %s --quiet %s %s 2>&1 | "
	    "grep -E 'CAP_|not permitted|cannot open shared'",
	    program_path("pktfwd"), t.a, t.b);
}

/* A port that is taken, and an address that is none. */
TEST(metrics_need_an_address_that_is_free)
{
	static const char *const bad[] = { "x",     "127.0.0.1", "host:80",
					   ":0",    ":70000",    "1.2.3:80:80",
					   "::1:80" };
	struct testnet t;
	int fd;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_EQ(program_run(&fwd, "pktfwd --metrics %s %s %s", bad[i],
				     t.a, t.b),
			 2);
		if (strstr(fwd.errors, "built without libmicrohttpd"))
			SKIP("built without libmicrohttpd");
		CHECK_STR_HAS(fwd.errors, "is not ADDRESS:PORT");
	}
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(!bind(fd,
		    (struct sockaddr *)&(struct sockaddr_in){
			    .sin_family = AF_INET,
			    .sin_port = htons(9917),
			    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
		    sizeof(struct sockaddr_in)));
	CHECK(!listen(fd, 1));
	CHECK_EQ(program_run(&fwd, "pktfwd --metrics 9917 %s %s", t.a, t.b), 1);
	CHECK_STR_HAS(fwd.errors, "cannot listen on 9917");
	CHECK_STR_HAS(fwd.errors, "in use");
	close(fd);
}
