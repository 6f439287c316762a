/* SPDX-License-Identifier: BSD-2-Clause */
/* counts.h: all the numbers at one moment, and what they are called */
#ifndef PKTFWD_COUNTS_H
#define PKTFWD_COUNTS_H

#include "losses.h"
#include "pktfwd.h"

/* Those that are losses stand together. */
enum number {
	RX_PACKETS,
	RX_BYTES,
	TX_PACKETS,
	TX_BYTES,
	LOST_RX_RING,
	LOST_RX_FRAME,
	LOST_TX_RING,
	LOST_TX_DEVICE,
	LOST_NO_PORT,
	LOST_NO_COPY,
	LOST_INVALID,
	FILTERED,
	FLOODED,
	POLLS,
	WAKEUPS,
	SLEEPS,
	NUMBERS,
};
#define LOST_FIRST LOST_RX_RING
#define LOST_LAST LOST_INVALID

extern const struct number_name number_names[NUMBERS];

struct lane_numbers {
	uint32_t queue;
	bool open;
	enum xskpkt_mode mode;
	int worker; /* -1: none */
	uint64_t n[NUMBERS];
};

struct port_numbers {
	const char *name;
	const char *state;
	unsigned lane_count, reopened;
	struct lane_numbers *lanes;
};

struct snapshot {
	double time; /* seconds since the start */
	unsigned port_count, worker_count;
	struct port_numbers ports[PORTS_MAX];
	uint64_t *cpu_ns; /* of each worker */
	unsigned macs;    /* that the bridge knows */
};

/* NULL: no memory. */
struct snapshot *snapshot_take(struct forwarder *f);
/* With NULL it does nothing. */
void snapshot_free(struct snapshot *s);

/* @now minus @before, which may be NULL: then since the start. */
struct snapshot *snapshot_since(const struct snapshot *now,
				const struct snapshot *before);

/* Sums over a port or over all. */
uint64_t port_sum(const struct port_numbers *port, enum number number);
uint64_t snapshot_sum(const struct snapshot *s, enum number number);
uint64_t numbers_lost(const uint64_t *n);
uint64_t snapshot_lost(const struct snapshot *s);
uint64_t port_lost(const struct port_numbers *port);

#endif
