/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue.h: a socket, its frame cache, its counters. Layer 5.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdatomic.h>
#include <stdint.h>

#include <xskpkt/queue.h>

#include "pool.h"
#include "socket.h"

/* Why a mode was not to be had. */
struct rung {
	int err; /* 0: had, or not tried */
	char why[320];
};

#define MODES (XSKPKT_MODE_GENERIC + 1)

/* Written by the queue's thread, read by any. */
struct counters {
	_Atomic uint64_t rx_packets, rx_bytes;
	_Atomic uint64_t tx_packets, tx_bytes, tx_completed;
	_Atomic uint64_t dropped, tx_invalid, tx_full, tx_lost, no_frames;
	_Atomic uint64_t tx_wakeups, tx_wakeups_saved, rx_wakeups, waits;
};

struct xskpkt_queue {
	struct socket socket;
	const struct frames *frames;
	uint32_t fill_batch;  /* refill when so many slots are free */
	uint32_t max_entries; /* per packet; 1: no packets of several buffers */
	bool tx_pending;      /* the kernel was busy: kick again */
	struct counters count;
	struct cache cache;

	enum xskpkt_state told; /* by the last wait on this queue */
	_Atomic int kick_error; /* the last that speaks of no known state */

	struct xskpkt_port *port;
	uint32_t id;
	int wake_fd;
	enum xskpkt_mode mode;
	struct rung rungs[MODES];
};

/*
 * Bind a socket as @spec says and fill the fill ring. @q->id, ->port and the
 * rungs are the caller's. With a sentence on failure; nothing is left then.
 */
int queue_open(struct xskpkt_queue *q, const struct socket_spec *spec,
	       uint32_t max_entries);

/* The socket goes first, then queue_forget() takes its frames back. */
void queue_close(struct xskpkt_queue *q);
void queue_forget(struct xskpkt_queue *q);

/* Take back what the kernel has sent (tx.c), give it empty frames (rx.c). */
void queue_reap(struct xskpkt_queue *q);
void queue_refill(struct xskpkt_queue *q);

/* Make the kernel send what the TX ring holds (tx.c). */
void queue_kick(struct xskpkt_queue *q);

/* A kick failed in a way that speaks of the device. */
void queue_device_error(struct xskpkt_queue *q, int err);

#endif
