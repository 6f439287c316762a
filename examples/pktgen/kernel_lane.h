/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_lane.h: the packets of one worker, made and sent inside the kernel.
 *
 * A lane is an XDP program (pktgen.bpf.c) with its own tables. Running it
 * makes so many packets on this thread's CPU; the call returns when they have
 * been given to the driver. Which queue they leave on is the driver's choice,
 * by CPU.
 */
#ifndef KERNEL_LANE_H
#define KERNEL_LANE_H

#include <stdint.h>

#include "kernel_engine_bpf.h"

struct kernel_lane;

/* What makes a lane; copied when it opens. */
struct kernel_tables {
	struct kernel_lane_plan plan;
	struct kernel_flow *flows; /* plan.flows of them */
	struct kernel_size *sizes; /* plan.sizes of them */
	uint8_t *packet;           /* whole, of plan.largest bytes */
	uint32_t ifindex;          /* where to */
	uint64_t seed;             /* turns_seed() */
};

/* 0, or -errno after it was said why. */
int kernel_lane_open(struct kernel_lane **ret,
		     const struct kernel_tables *tables);

/*
 * Send @n packets. 0, or -errno after it was said why; -EINTR when a signal
 * came first. kernel_lane_read() tells how many it were.
 */
int kernel_lane_run(struct kernel_lane *lane, uint32_t n);

/* Since it was opened. Threads: any. */
void kernel_lane_read(const struct kernel_lane *lane, uint64_t *packets,
		      uint64_t *bytes);

/* With NULL it does nothing. */
void kernel_lane_close(struct kernel_lane *lane);

#endif
