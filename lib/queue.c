// SPDX-License-Identifier: BSD-2-Clause
/* queue.c: a queue's socket and cache, opened and closed; who it is */
#include <errno.h>

#include "log.h"
#include "port.h"
#include "sys.h"

/* Frames move to the fill ring this many at a time. */
#define FILL_BATCH 64

int queue_open(struct xskpkt_queue *q, const struct socket_spec *spec,
	       uint32_t max_entries)
{
	int err;

	q->frames = &spec->pool->frames;
	q->fill_batch = min_u32(FILL_BATCH, max_u32(spec->fill_size / 2, 1));
	q->max_entries = max_entries;
	err = cache_open(&q->cache, (struct xskpkt_pool *)spec->pool);
	if (err)
		return err;
	err = socket_open(&q->socket, spec);
	if (!err) {
		q->wake_fd = sys_eventfd();
		if (q->wake_fd < 0)
			err = fail(q->wake_fd, "%s: eventfd: %s", spec->who,
				   err_text(q->wake_fd));
	}
	if (err) {
		queue_close(q);
		queue_forget(q);
		return err;
	}
	/*
	 * A zero-copy queue that only sends still receives, for the kernel's
	 * stack: into our frames, which it then gives back by itself.
	 */
	if (spec->rx_size || q->socket.zerocopy)
		queue_refill(q);
	return 0;
}

void queue_close(struct xskpkt_queue *q)
{
	socket_close(&q->socket);
	sys_close(q->wake_fd);
	q->wake_fd = -1;
}

void queue_forget(struct xskpkt_queue *q)
{
	cache_close(&q->cache);
}

void queue_device_error(struct xskpkt_queue *q, int err)
{
	if (err == -ENXIO)
		link_set_gone(&q->port->link);
	/* ENOBUFS: no room to send now, or no RX ring, where none is open. */
	else if (err != -ENETDOWN && err != -EAGAIN && err != -EBUSY &&
		 err != -ENOBUFS)
		atomic_store_explicit(&q->kick_error, err,
				      memory_order_relaxed);
}

int xskpkt_queue_fd(const struct xskpkt_queue *q)
{
	return q->socket.fd;
}

uint32_t xskpkt_queue_id(const struct xskpkt_queue *q)
{
	return q->id;
}

struct xskpkt_port *xskpkt_queue_port(const struct xskpkt_queue *q)
{
	return q->port;
}

enum xskpkt_mode xskpkt_queue_mode(const struct xskpkt_queue *q)
{
	return q->mode;
}

int xskpkt_queue_reason(const struct xskpkt_queue *q, enum xskpkt_mode mode,
			const char **ret)
{
	const struct rung *r;

	if ((unsigned)mode >= MODES)
		return 0;
	r = &q->rungs[mode];
	if (r->err && ret)
		*ret = r->why;
	return r->err;
}
