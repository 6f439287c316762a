// SPDX-License-Identifier: BSD-2-Clause
/*
 * open.c: from a name to packets.
 *
 *   xskpkt_port_open
 *     check_opts                  nothing is touched before all is checked
 *     netns_enter ... netns_leave
 *       netdev_query, check_fit   the facts, and whether the wish fits them
 *       pool_promise              memory, and frames for every ring
 *       prog_load                 program and maps are in the kernel
 *       link_open                 listen before anything can change
 *       ladder_climb              the best mode that can be had
 *         open_queue              a fresh socket for each rung
 *         steer                   the XSKMAP is filled before ...
 *         prog_attach             ... packets can arrive
 *
 * Whatever was reached when a step fails, xskpkt_port_close() undoes.
 */
#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "ladder.h"
#include "log.h"
#include "netns.h"
#include "opts.h"
#include "port.h"
#include "sys.h"

#define RING_DEFAULT 1024

static int make_queues(struct xskpkt_port *port,
		       const struct xskpkt_port_opts *wish)
{
	uint32_t n = wish->queues ? wish->queue_count : queues_there(port);
	void *queues, *array;
	int err;

	err = sys_alloc(&queues, n, sizeof(*port->queues));
	if (err)
		return fail(err, "%s: no memory for %u queues",
			    port->netdev.name, n);
	port->queues = queues;
	err = sys_alloc(&array, n, sizeof(*port->array));
	if (err)
		return fail(err, "%s: no memory for %u queues",
			    port->netdev.name, n);
	port->array = array;
	port->queue_count = n;
	for (uint32_t i = 0; i < n; i++) {
		struct xskpkt_queue *q = port->array[i] = &port->queues[i];

		q->port = port;
		q->id = wish->queues ? wish->queues[i] : i;
		q->wake_fd = -1;
		q->socket.fd = -1;
	}
	return 0;
}

static int check_fit(struct xskpkt_port *port,
		     const struct xskpkt_port_opts *wish)
{
	int err = check_mtu(port);

	if (!err)
		err = check_queue_count(port, wish->queue_count);
	if (!err)
		err = make_queues(port, wish);
	for (uint32_t i = 0; !err && i < port->queue_count; i++)
		err = check_queue(port, i);
	return err;
}

static int promise_frames(struct xskpkt_port *port)
{
	uint64_t frames =
		(uint64_t)ladder_frames_per_queue(port) * port->queue_count;
	int err;

	err = pool_promise(port->pool, frames, port->netdev.node,
			   port->netdev.name);
	if (!err)
		port->promised = frames;
	return err;
}

static int open_here(struct xskpkt_port *port, const char *ifname,
		     const struct xskpkt_port_opts *wish)
{
	int err;

	err = netdev_query(&port->netdev, ifname);
	if (!err)
		err = check_fit(port, wish);
	if (!err)
		err = promise_frames(port);
	if (!err && ladder_needs_program(port))
		err = prog_load(&port->prog, &port->netdev, wish->program,
				wish->flags & XSKPKT_PORT_MULTI_BUFFER);
	if (!err)
		err = link_open(&port->link, port->netdev.ifindex,
				port->netdev.name);
	if (!err)
		err = ladder_climb(port);
	return err;
}

static int new_port(struct xskpkt_port **ret, struct xskpkt_pool *pool,
		    const struct xskpkt_port_opts *wish)
{
	struct xskpkt_port *port;
	void *mem;
	int err;

	err = sys_alloc(&mem, 1, sizeof(*port));
	if (err)
		return fail(err, "port: no memory");
	port = mem;
	port->pool = pool_ref(pool);
	port->opts = *wish;
	port->opts.queues = NULL;
	port->own_program = wish->program;
	port->opts.program = NULL;
	port->opts.netns = NULL;
	port->opts.rx_ring = wish->rx_ring ?: RING_DEFAULT;
	port->opts.tx_ring = wish->tx_ring ?: RING_DEFAULT;
	port->foreign_netns = wish->netns || wish->flags & XSKPKT_PORT_NETNS_FD;
	port->link.fd = -1;
	port->prog.prog_fd = port->prog.map_fd = -1;
	port->prog.counters_fd = port->prog.link_fd = -1;
	*ret = port;
	return 0;
}

static void log_opened(const struct xskpkt_port *port)
{
	static const char *const names[] = { "?", "zero-copy", "copy",
					     "generic" };

	for (uint32_t i = 0; i < port->queue_count; i++)
		log_info("%s queue %u: open in %s mode", port->netdev.name,
			 port->queues[i].id, names[port->queues[i].mode]);
}

int xskpkt_port_open(struct xskpkt_port **ret, const char *ifname,
		     struct xskpkt_pool *pool,
		     const struct xskpkt_port_opts *opts)
{
	struct xskpkt_port_opts wish;
	struct xskpkt_port *port = NULL;
	struct netns ns;
	int err, back;

	err = check_args(ret, ifname, pool);
	if (!err)
		err = opts_take(&wish, sizeof(wish), opts, "xskpkt_port_opts");
	if (!err)
		err = check_opts(&wish);
	if (!err)
		err = new_port(&port, pool, &wish);
	if (err)
		return err;

	err = netns_enter(&ns, wish.netns,
			  wish.flags & XSKPKT_PORT_NETNS_FD ? wish.netns_fd
							    : -1);
	if (!err) {
		err = open_here(port, ifname, &wish);
		back = netns_leave(&ns);
		err = back ?: err; /* and so is the sentence */
	}
	if (err) {
		xskpkt_port_close(port);
		return err;
	}
	log_opened(port);
	*ret = port;
	return 0;
}
