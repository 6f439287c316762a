/* SPDX-License-Identifier: BSD-2-Clause */
/* map.h: which queue is polled by what, and where its interrupts land */
#ifndef PKTNIC_MAP_H
#define PKTNIC_MAP_H

#include "facts.h"

/* queue -> NAPI -> IRQ -> CPU -> node, and the CPUs with their queues. */
void map_print(const struct facts *f, FILE *out);

#endif
