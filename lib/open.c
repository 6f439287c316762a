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
 *       open_native, open_generic the ladder
 *         open_queues             a fresh socket for each rung
 *         steer                   the XSKMAP is filled before ...
 *         prog_attach             ... packets can arrive
 *
 * Whatever was reached when a step fails, xskpkt_port_close() undoes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "netns.h"
#include "opts.h"
#include "port.h"
#include "sys.h"

#define RING_DEFAULT 1024
#define RING_MAX (1u << 16)
/* The kernel wants these rings even where nothing will go through them. */
#define RING_UNUSED 64
/* Entries per packet in copy mode: MAX_SKB_FRAGS + 1. */
#define COPY_ENTRIES_MAX 18
/* Ethernet header and one VLAN tag, which the MTU does not count. */
#define LINK_HEADER 18

/* Options */

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
			       XSKPKT_PORT_MULTI_BUFFER | XSKPKT_PORT_NETNS_FD;
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

static int check_opts(const struct xskpkt_port_opts *o)
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

static int check_args(struct xskpkt_port **ret, const char *ifname,
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

/* Does the wish fit the interface? */

static bool receives(const struct xskpkt_port *port)
{
	return !(port->opts.flags & XSKPKT_PORT_TX_ONLY);
}

static bool sends(const struct xskpkt_port *port)
{
	return !(port->opts.flags & XSKPKT_PORT_RX_ONLY);
}

static uint32_t queues_there(const struct xskpkt_port *port)
{
	const struct netdev *nd = &port->netdev;

	if (!sends(port))
		return nd->rx_queues;
	if (!receives(port))
		return nd->tx_queues;
	return max_u32(nd->rx_queues, nd->tx_queues);
}

/* The kernel cuts queue numbers to 16 bits: 65536 would become queue 0. */
static int check_queue(const struct xskpkt_port *port, uint32_t i)
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

static int check_mtu(const struct xskpkt_port *port)
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

static int make_queues(struct xskpkt_port *port,
		       const struct xskpkt_port_opts *wish)
{
	void *mem;
	int err;

	port->queue_count = wish->queues ? wish->queue_count
					 : queues_there(port);
	if (port->queue_count > queues_there(port)) {
		err = fail(-EINVAL, "%s: %u queues are asked for, it has %u",
			   port->netdev.name, port->queue_count,
			   queues_there(port));
		port->queue_count = 0;
		return err;
	}
	err = sys_alloc(&mem, port->queue_count, sizeof(*port->queues));
	if (err) {
		port->queue_count = 0;
		return fail(err, "%s: no memory for its queues",
			    port->netdev.name);
	}
	port->queues = mem;
	for (uint32_t i = 0; i < port->queue_count; i++) {
		struct xskpkt_queue *q = &port->queues[i];

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
		err = make_queues(port, wish);
	for (uint32_t i = 0; !err && i < port->queue_count; i++)
		err = check_queue(port, i);
	return err;
}

/* Ring sizes */

static uint32_t power_of_two_above(uint32_t n)
{
	uint32_t size = 1;

	while (size < n)
		size *= 2;
	return size;
}

/*
 * The NIC's own ring is filled from the fill ring: in zero-copy it must hold
 * that ring's worth and still some, or the driver starves.
 */
static uint32_t fill_size(const struct xskpkt_port *port, bool zerocopy)
{
	const struct xskpkt_port_opts *o = &port->opts;
	uint32_t rx = receives(port) ? o->rx_ring : RING_UNUSED;

	if (o->fill_ring)
		return o->fill_ring;
	if (!zerocopy)
		return rx;
	return min_u32(RING_MAX,
		       power_of_two_above(rx + port->netdev.hw_rx_ring));
}

/* Can a queue of this port come to be in zero-copy mode? */
static bool may_be_zerocopy(const struct xskpkt_port *port)
{
	const uint64_t xsk_zerocopy = 1 << 3; /* NETDEV_XDP_ACT_XSK_ZEROCOPY */
	const struct netdev *nd = &port->netdev;

	return port->opts.mode <= XSKPKT_MODE_ZEROCOPY &&
	       (!nd->features_known || nd->xdp_features & xsk_zerocopy);
}

/* All that the rings and the cache of one queue can hold at once. */
static uint32_t frames_per_queue(const struct xskpkt_port *port)
{
	const struct xskpkt_port_opts *o = &port->opts;
	uint32_t frames = CACHE_FRAMES;

	frames += fill_size(port, may_be_zerocopy(port));
	frames += receives(port) ? o->rx_ring : 0;
	frames += sends(port) ? o->tx_ring : 0;
	return frames;
}

static int promise_frames(struct xskpkt_port *port)
{
	uint32_t frames = frames_per_queue(port) * port->queue_count;
	int err;

	err = pool_promise(port->pool, frames, port->netdev.node,
			   port->netdev.name);
	if (!err)
		port->promised = frames;
	return err;
}

/* One rung for one queue */

/* What the kernel would accept, and the driver then gets wrong. */
static int zerocopy_unwise(const struct xskpkt_port *port, const char *who)
{
	const struct netdev *nd = &port->netdev;
	const struct frames *f = &port->pool->frames;
	uint32_t fill = fill_size(port, true);

	if (!strcmp(nd->driver, "igb") && f->stride - f->offset < 2048)
		return fail(-EINVAL,
			    "%s: zero-copy: igb cuts packets at whole KiB: a "
			    "frame of %u bytes would split them at 1024: give "
			    "frame_size 4096",
			    who, f->stride);
	if (f->unaligned && port->pool->umem.pages < XSKPKT_PAGES_THP)
		return fail(-EINVAL,
			    "%s: zero-copy: unaligned frames cross pages, "
			    "which needs huge pages: reserve some (sysctl "
			    "vm.nr_hugepages)",
			    who);
	if (fill < nd->hw_rx_ring)
		return fail(-EINVAL,
			    "%s: zero-copy: the NIC's own ring has %u entries, "
			    "the fill ring %u: set fill_ring to %u, or shrink "
			    "the NIC's (ethtool -G %s rx %u)",
			    who, nd->hw_rx_ring, fill,
			    power_of_two_above(nd->hw_rx_ring), nd->name, fill);
	return 0;
}

/* A socket of this port that has registered the memory, in the same mode. */
static int shared_fd(const struct xskpkt_port *port, bool zerocopy)
{
	for (uint32_t i = 0; i < port->queue_count; i++) {
		const struct socket *s = &port->queues[i].socket;

		if (s->fd >= 0 && s->zerocopy == zerocopy)
			return s->fd;
	}
	return -1;
}

static uint32_t entries_max(const struct xskpkt_port *port, bool zerocopy)
{
	if (!(port->opts.flags & XSKPKT_PORT_MULTI_BUFFER))
		return 1;
	return zerocopy ? max_u32(port->netdev.zc_segs, 1) : COPY_ENTRIES_MAX;
}

/* A queue closed a moment ago is let go in the background: wait for it. */
#define BUSY_LIMIT_US 1000000
#define BUSY_STEP_US 5000

static int open_patiently(struct xskpkt_queue *q,
			  const struct socket_spec *spec, uint32_t entries)
{
	int err;

	for (unsigned us = 0;; us += BUSY_STEP_US) {
		err = queue_open(q, spec, entries);
		if (err != -EBUSY || us >= BUSY_LIMIT_US)
			return err;
		sys_sleep_us(BUSY_STEP_US);
	}
}

static int try_mode(struct xskpkt_port *port, struct xskpkt_queue *q,
		    enum xskpkt_mode mode)
{
	bool zerocopy = mode == XSKPKT_MODE_ZEROCOPY;
	const struct xskpkt_port_opts *o = &port->opts;
	struct rung *rung = &q->rungs[mode];
	char who[IF_NAMESIZE + 20];
	struct socket_spec spec = {
		.who = who,
		.driver = *port->netdev.driver ? port->netdev.driver : "?",
		.pool = port->pool,
		.ifindex = port->netdev.ifindex,
		.queue = q->id,
		.mtu = port->netdev.mtu,
		.rx_size = receives(port) ? o->rx_ring : 0,
		.tx_size = sends(port) ? o->tx_ring : 0,
		.fill_size = fill_size(port, zerocopy),
		.comp_size = sends(port) ? o->tx_ring : RING_UNUSED,
		.zerocopy = zerocopy,
		.multi_buffer = o->flags & XSKPKT_PORT_MULTI_BUFFER,
		.shared_fd = shared_fd(port, zerocopy),
	};
	int err = 0;

	snprintf(who, sizeof(who), "%s queue %u", port->netdev.name, q->id);
	if (zerocopy)
		err = zerocopy_unwise(port, who);
	if (!err)
		err = open_patiently(q, &spec, entries_max(port, zerocopy));
	rung->err = err;
	if (err)
		snprintf(rung->why, sizeof(rung->why), "%s", xskpkt_errmsg());
	else
		q->mode = mode;
	return err;
}

/* The next rung helps when a mode is refused, not when a queue is taken. */
static bool worth_another_rung(int err)
{
	return err && err != -EBUSY && err != -EPERM && err != -ENODEV;
}

static int open_queue(struct xskpkt_port *port, struct xskpkt_queue *q,
		      bool generic)
{
	uint32_t policy = port->opts.mode;
	int err = -EOPNOTSUPP;

	if (!generic && policy <= XSKPKT_MODE_ZEROCOPY) {
		err = try_mode(port, q, XSKPKT_MODE_ZEROCOPY);
		if (!worth_another_rung(err) || policy == XSKPKT_MODE_ZEROCOPY)
			return err;
		log_debug("%s", xskpkt_errmsg());
	}
	return try_mode(port, q,
			generic ? XSKPKT_MODE_GENERIC : XSKPKT_MODE_COPY);
}

/* The ladder of the whole port */

static int steer(struct xskpkt_port *port)
{
	int err = 0;

	/* Never a socket without an RX ring: it can crash the kernel. */
	if (!receives(port))
		return 0;
	for (uint32_t i = 0; !err && i < port->queue_count; i++)
		if (port->queues[i].id < port->netdev.rx_queues)
			err = prog_steer(&port->prog, port->queues[i].id,
					 port->queues[i].socket.fd);
	return err;
}

/* To send in copy mode takes no program; some drivers' zero-copy does. */
static bool needs_program(const struct xskpkt_port *port)
{
	return receives(port) || shared_fd(port, true) >= 0;
}

/* The program could not be attached: so none of these modes was to be had. */
static void note_attach(struct xskpkt_port *port, bool generic, int err)
{
	for (uint32_t i = 0; i < port->queue_count; i++)
		for (uint32_t mode = 1; mode < MODES; mode++) {
			struct rung *r = &port->queues[i].rungs[mode];

			if (r->err || generic != (mode == XSKPKT_MODE_GENERIC))
				continue;
			r->err = err;
			snprintf(r->why, sizeof(r->why), "%s", xskpkt_errmsg());
		}
}

static int open_rung(struct xskpkt_port *port, bool generic)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < port->queue_count; i++)
		err = open_queue(port, &port->queues[i], generic);
	if (!err)
		err = steer(port);
	if (!err && needs_program(port)) {
		err = prog_attach(&port->prog, generic);
		if (err)
			note_attach(port, generic, err);
	}
	if (err)
		port_close_queues(port);
	return err;
}

static int climb(struct xskpkt_port *port)
{
	uint32_t policy = port->opts.mode;
	int err;

	if (policy == XSKPKT_MODE_GENERIC)
		return open_rung(port, true);
	err = open_rung(port, false);
	if (policy != XSKPKT_MODE_AUTO || !worth_another_rung(err))
		return err;
	log_debug("%s", xskpkt_errmsg());
	return open_rung(port, true);
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
	if (!err)
		err = prog_load(&port->prog, &port->netdev, wish->program,
				wish->flags & XSKPKT_PORT_MULTI_BUFFER);
	if (!err)
		err = link_open(&port->link, port->netdev.ifindex,
				port->netdev.name);
	if (!err)
		err = climb(port);
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
	int err;

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
		netns_leave(&ns);
	}
	if (err) {
		xskpkt_port_close(port);
		return err;
	}
	log_opened(port);
	*ret = port;
	return 0;
}
