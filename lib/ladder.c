// SPDX-License-Identifier: BSD-2-Clause
/*
 * ladder.c: native zero-copy, native copy, generic copy: the first that works.
 *
 *   rung        attach    bind       tried when the policy is
 *   ZEROCOPY    native    zero-copy  AUTO, ZEROCOPY
 *   COPY        native    copy       AUTO, COPY
 *   GENERIC     generic   copy       AUTO, GENERIC
 *
 * Zero-copy or copy is decided for each queue, native or generic for the port.
 * Each try has a fresh socket, and leaves its reason behind when it fails.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "check.h"
#include "ladder.h"
#include "log.h"
#include "sys.h"

/* The kernel wants these rings even where nothing will go through them. */
#define RING_UNUSED 64
/* Entries per packet in copy mode: MAX_SKB_FRAGS + 1. */
#define COPY_ENTRIES_MAX 18

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

/*
 * Of an interface with more RX than TX queues, or the other way round, the
 * last ones have one direction only. The kernel would not notice: it would
 * send on a queue that is not there.
 */
static uint32_t rx_size(const struct xskpkt_port *port,
			const struct xskpkt_queue *q)
{
	bool there = q->id < port->netdev.rx_queues;

	return receives(port) && there ? port->opts.rx_ring : 0;
}

static uint32_t tx_size(const struct xskpkt_port *port,
			const struct xskpkt_queue *q)
{
	bool there = q->id < port->netdev.tx_queues;

	return sends(port) && there ? port->opts.tx_ring : 0;
}

/* Can a queue of this port come to be in zero-copy mode? */
static bool may_be_zerocopy(const struct xskpkt_port *port)
{
	const uint64_t xsk_zerocopy = 1 << 3; /* NETDEV_XDP_ACT_XSK_ZEROCOPY */
	const struct netdev *nd = &port->netdev;

	return port->opts.mode <= XSKPKT_MODE_ZEROCOPY &&
	       (!nd->features_known || nd->xdp_features & xsk_zerocopy);
}

uint32_t ladder_frames_per_queue(const struct xskpkt_port *port)
{
	const struct xskpkt_port_opts *o = &port->opts;
	uint32_t frames = CACHE_FRAMES;

	frames += fill_size(port, may_be_zerocopy(port));
	frames += receives(port) ? o->rx_ring : 0;
	frames += sends(port) ? o->tx_ring : 0;
	return frames;
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

/*
 * A queue closed a moment ago is let go in the background, and its memory no
 * longer charged then: wait for it. Each try takes its time as well.
 */
#define BUSY_LIMIT_MS 1000
#define BUSY_STEP_US 5000

static bool may_pass(const struct socket_spec *spec, int err)
{
	struct rlimit limit = { 0 };

	if (err != -ENOBUFS)
		return err == -EBUSY;
	getrlimit(RLIMIT_MEMLOCK, &limit);
	return limit.rlim_cur >= spec->pool->umem.length;
}

static int open_patiently(struct xskpkt_queue *q,
			  const struct socket_spec *spec, uint32_t entries)
{
	unsigned tries = BUSY_LIMIT_MS * 1000 / BUSY_STEP_US;
	int64_t end = clock_ms() + BUSY_LIMIT_MS;
	int err;

	for (;;) {
		err = queue_open(q, spec, entries);
		if (!may_pass(spec, err) || !tries-- || clock_ms() >= end)
			return err;
		sys_sleep_us(BUSY_STEP_US);
	}
}

static int try_mode(struct xskpkt_port *port, struct xskpkt_queue *q,
		    enum xskpkt_mode mode)
{
	bool zerocopy = mode == XSKPKT_MODE_ZEROCOPY;
	struct rung *rung = &q->rungs[mode];
	char who[IF_NAMESIZE + 20];
	struct socket_spec spec = {
		.who = who,
		.driver = *port->netdev.driver ? port->netdev.driver : "?",
		.pool = port->pool,
		.ifindex = port->netdev.ifindex,
		.queue = q->id,
		.mtu = port->netdev.mtu,
		.rx_size = rx_size(port, q),
		.tx_size = tx_size(port, q),
		.fill_size = fill_size(port, zerocopy),
		.comp_size = tx_size(port, q) ?: RING_UNUSED,
		.zerocopy = zerocopy,
		.multi_buffer = port->opts.flags & XSKPKT_PORT_MULTI_BUFFER,
		.busy_poll = port->opts.flags & XSKPKT_PORT_BUSY_POLL,
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
	for (uint32_t i = 0; !err && i < port->queue_count; i++)
		if (port->queues[i].socket.rx.size)
			err = prog_steer(&port->prog, port->queues[i].id,
					 port->queues[i].socket.fd);
	return err;
}

bool ladder_needs_program(const struct xskpkt_port *port)
{
	return receives(port) || port->own_program || may_be_zerocopy(port);
}

/* All queues of a port stand on one rung: what keeps one off it keeps all. */
static void note_rung(struct xskpkt_port *port, bool generic, int err)
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

/* A program that the caller attached: in which mode, only the kernel knows. */
static void read_mode(struct xskpkt_port *port, bool generic)
{
	if (port->prog.generic == generic)
		return;
	for (uint32_t i = 0; i < port->queue_count; i++)
		if (port->queues[i].mode != XSKPKT_MODE_ZEROCOPY)
			port->queues[i].mode = port->prog.generic
						       ? XSKPKT_MODE_GENERIC
						       : XSKPKT_MODE_COPY;
}

static int open_rung(struct xskpkt_port *port, bool generic)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < port->queue_count; i++)
		err = open_queue(port, &port->queues[i], generic);
	if (!err)
		err = steer(port);
	if (!err && ladder_needs_program(port))
		err = prog_attach(&port->prog, generic);
	if (err) {
		note_rung(port, generic, err);
		port_close_queues(port);
	} else if (ladder_needs_program(port)) {
		read_mode(port, generic);
	}
	return err;
}

int ladder_climb(struct xskpkt_port *port)
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
