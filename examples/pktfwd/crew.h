/* SPDX-License-Identifier: BSD-2-Clause */
/* crew.h: the workers' threads */
#ifndef PKTFWD_CREW_H
#define PKTFWD_CREW_H

#include "pktfwd.h"

/* Once, before the first start. 0 or -errno. */
int crew_create(struct forwarder *f);
void crew_destroy(struct forwarder *f);

/* Deal the queues of what ports are open, and start. 0, also when none is, or
 * -errno after it was said why. */
int crew_start(struct forwarder *f);

/*
 * All threads have ended when it returns. 0, or the -errno that ended them,
 * and xskpkt_errmsg() says why: -ENODEV when a port is gone.
 */
int crew_stop(struct forwarder *f);

/* Is there a thread that still works? */
bool crew_runs(const struct forwarder *f);

/* What was received leaves, as far as that can be waited for. */
void crew_drain(struct forwarder *f);

#endif
