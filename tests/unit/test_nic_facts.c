// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_ethtool.c, nic_offloads.c, nic_rss.c, nic_device.c: facts about NICs that
 * this machine does not have
 */
#include <stdio.h>
#include <string.h>

#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>

#include "fake_nic.h"
#include "netdev_family.h"
#include "unit.h"

/* ethtool */

/* Link, channels, rings and coalescing, each field its own. */
TEST(settings_in_numbers)
{
	struct xskpkt_nic_info info;

	fake_nic("mlx5_core", FAKE_PCI, 4);
	NUMBERS(LINKMODES, { { ETHTOOL_A_LINKMODES_SPEED, 100000 } });
	NUMBERS(CHANNELS, { { ETHTOOL_A_CHANNELS_RX_MAX, 1 },
			    { ETHTOOL_A_CHANNELS_TX_MAX, 2 },
			    { ETHTOOL_A_CHANNELS_OTHER_MAX, 3 },
			    { ETHTOOL_A_CHANNELS_COMBINED_MAX, 4 },
			    { ETHTOOL_A_CHANNELS_RX_COUNT, 5 },
			    { ETHTOOL_A_CHANNELS_TX_COUNT, 6 },
			    { ETHTOOL_A_CHANNELS_OTHER_COUNT, 7 },
			    { ETHTOOL_A_CHANNELS_COMBINED_COUNT, 8 } });
	NUMBERS(RINGS, { { ETHTOOL_A_RINGS_RX_MAX, 8192 },
			 { ETHTOOL_A_RINGS_TX_MAX, 4096 },
			 { ETHTOOL_A_RINGS_RX, 1024 },
			 { ETHTOOL_A_RINGS_TX, 512 } });
	NUMBERS(COALESCE, { { ETHTOOL_A_COALESCE_RX_USECS, 8 },
			    { ETHTOOL_A_COALESCE_TX_MAX_FRAMES, 32 },
			    { ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX, 1 } });
	info = facts();
	CHECK_EQ(info.speed, 100000);
	CHECK_EQ(info.channels_rx_max, 1);
	CHECK_EQ(info.channels_tx_max, 2);
	CHECK_EQ(info.channels_other_max, 3);
	CHECK_EQ(info.channels_combined_max, 4);
	CHECK_EQ(info.channels_rx, 5);
	CHECK_EQ(info.channels_tx, 6);
	CHECK_EQ(info.channels_other, 7);
	CHECK_EQ(info.channels_combined, 8);
	CHECK_EQ(info.ring_rx_max, 8192);
	CHECK_EQ(info.ring_tx_max, 4096);
	CHECK_EQ(info.ring_rx, 1024);
	CHECK_EQ(info.ring_tx, 512);
	CHECK_EQ(info.rx_usecs, 8);
	CHECK_EQ(info.rx_frames, -1);
	CHECK_EQ(info.tx_usecs, -1);
	CHECK_EQ(info.tx_frames, 32);
	CHECK_EQ(info.adaptive_rx, 1);
	CHECK_EQ(info.adaptive_tx, -1);
	for (uint32_t fact = XSKPKT_NIC_SPEED; fact <= XSKPKT_NIC_COALESCING;
	     fact++)
		if (fact != XSKPKT_NIC_PCIE)
			check_known(fact);
}

/* The kernel's speed of -1, and one without sense, are no speeds. */
TEST(a_speed_that_nobody_knows)
{
	fake_nic("virtio_net", FAKE_PCI, 1);
	NUMBERS(LINKMODES, { { ETHTOOL_A_LINKMODES_SPEED, UINT32_MAX } });
	CHECK_EQ(facts().speed, 0);
	check_unknown(XSKPKT_NIC_SPEED, "does not know it");
	check_unknown(XSKPKT_NIC_RINGS, "driver 'virtio_net' does not tell");
}

/* The kernel's numbers are nothing; its names are. */
TEST(offloads_by_name)
{
	struct xskpkt_nic_info info;

	fake_nic("igb", FAKE_PCI, 1);
	fake_names();
	fake_features(BIT(0) | BIT(1) | BIT(33) | BIT(40), BIT(1) | BIT(33),
		      BIT(1));
	info = facts();
	CHECK_EQ(info.offloads, 1u << XSKPKT_NIC_RX_LRO |
					1u << XSKPKT_NIC_RX_GRO |
					1u << XSKPKT_NIC_HW_TC);
	CHECK_EQ(info.offloads_changeable, 1u << XSKPKT_NIC_RX_GRO);
	check_known(XSKPKT_NIC_OFFLOADS);
	CHECK_STR_EQ(xskpkt_nic_offload_name(XSKPKT_NIC_RX_LRO), "rx-lro");
	CHECK(!xskpkt_nic_offload_name(XSKPKT_NIC_OFFLOADS_MAX));
	CHECK(!xskpkt_nic_offload_name(UINT32_MAX));
	for (uint32_t i = 0; i < XSKPKT_NIC_OFFLOADS_MAX; i++)
		CHECK(xskpkt_nic_offload_name(i) != NULL);
}

/* RSS */

/* The table's entries are counted for each queue; those that lead nowhere for
 * none. */
TEST(shares_of_the_rss_table)
{
	struct xskpkt_nic_info info;

	fake_nic("ixgbe", FAKE_PCI, 3);
	fake.rss_size = 128;
	fake.rss_key_size = 40;
	for (unsigned i = 0; i < 128; i++)
		fake.rss_table[i] = i < 64 ? 0 : i < 96 ? 2 : 99;
	fake.hash_fields[TCP_V4_FLOW] = RXH_IP_SRC | RXH_L4_B_0_1;
	info = facts();
	CHECK_EQ(info.rss_entries, 128);
	CHECK_EQ(info.rss_table[95], 2);
	CHECK_EQ(info.rss_key_size, 40);
	CHECK_EQ(info.rss_key[39], 0x6d);
	CHECK_EQ(queue(0).rss_entries, 64);
	CHECK_EQ(queue(1).rss_entries, 0);
	CHECK_EQ(queue(2).rss_entries, 32);
	CHECK_EQ(info.hash_fields[XSKPKT_NIC_TCP4], RXH_IP_SRC | RXH_L4_B_0_1);
	CHECK_EQ(info.hash_fields[XSKPKT_NIC_UDP6], -1);
	check_known(XSKPKT_NIC_RSS);
	check_known(XSKPKT_NIC_HASH_FIELDS);
}

/* Sizes that no NIC has are not believed. */
TEST(an_rss_table_of_absurd_size)
{
	fake_nic("ixgbe", FAKE_PCI, 2);
	fake.rss_size = UINT32_MAX;
	CHECK_EQ(facts().rss_entries, 0);
	check_unknown(XSKPKT_NIC_RSS, "EBADMSG");
	CHECK_EQ(queue(0).rss_entries, -1);
	fake.rss_size = 4;
	fake.rss_key_size = UINT32_MAX - 64;
	CHECK(!facts().rss_table);
	check_unknown(XSKPKT_NIC_RSS_KEY, "EBADMSG");
	fake.rss_key_size = 0;
	CHECK(!facts().rss_key);
	check_known(XSKPKT_NIC_RSS);
	check_unknown(XSKPKT_NIC_RSS_KEY, "does not tell");
}

/* The device */

/* Where it sits, and on how wide a link. */
TEST(a_device_on_pcie)
{
	struct xskpkt_nic_info info;

	fake_nic("ice", FAKE_PCI, 1);
	fake_device(1, "8-15,24-31");
	fake_file(FAKE_DEVICE "/current_link_width", "8\n");
	fake_file(FAKE_DEVICE "/max_link_width", "16\n");
	fake_file(FAKE_DEVICE "/current_link_speed", "2.5 GT/s PCIe\n");
	fake_file(FAKE_DEVICE "/max_link_speed", "16.0 GT/s PCIe\n");
	info = facts();
	CHECK_STR_EQ(info.bus, FAKE_PCI);
	CHECK_EQ(info.node, 1);
	CHECK_STR_EQ(info.local_cpus, "8-15,24-31");
	CHECK_EQ(info.pcie_lanes, 8);
	CHECK_EQ(info.pcie_lanes_max, 16);
	CHECK_EQ(info.pcie_speed, 2500);
	CHECK_EQ(info.pcie_speed_max, 16000);
}

/* virtio's own device knows nothing; the one of PCI above it does. */
TEST(a_device_that_sits_on_another)
{
	fake_nic("virtio_net", "virtio2", 1);
	fake_file("/sys/class/net/eth0/ifindex", "7\n");
	fake_file("/sys/class/net/eth0/address", "02:00:00:00:00:07\n");
	fake_file("/sys/class/net/eth0/device/modalias", "virtio:\n");
	fake_file("/sys/class/net/eth0/numa_node", "1\n"); /* device/.. */
	fake_file("/sys/class/net/eth0/local_cpulist", "4-7\n");
	CHECK_EQ(facts().node, 1);
	CHECK_STR_EQ(facts().local_cpus, "4-7");
}

/* A node of -1 is no node. */
TEST(a_firmware_that_does_not_tell)
{
	fake_nic("igb", FAKE_PCI, 1);
	fake_device(-1, "0-3");
	CHECK_EQ(facts().node, -1);
	check_unknown(XSKPKT_NIC_NODE, "firmware does not say");
	check_known(XSKPKT_NIC_CPUS);
	check_unknown(XSKPKT_NIC_PCIE, "no PCIe link");
}

/* The CPU of an interrupt, and its node; a list of several is no CPU where the
 * kernel does not tell which it chose. */
TEST(cpus_and_nodes_of_interrupts)
{
	fake_nic("ixgbe", FAKE_PCI, 4);
	fake_device(1, "0-3");
	fake_irq(30, "eth0-TxRx-0", "0-3", "2");
	fake_irq(31, "eth0-TxRx-1", "5", "");
	fake_irq(32, "eth0-TxRx-2", "0-3", "");
	fake_irq(33, "eth0-TxRx-3", "", "");
	fake_file("/sys/devices/system/cpu/cpu2/node1/meminfo", "\n");
	facts();
	CHECK_EQ(queue(0).rx->cpu, 2);
	CHECK_EQ(queue(0).rx->node, 1);
	CHECK_EQ(queue(1).rx->cpu, 5);
	CHECK_EQ(queue(1).rx->node, -1);
	CHECK_EQ(queue(2).rx->cpu, -1);
	CHECK_STR_EQ(queue(2).rx->affinity, "0-3");
	CHECK_EQ(queue(3).rx->cpu, -1);
	CHECK_STR_EQ(queue(3).rx->affinity, "");
}

/* The program's name is told to root only: that is said, and no name is made
 * up. libxdp's dispatcher is recognised. */
TEST(the_program_attached)
{
	struct xskpkt_nic_info info;

	fake_nic("igb", FAKE_PCI, 1);
	CHECK_EQ(facts().program_mode, XSKPKT_NIC_PROGRAM_NONE);
	check_known(XSKPKT_NIC_PROGRAM_NAME);
	fake.occupant =
		(struct occupant){ .id = 5, .name = "?", .mode = "native" };
	info = facts();
	CHECK_EQ(info.program_id, 5);
	CHECK_EQ(info.program_mode, XSKPKT_NIC_PROGRAM_NATIVE);
	CHECK_STR_EQ(info.program_name, "");
	check_unknown(XSKPKT_NIC_PROGRAM_NAME, "CAP_SYS_ADMIN");
	strcpy(fake.occupant.name, "xdp_dispatcher");
	fake.occupant.generic = true;
	info = facts();
	CHECK_EQ(info.program_mode, XSKPKT_NIC_PROGRAM_GENERIC);
	CHECK_EQ(info.dispatcher, 1);
	fake.occupant =
		(struct occupant){ .id = 6, .name = "x", .mode = "offloaded" };
	CHECK_EQ(facts().program_mode, XSKPKT_NIC_PROGRAM_OFFLOADED);
	fake.occupant = (struct occupant){ .err = -EPERM };
	facts();
	check_unknown(XSKPKT_NIC_PROGRAM, "EPERM");
}
