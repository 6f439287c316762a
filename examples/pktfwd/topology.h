/* SPDX-License-Identifier: BSD-2-Clause */
/* topology.h: which worker serves which queue, and where its packets go */
#ifndef PKTFWD_TOPOLOGY_H
#define PKTFWD_TOPOLOGY_H

#include "pktfwd.h"

/*
 * Deal the lanes of all open ports to workers, anew. No thread runs. Returns
 * how many workers there are to be, 0 when no port is open, or -ENOMEM.
 */
int topology_build(struct forwarder *f);

/* Fewer workers than one might think: say which, and why. */
void topology_explain(const struct forwarder *f);

#endif
