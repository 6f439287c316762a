/* SPDX-License-Identifier: BSD-2-Clause */
/* sample.h: what an interface, its interrupts and their cores have done */
#ifndef PKTNIC_SAMPLE_H
#define PKTNIC_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include <xskpkt/xskpkt.h>

/* Nobody tells the number. */
#define UNKNOWN XSKPKT_NIC_UNCOUNTED

/* A lane of facts.h, in numbers. */
struct lane_sample {
	unsigned queue;
	const char *direction;
	bool rx, tx;
	int32_t irq, cpu; /* -1: unknown */
	/* Of a direction that is not the lane's own nothing is known. */
	struct xskpkt_nic_counts counts;
	uint64_t irqs;
	uint64_t cpu_busy, cpu_all; /* ticks */
};

struct sample {
	const struct sample *first; /* the earliest; NULL: this one */
	double time;                /* seconds */
	struct xskpkt_nic_counts whole;
	uint32_t source;      /* of the counts of queues */
	char irq_reason[160]; /* why interrupts are unknown; or "" */
	unsigned lane_count;
	struct lane_sample lanes[];
};

/* Facts and counts of now. NULL: they cannot be had; it was said why. */
struct sample *sample_take(const char *ifname, const struct sample *first);

/* What happened after @before, or NULL: since the first. NULL: no memory. */
struct sample *sample_since(const struct sample *now,
			    const struct sample *before);

#endif
