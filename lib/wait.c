// SPDX-License-Identifier: BSD-2-Clause
/* wait.c: sleeping until there is work, on one queue or many */
#include <errno.h>
#include <poll.h>

#include "log.h"
#include "port.h"
#include "sys.h"

#define QUEUES_MAX 256

/* What poll() watches: sockets, wake-ups, and the link of each port. */
struct watch {
	struct pollfd fds[3 * QUEUES_MAX];
	unsigned n;
};

static void watch_add(struct watch *w, int fd, short events)
{
	w->fds[w->n++] = (struct pollfd){ .fd = fd, .events = events };
}

static bool has_work(struct xskpkt_queue *q, unsigned what)
{
	struct ring *tx = &q->socket.tx;

	if (what & XSKPKT_WAIT_RX && ring_ready(&q->socket.rx, 1))
		return true;
	return what & XSKPKT_WAIT_TX && tx->size &&
	       ring_room(tx, tx->size) >= (tx->size + 1) / 2;
}

static int count_work(struct xskpkt_queue *const *queues, unsigned n,
		      unsigned what)
{
	int count = 0;

	for (unsigned i = 0; i < n; i++)
		count += has_work(queues[i], what);
	return count;
}

/* Nothing of ours may keep the kernel from working while we sleep. */
static void prepare(struct xskpkt_queue *q)
{
	queue_reap(q);
	if (q->socket.rx.size)
		queue_refill(q);
	if (q->tx_pending)
		queue_kick(q);
}

/*
 * Has the state of a port changed since a wait on the queue last said so, or
 * looked? 1: it has. -ENODEV: the port is gone.
 */
static int check_links(struct xskpkt_queue *const *queues, unsigned n)
{
	enum xskpkt_state state = XSKPKT_STATE_UP;
	int changed = 0;

	for (unsigned i = 0; i < n; i++) {
		if (!i || queues[i]->port != queues[i - 1]->port)
			state = xskpkt_port_state(queues[i]->port);
		if (state == XSKPKT_STATE_GONE)
			return -ENODEV; /* with its sentence */
		changed |= queues[i]->told != state;
		queues[i]->told = state;
	}
	return changed;
}

/* Wake-ups, then sockets, then links: each is found again by its place. */
static void watch_queues(struct watch *w, struct xskpkt_queue *const *queues,
			 unsigned n, unsigned what)
{
	short events = 0;

	if (what & XSKPKT_WAIT_RX)
		events |= POLLIN;
	if (what & XSKPKT_WAIT_TX)
		events |= POLLOUT;
	w->n = 0;
	for (unsigned i = 0; i < n; i++)
		watch_add(w, queues[i]->wake_fd, POLLIN);
	for (unsigned i = 0; i < n; i++)
		watch_add(w, queues[i]->socket.fd, events);
	for (unsigned i = 0; i < n; i++)
		if (!i || queues[i]->port != queues[i - 1]->port)
			watch_add(w, queues[i]->port->link.fd, POLLIN);
}

/* Did nothing but links make poll() return? */
static bool only_links(const struct watch *w, unsigned n)
{
	for (unsigned i = 0; i < 2 * n; i++)
		if (w->fds[i].revents)
			return false;
	return true;
}

static void take_wakes(const struct watch *w, unsigned n)
{
	uint64_t times;

	for (unsigned i = 0; i < n; i++)
		if (w->fds[i].revents)
			sys_read(w->fds[i].fd, &times, sizeof(times));
}

/* Were it hidden, the caller's loop would spin where it should sleep. */
static int no_sleep(const struct xskpkt_queue *q, int err, unsigned fds)
{
	const char *name = q->port->netdev.name;

	if (err == -EINVAL)
		return fail(err,
			    "%s queue %u: wait: poll() of %u descriptors: the "
			    "process may only have fewer (ulimit -n): raise "
			    "it, or wait for fewer queues",
			    name, q->id, fds);
	return fail(err, "%s queue %u: wait: poll() of %u descriptors: %s",
		    name, q->id, fds, err_text(err));
}

static int ms_until(int64_t end)
{
	int64_t left = end - clock_ms();

	return left > 0 ? (int)left : 0;
}

/*
 * Sleep until there is reason to look at the queues, or the time is up. A link
 * tells of every interface, and more than its state: most of it is no reason.
 */
static int sleep_on(struct watch *w, struct xskpkt_queue *const *queues,
		    unsigned n, int timeout_ms)
{
	int64_t end = timeout_ms > 0 ? clock_ms() + timeout_ms : 0;
	int err;

	for (;;) {
		err = sys_poll(w->fds, w->n, timeout_ms);
		if (err < 0 && err != -EINTR)
			return no_sleep(queues[0], err, w->n);
		if (err > 0)
			take_wakes(w, n);
		if (err <= 0 || !only_links(w, n))
			break;
		err = check_links(queues, n);
		if (err)
			return err < 0 ? err : 0;
		if (timeout_ms > 0)
			timeout_ms = ms_until(end);
	}
	err = check_links(queues, n);
	return err < 0 ? err : 0;
}

static int check_args(struct xskpkt_queue *const *queues, unsigned n,
		      unsigned what)
{
	if (!queues || !n || n > QUEUES_MAX)
		return fail(-EINVAL,
			    "xskpkt_queue_wait: %u queues: give 1 to %d", n,
			    QUEUES_MAX);
	if (what & ~(XSKPKT_WAIT_RX | XSKPKT_WAIT_TX))
		return fail(-EINVAL,
			    "xskpkt_queue_wait: what 0x%x is not known", what);
	return 0;
}

int xskpkt_queue_wait(struct xskpkt_queue *const *queues, unsigned n,
		      unsigned what, int timeout_ms)
{
	struct watch w;
	int err, ready;

	err = check_args(queues, n, what);
	if (err)
		return err;
	what = what ?: XSKPKT_WAIT_RX;
	for (unsigned i = 0; i < n; i++)
		prepare(queues[i]);
	ready = count_work(queues, n, what);
	if (ready)
		return ready;
	err = check_links(queues, n);
	if (err)
		return err < 0 ? err : 0;

	watch_queues(&w, queues, n, what);
	count_add(&queues[0]->count.waits, 1);
	err = sleep_on(&w, queues, n, timeout_ms);
	return err ?: count_work(queues, n, what);
}

/* Where nothing wakes us: the kernel has no event for a completion. */
#define DRAIN_STEP_US 100

int xskpkt_queue_drain(struct xskpkt_queue *q, int timeout_ms)
{
	int64_t end = clock_ms() + timeout_ms;

	for (;;) {
		queue_reap(q);
		if (!count_get(&q->cache.sending))
			return 0;
		if (q->tx_pending || ring_needs_wakeup(&q->socket.tx))
			queue_kick(q);
		if (xskpkt_port_state(q->port) == XSKPKT_STATE_GONE)
			return -ENODEV; /* with its sentence */
		if (timeout_ms >= 0 && clock_ms() >= end)
			return fail(-ETIMEDOUT,
				    "%s queue %u: after %d ms %u packets are "
				    "not sent: is the link up?",
				    q->port->netdev.name, q->id, timeout_ms,
				    count_get(&q->cache.sending));
		sys_sleep_us(DRAIN_STEP_US);
	}
}

void xskpkt_queue_wake(struct xskpkt_queue *q)
{
	uint64_t once = 1;

	/* It can only fail when 2^64 - 1 wakes are waiting: also awake. */
	sys_write(q->wake_fd, &once, sizeof(once));
}
