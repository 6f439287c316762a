// SPDX-License-Identifier: BSD-2-Clause
/* show_text.c: the facts for people: a line for each, then what is unknown */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "facts.h"
#include "lines.h"
#include "map.h"

static bool known(const struct facts *f, uint32_t fact)
{
	return !xskpkt_nic_unknown(f->nic, fact);
}

static void add_bits(struct line *l, uint64_t bits,
		     const struct bit_names *names)
{
	char other[32];

	for (unsigned i = 0; i < names->count; i++)
		if (bits >> i & 1)
			line_word(l, names->names[i]);
	bits = names->count < 64 ? bits >> names->count << names->count : 0;
	snprintf(other, sizeof(other), "0x%" PRIx64, bits);
	if (bits) /* of a kernel that knows more */
		line_word(l, other);
}

/* Lines */

static void print_place(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;

	fprintf(out, "%s: %s", info->ifname,
		*info->driver ? info->driver : "no driver");
	if (*info->bus)
		fprintf(out, " at %s", info->bus);
	if (known(f, XSKPKT_NIC_NODE))
		fprintf(out, ", NUMA node %d", info->node);
	if (known(f, XSKPKT_NIC_CPUS))
		fprintf(out, ", near CPUs %s", info->local_cpus);
	fprintf(out, "\n");
}

static void print_link(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;
	char speed[32] = "";

	if (known(f, XSKPKT_NIC_SPEED))
		snprintf(speed, sizeof(speed), ", %u Mbit/s", info->speed);
	line_print(out, "link", "%s%s, MTU %u",
		   !known(f, XSKPKT_NIC_LINK) ? "?"
		   : !info->up                ? "set down"
		   : !info->carrier           ? "no carrier"
					      : "up",
		   speed, info->mtu);
}

static void print_pcie(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;

	if (known(f, XSKPKT_NIC_PCIE))
		line_print(out, "PCIe", "%u of %u lanes, %g of %g GT/s",
			   info->pcie_lanes, info->pcie_lanes_max,
			   info->pcie_speed / 1000.0,
			   info->pcie_speed_max / 1000.0);
}

static void add_of(struct line *l, uint32_t now, uint32_t max, const char *what)
{
	if (!max)
		return;
	line_next(l);
	line_text(l, "%u of %u %s", now, max, what);
}

static void print_queues(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;
	struct line l;

	line_print(out, "queues", "%u RX, %u TX", info->rx_queues,
		   info->tx_queues);
	if (known(f, XSKPKT_NIC_CHANNELS)) {
		l = line_begin(out, "channels");
		add_of(&l, info->channels_combined, info->channels_combined_max,
		       "combined");
		add_of(&l, info->channels_rx, info->channels_rx_max, "RX");
		add_of(&l, info->channels_tx, info->channels_tx_max, "TX");
		add_of(&l, info->channels_other, info->channels_other_max,
		       "other");
		line_end(&l);
	}
	if (known(f, XSKPKT_NIC_RINGS)) {
		l = line_begin(out, "rings");
		add_of(&l, info->ring_rx, info->ring_rx_max, "RX");
		add_of(&l, info->ring_tx, info->ring_tx_max, "TX");
		line_end(&l);
	}
}

static void add_number(struct line *l, const char *name, int64_t value,
		       const char *unit)
{
	if (value < 0)
		return;
	line_next(l);
	line_text(l, "%s %" PRId64 "%s", name, value, unit);
}

static void print_coalescing(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;
	struct line l;

	if (!known(f, XSKPKT_NIC_COALESCING))
		return;
	l = line_begin(out, "coalescing");
	add_number(&l, "rx-usecs", info->rx_usecs, "");
	add_number(&l, "rx-frames", info->rx_frames, "");
	add_number(&l, "tx-usecs", info->tx_usecs, "");
	add_number(&l, "tx-frames", info->tx_frames, "");
	add_number(&l, "adaptive-rx", info->adaptive_rx, "");
	add_number(&l, "adaptive-tx", info->adaptive_tx, "");
	line_end(&l);
}

static void print_rss(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;

	if (known(f, XSKPKT_NIC_RSS)) {
		struct line l = line_begin(out, "RSS");

		line_text(&l, "%u entries", info->rss_entries);
		if (info->rss_key_size)
			line_text(&l, "and a key of %u bytes",
				  info->rss_key_size);
		line_end(&l);
	}
	for (unsigned i = 0; i < XSKPKT_NIC_FLOWS; i++) {
		struct line l;

		if (info->hash_fields[i] < 0)
			continue;
		l = line_begin(out, i ? "" : "hashed");
		line_word(&l, flow_names[i]);
		if (!info->hash_fields[i])
			line_word(&l, "nothing");
		add_bits(&l, (uint64_t)info->hash_fields[i], &hash_fields);
		line_end(&l);
	}
}

/* All offloads whose bit is set. */
static void print_offloads(FILE *out, const char *subject, uint32_t bits)
{
	struct line l;

	if (!bits)
		return;
	l = line_begin(out, subject);
	for (uint32_t i = 0; i < XSKPKT_NIC_OFFLOADS_MAX; i++)
		if (bits >> i & 1)
			line_word(&l, xskpkt_nic_offload_name(i));
	line_end(&l);
}

static void print_xdp(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;
	struct line l;

	if (known(f, XSKPKT_NIC_XDP)) {
		l = line_begin(out, "XDP");
		add_bits(&l, info->xdp_features, &xdp_features);
		if (info->zerocopy_bufs) {
			line_next(&l);
			line_text(&l, "zerocopy-bufs %u", info->zerocopy_bufs);
		}
		line_end(&l);
	}
	if (known(f, XSKPKT_NIC_METADATA)) {
		l = line_begin(out, "metadata");
		line_word(&l, info->rx_metadata ? "RX" : "RX none");
		add_bits(&l, info->rx_metadata, &rx_metadata);
		line_next(&l);
		line_word(&l, info->tx_metadata ? "TX" : "TX none");
		add_bits(&l, info->tx_metadata, &tx_metadata);
		line_end(&l);
	}
}

static void print_program(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;

	if (!known(f, XSKPKT_NIC_PROGRAM))
		return;
	if (!info->program_id)
		line_print(out, "program", "none");
	else
		line_print(out, "program", "%s, id %u, %s%s",
			   known(f, XSKPKT_NIC_PROGRAM_NAME)
				   ? info->program_name
				   : "?",
			   info->program_id, program_modes[info->program_mode],
			   info->dispatcher ? ", libxdp's dispatcher" : "");
}

/* -1, which is unknown, is like any other. */
static bool same_number(int64_t a, int64_t b)
{
	return a == b || a < 0 || b < 0;
}

static bool same_settings(const struct xskpkt_nic_vector *a,
			  const struct xskpkt_nic_vector *b)
{
	return same_number(a->threaded, b->threaded) &&
	       same_number(a->defer_hard_irqs, b->defer_hard_irqs) &&
	       same_number(a->gro_flush_timeout, b->gro_flush_timeout) &&
	       same_number(a->irq_suspend_timeout, b->irq_suspend_timeout);
}

static bool all_are_set_alike(const struct facts *f)
{
	for (unsigned i = 0; i < f->lane_count; i++)
		if (facts_first(f, f->lanes[i].vector, same_settings))
			return false;
	return true;
}

/* A line for all NAPIs that are set alike. */
static void print_settings(const struct facts *f, FILE *out)
{
	const bool all = all_are_set_alike(f);
	char queues[QUEUE_LIST];

	for (unsigned i = 0; i < f->lane_count; i++) {
		const struct xskpkt_nic_vector *v = f->lanes[i].vector;
		struct line l;

		if (v->defer_hard_irqs < 0 ||
		    facts_first(f, v, same_settings) < i)
			continue;
		l = line_begin(out, i ? "" : "NAPI");
		add_number(&l, "defer-hard-irqs", v->defer_hard_irqs, "");
		add_number(&l, "gro-flush-timeout", v->gro_flush_timeout, "ns");
		add_number(&l, "irq-suspend-timeout", v->irq_suspend_timeout,
			   "ns");
		add_number(&l, "threaded", v->threaded, "");
		facts_queue_list(f, v, same_settings, queues);
		if (!all)
			line_text(&l, "(queues %s)", queues);
		line_end(&l);
	}
}

static void add_name(struct line *l, const char *name)
{
	char word[32];

	snprintf(word, sizeof(word), "%s", name);
	for (char *c = word; *c; c++)
		if (*c == '_')
			*c = ' ';
	line_next(l);
	line_text(l, "%s", word);
}

/* Facts that lack for the same reason stand together. */
static void print_unknown(const struct facts *f, FILE *out)
{
	const char *why[XSKPKT_NIC_FACTS];
	bool first = true;

	for (unsigned i = 0; i < XSKPKT_NIC_FACTS; i++)
		why[i] = xskpkt_nic_unknown(f->nic, i);
	for (unsigned i = 0; i < XSKPKT_NIC_FACTS; i++) {
		const char *reason = why[i];
		struct line l;

		if (!reason)
			continue;
		l = line_begin(out, first ? "unknown" : "");
		first = false;
		for (unsigned k = i; k < XSKPKT_NIC_FACTS; k++) {
			if (!why[k] || strcmp(why[k], reason))
				continue;
			add_name(&l, fact_names[k]);
			why[k] = NULL;
		}
		fputc(':', out);
		l.column++;
		line_text(&l, "%s", reason);
		line_end(&l);
	}
}

void show_text(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;

	print_place(f, out);
	print_link(f, out);
	print_pcie(f, out);
	print_queues(f, out);
	print_coalescing(f, out);
	print_rss(f, out);
	print_offloads(out, "on", info->offloads & info->offloads_changeable);
	print_offloads(out, "on, fixed",
		       info->offloads & ~info->offloads_changeable);
	print_offloads(out, "off", ~info->offloads & info->offloads_changeable);
	print_xdp(f, out);
	print_program(f, out);
	print_settings(f, out);
	print_unknown(f, out);
	map_print(f, out);
}
