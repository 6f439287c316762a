/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h: who owns each frame; every change of owner, a burst at a time.
 * Layer 3.
 *
 * One 32-bit state per frame says what it is and, while the kernel has it,
 * for which queue:
 *
 *                frames_fill          frames_receive
 *     FREE -----------------> FILLED ----------------> HELD
 *      ^ ^                                            |  ^ |
 *      | '---------------- frames_release ------------'  | |
 *      |       frames_hold: FREE ---> HELD --------------' | frames_send
 *      '--------------- frames_complete ---- SENDING <-----'
 *
 * Each of the calls checks that the frame is of this pool and in the state
 * that the picture demands, and stops at the first that is not: it returns how
 * many passed, and the caller deals with the odd one. So a duplicate or
 * invented address, from the program or from the kernel, goes nowhere.
 *
 * A frame's address is its offset in the pool. In the descriptors of a pool of
 * unaligned chunks the kernel keeps the offset within the chunk in the upper
 * 16 bits; flat() adds it up.
 */
#ifndef FRAME_H
#define FRAME_H

#include <linux/if_xdp.h>
#include <stdint.h>

#include <xskpkt/pkt.h>

#include "compiler.h"

enum frame_state {
	FRAME_FREE = 0,
	FRAME_HELD = 1,
	FRAME_FILLED = 2,        /* | owner */
	FRAME_SENDING = 3,       /* | owner */
	FRAME_NONE = 0xfffffffd, /* HELD with an owner: no frame at all */
};

#define FRAME_STATE_MASK 3u
/* A queue's place in its pool, as it stands in the states of its frames. */
#define FRAME_OWNER(place) ((uint32_t)((place) << 2))
#define FRAME_OWNERS_MAX (1u << 14)

struct frames {
	uint8_t *base;       /* first byte of frame 0 */
	uint32_t *state;     /* one per frame */
	uint64_t reciprocal; /* of the stride: 2^64 / stride, rounded up */
	uint32_t stride;     /* bytes from frame to frame */
	uint32_t count;      /* how many frames */
	uint32_t offset;     /* where data starts in an empty packet */
	bool unaligned;      /* descriptors carry offsets in the upper bits */
	/* Of aligned frames on CPUs that can: see wide.h. */
	bool wide;
	uint32_t shift;       /* log2 of the stride */
	uint64_t beyond;      /* address bits above the state table */
	uintptr_t state_bias; /* the state of a frame at address 0 */
};

/* Which frame has this address? One multiplication, for any stride. */
static inline uint64_t frame_number(const struct frames *f, uint64_t address)
{
	__extension__ typedef unsigned __int128 wide;

	return (uint64_t)(((wide)address * f->reciprocal) >> 64);
}

static inline uint64_t frame_address(const struct frames *f, uint64_t number)
{
	return number * f->stride;
}

static inline uint64_t flat(uint64_t address)
{
	return (address & XSK_UNALIGNED_BUF_ADDR_MASK) +
	       (address >> XSK_UNALIGNED_BUF_OFFSET_SHIFT);
}

/*
 * The states lie in @state, of frames_states() entries; those behind the last
 * frame's are filled with a state that nothing ever has.
 */
void frames_init(struct frames *f, void *base, uint32_t *state, uint32_t count,
		 uint32_t stride, uint32_t offset, bool unaligned);
size_t frames_states(uint32_t count);

/* FREE -> FILLED. @addresses are ours, from a cache: nothing can be odd. */
void frames_fill(const struct frames *f, uint32_t owner,
		 const uint64_t *addresses, uint32_t n, uint64_t *slots);

/* FILLED -> HELD. */
uint32_t frames_receive(const struct frames *f, uint32_t owner,
			const struct xdp_desc *descs, uint32_t n,
			struct xskpkt_pkt *pkts, uint64_t *bytes);

/* FREE -> HELD. @addresses are ours, from a cache: nothing can be odd. */
void frames_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
		 struct xskpkt_pkt *pkts);

/* HELD -> FREE. */
uint32_t frames_release(const struct frames *f, const struct xskpkt_pkt *pkts,
			uint32_t n, uint64_t *addresses);

/* HELD -> SENDING, for packets of one entry. */
uint32_t frames_send(const struct frames *f, uint32_t owner,
		     const struct xskpkt_pkt *pkts, uint32_t n,
		     struct xdp_desc *descs, uint64_t *bytes);

/* The same for one entry of a longer packet, after frame_sendable(). */
void frame_send(const struct frames *f, uint32_t sending,
		const struct xskpkt_pkt *pkt, struct xdp_desc *desc);

/* Take that back: SENDING -> HELD. */
void frame_unsend(const struct frames *f, const struct xskpkt_pkt *pkt);

/* Is it ours, held, and within its frame? */
bool frame_sendable(const struct frames *f, const struct xskpkt_pkt *pkt);

/* SENDING -> FREE. */
uint32_t frames_complete(const struct frames *f, uint32_t owner,
			 const uint64_t *slots, uint32_t n,
			 uint64_t *addresses);

/*
 * The same, one at a time: for any CPU and any pool, and for what wide.c
 * leaves over. A state stands in for the owner.
 */
void each_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots);
uint32_t each_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes);
void each_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
	       struct xskpkt_pkt *pkts);
uint32_t each_release(const struct frames *f, const struct xskpkt_pkt *pkts,
		      uint32_t n, uint64_t *addresses);
uint32_t each_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes);
uint32_t each_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses);

/* Of what @owner's queue still had in the kernel, the next after @from. */
uint32_t frame_reclaim(const struct frames *f, uint32_t owner, uint32_t from);

#endif
