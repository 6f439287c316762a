/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seats.h: in which order the CPUs of a machine are given to queues. Layer 4.
 *
 * A seat is a CPU; a place is what serves a queue: an IRQ CPU and a worker
 * CPU. The best places come first, and queues that outnumber them begin anew.
 */
#ifndef SEATS_H
#define SEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "machine.h"

struct seat {
	const struct cpu *cpu;
	uint32_t distance; /* of its node from the NIC's */
	uint32_t level;    /* 0: the first of its core, 1: its sibling, ... */
	bool taken;
};

struct place {
	const struct cpu *irq, *worker;
	uint32_t level;    /* > 0: a half of a core in use */
	uint32_t distance; /* of the farther one */
	bool shares_irq;   /* the IRQ CPU is another place's as well */
	bool split;        /* the two share no cache */
};

struct seats {
	struct seat *seats; /* the nearest whole cores first */
	unsigned count;
	struct place *places; /* at most one for each seat */
	unsigned place_count;
};

/* @node: the NIC's, or -1. 0 or -ENOMEM. */
int seats_open(struct seats *ret, const struct machine *m, int32_t node);
void seats_close(struct seats *s);

/* Places of one CPU each. */
void seats_singly(struct seats *s);
/* Places of two cores, or with @siblings of two halves of one. There may be
 * none: one core makes no two. */
void seats_in_pairs(struct seats *s, bool siblings);

#endif
