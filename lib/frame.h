/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h: who owns each frame; every change of owner, a burst at a time.
 * Layer 3.
 *
 * One 16-bit state per frame says what it is and, while the kernel has it,
 * for which queue:
 *
 *                frames_fill          frames_receive
 *     FREE -----------------> FILLED ----------------> HELD
 *      ^ ^                      ^                     |  ^ |
 *      | |                      '--- frames_refill ---+  | |
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
	FRAME_FILLED = 2,    /* | owner */
	FRAME_SENDING = 3,   /* | owner */
	FRAME_NONE = 0xfffd, /* HELD with an owner: no frame at all */
};

#define FRAME_STATE_MASK 3u
/* A queue's place in its pool, as it stands in the states of its frames. */
#define FRAME_OWNER(place) ((uint32_t)((place) << 2))
#define FRAME_OWNERS_MAX (1u << 14)

/* So many neighbours change at once, at most (wide.h). */
#define RUN_MAX 16

struct frames {
	uint8_t *base;       /* first byte of frame 0 */
	uint16_t *state;     /* one per frame */
	uint64_t reciprocal; /* of the stride: 2^64 / stride, rounded up */
	uint32_t stride;     /* bytes from frame to frame */
	uint32_t count;      /* how many frames */
	uint32_t offset;     /* where data starts in an empty packet */
	bool unaligned;      /* descriptors carry offsets in the upper bits */

	/* Of aligned frames, for the steps in vectors: see wide.h. */
	bool wide;       /* this CPU has them */
	uint32_t shift;  /* log2 of the stride */
	uint64_t beyond; /* address bits above the state table */
	uintptr_t first; /* number of a frame at base: base / stride */
	struct frame_vectors {
		/* For lists of addresses. */
		uint64_t start[4];     /* bits of where a frame starts */
		uint64_t list[4];      /* frames 0, 1, 2, 3 */
		uint64_t list_next[4]; /* 4, 4, 4, 4 */
		uint64_t swapped[4];   /* 0, 2, 1, 3 */
		uint64_t pool_list[4]; /* 0, 1, 2, 3; from pointer to address */
		/* For descriptors and packets: address, rest, twice. */
		uint64_t base[4];
		uint64_t start_pair[4];   /* bits of where a frame starts */
		uint64_t base_pair[4];    /* frames 0, 1, as pointers */
		uint64_t pair_next[4];    /* 2, 2 */
		uint64_t send_pair[4];    /* 0, 1; length 1 */
		uint64_t empty_pair[4];   /* empty packets in 0, 1 */
		uint64_t received_odd[4]; /* bits that have to be as expected */
		uint16_t held[RUN_MAX];
	} vectors;
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
void frames_init(struct frames *f, void *base, uint16_t *state, uint32_t count,
		 uint32_t stride, uint32_t offset, bool unaligned);
size_t frames_states(uint32_t count);

/* The same for one entry of a longer packet, after frame_sendable(). */
void frame_send(const struct frames *f, uint32_t sending,
		const struct xskpkt_pkt *pkt, struct xdp_desc *desc);

/* Take that back: SENDING -> HELD. */
void frame_unsend(const struct frames *f, const struct xskpkt_pkt *pkt);

/* Is it ours, held, and within its frame? */
bool frame_sendable(const struct frames *f, const struct xskpkt_pkt *pkt);

/* Of what @owner's queue still had in the kernel, the next after @from. */
uint32_t frame_reclaim(const struct frames *f, uint32_t owner, uint32_t from);

/*
 * The steps, one frame at a time: the whole truth, for any CPU and any pool.
 * @filled and @sending are states: FRAME_FILLED | owner, FRAME_SENDING | owner;
 * released frames become FRAME_FREE or FRAME_FILLED | owner.
 */
void each_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots);
uint32_t each_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes);
void each_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
	       struct xskpkt_pkt *pkts);
uint32_t each_release(const struct frames *f, uint32_t to,
		      const struct xskpkt_pkt *pkts, uint32_t n,
		      uint64_t *addresses);
uint32_t each_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes);
uint32_t each_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses);

/*
 * The same, many frames at a time (wide.h): same checks, same results, but they
 * return how many are left. Only where wide_usable().
 */
bool wide_usable(void);
void wide_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots);
uint32_t wide_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes);
void wide_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
	       struct xskpkt_pkt *pkts);
uint32_t wide_release(const struct frames *f, uint32_t to,
		      const struct xskpkt_pkt *pkts, uint32_t n,
		      uint64_t *addresses);
uint32_t wide_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes);
uint32_t wide_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses);

/* FREE -> FILLED. @addresses are ours, from a cache: nothing can be odd. */
static inline void frames_fill(const struct frames *f, uint32_t owner,
			       const uint64_t *addresses, uint32_t n,
			       uint64_t *slots)
{
	if (likely(f->wide))
		wide_fill(f, owner | FRAME_FILLED, addresses, n, slots);
	else
		each_fill(f, owner | FRAME_FILLED, addresses, n, slots);
}

/* FILLED -> HELD. */
static inline uint32_t frames_receive(const struct frames *f, uint32_t owner,
				      const struct xdp_desc *descs, uint32_t n,
				      struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	if (likely(f->wide))
		return n - wide_receive(f, owner | FRAME_FILLED, descs, n, pkts,
					bytes);
	return each_receive(f, owner | FRAME_FILLED, descs, n, pkts, bytes);
}

/* FREE -> HELD. @addresses are ours, from a cache: nothing can be odd. */
static inline void frames_hold(const struct frames *f,
			       const uint64_t *addresses, uint32_t n,
			       struct xskpkt_pkt *pkts)
{
	if (likely(f->wide))
		wide_hold(f, addresses, n, pkts);
	else
		each_hold(f, addresses, n, pkts);
}

static inline uint32_t release(const struct frames *f, uint32_t to,
			       const struct xskpkt_pkt *pkts, uint32_t n,
			       uint64_t *addresses)
{
	if (likely(f->wide))
		return n - wide_release(f, to, pkts, n, addresses);
	return each_release(f, to, pkts, n, addresses);
}

/* HELD -> FREE. */
static inline uint32_t frames_release(const struct frames *f,
				      const struct xskpkt_pkt *pkts, uint32_t n,
				      uint64_t *addresses)
{
	return release(f, FRAME_FREE, pkts, n, addresses);
}

/* HELD -> FILLED. */
static inline uint32_t frames_refill(const struct frames *f, uint32_t owner,
				     const struct xskpkt_pkt *pkts, uint32_t n,
				     uint64_t *slots)
{
	return release(f, owner | FRAME_FILLED, pkts, n, slots);
}

/* HELD -> SENDING, for packets of one entry. */
static inline uint32_t frames_send(const struct frames *f, uint32_t owner,
				   const struct xskpkt_pkt *pkts, uint32_t n,
				   struct xdp_desc *descs, uint64_t *bytes)
{
	if (likely(f->wide))
		return n - wide_send(f, owner | FRAME_SENDING, pkts, n, descs,
				     bytes);
	return each_send(f, owner | FRAME_SENDING, pkts, n, descs, bytes);
}

/* SENDING -> FREE. */
static inline uint32_t frames_complete(const struct frames *f, uint32_t owner,
				       const uint64_t *slots, uint32_t n,
				       uint64_t *addresses)
{
	if (likely(f->wide))
		return n - wide_complete(f, owner | FRAME_SENDING, slots, n,
					 addresses);
	return each_complete(f, owner | FRAME_SENDING, slots, n, addresses);
}

#endif
