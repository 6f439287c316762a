// SPDX-License-Identifier: BSD-2-Clause
/* port.c: an open interface: what it is, how it is, and its end */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "opts.h"
#include "port.h"
#include "sys.h"

unsigned xskpkt_port_queues(const struct xskpkt_port *port)
{
	return port->queue_count;
}

struct xskpkt_queue *xskpkt_port_queue(const struct xskpkt_port *port,
				       unsigned i)
{
	return i < port->queue_count ? &port->queues[i] : NULL;
}

struct xskpkt_queue *const *
xskpkt_port_queue_array(const struct xskpkt_port *port)
{
	return port->array;
}

bool port_has_queue(const struct xskpkt_port *port, uint32_t id)
{
	for (uint32_t i = 0; i < port->queue_count; i++)
		if (port->queues[i].id == id)
			return true;
	return false;
}

enum xskpkt_state xskpkt_port_state(struct xskpkt_port *port)
{
	enum xskpkt_state state = link_check(&port->link);

	if (state != XSKPKT_STATE_UP)
		link_explain(&port->link);
	return state;
}

static uint32_t least_mode(const struct xskpkt_port *port)
{
	uint32_t mode = XSKPKT_MODE_ZEROCOPY;

	for (uint32_t i = 0; i < port->queue_count; i++)
		mode = max_u32(mode, port->queues[i].mode);
	return mode;
}

int xskpkt_port_info(const struct xskpkt_port *port,
		     struct xskpkt_port_info *ret)
{
	const struct netdev *nd;
	struct xskpkt_port_info info;

	if (!port)
		return fail(-EINVAL, "xskpkt_port_info: port is NULL");
	nd = &port->netdev;
	info = (struct xskpkt_port_info){
		.ifindex = (uint32_t)nd->ifindex,
		.mtu = nd->mtu,
		.rx_queues = nd->rx_queues,
		.tx_queues = nd->tx_queues,
		.queues = port->queue_count,
		.mode = least_mode(port),
		.program_id = port->prog.id,
		.dispatcher = port->prog.joined != NULL,
		.zerocopy_bufs = nd->zc_segs,
		.node = nd->node,
		.xdp_features = nd->xdp_features,
	};
	snprintf(info.ifname, sizeof(info.ifname), "%s", nd->name);
	snprintf(info.driver, sizeof(info.driver), "%s", nd->driver);
	return opts_give(ret, &info, sizeof(info), "xskpkt_port_info");
}

/* Longest time that the kernel may take to let go of a closed queue. */
#define RELEASE_LIMIT_US 1000000
#define RELEASE_STEP_US 2000
/* Where it cannot be asked; measured: 5 to 16 ms. */
#define RELEASE_GUESS_US 50000

/*
 * The kernel takes a closed socket off its queue in the background. Until then
 * the NIC may write into our frames in zero-copy mode, and in copy mode a
 * packet on its way may still be read from them (virtio_net).
 */
static void wait_released(const struct xskpkt_port *port, uint32_t queue)
{
	unsigned waited = 0;
	int taken = -EOPNOTSUPP;

	for (; waited < RELEASE_LIMIT_US; waited += RELEASE_STEP_US) {
		if (!port->foreign_netns)
			taken = netdev_queue_taken(port->netdev.ifindex, queue);
		if (taken <= 0)
			break;
		sys_sleep_us(RELEASE_STEP_US);
	}
	if (taken < 0)
		sys_sleep_us(RELEASE_GUESS_US);
}

static bool queue_in_use(struct xskpkt_queue *q)
{
	if (q->socket.fd < 0)
		return false;
	queue_reap(q);
	return q->socket.zerocopy || count_get(&q->cache.sending);
}

/* Out of the XSKMAP, off the interface, sockets, frames: in this order. */
void port_close_queues(struct xskpkt_port *port)
{
	bool in_use;

	for (uint32_t i = 0; i < port->queue_count; i++)
		if (port->queues[i].socket.rx.size)
			prog_unsteer(&port->prog, port->queues[i].id);
	prog_detach(&port->prog);
	for (uint32_t i = 0; i < port->queue_count; i++) {
		in_use = queue_in_use(&port->queues[i]);
		queue_close(&port->queues[i]);
		if (in_use)
			wait_released(port, port->queues[i].id);
	}
	for (uint32_t i = 0; i < port->queue_count; i++)
		queue_forget(&port->queues[i]);
}

void xskpkt_port_close(struct xskpkt_port *port)
{
	if (!port)
		return;
	port_close_queues(port);
	prog_unload(&port->prog);
	link_close(&port->link);
	pool_unpromise(port->pool, port->promised);
	xskpkt_pool_destroy(port->pool);
	free(port->array);
	free(port->queues);
	free(port);
}
