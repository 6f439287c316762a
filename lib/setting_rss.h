/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting_rss.h: the settings by which a NIC spreads packets over its queues.
 * Layer 4; used by setting.c.
 *
 *   rss            "0 1": queues, over and over until the table is full
 *   hash udp4      "sdfn": what of a packet is hashed, as ethtool -N writes it
 */
#ifndef SETTING_RSS_H
#define SETTING_RSS_H

#include <stdbool.h>

#include "setting.h"

/* Is it one of these? */
bool rss_is(const char *name);

/* As setting_read(), setting_merge() and setting_write(). */
int rss_read(const struct netdev *dev, const char *name,
	     char ret[SETTING_VALUE]);
int rss_merge(const char *name, const char *wanted, char ret[SETTING_VALUE]);
int rss_write(const struct netdev *dev, const char *name, const char *value);

#endif
