/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_tables.h: a pattern, written down for the XDP program of a lane.
 *
 * The bytes are the maker's, so both engines send the same packets.
 */
#ifndef KERNEL_TABLES_H
#define KERNEL_TABLES_H

#include "kernel_lane.h"

struct pattern;

/*
 * The part of @worker, out of @workers. The interface is not filled in. 0, or
 * -errno after it was said why.
 */
int kernel_tables_make(struct kernel_tables *ret, const struct pattern *pattern,
		       unsigned worker, unsigned workers, uint8_t run);

void kernel_tables_free(struct kernel_tables *tables);

#endif
