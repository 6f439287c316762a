// SPDX-License-Identifier: BSD-2-Clause
/* hand.c: three loops on libxdp's ring helpers, entry by entry */
#include <sys/socket.h>

#include "bench.h"
#include "hand.h"

void hand_fill(struct hand *h, uint32_t n)
{
	uint32_t at = 0;

	xsk_ring_prod__reserve(&h->fill, n, &at);
	for (uint64_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&h->fill, at++) = i * HAND_FRAME_SIZE;
	xsk_ring_prod__submit(&h->fill, n);
}

void hand_free(struct hand *h, uint32_t n, uint32_t bytes)
{
	h->bytes = bytes;
	for (uint64_t i = 0; i < n; i++)
		h->free[i] = i * HAND_FRAME_SIZE;
	h->free_count = n;
}

static inline void wake_rx(struct hand *h)
{
	if (xsk_ring_prod__needs_wakeup(&h->fill))
		recvfrom(h->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

static inline void wake_tx(struct hand *h)
{
	if (xsk_ring_prod__needs_wakeup(&h->tx))
		sendto(h->fd, NULL, 0, MSG_DONTWAIT, NULL, 0);
}

/* RX ring -> fill ring */
unsigned hand_rx(struct hand *in, struct hand *out, unsigned burst)
{
	uint32_t from = 0, to = 0, n;

	(void)out;
	n = xsk_ring_cons__peek(&in->rx, burst, &from);
	if (!n)
		return 0;
	while (xsk_ring_prod__reserve(&in->fill, n, &to) != n)
		wake_rx(in);
	for (uint32_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&in->fill, to++) =
			xsk_ring_cons__rx_desc(&in->rx, from++)->addr;
	xsk_ring_prod__submit(&in->fill, n);
	xsk_ring_cons__release(&in->rx, n);
	wake_rx(in);
	return n;
}

/* completion ring of @out -> free list of @to */
static inline void reap(struct hand *to, struct hand *out, unsigned burst)
{
	uint32_t from = 0, n;

	n = xsk_ring_cons__peek(&out->comp, burst, &from);
	for (uint32_t i = 0; i < n; i++)
		to->free[to->free_count++] =
			*xsk_ring_cons__comp_addr(&out->comp, from++);
	xsk_ring_cons__release(&out->comp, n);
}

/* free list -> fill ring */
static inline void refill(struct hand *h, unsigned burst)
{
	uint32_t to = 0, n = h->free_count < burst ? h->free_count : burst;

	n = xsk_ring_prod__reserve(&h->fill, n, &to);
	for (uint32_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&h->fill, to++) =
			h->free[--h->free_count];
	xsk_ring_prod__submit(&h->fill, n);
	wake_rx(h);
}

/* completion ring -> free list -> TX ring */
unsigned hand_tx(struct hand *in, struct hand *out, unsigned burst)
{
	uint32_t to = 0, n;

	(void)in;
	reap(out, out, burst);
	n = out->free_count < burst ? out->free_count : burst;
	n = xsk_ring_prod__reserve(&out->tx, n, &to);
	for (uint32_t i = 0; i < n; i++) {
		struct xdp_desc *desc = xsk_ring_prod__tx_desc(&out->tx, to++);

		desc->addr = out->free[--out->free_count];
		desc->len = out->bytes;
		desc->options = 0;
	}
	xsk_ring_prod__submit(&out->tx, n);
	wake_tx(out);
	return n;
}

/* completion ring of @out -> fill ring of @in */
static inline void recycle(struct hand *in, struct hand *out, unsigned burst)
{
	uint32_t from = 0, to = 0, n;

	n = xsk_ring_cons__peek(&out->comp, burst, &from);
	if (!n)
		return;
	while (xsk_ring_prod__reserve(&in->fill, n, &to) != n)
		wake_rx(in);
	for (uint32_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&in->fill, to++) =
			*xsk_ring_cons__comp_addr(&out->comp, from++);
	xsk_ring_prod__submit(&in->fill, n);
	xsk_ring_cons__release(&out->comp, n);
	wake_rx(in);
}

/* How the frames come back. */
enum way { STRAIGHT, BY_LIST };

static inline void return_frames(struct hand *in, struct hand *out,
				 unsigned burst, enum way way)
{
	if (way == STRAIGHT) {
		recycle(in, out, burst);
	} else {
		reap(in, out, burst);
		refill(in, burst);
	}
}

/* RX ring of @in -> TX ring of @out, inlined for each kind. */
static inline __attribute__((always_inline)) unsigned
forward(struct hand *in, struct hand *out, unsigned burst, bool swap,
	enum way way)
{
	uint32_t from = 0, to = 0, n;

	return_frames(in, out, burst, way);
	n = xsk_ring_cons__peek(&in->rx, burst, &from);
	if (!n)
		return 0;
	while (xsk_ring_prod__reserve(&out->tx, n, &to) != n) {
		wake_tx(out);
		return_frames(in, out, burst, way);
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct xdp_desc *got =
			xsk_ring_cons__rx_desc(&in->rx, from++);
		struct xdp_desc *put = xsk_ring_prod__tx_desc(&out->tx, to++);

		if (swap)
			swap_macs(in->frames + got->addr);
		put->addr = got->addr;
		put->len = got->len;
		put->options = 0;
	}
	xsk_ring_prod__submit(&out->tx, n);
	xsk_ring_cons__release(&in->rx, n);
	wake_tx(out);
	return n;
}

unsigned hand_forward(struct hand *in, struct hand *out, unsigned burst)
{
	return forward(in, out, burst, false, STRAIGHT);
}

unsigned hand_swap(struct hand *in, struct hand *out, unsigned burst)
{
	return forward(in, out, burst, true, STRAIGHT);
}

unsigned hand_list_forward(struct hand *in, struct hand *out, unsigned burst)
{
	return forward(in, out, burst, false, BY_LIST);
}

/* RX ring -> free list -> fill ring */
unsigned hand_list_rx(struct hand *in, struct hand *out, unsigned burst)
{
	uint32_t from = 0, n;

	(void)out;
	refill(in, burst);
	n = xsk_ring_cons__peek(&in->rx, burst, &from);
	for (uint32_t i = 0; i < n; i++)
		in->free[in->free_count++] =
			xsk_ring_cons__rx_desc(&in->rx, from++)->addr;
	xsk_ring_cons__release(&in->rx, n);
	return n;
}
