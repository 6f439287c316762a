/* SPDX-License-Identifier: BSD-2-Clause */
/* unit.h: what the unit tests share: a fake kernel, its books, chance. */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <xskpkt/xskpkt.h>

#include "fake_kernel.h"
#include "harness.h"

/* The call fails with @err, and its sentence has these words. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define CHECK_FAILS(call, err, words)                  \
	do {                                           \
		CHECK_EQ(call, err);                   \
		CHECK_STR_HAS(xskpkt_errmsg(), words); \
	} while (0)

/* A fake kernel until the test ends; then the books have to balance. */
#define START(...) start(&(struct fake_opts){ __VA_ARGS__ })
struct fake_kernel *start(const struct fake_opts *opts);

/* They balance, or the test fails. */
struct xskpkt_pool_books books(struct xskpkt_pool *pool);
struct xskpkt_stats stats(struct xskpkt_queue *q);

/* Make a pool that the test's end destroys. */
struct xskpkt_pool *make_pool(const struct xskpkt_pool_opts *opts);

/* Which frame is this? */
uint32_t frame_of(struct xskpkt_pool *pool, const struct xskpkt_pkt *pkt);

/* @n packets of @len bytes from alloc, all of which there have to be. */
void make_packets(struct xskpkt_queue *q, struct xskpkt_pkt *pkts, unsigned n,
		  uint32_t len);

/* Good enough chance; @state is any number. */
uint64_t chance(uint64_t *state);

/* A number that the environment may set. */
uint64_t setting(const char *name, uint64_t otherwise);
/* The same for how long it goes on: a tenth where threads are watched. */
uint64_t rounds(const char *name, uint64_t otherwise);

#endif
