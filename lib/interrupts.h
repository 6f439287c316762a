/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupts.h: the interrupts of the machine, by /proc/interrupts. Layer 2. */
#ifndef INTERRUPTS_H
#define INTERRUPTS_H

#include <stdint.h>

/* Call @each for every one that has a number, with the last word of its line,
 * which is its name if it is in use. 0 or -errno. */
int interrupts_each(void (*each)(void *arg, int32_t irq, const char *name),
		    void *arg);

#endif
