/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.h: the same work by the library and by hand, side by side.
 *
 * A bench is three functions that each do one cycle over a burst; bench_main()
 * runs them in turns against the partner in memory (partner.h) or on veth
 * (net.h), and prints ns per packet, packets per second and the ratio:
 *
 *	bench_rx                  everything, as tables
 *	bench_rx mem [BURST...]   in memory
 *	bench_rx veth [BURST...]  on veth
 *
 * Under callgrind it counts instructions instead: bench/instructions.sh.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct frames;
struct hand;
struct xskpkt_pool;
struct xskpkt_queue;

#define PACKET_BYTES 64
#define BURST_MAX 256

struct bench {
	const char *name;
	bool receives, sends; /* which of the two queues it uses */
	bool in_memory_only;
	bool shuffled; /* the pool's frames are in random order */
	/* In place of the hand: gets a pool whose frames nobody checks. */
	const struct frames **unchecked;
	unsigned (*ours)(struct xskpkt_queue *in, struct xskpkt_queue *out,
			 unsigned burst);
	unsigned (*hand)(struct hand *in, struct hand *out, unsigned burst);
};

/* For the main() of a bench: @benches ends with one that has no name. */
int bench_main(int argc, char **argv, const struct bench *benches);

/* Whose turn it is. Nobody's shows what all the rest costs. */
enum side { OURS, HAND, NOBODY, SIDES };

struct users {
	const struct bench *bench;
	unsigned burst;
	struct xskpkt_queue *queue_in, *queue_out;
	struct hand *hand_in, *hand_out;
	struct xskpkt_queue *unchecked_in, *unchecked_out;
};

/* Where users meet packets: mem.c, veth.c. measure() prints one line. */
struct place {
	const char *name;
	bool afresh; /* open it anew for each burst */
	void *(*open)(const struct bench *b);
	void (*measure)(void *place, unsigned burst);
	void (*close)(void *place);
};

extern const struct place mem_place, veth_place;

/* One cycle. Returns packets. */
static inline unsigned bench_cycle(const struct users *u, enum side side)
{
	if (side == OURS)
		return u->bench->ours(u->queue_in, u->queue_out, u->burst);
	if (side == HAND && u->bench->unchecked)
		return u->bench->ours(u->unchecked_in, u->unchecked_out,
				      u->burst);
	if (side == HAND)
		return u->bench->hand(u->hand_in, u->hand_out, u->burst);
	return 0;
}

/*
 * Under callgrind: counts what bench_count_cycle() does, and leaves a dump
 * whose name says what it was, in how many cycles, over how many packets.
 */
struct count {
	const struct users *users;
	enum side side;
	unsigned cycles;
	uint64_t packets;
};

void bench_count_start(struct count *c, const struct users *u, enum side side);
void bench_count_cycle(struct count *c);
void bench_count_end(const struct count *c);

/* A cycle that loses packets would be fast. Dies when frames are missing. */
void bench_check_books(struct xskpkt_pool *pool);

void bench_die(const char *format, ...)
	__attribute__((noreturn, format(__printf__, 1, 2)));

uint64_t bench_ns(void);
uint64_t bench_cpu_ns(void); /* of this thread */

/* The middle one; sorts @values. */
double bench_median(double *values, unsigned n);

/* The packet's only change, the same code for both sides. */
static inline void swap_macs(uint8_t *frame)
{
	uint8_t mac[6];

	memcpy(mac, frame, 6);
	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, mac, 6);
}

#endif
