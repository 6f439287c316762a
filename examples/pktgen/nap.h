/* SPDX-License-Identifier: BSD-2-Clause */
/* nap.h: waiting for a moment, exactly, and without burning a CPU for long */
#ifndef PKTGEN_NAP_H
#define PKTGEN_NAP_H

#include <stdint.h>

/*
 * It is @now. Sleep if @until is more than some 100 us off, and return before
 * it comes: ask again, and spin for the rest. A sleep is no longer than 10 ms,
 * so that a thread sees soon that it is to stop. Both are ns of
 * CLOCK_MONOTONIC.
 */
void nap_until(uint64_t until, uint64_t now);

#endif
