// SPDX-License-Identifier: BSD-2-Clause
/* setting_rss.c: the NIC's table and hash fields, as texts and back */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/ethtool.h>

#include "compiler.h"
#include "fake_nic.h"
#include "netdev.h"
#include "setting.h"
#include "unit.h"

static struct netdev dev;
static char value[SETTING_VALUE];

static void nic_with(uint32_t queues, uint32_t entries)
{
	fake_nic("ixgbe", FAKE_PCI, queues);
	fake.rss_size = entries;
	fake.rss_key_size = 40;
	for (uint32_t i = 0; i < entries; i++)
		fake.rss_table[i] = i % queues;
	CHECK_OK(netdev_query(&dev, "eth0"));
}

static const char *now(const char *name)
{
	CHECK_EQ(setting_read(&dev, name, value), 0);
	return value;
}

static void check_merged(const char *name, const char *wanted,
			 const char *expected)
{
	CHECK_EQ(setting_merge(name, "", wanted, value), 0);
	CHECK_STR_EQ(value, expected);
}

/* A table is what it repeats, whether it ends with a whole turn or not. */
TEST(a_table_is_what_it_repeats)
{
	nic_with(4, 128);
	CHECK_STR_EQ(now("rss"), "0 1 2 3");
	nic_with(3, 128);
	CHECK_STR_EQ(now("rss"), "0 1 2");
	nic_with(1, 64);
	CHECK_STR_EQ(now("rss"), "0");
	nic_with(2, 4); /* in blocks, as igb has it */
	fake.rss_table[1] = 0;
	fake.rss_table[2] = 1;
	CHECK_STR_EQ(now("rss"), "0 0 1 1");
}

/* What was read is what is written, in each entry. */
TEST(a_table_comes_back)
{
	uint32_t before[128];

	nic_with(4, 128);
	for (unsigned i = 0; i < 128; i++)
		fake.rss_table[i] = i * 4 / 128;
	memcpy(before, fake.rss_table, sizeof(before));
	now("rss");
	memset(fake.rss_table, 0xff, sizeof(fake.rss_table));
	CHECK_EQ(setting_write(&dev, "rss", value), 0);
	CHECK(!memcmp(before, fake.rss_table, sizeof(before)));
	CHECK(!fake.rss_default);
}

/* Only some queues, and some more than others. */
TEST(queues_by_name_and_weight)
{
	nic_with(4, 128);
	CHECK_EQ(setting_write(&dev, "rss", "1 3"), 0);
	CHECK_EQ(fake.rss_table[0], 1);
	CHECK_EQ(fake.rss_table[1], 3);
	CHECK_EQ(fake.rss_table[127], 3);
	CHECK_STR_EQ(now("rss"), "1 3");
	CHECK_EQ(setting_write(&dev, "rss", "0 0 2"), 0);
	CHECK_STR_EQ(now("rss"), "0 0 2");
}

/* The kernel's own table goes on to follow the channels. */
TEST(the_default_is_set_as_such)
{
	nic_with(4, 128);
	CHECK_EQ(setting_write(&dev, "rss", "0 1"), 0);
	CHECK(!fake.rss_default);
	CHECK_EQ(setting_write(&dev, "rss", "0 1 2 3"), 0);
	CHECK(fake.rss_default);
	CHECK_STR_EQ(now("rss"), "0 1 2 3");
}

/* Two ways to write a value are one value. */
TEST(one_value_has_one_text)
{
	check_merged("rss", " 0  1 0 1 ", "0 1");
	check_merged("rss", "0 1 0", "0 1 0");
	check_merged("hash udp4", "nfds", "sdfn");
	check_merged("hash tcp6", "", "");
}

/* Fields of the hash, by the letters that ethtool has for them. */
TEST(fields_by_their_letters)
{
	nic_with(2, 128);
	fake.hash_fields[UDP_V4_FLOW] = RXH_IP_SRC | RXH_IP_DST;
	CHECK_STR_EQ(now("hash udp4"), "sd");
	CHECK_EQ(setting_write(&dev, "hash udp4", "sdfn"), 0);
	CHECK_EQ(fake.hash_fields[UDP_V4_FLOW],
		 RXH_IP_SRC | RXH_IP_DST | RXH_L4_B_0_1 | RXH_L4_B_2_3);
	CHECK_STR_EQ(now("hash udp4"), "sdfn");
	fake.hash_fields[UDP_V6_FLOW] =
		1u << 31; /* RXH_DISCARD, which shifts an int */
	CHECK_EQ(setting_read(&dev, "hash udp6", value), -EOPNOTSUPP);
}

/* What makes no sense is refused, and nothing is changed. */
TEST(nonsense_is_refused)
{
	static const char *const tables[] = { "",     "x",      "-1", "0,1",
					      "0 1x", "123456", "0x1" };

	nic_with(2, 4);
	for (unsigned i = 0; i < COUNT_OF(tables); i++) {
		CHECK_EQ(setting_merge("rss", "", tables[i], value), -EINVAL);
		CHECK_EQ(setting_write(&dev, "rss", tables[i]), -EINVAL);
	}
	CHECK_EQ(setting_write(&dev, "rss", "0 0 0 0 1"), -EINVAL);
	CHECK_EQ(fake.rss_writes, 0);
	CHECK_EQ(setting_merge("hash udp4", "", "sdq", value), -EINVAL);
	CHECK_EQ(setting_write(&dev, "hash udp4", "q"), -EINVAL);
	CHECK_EQ(setting_read(&dev, "hash sctp4", value), -ENOENT);
	CHECK_EQ(setting_read(&dev, "hash", value), -ENOENT);
}

/* A NIC without a table says so, and so does one whose table has no end. */
TEST(there_may_be_no_table)
{
	nic_with(2, 128);
	fake.rss_size = 0;
	CHECK_EQ(setting_read(&dev, "rss", value), -EOPNOTSUPP);
	CHECK_EQ(setting_write(&dev, "rss", "0"), -EOPNOTSUPP);
	fake.rss_size = 1u << 30;
	CHECK_EQ(setting_read(&dev, "rss", value), -EOPNOTSUPP);
}
