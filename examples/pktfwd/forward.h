/* SPDX-License-Identifier: BSD-2-Clause */
/* forward.h: what happens to packets: one function for each way to forward */
#ifndef PKTFWD_FORWARD_H
#define PKTFWD_FORWARD_H

#include "pktfwd.h"

/* Each serves a lane once. Returns 0 when there was nothing to do. */
int forward_wire(struct lane *l);
int forward_reflect(struct lane *l);
int forward_sink(struct lane *l);
int forward_bridge(struct lane *l);

/* A burst from the lane's queue, within --count. */
unsigned lane_receive(struct lane *l, struct xskpkt_pkt *pkts);

/* Give a burst back, and count its packets as lost in this way. */
void lane_lose(struct lane *l, const struct xskpkt_pkt *pkts, unsigned n,
	       _Atomic uint64_t *cause);

/* Send what is held. False: some is left, and worth another try. */
bool lane_flush(struct lane *l);

#endif
