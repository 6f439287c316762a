/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_kernel.h: plays the kernel's side of AF_XDP sockets in plain memory.
 *
 *   lib/  queue.c rx.c tx.c wait.c socket.c
 *           |   sys_socket() sys_bind() sys_mmap() sys_kick_tx() ...
 *   here    the four rings, and what the kernel does with them
 *
 * It stands in for the calls of lib/sys.h that concern a socket, by the
 * linker's --wrap, so all of the library above that seam is the real one.
 * Descriptors and memory that are not its own pass through.
 *
 * Honest, it does what kernel-notes 1.5 and 5.1 describe: RX data behind 256
 * bytes and the headroom, completions exactly as posted, a slot in the
 * completion ring reserved for each packet in flight. Hostile, it writes into
 * the rings what a test gives it.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <linux/if_xdp.h>

#include <xskpkt/pool.h>
#include <xskpkt/queue.h>

/* One ring. We produce RX and completion, and consume TX and fill. */
struct fake_ring {
	void *mem; /* NULL: not mapped */
	uint32_t size;
	uint32_t mine; /* our index, also while a wild one is shown */
	_Atomic uint32_t *prod, *cons, *flags;
	_Atomic uint32_t *ours; /* one of the two */
	void *slots;
};

struct fake_socket {
	int fd; /* -1: this place is empty */
	bool bound, zerocopy;
	struct fake_ring rx, tx, fill, comp;
	uint8_t *umem;
	uint64_t umem_len;
	uint32_t chunk, headroom, umem_flags;

	/* Frames to receive into, taken from the fill ring; oldest first. */
	uint64_t *taken;
	uint32_t taken_count, taken_max;
	/* Taken from the TX ring and not completed yet; oldest first. */
	struct xdp_desc *flight;
	uint32_t flight_count;

	/* The last completions, by index over four times the ring: a test can
	 * read them after their slots were used again. */
	uint64_t *completed;

	uint64_t serial; /* stands in the next packet delivered */
	uint32_t budget; /* packets that one kick sends, in copy mode */
	bool prompt;     /* a kick completes what it sends */
	int answers[8];  /* of the next kicks; 0: an honest one */
	int rx_answer;   /* of all kicks to receive */
	unsigned answered, answer_count;
	unsigned tx_kicks, rx_kicks;
	unsigned polled;       /* deliver so many when kicked to receive */
	unsigned poll_options; /* of SOL_SOCKET, that were set */
	struct xdp_statistics stats;
};

#define FAKE_SOCKETS 8

struct fake_opts {
	uint32_t frames;     /* 0: 1024 */
	uint32_t frame_size; /* 0: 2048 */
	uint32_t headroom;
	uint32_t pool_flags;
	uint32_t queues;  /* 0: 1 */
	uint32_t ring;    /* slots in each ring; 0: 64 */
	uint32_t comp;    /* in the completion ring; 0: as the others */
	uint32_t entries; /* most per packet; 0: 1 */
	bool zerocopy;
	bool rx_only, tx_only, busy_poll;
};

/* A pool and an open port of it; the port is in lib/'s own words. */
struct fake_kernel {
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	struct xskpkt_queue *queue; /* its first queue, and all of them */
	struct xskpkt_queue *queues[FAKE_SOCKETS];
	uint32_t queue_count;
	struct fake_opts opts;
};

/* Ends the program when that fails. */
struct fake_kernel *fake_kernel_start(const struct fake_opts *opts);
/* Closes queues and pool in order; packets may still be held. */
void fake_kernel_stop(struct fake_kernel *k);
/* One of its queues, and the same again. */
void fake_kernel_close_queue(struct fake_kernel *k, uint32_t i);
void fake_kernel_open_queue(struct fake_kernel *k, uint32_t i);

/* From now on AF_XDP sockets are fakes; fake_kernel_start() does it as well. */
void fake_kernel_take_over(void);
/* One of these steps of opening, or an option of SOL_XDP, fails next time. */
enum { FAKE_SOCKET = 100, FAKE_BIND, FAKE_MMAP };
void fake_kernel_refuse(int step, int err);
/* The kernel binds in this mode, whatever is asked for; -1: as asked. */
void fake_kernel_force_mode(int zerocopy);

struct fake_socket *fake_socket_of(const struct xskpkt_queue *q);
unsigned fake_sockets_open(void);
/* Closed with rings still mapped: the real kernel would keep their queues. */
unsigned fake_queues_held(void);

/*
 * Receive up to @n packets of @len bytes, in as many entries as they need;
 * each entry starts with its serial number, if 8 bytes long. Returns packets.
 */
unsigned fake_deliver(struct fake_socket *s, unsigned n, uint32_t len);
/* Take up to @n frames off the fill ring, as a driver does ahead of time. */
unsigned fake_take_fill(struct fake_socket *s, unsigned n);
/* Take up to @n entries off the TX ring, as far as they can be completed. */
unsigned fake_take_tx(struct fake_socket *s, unsigned n);
/* As a kick in copy mode: take what the budget allows, or more wait. */
int fake_send(struct fake_socket *s);
/* Complete the oldest @n in flight, or the one at place @i. */
unsigned fake_complete(struct fake_socket *s, unsigned n);
void fake_complete_at(struct fake_socket *s, uint32_t i);
/* The next kick to send returns @err; with EBUSY it loses one packet. */
void fake_answer(struct fake_socket *s, int err);
void fake_need_wakeup(struct fake_ring *r, bool on);

uint64_t fake_completed(const struct fake_socket *s, uint32_t index);

/* Not honest. False when the ring has no room. */
bool fake_put_rx(struct fake_socket *s, struct xdp_desc desc);
bool fake_put_completion(struct fake_socket *s, uint64_t address);
/* Show a wild index of ours, and the right one again. */
void fake_show_index(struct fake_ring *r, uint32_t index);
void fake_hide_index(struct fake_ring *r);
/* Go on from another index for good. Of a completion ring: forget first what
 * is in flight, or there may be no room for it. */
void fake_jump(struct fake_ring *r, uint32_t by);

/* Entries that the other side has not taken, or put there for us. */
uint32_t fake_waiting(const struct fake_ring *r);

/* As if @by entries had gone through every ring: a multiple of their sizes. */
void fake_wind(struct xskpkt_queue *q, uint32_t by);

/* The port's state becomes an enum xskpkt_state, and a wait hears of it. */
void fake_set_state(struct fake_kernel *k, int state);

#endif
