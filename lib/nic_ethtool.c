// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_ethtool.c: what ethtool netlink tells in numbers: link, channels, rings,
 * coalescing.
 *
 * Each subject is one question; its answer's attributes are fields of ours.
 */
#include <errno.h>
#include <stddef.h>

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include "log.h"
#include "nic.h"

/* A number in the answer, and where it goes: 32 bits, signed or not. */
struct field {
	uint16_t attr;
	uint16_t offset;
};

struct subject {
	uint32_t fact;
	uint8_t command;
	uint8_t count;
	const struct field *fields;
};

#define FIELD(attr, name)                                                \
	{                                                                \
		ETHTOOL_A_##attr, offsetof(struct xskpkt_nic_info, name) \
	}
#define SUBJECT(fact, command, fields)                          \
	{                                                       \
		XSKPKT_NIC_##fact, ETHTOOL_MSG_##command##_GET, \
			COUNT_OF(fields), fields                \
	}

static const struct field speed[] = {
	FIELD(LINKMODES_SPEED, speed),
};

static const struct field channels[] = {
	FIELD(CHANNELS_RX_COUNT, channels_rx),
	FIELD(CHANNELS_TX_COUNT, channels_tx),
	FIELD(CHANNELS_COMBINED_COUNT, channels_combined),
	FIELD(CHANNELS_OTHER_COUNT, channels_other),
	FIELD(CHANNELS_RX_MAX, channels_rx_max),
	FIELD(CHANNELS_TX_MAX, channels_tx_max),
	FIELD(CHANNELS_COMBINED_MAX, channels_combined_max),
	FIELD(CHANNELS_OTHER_MAX, channels_other_max),
};

static const struct field rings[] = {
	FIELD(RINGS_RX, ring_rx),
	FIELD(RINGS_TX, ring_tx),
	FIELD(RINGS_RX_MAX, ring_rx_max),
	FIELD(RINGS_TX_MAX, ring_tx_max),
};

static const struct field coalescing[] = {
	FIELD(COALESCE_RX_USECS, rx_usecs),
	FIELD(COALESCE_RX_MAX_FRAMES, rx_frames),
	FIELD(COALESCE_TX_USECS, tx_usecs),
	FIELD(COALESCE_TX_MAX_FRAMES, tx_frames),
	FIELD(COALESCE_USE_ADAPTIVE_RX, adaptive_rx),
	FIELD(COALESCE_USE_ADAPTIVE_TX, adaptive_tx),
};

static const struct subject subjects[] = {
	SUBJECT(SPEED, LINKMODES, speed),
	SUBJECT(CHANNELS, CHANNELS, channels),
	SUBJECT(RINGS, RINGS, rings),
	SUBJECT(COALESCING, COALESCE, coalescing),
};

/* One subject, while its answer is read. */
struct reading {
	struct xskpkt_nic_info *info;
	const struct subject *subject;
	unsigned found;
};

static int note_number(const struct nlattr *attr, void *arg)
{
	struct reading *r = arg;
	uint64_t number;

	for (unsigned i = 0; i < r->subject->count; i++) {
		const struct field *f = &r->subject->fields[i];

		if (mnl_attr_get_type(attr) != f->attr ||
		    !netlink_number(&number, attr))
			continue;
		/* The kernel's "unknown" is -1, and it has no true number that
		 * does not fit. */
		if (number <= INT32_MAX) {
			*(uint32_t *)((char *)r->info + f->offset) =
				(uint32_t)number;
			r->found++;
		}
	}
	return MNL_CB_OK;
}

static int on_numbers(const struct nlmsghdr *answer, void *arg)
{
	return mnl_attr_parse(answer, sizeof(struct genlmsghdr), note_number,
			      arg);
}

struct nlmsghdr *nic_ethtool_question(const struct xskpkt_nic *nic, void *buf,
				      const struct netlink_family *ethtool,
				      uint8_t command)
{
	/* The header is the first attribute of every question of ethtool's. */
	const uint16_t header = 1;
	struct nlmsghdr *question = netlink_generic(buf, ethtool, command, 0);
	struct nlattr *nest = mnl_attr_nest_start(question, header);

	mnl_attr_put_u32(question, ETHTOOL_A_HEADER_DEV_INDEX,
			 (uint32_t)nic->dev.ifindex);
	/* Bits with names would not fit into one read. */
	mnl_attr_put_u32(question, ETHTOOL_A_HEADER_FLAGS,
			 ETHTOOL_FLAG_COMPACT_BITSETS);
	mnl_attr_nest_end(question, nest);
	return question;
}

static void ask(struct xskpkt_nic *nic, struct netlink *nl,
		const struct netlink_family *ethtool, const struct subject *s)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct reading r = { .info = &nic->info, .subject = s };
	struct nlmsghdr *question;
	int err;

	question = nic_ethtool_question(nic, buf, ethtool, s->command);
	err = netlink_ask(nl, question, on_numbers, &r);
	if (err)
		nic_unknown(nic, s->fact, "%s", nic_refusal(nic, err));
	else if (!r.found)
		nic_unknown(nic, s->fact, "the driver does not know it now");
}

void nic_ask_ethtool(struct xskpkt_nic *nic, struct netlink *nl)
{
	struct netlink_family ethtool;
	int err = netlink_family(&ethtool, nl, "ethtool");

	for (unsigned i = 0; i < COUNT_OF(subjects); i++)
		if (err)
			nic_unknown(nic, subjects[i].fact,
				    "the kernel has no ethtool netlink (%s)",
				    err_text(err));
		else
			ask(nic, nl, &ethtool, &subjects[i]);
	if (err)
		nic_unknown(nic, XSKPKT_NIC_OFFLOADS, "%s",
			    nic->unknown[XSKPKT_NIC_CHANNELS]);
	else
		nic_ask_offloads(nic, nl, &ethtool);
}
