/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h: what the command line asks for */
#ifndef PKTFWD_OPTIONS_H
#define PKTFWD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "privileges.h"

#define PORTS_MAX 64
#define QUEUES_MAX 256 /* of a port, and in one thread */
#define CPUS_MAX 1024
#define IFNAME_SIZE 16

enum forwarding {
	FORWARD_WIRE,    /* what enters one leaves the other */
	FORWARD_REFLECT, /* back to where it came from */
	FORWARD_BRIDGE,  /* to where its destination was last seen */
	FORWARD_SINK,    /* counted, and gone */
};

struct options {
	enum forwarding forwarding;
	const char *forwarding_name;
	const char *names[PORTS_MAX];
	unsigned ports;

	uint32_t mode; /* enum xskpkt_mode */
	uint32_t queues[QUEUES_MAX];
	unsigned queue_count; /* 0: all */
	uint32_t ring;        /* 0: the library's default; so with these: */
	uint32_t frame_size;
	bool jumbo, huge;

	unsigned workers; /* 0: one per queue, as CPUs allow */
	uint32_t cpus[CPUS_MAX];
	unsigned cpu_count; /* 0: wherever the kernel likes */
	bool spin;
	uint32_t ageing; /* seconds; of the bridge's table */
	bool drop_root;
	struct user user;

	double duration; /* seconds; 0: without end */
	uint64_t count;  /* packets; 0: without end */
	double interval; /* seconds */
	bool json, quiet;
	const char *metrics; /* ADDR:PORT, or NULL */
};

/* Returns -1: go on; otherwise all is said, and this is the exit code. */
int options_parse(struct options *ret, int argc, char **argv);

#endif
