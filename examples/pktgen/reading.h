/* SPDX-License-Identifier: BSD-2-Clause */
/* reading.h: the numbers of a port and its queues at one moment */
#ifndef PKTGEN_READING_H
#define PKTGEN_READING_H

#include <stdint.h>

#include "losses.h"
#include "settings.h"

struct queue_reading {
	uint32_t id;
	enum xskpkt_mode mode;
	struct xskpkt_stats stats;
};

struct reading {
	const char *state; /* of state_name() */
	unsigned count;
	struct queue_reading queues[QUEUES_MAX];
};

/* @ret is the reading before, or all zero: what cannot be read any more, as
 * without root on some kernels, stays. @port may be NULL: then what sends has
 * no queues, and ends when the interface is down. */
void reading_take(struct reading *ret, struct xskpkt_port *port);

/* What happened since @before. */
void reading_subtract(struct reading *now, const struct reading *before);

/* The sum over all queues. */
void reading_sum(struct xskpkt_stats *ret, const struct reading *r);

uint64_t stats_lost(const struct xskpkt_stats *s);

#endif
