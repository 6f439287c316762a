// SPDX-License-Identifier: BSD-2-Clause
/*
 * setting.c: settings as texts: numbers of ethtool's, and files of the kernel's
 *
 *   channels, rings, coalescing   "rx 2 tx 2": numbers in a struct of ethtool's
 *   lro, gro, ntuple              "0", "1": a bit of a number of ethtool's
 *   rss, hash                     setting_rss.c
 *   all others                    a file
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ethtool.h>

#include "compiler.h"
#include "file.h"
#include "setting.h"
#include "setting_rss.h"
#include "sys.h"

/* Numbers in a struct */

/* Any of the structs; all begin with the command. */
union ethtool_struct {
	uint32_t cmd;
	struct ethtool_channels channels;
	struct ethtool_ringparam rings;
	struct ethtool_coalesce coalescing;
};

struct number {
	const char *word;
	size_t offset;
};

static const struct number channels[] = {
	{ "rx", offsetof(struct ethtool_channels, rx_count) },
	{ "tx", offsetof(struct ethtool_channels, tx_count) },
	{ "combined", offsetof(struct ethtool_channels, combined_count) },
};

static const struct number rings[] = {
	{ "rx", offsetof(struct ethtool_ringparam, rx_pending) },
	{ "tx", offsetof(struct ethtool_ringparam, tx_pending) },
};

static const struct number coalescing[] = {
	{ "adaptive-rx",
	  offsetof(struct ethtool_coalesce, use_adaptive_rx_coalesce) },
	{ "adaptive-tx",
	  offsetof(struct ethtool_coalesce, use_adaptive_tx_coalesce) },
	{ "rx-usecs", offsetof(struct ethtool_coalesce, rx_coalesce_usecs) },
	{ "tx-usecs", offsetof(struct ethtool_coalesce, tx_coalesce_usecs) },
};

static const struct group {
	const char *name;
	uint32_t get, set;
	unsigned count;
	const struct number *numbers;
} groups[] = {
	{ "channels", ETHTOOL_GCHANNELS, ETHTOOL_SCHANNELS, COUNT_OF(channels),
	  channels },
	{ "rings", ETHTOOL_GRINGPARAM, ETHTOOL_SRINGPARAM, COUNT_OF(rings),
	  rings },
	{ "coalescing", ETHTOOL_GCOALESCE, ETHTOOL_SCOALESCE,
	  COUNT_OF(coalescing), coalescing },
};

static const struct group *group_of(const char *name)
{
	for (unsigned i = 0; i < COUNT_OF(groups); i++)
		if (!strcmp(name, groups[i].name))
			return &groups[i];
	return NULL;
}

static uint32_t *number_in(union ethtool_struct *s, const struct number *n)
{
	return (uint32_t *)((char *)s + n->offset);
}

static void group_print(const struct group *g, union ethtool_struct *s,
			char ret[SETTING_VALUE])
{
	int n = 0;

	for (unsigned i = 0; i < g->count; i++)
		n += snprintf(ret + n, SETTING_VALUE - (size_t)n, "%s%s %u",
			      i ? " " : "", g->numbers[i].word,
			      *number_in(s, &g->numbers[i]));
}

static int group_read(const struct netdev *dev, const struct group *g,
		      char ret[SETTING_VALUE])
{
	union ethtool_struct s = { .cmd = g->get };
	int err = netdev_ethtool_once(dev, &s);

	if (!err)
		group_print(g, &s, ret);
	return err;
}

/* Read "rx 2 tx 2" over what @s has. */
static int group_parse(union ethtool_struct *s, const struct group *g,
		       const char *value)
{
	while (*value) {
		char word[24];
		unsigned number, i;
		int used = 0;

		if (sscanf(value, " %23s %9u %n", word, &number, &used) != 2)
			return -EINVAL;
		for (i = 0; i < g->count; i++)
			if (!strcmp(word, g->numbers[i].word))
				break;
		if (i == g->count)
			return -EINVAL;
		*number_in(s, &g->numbers[i]) = number;
		value += used;
	}
	return 0;
}

/* What is not among our numbers stays as it is. */
static int group_write(const struct netdev *dev, const struct group *g,
		       const char *value)
{
	union ethtool_struct s = { .cmd = g->get };
	int err;

	err = netdev_ethtool_once(dev, &s);
	if (!err)
		err = group_parse(&s, g, value);
	s.cmd = g->set;
	return err ?: netdev_ethtool_once(dev, &s);
}

static int group_merge(const struct group *g, const char *before,
		       const char *wanted, char ret[SETTING_VALUE])
{
	union ethtool_struct s = { .cmd = g->get };
	int err;

	err = group_parse(&s, g, before);
	if (!err)
		err = group_parse(&s, g, wanted);
	if (!err)
		group_print(g, &s, ret);
	return err;
}

/* Bits */

static const struct bit {
	const char *name;
	uint32_t get, set, mask;
} bits[] = {
	{ "gro", ETHTOOL_GGRO, ETHTOOL_SGRO, 1 },
	{ "lro", ETHTOOL_GFLAGS, ETHTOOL_SFLAGS, ETH_FLAG_LRO },
	{ "ntuple", ETHTOOL_GFLAGS, ETHTOOL_SFLAGS, ETH_FLAG_NTUPLE },
};

static const struct bit *bit_of(const char *name)
{
	for (unsigned i = 0; i < COUNT_OF(bits); i++)
		if (!strcmp(name, bits[i].name))
			return &bits[i];
	return NULL;
}

static int bit_read(const struct netdev *dev, const struct bit *b,
		    char ret[SETTING_VALUE])
{
	struct ethtool_value v = { .cmd = b->get };
	int err = netdev_ethtool_once(dev, &v);

	if (!err)
		strcpy(ret, v.data & b->mask ? "1" : "0");
	return err;
}

static int bit_write(const struct netdev *dev, const struct bit *b,
		     const char *value)
{
	struct ethtool_value v = { .cmd = b->get };
	int err;

	if (strcmp(value, "0") && strcmp(value, "1"))
		return -EINVAL;
	err = netdev_ethtool_once(dev, &v);
	v.cmd = b->set;
	v.data = *value == '1' ? v.data | b->mask : v.data & ~b->mask;
	return err ?: netdev_ethtool_once(dev, &v);
}

/* Files */

/* "irq 45": 45. No other spelling, so that each setting has one name. */
static bool numbered(const char *name, const char *kind, unsigned *ret)
{
	char again[SETTING_NAME];
	size_t len = strlen(kind);

	if (strncmp(name, kind, len) || name[len] != ' ')
		return false;
	*ret = (unsigned)strtoul(name + len + 1, NULL, 10);
	snprintf(again, sizeof(again), "%s %u", kind, *ret);
	return !strcmp(name, again);
}

static int path_of(const struct netdev *dev, const char *name, char *ret,
		   size_t size)
{
	static const char *const of_interface[] = { "gro_flush_timeout",
						    "napi_defer_hard_irqs",
						    "threaded" };
	static const char *const of_machine[] = { "busy_poll", "busy_read" };
	unsigned number;

	if (numbered(name, "irq", &number)) {
		snprintf(ret, size, "/proc/irq/%u/smp_affinity_list", number);
		return 0;
	}
	for (unsigned i = 0; i < COUNT_OF(of_machine); i++) {
		if (strcmp(name, of_machine[i]))
			continue;
		snprintf(ret, size, "/proc/sys/net/core/%s", name);
		return 0;
	}
	/* sysfs may show a namesake in another network namespace. */
	if (!dev->in_sysfs)
		return -ENOENT;
	if (numbered(name, "xps", &number)) {
		snprintf(ret, size, "/sys/class/net/%s/queues/tx-%u/xps_cpus",
			 dev->name, number);
		return 0;
	}
	for (unsigned i = 0; i < COUNT_OF(of_interface); i++) {
		if (strcmp(name, of_interface[i]))
			continue;
		snprintf(ret, size, "/sys/class/net/%s/%s", dev->name, name);
		return 0;
	}
	return -ENOENT;
}

static int file_write(const char *path, const char *value)
{
	int fd = sys_open(path, O_WRONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = sys_write(fd, value, strlen(value));
	sys_close(fd);
	return n < 0 ? (int)n : 0;
}

/* Any of them */

int setting_read(const struct netdev *dev, const char *name,
		 char ret[SETTING_VALUE])
{
	const struct group *group = group_of(name);
	const struct bit *bit = bit_of(name);
	char path[128];
	int err;

	if (group)
		return group_read(dev, group, ret);
	if (bit)
		return bit_read(dev, bit, ret);
	if (rss_is(name))
		return rss_read(dev, name, ret);
	err = path_of(dev, name, path, sizeof(path));
	if (err)
		return err;
	*ret = '\0';
	err = file_line(ret, SETTING_VALUE, path);
	if (strlen(ret) == SETTING_VALUE - 1)
		return -E2BIG;            /* half of it must not be put back */
	return err == -ENODATA ? 0 : err; /* an IRQ may have no CPU */
}

int setting_merge(const char *name, const char *before, const char *wanted,
		  char ret[SETTING_VALUE])
{
	const struct group *group = group_of(name);

	if (group)
		return group_merge(group, before, wanted, ret);
	if (rss_is(name))
		return rss_merge(name, wanted, ret);
	if (strlen(wanted) >= SETTING_VALUE)
		return -EINVAL;
	strcpy(ret, wanted);
	return 0;
}

int setting_write(const struct netdev *dev, const char *name, const char *value)
{
	const struct group *group = group_of(name);
	const struct bit *bit = bit_of(name);
	char path[128];
	int err;

	if (group)
		return group_write(dev, group, value);
	if (bit)
		return bit_write(dev, bit, value);
	if (rss_is(name))
		return rss_write(dev, name, value);
	err = path_of(dev, name, path, sizeof(path));
	return err ?: file_write(path, value);
}
