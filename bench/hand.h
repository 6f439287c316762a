/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hand.h: the reference: what a person writes by hand on libxdp's helpers.
 *
 * One entry at a time, nothing checked, nothing counted. Frames go from ring to
 * ring by the shortest way; only sending from scratch keeps a list of the free
 * ones. What there is to beat.
 */
#ifndef HAND_H
#define HAND_H

#include <stdint.h>

#include <xdp/xsk.h>

#define HAND_FRAMES 1024
#define HAND_FRAME_SIZE 4096

struct hand {
	struct xsk_ring_cons rx, comp;
	struct xsk_ring_prod fill, tx;
	int fd; /* unused in memory, where no ring asks for a wake-up */
	uint8_t *frames;
	uint32_t bytes; /* of a packet that is sent */
	uint32_t free_count;
	uint64_t free[HAND_FRAMES];
};

/*
 * The first @n frames into the fill ring; or onto the free list, to be sent as
 * packets of @bytes.
 */
void hand_fill(struct hand *h, uint32_t n);
void hand_free(struct hand *h, uint32_t n, uint32_t bytes);

/*
 * One cycle over at most @burst packets; all return how many were received, or
 * sent where nothing is. Each has both queues as bench.h wants it.
 */
unsigned hand_rx(struct hand *in, struct hand *out, unsigned burst);
unsigned hand_tx(struct hand *in, struct hand *out, unsigned burst);
unsigned hand_forward(struct hand *in, struct hand *out, unsigned burst);
unsigned hand_swap(struct hand *in, struct hand *out, unsigned burst);

/* The same with a free list between, so that few frames are in use. */
unsigned hand_list_rx(struct hand *in, struct hand *out, unsigned burst);
unsigned hand_list_forward(struct hand *in, struct hand *out, unsigned burst);

#endif
