/* SPDX-License-Identifier: BSD-2-Clause */
/* counter_name.h: what a driver's counter counts, by its name. Layer 1. */
#ifndef COUNTER_NAME_H
#define COUNTER_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct counter_name {
	uint32_t queue;
	size_t offset; /* of the number in struct xskpkt_nic_counts */
};

/*
 * A name in 'ethtool -S', such as "rx_queue_3_packets". Several can be parts of
 * one number. False: it is none of ours.
 */
bool counter_name_parse(struct counter_name *ret, const char *name,
			const char *driver);

#endif
