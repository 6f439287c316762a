/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * range.h: neighbouring addresses or ports, as people write them.
 *
 *	FIRST   FIRST+COUNT   FIRST-LAST   FIRST/PREFIX (IP addresses)
 *
 * At most 2^32 of them, and they differ in their last 32 bits only. NULL, or
 * what is wrong; then nothing is touched.
 */
#ifndef PKTGEN_RANGE_H
#define PKTGEN_RANGE_H

#include <stdint.h>

struct range {
	uint64_t high, low; /* the first; all but IPv6 have it in low */
	uint64_t count;     /* 0: it was not given */
};

const char *range_ports(struct range *ret, const char *text);
const char *range_macs(struct range *ret, const char *text);
const char *range_ipv4(struct range *ret, const char *text);
const char *range_ipv6(struct range *ret, const char *text);

/* Two hexadecimal digits, or -1. */
int hex_byte(const char *text);

#endif
