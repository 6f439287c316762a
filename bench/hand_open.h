/* SPDX-License-Identifier: BSD-2-Clause */
/* hand_open.h: sockets by way of libxdp, for the loops of hand.h */
#ifndef HAND_OPEN_H
#define HAND_OPEN_H

#include <stdint.h>

struct hand;

struct hand_opts {
	const char *in, *out; /* interfaces; NULL: not wanted */
	uint32_t queue;
	uint32_t frames; /* at most HAND_FRAMES */
	uint32_t ring;   /* entries of the RX and the TX ring */
	uint32_t bytes;  /* of a packet, where all are sent and none received */
};

/*
 * A socket that receives and one that sends, in copy mode, with all frames
 * filled where there is one that receives. The same interface twice: one
 * socket for both. What was opened goes with the process.
 */
void hand_open(struct hand **in, struct hand **out,
	       const struct hand_opts *opts);

#endif
