/* SPDX-License-Identifier: BSD-2-Clause */
/* sight.h: what one thread of an analyser has seen */
#ifndef PKTGEN_SIGHT_H
#define PKTGEN_SIGHT_H

#include <xskpkt/pkt.h>

#include "analyser.h"

struct sight;

/* NULL: no memory. */
struct sight *sight_create(const struct analyser_plan *plan);
/* With NULL it does nothing. */
void sight_destroy(struct sight *s);

/* A burst has come at @now, ns. Nothing in it is trusted. When it is full,
 * more wait: then one payload is looked at, and of the others the marks. */
void sight_add(struct sight *s, const struct xskpkt_pkt *pkts, unsigned n,
	       uint64_t now);

/* How many good marks there were, in all. */
uint64_t sight_answers(const struct sight *s);

/* Add it to what others saw. By the thread itself, or when that has ended. */
void sight_read(const struct sight *s, struct analysis *sum);
void sight_reset(struct sight *s);

const struct tracker *sight_flows(const struct sight *s);

#endif
