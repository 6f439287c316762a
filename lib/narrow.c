// SPDX-License-Identifier: BSD-2-Clause
/* narrow.c: what wide_rx.c and wide_tx.c do, where there is no AVX2 */
#include "frame.h"

bool wide_usable(void)
{
	return false;
}

void wide_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	each_fill(f, filled, addresses, n, slots);
}

uint32_t wide_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	return n - each_receive(f, filled, descs, n, pkts, bytes);
}

void wide_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
	       struct xskpkt_pkt *pkts)
{
	each_hold(f, addresses, n, pkts);
}

uint32_t wide_release(const struct frames *f, uint32_t to,
		      const struct xskpkt_pkt *pkts, uint32_t n,
		      uint64_t *addresses)
{
	return n - each_release(f, to, pkts, n, addresses);
}

uint32_t wide_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes)
{
	return n - each_send(f, sending, pkts, n, descs, bytes);
}

uint32_t wide_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
	return n - each_complete(f, sending, slots, n, addresses);
}
