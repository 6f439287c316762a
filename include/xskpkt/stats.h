/* SPDX-License-Identifier: BSD-2-Clause */
/* stats.h: what happened to packets, as numbers and as sentences. */
#ifndef XSKPKT_STATS_H
#define XSKPKT_STATS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xskpkt_port;
struct xskpkt_queue;

/*
 * All but the levels count since the port was opened. A packet of several
 * entries counts once, with all its bytes.
 */
struct xskpkt_stats {
	size_t size; /* sizeof(struct xskpkt_stats), set by you */

	/* Moved by the library. */
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t tx_packets; /* given to the kernel */
	uint64_t tx_bytes;
	uint64_t tx_completed; /* frames the kernel has given back */

	/* Not moved, by cause. */
	uint64_t dropped;         /* entries given to xskpkt_queue_drop() */
	uint64_t tx_invalid;      /* packets that tx refused */
	uint64_t tx_full;         /* tx calls that met a full ring */
	uint64_t tx_lost;         /* packets that the device dropped */
	uint64_t no_frames;       /* allocs and refills that found none free */
	uint64_t double_free;     /* not yours (any more) */
	uint64_t foreign;         /* not of this pool */
	uint64_t bad_completions; /* completed, but not being sent */
	uint64_t bad_receives;    /* received, but not filled */

	/* Levels: how many frames this queue has in the kernel now. */
	uint64_t frames_filled;  /* to receive into */
	uint64_t frames_sending; /* to be sent, or sent and not yet reaped */

	/* System calls. */
	uint64_t tx_wakeups;       /* kicks to send */
	uint64_t tx_wakeups_saved; /* bursts that needed none */
	uint64_t rx_wakeups;       /* kicks to take up filled frames */
	uint64_t waits;            /* sleeps in xskpkt_queue_wait() */

	/* The kernel's XDP_STATISTICS. */
	uint64_t kernel_rx_dropped;    /* no frame, or too small a frame */
	uint64_t kernel_rx_invalid;    /* bad entries in the fill ring */
	uint64_t kernel_rx_ring_full;  /* we took packets too slowly */
	uint64_t kernel_rx_fill_empty; /* the fill ring ran dry */
	uint64_t kernel_tx_invalid;    /* bad entries in the TX ring */
	uint64_t kernel_tx_ring_empty; /* woken with nothing to send */

	/* The XDP program's; 0 with a program of your own. */
	uint64_t prog_redirected; /* steered to this queue's socket */
	uint64_t prog_passed;     /* left to the kernel's stack */
	uint64_t prog_failed;     /* neither could be done */
};

/**
 * xskpkt_queue_stats() - one queue's numbers
 * @q:   the queue
 * @ret: filled; its size field says how much of it you know
 *
 * Return: 0, -EINVAL, or what the kernel said.
 * Threads: any; while the queue works the numbers may be a burst apart.
 */
XSKPKT_API int xskpkt_queue_stats(struct xskpkt_queue *q,
				  struct xskpkt_stats *ret);

/**
 * xskpkt_port_stats() - the sum over a port's queues
 * @port: the port
 * @ret:  filled; its size field says how much of it you know. The program's
 *        numbers include queues that are not open.
 *
 * Return: 0, -EINVAL, or what the kernel said.
 * Threads: any; while queues work the numbers may be a burst apart.
 */
XSKPKT_API int xskpkt_port_stats(struct xskpkt_port *port,
				 struct xskpkt_stats *ret);

/**
 * xskpkt_port_explain() - say in sentences where packets went
 * @port: the port
 * @out:  gets one sentence per line: the mode of each queue and why it is not
 *        a better one, then what was lost, where, and what to do about it
 *
 * Return: how many kinds of loss were found, 0 when all is well, or -errno.
 * Threads: any.
 */
XSKPKT_API int xskpkt_port_explain(struct xskpkt_port *port, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
