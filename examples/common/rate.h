/* SPDX-License-Identifier: BSD-2-Clause */
/* rate.h: large numbers for the eye: three digits and a letter */
#ifndef COMMON_RATE_H
#define COMMON_RATE_H

#include <stdint.h>

/* Room for any of them, its unit included. */
struct rate_text {
	char s[32];
};

/* 1234567, "pps" is "1.23 Mpps". Without a unit: "1.23M", for a table. */
struct rate_text rate_format(double value, const char *unit);

/* 12345, in ns, is "12.3 us"; what is below a microsecond has no fraction. */
struct rate_text time_format(double ns);

/* 1234567 is "1,234,567". */
struct rate_text count_format(uint64_t value);

#endif
