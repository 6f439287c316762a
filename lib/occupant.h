/* SPDX-License-Identifier: BSD-2-Clause */
/* occupant.h: the XDP program that is on an interface already. Layer 2. */
#ifndef OCCUPANT_H
#define OCCUPANT_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/bpf.h>

struct occupant {
	int err;                     /* why it could not be asked for */
	uint32_t id;                 /* 0: none can be seen */
	char name[BPF_OBJ_NAME_LEN]; /* "?": the kernel does not tell */
	bool generic;
	const char *mode;   /* for people */
	const char *detach; /* for 'ip link set dev X ... off' */
};

/* Looks at the calling thread's network namespace. */
struct occupant occupant_find(int ifindex);

/* For one whose id is known. */
void occupant_read_name(struct occupant *o);

#endif
