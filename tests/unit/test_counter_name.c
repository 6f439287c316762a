// SPDX-License-Identifier: BSD-2-Clause
/* counter_name.c: the names that drivers give to what they count */
#include <xskpkt/nic.h>

#include "counter_name.h"
#include "unit.h"

#define AT(member) offsetof(struct xskpkt_nic_counts, member)

static void check_means(const char *name, const char *driver, uint32_t queue,
			size_t offset)
{
	struct counter_name means;

	if (!counter_name_parse(&means, name, driver))
		FAIL("%s of %s: not recognised", name, driver);
	if (means.queue != queue || means.offset != offset)
		FAIL("%s of %s: queue %u, offset %zu", name, driver,
		     means.queue, means.offset);
}

static void check_none(const char *name, const char *driver)
{
	struct counter_name means = { .queue = 4711 };

	if (counter_name_parse(&means, name, driver))
		FAIL("%s of %s: taken for queue %u", name, driver, means.queue);
	CHECK_EQ(means.queue, 4711);
}

/* Each driver has a way of its own to name the counters of queues. */
TEST(names_of_every_driver)
{
	check_means("rx_queue_0_packets", "igb", 0, AT(rx_packets));
	check_means("rx_queue_3_drops", "igb", 3, AT(rx_drops));
	check_means("tx_queue_63_bytes", "ixgbe", 63, AT(tx_bytes));
	check_means("rx-7.packets", "i40e", 7, AT(rx_packets));
	check_means("tx-12.bytes", "iavf", 12, AT(tx_bytes));
	check_means("rx5_packets", "mlx5_core", 5, AT(rx_packets));
	check_means("rx5_xsk_packets", "mlx5_core", 5, AT(rx_packets));
	check_means("tx1_packets", "virtio_net", 1, AT(tx_packets));
	check_means("queue_2_rx_cnt", "ena", 2, AT(rx_packets));
	check_means("queue_2_tx_bytes", "ena", 2, AT(tx_bytes));
	check_means("[4]: rx_mcast_packets", "bnxt_en", 4, AT(rx_packets));
	check_means("[4]: tx_discards", "bnxt_en", 4, AT(tx_drops));
	check_means("q1_rx_pkt_n", "stmmac", 1, AT(rx_packets));
	check_means("rx_queue_1_xdp_packets", "veth", 1, AT(rx_packets));
}

/* What is a part of another number is not counted twice. */
TEST(parts_are_not_counted_again)
{
	check_none("rx_queue_0_xdp_packets", "virtio_net");
	check_none("rx0_xdp_packets", "virtio_net");
	check_none("rx_queue_0_xdp_drops", "veth");
}

/* Totals, other counters, and names that no driver has. */
TEST(other_names)
{
	check_none("", "igb");
	check_none("rx_packets", "igb");
	check_none("rx_queue__packets", "igb");
	check_none("rx_queue_-1_packets", "igb");
	check_none("rx_queue_123456_packets", "igb");
	check_none("rx_queue_0_packets_phy", "igb");
	check_none("rx_queue_0_csum_err", "igb");
	check_none("[4", "bnxt_en");
	check_none("rx#_packets", "mlx5_core");
}
