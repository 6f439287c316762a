/* SPDX-License-Identifier: BSD-2-Clause */
/* numbers.h: numbers, times and lists as people write them */
#ifndef COMMON_NUMBERS_H
#define COMMON_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/* A whole number from @min to @max, perhaps with k, M or G behind it (1000,
 * 1000000, ...). False: it is none, and @ret is untouched. */
bool number_parse(uint64_t *ret, const char *text, uint64_t min, uint64_t max);

/* Seconds, with or without a fraction. */
bool seconds_parse(double *ret, const char *text, double min, double max);

/* A list such as "0,2-5": numbers up to @limit, each one once, in the order
 * given. Returns how many, 1 to @max; 0: it is no such list. */
unsigned list_parse(uint32_t *ret, unsigned max, const char *text,
		    uint32_t limit);

#endif
