/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.h: our side of one ring that we share with the kernel. Layer 2, pure.
 *
 *   TX, fill          we write slots and publish; the kernel reads
 *   RX, completion    the kernel writes slots; we read and release
 *
 * Indices run freely over 2^32 and are masked on use, so that differences stay
 * right when they wrap. Barriers carry the letters of the kernel's
 * net/xdp/xsk_queue.h; doc/memory-ordering.md tells the whole story:
 *
 *   producer                          consumer
 *   A  load consumer index  <-------  D  store consumer index, after its reads
 *   B  store producer index ------->  C  load producer index, before its reads
 */
#ifndef RING_H
#define RING_H

#include <stdatomic.h>
#include <stdint.h>

#include <linux/if_xdp.h>

#include "compiler.h"

struct ring {
	uint32_t next; /* our index; ring_publish() and _release() show it */
	uint32_t seen; /* the kernel's index, as last loaded */
	uint32_t size; /* slots; a power of two */
	void *slots;
	_Atomic uint32_t *ours, *theirs; /* the indices in shared memory */
	_Atomic uint32_t *flags;         /* XDP_RING_NEED_WAKEUP */
	void *map;                       /* what to unmap */
	size_t map_len;
};

/* The kernel sets it when it wants a system call to go on. */
#define RING_NEED_WAKEUP 1u

/* Producer: free slots, at most @want; they start at ->next. */
static inline uint32_t ring_room(struct ring *r, uint32_t want)
{
	uint32_t room = r->size - (r->next - r->seen);

	if (room < want) {
		/* A, pairs with D: a slot is free after its last read. */
		r->seen = atomic_load_explicit(r->theirs, memory_order_acquire);
		room = r->size - (r->next - r->seen);
		/*
		 * An index that ran ahead of ours is nonsense: then nothing is
		 * free, and we look again next time.
		 */
		if (unlikely(room > r->size)) {
			r->seen = r->next - r->size;
			return 0;
		}
	}
	return min_u32(room, want);
}

/* Producer: hand every slot up to ->next to the kernel. */
static inline void ring_publish(struct ring *r)
{
	/* B, pairs with C: the slots are seen before the index. */
	atomic_store_explicit(r->ours, r->next, memory_order_release);
}

/* Consumer: filled slots, at most @want; they start at ->next. */
static inline uint32_t ring_ready(struct ring *r, uint32_t want)
{
	uint32_t ready = r->seen - r->next;

	if (ready < want) {
		/* C, pairs with B: the slots are read after the index. */
		r->seen = atomic_load_explicit(r->theirs, memory_order_acquire);
		ready = r->seen - r->next;
		if (unlikely(ready > r->size)) {
			r->seen = r->next; /* nonsense likewise */
			return 0;
		}
	}
	return min_u32(ready, want);
}

/* Consumer: give every slot up to ->next back. */
static inline void ring_release(struct ring *r)
{
	/* D, pairs with A: our reads are done before the slot is reused. */
	atomic_store_explicit(r->ours, r->next, memory_order_release);
}

/*
 * Of @n slots from ->next on, how many lie in one piece? No more than a long
 * burst's worth: what handles a piece may call itself for each part of it.
 */
#define RING_SPAN_MAX 1024

static inline uint32_t ring_span(const struct ring *r, uint32_t n)
{
	n = min_u32(n, RING_SPAN_MAX);
	return min_u32(n, r->size - (r->next & (r->size - 1)));
}

static inline struct xdp_desc *ring_descs(const struct ring *r)
{
	return (struct xdp_desc *)r->slots + (r->next & (r->size - 1));
}

static inline uint64_t *ring_addresses(const struct ring *r)
{
	return (uint64_t *)r->slots + (r->next & (r->size - 1));
}

static inline bool ring_needs_wakeup(const struct ring *r)
{
	return atomic_load_explicit(r->flags, memory_order_relaxed) &
	       RING_NEED_WAKEUP;
}

/* Producer: has the kernel taken all that was published? */
static inline bool ring_drained(const struct ring *r)
{
	return atomic_load_explicit(r->theirs, memory_order_acquire) == r->next;
}

#endif
