/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * collector.h: receives on all queues of a port, and puts the packets into
 * spools, as blocks of a capture file. Each thread has a spool of its own.
 *
 *	err = collector_create(&c, &plan);
 *	... a writer with collector_spools(c) ...
 *	err = collector_start(c);
 *	... collector_read(c, &counts) ...
 *	err = collector_stop(c);
 *	collector_free(c);	when nobody empties the spools any more
 */
#ifndef PKTGEN_COLLECTOR_H
#define PKTGEN_COLLECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "spool.h"

struct collector;
struct settings;
struct xskpkt_port;

struct collector_plan {
	struct xskpkt_port *port;
	const struct settings *settings; /* workers, cpus, spin */
	uint32_t snaplen;                /* bytes of a packet that are kept */
	uint64_t buffer;                 /* bytes of all spools together */
	int news; /* eventfd that is told when a thread has ended, or -1 */
};

struct collector_counts {
	uint64_t packets, bytes; /* received */
	uint64_t missed;         /* of these, a spool was full */
	uint64_t cpu_ns;         /* of all threads */
	unsigned workers;
};

/* 0, or -errno after it was said why. */
int collector_create(struct collector **ret, const struct collector_plan *plan);
int collector_start(struct collector *c);

/* Live as long as @c. */
struct spool *collector_spools(struct collector *c, unsigned *count);

/* A thread has ended by itself: collector_stop() tells why. */
bool collector_ended(const struct collector *c);

/* No thread receives any more when it returns. 0, or the -errno that ended it,
 * with its sentence in xskpkt_errmsg(). With NULL it does nothing. */
int collector_stop(struct collector *c);

/* At any time. */
void collector_read(const struct collector *c, struct collector_counts *ret);

/* Stops it if need be. With NULL it does nothing. */
void collector_free(struct collector *c);

#endif
