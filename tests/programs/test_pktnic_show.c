// SPDX-License-Identifier: BSD-2-Clause
/* pktnic show: the facts, for people and for programs. */
#include <regex.h>
#include <stdio.h>

#include "harness.h"
#include "program.h"
#include "schema.h"

static struct program nic;
static struct testnet net;

static json_t *show(const char *words)
{
	CHECK_EQ(program_run(&nic, "pktnic show --json %s", words), 0);
	CHECK_STR_EQ(nic.errors, "");
	return schema_check("pktnic.json", "show", nic.text);
}

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_t *queue_at(const json_t *object, size_t i)
{
	return json_array_get(json_object_get(object, "queues"), i);
}

/* Nothing is wider than a terminal of 80 columns. */
static void check_width(const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > 79)
			FAIL("too wide: %.*s", (int)strcspn(text, "\n"), text);
}

static void check_line(const char *pattern)
{
	regex_t regex;

	CHECK_EQ(regcomp(&regex, pattern,
			 REG_EXTENDED | REG_NEWLINE | REG_NOSUB),
		 0);
	if (regexec(&regex, nic.text, 0, NULL, 0))
		FAIL("no line like '%s' in:\n%s", pattern, nic.text);
	regfree(&regex);
}

/* What a person sees: the facts, what is unknown with the reason, the map. */
TEST(a_table_for_people)
{
	testnet_veth(&net, 2);
	CHECK_EQ(program_run(&nic, "pktnic show %s", net.a), 0);
	CHECK_STR_EQ(nic.errors, "");
	check_width(nic.text);
	check_line("^left0: veth$");
	check_line("^  link        up, 10000 Mbit/s, MTU 1500$");
	check_line("^  queues      2 RX, 2 TX$");
	check_line("^  program     none$");
	check_line(
		"^  unknown     bus, node, local cpus, pcie: it has no device");
	check_line("^              .*irq: there is no device");
	check_line("^  QUEUE .*NAPI .*IRQ .*CPU .*NODE .*RSS .*AF_XDP$");
	check_line("^  0 rx tx  -> [?] .*-> [?] .*-> [?] .*-> [?]");
	check_line("^  1 rx tx  -> [?]");
	CHECK(!strstr(nic.text, " \n")); /* no blanks at the end of a line */
}

/* A direction that a queue lacks has no row of its own. */
TEST(queues_of_one_direction)
{
	testnet_enter();
	run("ip link add many numrxqueues 3 numtxqueues 2 type veth peer few");
	CHECK_EQ(program_run(&nic, "pktnic show many"), 0);
	check_line("^  1 rx tx ");
	check_line("^  2 rx ");
	check_line("^  link        set down");
}

/* What a program reads: one object, with null for what is not known. */
TEST(an_object_for_programs)
{
	json_t *o, *link;

	testnet_veth(&net, 3);
	o = show(net.a);
	CHECK_STR_EQ(text_at(o, "interface"), net.a);
	CHECK_STR_EQ(text_at(o, "driver"), "veth");
	CHECK(json_is_null(json_object_get(o, "bus")));
	CHECK(json_is_null(json_object_get(o, "rings")));
	CHECK_STR_HAS(text_at(json_object_get(o, "unknown"), "rings"),
		      "driver 'veth' does not tell");
	CHECK_EQ(json_array_size(json_object_get(o, "queues")), 3);
	CHECK_EQ(json_integer_value(json_object_get(queue_at(o, 2), "queue")),
		 2);
	link = json_object_get(o, "link");
	CHECK(json_is_true(json_object_get(link, "up")));
	CHECK(json_is_true(json_object_get(link, "carrier")));
	json_decref(o);
	run("ip link set %s down", net.b);
	o = show(net.a);
	link = json_object_get(o, "link");
	CHECK(json_is_false(json_object_get(link, "carrier")));
	json_decref(o);
	json_decref(show("lo"));
}

/* A program that forwards: its XDP program and its queues are seen. */
TEST(queues_that_are_taken)
{
	static struct program fwd;
	json_t *o, *xdp, *taken;

	testnet_veth(&net, 2);
	program_start(&fwd, "pktfwd reflect --queues 1-1 %s", net.a);
	program_opens(&fwd, net.a);
	o = show(net.a);
	xdp = json_object_get(o, "program");
	CHECK_STR_EQ(text_at(xdp, "mode"), "native");
	CHECK_STR_EQ(text_at(xdp, "name"), "xskpkt_redirect");
	CHECK_EQ(json_integer_value(json_object_get(xdp, "id")),
		 testnet_program_on(net.a));
	taken = json_object_get(queue_at(o, 1), "taken");
	CHECK(json_is_true(taken) || json_is_null(taken));
	taken = json_object_get(queue_at(o, 0), "taken");
	CHECK(json_is_false(taken) || json_is_null(taken));
	CHECK_EQ(program_run(&nic, "pktnic show %s", net.a), 0);
	check_line("^  program     xskpkt_redirect, id [0-9]+, native$");
	json_decref(o);
	program_interrupt(&fwd);
}

/* An interface in another namespace, by its name or a path. */
TEST(another_namespace)
{
	char words[96];
	json_t *o;

	testnet_veth(&net, 1);
	run("mount -t tmpfs -o mode=755 none /run");
	run("ip netns add there && ip link set %s netns there", net.b);
	CHECK_EQ(program_run(&nic, "pktnic show %s", net.b), 1);
	CHECK_STR_HAS(nic.errors, "no such interface here");
	snprintf(words, sizeof(words), "--netns there %s", net.b);
	o = show(words);
	CHECK_STR_EQ(text_at(o, "interface"), net.b);
	json_decref(o);
	snprintf(words, sizeof(words), "--netns /run/netns/there %s", net.b);
	json_decref(show(words));
	CHECK_EQ(program_run(&nic, "pktnic show --netns nowhere lo"), 1);
	CHECK_STR_HAS(nic.errors, "/run/netns/nowhere: cannot open");
	CHECK_EQ(program_run(&nic, "pktnic show --netns /dev/null lo"), 1);
	CHECK_STR_HAS(nic.errors, "is it a network namespace?");
	run("ip netns del there");
}

/* What cannot be meant is refused with 2, what cannot be done with 1. */
TEST(what_is_asked_wrongly_is_refused)
{
	static const struct {
		const char *words;
		int code;
		const char *sentence;
	} cases[] = {
		{ "", 2, "give a command" },
		{ "shew lo", 2, "no command shew" },
		{ "show", 2, "give an interface" },
		{ "show lo lo", 2, "one interface only" },
		{ "show --jason lo", 2, "no option --jason" },
		{ "show --netns", 2, "--netns needs a value" },
		{ "show an-interface-name-too-long", 2, "no interface's name" },
		{ "show nope", 1, "nope: no such interface here" },
		{ "show lo:1", 1, "lo:1: no such interface here" },
		{ "show ../lo", 1, "../lo: no such interface here" },
		{ "show %n%s", 1, "%n%s: no such interface here" },
	};

	testnet_enter();
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_EQ(program_run(&nic, "pktnic %s", cases[i].words),
			 cases[i].code);
		CHECK_STR_EQ(nic.text, "");
		CHECK_STR_HAS(nic.errors, cases[i].sentence);
	}
}

/* A reader that does not read is noticed. */
TEST(output_that_cannot_be_written)
{
	const char *path;

	testnet_enter();
	path = program_path("pktnic");
	CHECK_EQ(try_run("%s show lo > /dev/full", path), 1);
	CHECK_EQ(try_run("%s show --json lo > /dev/full", path), 1);
	CHECK_EQ(try_run("%s show --help > /dev/full", path), 1);
	CHECK_EQ(try_run("%s --help > /dev/full", path), 1);
}

/* Help fits the screen; help, manual and completion name every option. */
TEST(every_option_is_told_of_everywhere)
{
	static const char *const options[] = { "--netns", "--json", "--version",
					       "--help" };
	unsigned lines = 0;

	testnet_enter();
	CHECK_EQ(program_run(&nic, "pktnic show --help"), 0);
	check_width(nic.text);
	for (const char *c = nic.text; *c; c++)
		lines += *c == '\n';
	CHECK(lines <= 23);
	for (unsigned i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		CHECK_STR_HAS(nic.text, options[i]);
		run("grep -q -e '^.It Fl -%s' %s/doc/man/pktnic.8",
		    options[i] + 2, SOURCE);
		run("grep -qw -e %s %s/examples/pktnic/pktnic.bash", options[i],
		    SOURCE);
	}
	CHECK_EQ(program_run(&nic, "pktnic --help"), 0);
	CHECK_STR_HAS(nic.text, "  show ");
	check_width(nic.text);
	CHECK_EQ(program_run(&nic, "pktnic show --version"), 0);
	CHECK_STR_EQ(nic.text, "pktnic 0.1.0, xskpkt 0.1.0\n");
}

/* Completion offers commands, options and interfaces. */
TEST(completion_completes)
{
	static const char *const cases[][3] = {
		{ "sho", "1", "show" },
		{ "show --js", "2", "--json" },
		{ "show l", "2", "lo" },
	};

	testnet_enter();
	for (unsigned i = 0; i < 3; i++)
		run("bash -c '. %s/examples/pktnic/pktnic.bash; "
		    "COMP_WORDS=(pktnic %s) COMP_CWORD=%s; _pktnic; "
		    "test \"${COMPREPLY[*]}\" = %s'",
		    SOURCE, cases[i][0], cases[i][1], cases[i][2]);
}
