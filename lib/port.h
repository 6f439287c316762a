/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h: an interface: its facts, its program, its queues. Layer 7.
 */
#ifndef PORT_H
#define PORT_H

#include <xskpkt/port.h>

#include "link.h"
#include "netdev.h"
#include "prog.h"
#include "queue.h"

struct xskpkt_port {
	struct xskpkt_pool *pool;
	struct netdev netdev;
	struct prog prog;
	struct link link;
	struct xskpkt_port_opts opts; /* defaults filled in; no pointers */
	uint64_t promised;            /* frames of the pool */
	uint32_t queue_count;
	struct xskpkt_queue *queues;
	struct xskpkt_queue **array; /* of pointers to them */
	bool own_program;            /* the caller brought one */
	bool foreign_netns; /* it lives where our netlink calls do not look */
};

static inline bool receives(const struct xskpkt_port *port)
{
	return !(port->opts.flags & XSKPKT_PORT_TX_ONLY);
}

static inline bool sends(const struct xskpkt_port *port)
{
	return !(port->opts.flags & XSKPKT_PORT_RX_ONLY);
}

/* Everything of the queues that the kernel holds, in the right order. */
void port_close_queues(struct xskpkt_port *port);

/* Is this queue of the interface among those that are open? */
bool port_has_queue(const struct xskpkt_port *port, uint32_t id);

#endif
