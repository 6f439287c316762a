// SPDX-License-Identifier: BSD-2-Clause
/* explain.c: the numbers as sentences: what was lost, where, what to do */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include <xskpkt/stats.h>

#include "log.h"
#include "port.h"

/* A teller of one port's losses. */
struct tale {
	struct xskpkt_port *port;
	FILE *out;
	int losses;
	int err; /* the last time that numbers could not be had */
};

static const char *const mode_names[MODES] = { "?", "zero-copy", "copy",
					       "generic" };

static void tell_modes(struct tale *t, const struct xskpkt_queue *q)
{
	const struct xskpkt_port *p = t->port;

	fprintf(t->out, "%s queue %u: %s mode\n", p->netdev.name, q->id,
		mode_names[q->mode]);
	for (uint32_t mode = 1; mode < MODES; mode++)
		if (q->rungs[mode].err)
			fprintf(t->out, "  not %s: %s\n", mode_names[mode],
				q->rungs[mode].why);
}

/* One kind of loss on one queue; silent when there is none. */
static void tell(struct tale *t, uint32_t queue, uint64_t n, const char *what,
		 const char *way_out)
{
	if (!n)
		return;
	t->losses++;
	fprintf(t->out, "%s queue %u: %" PRIu64 " %s: %s\n",
		t->port->netdev.name, queue, n, what, way_out);
}

static void tell_rx(struct tale *t, uint32_t id, const struct xskpkt_stats *s)
{
	tell(t, id, s->kernel_rx_ring_full,
	     "packets were dropped because the RX ring was full",
	     "receive faster or in larger bursts, use more queues, or a larger "
	     "rx_ring");
	tell(t, id, s->kernel_rx_fill_empty,
	     "times the fill ring ran dry when a packet arrived",
	     "the pool has too few frames or they are held too long: more "
	     "frames, a larger fill_ring, or give packets back sooner");
	tell(t, id, s->kernel_rx_dropped,
	     "packets were dropped by the socket: no frame was free, or the "
	     "packet is larger than a frame",
	     "see the fill ring above; for large packets lower the MTU or use "
	     "XSKPKT_PORT_MULTI_BUFFER");
	tell(t, id, s->kernel_rx_invalid, "entries of the fill ring were bad",
	     "the kernel found frames of ours unusable: unaligned frames want "
	     "huge pages; otherwise this is a bug, report it");
	tell(t, id, s->prog_failed, "packets failed in the XDP program",
	     "its counters or its map could not be read: report it");
	tell(t, id, s->bad_receives,
	     "packets came from the kernel in frames that it did not have",
	     "they were ignored; this is a bug of driver or kernel");
}

static void tell_tx(struct tale *t, uint32_t id, const struct xskpkt_stats *s)
{
	tell(t, id, s->tx_invalid, "packets could not be sent",
	     "tx was given packets that are empty, leave their frame, are cut "
	     "short, or are not the caller's");
	tell(t, id, s->tx_lost,
	     "times the device dropped a packet that was being sent",
	     "the link or the peer is down, the packet is longer than the MTU "
	     "or too short, or the peer's queue is full");
	tell(t, id, s->kernel_tx_invalid, "entries of the TX ring were bad",
	     "the driver takes fewer buffers per packet, or this is a bug");
	tell(t, id, s->bad_completions,
	     "completions were for frames that were not being sent",
	     "they were ignored; this is a bug of driver or kernel");
	tell(t, id, s->double_free,
	     "packets were given back or sent that were not the caller's",
	     "look for a packet that is dropped and sent, or dropped twice");
	tell(t, id, s->foreign, "packets were not of this pool",
	     "look for pointers that did not come from rx or alloc, or for "
	     "ports with different pools");
	tell(t, id, s->no_frames, "times no frame was free",
	     "more frames (xskpkt_pool_opts.frames), or give packets back "
	     "sooner");
}

/* Says so in place of the numbers; no news must not pass for good news. */
static bool unknown(struct tale *t, int err)
{
	if (!err)
		return false;
	fprintf(t->out, "%s\n", xskpkt_errmsg());
	t->err = err;
	return true;
}

static void tell_queue(struct tale *t, struct xskpkt_queue *q)
{
	struct xskpkt_stats s = { .size = sizeof(s) };
	int kick = atomic_load_explicit(&q->kick_error, memory_order_relaxed);

	tell_modes(t, q);
	if (unknown(t, xskpkt_queue_stats(q, &s)))
		return;
	tell_rx(t, q->id, &s);
	tell_tx(t, q->id, &s);
	if (q->socket.busy_poll && !socket_napi(q->socket.fd)) {
		t->losses++;
		fprintf(t->out,
			"%s queue %u: busy polling has no effect: its driver "
			"links no NAPI to the queue, or it was down when the "
			"port was opened\n",
			t->port->netdev.name, q->id);
	}
	if (kick) {
		t->losses++;
		fprintf(t->out,
			"%s queue %u: the kernel refuses to be woken (%s): "
			"packets may stay in the ring\n",
			t->port->netdev.name, q->id, err_text(kick));
	}
}

/* What arrived where nobody listens. */
static void tell_unopened(struct tale *t)
{
	const struct prog *prog = &t->port->prog;
	struct prog_counters c;

	for (uint32_t id = 0; prog->counters_fd >= 0 && id < prog->queues;
	     id++) {
		if (port_has_queue(t->port, id) ||
		    unknown(t, prog_count(prog, id, &c)) || !c.passed)
			continue;
		t->losses++;
		fprintf(t->out,
			"%s: %" PRIu64 " packets arrived on queue %u, which is "
			"not open: they went to the kernel; open every queue, "
			"or steer traffic away (ethtool -X %s)\n",
			t->port->netdev.name, c.passed, id,
			t->port->netdev.name);
	}
}

static void tell_state(struct tale *t)
{
	enum xskpkt_state state = xskpkt_port_state(t->port);

	if (state != XSKPKT_STATE_UP) {
		t->losses++;
		fprintf(t->out, "%s\n", xskpkt_errmsg());
	}
	/* With the device its program goes as well. */
	if (state == XSKPKT_STATE_GONE || !prog_check(&t->port->prog))
		return;
	t->losses++;
	fprintf(t->out, "%s\n", xskpkt_errmsg());
}

int xskpkt_port_explain(struct xskpkt_port *port, FILE *out)
{
	struct tale t = { .port = port, .out = out };

	if (!port || !out)
		return fail(-EINVAL, "xskpkt_port_explain: %s is NULL",
			    port ? "out" : "port");
	tell_state(&t);
	for (uint32_t i = 0; i < port->queue_count; i++)
		tell_queue(&t, &port->queues[i]);
	if (receives(port))
		tell_unopened(&t);
	return t.err ?: t.losses;
}
