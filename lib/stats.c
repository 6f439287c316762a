// SPDX-License-Identifier: BSD-2-Clause
/* stats.c: ours, the kernel's and the program's numbers in one struct */
#include <errno.h>
#include <linux/if_xdp.h>
#include <stddef.h>

#include <xskpkt/stats.h>

#include "log.h"
#include "opts.h"
#include "port.h"

static void read_own(struct xskpkt_stats *s, const struct xskpkt_queue *q)
{
	const struct counters *c = &q->count;

	s->rx_packets = count_get(&c->rx_packets);
	s->rx_bytes = count_get(&c->rx_bytes);
	s->tx_packets = count_get(&c->tx_packets);
	s->tx_bytes = count_get(&c->tx_bytes);
	s->tx_completed = count_get(&c->tx_completed);
	s->dropped = count_get(&c->dropped);
	s->tx_invalid = count_get(&c->tx_invalid);
	s->tx_full = count_get(&c->tx_full);
	s->tx_lost = count_get(&c->tx_lost);
	s->no_frames = count_get(&c->no_frames);
	s->double_free = count_get(&q->cache.double_free);
	s->foreign = count_get(&q->cache.foreign);
	s->bad_completions = count_get(&q->cache.bad_completions);
	s->bad_receives = count_get(&q->cache.bad_receives);
	s->frames_filled = count_get(&q->cache.filled);
	s->frames_sending = count_get(&q->cache.sending);
	s->tx_wakeups = count_get(&c->tx_wakeups);
	s->tx_wakeups_saved = count_get(&c->tx_wakeups_saved);
	s->rx_wakeups = count_get(&c->rx_wakeups);
	s->waits = count_get(&c->waits);
}

static int read_kernel(struct xskpkt_stats *s, const struct xskpkt_queue *q)
{
	struct xdp_statistics k;
	int err = socket_statistics(q->socket.fd, &k);

	if (err)
		return fail(err, "%s queue %u: XDP_STATISTICS: %s",
			    q->port->netdev.name, q->id, err_text(err));
	s->kernel_rx_dropped = k.rx_dropped;
	s->kernel_rx_invalid = k.rx_invalid_descs;
	s->kernel_rx_ring_full = k.rx_ring_full;
	s->kernel_rx_fill_empty = k.rx_fill_ring_empty_descs;
	s->kernel_tx_invalid = k.tx_invalid_descs;
	s->kernel_tx_ring_empty = k.tx_ring_empty_descs;
	return 0;
}

static int read_program(struct xskpkt_stats *s, const struct xskpkt_port *port,
			uint32_t queue)
{
	struct prog_counters p = { 0 };
	int err = 0;

	if (port->prog.counters_fd >= 0 && queue < port->prog.queues)
		err = prog_count(&port->prog, queue, &p);
	if (err)
		return err;
	s->prog_redirected = p.redirected;
	s->prog_passed = p.passed;
	s->prog_failed = p.failed;
	return 0;
}

static int read_queue(struct xskpkt_stats *s, const struct xskpkt_queue *q)
{
	int err;

	*s = (struct xskpkt_stats){ 0 };
	read_own(s, q);
	err = read_kernel(s, q);
	return err ?: read_program(s, q->port, q->id);
}

/* All fields behind the size are 64-bit numbers. */
static void add(struct xskpkt_stats *sum, const struct xskpkt_stats *s)
{
	const size_t first = offsetof(struct xskpkt_stats, rx_packets);
	const size_t n = (sizeof(*s) - first) / sizeof(uint64_t);
	const uint64_t *from = &s->rx_packets;
	uint64_t *to = &sum->rx_packets;

	for (size_t i = 0; i < n; i++)
		to[i] += from[i];
}

/* Of the queues that are not open only the program can tell. */
static int add_unopened(struct xskpkt_stats *sum,
			const struct xskpkt_port *port)
{
	struct xskpkt_stats s = { 0 };
	int err = 0;

	for (uint32_t id = 0; !err && id < port->prog.queues; id++)
		if (!port_has_queue(port, id)) {
			err = read_program(&s, port, id);
			add(sum, &s);
		}
	return err;
}

int xskpkt_queue_stats(struct xskpkt_queue *q, struct xskpkt_stats *ret)
{
	struct xskpkt_stats s;
	int err;

	if (!q)
		return fail(-EINVAL, "xskpkt_queue_stats: q is NULL");
	err = read_queue(&s, q);
	return err ?: opts_give(ret, &s, sizeof(s), "xskpkt_stats");
}

int xskpkt_port_stats(struct xskpkt_port *port, struct xskpkt_stats *ret)
{
	struct xskpkt_stats sum = { 0 }, s;
	int err = 0;

	if (!port)
		return fail(-EINVAL, "xskpkt_port_stats: port is NULL");
	for (uint32_t i = 0; !err && i < port->queue_count; i++) {
		err = read_queue(&s, &port->queues[i]);
		add(&sum, &s);
	}
	if (!err)
		err = add_unopened(&sum, port);
	return err ?: opts_give(ret, &sum, sizeof(sum), "xskpkt_stats");
}
