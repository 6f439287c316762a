// SPDX-License-Identifier: BSD-2-Clause
/* pktnic plan, tune and restore: what is planned, changed and put back. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "harness.h"
#include "program.h"

static struct program nic;
static struct testnet net;

/* With a /run of its own, where nothing is on record. */
static void start(unsigned queues)
{
	testnet_veth(&net, queues);
	run("mount -t tmpfs -o mode=755 none /run");
}

static void check_channels(unsigned n)
{
	run("test $(ls /sys/class/net/%s/queues | wc -l) = %u", net.a, 2 * n);
}

/* Every help fits on a terminal of 80 columns, and 40 lines. */
TEST(help_fits_the_screen)
{
	static const char *const commands[] = { "plan", "tune", "restore" };

	for (unsigned i = 0; i < 3; i++) {
		unsigned lines = 0;

		CHECK_EQ(program_run(&nic, "pktnic %s --help", commands[i]), 0);
		for (char *line = strtok(nic.text, "\n"); line;
		     line = strtok(NULL, "\n")) {
			lines++;
			if (strlen(line) > 79)
				FAIL("too wide: %s", line);
		}
		CHECK(lines > 5 && lines < 40);
	}
}

static const char *const options[] = { "--mode", "--queues",  "--siblings",
				       "--plan", "--row",     "--compare",
				       "--set",  "--dry-run", "--all" };

/* Manual and completion name every option. */
TEST(every_option_is_told_of_everywhere)
{
	testnet_enter();
	for (unsigned i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		run("grep -q -e '^.It Fl -%s' %s/doc/man/pktnic.8",
		    options[i] + 2, SOURCE);
		run("grep -qw -e %s %s/examples/pktnic/pktnic.bash", options[i],
		    SOURCE);
	}
	run("bash -c '. %s/examples/pktnic/pktnic.bash; "
	    "COMP_WORDS=(pktnic tune --dry) COMP_CWORD=2; _pktnic; "
	    "test \"${COMPREPLY[*]}\" = --dry-run'",
	    SOURCE);
}

/* What was not asked rightly is told, and nothing is done. */
TEST(wrong_questions_are_told)
{
	static const struct {
		const char *words, *why;
	} wrong[] = {
		{ "plan", "give an interface" },
		{ "plan a b", "give one interface only" },
		{ "plan --mode fast a", "give auto, two-core or one-core" },
		{ "plan --queues 0 a", "--queues 0: give a whole number" },
		{ "plan --row 1 a", "--row 1: give QUEUE:IRQ:WORKER" },
		{ "plan --row 1:2: a", "--row 1:2:: give QUEUE" },
		{ "plan --row 1:2:3:4:5 a", "--row 1:2:3:4:5: give QUEUE" },
		{ "plan --row 1:2:-1 a", "give QUEUE" },
		{ "plan --row -:2:3 a", "give QUEUE" },
		{ "plan --plan none a", "there is nothing to tell" },
		{ "plan --plan x --queues 2 a", "plans that are made here" },
		{ "tune --plan none --row 0:0:1 a", "no rows for --row" },
		{ "tune --set gro a", "--set gro: give NAME=VALUE" },
		{ "tune --set =1 a", "--set =1: give NAME=VALUE" },
		{ "tune --colour a", "there is no option --colour" },
		{ "restore", "give an interface" },
		{ "restore --all a", "--all or an interface" },
		{ "forget a", "there is no command forget" },
	};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK_EQ(program_run(&nic, "pktnic %s", wrong[i].words), 2);
		CHECK_STR_HAS(nic.errors, wrong[i].why);
		CHECK_STR_EQ(nic.text, "");
	}
}

/* Each command says which interface it is that there is not. */
TEST(no_such_interface)
{
	start(1);
	CHECK_EQ(program_run(&nic, "pktnic plan nil0"), 1);
	CHECK_STR_HAS(nic.errors, "nil0: no such interface");
	CHECK_EQ(program_run(&nic, "pktnic tune nil0"), 1);
	CHECK_STR_HAS(nic.errors, "nil0: no such interface");
	CHECK_EQ(program_run(&nic, "pktnic restore nil0"), 1);
	CHECK_STR_HAS(nic.errors, "nil0: no such interface");
}

/* A table of queues, CPUs and nodes; what another machine would have, too. */
TEST(a_plan_is_told)
{
	start(4);
	setenv("HWLOC_SYNTHETIC", "pack:2 [numa(memory=1GB)] l3:1 core:4 pu:1",
	       1);
	CHECK_EQ(program_run(&nic, "pktnic plan %s", net.a), 0);
	CHECK_STR_EQ(nic.errors, "");
	CHECK_STR_HAS(nic.text, "queue  run       irq cpu  worker cpu");
	CHECK_STR_HAS(nic.text,
		      "    3  two-core        -           3               0\n");
	CHECK_STR_HAS(nic.text, "has no interrupts of its own");
	CHECK_EQ(program_run(&nic, "pktnic plan --mode one-core %s", net.a), 1);
	CHECK_STR_HAS(nic.errors, "its queues cannot be busy-polled");
}

/* A plan goes into a file and comes back, is overridden, and compared. */
TEST(a_plan_is_kept_and_compared)
{
	json_t *plan;

	start(2);
	CHECK_EQ(program_run(&nic, "pktnic plan --json %s", net.a), 0);
	plan = json_loads(nic.text, 0, NULL);
	CHECK(plan != NULL);
	CHECK_EQ(json_array_size(json_object_get(plan, "rows")), 2);
	CHECK_EQ(json_dump_file(plan, "/run/plan", 0), 0);
	json_decref(plan);
	CHECK_EQ(program_run(&nic, "pktnic plan --plan /run/plan %s", net.a),
		 0);
	CHECK_EQ(program_run(&nic, "pktnic plan --compare /run/plan %s", net.a),
		 0);
	CHECK_STR_EQ(nic.text, "no difference\n");
	CHECK_EQ(program_run(&nic,
			     "pktnic plan --compare /run/plan --row 1:0:0 %s",
			     net.a),
		 0);
	CHECK_STR_HAS(nic.text, "queue 1: two-core irq - worker ");
	CHECK_STR_HAS(nic.text, " -> shared irq 0 worker 0 node -\n");
	CHECK_EQ(program_run(&nic, "pktnic plan --row 1:0:4095 %s", net.a), 1);
	CHECK_STR_HAS(nic.errors, "queue 1: CPU 4095 is not there");
	CHECK_EQ(program_run(&nic, "pktnic plan --plan /run/plan %s", net.b),
		 1);
	CHECK_STR_HAS(nic.errors, "not for");
	CHECK_EQ(program_run(&nic, "pktnic plan --plan /run/nil %s", net.a), 1);
	CHECK_STR_HAS(nic.errors, "/run/nil: No such file");
	run("echo '{}' > /run/empty");
	CHECK_EQ(program_run(&nic, "pktnic plan --plan /run/empty %s", net.a),
		 1);
	CHECK_STR_HAS(nic.errors, "/run/empty: plan: line 2: \"version\" is");
}

/* Tuned, told of, and put back: as many channels as the plan has queues. */
TEST(an_interface_is_tuned_and_restored)
{
	start(4);
	CHECK_EQ(program_run(&nic,
			     "pktnic tune --queues 2 --set gro_flush_timeout=7 "
			     "%s",
			     net.a),
		 0);
	CHECK_STR_EQ(nic.errors, "");
	CHECK_STR_HAS(nic.text, "gro_flush_timeout: \"0\" -> \"7\"\n");
	CHECK_STR_HAS(nic.text, "-> \"rx 2 tx 2 combined 0\"\n");
	check_channels(2);
	/* Once more: it begins with what was before. */
	CHECK_EQ(program_run(&nic, "pktnic tune --queues 3 %s", net.a), 0);
	check_channels(3);
	run("test $(cat /sys/class/net/%s/gro_flush_timeout) = 0", net.a);
	CHECK_EQ(program_run(&nic, "pktnic restore %s", net.a), 0);
	CHECK_STR_HAS(nic.text, "-> \"rx 4 tx 4 combined 0\"\n");
	check_channels(4);
	CHECK_EQ(program_run(&nic, "pktnic restore %s", net.a), 0);
	CHECK_STR_EQ(nic.text, "");
	CHECK_STR_EQ(nic.errors, "");
}

/* All interfaces are restored at once; what is not as it was is told. */
TEST(all_are_restored)
{
	start(2);
	CHECK_EQ(program_run(&nic, "pktnic tune --queues 1 %s", net.a), 0);
	CHECK_EQ(program_run(&nic,
			     "pktnic tune --plan none "
			     "--set gro_flush_timeout=7 %s",
			     net.b),
		 0);
	run("echo 8 > /sys/class/net/%s/gro_flush_timeout", net.b);
	CHECK_EQ(program_run(&nic, "pktnic restore --all"), 1);
	CHECK_STR_HAS(nic.text, "somebody else changed it");
	CHECK_STR_HAS(nic.errors, "1 settings are not as they were");
	check_channels(2);
	CHECK_EQ(program_run(&nic, "pktnic restore --all"), 0);
}

/* A dry run tells all, and changes nothing. */
TEST(a_dry_run_is_dry)
{
	start(2);
	CHECK_EQ(
		program_run(&nic, "pktnic tune --dry-run --queues 1 %s", net.a),
		0);
	CHECK_STR_HAS(nic.text, "-> \"rx 1 tx 1 combined 0\"\n");
	check_channels(2);
	run("test ! -e /run/xskpkt");
}

/* When one step fails, what came before it is undone, and nothing is kept. */
TEST(what_fails_is_undone)
{
	start(2);
	CHECK_EQ(program_run(&nic,
			     "pktnic tune --set gro_flush_timeout=7 "
			     "--set colour=red %s",
			     net.a),
		 1);
	CHECK_STR_HAS(nic.errors, "colour: cannot be read (ENOENT");
	run("test $(cat /sys/class/net/%s/gro_flush_timeout) = 0", net.a);
	CHECK_EQ(program_run(&nic,
			     "pktnic tune --set gro_flush_timeout=7 "
			     "--row 1:0:4095 %s",
			     net.a),
		 1);
	CHECK_STR_HAS(nic.errors, "CPU 4095");
	run("test $(cat /sys/class/net/%s/gro_flush_timeout) = 0", net.a);
	run("test -z \"$(ls /run/xskpkt/*.json 2>/dev/null)\"");
}
