/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pktfwd.h: the nouns of the forwarder.
 *
 *   port    an interface that was named; open, or away for now
 *   lane    one queue of a port: where its packets go, what became of them
 *   worker  a thread, and the lanes that it alone serves
 *
 *     port a   lane 0   lane 1          A lane receives on its own queue and
 *                |  ^     |  ^          sends on lanes of the same worker, so
 *                v  |     v  |          that each queue has one thread.
 *     port b   lane 0   lane 1
 *             worker 0  worker 1
 */
#ifndef PKTFWD_H
#define PKTFWD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <xskpkt/xskpkt.h>

#include "clock.h"
#include "options.h"
#include "quota.h"
#include "threads.h"

/* perf-notes: in copy mode bursts of 128 move 2 % more than those of 64. */
#define BURST 128

struct mactable;
struct forwarder;
struct worker;

/* What the forwarder itself counts; one thread writes, others read. */
struct lane_counts {
	_Atomic uint64_t polls;    /* bursts that had packets */
	_Atomic uint64_t tx_full;  /* not sent: the ring stayed full */
	_Atomic uint64_t no_port;  /* not sent: there is nowhere to send it */
	_Atomic uint64_t no_copy;  /* not flooded to a port: no frame free */
	_Atomic uint64_t filtered; /* the bridge keeps it, and rightly so */
	_Atomic uint64_t flooded;  /* the bridge knew no better */
};

struct lane {
	struct xskpkt_queue *queue; /* NULL: its port is away */
	struct port *port;
	struct worker *worker;
	struct lane *to;     /* wire, reflect; NULL: nowhere */
	struct lane **peers; /* bridge: by port; NULL: nowhere */

	/* Received, and not sent yet since the ring of @to is full. */
	struct xskpkt_pkt held[BURST];
	unsigned held_first, held_count;
	uint64_t held_since; /* ms; 0: it was not tried yet */
	bool stuck;          /* it stayed full for too long */

	uint32_t id;
	struct lane_counts count;
	struct xskpkt_stats last;    /* as far as they could be read */
	struct xskpkt_stats earlier; /* before the port was away */
};

struct port {
	struct xskpkt_port *port; /* NULL: away */
	char name[IFNAME_SIZE];
	struct forwarder *forwarder;
	unsigned index, group; /* only ports of one group exchange packets */
	struct lane *lanes[QUEUES_MAX];
	unsigned lane_count;  /* that there ever were */
	unsigned queue_count; /* that are open now */
	int promiscuous;      /* descriptor that keeps it so, or -1 */
	uint64_t retry_at;    /* ms; when away */
	unsigned reopened;    /* times */
	char trouble[512];    /* why it cannot be opened again; said once */
};

typedef int (*lane_fn)(struct lane *lane);

struct worker {
	struct forwarder *forwarder;
	lane_fn forward;
	struct lane *lanes[QUEUES_MAX];
	struct xskpkt_queue *queues[QUEUES_MAX];
	unsigned lane_count, next;
	struct {
		struct xskpkt_pkt pkts[BURST];
		unsigned count;
	} out[PORTS_MAX]; /* bridge: a burst, sorted by port */

	struct thread thread;
};

struct forwarder {
	struct options options;
	struct xskpkt_pool *pool;
	struct port ports[PORTS_MAX];
	struct worker *workers;
	unsigned worker_count; /* that run */
	unsigned worker_room;  /* that there ever were */
	struct xskpkt_workers *threads;
	struct mactable *macs;

	int news; /* eventfd: a thread has ended, or the count is reached */
	struct quota quota; /* --count */

	pthread_mutex_t lock; /* of ports opening and closing */
	uint64_t started;     /* ns */
};

#endif
