/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_engine_bpf.h: what pktgen.bpf.c and kernel_lane.c both know.
 *
 * A lane's packets differ in flow and in size. User space writes down what is
 * particular to each flow and to each size; the program puts the two together.
 * Checksums need no arithmetic but this: each size says what it adds to them.
 */
#ifndef KERNEL_ENGINE_BPF_H
#define KERNEL_ENGINE_BPF_H

#include <stdbool.h>
#include <stdint.h>

#include "mark.h"
#include "turns.h"

#define KERNEL_HEADERS 120 /* so that a flow fills two cache lines */
#define KERNEL_SIZES 16384 /* a power of two, no less than PATTERN_CYCLE */

/* So many packets have the same time in their marks, as those of a burst of
 * the other engine have. */
#define KERNEL_BURST 64

struct kernel_flow {
	uint8_t headers[KERNEL_HEADERS]; /* of a packet of the smallest size */
	uint32_t id;                     /* as in its marks */
	uint32_t sequence;               /* of its next packet */
};

/* Big endian, but for the size itself. */
struct kernel_size {
	uint16_t bytes;
	uint16_t ip_length, l4_length;
	uint16_t ip_sum, l4_sum; /* more than in a packet of the smallest */
};

/* Where in a packet things are; 0: there is no such thing. */
struct kernel_layout {
	uint32_t headers; /* bytes before the payload */
	uint32_t ip_length, ip_sum;
	uint32_t l4_length, l4_sum;
	bool udp; /* whose sum is never 0 */
};

/* Constant for a program, which the kernel then compiles for it. */
struct kernel_lane_plan {
	uint32_t flows, sizes;
	uint32_t largest; /* bytes that the kernel's packets have at first */
	bool marked, random;
	struct kernel_layout at;
};

/* Written by the program, but for @burst, which is 0 when a run begins. */
struct kernel_lane_state {
	uint64_t packets, bytes;
	struct mark_stamp stamp; /* of the burst */
	struct turns turns;
	uint32_t burst; /* packets, of this burst and those before */
};

#endif
