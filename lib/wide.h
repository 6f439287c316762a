/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wide.h: the changes of frame.h, four packets at a time, for CPUs with AVX2
 * and pools of aligned frames. Layer 3.
 *
 * Same checks, same order, same results as the loops in frame.c, which get
 * what is left over or odd.
 */
#ifndef WIDE_H
#define WIDE_H

#include "frame.h"

/* Can they be used here? */
bool wide_usable(void);

void wide_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots);
uint32_t wide_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes);
void wide_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
	       struct xskpkt_pkt *pkts);
uint32_t wide_release(const struct frames *f, const struct xskpkt_pkt *pkts,
		      uint32_t n, uint64_t *addresses);
uint32_t wide_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes);
uint32_t wide_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses);

#endif
