// SPDX-License-Identifier: BSD-2-Clause
/*
 * setting_rss.c: the settings by which a NIC spreads packets over its queues.
 *
 * A table has hundreds of entries, which mostly repeat a few queues. Its text
 * has what is repeated, once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ethtool.h>

#include "compiler.h"
#include "setting_rss.h"
#include "sys.h"

/* Far more than any NIC has: what is larger is garbage. */
#define ENTRIES_MAX 65536
/* "0 " is the shortest entry in a text. */
#define LIST_MAX (SETTING_VALUE / 2)

/* The table */

/* The table and what stands before it; free() it. */
static int table_read(const struct netdev *dev, struct ethtool_rxfh **ret)
{
	struct ethtool_rxfh sizes = { .cmd = ETHTOOL_GRSSH }, *table;
	int err;

	err = netdev_ethtool_once(dev, &sizes);
	if (err)
		return err;
	if (!sizes.indir_size || sizes.indir_size > ENTRIES_MAX ||
	    sizes.key_size > ENTRIES_MAX)
		return -EOPNOTSUPP;
	err = sys_alloc((void **)&table, 1,
			sizeof(*table) + (size_t)4 * sizes.indir_size +
				sizes.key_size);
	if (err)
		return err;
	table->cmd = ETHTOOL_GRSSH;
	table->indir_size = sizes.indir_size;
	table->key_size = sizes.key_size;
	err = netdev_ethtool_once(dev, table);
	if (err)
		free(table);
	else
		*ret = table;
	return err;
}

/* How many there are until they repeat, as far as the list goes. */
static uint32_t period_of(const uint32_t *list, uint32_t count)
{
	for (uint32_t n = 1; n < count; n++)
		if (!memcmp(list, list + n, (count - n) * sizeof(*list)))
			return n;
	return count;
}

/* -E2BIG: half of it must not be put back. */
static int list_print(char ret[SETTING_VALUE], const uint32_t *list,
		      uint32_t count)
{
	size_t used = 0;

	for (uint32_t i = 0; i < count; i++) {
		int n = snprintf(ret + used, SETTING_VALUE - used, "%s%u",
				 i ? " " : "", list[i]);

		used += (size_t)n;
		if (used >= SETTING_VALUE)
			return -E2BIG;
	}
	return 0;
}

/* Returns how many, or -EINVAL. */
static int list_parse(uint32_t list[LIST_MAX], const char *text)
{
	int count = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t digits = strspn(text, "0123456789");

		/* No NIC has queues of six digits. */
		if (!digits || digits > 5 || count == LIST_MAX)
			return -EINVAL;
		list[count++] = (uint32_t)strtoul(text, NULL, 10);
		text += digits;
	}
	return count ?: -EINVAL;
}

/* The kernel's own: it follows the channels as long as nobody sets another. */
static bool is_default(const struct netdev *dev, const uint32_t *list,
		       uint32_t count)
{
	struct ethtool_rxnfc rings = { .cmd = ETHTOOL_GRXRINGS };

	if (netdev_ethtool_once(dev, &rings) || rings.data != count)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (list[i] != i)
			return false;
	return true;
}

static int table_write(const struct netdev *dev, const char *value)
{
	uint32_t list[LIST_MAX];
	int count = list_parse(list, value), err;
	struct ethtool_rxfh *table;

	if (count < 0)
		return count;
	err = table_read(dev, &table);
	if (err)
		return err;
	if ((uint32_t)count > table->indir_size) {
		free(table);
		return -EINVAL;
	}
	for (uint32_t i = 0; i < table->indir_size; i++)
		table->rss_config[i] = list[i % (uint32_t)count];
	/* What stands before the table stays as it was read, but for these:
	 * neither another hash function nor another key, no table: default. */
	table->cmd = ETHTOOL_SRSSH;
	table->hfunc = 0;
	table->key_size = 0;
	if (is_default(dev, list, (uint32_t)count))
		table->indir_size = 0;
	err = netdev_ethtool_once(dev, table);
	free(table);
	return err;
}

/* Fields of the hash */

/* RXH_... by their letters, in the order of their bits from 1 on. */
static const char letters[] = "mvtsdfn";

static const struct {
	const char *name;
	uint32_t type;
} flows[] = {
	{ "hash tcp4", TCP_V4_FLOW },
	{ "hash udp4", UDP_V4_FLOW },
	{ "hash tcp6", TCP_V6_FLOW },
	{ "hash udp6", UDP_V6_FLOW },
};

/* 0: it is none. */
static uint32_t flow_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(flows); i++)
		if (!strcmp(name, flows[i].name))
			return flows[i].type;
	return 0;
}

static int fields_print(char ret[SETTING_VALUE], uint64_t fields)
{
	size_t n = 0;

	for (unsigned i = 0; i < strlen(letters); i++)
		if (fields >> (i + 1) & 1)
			ret[n++] = letters[i];
	ret[n] = '\0';
	/* One that has no letter could not be put back. */
	return fields & ~(uint64_t)0xfe ? -EOPNOTSUPP : 0;
}

static int fields_parse(uint64_t *ret, const char *text)
{
	uint64_t fields = 0;

	for (; *text; text++) {
		const char *letter = strchr(letters, *text);

		if (!letter)
			return -EINVAL;
		fields |= 2ull << (letter - letters);
	}
	*ret = fields;
	return 0;
}

static int fields_read(const struct netdev *dev, uint32_t flow,
		       char ret[SETTING_VALUE])
{
	struct ethtool_rxnfc ask = { .cmd = ETHTOOL_GRXFH, .flow_type = flow };
	int err = netdev_ethtool_once(dev, &ask);

	return err ?: fields_print(ret, ask.data);
}

static int fields_write(const struct netdev *dev, uint32_t flow,
			const char *value)
{
	struct ethtool_rxnfc set = { .cmd = ETHTOOL_SRXFH, .flow_type = flow };
	uint64_t fields;
	int err = fields_parse(&fields, value);

	set.data = err ? 0 : fields;
	return err ?: netdev_ethtool_once(dev, &set);
}

/* Either */

bool rss_is(const char *name)
{
	return !strcmp(name, "rss") || flow_of(name);
}

int rss_read(const struct netdev *dev, const char *name,
	     char ret[SETTING_VALUE])
{
	struct ethtool_rxfh *table;
	uint32_t flow = flow_of(name);
	int err;

	if (flow)
		return fields_read(dev, flow, ret);
	err = table_read(dev, &table);
	if (err)
		return err;
	err = list_print(ret, table->rss_config,
			 period_of(table->rss_config, table->indir_size));
	free(table);
	return err;
}

/* What is wanted, as it would be read. */
int rss_merge(const char *name, const char *wanted, char ret[SETTING_VALUE])
{
	uint32_t list[LIST_MAX];
	uint32_t period;
	uint64_t fields;
	int n;

	if (flow_of(name))
		return fields_parse(&fields, wanted)
			       ?: fields_print(ret, fields);
	n = list_parse(list, wanted);
	if (n < 0)
		return n;
	period = period_of(list, (uint32_t)n);
	return list_print(ret, list,
			  (uint32_t)n % period ? (uint32_t)n : period);
}

int rss_write(const struct netdev *dev, const char *name, const char *value)
{
	uint32_t flow = flow_of(name);

	return flow ? fields_write(dev, flow, value) : table_write(dev, value);
}
