/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pinger.h: sends a packet now and then, from the thread that receives the
 * answers: no time is lost between two threads.
 */
#ifndef PKTGEN_PINGER_H
#define PKTGEN_PINGER_H

#include <stdbool.h>

#include "pace.h"
#include "pattern.h"
#include "settings.h"

struct pinger;

struct pinger_plan {
	struct xskpkt_queue *queue;    /* to send on */
	const struct pattern *pattern; /* checked; no larger than a frame */
	struct pace_rate rate;         /* none: as soon as the answer came */
	uint64_t count;                /* 0: until it is stopped */
	uint64_t timeout;              /* ns: no answer comes after that */
	uint8_t run;                   /* in the marks */
	int news; /* eventfd that is told when the count is answered */
};

/* NULL: no memory. */
struct pinger *pinger_create(const struct pinger_plan *plan);
/* No thread has turns any more. With NULL it does nothing. */
void pinger_destroy(struct pinger *p);

/* For analyser_plan.turn. */
int pinger_turn(struct xskpkt_queue *q, uint64_t answers, void *arg);

/* From another thread: send no more, and wait a moment for what is on its way.
 */
void pinger_wind_up(struct pinger *p);

/* From any thread: how many were sent; are all answered, or too late? */
uint64_t pinger_sent(const struct pinger *p);
bool pinger_is_done(const struct pinger *p);

#endif
