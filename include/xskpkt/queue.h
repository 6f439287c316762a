/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue.h: one hardware queue of a port, where packets move.
 *
 * A queue belongs to one thread at a time. Burst calls never fail: they
 * return how many, and fewer than asked is normal.
 */
#ifndef XSKPKT_QUEUE_H
#define XSKPKT_QUEUE_H

#include <stdint.h>

#include <xskpkt/api.h>
#include <xskpkt/pkt.h>
#include <xskpkt/port.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * xskpkt_queue_rx() - take packets that have arrived
 * @q:    queue to receive on
 * @pkts: gets the packets, whose frames are then yours
 * @max:  room in @pkts
 *
 * Gives the kernel free frames first, so that it can go on receiving. Never
 * waits. A packet of several entries is never cut, unless it alone has more
 * than @max of them.
 *
 * Return: entries received, 0 to @max.
 * Threads: one thread per queue.
 */
XSKPKT_API unsigned xskpkt_queue_rx(struct xskpkt_queue *q,
				    struct xskpkt_pkt *pkts, unsigned max);

/**
 * xskpkt_queue_tx() - send packets
 * @q:    queue to send on
 * @pkts: packets from any queue whose port shares this pool
 * @n:    how many entries
 *
 * Takes pkts[0] .. pkts[ret - 1], in order, and their frames. The rest stay
 * yours: offer them again or xskpkt_queue_drop() them. What is taken leaves
 * without a further call. Frames the NIC is done with return to the pool on
 * the way; n = 0 does only that.
 *
 * A packet that cannot be sent (not of this pool, not yours, empty, beyond
 * its frame, unknown flags, cut short) is taken as well: it is counted, its
 * frames go back to the pool where they were yours, and the others go on.
 *
 * Return: entries taken, 0 to @n; fewer than @n means the ring is full.
 * Threads: one thread per queue.
 */
XSKPKT_API unsigned xskpkt_queue_tx(struct xskpkt_queue *q,
				    const struct xskpkt_pkt *pkts, unsigned n);

/**
 * xskpkt_queue_alloc() - get empty packets to fill and send
 * @q:    queue whose frame cache serves
 * @pkts: gets the packets; data points behind the headroom, len is 0
 * @n:    how many
 *
 * Return: packets allocated, 0 to @n; fewer than @n means that the pool has
 * no free frames.
 * Threads: one thread per queue.
 */
XSKPKT_API unsigned xskpkt_queue_alloc(struct xskpkt_queue *q,
				       struct xskpkt_pkt *pkts, unsigned n);

/**
 * xskpkt_queue_drop() - give packets back unsent
 * @q:    any queue of a port that shares their pool
 * @pkts: the packets
 * @n:    how many entries
 *
 * Their frames go back to the pool; or straight into the fill ring of @q, when
 * it receives and has room. What is not yours, or not of this pool, is left
 * alone and counted.
 *
 * Threads: one thread per queue.
 */
XSKPKT_API void xskpkt_queue_drop(struct xskpkt_queue *q,
				  const struct xskpkt_pkt *pkts, unsigned n);

/**
 * xskpkt_queue_drop_packet() - give one whole packet back unsent
 * @q:    any queue of a port that shares its pool
 * @pkts: a burst; its first packet is dropped
 * @n:    entries in it
 *
 * Return: entries dropped: the next packet is pkts[ret].
 * Threads: one thread per queue.
 */
XSKPKT_API unsigned xskpkt_queue_drop_packet(struct xskpkt_queue *q,
					     const struct xskpkt_pkt *pkts,
					     unsigned n);

/* What xskpkt_queue_wait() waits for. */
#define XSKPKT_WAIT_RX (1u << 0) /* packets have arrived */
#define XSKPKT_WAIT_TX (1u << 1) /* half of a TX ring is free */

/**
 * xskpkt_queue_wait() - sleep until there is work
 * @queues:     the queues to watch
 * @n:          how many, 1 to 256
 * @what:       XSKPKT_WAIT_RX, XSKPKT_WAIT_TX or both; 0: RX
 * @timeout_ms: longest sleep; 0: only look, -1: for ever
 *
 * Returns at once when there is work already. Also ends when a port's state
 * changes and when another thread calls xskpkt_queue_wake().
 *
 * Return: how many of the queues have work, 0 when none has (time-out, wake,
 * change of state, signal), or -EINVAL, -ENODEV (a port is gone), or what
 * poll() said.
 * Threads: the one that owns the queues.
 */
XSKPKT_API int xskpkt_queue_wait(struct xskpkt_queue *const *queues, unsigned n,
				 unsigned what, int timeout_ms);

/**
 * xskpkt_queue_drain() - wait until all that tx took has been sent
 * @q:          the queue
 * @timeout_ms: longest wait; -1: for ever
 *
 * Packets that the device could not take yet stand in the ring, and would go
 * with it when the port closes.
 *
 * Return: 0, -ETIMEDOUT (some are still there), or -ENODEV (the port is gone).
 * Threads: the one that owns the queue.
 */
XSKPKT_API int xskpkt_queue_drain(struct xskpkt_queue *q, int timeout_ms);

/**
 * xskpkt_queue_wake() - end a xskpkt_queue_wait() on this queue
 * @q: the queue
 *
 * Wakes the wait that runs, or else the next one. Safe in a signal handler.
 *
 * Threads: any.
 */
XSKPKT_API void xskpkt_queue_wake(struct xskpkt_queue *q);

/**
 * xskpkt_queue_fd() - the socket, for a poll loop of your own
 *
 * Poll it for POLLIN; do not read, write or close it. A device that goes away
 * does not show there: ask xskpkt_port_state() now and then.
 *
 * Threads: any.
 */
XSKPKT_API int xskpkt_queue_fd(const struct xskpkt_queue *q);

/** xskpkt_queue_id() - its number on the interface. Threads: any. */
XSKPKT_API uint32_t xskpkt_queue_id(const struct xskpkt_queue *q);

/** xskpkt_queue_port() - the port it belongs to. Threads: any. */
XSKPKT_API struct xskpkt_port *xskpkt_queue_port(const struct xskpkt_queue *q);

/** xskpkt_queue_mode() - the mode obtained, from the kernel. Threads: any. */
XSKPKT_API enum xskpkt_mode xskpkt_queue_mode(const struct xskpkt_queue *q);

/**
 * xskpkt_queue_reason() - why a better mode was not to be had
 * @q:    the queue
 * @mode: the mode in question
 * @ret:  gets the sentence, which lives as long as the queue; NULL: not wanted
 *
 * Return: 0 when @mode was obtained or never tried (then @ret is untouched),
 * otherwise the -errno with which it failed.
 * Threads: any.
 */
XSKPKT_API int xskpkt_queue_reason(const struct xskpkt_queue *q,
				   enum xskpkt_mode mode, const char **ret);

#ifdef __cplusplus
}
#endif
#endif
