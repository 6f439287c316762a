// SPDX-License-Identifier: BSD-2-Clause
/* partner.c: a kernel that only moves addresses from ring to ring */
#include <stdatomic.h>
#include <stdlib.h>

#include "bench.h"
#include "hand.h"
#include "partner.h"
#include "queue.h"

#define MASK (PARTNER_RING - 1)
#define CHUNK_MASK (~(uint64_t)4095)
#define PAGE 4096

static void ring_new(struct partner_ring *r, size_t slot)
{
	r->slots = aligned_alloc(PAGE, PARTNER_RING * slot);
	memset(r->slots, 0, PARTNER_RING * slot);
}

struct partner *partner_new(void)
{
	struct partner *p = aligned_alloc(PAGE, PAGE);

	memset(p, 0, sizeof(*p));
	ring_new(&p->rx, sizeof(struct xdp_desc));
	ring_new(&p->tx, sizeof(struct xdp_desc));
	ring_new(&p->fill, sizeof(uint64_t));
	ring_new(&p->comp, sizeof(uint64_t));
	return p;
}

void partner_free(struct partner *p)
{
	free(p->rx.slots);
	free(p->tx.slots);
	free(p->fill.slots);
	free(p->comp.slots);
	free(p);
}

/* The kernel's side */

static uint32_t load(_Atomic uint32_t *index)
{
	return atomic_load_explicit(index, memory_order_acquire);
}

static void store(_Atomic uint32_t *index, uint32_t value)
{
	atomic_store_explicit(index, value, memory_order_release);
}

static uint32_t filled(struct partner_ring *r)
{
	return load(&r->producer) - load(&r->consumer);
}

/* Slots from both indices on that lie in one piece in both rings. */
static uint32_t span(uint32_t n, uint32_t from, uint32_t to)
{
	n = min_u32(n, PARTNER_RING - (from & MASK));
	return min_u32(n, PARTNER_RING - (to & MASK));
}

void partner_receive(struct partner *p, uint32_t n)
{
	uint32_t from = load(&p->fill.consumer), to = load(&p->rx.producer);

	n = min_u32(n, filled(&p->fill));
	n = min_u32(n, PARTNER_RING - filled(&p->rx));
	for (uint32_t part; n; n -= part, from += part, to += part) {
		const uint64_t *fill = (uint64_t *)p->fill.slots;
		struct xdp_desc *rx = (struct xdp_desc *)p->rx.slots;

		part = span(n, from, to);
		fill += from & MASK;
		rx += to & MASK;
		for (uint32_t i = 0; i < part; i++)
			rx[i] = (struct xdp_desc){
				.addr = (fill[i] & CHUNK_MASK) +
					KERNEL_HEADROOM,
				.len = PACKET_BYTES,
			};
	}
	store(&p->fill.consumer, from);
	store(&p->rx.producer, to);
}

void partner_send(struct partner *p)
{
	uint32_t from = load(&p->tx.consumer), to = load(&p->comp.producer);
	uint32_t n = min_u32(filled(&p->tx), PARTNER_RING - filled(&p->comp));

	for (uint32_t part; n; n -= part, from += part, to += part) {
		const struct xdp_desc *tx = (struct xdp_desc *)p->tx.slots;
		uint64_t *comp = (uint64_t *)p->comp.slots;

		part = span(n, from, to);
		tx += from & MASK;
		comp += to & MASK;
		for (uint32_t i = 0; i < part; i++)
			comp[i] = tx[i].addr;
	}
	store(&p->tx.consumer, from);
	store(&p->comp.producer, to);
}

/* Consume everything, produce @burst: of slots that hold what they held. */
unsigned partner_idle(struct partner *in, struct partner *out, unsigned burst)
{
	if (in) {
		store(&in->rx.consumer, load(&in->rx.producer));
		store(&in->fill.producer, load(&in->fill.consumer) + burst);
	}
	if (out) {
		store(&out->comp.consumer, load(&out->comp.producer));
		store(&out->tx.producer, load(&out->tx.consumer) + burst);
	}
	return burst;
}

/* The user's side: a queue */

static void adopt(struct ring *r, struct partner_ring *from, bool producer)
{
	*r = (struct ring){
		.size = PARTNER_RING,
		.slots = from->slots,
		.ours = producer ? &from->producer : &from->consumer,
		.theirs = producer ? &from->consumer : &from->producer,
		.flags = &from->flags,
	};
}

struct xskpkt_queue *partner_queue(struct partner *p, struct xskpkt_pool *pool)
{
	struct xskpkt_queue *q = aligned_alloc(PAGE, 4 * PAGE);

	_Static_assert(sizeof(*q) <= 4 * PAGE, "a queue fits");
	memset(q, 0, sizeof(*q));
	q->frames = &pool->frames;
	q->fill_batch = BLOCK_FRAMES;
	q->max_entries = 1;
	q->socket.fd = -1;
	q->socket.zerocopy = true;
	adopt(&q->socket.rx, &p->rx, false);
	adopt(&q->socket.tx, &p->tx, true);
	adopt(&q->socket.fill, &p->fill, true);
	adopt(&q->socket.comp, &p->comp, false);
	if (cache_open(&q->cache, pool))
		bench_die("no cache");
	return q;
}

void partner_queue_free(struct xskpkt_queue *q)
{
	if (!q)
		return;
	queue_forget(q);
	free(q);
}

/* The user's side: by hand */

/* The two kinds of ring differ in name only. */
#define ADOPT(to, from)                                     \
	do {                                                \
		(to)->mask = MASK;                          \
		(to)->size = PARTNER_RING;                  \
		(to)->producer = (void *)&(from)->producer; \
		(to)->consumer = (void *)&(from)->consumer; \
		(to)->flags = (void *)&(from)->flags;       \
		(to)->ring = (from)->slots;                 \
	} while (0)

struct hand *partner_hand(struct partner *p, uint8_t *frames)
{
	struct hand *h = aligned_alloc(PAGE, 4 * PAGE);

	_Static_assert(sizeof(*h) <= 4 * PAGE, "a hand fits");
	memset(h, 0, sizeof(*h));
	h->fd = -1;
	h->frames = frames;
	ADOPT(&h->rx, &p->rx);
	ADOPT(&h->comp, &p->comp);
	ADOPT(&h->fill, &p->fill);
	ADOPT(&h->tx, &p->tx);
	h->fill.cached_cons = PARTNER_RING;
	h->tx.cached_cons = PARTNER_RING;
	return h;
}
