/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replayer.h: sends a recording on the first queue of a port, each record when
 * it is due. One thread does it, so that the records keep their order.
 *
 *	err = replayer_start(&r, &plan);
 *	... sleep; replayer_read(r, &counts) ...
 *	err = replayer_stop(r);
 *	replayer_read(r, &counts);
 *	replayer_free(r);
 */
#ifndef PKTGEN_REPLAYER_H
#define PKTGEN_REPLAYER_H

#include <stdbool.h>
#include <stdint.h>

struct histogram;
struct recording;
struct replayer;
struct settings;
struct xskpkt_port;

struct replayer_plan {
	struct xskpkt_port *port; /* its pool serves nobody who receives */
	const struct recording *recording;
	const struct settings *settings; /* cpus */
	uint32_t room;  /* bytes of a frame; longer records take several */
	uint64_t round; /* ns, until the next begins */
	bool at_once;   /* nobody looks at the clock */
	uint64_t loops; /* rounds; 0: until it is stopped */
	uint64_t count; /* packets; 0: all of them */
	int news;       /* eventfd that is told when it has ended, or -1 */
};

/* What the kernel lost is in the port's stats. */
struct replayer_counts {
	uint64_t packets; /* taken by the TX ring */
	uint64_t bytes;
	uint64_t full; /* bursts that the ring did not take whole: it waited */
	uint64_t rounds; /* that are complete */
	uint64_t cpu_ns;
};

/* 0, or -errno after it was said why. */
int replayer_start(struct replayer **ret, const struct replayer_plan *plan);

/* All is sent, or the thread has failed: replayer_stop() tells. */
bool replayer_ended(const struct replayer *r);

/*
 * No thread sends any more when it returns, and what was sent has left, as far
 * as that can be waited for. 0, or the -errno that ended it, with its sentence
 * in xskpkt_errmsg().
 */
int replayer_stop(struct replayer *r);

/* At any time, from one thread at a time. */
void replayer_read(const struct replayer *r, struct replayer_counts *ret);

/* By how many ns packets were late; it lives as long as @r, and grows. */
const struct histogram *replayer_lateness(const struct replayer *r);

/* Stops it if need be. With NULL it does nothing. */
void replayer_free(struct replayer *r);

#endif
