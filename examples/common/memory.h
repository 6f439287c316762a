/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.h: how much memory there is to be had */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

#include <stdint.h>

/* Bytes that programs can have now without others being swapped out, as the
 * kernel estimates it. 0: unknown. */
uint64_t memory_free(void);

#endif
