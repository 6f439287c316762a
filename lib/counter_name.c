// SPDX-License-Identifier: BSD-2-Clause
/* counter_name.c: what a driver's counter counts, by its name */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <xskpkt/nic.h>

#include "compiler.h"
#include "counter_name.h"

/* No NIC has queues of six digits. */
#define DIGITS_MAX 5

#define RX_PACKETS offsetof(struct xskpkt_nic_counts, rx_packets)
#define RX_BYTES offsetof(struct xskpkt_nic_counts, rx_bytes)
#define RX_DROPS offsetof(struct xskpkt_nic_counts, rx_drops)
#define TX_PACKETS offsetof(struct xskpkt_nic_counts, tx_packets)
#define TX_BYTES offsetof(struct xskpkt_nic_counts, tx_bytes)
#define TX_DROPS offsetof(struct xskpkt_nic_counts, tx_drops)

/* How drivers write them; # is the queue. */
static const struct {
	const char *pattern;
	size_t offset;
	const char *driver; /* of this one only; NULL: of all */
} counters[] = {
	/* igb, igc, ixgbe, ice, virtio_net before Linux 6.9 */
	{ "rx_queue_#_packets", RX_PACKETS, NULL },
	{ "rx_queue_#_bytes", RX_BYTES, NULL },
	{ "rx_queue_#_drops", RX_DROPS, NULL },
	{ "tx_queue_#_packets", TX_PACKETS, NULL },
	{ "tx_queue_#_bytes", TX_BYTES, NULL },
	/* What virtio_net calls so is among the above. */
	{ "rx_queue_#_xdp_packets", RX_PACKETS, "veth" },
	{ "rx_queue_#_xdp_bytes", RX_BYTES, "veth" },
	/* i40e, iavf */
	{ "rx-#.packets", RX_PACKETS, NULL },
	{ "rx-#.bytes", RX_BYTES, NULL },
	{ "tx-#.packets", TX_PACKETS, NULL },
	{ "tx-#.bytes", TX_BYTES, NULL },
	/* mlx4, mlx5, virtio_net */
	{ "rx#_packets", RX_PACKETS, NULL },
	{ "rx#_bytes", RX_BYTES, NULL },
	{ "rx#_drops", RX_DROPS, NULL },
	{ "tx#_packets", TX_PACKETS, NULL },
	{ "tx#_bytes", TX_BYTES, NULL },
	/* What mlx5 receives for AF_XDP in zero-copy it counts apart. */
	{ "rx#_xsk_packets", RX_PACKETS, NULL },
	{ "rx#_xsk_bytes", RX_BYTES, NULL },
	/* ena */
	{ "queue_#_rx_cnt", RX_PACKETS, NULL },
	{ "queue_#_rx_bytes", RX_BYTES, NULL },
	{ "queue_#_tx_cnt", TX_PACKETS, NULL },
	{ "queue_#_tx_bytes", TX_BYTES, NULL },
	/* bnxt, by the kind of address */
	{ "[#]: rx_ucast_packets", RX_PACKETS, NULL },
	{ "[#]: rx_mcast_packets", RX_PACKETS, NULL },
	{ "[#]: rx_bcast_packets", RX_PACKETS, NULL },
	{ "[#]: rx_ucast_bytes", RX_BYTES, NULL },
	{ "[#]: rx_mcast_bytes", RX_BYTES, NULL },
	{ "[#]: rx_bcast_bytes", RX_BYTES, NULL },
	{ "[#]: rx_discards", RX_DROPS, NULL },
	{ "[#]: tx_ucast_packets", TX_PACKETS, NULL },
	{ "[#]: tx_mcast_packets", TX_PACKETS, NULL },
	{ "[#]: tx_bcast_packets", TX_PACKETS, NULL },
	{ "[#]: tx_ucast_bytes", TX_BYTES, NULL },
	{ "[#]: tx_mcast_bytes", TX_BYTES, NULL },
	{ "[#]: tx_bcast_bytes", TX_BYTES, NULL },
	{ "[#]: tx_discards", TX_DROPS, NULL },
	/* stmmac */
	{ "q#_rx_pkt_n", RX_PACKETS, NULL },
	{ "q#_tx_pkt_n", TX_PACKETS, NULL },
};

static bool matches(uint32_t *queue, const char *pattern, const char *name)
{
	size_t before = strcspn(pattern, "#"), digits = 0;

	if (strncmp(name, pattern, before))
		return false;
	name += before;
	while (isdigit((unsigned char)name[digits]))
		digits++;
	if (!digits || digits > DIGITS_MAX ||
	    strcmp(name + digits, pattern + before + 1))
		return false;
	*queue = (uint32_t)strtoul(name, NULL, 10);
	return true;
}

bool counter_name_parse(struct counter_name *ret, const char *name,
			const char *driver)
{
	uint32_t queue;

	for (size_t i = 0; i < COUNT_OF(counters); i++) {
		if (!matches(&queue, counters[i].pattern, name))
			continue;
		if (counters[i].driver && strcmp(counters[i].driver, driver))
			continue;
		*ret = (struct counter_name){ queue, counters[i].offset };
		return true;
	}
	return false;
}
