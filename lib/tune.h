/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tune.h: an interface whose settings are changed and put back. Layer 8.
 */
#ifndef TUNE_H
#define TUNE_H

#include <stdbool.h>

#include <xskpkt/tune.h>

#include "compiler.h"
#include "ledger.h"
#include "netdev.h"

struct xskpkt_tune {
	struct netdev dev;
	struct ledger ledger; /* not open in a dry run */
	uint32_t flags;
	FILE *out;
};

/* A line for who looks on. */
void tune_tell(const struct xskpkt_tune *t, const char *format, ...)
	printf_like(2, 3);

/* Put changes back, the last first, until there are @mark. Returns how many are
 * not as they were; those that the kernel did not take stay in the ledger. */
unsigned tune_undo(struct xskpkt_tune *t, unsigned mark);

#endif
