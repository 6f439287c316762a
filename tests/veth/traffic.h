/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * traffic.h: numbered packets over a pair of interfaces, and all of their
 * content, order and frames checked.
 *
 *	struct wire w;
 *	struct flow f = { .id = 1 };
 *
 *	wire_open(&w, 2, NULL, NULL);
 *	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 1000, 64);
 *	wire_close(&w);
 *
 * A packet says which flow it is of and which number it has there; the rest of
 * its bytes follow from these two and its length. EtherType 0x88b5 keeps it
 * apart from all that a kernel may send.
 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "harness.h"
#include "testnet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define POOL_OPTS(...)                                                        \
	(&(struct xskpkt_pool_opts){ .size = sizeof(struct xskpkt_pool_opts), \
				     __VA_ARGS__ })
#define PORT_OPTS(...)                                                        \
	(&(struct xskpkt_port_opts){ .size = sizeof(struct xskpkt_port_opts), \
				     __VA_ARGS__ })
/* The same, for tests in which nothing depends on large rings. */
#define SMALL(...) PORT_OPTS(.rx_ring = 256, .tx_ring = 256, __VA_ARGS__)

/* Wait for what must come to be, however slow the machine is. */
#define UNTIL(condition)                                                   \
	for (int64_t until_ = now_ms() + 10000; !(condition); usleep(500)) \
		if (now_ms() > until_)                                     \
	FAIL("not so within 10 s: %s", #condition)

int64_t now_ms(void);

/* Wires */

/* A veth pair with a port at each end, on one pool. */
struct wire {
	struct testnet t;
	struct xskpkt_pool *pool;
	struct xskpkt_port *a, *b;
};

/* Without options: the defaults, but for smaller rings. */
void wire_open(struct wire *w, unsigned queues,
	       const struct xskpkt_pool_opts *pool,
	       const struct xskpkt_port_opts *port);

/* Only the interfaces and the pool; the ports are the test's to open. */
void wire_make(struct wire *w, unsigned queues,
	       const struct xskpkt_pool_opts *pool);

/*
 * Close the ports that are open. Before and after, the books balance; then
 * every frame is free, no program is attached and no queue taken.
 */
void wire_close(struct wire *w);

/* Queue number @i of either end. */
struct xskpkt_queue *wire_a(const struct wire *w, unsigned i);
struct xskpkt_queue *wire_b(const struct wire *w, unsigned i);

/* The books balance, and @received frames are the test's. */
struct xskpkt_pool_books check_books(struct xskpkt_pool *pool,
				     uint32_t received);

/* No program is attached there, and no queue taken. */
void check_left_alone(const char *ifname, unsigned queues);

struct xskpkt_stats stats_of(struct xskpkt_queue *q);
struct xskpkt_stats port_stats_of(struct xskpkt_port *port);

/* What explain says has @words in it. */
void check_explains(struct xskpkt_port *port, const char *words);
void check_explains_nothing(struct xskpkt_port *port);

/* Flows */

struct flow {
	uint32_t id;
	uint32_t piece; /* longest entry; 0: what a frame holds */
	bool lossy;     /* numbers may be missing, and are counted */
	uint32_t sent;  /* packets; the next one's number */
	uint32_t seen;  /* one more than the last number seen */
	uint32_t lost;
};

/* Stands for a length: each packet has another, 64 to 1518 bytes. */
#define MIXED 0

/* The bytes that packet @seq of flow @id has. */
void packet_make(uint8_t *buf, uint32_t len, uint32_t id, uint32_t seq);

/* The first packet of @pkts is as it was made: of flow *id, number returned. */
uint32_t packet_check(const struct xskpkt_pkt *pkts, unsigned n, uint32_t *id);

/* Send up to @n packets in one burst. Returns how many were taken. */
unsigned flow_send(struct flow *f, struct xskpkt_queue *q, unsigned n,
		   uint32_t len);

/* Check a burst without giving it back. Returns how many packets it has. */
unsigned flow_check(struct flow *f, const struct xskpkt_pkt *pkts, unsigned n);

/* Receive, check and drop one burst. Returns how many packets came. */
unsigned flow_receive(struct flow *f, struct xskpkt_queue *q);

/* Receive until all that was sent is here. */
void flow_await(struct flow *f, struct xskpkt_queue *q);

/*
 * Send @n packets and receive them all; so few of them are under way at a time
 * that nothing between the two queues can overflow.
 */
void flow_carry(struct flow *f, struct xskpkt_queue *from,
		struct xskpkt_queue *to, unsigned n, uint32_t len);

/* Queue of the peer that gets what is sent on @from, when both have all. */
unsigned arrival(const struct xskpkt_queue *from);

/* A flow on every queue, from one port to the other. */
void carry_all(struct xskpkt_port *from, struct xskpkt_port *to, unsigned n,
	       uint32_t len);

/* Processes */

/*
 * Run @fn in a child that shares nothing but descriptors and namespaces. What
 * it checks counts. Returns its pid; it ends with _exit(0) when @fn returns.
 */
int child_start(void (*fn)(void *arg), void *arg);

/* Wait for it. It must have ended well. */
void child_join(int pid);

/* Start it and wait for it. */
void child_run(void (*fn)(void *arg), void *arg);

#endif
