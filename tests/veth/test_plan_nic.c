// SPDX-License-Identifier: BSD-2-Clause
/* Plans for an interface that is there, on the machine that this is. */
#include <errno.h>
#include <stdlib.h>

#include <xskpkt/xskpkt.h>

#include "harness.h"
#include "testnet.h"

#define CHECK_FAILS(call, err, words)                  \
	do {                                           \
		CHECK_EQ(call, err);                   \
		CHECK_STR_HAS(xskpkt_errmsg(), words); \
	} while (0)

static struct testnet net;
static struct xskpkt_nic *nic;

static void let_go(void *arg)
{
	(void)arg;
	xskpkt_nic_free(nic);
}

static void start(unsigned queues)
{
	testnet_veth(&net, queues);
	CHECK_OK(xskpkt_nic_query(&nic, net.a, NULL));
	test_at_end(let_go, NULL);
}

static void destroy(void *plan)
{
	xskpkt_plan_destroy(plan);
}

static struct xskpkt_plan *make(const struct xskpkt_plan_opts *opts)
{
	struct xskpkt_plan *plan = NULL;

	CHECK_OK(xskpkt_plan_create(&plan, nic, opts));
	test_at_end(destroy, plan);
	return plan;
}

static struct xskpkt_plan_row row_of(const struct xskpkt_plan *plan, unsigned i)
{
	struct xskpkt_plan_row row = { .size = sizeof(row) };

	CHECK_OK(xskpkt_plan_row(plan, i, &row));
	return row;
}

/* A veth has no interrupts: its workers are spread, and it says so. */
TEST(a_virtual_interface_has_workers_only)
{
	struct xskpkt_plan *plan;

	start(4);
	plan = make(NULL);
	CHECK_STR_EQ(xskpkt_plan_ifname(plan), net.a);
	CHECK_EQ(xskpkt_plan_rows(plan), 4);
	for (unsigned i = 0; i < 4; i++) {
		CHECK_EQ(row_of(plan, i).queue, i);
		CHECK_EQ(row_of(plan, i).run, XSKPKT_RUN_TWO_CORE);
		CHECK_EQ(row_of(plan, i).irq_cpu, -1);
	}
	CHECK_STR_HAS(xskpkt_plan_note(plan, 0), "no interrupts of its own");
	CHECK_OK(xskpkt_plan_check(plan, nic));
}

/* As many rows as asked for, and no more than there can be queues. */
TEST(queues_that_cannot_be_are_refused)
{
	struct xskpkt_plan_opts opts = { .size = sizeof(opts), .queues = 1 };
	struct xskpkt_plan *plan = NULL;

	start(2);
	CHECK_EQ(xskpkt_plan_rows(make(&opts)), 1);
	opts.queues = 3;
	CHECK_FAILS(xskpkt_plan_create(&plan, nic, &opts), -EINVAL,
		    "3 queues: it can have 2 at most");
	opts.queues = 0;
	opts.run = XSKPKT_RUN_SHARED;
	CHECK_FAILS(xskpkt_plan_create(&plan, nic, &opts), -EINVAL, "run 3");
	opts.run = 0;
	opts.flags = 6;
	CHECK_FAILS(xskpkt_plan_create(&plan, nic, &opts), -EINVAL,
		    "not known are 0x6");
	opts.flags = 0;
	opts.reserved = 1;
	CHECK_FAILS(xskpkt_plan_create(&plan, nic, &opts), -EINVAL,
		    "reserved is 1");
	CHECK_FAILS(xskpkt_plan_create(&plan, NULL, NULL), -EINVAL, "nic is");
	CHECK_FAILS(xskpkt_plan_create(NULL, nic, NULL), -EINVAL, "ret is");
	CHECK(!plan);
}

/* Busy polling that would do nothing is refused, with the reason. */
TEST(one_core_needs_a_driver_that_can_be_polled)
{
	struct xskpkt_plan_opts opts = { .size = sizeof(opts),
					 .run = XSKPKT_RUN_ONE_CORE };
	struct xskpkt_plan *plan;

	start(1);
	CHECK_FAILS(xskpkt_plan_create(&plan, nic, &opts), -EOPNOTSUPP,
		    "one-core: its queues cannot be busy-polled: ");
}

/* A plan from elsewhere is looked at before anybody relies on it. */
TEST(a_plan_that_does_not_fit_is_told)
{
	struct xskpkt_plan_row good, bad;
	struct xskpkt_plan *plan;
	struct xskpkt_nic *other;

	start(2);
	plan = make(NULL);
	good = bad = row_of(plan, 1);
	bad.worker_cpu = 4095;
	CHECK_OK(xskpkt_plan_set(plan, &bad));
	CHECK_FAILS(xskpkt_plan_check(plan, nic), -EINVAL,
		    "queue 1: CPU 4095 is not there, offline, or not for");
	bad = good;
	bad.irq_cpu = 4095;
	CHECK_OK(xskpkt_plan_set(plan, &bad));
	CHECK_FAILS(xskpkt_plan_check(plan, nic), -EINVAL, "CPU 4095");
	bad = good;
	bad.node = 99;
	CHECK_OK(xskpkt_plan_set(plan, &bad));
	CHECK_FAILS(xskpkt_plan_check(plan, nic), -EINVAL,
		    "queue 1: node 99 is not there");
	bad = good;
	bad.run = XSKPKT_RUN_ONE_CORE;
	CHECK_OK(xskpkt_plan_set(plan, &bad));
	CHECK_FAILS(xskpkt_plan_check(plan, nic), -EOPNOTSUPP,
		    "queue 1: one-core: it cannot be busy-polled");
	CHECK_OK(xskpkt_plan_set(plan, &good));
	CHECK_OK(xskpkt_plan_check(plan, nic));

	CHECK_OK(xskpkt_nic_query(&other, net.b, NULL));
	CHECK_FAILS(xskpkt_plan_check(plan, other), -EINVAL, "not for");
	xskpkt_nic_free(other);
	run("ethtool -L %s rx 1 tx 1", net.a);
	CHECK_OK(xskpkt_nic_query(&other, net.a, NULL));
	CHECK_FAILS(xskpkt_plan_check(plan, other), -EINVAL,
		    "there is no queue 1: it has 1");
	xskpkt_nic_free(other);
	CHECK_FAILS(xskpkt_plan_check(NULL, nic), -EINVAL, "plan is NULL");
	CHECK_FAILS(xskpkt_plan_check(plan, NULL), -EINVAL, "nic is NULL");
}

/* What another machine would have: as hwloc is told. */
TEST(a_plan_for_another_machine)
{
	struct xskpkt_plan *plan;

	setenv("HWLOC_SYNTHETIC", "pack:2 [numa(memory=1GB)] l3:1 core:4 pu:1",
	       1);
	start(4);
	plan = make(NULL);
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(row_of(plan, i).worker_cpu, (int)i);
	CHECK_EQ(row_of(plan, 0).node, 0);
}
