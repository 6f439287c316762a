// SPDX-License-Identifier: BSD-2-Clause
/* show_json.c: the facts for programs: null is what is not known */
#include <errno.h>

#include "facts.h"
#include "json.h"

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

/* Of signed numbers -1 is unknown. */
static void set_signed(json_t *object, const char *key, int64_t value)
{
	set(object, key, value < 0 ? json_null() : json_integer(value));
}

/* "" is unknown. */
static void set_text(json_t *object, const char *key, const char *value)
{
	set(object, key, *value ? json_string(value) : json_null());
}

static json_t *bits_json(uint64_t bits, const struct bit_names *names)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < names->count; i++)
		if (bits >> i & 1)
			json_array_append_new(array,
					      json_string(names->names[i]));
	return array;
}

/* What @json is when the fact is known, else null; takes it over. */
static json_t *if_known(const struct facts *f, uint32_t fact, json_t *json)
{
	if (!xskpkt_nic_unknown(f->nic, fact))
		return json;
	json_decref(json);
	return json_null();
}

static json_t *of_json(uint32_t now, uint32_t max)
{
	json_t *object = json_object();

	json_set_count(object, "now", now);
	json_set_count(object, "max", max);
	return object;
}

static json_t *link_json(const struct facts *f)
{
	const struct xskpkt_nic_info *info = &f->info;
	json_t *object = json_object();

	set(object, "up", json_boolean(info->up));
	set(object, "carrier", json_boolean(info->carrier));
	set(object, "mbit_s",
	    if_known(f, XSKPKT_NIC_SPEED, json_integer(info->speed)));
	return object;
}

static json_t *pcie_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object();

	set(object, "lanes", of_json(info->pcie_lanes, info->pcie_lanes_max));
	set(object, "mt_s", of_json(info->pcie_speed, info->pcie_speed_max));
	return object;
}

static json_t *channels_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object();

	set(object, "combined",
	    of_json(info->channels_combined, info->channels_combined_max));
	set(object, "rx", of_json(info->channels_rx, info->channels_rx_max));
	set(object, "tx", of_json(info->channels_tx, info->channels_tx_max));
	set(object, "other",
	    of_json(info->channels_other, info->channels_other_max));
	return object;
}

static json_t *rings_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object();

	set(object, "rx", of_json(info->ring_rx, info->ring_rx_max));
	set(object, "tx", of_json(info->ring_tx, info->ring_tx_max));
	return object;
}

static json_t *coalescing_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object();

	set_signed(object, "rx_usecs", info->rx_usecs);
	set_signed(object, "rx_frames", info->rx_frames);
	set_signed(object, "tx_usecs", info->tx_usecs);
	set_signed(object, "tx_frames", info->tx_frames);
	set_signed(object, "adaptive_rx", info->adaptive_rx);
	set_signed(object, "adaptive_tx", info->adaptive_tx);
	return object;
}

static json_t *rss_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object(), *table = json_array();
	json_t *key = json_array();

	for (unsigned i = 0; i < info->rss_entries; i++)
		json_array_append_new(table, json_integer(info->rss_table[i]));
	for (unsigned i = 0; info->rss_key && i < info->rss_key_size; i++)
		json_array_append_new(key, json_integer(info->rss_key[i]));
	set(object, "table", table);
	set(object, "key", key);
	return object;
}

static json_t *hash_fields_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object();

	for (unsigned i = 0; i < XSKPKT_NIC_FLOWS; i++)
		set(object, flow_names[i],
		    info->hash_fields[i] < 0
			    ? json_null()
			    : bits_json((uint64_t)info->hash_fields[i],
					&hash_fields));
	return object;
}

static json_t *offloads_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object();

	for (uint32_t i = 0; i < XSKPKT_NIC_OFFLOADS_MAX; i++) {
		json_t *offload = json_object();

		set(offload, "on", json_boolean(info->offloads >> i & 1));
		set(offload, "changeable",
		    json_boolean(info->offloads_changeable >> i & 1));
		set(object, xskpkt_nic_offload_name(i), offload);
	}
	return object;
}

static json_t *metadata_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object();

	set(object, "rx", bits_json(info->rx_metadata, &rx_metadata));
	set(object, "tx", bits_json(info->tx_metadata, &tx_metadata));
	return object;
}

static json_t *program_json(const struct xskpkt_nic_info *info)
{
	json_t *object = json_object();

	json_set_text(object, "mode", program_modes[info->program_mode]);
	json_set_count(object, "id", info->program_id);
	set_text(object, "name", info->program_name);
	set(object, "dispatcher", json_boolean(info->dispatcher));
	return object;
}

static json_t *vector_json(const struct xskpkt_nic_vector *v)
{
	json_t *object;

	if (!v)
		return json_null();
	object = json_object();
	set_signed(object, "napi", v->napi ? (int64_t)v->napi : -1);
	set_signed(object, "irq", v->irq);
	set_text(object, "irq_name", v->irq_name);
	set_text(object, "affinity", v->affinity);
	set_text(object, "effective", v->effective);
	set_signed(object, "cpu", v->cpu);
	set_signed(object, "node", v->node);
	set_signed(object, "threaded", v->threaded);
	json_set_count(object, "thread", v->thread);
	set_signed(object, "defer_hard_irqs", v->defer_hard_irqs);
	set_signed(object, "gro_flush_timeout", v->gro_flush_timeout);
	set_signed(object, "irq_suspend_timeout", v->irq_suspend_timeout);
	return object;
}

static json_t *queues_json(const struct facts *f)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < xskpkt_nic_queue_count(f->nic); i++) {
		struct xskpkt_nic_queue q = facts_queue(f, i);
		json_t *object = json_object();

		json_set_count(object, "queue", q.id);
		set(object, "taken",
		    q.taken < 0 ? json_null() : json_boolean(q.taken));
		set_signed(object, "rss_entries", q.rss_entries);
		set(object, "rx", vector_json(q.rx));
		set(object, "tx", vector_json(q.tx));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *unknown_json(const struct facts *f)
{
	json_t *object = json_object();

	for (unsigned i = 0; i < XSKPKT_NIC_FACTS; i++)
		if (xskpkt_nic_unknown(f->nic, i))
			json_set_text(object, fact_names[i],
				      xskpkt_nic_unknown(f->nic, i));
	return object;
}

static void add_place(json_t *object, const struct xskpkt_nic_info *info)
{
	json_set_text(object, "interface", info->ifname);
	json_set_count(object, "ifindex", info->ifindex);
	set_text(object, "driver", info->driver);
	set_text(object, "bus", info->bus);
	set_signed(object, "node", info->node);
	set_text(object, "local_cpus", info->local_cpus);
	json_set_count(object, "mtu", info->mtu);
}

int show_json(const struct facts *f, FILE *out)
{
	const struct xskpkt_nic_info *info = &f->info;
	json_t *object = json_object();

	add_place(object, info);
	set(object, "link", if_known(f, XSKPKT_NIC_LINK, link_json(f)));
	set(object, "pcie", if_known(f, XSKPKT_NIC_PCIE, pcie_json(info)));
	set(object, "channels",
	    if_known(f, XSKPKT_NIC_CHANNELS, channels_json(info)));
	set(object, "rings", if_known(f, XSKPKT_NIC_RINGS, rings_json(info)));
	set(object, "coalescing",
	    if_known(f, XSKPKT_NIC_COALESCING, coalescing_json(info)));
	set(object, "rss", if_known(f, XSKPKT_NIC_RSS, rss_json(info)));
	set(object, "hash_fields",
	    if_known(f, XSKPKT_NIC_HASH_FIELDS, hash_fields_json(info)));
	set(object, "offloads",
	    if_known(f, XSKPKT_NIC_OFFLOADS, offloads_json(info)));
	set(object, "xdp_features",
	    if_known(f, XSKPKT_NIC_XDP,
		     bits_json(info->xdp_features, &xdp_features)));
	set(object, "zerocopy_bufs",
	    if_known(f, XSKPKT_NIC_ZEROCOPY_BUFS,
		     json_integer(info->zerocopy_bufs)));
	set(object, "metadata",
	    if_known(f, XSKPKT_NIC_METADATA, metadata_json(info)));
	set(object, "program",
	    if_known(f, XSKPKT_NIC_PROGRAM, program_json(info)));
	set(object, "queues", queues_json(f));
	set(object, "unknown", unknown_json(f));
	return json_write(object, out);
}
