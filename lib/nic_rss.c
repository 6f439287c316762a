// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_rss.c: how the NIC spreads packets over its queues.
 *
 * By ioctl: netlink tells of the table since Linux 6.3 only.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <linux/ethtool.h>

#include "nic.h"

/* Far more than any NIC has: what is larger is garbage. */
#define ENTRIES_MAX 65536
#define KEY_MAX 4096

/* The question without room is answered with the sizes. */
static int ask_sizes(const struct xskpkt_nic *nic, int fd,
		     struct ethtool_rxfh *ret)
{
	int err;

	*ret = (struct ethtool_rxfh){ .cmd = ETHTOOL_GRSSH };
	err = netdev_ethtool(fd, nic->dev.name, ret);
	if (!err && !ret->indir_size)
		err = -EOPNOTSUPP;
	if (!err && (ret->indir_size > ENTRIES_MAX || ret->key_size > KEY_MAX))
		err = -EBADMSG;
	return err;
}

/* It may be another size by now; then there is an error. */
static int ask_table(struct xskpkt_nic *nic, int fd)
{
	struct ethtool_rxfh sizes, *rss;
	int err = ask_sizes(nic, fd, &sizes);

	if (err)
		return err;
	rss = nic_alloc(nic, 1,
			sizeof(*rss) + (size_t)4 * sizes.indir_size +
				sizes.key_size);
	if (!rss)
		return -ENOMEM;
	rss->cmd = ETHTOOL_GRSSH;
	rss->indir_size = sizes.indir_size;
	rss->key_size = sizes.key_size;
	err = netdev_ethtool(fd, nic->dev.name, rss);
	if (err)
		return err;
	nic->info.rss_entries = sizes.indir_size;
	nic->info.rss_table = rss->rss_config;
	nic->info.rss_key_size = sizes.key_size;
	if (sizes.key_size)
		nic->info.rss_key =
			(uint8_t *)(rss->rss_config + sizes.indir_size);
	return 0;
}

static void share_out(struct xskpkt_nic *nic)
{
	for (unsigned i = 0; i < nic->queue_count; i++)
		if (nic->queues[i].rx)
			nic->queues[i].rss_entries = 0;
	for (unsigned i = 0; i < nic->info.rss_entries; i++) {
		uint32_t queue = nic->info.rss_table[i];

		if (queue < nic->queue_count && nic->queues[queue].rx)
			nic->queues[queue].rss_entries++;
	}
}

static int ask_fields(struct xskpkt_nic *nic, int fd, uint32_t flow_type,
		      int32_t *ret)
{
	struct ethtool_rxnfc flow = { .cmd = ETHTOOL_GRXFH,
				      .flow_type = flow_type };
	int err = netdev_ethtool(fd, nic->dev.name, &flow);

	if (!err)
		*ret = (int32_t)(flow.data & INT32_MAX);
	return err;
}

void nic_ask_rss(struct xskpkt_nic *nic, int fd)
{
	static const uint32_t flow_types[] = {
		[XSKPKT_NIC_TCP4] = TCP_V4_FLOW,
		[XSKPKT_NIC_UDP4] = UDP_V4_FLOW,
		[XSKPKT_NIC_TCP6] = TCP_V6_FLOW,
		[XSKPKT_NIC_UDP6] = UDP_V6_FLOW,
	};
	int err = ask_table(nic, fd);

	if (err) {
		nic_unknown(nic, XSKPKT_NIC_RSS, "%s", nic_refusal(nic, err));
		nic_unknown(nic, XSKPKT_NIC_RSS_KEY, "%s",
			    nic_refusal(nic, err));
	} else {
		share_out(nic);
		if (!nic->info.rss_key)
			nic_unknown(nic, XSKPKT_NIC_RSS_KEY, "%s",
				    nic_refusal(nic, -EOPNOTSUPP));
	}
	for (unsigned i = 0; i < COUNT_OF(flow_types); i++) {
		err = ask_fields(nic, fd, flow_types[i],
				 &nic->info.hash_fields[i]);
		if (err)
			nic_unknown(nic, XSKPKT_NIC_HASH_FIELDS, "%s",
				    nic_refusal(nic, err));
	}
	for (unsigned i = 0; i < COUNT_OF(flow_types); i++)
		if (nic->info.hash_fields[i] >= 0)
			nic_known(nic, XSKPKT_NIC_HASH_FIELDS);
}
