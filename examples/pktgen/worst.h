/* SPDX-License-Identifier: BSD-2-Clause */
/* worst.h: the flows that fared worst, for a summary */
#ifndef PKTGEN_WORST_H
#define PKTGEN_WORST_H

#include <stdio.h>

#include "json.h"
#include "tracker.h"

/* @n of them at most, the worst first: those that lost most, then those with
 * most packets reordered or twice. @flows may be NULL: there are none. */
void print_worst(FILE *out, const struct tracker *flows, unsigned n);
json_t *worst_json(const struct tracker *flows, unsigned n);

#endif
