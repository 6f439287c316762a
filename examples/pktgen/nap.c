// SPDX-License-Identifier: BSD-2-Clause
/* nap.c: waiting for a moment, exactly, and without burning a CPU for long */
#include <time.h>

#include "nap.h"

/* Shorter sleeps are not worth it: waking up takes some 50 us. */
#define SHORTEST_NS 100000
#define EARLY_NS 60000
#define LONGEST_NS 10000000

void nap_until(uint64_t until, uint64_t now)
{
	struct timespec t;

	if (until < now || until - now < SHORTEST_NS)
		return;
	until -= EARLY_NS;
	if (until - now > LONGEST_NS)
		until = now + LONGEST_NS;
	t.tv_sec = (time_t)(until / 1000000000);
	t.tv_nsec = (long)(until % 1000000000);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}
