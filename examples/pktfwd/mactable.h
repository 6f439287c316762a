/* SPDX-License-Identifier: BSD-2-Clause */
/* mactable.h: which port an Ethernet address was last seen on */
#ifndef PKTFWD_MACTABLE_H
#define PKTFWD_MACTABLE_H

#include <stdint.h>

/*
 * Of fixed size: where there is no room, the address that was silent longest
 * gives way. All workers share it without a lock; @now is in seconds.
 */
struct mactable;

/* NULL: no memory. */
struct mactable *mactable_create(uint32_t ageing);
/* With NULL it does nothing. */
void mactable_destroy(struct mactable *t);

void mactable_learn(struct mactable *t, const uint8_t mac[6], unsigned port,
		    uint32_t now);

/* The port, or -1: not seen, or too long ago. */
int mactable_find(const struct mactable *t, const uint8_t mac[6], uint32_t now);

/* Forget what was seen on this port. */
void mactable_forget(struct mactable *t, unsigned port);

/* How many addresses are known. */
unsigned mactable_count(const struct mactable *t, uint32_t now);

#endif
