/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partner.h: the kernel's side of the four rings, in memory, on the same core.
 *
 *   fill ring -> RX ring            a packet of PACKET_BYTES in each frame
 *   TX ring   -> completion ring    all sent at once
 *
 * As cheap as can be: whole spans, nothing checked. What it costs is measured
 * on its own, with partner_idle() in place of a user, and taken off. No ring
 * ever asks for a wake-up, so the user makes no system call: the hot path of a
 * NIC in zero-copy mode.
 */
#ifndef PARTNER_H
#define PARTNER_H

#include <stdint.h>

#include <xskpkt/pool.h>

struct hand;
struct xskpkt_queue;

#define PARTNER_RING 1024

struct partner_ring {
	_Alignas(64) _Atomic uint32_t producer;
	_Alignas(64) _Atomic uint32_t consumer;
	_Alignas(64) _Atomic uint32_t flags;
	void *slots;
};

struct partner {
	struct partner_ring rx, tx, fill, comp;
};

struct partner *partner_new(void);
void partner_free(struct partner *p);

/* The user's side: a queue of the library, or a loop by hand. */
struct xskpkt_queue *partner_queue(struct partner *p, struct xskpkt_pool *pool);
void partner_queue_free(struct xskpkt_queue *q);
struct hand *partner_hand(struct partner *p, uint8_t *frames);

/* Move up to @n packets into the RX ring; finish sending all. */
void partner_receive(struct partner *p, uint32_t n);
void partner_send(struct partner *p);

/* A user that moves indices only. Returns how many packets that were. */
unsigned partner_idle(struct partner *in, struct partner *out, unsigned burst);

#endif
