/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_facts.h: on what, with what and when a benchmark was made */
#ifndef PKTGEN_BENCH_FACTS_H
#define PKTGEN_BENCH_FACTS_H

#include <stdint.h>

struct xskpkt_port;

struct bench_port {
	char name[16];
	char driver[32];
	const char *mode;
	uint32_t queues, all_queues; /* opened, and there are */
	uint32_t mtu;
};

struct bench_facts {
	char host[65], cpu[128], kernel[256], date[32], version[64];
	char packets[128]; /* pattern_text() */
	unsigned cpus;
	double load; /* of the machine, before it began */
	char *command;
	struct bench_port tx, rx;
};

/* What can be known before the interfaces are open. What cannot be found out
 * is "unknown". */
void bench_facts_take(struct bench_facts *ret, int argc, char **argv);
void bench_facts_free(struct bench_facts *facts);

void bench_facts_port(struct bench_port *ret, const struct xskpkt_port *port);

#endif
