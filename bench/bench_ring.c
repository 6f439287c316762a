// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_ring.c: the rings alone: whole spans by lib/ring.h, against entry by
 * entry by libxdp's helpers. Nothing is checked: the floor of all the others.
 */
#include "bench.h"
#include "hand.h"
#include "queue.h"

/* The kernel's first frames come from the pool, as they should. */
static void fill_once(struct xskpkt_queue *q)
{
	if (!q->socket.fill.next)
		queue_refill(q);
}

/* Addresses of @n descriptors. */
static void descs_to_slots(uint64_t *slots, const struct xdp_desc *descs,
			   uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		slots[i] = descs[i].addr;
}

/* RX ring -> fill ring */
static unsigned receive(struct xskpkt_queue *in, struct xskpkt_queue *out,
			unsigned burst)
{
	struct ring *rx = &in->socket.rx, *fill = &in->socket.fill;
	uint32_t n, part;

	(void)out;
	fill_once(in);
	n = ring_room(fill, ring_ready(rx, burst));
	for (uint32_t left = n; left; left -= part) {
		part = ring_span(fill, ring_span(rx, left));
		descs_to_slots(ring_addresses(fill), ring_descs(rx), part);
		rx->next += part;
		fill->next += part;
	}
	ring_publish(fill);
	ring_release(rx);
	return n;
}

/* completion ring -> fill ring */
static void recycle(struct xskpkt_queue *in, struct xskpkt_queue *out,
		    unsigned burst)
{
	struct ring *comp = &out->socket.comp, *fill = &in->socket.fill;
	uint32_t n = ring_room(fill, ring_ready(comp, burst)), part;

	for (; n; n -= part) {
		part = ring_span(fill, ring_span(comp, n));
		memcpy(ring_addresses(fill), ring_addresses(comp),
		       part * sizeof(uint64_t));
		comp->next += part;
		fill->next += part;
	}
	ring_publish(fill);
	ring_release(comp);
}

/* RX ring -> TX ring */
static unsigned forward(struct xskpkt_queue *in, struct xskpkt_queue *out,
			unsigned burst)
{
	struct ring *rx = &in->socket.rx, *tx = &out->socket.tx;
	uint32_t n, part;

	fill_once(in);
	recycle(in, out, burst);
	n = ring_room(tx, ring_ready(rx, burst));
	for (uint32_t left = n; left; left -= part) {
		part = ring_span(tx, ring_span(rx, left));
		memcpy(ring_descs(tx), ring_descs(rx),
		       part * sizeof(struct xdp_desc));
		rx->next += part;
		tx->next += part;
	}
	ring_publish(tx);
	ring_release(rx);
	return n;
}

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "ring-rx",
		  .receives = true,
		  .ours = receive,
		  .hand = hand_rx,
		  .in_memory_only = true },
		{ .name = "ring-forward",
		  .receives = true,
		  .sends = true,
		  .ours = forward,
		  .hand = hand_forward,
		  .in_memory_only = true },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
