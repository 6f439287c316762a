// SPDX-License-Identifier: BSD-2-Clause
/* nic.c: the facts about interfaces that are really there. */
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "traffic.h"

/* From the kernel's uapi/linux/netdev.h. */
#define XDP_ACT_BASIC 1u
#define XDP_ACT_REDIRECT 2u

static struct xskpkt_nic *nic;
static struct xskpkt_nic_info info;

static void forget(void *unused)
{
	(void)unused;
	xskpkt_nic_free(nic);
	nic = NULL;
}

/* The facts, until the next time or the end of the test. */
static void ask(const char *ifname, const struct xskpkt_nic_opts *opts)
{
	if (nic)
		forget(NULL);
	else
		test_at_end(forget, NULL);
	CHECK_OK(xskpkt_nic_query(&nic, ifname, opts));
	info = (struct xskpkt_nic_info){ .size = sizeof(info) };
	CHECK_OK(xskpkt_nic_info(nic, &info));
}

static struct xskpkt_nic_queue queue(unsigned i)
{
	struct xskpkt_nic_queue q = { .size = sizeof(q) };

	CHECK_OK(xskpkt_nic_queue_info(nic, i, &q));
	CHECK_EQ(q.id, i);
	return q;
}

static void check_known(uint32_t fact)
{
	if (xskpkt_nic_unknown(nic, fact))
		FAIL("fact %u: %s", fact, xskpkt_nic_unknown(nic, fact));
}

static void check_unknown(uint32_t fact, const char *words)
{
	if (!xskpkt_nic_unknown(nic, fact))
		FAIL("fact %u is known", fact);
	CHECK_STR_HAS(xskpkt_nic_unknown(nic, fact), words);
}

/* The kernel tells what a veth is; what it cannot have is said to lack. */
TEST(all_facts_about_veth)
{
	struct testnet t;

	testnet_veth(&t, 4);
	ask(t.a, NULL);
	CHECK_STR_EQ(info.ifname, t.a);
	CHECK_STR_EQ(info.driver, "veth");
	CHECK_EQ(info.ifindex, if_nametoindex(t.a));
	CHECK_EQ(info.mtu, 1500);
	CHECK_EQ(info.up, 1);
	CHECK_EQ(info.carrier, 1);
	CHECK_EQ(info.speed, 10000);
	CHECK_EQ(info.rx_queues, 4);
	CHECK_EQ(info.tx_queues, 4);
	CHECK_EQ(info.program_id, 0);
	CHECK_EQ(info.node, -1);
	CHECK_STR_EQ(info.bus, "");
	check_unknown(XSKPKT_NIC_BUS, "it has no device");
	check_unknown(XSKPKT_NIC_NODE, "it has no device");
	check_unknown(XSKPKT_NIC_PCIE, "it has no device");
	check_unknown(XSKPKT_NIC_RINGS, "driver 'veth' does not tell");
	check_unknown(XSKPKT_NIC_RSS, "driver 'veth' does not tell");
	check_unknown(XSKPKT_NIC_IRQ, "no device");
	check_unknown(XSKPKT_NIC_AFFINITY, "no IRQ");
	check_known(XSKPKT_NIC_LINK);
	check_known(XSKPKT_NIC_SPEED);
	check_known(XSKPKT_NIC_PROGRAM);
	check_known(XSKPKT_NIC_PROGRAM_NAME);
}

/* Its features are the kernel's; where that is too old, this is said. */
TEST(what_xdp_can_do)
{
	struct testnet t;

	testnet_veth(&t, 1);
	ask(t.a, NULL);
	if (xskpkt_nic_unknown(nic, XSKPKT_NIC_XDP)) {
		check_unknown(XSKPKT_NIC_XDP, "Linux 6.3");
		SKIP("needs Linux 6.3");
	}
	CHECK(info.xdp_features & XDP_ACT_BASIC);
	CHECK(info.xdp_features & XDP_ACT_REDIRECT);
	check_unknown(XSKPKT_NIC_ZEROCOPY_BUFS, "no zero-copy");
}

/* A direction that a queue does not have has no vector. */
TEST(more_rx_queues_than_tx_queues)
{
	testnet_enter();
	run("ip link add many numrxqueues 5 numtxqueues 3 type veth peer few");
	run("ip link set many up && ip link set few up");
	ask("many", NULL);
	CHECK_EQ(info.rx_queues, 5);
	CHECK_EQ(info.tx_queues, 3);
	CHECK_EQ(xskpkt_nic_queue_count(nic), 5);
	for (unsigned i = 0; i < 5; i++) {
		CHECK(queue(i).rx != NULL);
		CHECK_EQ(queue(i).tx != NULL, i < 3);
		CHECK_EQ(queue(i).rss_entries, -1);
	}
	CHECK_EQ(info.channels_rx_max, 5);
	CHECK_EQ(info.channels_tx_max, 3);
}

/* A port on some queues: its program is told, and which queues it holds. */
TEST(a_port_that_is_open)
{
	const uint32_t queues[] = { 1, 3 };
	struct wire w;

	wire_make(&w, 4, NULL);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool,
				  SMALL(.queues = queues, .queue_count = 2)));
	ask(w.t.a, NULL);
	CHECK_EQ(info.program_id, testnet_program_on(w.t.a));
	CHECK_STR_EQ(info.program_name, "xskpkt_redirect");
	CHECK_EQ(info.program_mode, XSKPKT_NIC_PROGRAM_NATIVE);
	CHECK_EQ(info.dispatcher, 0);
	for (unsigned i = 0; i < 4; i++)
		if (queue(i).taken >= 0)
			CHECK_EQ(queue(i).taken, i & 1);
		else
			check_unknown(XSKPKT_NIC_TAKEN, "Linux 6.");
	wire_close(&w);
	ask(w.t.a, NULL);
	CHECK_EQ(info.program_mode, XSKPKT_NIC_PROGRAM_NONE);
}

/* A program in generic mode is told as such. */
TEST(a_port_in_generic_mode)
{
	struct wire w;

	wire_open(&w, 1, NULL, SMALL(.mode = XSKPKT_MODE_GENERIC));
	ask(w.t.b, NULL);
	CHECK_EQ(info.program_mode, XSKPKT_NIC_PROGRAM_GENERIC);
	wire_close(&w);
}

/* While it is down the kernel tells little of queues, and that is said. */
TEST(down_and_up_again)
{
	struct testnet t;

	testnet_veth(&t, 2);
	run("ip link set %s down", t.a);
	ask(t.a, NULL);
	CHECK_EQ(info.up, 0);
	CHECK_EQ(info.carrier, 0);
	CHECK_EQ(info.rx_queues, 2);
	check_unknown(XSKPKT_NIC_NAPI, "");
	check_unknown(XSKPKT_NIC_TAKEN, "");
	ask(t.b, NULL);
	CHECK_EQ(info.up, 1);
	CHECK_EQ(info.carrier, 0);
	run("ip link set %s up", t.a);
	ask(t.b, NULL);
	CHECK_EQ(info.carrier, 1);
}

/* Offloads are those that ethtool shows. */
TEST(offloads_as_ethtool_shows_them)
{
	struct testnet t;

	testnet_veth(&t, 1);
	for (unsigned on = 0; on < 2; on++) {
		run("ethtool -K %s rx-gro %s", t.a, on ? "on" : "off");
		ask(t.a, NULL);
		check_known(XSKPKT_NIC_OFFLOADS);
		for (uint32_t i = 0; i < XSKPKT_NIC_OFFLOADS_MAX; i++) {
			const char *name = xskpkt_nic_offload_name(i);
			bool is_on = info.offloads >> i & 1;

			/* Some have another name there. */
			if (try_run("ethtool -k %s | grep -q '%s:'", t.a, name))
				continue;
			CHECK_EQ(try_run("ethtool -k %s | grep -q '%s: on'",
					 t.a, name),
				 !is_on);
		}
		CHECK_EQ(info.offloads >> XSKPKT_NIC_RX_GRO & 1, on);
		CHECK_EQ(info.offloads_changeable >> XSKPKT_NIC_RX_GRO & 1, 1);
		CHECK_EQ(info.offloads_changeable >> XSKPKT_NIC_RX_LRO & 1, 0);
	}
}

/* veth's NAPIs are not linked to its queues, but have their interface's
 * settings. */
TEST(settings_of_the_interface)
{
	struct testnet t;

	testnet_veth(&t, 1);
	run("echo 3 > /sys/class/net/%s/napi_defer_hard_irqs", t.a);
	run("echo 20000 > /sys/class/net/%s/gro_flush_timeout", t.a);
	ask(t.a, NULL);
	CHECK_EQ(queue(0).rx->defer_hard_irqs, 3);
	CHECK_EQ(queue(0).tx->gro_flush_timeout, 20000);
	check_known(XSKPKT_NIC_NAPI_SETTINGS);
}

/* Another namespace */

static ino_t here(void)
{
	struct stat ns;

	if (stat("/proc/thread-self/ns/net", &ns))
		FAIL("/proc/thread-self/ns/net: %s", strerror(errno));
	return ns.st_ino;
}

/* An interface elsewhere, by descriptor and by path; the thread comes home. */
TEST(an_interface_in_another_namespace)
{
	struct xskpkt_nic_opts o = { .size = sizeof(o) };
	struct xskpkt_nic *none = NULL;
	struct testnet t;
	ino_t home;
	char path[64];

	testnet_veth_far(&t, 3);
	home = here();
	o.netns_fd = t.far;
	o.flags = XSKPKT_NIC_NETNS_FD;
	ask(t.b, &o);
	CHECK_STR_EQ(info.ifname, t.b);
	CHECK_EQ(info.rx_queues, 3);
	CHECK_EQ(info.up, 1);
	CHECK_EQ(here(), home);
	CHECK_EQ(xskpkt_nic_query(&none, t.a, &o), -ENODEV);
	CHECK_EQ(here(), home);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), t.far);
	o = (struct xskpkt_nic_opts){ .size = sizeof(o), .netns = path };
	ask(t.b, &o);
	CHECK_EQ(info.rx_queues, 3);
	o.netns = "/run/netns/there-is-none";
	CHECK_EQ(xskpkt_nic_query(&none, t.b, &o), -ENOENT);
	CHECK_STR_HAS(xskpkt_errmsg(), "there-is-none");
	CHECK(!none);
	CHECK_EQ(here(), home);
}

/* An interface of the same name and number here: nothing of it is taken for
 * the one that was asked for. */
TEST(a_namesake_in_this_namespace)
{
	struct xskpkt_nic_opts o = { .size = sizeof(o),
				     .flags = XSKPKT_NIC_NETNS_FD };
	int there = testnet_namespace();

	o.netns_fd = there;
	run("ip link add eth0 index 77 type veth peer name eth1");
	run("echo 3 > /sys/class/net/eth0/napi_defer_hard_irqs");
	run_in(there, "ip link add eth0 index 77 type veth peer name eth1");
	ask("eth0", NULL);
	CHECK_EQ(queue(0).rx->defer_hard_irqs, 3);
	check_unknown(XSKPKT_NIC_BUS, "made of software");
	ask("eth0", &o);
	CHECK_EQ(queue(0).rx->defer_hard_irqs, -1);
	check_unknown(XSKPKT_NIC_NAPI_SETTINGS, "");
	check_unknown(XSKPKT_NIC_BUS, "another network namespace");
}

/* Who asks, and when */

static void ask_as_nobody(const char *ifname)
{
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		FAIL("cannot become nobody: %s", strerror(errno));
	CHECK_OK(xskpkt_nic_query(&nic, ifname, NULL));
	CHECK_OK(xskpkt_nic_info(nic, &info));
	CHECK_STR_EQ(info.driver, "veth");
	CHECK_EQ(info.rx_queues, 2);
	CHECK(info.program_id != 0);
	CHECK_STR_EQ(info.program_name, "");
	check_unknown(XSKPKT_NIC_PROGRAM_NAME, "CAP_SYS_ADMIN");
	check_known(XSKPKT_NIC_OFFLOADS);
	check_known(XSKPKT_NIC_CHANNELS);
	forget(NULL);
}

/* Anybody may ask. Only the program's name is told to root alone. */
TEST(facts_need_no_root)
{
	struct wire w;
	int status;
	pid_t pid;

	wire_open(&w, 2, NULL, NULL);
	info = (struct xskpkt_nic_info){ .size = sizeof(info) };
	pid = fork();
	if (!pid) {
		ask_as_nobody(w.t.a);
		_exit(0);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
	wire_close(&w);
}

static void come_and_go(void)
{
	for (;;)
		if (system("ip link add here type veth peer name there && "
			   "ip link del here"))
			_exit(1);
}

/* An interface may go while it is asked about: then it was not there, or some
 * facts are unknown. Never anything else. */
TEST(an_interface_that_comes_and_goes)
{
	unsigned found = 0;
	pid_t pid;

	testnet_enter();
	pid = fork();
	if (!pid)
		come_and_go();
	while (found < 20) {
		struct xskpkt_nic *there;
		int err = xskpkt_nic_query(&there, "here", NULL);

		if (!err) {
			CHECK_EQ(xskpkt_nic_queue_count(there), 1);
			xskpkt_nic_free(there);
			found++;
		} else if (err != -ENODEV) {
			FAIL("%d: %s", err, xskpkt_errmsg());
		}
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Interfaces that are no NICs have facts, too. */
TEST(interfaces_of_other_kinds)
{
	testnet_enter();
	ask("lo", NULL);
	CHECK_STR_EQ(info.driver, "");
	CHECK_EQ(info.mtu, 65536);
	check_unknown(XSKPKT_NIC_DRIVER, "names none");
	check_unknown(XSKPKT_NIC_SPEED, "no driver");
	if (!try_run("ip tuntap add dev tap0 mode tap")) {
		ask("tap0", NULL);
		CHECK_STR_EQ(info.driver, "tun");
		check_unknown(XSKPKT_NIC_NODE, "no device");
	}
	if (!try_run("ip link add br0 type bridge")) {
		ask("br0", NULL);
		CHECK_STR_EQ(info.driver, "bridge");
	}
}

/* As many queues as a veth may have. */
TEST(an_interface_with_128_queues)
{
	testnet_enter();
	run("ip link add wide numrxqueues 128 numtxqueues 128 type veth "
	    "peer name other");
	run("ip link set wide up && ip link set other up");
	ask("wide", NULL);
	CHECK_EQ(xskpkt_nic_queue_count(nic), 128);
	CHECK(queue(127).rx && queue(127).tx);
}

static struct xskpkt_nic_counts whole, queues[2];

static int count(unsigned n)
{
	whole = (struct xskpkt_nic_counts){ .size = sizeof(whole) };
	for (unsigned i = 0; i < 2; i++)
		queues[i] = whole;
	return xskpkt_nic_count(nic, &whole, queues, n);
}

/* Packets are counted for the interface, and for the queues that had them. */
TEST(what_was_carried)
{
	uint64_t before;
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	ask(w.t.b, NULL);
	CHECK_OK(count(2));
	before = whole.rx_packets;
	carry_all(w.a, w.b, 50, 100);
	CHECK_OK(count(2));
	CHECK(whole.rx_packets >= before + 100);
	CHECK_EQ(whole.source, XSKPKT_NIC_COUNTS_NETLINK);
	CHECK_EQ(queues[0].source, XSKPKT_NIC_COUNTS_ETHTOOL);
	CHECK(queues[0].rx_packets + queues[1].rx_packets >= 100);
	CHECK_EQ(queues[0].tx_packets, XSKPKT_NIC_UNCOUNTED);
	wire_close(&w);
}

/* Nobody counts by queue on lo: that is no failure. */
TEST(what_nobody_counts)
{
	testnet_enter();
	ask("lo", NULL);
	CHECK_OK(count(1));
	CHECK(whole.rx_packets != XSKPKT_NIC_UNCOUNTED);
	CHECK_EQ(queues[0].rx_packets, XSKPKT_NIC_UNCOUNTED);
	CHECK_EQ(queues[0].source, XSKPKT_NIC_COUNTS_NONE);
}

/* What cannot be counted is said, and nothing is written. */
TEST(counting_what_is_not_there)
{
	struct testnet t;

	testnet_veth(&t, 1);
	ask(t.a, NULL);
	CHECK_EQ(count(2), -EINVAL);
	CHECK_EQ(xskpkt_nic_count(nic, NULL, NULL, 0), -EINVAL);
	CHECK_EQ(xskpkt_nic_count(NULL, &whole, NULL, 0), -EINVAL);
	CHECK_EQ(xskpkt_nic_count(nic, &whole, NULL, 1), -EINVAL);
	whole.size = 0;
	CHECK_EQ(xskpkt_nic_count(nic, &whole, NULL, 0), -EINVAL);
	run("ip link del %s", t.a);
	CHECK_EQ(count(1), -ENODEV);
	CHECK_STR_HAS(xskpkt_errmsg(), "gone, or renamed");
	CHECK_EQ(whole.rx_packets, 0);
}
