// SPDX-License-Identifier: BSD-2-Clause
/* pktfwd --plan: interfaces as a plan has them, for as long as it runs. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"

static struct program fwd, nic;
static struct testnet net;

/* With a /run of its own, where nothing is on record. */
static void start(unsigned queues)
{
	testnet_veth(&net, queues);
	run("mount -t tmpfs -o mode=755 none /run");
}

/* What serves queue 0 of the first interface, and no other queue, on CPU 0. */
static void write_plan(void)
{
	run("echo '{\"version\": 1, \"interface\": \"%s\", \"rows\": [{"
	    "\"queue\": 0, \"run\": \"two-core\", \"irq_cpu\": -1, "
	    "\"worker_cpu\": 0, \"node\": -1}]}' > /run/plan",
	    net.a);
}

static unsigned queues_of(const char *ifname)
{
	for (unsigned n = 1; n <= 8; n++)
		if (!try_run("test $(ls /sys/class/net/%s/queues | wc -l) = %u",
			     ifname, 2 * n))
			return n;
	return 0;
}

/* A thread of its own is pinned a moment after it is opened. */
static void check_pinned(void)
{
	while (try_run("cat /proc/%d/task/*/status | "
		       "grep -qx 'Cpus_allowed_list:\t0'",
		       (int)fwd.pid))
		usleep(10000);
}

/* By a plan of one queue the interface has one, and its thread one CPU; when
 * the program ends all is as it was. */
TEST(a_plan_is_kept_to_while_it_runs)
{
	start(2);
	write_plan();
	program_start(&fwd, "pktfwd sink --plan /run/plan %s", net.a);
	program_opens(&fwd, net.a);
	CHECK_EQ(queues_of(net.a), 1);
	check_pinned();
	program_interrupt(&fwd);
	CHECK_EQ(queues_of(net.a), 2);
	run("test -z \"$(ls /run/xskpkt/*.json 2>/dev/null)\"");
}

/* Without a file it makes the plan itself; each interface has one. */
TEST(plans_are_made_for_all_interfaces)
{
	start(2);
	program_start(&fwd, "pktfwd --plan auto %s %s", net.a, net.b);
	program_opens(&fwd, net.b);
	check_pinned();
	program_interrupt(&fwd);
	CHECK_EQ(queues_of(net.a), 2);
}

/* Killed, it leaves what the next one puts back, and pktnic as well. */
TEST(what_it_left_when_killed_is_put_back)
{
	start(2);
	write_plan();
	program_start(&fwd, "pktfwd sink --plan /run/plan %s", net.a);
	program_opens(&fwd, net.a);
	kill(fwd.pid, SIGKILL);
	CHECK_EQ(program_end(&fwd), 128 + SIGKILL);
	CHECK_EQ(queues_of(net.a), 1);
	CHECK_EQ(program_run(&nic, "pktnic restore %s", net.a), 0);
	CHECK_EQ(queues_of(net.a), 2);
}

/* While it runs nobody else tunes the interface. */
TEST(while_it_runs_it_is_not_tuned)
{
	start(2);
	write_plan();
	program_start(&fwd, "pktfwd sink --plan /run/plan %s", net.a);
	program_opens(&fwd, net.a);
	CHECK_EQ(program_run(&nic, "pktnic tune %s", net.a), 1);
	CHECK_STR_HAS(nic.errors, "a running program tunes it");
	program_interrupt(&fwd);
}

/* What was tuned to stay so is not touched. */
TEST(a_tuned_interface_stays_tuned)
{
	start(2);
	CHECK_EQ(program_run(&nic, "pktnic tune --queues 1 %s", net.a), 0);
	CHECK_EQ(program_run(&fwd, "pktfwd sink --plan auto --duration 0.1 %s",
			     net.a),
		 0);
	CHECK_EQ(queues_of(net.a), 1);
	CHECK_EQ(program_run(&nic, "pktnic restore %s", net.a), 0);
	CHECK_EQ(queues_of(net.a), 2);
}

/* A plan that cannot be is told, and nothing is begun. */
TEST(a_plan_that_cannot_be_is_told)
{
	start(2);
	write_plan();
	CHECK_EQ(program_run(&fwd, "pktfwd sink --plan /run/nil %s", net.a), 2);
	CHECK_STR_HAS(fwd.errors, "--plan /run/nil: No such file");
	CHECK_EQ(program_run(&fwd,
			     "pktfwd sink --plan /run/plan --plan /run/plan %s",
			     net.a),
		 2);
	CHECK_STR_HAS(fwd.errors, "has a plan already");
	run("sed -i 's/\"worker_cpu\": 0/\"worker_cpu\": 4095/' /run/plan");
	CHECK_EQ(program_run(&fwd, "pktfwd sink --plan /run/plan %s", net.a),
		 1);
	CHECK_STR_HAS(fwd.errors, "queue 0: CPU 4095 is not there");
	run("echo nonsense > /run/plan");
	CHECK_EQ(program_run(&fwd, "pktfwd sink --plan /run/plan %s", net.a),
		 2);
	CHECK_STR_HAS(fwd.errors, "'{' should follow, not 'nonsense");
	CHECK_EQ(queues_of(net.a), 2);
}

/* The other programs that move packets do the same. */
TEST(pktgen_keeps_to_a_plan_as_well)
{
	start(2);
	write_plan();
	program_start(&fwd, "pktgen rx --plan /run/plan %s", net.a);
	program_opens(&fwd, net.a);
	CHECK_EQ(queues_of(net.a), 1);
	program_interrupt(&fwd);
	CHECK_EQ(queues_of(net.a), 2);
	CHECK_EQ(program_run(&fwd,
			     "pktgen tx --plan /run/plan --count 10 --quiet %s",
			     net.a),
		 0);
	CHECK_EQ(queues_of(net.a), 2);
}
