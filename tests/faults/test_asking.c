// SPDX-License-Identifier: BSD-2-Clause
/*
 * Asking for the facts about a NIC while any one call fails: then a fact is
 * unknown, or the whole is refused with a sentence. Nothing is left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "faulty_sys.h"
#include "harness.h"
#include "testnet.h"
#include "xskpkt/xskpkt.h"

static const char *ifname;
static struct xskpkt_nic_opts opts = { .size = sizeof(opts) };
static int home;
static unsigned unknown_at_best;

static unsigned count_unknown(const struct xskpkt_nic *nic)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < XSKPKT_NIC_FACTS; i++)
		n += xskpkt_nic_unknown(nic, i) != NULL;
	return n;
}

static void check_facts(struct xskpkt_nic *nic)
{
	struct xskpkt_nic_info info = { .size = sizeof(info) };
	struct xskpkt_nic_queue q = { .size = sizeof(q) };

	CHECK_OK(xskpkt_nic_info(nic, &info));
	CHECK_STR_EQ(info.ifname, ifname);
	CHECK_EQ(info.mtu, 1500);
	CHECK(xskpkt_nic_queue_count(nic) >= 1);
	CHECK_OK(xskpkt_nic_queue_info(nic, 0, &q));
	for (uint32_t i = 0; i < XSKPKT_NIC_FACTS; i++)
		CHECK(!xskpkt_nic_unknown(nic, i) ||
		      *xskpkt_nic_unknown(nic, i));
	CHECK(count_unknown(nic) >= unknown_at_best);
}

/* Once; what failed, if anything did. */
static struct faults ask_with_fault(unsigned nth, unsigned turn)
{
	struct xskpkt_nic *const untouched = (void *)&opts;
	struct xskpkt_nic *nic = untouched;
	struct held before = faults_held(), after;
	struct faults f;
	int err;

	faults_nth(nth, turn);
	err = xskpkt_nic_query(&nic, ifname, &opts);
	f = faults_end();
	/* A way home that fails is said, and leaves us where we are. */
	if (setns(home, CLONE_NEWNET))
		FAIL("setns: %s", strerror(errno));
	if (err) {
		CHECK(nic == untouched);
		CHECK(err < 0 && *xskpkt_errmsg());
	} else {
		check_facts(nic);
		xskpkt_nic_free(nic);
	}
	after = faults_held();
	CHECK_EQ(after.allocations, before.allocations);
	CHECK_EQ(after.mappings, before.mappings);
	return f;
}

static void check_every_fault(void)
{
	struct faults f = { .failed = 1 };
	struct xskpkt_nic *nic;
	unsigned calls;

	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	CHECK_OK(xskpkt_nic_query(&nic, ifname, &opts));
	unknown_at_best = count_unknown(nic);
	xskpkt_nic_free(nic);
	for (calls = 0; f.failed; calls++) {
		f.errnos = 1;
		for (unsigned turn = 0; turn < f.errnos; turn++)
			f = ask_with_fault(calls + 1, turn);
	}
	CHECK(calls > 50); /* it is many sources that are asked */
	close(home);
}

/* Whichever call fails, and however: facts, or a sentence. */
TEST(any_one_call_fails, .limit = 300)
{
	struct testnet t;

	testnet_veth(&t, 2);
	ifname = t.a;
	check_every_fault();
}

/* The same on the way to another namespace and back. */
TEST(any_one_call_fails_in_another_namespace, .limit = 300)
{
	struct testnet t;

	testnet_veth_far(&t, 2);
	ifname = t.b;
	opts.netns_fd = t.far;
	opts.flags = XSKPKT_NIC_NETNS_FD;
	check_every_fault();
}

/* Without any memory there are no facts, and a sentence all the same. */
TEST(there_is_no_memory)
{
	struct xskpkt_nic *nic;
	struct testnet t;

	testnet_veth(&t, 2);
	for (unsigned skip = 0; skip < 3; skip++) {
		faults_at("alloc", skip, ALWAYS, ENOMEM);
		CHECK_EQ(xskpkt_nic_query(&nic, t.a, NULL), -ENOMEM);
		faults_end();
		CHECK_STR_HAS(xskpkt_errmsg(), "no memory for its facts");
	}
	CHECK_EQ(faults_held().allocations, 0);
}
