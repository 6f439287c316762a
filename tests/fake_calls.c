// SPDX-License-Identifier: BSD-2-Clause
/* fake_calls.c: the calls of lib/sys.h that concern a fake socket */
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "fake_kernel.h"
#include "sys.h"

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
static unsigned queues_held;
static int forced_mode = -1;
static struct {
	int step, err;
} refusal;

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

unsigned fake_queues_held(void)
{
	return queues_held;
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
	if (level == SOL_SOCKET) {
		s->poll_options++;
		return 0;
	}
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
static int map(struct fake_socket *s, struct fake_ring *r, void **ret,
	       size_t len)
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
	r->ours = r == &s->rx || r == &s->comp ? r->prod : r->cons;
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
	return err ? err : map(s, ring_at(s, (uint64_t)offset), ret, len);
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
		queues_held += s->rx.mem || s->tx.mem || s->fill.mem ||
			       s->comp.mem;
		free(s->taken);
		free(s->flight);
		free(s->completed);
		s->fd = -1;
	}
	__real_sys_close(fd);
}

/* Kicking */

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
	return s->tx.size ? fake_send(s) : -ENOBUFS;
}

TAKES_OVER(int, sys_kick_rx, int fd)
{
	struct fake_socket *s = find(fd);

	if (!s)
		return __real_sys_kick_rx(fd);
	s->rx_kicks++;
	if (s->polled)
		fake_deliver(s, s->polled, 60);
	return s->rx_answer;
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
			fake_send(s);
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
