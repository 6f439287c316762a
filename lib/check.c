// SPDX-License-Identifier: BSD-2-Clause
/* check.c: is what the caller wants possible? Asked before anything is done */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "log.h"

/* Ethernet header and one VLAN tag, which the MTU does not count. */
#define LINK_HEADER 18

static int check_ring(const char *name, uint32_t size)
{
	if (!size || (is_power_of_two(size) && size <= RING_MAX))
		return 0;
	return fail(-EINVAL, "port: %s %u: give a power of two up to %u", name,
		    size, RING_MAX);
}

static int check_rings(const struct xskpkt_port_opts *o)
{
	int err = check_ring("rx_ring", o->rx_ring);

	if (!err)
		err = check_ring("tx_ring", o->tx_ring);
	if (!err)
		err = check_ring("fill_ring", o->fill_ring);
	return err;
}

static int check_flags(const struct xskpkt_port_opts *o)
{
	const uint32_t known = XSKPKT_PORT_RX_ONLY | XSKPKT_PORT_TX_ONLY |
			       XSKPKT_PORT_MULTI_BUFFER | XSKPKT_PORT_NETNS_FD |
			       XSKPKT_PORT_BUSY_POLL;
	const uint32_t both = XSKPKT_PORT_RX_ONLY | XSKPKT_PORT_TX_ONLY;

	if (o->flags & ~known)
		return fail(-EINVAL, "port: flags 0x%x: not known are 0x%x",
			    o->flags, o->flags & ~known);
	if ((o->flags & both) == both)
		return fail(-EINVAL, "port: RX_ONLY and TX_ONLY leave nothing "
				     "to open: give one or none");
	if (o->netns && o->flags & XSKPKT_PORT_NETNS_FD)
		return fail(-EINVAL, "port: give netns or netns_fd, not both");
	if (o->netns_fd && !(o->flags & XSKPKT_PORT_NETNS_FD))
		return fail(-EINVAL,
			    "port: netns_fd %d is given without "
			    "XSKPKT_PORT_NETNS_FD",
			    o->netns_fd);
	return 0;
}

int check_opts(const struct xskpkt_port_opts *o)
{
	if (o->mode > XSKPKT_MODE_GENERIC)
		return fail(-EINVAL, "port: mode %u: not an xskpkt_mode",
			    o->mode);
	if (o->reserved)
		return fail(-EINVAL, "port: reserved is %u: set it to 0",
			    o->reserved);
	if (!o->queues != !o->queue_count)
		return fail(-EINVAL, "port: queues and queue_count: give both, "
				     "or none for every queue");
	return check_flags(o) ?: check_rings(o);
}

int check_args(struct xskpkt_port **ret, const char *ifname,
	       struct xskpkt_pool *pool)
{
	if (!ret || !ifname || !pool)
		return fail(-EINVAL, "xskpkt_port_open: %s is NULL",
			    !ret      ? "ret"
			    : !ifname ? "ifname"
				      : "pool");
	if (!*ifname || strnlen(ifname, IF_NAMESIZE) == IF_NAMESIZE)
		return fail(-EINVAL,
			    "port: \"%.32s\" is not an interface's name: it "
			    "has 1 to %d characters",
			    ifname, IF_NAMESIZE - 1);
	return 0;
}

uint32_t queues_there(const struct xskpkt_port *port)
{
	const struct netdev *nd = &port->netdev;

	if (!sends(port))
		return nd->rx_queues;
	if (!receives(port))
		return nd->tx_queues;
	return max_u32(nd->rx_queues, nd->tx_queues);
}

int check_queue_count(const struct xskpkt_port *port, uint32_t wanted)
{
	if (wanted <= queues_there(port))
		return 0;
	return fail(-EINVAL, "%s: %u queues are asked for, it has %u",
		    port->netdev.name, wanted, queues_there(port));
}

/* The kernel cuts queue numbers to 16 bits: 65536 would become queue 0. */
int check_queue(const struct xskpkt_port *port, uint32_t i)
{
	uint32_t id = port->queues[i].id;

	if (id >= queues_there(port))
		return fail(-EINVAL,
			    "%s: there is no queue %u: it has %u, numbered "
			    "from 0 (ethtool -l %s)",
			    port->netdev.name, id, queues_there(port),
			    port->netdev.name);
	for (uint32_t k = 0; k < i; k++)
		if (port->queues[k].id == id)
			return fail(-EINVAL, "%s: queue %u is asked for twice",
				    port->netdev.name, id);
	return 0;
}

int check_mtu(const struct xskpkt_port *port)
{
	uint32_t room = pool_room(port->pool);
	uint32_t need = port->netdev.mtu + LINK_HEADER;

	if (!receives(port) || port->opts.flags & XSKPKT_PORT_MULTI_BUFFER ||
	    need <= room)
		return 0;
	return fail(-EINVAL,
		    "%s: its MTU of %u makes packets of %u bytes, a frame "
		    "holds %u: lower the MTU (ip link set %s mtu %u), make "
		    "frames larger or headroom smaller, or use "
		    "XSKPKT_PORT_MULTI_BUFFER",
		    port->netdev.name, port->netdev.mtu, need, room,
		    port->netdev.name, room - LINK_HEADER);
}
