// SPDX-License-Identifier: BSD-2-Clause
/* frame.c: every change of a frame's owner, a burst at a time */
#include <string.h>

#include "frame.h"
#include "wide.h"

_Static_assert(sizeof(struct xskpkt_pkt) == sizeof(struct xdp_desc),
	       "a packet has the layout of a descriptor");
_Static_assert(XSKPKT_PKT_MORE == 1, "XDP_PKT_CONTD");

/* A power of two, so that an address out of range shows in its upper bits. */
size_t frames_states(uint32_t count)
{
	size_t states = 1;

	while (states < count)
		states *= 2;
	return states;
}

void frames_init(struct frames *f, void *base, uint32_t *state, uint32_t count,
		 uint32_t stride, uint32_t offset, bool unaligned)
{
	size_t states = frames_states(count);

	*f = (struct frames){
		.base = base,
		.state = state,
		.count = count,
		.stride = stride,
		.offset = offset,
		.unaligned = unaligned,
		/* Rounded up it divides exactly, up to 2^64 / stride. */
		.reciprocal = UINT64_MAX / stride + 1,
	};
	for (size_t i = count; i < states; i++)
		state[i] = FRAME_NONE;
	if (unaligned || !is_power_of_two(stride))
		return;
	f->wide = wide_usable();
	f->shift = (uint32_t)__builtin_ctz(stride);
	f->beyond = ~((uint64_t)states * stride - 1);
	f->state_bias = (uintptr_t)state -
			((uintptr_t)base >> f->shift) * sizeof(*state);
}

/*
 * The loops one at a time are the whole truth, for any CPU and any pool. Where
 * wide.c can be used, it does groups of four and leaves the rest to them.
 */

void each_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	for (uint32_t i = 0; i < n; i++) {
		f->state[frame_number(f, addresses[i])] = filled;
		slots[i] = addresses[i];
	}
}

void frames_fill(const struct frames *f, uint32_t owner,
		 const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	if (likely(f->wide))
		wide_fill(f, owner | FRAME_FILLED, addresses, n, slots);
	else
		each_fill(f, owner | FRAME_FILLED, addresses, n, slots);
}

uint32_t each_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t address = f->unaligned ? flat(descs[i].addr)
						: descs[i].addr;
		uint64_t number = frame_number(f, address);

		if (unlikely(number >= f->count || f->state[number] != filled ||
			     descs[i].len >= f->stride ||
			     descs[i].options & ~XSKPKT_PKT_MORE))
			break;
		f->state[number] = FRAME_HELD;
		pkts[i].data = f->base + address;
		pkts[i].len = descs[i].len;
		pkts[i].flags = descs[i].options;
		*bytes += descs[i].len;
	}
	return i;
}

uint32_t frames_receive(const struct frames *f, uint32_t owner,
			const struct xdp_desc *descs, uint32_t n,
			struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	if (likely(f->wide))
		return wide_receive(f, owner | FRAME_FILLED, descs, n, pkts,
				    bytes);
	return each_receive(f, owner | FRAME_FILLED, descs, n, pkts, bytes);
}

void each_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
	       struct xskpkt_pkt *pkts)
{
	for (uint32_t i = 0; i < n; i++) {
		f->state[frame_number(f, addresses[i])] = FRAME_HELD;
		pkts[i].data = f->base + addresses[i] + f->offset;
		pkts[i].len = 0;
		pkts[i].flags = 0;
	}
}

void frames_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
		 struct xskpkt_pkt *pkts)
{
	if (likely(f->wide))
		wide_hold(f, addresses, n, pkts);
	else
		each_hold(f, addresses, n, pkts);
}

static inline uint64_t pkt_address(const struct frames *f,
				   const struct xskpkt_pkt *pkt)
{
	return (uint64_t)((uintptr_t)pkt->data - (uintptr_t)f->base);
}

uint32_t each_release(const struct frames *f, const struct xskpkt_pkt *pkts,
		      uint32_t n, uint64_t *addresses)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t number = frame_number(f, pkt_address(f, &pkts[i]));

		if (unlikely(number >= f->count ||
			     f->state[number] != FRAME_HELD))
			break;
		f->state[number] = FRAME_FREE;
		addresses[i] = frame_address(f, number);
	}
	return i;
}

uint32_t frames_release(const struct frames *f, const struct xskpkt_pkt *pkts,
			uint32_t n, uint64_t *addresses)
{
	if (likely(f->wide))
		return wide_release(f, pkts, n, addresses);
	return each_release(f, pkts, n, addresses);
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
	uint64_t address = pkt_address(f, pkt);
	uint64_t number = frame_number(f, address);

	return number < f->count && f->state[number] == FRAME_HELD &&
	       fits(f, address - frame_address(f, number), pkt->len) &&
	       !(pkt->flags & ~XSKPKT_PKT_MORE);
}

void frame_send(const struct frames *f, uint32_t sending,
		const struct xskpkt_pkt *pkt, struct xdp_desc *desc)
{
	desc->addr = pkt_address(f, pkt);
	desc->len = pkt->len;
	desc->options = pkt->flags;
	f->state[frame_number(f, desc->addr)] = sending;
}

void frame_unsend(const struct frames *f, const struct xskpkt_pkt *pkt)
{
	f->state[frame_number(f, pkt_address(f, pkt))] = FRAME_HELD;
}

uint32_t each_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (unlikely(pkts[i].flags || !frame_sendable(f, &pkts[i])))
			break;
		frame_send(f, sending, &pkts[i], &descs[i]);
		*bytes += pkts[i].len;
	}
	return i;
}

uint32_t frames_send(const struct frames *f, uint32_t owner,
		     const struct xskpkt_pkt *pkts, uint32_t n,
		     struct xdp_desc *descs, uint64_t *bytes)
{
	if (likely(f->wide))
		return wide_send(f, owner | FRAME_SENDING, pkts, n, descs,
				 bytes);
	return each_send(f, owner | FRAME_SENDING, pkts, n, descs, bytes);
}

uint32_t each_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
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

uint32_t frames_complete(const struct frames *f, uint32_t owner,
			 const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
	if (likely(f->wide))
		return wide_complete(f, owner | FRAME_SENDING, slots, n,
				     addresses);
	return each_complete(f, owner | FRAME_SENDING, slots, n, addresses);
}

uint32_t frame_reclaim(const struct frames *f, uint32_t owner, uint32_t from)
{
	for (uint32_t i = from; i < f->count; i++) {
		uint32_t state = f->state[i];

		if (state == (owner | FRAME_FILLED) ||
		    state == (owner | FRAME_SENDING)) {
			f->state[i] = FRAME_FREE;
			return i;
		}
	}
	return f->count;
}
