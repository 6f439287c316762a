/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * placement.h: --plan: where the queues of interfaces are served.
 *
 * A process has its interfaces once, and so has this file what it did to them.
 * An interface is made as its plan needs it before it is opened, and is as it
 * was after placement_put_back().
 */
#ifndef COMMON_PLACEMENT_H
#define COMMON_PLACEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include <xskpkt/xskpkt.h>

/* "none", "auto", or a file with a plan; may be given for several interfaces.
 * For take() of an option; @to is not used. */
int placement_take(void *to, const char *name, const char *text);

/* Is there, or will there be, any plan? */
bool placement_wanted(void);

/* Make it as its plan needs it, if it has one; *flags are its port's, to which
 * those of the plan are added. 0, or -errno with the library's sentence. */
int placement_apply(const char *ifname, uint32_t *flags);

/* Where the plan of the worker's first queue has it; else it is untouched. */
void placement_place(struct xskpkt_worker *worker);

/* When all ports are closed. What could not be put back is said. */
void placement_put_back(void);

#endif
