// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_offloads.c: which offloads are on, and which can be switched.
 *
 * The kernel numbers them as it likes, so first it is asked for their names.
 */
#include <string.h>

#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include "nic.h"

/* By enum xskpkt_nic_offload. */
static const char *const names[] = {
	[XSKPKT_NIC_RX_GRO] = "rx-gro",
	[XSKPKT_NIC_RX_GRO_HW] = "rx-gro-hw",
	[XSKPKT_NIC_RX_GRO_LIST] = "rx-gro-list",
	[XSKPKT_NIC_RX_LRO] = "rx-lro",
	[XSKPKT_NIC_RX_CHECKSUM] = "rx-checksum",
	[XSKPKT_NIC_RX_VLAN] = "rx-vlan-hw-parse",
	[XSKPKT_NIC_RX_HASH] = "rx-hashing",
	[XSKPKT_NIC_RX_NTUPLE] = "rx-ntuple-filter",
	[XSKPKT_NIC_TX_GSO] = "tx-generic-segmentation",
	[XSKPKT_NIC_TX_TSO] = "tx-tcp-segmentation",
	[XSKPKT_NIC_TX_USO] = "tx-udp-segmentation",
	[XSKPKT_NIC_TX_CHECKSUM_IP4] = "tx-checksum-ipv4",
	[XSKPKT_NIC_TX_CHECKSUM_IP6] = "tx-checksum-ipv6",
	[XSKPKT_NIC_TX_CHECKSUM_ANY] = "tx-checksum-ip-generic",
	[XSKPKT_NIC_TX_VLAN] = "tx-vlan-hw-insert",
	[XSKPKT_NIC_HW_TC] = "hw-tc-offload",
};

const char *xskpkt_nic_offload_name(uint32_t offload)
{
	return offload < COUNT_OF(names) ? names[offload] : NULL;
}

/* The kernel's numbers, and its bits. */
struct features {
	uint32_t number[COUNT_OF(names)]; /* UINT32_MAX: it has none such */
	uint32_t found;                   /* names */
	uint32_t active, hw, fixed;       /* bits in our order */
};

/* The names: a set of strings, in a list of sets */

struct string {
	uint64_t number;
	const char *text;
};

static int note_string(const struct nlattr *attr, void *arg)
{
	struct string *s = arg;

	if (mnl_attr_get_type(attr) == ETHTOOL_A_STRING_INDEX &&
	    !netlink_number(&s->number, attr))
		s->number = UINT32_MAX;
	if (mnl_attr_get_type(attr) == ETHTOOL_A_STRING_VALUE &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		s->text = mnl_attr_get_str(attr);
	return MNL_CB_OK;
}

static int on_string(const struct nlattr *attr, void *arg)
{
	struct string s = { .number = UINT32_MAX, .text = "" };
	struct features *f = arg;

	mnl_attr_parse_nested(attr, note_string, &s);
	for (unsigned i = 0; i < COUNT_OF(names); i++)
		if (!strcmp(s.text, names[i]) && s.number < UINT32_MAX) {
			f->number[i] = (uint32_t)s.number;
			f->found++;
		}
	return MNL_CB_OK;
}

static int on_set(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) == ETHTOOL_A_STRINGSET_STRINGS)
		mnl_attr_parse_nested(attr, on_string, arg);
	return MNL_CB_OK;
}

static int on_sets(const struct nlattr *attr, void *arg)
{
	return mnl_attr_parse_nested(attr, on_set, arg);
}

static int on_names(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) == ETHTOOL_A_STRSET_STRINGSETS)
		mnl_attr_parse_nested(attr, on_sets, arg);
	return MNL_CB_OK;
}

static int on_names_answer(const struct nlmsghdr *answer, void *arg)
{
	return mnl_attr_parse(answer, sizeof(struct genlmsghdr), on_names, arg);
}

static int ask_names(struct features *f, const struct xskpkt_nic *nic,
		     struct netlink *nl, const struct netlink_family *ethtool)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlattr *sets, *set;
	struct nlmsghdr *q;

	q = nic_ethtool_question(nic, buf, ethtool, ETHTOOL_MSG_STRSET_GET);
	sets = mnl_attr_nest_start(q, ETHTOOL_A_STRSET_STRINGSETS);
	set = mnl_attr_nest_start(q, ETHTOOL_A_STRINGSETS_STRINGSET);
	mnl_attr_put_u32(q, ETHTOOL_A_STRINGSET_ID, ETH_SS_FEATURES);
	mnl_attr_nest_end(q, set);
	mnl_attr_nest_end(q, sets);
	return netlink_ask(nl, q, on_names_answer, f);
}

/* The bits */

struct bits {
	const uint32_t *words;
	uint32_t count; /* of bits that are there */
};

static int note_words(const struct nlattr *attr, void *arg)
{
	struct bits *b = arg;

	if (mnl_attr_get_type(attr) != ETHTOOL_A_BITSET_VALUE)
		return MNL_CB_OK;
	b->words = mnl_attr_get_payload(attr);
	b->count = mnl_attr_get_payload_len(attr) / sizeof(uint32_t) * 32;
	return MNL_CB_OK;
}

/* A set of the kernel's bits, in our order. */
static uint32_t take_bits(const struct features *f, const struct nlattr *attr)
{
	struct bits b = { 0 };
	uint32_t ours = 0;

	mnl_attr_parse_nested(attr, note_words, &b);
	for (unsigned i = 0; i < COUNT_OF(names); i++) {
		uint32_t n = f->number[i];

		if (n < b.count && b.words[n / 32] >> n % 32 & 1)
			ours |= 1u << i;
	}
	return ours;
}

static int note_bits(const struct nlattr *attr, void *arg)
{
	struct features *f = arg;

	switch (mnl_attr_get_type(attr)) {
	case ETHTOOL_A_FEATURES_ACTIVE:
		f->active = take_bits(f, attr);
		break;
	case ETHTOOL_A_FEATURES_HW:
		f->hw = take_bits(f, attr);
		break;
	case ETHTOOL_A_FEATURES_NOCHANGE:
		f->fixed = take_bits(f, attr);
		break;
	}
	return MNL_CB_OK;
}

static int on_bits_answer(const struct nlmsghdr *answer, void *arg)
{
	return mnl_attr_parse(answer, sizeof(struct genlmsghdr), note_bits,
			      arg);
}

static int ask_bits(struct features *f, const struct xskpkt_nic *nic,
		    struct netlink *nl, const struct netlink_family *ethtool)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *q;

	q = nic_ethtool_question(nic, buf, ethtool, ETHTOOL_MSG_FEATURES_GET);
	return netlink_ask(nl, q, on_bits_answer, f);
}

void nic_ask_offloads(struct xskpkt_nic *nic, struct netlink *nl,
		      const struct netlink_family *ethtool)
{
	struct features f = { 0 };
	int err;

	memset(f.number, 0xff, sizeof(f.number));
	err = ask_names(&f, nic, nl, ethtool);
	if (!err)
		err = ask_bits(&f, nic, nl, ethtool);
	nic->info.offloads = f.active;
	nic->info.offloads_changeable = f.hw & ~f.fixed;
	if (err)
		nic_unknown(nic, XSKPKT_NIC_OFFLOADS, "%s",
			    nic_refusal(nic, err));
	else if (!f.found)
		nic_unknown(nic, XSKPKT_NIC_OFFLOADS,
			    "the kernel names none of them");
}
