/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * generator.h: sends a pattern at a pace on all queues of a port.
 *
 * One generator is one run: a thread for each queue, or for several, is
 * started and ends. The port stays open, so that the next run can follow.
 *
 *	err = generator_start(&g, &plan);
 *	... sleep; generator_read(g, &counts) ...
 *	err = generator_stop(g);
 *	generator_read(g, &counts);
 *	generator_free(g);
 */
#ifndef PKTGEN_GENERATOR_H
#define PKTGEN_GENERATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "pace.h"
#include "settings.h"

struct generator;
struct pattern;

struct generator_plan {
	struct xskpkt_port *port; /* its pool serves nobody who receives */
	struct xskpkt_pool *pool;
	const struct pattern *pattern;   /* checked */
	const struct settings *settings; /* workers, cpus, count */
	struct pace_rate rate;           /* of all workers */
	int news; /* eventfd that is told when all have ended, or -1 */
};

/* What the generator counts; what the kernel lost is in the port's stats. */
struct generator_counts {
	uint64_t began;   /* ns: when the first thread was there; 0: not yet */
	uint64_t packets; /* taken by the TX rings */
	uint64_t bytes;
	uint64_t full;    /* bursts that a ring did not take whole: it waited */
	uint64_t behind;  /* packets given up since the pace was not kept */
	uint64_t unsent;  /* made, but the ring stayed full to the end */
	uint64_t dropped; /* by the interface: only the kernel engine counts */
	uint64_t cpu_ns;  /* of all threads */
	unsigned workers;
};

/* 0, or -errno after it was said why. */
int generator_start(struct generator **ret, const struct generator_plan *plan);

/* The whole count is sent, or a thread has failed: generator_stop() tells. */
bool generator_ended(const struct generator *g);

/*
 * No thread sends any more when it returns, and what was sent has left, as far
 * as that can be waited for. 0, or the -errno that ended it, with its sentence
 * in xskpkt_errmsg(): -ENODEV when the interface is gone, -ETIMEDOUT when
 * packets did not leave.
 */
int generator_stop(struct generator *g);

/* At any time, from one thread at a time. */
void generator_read(const struct generator *g, struct generator_counts *ret);

/* What stands in its marks (mark.h): random. */
uint8_t generator_run(const struct generator *g);

/* Stops it if need be. With NULL it does nothing. */
void generator_free(struct generator *g);

#endif
