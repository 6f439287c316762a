// SPDX-License-Identifier: BSD-2-Clause
/* frame.c: every change of a frame's owner, a burst at a time */
#include <string.h>

#include "frame.h"

_Static_assert(sizeof(struct xskpkt_pkt) == sizeof(struct xdp_desc),
	       "a packet has the layout of a descriptor");
_Static_assert(XSKPKT_PKT_MORE == 1, "XDP_PKT_CONTD");

void frames_init(struct frames *f, void *base, uint32_t count, uint32_t stride,
		 uint32_t offset, bool unaligned)
{
	f->base = base;
	f->count = count;
	f->stride = stride;
	f->offset = offset;
	f->unaligned = unaligned;
	/* Rounded up it divides exactly below 2^64 / stride, far above us. */
	f->reciprocal = UINT64_MAX / stride + 1;
}

void frames_fill(const struct frames *f, uint16_t owner,
		 const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	uint16_t *state = f->state;
	uint16_t filled = owner | FRAME_FILLED;

	for (uint32_t i = 0; i < n; i++) {
		state[frame_number(f, addresses[i])] = filled;
		slots[i] = addresses[i];
	}
}

/* Inlined twice, so that the common case does not ask about unaligned. */
static inline uint32_t receive(const struct frames *f, uint16_t owner,
			       const struct xdp_desc *descs, uint32_t n,
			       struct xskpkt_pkt *pkts, uint64_t *bytes,
			       bool unaligned)
{
	uint16_t filled = owner | FRAME_FILLED;
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t address = descs[i].addr;
		uint64_t number;

		if (unaligned)
			address = flat(address);
		number = frame_number(f, address);
		if (unlikely(number >= f->count || f->state[number] != filled ||
			     descs[i].len > f->stride))
			break;
		f->state[number] = FRAME_HELD;
		pkts[i].data = f->base + address;
		pkts[i].len = descs[i].len;
		pkts[i].flags = descs[i].options & XSKPKT_PKT_MORE;
		sum += descs[i].len;
	}
	*bytes += sum;
	return i;
}

uint32_t frames_receive(const struct frames *f, uint16_t owner,
			const struct xdp_desc *descs, uint32_t n,
			struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	if (f->unaligned)
		return receive(f, owner, descs, n, pkts, bytes, true);
	return receive(f, owner, descs, n, pkts, bytes, false);
}

void frames_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
		 struct xskpkt_pkt *pkts)
{
	for (uint32_t i = 0; i < n; i++) {
		f->state[frame_number(f, addresses[i])] = FRAME_HELD;
		pkts[i].data = f->base + addresses[i] + f->offset;
		pkts[i].len = 0;
		pkts[i].flags = 0;
	}
}

static inline uint64_t pkt_number(const struct frames *f,
				  const struct xskpkt_pkt *pkt)
{
	return frame_number(
		f, (uint64_t)((uintptr_t)pkt->data - (uintptr_t)f->base));
}

uint32_t frames_release(const struct frames *f, const struct xskpkt_pkt *pkts,
			uint32_t n, uint64_t *addresses)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t number = pkt_number(f, &pkts[i]);

		if (unlikely(number >= f->count ||
			     f->state[number] != FRAME_HELD))
			break;
		f->state[number] = FRAME_FREE;
		addresses[i] = frame_address(f, number);
	}
	return i;
}

/*
 * Does it end within its frame, and is it not empty? In 64 bits nothing wraps;
 * len 0 becomes the largest length of all.
 */
static inline bool fits(const struct frames *f, uint64_t offset, uint32_t len)
{
	return offset + (len - 1u) < f->stride;
}

bool frame_sendable(const struct frames *f, const struct xskpkt_pkt *pkt)
{
	uint64_t address = (uintptr_t)pkt->data - (uintptr_t)f->base;
	uint64_t number = frame_number(f, address);

	return number < f->count && f->state[number] == FRAME_HELD &&
	       fits(f, address - frame_address(f, number), pkt->len) &&
	       !(pkt->flags & ~XSKPKT_PKT_MORE);
}

void frame_send(const struct frames *f, uint16_t owner,
		const struct xskpkt_pkt *pkt, struct xdp_desc *desc)
{
	f->state[pkt_number(f, pkt)] = owner | FRAME_SENDING;
	desc->addr = (uintptr_t)pkt->data - (uintptr_t)f->base;
	desc->len = pkt->len;
	desc->options = pkt->flags;
}

void frame_unsend(const struct frames *f, const struct xskpkt_pkt *pkt)
{
	f->state[pkt_number(f, pkt)] = FRAME_HELD;
}

uint32_t frames_send(const struct frames *f, uint16_t owner,
		     const struct xskpkt_pkt *pkts, uint32_t n,
		     struct xdp_desc *descs, uint64_t *bytes)
{
	uint16_t sending = owner | FRAME_SENDING;
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t address = (uintptr_t)pkts[i].data - (uintptr_t)f->base;
		uint64_t number = frame_number(f, address);
		uint32_t len = pkts[i].len;

		if (unlikely(
			    number >= f->count ||
			    f->state[number] != FRAME_HELD ||
			    !fits(f, address - frame_address(f, number), len) ||
			    pkts[i].flags))
			break;
		f->state[number] = sending;
		descs[i].addr = address;
		descs[i].len = len;
		descs[i].options = 0;
		sum += len;
	}
	*bytes += sum;
	return i;
}

uint32_t frames_complete(const struct frames *f, uint16_t owner,
			 const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
	uint16_t sending = owner | FRAME_SENDING;
	uint32_t i;

	for (i = 0; i < n; i++) {
		/* As it was posted: with its offset in the frame. */
		uint64_t number = frame_number(f, slots[i]);

		if (unlikely(number >= f->count || f->state[number] != sending))
			break;
		f->state[number] = FRAME_FREE;
		addresses[i] = frame_address(f, number);
	}
	return i;
}

uint32_t frame_reclaim(const struct frames *f, uint16_t owner, uint32_t from)
{
	for (uint32_t i = from; i < f->count; i++) {
		uint16_t state = f->state[i];

		if (state == (owner | FRAME_FILLED) ||
		    state == (owner | FRAME_SENDING)) {
			f->state[i] = FRAME_FREE;
			return i;
		}
	}
	return f->count;
}
