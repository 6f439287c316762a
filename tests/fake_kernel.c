// SPDX-License-Identifier: BSD-2-Clause
/* fake_kernel.c: what the kernel does with the rings of an AF_XDP socket */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fake_kernel.h"
#include "log.h"
#include "port.h"
#include "sys.h"

#ifndef XDP_PKT_CONTD
#define XDP_PKT_CONTD 1 /* Linux 6.6 */
#endif

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fake kernel: %s: %s\n", what, xskpkt_errmsg());
	abort();
}

/* Rings */

static uint32_t slot(const struct fake_ring *r, uint32_t index)
{
	return index & (r->size - 1);
}

/* Where an index is nonsense there is nothing for us, and no room. */

static uint32_t entries(const struct fake_ring *r)
{
	uint32_t n =
		atomic_load_explicit(r->prod, memory_order_acquire) - r->mine;

	return n <= r->size ? n : 0;
}

static uint32_t unread(const struct fake_ring *r)
{
	uint32_t n =
		r->mine - atomic_load_explicit(r->cons, memory_order_acquire);

	return n <= r->size ? n : r->size;
}

static void show(struct fake_ring *r)
{
	atomic_store_explicit(r->ours, r->mine, memory_order_release);
}

void fake_show_index(struct fake_ring *r, uint32_t index)
{
	atomic_store(r->ours, index);
}

void fake_hide_index(struct fake_ring *r)
{
	show(r);
}

void fake_jump(struct fake_ring *r, uint32_t by)
{
	r->mine += by;
	show(r);
}

uint32_t fake_waiting(const struct fake_ring *r)
{
	return r->ours == r->prod ? unread(r) : entries(r);
}

void fake_need_wakeup(struct fake_ring *r, bool on)
{
	if (r->mem)
		atomic_store(r->flags, on ? XDP_RING_NEED_WAKEUP : 0);
}

bool fake_put_rx(struct fake_socket *s, struct xdp_desc desc)
{
	struct fake_ring *r = &s->rx;

	if (unread(r) >= r->size)
		return false;
	((struct xdp_desc *)r->slots)[slot(r, r->mine++)] = desc;
	show(r);
	return true;
}

static void put_completion(struct fake_socket *s, uint64_t address)
{
	struct fake_ring *r = &s->comp;

	must(unread(r) < r->size, "the slot of a completion is taken");
	s->completed[r->mine & (4 * r->size - 1)] = address;
	((uint64_t *)r->slots)[slot(r, r->mine++)] = address;
	show(r);
}

/* A slot is reserved for each packet in flight. */
static bool may_complete_more(const struct fake_socket *s)
{
	return s->flight_count + unread(&s->comp) < s->comp.size;
}

bool fake_put_completion(struct fake_socket *s, uint64_t address)
{
	bool may = may_complete_more(s);

	if (may)
		put_completion(s, address);
	return may;
}

uint64_t fake_completed(const struct fake_socket *s, uint32_t index)
{
	return s->completed[index & (4 * s->comp.size - 1)];
}

/* Receiving */

unsigned fake_take_fill(struct fake_socket *s, unsigned n)
{
	struct fake_ring *r = &s->fill;
	unsigned taken = 0;

	while (taken < n && entries(r) && s->taken_count < s->taken_max) {
		s->taken[s->taken_count++] =
			((uint64_t *)r->slots)[slot(r, r->mine++)];
		taken++;
	}
	show(r);
	return taken;
}

static uint64_t take_frame(struct fake_socket *s)
{
	uint64_t address = s->taken[0];

	memmove(s->taken, s->taken + 1, --s->taken_count * sizeof(*s->taken));
	return address;
}

/* Where the data of a packet starts that is received into this frame. */
static uint64_t data_address(const struct fake_socket *s, uint64_t frame)
{
	const uint64_t offset = 256 + s->headroom;

	if (s->umem_flags & XDP_UMEM_UNALIGNED_CHUNK_FLAG)
		return frame | offset << XSK_UNALIGNED_BUF_OFFSET_SHIFT;
	return (frame & ~(uint64_t)(s->chunk - 1)) + offset;
}

static void deliver_entry(struct fake_socket *s, uint32_t len, bool more)
{
	struct xdp_desc desc = { .len = len,
				 .options = more ? XDP_PKT_CONTD : 0 };
	uint64_t frame = take_frame(s);
	uint8_t *data;

	desc.addr = data_address(s, frame);
	data = s->umem + (desc.addr & XSK_UNALIGNED_BUF_ADDR_MASK) +
	       (desc.addr >> XSK_UNALIGNED_BUF_OFFSET_SHIFT);
	if (len >= sizeof(s->serial))
		memcpy(data, &s->serial, sizeof(s->serial));
	s->serial++;
	fake_put_rx(s, desc);
}

static bool deliver_one(struct fake_socket *s, uint32_t len)
{
	uint32_t room = s->chunk - 256 - s->headroom;
	uint32_t pieces = len ? (len + room - 1) / room : 1;

	if (s->rx.size - unread(&s->rx) < pieces) {
		s->stats.rx_ring_full++;
		return false;
	}
	if (s->taken_count < pieces)
		fake_take_fill(s, pieces - s->taken_count);
	if (s->taken_count < pieces) {
		s->stats.rx_fill_ring_empty_descs++;
		s->stats.rx_dropped++;
		return false;
	}
	for (; pieces > 1; pieces--, len -= room)
		deliver_entry(s, room, true);
	deliver_entry(s, len, false);
	return true;
}

unsigned fake_deliver(struct fake_socket *s, unsigned n, uint32_t len)
{
	unsigned done = 0;

	while (done < n && deliver_one(s, len))
		done++;
	return done;
}

/* Sending */

static bool valid(const struct fake_socket *s, const struct xdp_desc *d)
{
	uint64_t flat = (d->addr & XSK_UNALIGNED_BUF_ADDR_MASK) +
			(d->addr >> XSK_UNALIGNED_BUF_OFFSET_SHIFT);
	bool unaligned = s->umem_flags & XDP_UMEM_UNALIGNED_CHUNK_FLAG;

	if (!d->len || d->len > s->chunk || d->options & ~XDP_PKT_CONTD)
		return false;
	if (!unaligned && (d->addr & (s->chunk - 1)) + d->len > s->chunk)
		return false;
	return flat < s->umem_len && flat + d->len <= s->umem_len;
}

unsigned fake_take_tx(struct fake_socket *s, unsigned n)
{
	struct fake_ring *r = &s->tx;
	unsigned taken = 0;
	struct xdp_desc d;

	while (taken < n && r->size && entries(r) && may_complete_more(s)) {
		d = ((struct xdp_desc *)r->slots)[slot(r, r->mine++)];
		if (!valid(s, &d))
			s->stats.tx_invalid_descs++;
		s->flight[s->flight_count++] = d;
		taken++;
	}
	if (r->size)
		show(r);
	return taken;
}

void fake_complete_at(struct fake_socket *s, uint32_t i)
{
	must(i < s->flight_count, "nothing to complete there");
	put_completion(s, s->flight[i].addr);
	memmove(s->flight + i, s->flight + i + 1,
		(--s->flight_count - i) * sizeof(*s->flight));
}

unsigned fake_complete(struct fake_socket *s, unsigned n)
{
	unsigned done = 0;

	for (; done < n && s->flight_count; done++)
		fake_complete_at(s, 0);
	return done;
}

void fake_answer(struct fake_socket *s, int err)
{
	if (s->answered == s->answer_count)
		s->answered = s->answer_count = 0;
	must(s->answer_count < sizeof(s->answers) / sizeof(s->answers[0]),
	     "too many answers");
	s->answers[s->answer_count++] = err;
}

/* In copy mode the call itself sends. */
int fake_send(struct fake_socket *s)
{
	unsigned sent = fake_take_tx(s, s->budget);

	if (s->prompt)
		fake_complete(s, sent);
	return entries(&s->tx) ? -EAGAIN : 0;
}

/* Starting and stopping */

/* Another queue of the port that has registered the memory, or -1. */
static int shared_fd(const struct fake_kernel *k)
{
	for (uint32_t i = 0; i < k->queue_count; i++)
		if (k->queues[i]->socket.fd >= 0)
			return k->queues[i]->socket.fd;
	return -1;
}

void fake_kernel_open_queue(struct fake_kernel *k, uint32_t i)
{
	const struct fake_opts *o = &k->opts;
	struct xskpkt_queue *q = k->queues[i];
	uint32_t ring = o->ring ? o->ring : 64;
	struct socket_spec spec = {
		.who = "fake0",
		.driver = "fake",
		.pool = k->pool,
		.ifindex = 1,
		.queue = i,
		.mtu = 1500,
		.rx_size = o->tx_only ? 0 : ring,
		.tx_size = o->rx_only ? 0 : ring,
		.fill_size = ring,
		.comp_size = o->comp ? o->comp : ring,
		.zerocopy = o->zerocopy,
		.multi_buffer = o->entries > 1,
		.busy_poll = o->busy_poll,
	};

	*q = (struct xskpkt_queue){ .id = i, .port = k->port, .wake_fd = -1 };
	q->socket.fd = -1;
	q->mode = o->zerocopy ? XSKPKT_MODE_ZEROCOPY : XSKPKT_MODE_COPY;
	spec.shared_fd = shared_fd(k);
	must(!queue_open(q, &spec, o->entries ? o->entries : 1), "queue");
}

static void make_pool(struct fake_kernel *k)
{
	const struct fake_opts *o = &k->opts;
	struct xskpkt_pool_opts opts = {
		.size = sizeof(opts),
		.frames = o->frames ? o->frames : 1024,
		.frame_size = o->frame_size ? o->frame_size : 2048,
		.headroom = o->headroom,
		.pages = XSKPKT_PAGES_4K,
		.flags = o->pool_flags | XSKPKT_POOL_ON_NODE,
	};

	must(!xskpkt_pool_create(&k->pool, &opts), "pool");
}

static void make_port(struct fake_kernel *k)
{
	struct xskpkt_port *port = k->port;

	port->pool = k->pool;
	port->queue_count = k->queue_count;
	port->queues = k->queue;
	snprintf(port->netdev.name, sizeof(port->netdev.name), "fake0");
	port->prog.prog_fd = port->prog.map_fd = -1;
	port->prog.counters_fd = port->prog.link_fd = -1;
	snprintf(port->link.name, sizeof(port->link.name), "fake0");
	port->link.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

struct fake_kernel *fake_kernel_start(const struct fake_opts *opts)
{
	struct fake_kernel *k = calloc(1, sizeof(*k));
	void *mem;

	fake_kernel_take_over();
	must(k, "memory");
	k->opts = *opts;
	k->queue_count = opts->queues ? opts->queues : 1;
	must(!sys_alloc(&mem, 1, sizeof(*k->port)), "memory");
	k->port = mem;
	must(!sys_alloc(&mem, k->queue_count, sizeof(*k->queue)), "memory");
	k->queue = mem;
	for (uint32_t i = 0; i < k->queue_count; i++)
		(k->queues[i] = &k->queue[i])->socket.fd = -1;
	make_pool(k);
	make_port(k);
	for (uint32_t i = 0; i < k->queue_count; i++)
		fake_kernel_open_queue(k, i);
	return k;
}

void fake_kernel_close_queue(struct fake_kernel *k, uint32_t i)
{
	queue_close(k->queues[i]);
	queue_forget(k->queues[i]);
}

void fake_kernel_stop(struct fake_kernel *k)
{
	for (uint32_t i = 0; i < k->queue_count; i++)
		fake_kernel_close_queue(k, i);
	close(k->port->link.fd);
	xskpkt_pool_destroy(k->pool);
	free(k->queue);
	free(k->port);
	free(k);
}

static void wind(struct ring *ours, struct fake_ring *r, uint32_t by)
{
	if (!r->mem)
		return;
	ours->next += by;
	ours->seen += by;
	r->mine += by;
	atomic_fetch_add(r->prod, by);
	atomic_fetch_add(r->cons, by);
}

void fake_wind(struct xskpkt_queue *q, uint32_t by)
{
	struct fake_socket *s = fake_socket_of(q);

	wind(&q->socket.rx, &s->rx, by);
	wind(&q->socket.tx, &s->tx, by);
	wind(&q->socket.fill, &s->fill, by);
	wind(&q->socket.comp, &s->comp, by);
}

void fake_set_state(struct fake_kernel *k, int state)
{
	uint64_t news = 1;

	atomic_store(&k->port->link.state, state);
	must(write(k->port->link.fd, &news, sizeof(news)) > 0, "link");
}
