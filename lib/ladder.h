/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ladder.h: the best mode that can be had, and why not a better one. Layer 7.
 */
#ifndef LADDER_H
#define LADDER_H

#include "port.h"

/* All that the rings and the cache of one queue can hold at once. */
uint32_t ladder_frames_per_queue(const struct xskpkt_port *port);

/* To send in copy mode takes no program; some drivers' zero-copy does. */
bool ladder_needs_program(const struct xskpkt_port *port);

/* Open every queue and attach, in the best mode that the policy allows. */
int ladder_climb(struct xskpkt_port *port);

#endif
