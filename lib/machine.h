/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h: the CPUs that may be used, and how near they are to each other
 * and to memory. Layer 3.
 *
 * Plain data, so that whoever decides by it can be tested on any machine.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpu {
	uint32_t id;    /* as the kernel counts */
	uint32_t core;  /* its SMT siblings have the same */
	uint32_t cache; /* those that share an L3 (or, without, a package) */
	int32_t node;   /* NUMA node; -1: unknown */
	bool isolated;  /* kept free of other work (isolcpus) */
};

struct node {
	int32_t id;
	bool memory; /* false: it has none for this process */
};

struct machine {
	struct cpu *cpus; /* online, and this process may use them */
	unsigned cpu_count;
	struct node *nodes;
	unsigned node_count;
	uint32_t *distances; /* node_count x node_count; 10 is local */
	bool l3;             /* cpu.cache is an L3 */
	uint32_t quota;      /* CPUs' worth of time it gets; 0: no limit */
};

#define DISTANCE_LOCAL 10
#define DISTANCE_REMOTE 20

/* What runs us, as hwloc sees it, and what is left of it for this process:
 * affinity, cpuset, and cpu.max of its control groups. */
int machine_read(struct machine *ret);
void machine_free(struct machine *m);

/* From one node to another. A node that is not there is remote to all. */
uint32_t machine_distance(const struct machine *m, int32_t from, int32_t to);

/* Is there memory for this process on the node? */
bool machine_has_memory(const struct machine *m, int32_t node);

/* NULL: not there, or not for this process. */
const struct cpu *machine_cpu(const struct machine *m, uint32_t id);

/* "0-3,8": what may be used. */
void machine_cpu_list(const struct machine *m, char *ret, size_t size);

/* The same from parts, which tests make up. @usable and @isolated are lists
 * like "0-3,8"; NULL: all, none. */
struct hwloc_topology;
int machine_of(struct machine *ret, struct hwloc_topology *topology,
	       const char *usable, const char *isolated);

#endif
