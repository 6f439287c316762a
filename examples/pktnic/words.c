// SPDX-License-Identifier: BSD-2-Clause
/* words.c: words for the facts about a NIC */
#include "facts.h"

#define NAMES(list)                                    \
	{                                              \
		list, sizeof(list) / sizeof((list)[0]) \
	}

/* As the kernel's tools call them. */
static const char *const xdp_feature_names[] = { "basic",      "redirect",
						 "ndo-xmit",   "xsk-zerocopy",
						 "hw-offload", "rx-sg",
						 "ndo-xmit-sg" };
static const char *const rx_metadata_names[] = { "timestamp", "hash",
						 "vlan-tag" };
static const char *const tx_metadata_names[] = { "timestamp", "checksum",
						 "launch-time" };
/* RXH_... of linux/ethtool.h. */
static const char *const hash_field_names[] = { "",         "mac",     "vlan",
						"protocol", "ip-src",  "ip-dst",
						"port-src", "port-dst" };

const struct bit_names xdp_features = NAMES(xdp_feature_names);
const struct bit_names rx_metadata = NAMES(rx_metadata_names);
const struct bit_names tx_metadata = NAMES(tx_metadata_names);
const struct bit_names hash_fields = NAMES(hash_field_names);

/* As in the JSON; for people with blanks. */
const char *const fact_names[XSKPKT_NIC_FACTS] = {
	[XSKPKT_NIC_DRIVER] = "driver",
	[XSKPKT_NIC_BUS] = "bus",
	[XSKPKT_NIC_NODE] = "node",
	[XSKPKT_NIC_CPUS] = "local_cpus",
	[XSKPKT_NIC_LINK] = "link",
	[XSKPKT_NIC_SPEED] = "speed",
	[XSKPKT_NIC_PCIE] = "pcie",
	[XSKPKT_NIC_CHANNELS] = "channels",
	[XSKPKT_NIC_RINGS] = "rings",
	[XSKPKT_NIC_COALESCING] = "coalescing",
	[XSKPKT_NIC_RSS] = "rss",
	[XSKPKT_NIC_RSS_KEY] = "rss_key",
	[XSKPKT_NIC_HASH_FIELDS] = "hash_fields",
	[XSKPKT_NIC_OFFLOADS] = "offloads",
	[XSKPKT_NIC_XDP] = "xdp_features",
	[XSKPKT_NIC_ZEROCOPY_BUFS] = "zerocopy_bufs",
	[XSKPKT_NIC_METADATA] = "metadata",
	[XSKPKT_NIC_PROGRAM] = "program",
	[XSKPKT_NIC_PROGRAM_NAME] = "program_name",
	[XSKPKT_NIC_NAPI] = "napi",
	[XSKPKT_NIC_IRQ] = "irq",
	[XSKPKT_NIC_AFFINITY] = "affinity",
	[XSKPKT_NIC_TAKEN] = "taken",
	[XSKPKT_NIC_NAPI_SETTINGS] = "napi_settings",
};

const char *const flow_names[XSKPKT_NIC_FLOWS] = {
	[XSKPKT_NIC_TCP4] = "tcp4",
	[XSKPKT_NIC_UDP4] = "udp4",
	[XSKPKT_NIC_TCP6] = "tcp6",
	[XSKPKT_NIC_UDP6] = "udp6",
};

const char *const program_modes[] = {
	[XSKPKT_NIC_PROGRAM_NONE] = "none",
	[XSKPKT_NIC_PROGRAM_NATIVE] = "native",
	[XSKPKT_NIC_PROGRAM_GENERIC] = "generic",
	[XSKPKT_NIC_PROGRAM_OFFLOADED] = "offloaded",
};
