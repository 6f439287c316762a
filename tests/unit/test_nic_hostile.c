// SPDX-License-Identifier: BSD-2-Clause
/* nic.c: hostile sources and hostile callers: nothing is believed that cannot
 * be, and nothing breaks */
#include <stdio.h>
#include <string.h>

#include <linux/ethtool_netlink.h>

#include "fake_nic.h"
#include "netdev_family.h"
#include "unit.h"

/* Files with garbage in them are as if they were not there. */
TEST(garbage_in_files)
{
	struct xskpkt_nic_info info;
	char noise[5000];

	memset(noise, 0xff, sizeof(noise));
	fake_nic("ixgbe", FAKE_PCI, 1);
	fake_file(FAKE_DEVICE "/numa_node", "here\n");
	fake_file(FAKE_DEVICE "/local_cpulist", "$(reboot)\n");
	fake_file(FAKE_DEVICE "/current_link_width", "255\n");
	fake_file(FAKE_DEVICE "/max_link_width", "-1\n");
	fake_file(FAKE_DEVICE "/current_link_speed", "Unknown\n");
	fake_file(FAKE_DEVICE "/max_link_speed", "1e300 GT/s\n");
	fake_irq(30, "eth0-TxRx-0", "0-3;", "99999999999999999999");
	info = facts();
	CHECK_EQ(info.node, -1);
	CHECK_STR_EQ(info.local_cpus, "");
	CHECK_EQ(info.pcie_lanes, 0);
	CHECK_EQ(info.pcie_lanes_max, 0);
	CHECK_EQ(info.pcie_speed, 0);
	CHECK_EQ(info.pcie_speed_max, 0);
	CHECK_STR_EQ(queue(0).rx->affinity, "");
	CHECK_EQ(queue(0).rx->cpu, -1);
	fake_bytes(FAKE_DEVICE "/numa_node", noise, sizeof(noise));
	fake_bytes(FAKE_DEVICE "/local_cpulist", noise, sizeof(noise));
	fake_bytes(FAKE_DEVICE "/current_link_speed", noise, sizeof(noise));
	CHECK_EQ(facts().node, -1);
	CHECK_STR_EQ(facts().local_cpus, "");
}

/* Lines of any length, words that are no numbers, no end of line. */
TEST(garbage_in_proc_interrupts)
{
	static char huge[1 << 20];

	fake_nic("ixgbe", FAKE_PCI, 1);
	fake_device(0, "0-3");
	fake_irq(30, "eth0-TxRx-0", "0", "0");
	memset(huge, '7', sizeof(huge));
	fake_bytes("/proc/interrupts", huge, sizeof(huge));
	facts();
	check_unknown(XSKPKT_NIC_IRQ, "has none now");
	memset(huge, ' ', sizeof(huge));
	memcpy(huge, " 30:", 4);
	memcpy(huge + sizeof(huge) - 13, " eth0-TxRx-0\n", 13);
	fake_bytes("/proc/interrupts", huge, sizeof(huge));
	facts();
	CHECK_EQ(queue(0).rx->irq, 30);
	fake_file("/proc/interrupts", "30: eth0-TxRx-0");
	facts();
	CHECK_EQ(queue(0).rx->irq, -1);
	fake_file("/proc/interrupts", "-30: x eth0-TxRx-0\n"
				      "30 x eth0-TxRx-0\n"
				      "4294967326: x eth0-TxRx-0\n"
				      "30:\n:\n \n\t\n0x1e: eth0-TxRx-0\n");
	facts();
	CHECK_EQ(queue(0).rx->irq, -1);
}

/* A driver that claims to have any number of queues gets 4096 looked at. */
TEST(queues_without_number)
{
	fake_nic("liar", FAKE_PCI, UINT32_MAX);
	CHECK_EQ(facts().rx_queues, 4096);
	CHECK_EQ(xskpkt_nic_queue_count(nic), 4096);
	queue(4095);
	CHECK_FAILS(xskpkt_nic_queue_info(
			    nic, 4096,
			    &(struct xskpkt_nic_queue){
				    .size = sizeof(struct xskpkt_nic_queue) }),
		    -EINVAL, "no such queue");
}

/* Queues that are not there, and numbers that cannot be. */
TEST(answers_about_queues_that_are_not_there)
{
	struct nlmsghdr *answer;

	fake_nic("ice", FAKE_PCI, 2);
	fake.combined = 2;
	fake_queue(0, 0, 513, false);
	fake_queue(0, 1, 0x80000000, true);
	fake_queue(UINT32_MAX, 0, 514, true);
	fake_queue(77, 1, 515, true);
	fake_netlink("netdev", QUEUE_GET);
	answer = fake_netlink("netdev", QUEUE_GET);
	mnl_attr_put_strz(answer, QUEUE_ID, "zero");
	fake_napi(0, 30);
	fake_napi(513, 0x7fffffff);
	fake_napi(9999, 30);
	fake_netlink("netdev", NAPI_GET);
	facts();
	CHECK_EQ(queue(0).rx->napi, 513);
	CHECK_EQ(queue(0).rx->irq, 0x7fffffff);
	CHECK_EQ(queue(0).tx->napi, 0);
	CHECK_EQ(queue(0).taken, 1);
}

static void fake_everything(void)
{
	fake_nic("igb", FAKE_PCI, 4);
	fake_device(0, "0-3");
	for (int i = 0; i < 4; i++) {
		char name[32];

		snprintf(name, sizeof(name), "eth0-TxRx-%d", i);
		fake_irq(30 + i, name, "0-3", "1");
	}
	for (uint32_t i = 0; i < 4; i++) {
		fake_queue(i, 0, 513 + i, i & 1);
		fake_queue(i, 1, 513 + i, i & 1);
		fake_napi(513 + i, 30 + (int)i);
	}
	fake_names();
	fake_features(BIT(1) | BIT(33), BIT(33), 0);
	NUMBERS(LINKMODES, { { ETHTOOL_A_LINKMODES_SPEED, 1000 } });
	NUMBERS(RINGS, { { ETHTOOL_A_RINGS_RX, 256 } });
	NUMBERS(CHANNELS, { { ETHTOOL_A_CHANNELS_COMBINED_COUNT, 4 } });
}

/* Whatever bytes the kernel sends: there are facts, and no harm is done. The
 * sanitizers see the rest. */
TEST(answers_with_spoiled_bytes)
{
	uint64_t state = setting("SEED", 1);

	for (uint64_t i = 0; i < rounds("ROUNDS", 300); i++) {
		fake_everything();
		fake_spoil(&state);
		facts();
		for (unsigned k = 0; k < xskpkt_nic_queue_count(nic); k++)
			queue(k);
	}
}

/* A question that fails makes its facts unknown, with what the kernel said. */
TEST(questions_that_fail)
{
	fake_everything();
	fake.ask_err = -ENOBUFS;
	facts();
	check_unknown(XSKPKT_NIC_RINGS, "ENOBUFS");
	check_unknown(XSKPKT_NIC_OFFLOADS, "ENOBUFS");
	check_unknown(XSKPKT_NIC_NAPI, "ENOBUFS");
	check_unknown(XSKPKT_NIC_NAPI_SETTINGS, "ENOBUFS");
	CHECK_EQ(queue(3).rx->irq, 33); /* by name */
}

/* What the caller gives */

TEST(arguments_that_are_wrong)
{
	struct xskpkt_nic_opts o = { .size = sizeof(o) };
	struct xskpkt_nic *none = (struct xskpkt_nic *)&o;

	fake_nic("igb", FAKE_PCI, 1);
	CHECK_FAILS(xskpkt_nic_query(NULL, "eth0", NULL), -EINVAL,
		    "ret is NULL");
	CHECK_FAILS(xskpkt_nic_query(&none, NULL, NULL), -EINVAL,
		    "ifname is NULL");
	CHECK_FAILS(xskpkt_nic_query(&none, "eth1", NULL), -ENODEV,
		    "eth1: no such interface");
	CHECK_FAILS(xskpkt_nic_query(&none, "", NULL), -ENODEV, "");
	o.flags = 6;
	CHECK_FAILS(xskpkt_nic_query(&none, "eth0", &o), -EINVAL,
		    "not known are 0x6");
	o.flags = 0;
	o.netns_fd = 3;
	CHECK_FAILS(xskpkt_nic_query(&none, "eth0", &o), -EINVAL,
		    "XSKPKT_NIC_NETNS_FD");
	o.flags = XSKPKT_NIC_NETNS_FD;
	o.netns = "/run/netns/x";
	CHECK_FAILS(xskpkt_nic_query(&none, "eth0", &o), -EINVAL, "not both");
	o.netns = NULL;
	o.netns_fd = -1;
	CHECK_FAILS(xskpkt_nic_query(&none, "eth0", &o), -EINVAL,
		    "give a descriptor");
	o = (struct xskpkt_nic_opts){ .size = 7 };
	CHECK_FAILS(xskpkt_nic_query(&none, "eth0", &o), -EINVAL,
		    "xskpkt_nic_opts");
	CHECK(none == (struct xskpkt_nic *)&o);
	CHECK_FAILS(xskpkt_nic_info(NULL, NULL), -EINVAL, "nic is NULL");
	CHECK_FAILS(xskpkt_nic_queue_info(NULL, 0, NULL), -EINVAL,
		    "nic is NULL");
	xskpkt_nic_free(NULL);
}

/* A fact of a later version is not known here. */
TEST(a_fact_that_this_version_does_not_have)
{
	fake_nic("igb", FAKE_PCI, 1);
	facts();
	check_unknown(XSKPKT_NIC_FACTS, "this version");
	check_unknown(UINT32_MAX, "this version");
}
