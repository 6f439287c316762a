/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h: what the command line asks for */
#ifndef PKTFWD_OPTIONS_H
#define PKTFWD_OPTIONS_H

#include <stdint.h>

#include "settings.h"

#define PORTS_MAX 64
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
	uint32_t ageing; /* seconds; of the bridge's table */
	struct settings settings;
};

/* Returns GO_ON; otherwise all is said, and this is the exit code. */
int options_parse(struct options *ret, int argc, char **argv);

#endif
