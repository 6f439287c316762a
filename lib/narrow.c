// SPDX-License-Identifier: BSD-2-Clause
/* narrow.c: wide.h for CPUs that have no wide.c: nothing is done there */
#include "wide.h"

bool wide_usable(void)
{
	return false;
}

uint32_t wide_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	(void)f, (void)filled, (void)descs, (void)n, (void)pkts, (void)bytes;
	return 0;
}

uint32_t wide_hold(const struct frames *f, const uint64_t *addresses,
		   uint32_t n, struct xskpkt_pkt *pkts)
{
	(void)f, (void)addresses, (void)n, (void)pkts;
	return 0;
}

uint32_t wide_release(const struct frames *f, const struct xskpkt_pkt *pkts,
		      uint32_t n, uint64_t *addresses)
{
	(void)f, (void)pkts, (void)n, (void)addresses;
	return 0;
}

uint32_t wide_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes)
{
	(void)f, (void)sending, (void)pkts, (void)n, (void)descs, (void)bytes;
	return 0;
}

uint32_t wide_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
	(void)f, (void)sending, (void)slots, (void)n, (void)addresses;
	return 0;
}

uint32_t wide_fill(const struct frames *f, uint32_t filled,
		   const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	(void)f, (void)filled, (void)addresses, (void)n, (void)slots;
	return 0;
}
