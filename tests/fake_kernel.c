// SPDX-License-Identifier: BSD-2-Clause
/* fake_kernel.c: the kernel's side of AF_XDP sockets, in plain memory */
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
#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9 /* Linux 6.17 */
#endif

/* What a socket call is replaced by, and what it was. */
#define TAKES_OVER(type, name, ...)      \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

static struct fake_socket sockets[FAKE_SOCKETS];
static bool active;
static int forced_mode = -1;
static struct {
	int step, err;
} refusal;

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fake kernel: %s: %s\n", what, xskpkt_errmsg());
	abort();
}

/* Everything else goes on to the real kernel. */

static struct fake_socket *find(int fd)
{
	for (unsigned i = 0; active && i < FAKE_SOCKETS; i++)
		if (sockets[i].fd == fd && fd >= 0)
			return &sockets[i];
	return NULL;
}

struct fake_socket *fake_socket_of(const struct xskpkt_queue *q)
{
	return find(xskpkt_queue_fd(q));
}

unsigned fake_sockets_open(void)
{
	unsigned n = 0;

	for (unsigned i = 0; active && i < FAKE_SOCKETS; i++)
		n += sockets[i].fd >= 0;
	return n;
}

void fake_kernel_take_over(void)
{
	for (unsigned i = 0; !active && i < FAKE_SOCKETS; i++)
		sockets[i].fd = -1;
	active = true;
}

void fake_kernel_refuse(int step, int err)
{
	refusal.step = step;
	refusal.err = err;
}

void fake_kernel_force_mode(int zerocopy)
{
	forced_mode = zerocopy;
}

static int refused(int step)
{
	if (refusal.step != step)
		return 0;
	refusal.step = 0;
	return refusal.err;
}

/* Opening */

TAKES_OVER(int, sys_socket, int domain, int type, int protocol)
{
	struct fake_socket *s = sockets;
	int err;

	if (!active || domain != AF_XDP)
		return __real_sys_socket(domain, type, protocol);
	err = refused(FAKE_SOCKET);
	if (err)
		return err;
	while (s < sockets + FAKE_SOCKETS && s->fd >= 0)
		s++;
	if (s == sockets + FAKE_SOCKETS)
		return -EMFILE;
	/* A descriptor of its own, that nothing else can have. */
	*s = (struct fake_socket){ .fd = eventfd(0, EFD_CLOEXEC),
				   .budget = 32 };
	return s->fd;
}

static int register_umem(struct fake_socket *s, const struct xdp_umem_reg *reg)
{
	const uint32_t most = 4096;

	if (s->umem)
		return -EBUSY;
	if (reg->chunk_size < 2048 || reg->chunk_size > most || !reg->len ||
	    reg->headroom + 256 + 320 + 128 > reg->chunk_size ||
	    reg->addr % 4096)
		return -EINVAL;
	if (!(reg->flags & XDP_UMEM_UNALIGNED_CHUNK_FLAG) &&
	    (reg->len % reg->chunk_size ||
	     reg->chunk_size & (reg->chunk_size - 1)))
		return -EINVAL;
	s->umem = (uint8_t *)(uintptr_t)reg->addr;
	s->umem_len = reg->len;
	s->chunk = reg->chunk_size;
	s->headroom = reg->headroom;
	s->umem_flags = reg->flags;
	return 0;
}

static int set_size(struct fake_ring *r, uint32_t size)
{
	if (!size || size & (size - 1) || r->size)
		return -EINVAL;
	r->size = size;
	return 0;
}

TAKES_OVER(int, sys_setsockopt, int fd, int level, int name, const void *val,
	   socklen_t len)
{
	struct fake_socket *s = find(fd);
	int err;

	if (!s)
		return __real_sys_setsockopt(fd, level, name, val, len);
	err = refused(name);
	if (err)
		return err;
	switch (name) {
	case XDP_UMEM_REG:
		return register_umem(s, val);
	case XDP_RX_RING:
		return set_size(&s->rx, *(const uint32_t *)val);
	case XDP_TX_RING:
		return set_size(&s->tx, *(const uint32_t *)val);
	case XDP_UMEM_FILL_RING:
		return set_size(&s->fill, *(const uint32_t *)val);
	case XDP_UMEM_COMPLETION_RING:
		return set_size(&s->comp, *(const uint32_t *)val);
	case XDP_MAX_TX_SKB_BUDGET:
		s->budget = *(const uint32_t *)val;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static const struct xdp_ring_offset layout = {
	.producer = 0, .consumer = 128, .flags = 196, .desc = 320
};

TAKES_OVER(int, sys_getsockopt, int fd, int level, int name, void *val,
	   socklen_t *len)
{
	struct fake_socket *s = find(fd);
	int err;

	if (!s)
		return __real_sys_getsockopt(fd, level, name, val, len);
	err = refused(name);
	if (err)
		return err;
	switch (name) {
	case XDP_MMAP_OFFSETS:
		*(struct xdp_mmap_offsets *)val = (struct xdp_mmap_offsets){
			.rx = layout, .tx = layout, .fr = layout, .cr = layout
		};
		return 0;
	case XDP_OPTIONS:
		((struct xdp_options *)val)->flags =
			s->zerocopy ? XDP_OPTIONS_ZEROCOPY : 0;
		return 0;
	case XDP_STATISTICS:
		*(struct xdp_statistics *)val = s->stats;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static struct fake_ring *ring_at(struct fake_socket *s, uint64_t offset)
{
	return offset == XDP_PGOFF_RX_RING          ? &s->rx
	       : offset == XDP_PGOFF_TX_RING        ? &s->tx
	       : offset == XDP_UMEM_PGOFF_FILL_RING ? &s->fill
						    : &s->comp;
}

/* Exactly as long as asked for: the sanitizer sees the first byte beyond. */
static int map(struct fake_ring *r, void **ret, size_t len)
{
	uint8_t *mem;

	if (!r->size || r->mem)
		return -EINVAL;
	mem = calloc(1, len);
	if (!mem)
		return -ENOMEM;
	r->mem = *ret = mem;
	r->prod = (_Atomic uint32_t *)(mem + layout.producer);
	r->cons = (_Atomic uint32_t *)(mem + layout.consumer);
	r->flags = (_Atomic uint32_t *)(mem + layout.flags);
	r->slots = mem + layout.desc;
	return 0;
}

TAKES_OVER(int, sys_mmap, void **ret, size_t len, int prot, int flags, int fd,
	   off_t offset)
{
	struct fake_socket *s = find(fd);
	int err;

	if (!s)
		return __real_sys_mmap(ret, len, prot, flags, fd, offset);
	err = refused(FAKE_MMAP);
	return err ? err : map(ring_at(s, (uint64_t)offset), ret, len);
}

static struct fake_ring *ring_of(const void *mem)
{
	for (unsigned i = 0; active && mem && i < FAKE_SOCKETS; i++) {
		struct fake_socket *s = &sockets[i];
		struct fake_ring *all[] = { &s->rx, &s->tx, &s->fill,
					    &s->comp };

		for (unsigned k = 0; k < 4; k++)
			if (all[k]->mem == mem)
				return all[k];
	}
	return NULL;
}

TAKES_OVER(int, sys_madvise, void *addr, size_t len, int advice)
{
	return ring_of(addr) ? 0 : __real_sys_madvise(addr, len, advice);
}

TAKES_OVER(void, sys_munmap, void *addr, size_t len)
{
	struct fake_ring *r = ring_of(addr);

	if (!r) {
		__real_sys_munmap(addr, len);
		return;
	}
	free(r->mem);
	r->mem = NULL;
}

/* What the kernel would say is left to refuse(); here is what it does. */
static int bind_to(struct fake_socket *s, const struct sockaddr_xdp *address)
{
	const struct fake_socket *owner = s;

	s->zerocopy = address->sxdp_flags & XDP_ZEROCOPY;
	if (address->sxdp_flags & XDP_SHARED_UMEM) {
		owner = find((int)address->sxdp_shared_umem_fd);
		if (!owner || !owner->bound)
			return -EBADF;
		s->umem = owner->umem;
		s->umem_len = owner->umem_len;
		s->chunk = owner->chunk;
		s->headroom = owner->headroom;
		s->umem_flags = owner->umem_flags;
		s->zerocopy = owner->zerocopy;
	}
	if (!s->umem || (!s->rx.size && !s->tx.size) || !s->fill.size ||
	    !s->comp.size)
		return -EINVAL;
	if (forced_mode >= 0)
		s->zerocopy = forced_mode;
	s->taken_max = (uint32_t)(s->umem_len / s->chunk);
	s->taken = calloc(s->taken_max, sizeof(*s->taken));
	s->flight = calloc(s->comp.size, sizeof(*s->flight));
	s->completed = calloc(4 * s->comp.size, sizeof(*s->completed));
	if (!s->taken || !s->flight || !s->completed)
		return -ENOMEM;
	s->bound = true;
	/* Copy mode has no other way to send than a call. */
	fake_need_wakeup(&s->tx, !s->zerocopy);
	return 0;
}

TAKES_OVER(int, sys_bind, int fd, const void *addr, socklen_t len)
{
	struct fake_socket *s = find(fd);
	int err;

	if (!s)
		return __real_sys_bind(fd, addr, len);
	err = refused(FAKE_BIND);
	return err ? err : bind_to(s, addr);
}

TAKES_OVER(void, sys_close, int fd)
{
	struct fake_socket *s = find(fd);

	if (s) {
		free(s->taken);
		free(s->flight);
		free(s->completed);
		s->fd = -1;
	}
	__real_sys_close(fd);
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

static _Atomic uint32_t *our_index(const struct fake_socket *s,
				   const struct fake_ring *r)
{
	return r == &s->rx || r == &s->comp ? r->prod : r->cons;
}

static void show(struct fake_socket *s, struct fake_ring *r)
{
	atomic_store_explicit(our_index(s, r), r->mine, memory_order_release);
}

static struct fake_socket *socket_with(const struct fake_ring *r)
{
	for (unsigned i = 0; i < FAKE_SOCKETS; i++)
		if ((const char *)r > (const char *)&sockets[i] &&
		    (const char *)r < (const char *)(&sockets[i] + 1))
			return &sockets[i];
	abort();
}

void fake_show_index(struct fake_ring *r, uint32_t index)
{
	atomic_store(our_index(socket_with(r), r), index);
}

void fake_hide_index(struct fake_ring *r)
{
	show(socket_with(r), r);
}

void fake_jump(struct fake_ring *r, uint32_t by)
{
	struct fake_socket *s = socket_with(r);

	r->mine += by;
	if (r == &s->comp)
		s->flight_count = 0;
	show(s, r);
}

uint32_t fake_waiting(const struct fake_ring *r)
{
	struct fake_socket *s = socket_with(r);

	return r == &s->rx || r == &s->comp ? unread(r) : entries(r);
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
	show(s, r);
	return true;
}

static void put_completion(struct fake_socket *s, uint64_t address)
{
	struct fake_ring *r = &s->comp;

	must(unread(r) < r->size, "the slot of a completion is taken");
	s->completed[r->mine & (4 * r->size - 1)] = address;
	((uint64_t *)r->slots)[slot(r, r->mine++)] = address;
	show(s, r);
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
	show(s, r);
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
		show(s, r);
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
static int send_some(struct fake_socket *s, unsigned most)
{
	unsigned sent = fake_take_tx(s, most);

	if (s->prompt)
		fake_complete(s, sent);
	return entries(&s->tx) ? -EAGAIN : 0;
}

TAKES_OVER(int, sys_kick_tx, int fd)
{
	struct fake_socket *s = find(fd);
	int err = 0;

	if (!s)
		return __real_sys_kick_tx(fd);
	s->tx_kicks++;
	if (s->answered < s->answer_count)
		err = s->answers[s->answered++];
	/* The device dropped it: sent, as far as its frame goes. */
	if (err == -EBUSY && !s->zerocopy)
		fake_complete(s, fake_take_tx(s, 1));
	if (err || s->zerocopy)
		return err;
	return s->tx.size ? send_some(s, s->budget) : -ENOBUFS;
}

TAKES_OVER(int, sys_kick_rx, int fd)
{
	struct fake_socket *s = find(fd);

	if (!s)
		return __real_sys_kick_rx(fd);
	s->rx_kicks++;
	return 0;
}

/* Waiting */

/* As both sides show it: another thread may play the kernel meanwhile. */
static uint32_t used(const struct fake_ring *r)
{
	return atomic_load(r->prod) - atomic_load(r->cons);
}

static short events_of(const struct fake_socket *s)
{
	short events = 0;

	if (s->rx.mem && used(&s->rx))
		events |= POLLIN;
	if (s->tx.mem && used(&s->tx) <= s->tx.size / 2)
		events |= POLLOUT;
	return events;
}

/* Of @fds, those that are ours: how many have an event? Hides them in @rest. */
static int poll_ours(struct pollfd *fds, struct pollfd *rest, unsigned n)
{
	int ready = 0;

	for (unsigned i = 0; i < n; i++) {
		struct fake_socket *s = find(fds[i].fd);

		rest[i] = fds[i];
		if (!s)
			continue;
		rest[i].fd = -1;
		if (s->tx.mem && !s->zerocopy)
			send_some(s, s->budget);
		fds[i].revents = (short)(events_of(s) & fds[i].events);
		ready += fds[i].revents != 0;
	}
	return ready;
}

/* Ours are looked at once a millisecond; any thread may change their rings. */
TAKES_OVER(int, sys_poll, struct pollfd *fds, unsigned n, int timeout_ms)
{
	struct pollfd rest[3 * 256];
	int ours, others;

	if (n > sizeof(rest) / sizeof(rest[0]))
		return -EINVAL;
	do {
		ours = poll_ours(fds, rest, n);
		others = __real_sys_poll(rest, n, !ours && timeout_ms ? 1 : 0);
		if (others < 0)
			return others;
		for (unsigned i = 0; i < n; i++)
			if (rest[i].fd >= 0)
				fds[i].revents = rest[i].revents;
		timeout_ms -= timeout_ms > 0;
	} while (!ours && !others && timeout_ms);
	return ours + others;
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
