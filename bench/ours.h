/* SPDX-License-Identifier: BSD-2-Clause */
/* ours.h: the cycles of hand.h, by the library. */
#ifndef OURS_H
#define OURS_H

struct xskpkt_queue;

unsigned ours_rx(struct xskpkt_queue *in, struct xskpkt_queue *out,
		 unsigned burst);
unsigned ours_tx(struct xskpkt_queue *in, struct xskpkt_queue *out,
		 unsigned burst);
unsigned ours_forward(struct xskpkt_queue *in, struct xskpkt_queue *out,
		      unsigned burst);
unsigned ours_swap(struct xskpkt_queue *in, struct xskpkt_queue *out,
		   unsigned burst);

#endif
