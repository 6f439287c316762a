// SPDX-License-Identifier: BSD-2-Clause
/* pktgen: what it is asked, rightly and wrongly. */
#include <stdio.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"

static struct program gen;

#define FLOWS                                                                 \
	"--proto", "--src", "--dst", "--src-port", "--dst-port", "--src-mac", \
		"--dst-mac", "--flows", "--random", "--vlan", "--tcp-flags",  \
		"--tos", "--ttl", "--ethertype", "--ipv6"
#define PATTERN FLOWS, "--size"
#define INTERFACE                                                 \
	"--mode", "--queues", "--ring", "--frame-size", "--huge", \
		"--busy-poll", "--user"
#define COMMON                                                                \
	INTERFACE, "--cpus", "--duration", "--count", "--interval", "--json", \
		"--quiet", "--metrics"

/* What each of them takes. */
static const struct {
	const char *name;
	const char *options[40];
} commands[] = {
	{ "tx",
	  { PATTERN, COMMON, "--raw", "--no-mark", "--rate", "--engine",
	    "--workers", "--plan" } },
	{ "rx",
	  { COMMON, "--flows", "--flows-top", "--no-mark", "--jumbo", "--spin",
	    "--workers", "--plan" } },
	{ "ping", { PATTERN, COMMON, "--rate", "--timeout" } },
	{ "bench",
	  { FLOWS, INTERFACE, "--tests", "--sizes", "--seconds", "--loss",
	    "--resolution", "--verify", "--rate", "--quick", "--report",
	    "--workers", "--cpus", "--spin", "--json", "--quiet" } },
	{ "replay",
	  { COMMON, "--speed", "--rate", "--max", "--max-gap", "--loop",
	    "--pad", "--partial", "--memory", "--jumbo" } },
	{ "capture",
	  { COMMON, "--snaplen", "--size", "--buffer", "--jumbo", "--spin",
	    "--workers" } },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))
/* The first; bench takes two, and the others a file. */
#define WITH_ONE_INTERFACE 3

/* On a screen of 80 by 40, with a prompt. */
TEST(help_fits_a_screen)
{
	for (unsigned i = 0; i < COMMANDS; i++) {
		unsigned lines = 0;

		CHECK_EQ(
			program_run(&gen, "pktgen %s --help", commands[i].name),
			0);
		CHECK_STR_EQ(gen.errors, "");
		for (char *line = strtok(gen.text, "\n"); line;
		     line = strtok(NULL, "\n"), lines++)
			if (strlen(line) > 79)
				FAIL("too wide: %s", line);
		CHECK(lines < 40);
	}
}

static void check_told(const char *command, const char *option)
{
	CHECK_STR_HAS(gen.text, option);
	run("grep -q -e 'Fl -%s' %s/doc/man/pktgen.8", option + 2, SOURCE);
	run("bash -c '. %s/examples/pktgen/pktgen.bash; "
	    "COMP_WORDS=(pktgen %s %s) COMP_CWORD=2; _pktgen; "
	    "for w in ${COMPREPLY[*]}; do test $w != %s || exit 0; done; "
	    "exit 1'",
	    SOURCE, command, option, option);
}

/* Help, manual and completion name every option; and what the one or the other
 * names is there. */
TEST(every_option_is_told_of_everywhere, .limit = 200)
{
	testnet_enter();
	for (unsigned i = 0; i < COMMANDS; i++) {
		const char *name = commands[i].name;

		CHECK_EQ(program_run(&gen, "pktgen %s --help", name), 0);
		for (unsigned k = 0; commands[i].options[k]; k++)
			check_told(name, commands[i].options[k]);
	}
}

/* What has no such option says so; what has it takes it. */
TEST(completion_offers_what_there_is)
{
	testnet_enter();
	run("bash -c '. %s/examples/pktgen/pktgen.bash; p=%s; "
	    "for c in tx rx ping replay capture bench; do "
	    "for o in $(_pktgen_options $c); do "
	    "! $p $c $o 2>&1 | grep -q \"no option\" || { echo $c $o; exit 1; }; "
	    "done; done'",
	    SOURCE, program_path("pktgen"));
}

TEST(completion_completes)
{
	static const char *const cases[][2] = {
		{ "pktgen pi", "ping" },
		{ "pktgen tx --proto ic", "icmp" },
		{ "pktgen tx --mode zero", "zerocopy" },
		{ "pktgen rx l", "lo" },
		{ "pktgen rx --flows-", "--flows-top" },
		{ "pktgen replay --max-", "--max-gap" },
		{ "pktgen capture lo /dev/ful", "/dev/full" },
	};

	testnet_enter();
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run("bash -c '. %s/examples/pktgen/pktgen.bash; "
		    "COMP_WORDS=(%s) COMP_CWORD=$((${#COMP_WORDS[*]} - 1)); "
		    "_pktgen; test \"${COMPREPLY[*]}\" = %s'",
		    SOURCE, cases[i][0], cases[i][1]);
}

TEST(version_says_both)
{
	CHECK_EQ(program_run(&gen, "pktgen --version"), 0);
	CHECK_STR_EQ(gen.text, "pktgen 0.1.0, xskpkt 0.1.0\n");
	CHECK_EQ(program_run(&gen, "pktgen tx --version"), 0);
	CHECK_STR_EQ(gen.text, "pktgen 0.1.0, xskpkt 0.1.0\n");
}

/* What cannot be meant is refused with 2, before anything is opened, in a
 * sentence that names it. */
TEST(what_is_asked_wrongly_is_refused)
{
	static const struct {
		const char *words, *sentence;
	} cases[] = {
		{ "", "give a command" },
		{ "fly", "no command fly" },
		{ "tx", "name the interface" },
		{ "tx a0 b0", "one interface is enough" },
		{ "tx an-interface-name-too-long", "no interface's name" },
		{ "tx --nonsense a0", "no option --nonsense" },
		{ "tx a0 --rate", "--rate needs a value" },
		{ "tx --spin a0", "no option --spin" },
		{ "tx --rate 0 a0", "--rate 0" },
		{ "tx --rate -1 a0", "--rate -1" },
		{ "tx --rate fast a0", "--rate fast" },
		{ "tx --rate 10Gfoo a0", "--rate 10Gfoo" },
		{ "tx --rate nan a0", "--rate nan" },
		{ "tx --count 0 a0", "--count 0" },
		{ "tx --count 1x a0", "--count 1x" },
		{ "tx --count 99999999999999999999 a0", "--count 9999" },
		{ "tx --duration 0 a0", "--duration 0" },
		{ "tx --duration inf a0", "--duration inf" },
		{ "tx --interval 0.01 a0", "--interval 0.01" },
		{ "tx --size 13 a0", "--size 13" },
		{ "tx --size 0 a0", "--size 0" },
		{ "tx --size 100000 a0", "--size 100000" },
		{ "tx --size 60, a0", "--size 60," },
		{ "tx --size 200-100 a0", "--size 200-100" },
		{ "tx --size 60 --ipv6 a0", "60 bytes are too few" },
		{ "tx --proto sctp a0", "--proto sctp" },
		{ "tx --src 10.0.0 a0", "--src 10.0.0" },
		{ "tx --src 10.0.0.0/33 a0", "--src 10.0.0.0/33" },
		{ "tx --src ::1 --dst 10.0.0.1 a0", "do not go together" },
		{ "tx --src-port 65536 a0", "--src-port 65536" },
		{ "tx --src-port 9-1 a0", "--src-port 9-1" },
		{ "tx --src-mac 02:00 a0", "--src-mac 02:00" },
		{ "tx --flows 9 --src-port 1-8 a0", "have only 8" },
		{ "tx --flows 0 a0", "--flows 0" },
		{ "tx --vlan 4095 a0", "--vlan 4095" },
		{ "tx --vlan 1,2,3,4,5 a0", "--vlan 1,2,3,4,5" },
		{ "tx --tcp-flags S a0", "--tcp-flags" },
		{ "tx --ttl 0 a0", "--ttl 0" },
		{ "tx --raw 0x a0", "--raw 0x" },
		{ "tx --raw 0102 a0", "--raw 0102" },
		{ "tx --proto arp --src-port 1 a0", "have no place for" },
		{ "tx --engine warp a0", "--engine warp" },
		{ "tx --mode fast a0", "--mode fast" },
		{ "tx --queues 1,1 a0", "--queues 1,1" },
		{ "tx --ring 100 a0", "--ring 100" },
		{ "tx --frame-size 1 a0", "--frame-size 1" },
		{ "tx --workers 0 a0", "--workers 0" },
		{ "tx --cpus 1023 a0", "CPU 1023 is not there" },
		{ "tx --user root a0", "root again" },
		{ "tx --engine kernel --metrics 1 a0", "--metrics" },
		{ "tx --engine kernel --plan auto a0", "--plan" },
		{ "rx", "name the interface" },
		{ "rx --flows 0 a0", "--flows 0" },
		{ "rx --flows 1G a0", "--flows 1G" },
		{ "rx --flows-top 1001 a0", "--flows-top 1001" },
		{ "rx --no-mark --flows-top 1 a0", "no flow is known" },
		{ "rx --rate 1k a0", "no option --rate" },
		{ "ping", "name the interface" },
		{ "ping --no-mark a0", "leave out --no-mark" },
		{ "ping --raw 0202020202020202020202020202 a0",
		  "leave out --raw" },
		{ "ping --timeout 0 a0", "--timeout 0" },
		{ "ping --timeout 61 a0", "--timeout 61" },
		{ "ping --rate 0 a0", "--rate 0" },
		{ "ping --workers 2 a0", "one thread" },
		{ "ping --cpus 0-1 a0", "--cpus: give one" },
		{ "ping --flows 70k --dst 10.0.0.0/15 a0", "--flows 70000" },
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int code = program_run(&gen, "pktgen %s", cases[i].words);

		if (code != 2 || !strstr(gen.errors, cases[i].sentence))
			FAIL("pktgen %s: %d: %s", cases[i].words, code,
			     gen.errors);
		CHECK_STR_EQ(gen.text, "");
	}
}

/* What is not there, or not for us, fails with 1, and a sentence that names
 * it. */
TEST(what_cannot_be_done_is_said)
{
	struct testnet t;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < WITH_ONE_INTERFACE; i++) {
		const char *name = commands[i].name;

		CHECK_EQ(program_run(&gen, "pktgen %s nosuch0", name), 1);
		CHECK_STR_HAS(gen.errors, "nosuch0");
		CHECK_EQ(program_run(&gen, "pktgen %s --queues 7-7 %s", name,
				     t.a),
			 1);
		CHECK_STR_HAS(gen.errors, t.a);
		CHECK_EQ(program_run(&gen, "pktgen %s --mode zerocopy %s", name,
				     t.a),
			 1);
		CHECK_STR_HAS(gen.errors, "zero-copy");
	}
	CHECK_EQ(program_run(&gen,
			     "pktgen ping --frame-size 2048 --size 2000 "
			     "%s",
			     t.a),
		 1);
	CHECK_STR_HAS(gen.errors, "larger --frame-size");
}

/* A queue has one owner, who goes on. */
TEST(an_interface_that_is_taken_is_left_alone)
{
	static struct program first;
	struct testnet t;

	testnet_veth(&t, 1);
	program_start(&first, "pktgen rx --interval 0.1 %s", t.a);
	program_opens(&first, t.a);
	for (unsigned i = 1; i < WITH_ONE_INTERFACE; i++) {
		CHECK_EQ(program_run(&gen, "pktgen %s %s", commands[i].name,
				     t.a),
			 1);
		CHECK_STR_HAS(gen.errors, t.a);
	}
	program_writes(&first, "rx 0 pps");
	program_interrupt(&first);
}

/* Without permission it says which is missing. */
TEST(without_permission_it_says_what_is_missing)
{
	struct testnet t;

	testnet_veth(&t, 1);
	if (try_run("setpriv --version"))
		SKIP("there is no setpriv");
	for (unsigned i = 0; i < WITH_ONE_INTERFACE; i++)
		run("o=$(setpriv --bounding-set=-all --inh-caps=-all %s %s %s "
		    "2>&1); test $? = 1 && echo \"$o\" | grep -q CAP_",
		    program_path("pktgen"), commands[i].name, t.a);
}
