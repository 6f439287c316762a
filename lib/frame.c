// SPDX-License-Identifier: BSD-2-Clause
/* frame.c: every change of a frame's owner, a burst at a time */
#include <string.h>

#include "frame.h"

_Static_assert(sizeof(struct xskpkt_pkt) == sizeof(struct xdp_desc),
	       "a packet has the layout of a descriptor");
_Static_assert(XSKPKT_PKT_MORE == 1, "XDP_PKT_CONTD");

static uint64_t power_of_two(uint32_t count)
{
	uint64_t power = 1;

	while (power < count)
		power *= 2;
	return power;
}

size_t frames_states(uint32_t count)
{
	/* No run that starts at a frame goes beyond the table. */
	return power_of_two(count) + RUN_MAX;
}

static void fill4(uint64_t v[4], uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	v[0] = a;
	v[1] = b;
	v[2] = c;
	v[3] = d;
}

/* @s is the stride. */
static void init_vectors(struct frame_vectors *v, uint64_t base, uint64_t s,
			 uint64_t offset)
{
	/* Received data starts behind a headroom: its length is less. */
	const uint64_t odd = ~((uint64_t)XSKPKT_PKT_MORE << 32 | (s - 1));

	fill4(v->start, -s, -s, -s, -s);
	fill4(v->list, 0, s, 2 * s, 3 * s);
	fill4(v->list_next, 4 * s, 4 * s, 4 * s, 4 * s);
	fill4(v->swapped, 0, 2 * s, s, 3 * s);
	fill4(v->pool_list, -base, s - base, 2 * s - base, 3 * s - base);
	fill4(v->base, base, 0, base, 0);
	fill4(v->start_pair, -s, 0, -s, 0);
	fill4(v->base_pair, base, 0, base + s, 0);
	fill4(v->pair_next, 2 * s, 0, 2 * s, 0);
	fill4(v->send_pair, 0, 1, s, 1);
	fill4(v->empty_pair, base + offset, 0, base + s + offset, 0);
	fill4(v->received_odd, -s, odd, -s, odd);
	for (unsigned i = 0; i < COUNT_OF(v->held); i++)
		v->held[i] = FRAME_HELD;
}

void frames_init(struct frames *f, void *base, uint16_t *state, uint32_t count,
		 uint32_t stride, uint32_t offset, bool unaligned)
{
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
	for (size_t i = count; i < frames_states(count); i++)
		state[i] = FRAME_NONE;
	if (unaligned || !is_power_of_two(stride))
		return;
	f->wide = wide_usable();
	f->shift = (uint32_t)__builtin_ctz(stride);
	/* The states reach to a power of two: what is beyond has a bit above.
	 */
	f->beyond = ~(power_of_two(count) * stride - 1);
	f->first = (uintptr_t)base >> f->shift;
	init_vectors(&f->vectors, (uintptr_t)base, stride, offset);
}

void each_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	for (uint32_t i = 0; i < n; i++) {
		f->state[frame_number(f, addresses[i])] = filled;
		slots[i] = addresses[i];
	}
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

static inline uint64_t pkt_address(const struct frames *f,
				   const struct xskpkt_pkt *pkt)
{
	return (uint64_t)((uintptr_t)pkt->data - (uintptr_t)f->base);
}

uint32_t each_release(const struct frames *f, uint32_t to,
		      const struct xskpkt_pkt *pkts, uint32_t n,
		      uint64_t *addresses)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t number = frame_number(f, pkt_address(f, &pkts[i]));

		if (unlikely(number >= f->count ||
			     f->state[number] != FRAME_HELD))
			break;
		f->state[number] = (uint16_t)to;
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

/*
 * Other queues' threads change the states of their frames meanwhile, and their
 * states are never ours: whichever of them is read, it is passed over.
 */
unwatched uint32_t frame_reclaim(const struct frames *f, uint32_t owner,
				 uint32_t from)
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
