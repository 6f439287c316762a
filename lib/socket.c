// SPDX-License-Identifier: BSD-2-Clause
/* socket.c: one AF_XDP socket, from socket() to bind(), a step a function */
#include <errno.h>
#include <linux/if_xdp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "log.h"
#include "socket.h"
#include "sys.h"

/* Newer than the headers of Debian 12. */
#ifndef XDP_USE_SG
#define XDP_USE_SG (1 << 4) /* Linux 6.6 */
#endif
#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9 /* Linux 6.17 */
#endif
#define TX_BUDGET_MIN 32
#ifndef SO_PREFER_BUSY_POLL
#define SO_PREFER_BUSY_POLL 69 /* Linux 5.11 */
#define SO_BUSY_POLL_BUDGET 70
#endif
/* Any time will do: who polls calls again at once. */
#define BUSY_POLL_US 20
/* Packets that a call moves: as many as interrupts would. */
#define BUSY_POLL_BUDGET 64

static int create(struct socket *s, const struct socket_spec *spec)
{
	s->fd = sys_socket(AF_XDP, SOCK_RAW, 0);
	if (s->fd >= 0)
		return 0;
	if (s->fd == -EPERM)
		return fail(-EPERM,
			    "%s: socket: CAP_NET_RAW is missing: run as root "
			    "or grant it",
			    spec->who);
	if (s->fd == -EAFNOSUPPORT)
		return fail(s->fd,
			    "%s: socket: this kernel has no AF_XDP: it needs "
			    "CONFIG_XDP_SOCKETS",
			    spec->who);
	return fail(s->fd, "%s: socket: %s", spec->who, err_text(s->fd));
}

static int memlock_too_small(const struct socket_spec *spec)
{
	struct rlimit limit = { 0 };

	getrlimit(RLIMIT_MEMLOCK, &limit);
	return fail(-ENOBUFS,
		    "%s: register memory: the memlock limit (RLIMIT_MEMLOCK) "
		    "is %llu KiB, the pool wants %zu KiB for each port: raise "
		    "it (ulimit -l), grant CAP_IPC_LOCK, or make the pool "
		    "smaller",
		    spec->who, (unsigned long long)limit.rlim_cur / 1024,
		    spec->pool->umem.length / 1024);
}

/* Pins every page of the pool. The other queues of a port then share it. */
static int register_memory(struct socket *s, const struct socket_spec *spec)
{
	const struct xskpkt_pool *pool = spec->pool;
	struct xdp_umem_reg reg;
	int err;

	if (spec->shared_fd >= 0)
		return 0;
	memset(&reg, 0, sizeof(reg)); /* newer kernels read its padding */
	reg.addr = (uintptr_t)pool->umem.base;
	reg.len = (uint64_t)pool->frames.count * pool->frames.stride;
	reg.chunk_size = pool->frames.stride;
	reg.headroom = pool->opts.headroom;
	reg.flags = pool->frames.unaligned ? XDP_UMEM_UNALIGNED_CHUNK_FLAG : 0;
	err = sys_setsockopt(s->fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg));
	if (err == -ENOBUFS)
		return memlock_too_small(spec);
	if (err == -EFAULT)
		return fail(err,
			    "%s: register memory: the pool's memory is not in "
			    "this process: it stays with the one that made it "
			    "when that forks: make a pool here",
			    spec->who);
	if (err)
		return fail(err,
			    "%s: register memory: %u frames of %u bytes: %s",
			    spec->who, pool->frames.count, pool->frames.stride,
			    err_text(err));
	return 0;
}

static int set_ring_size(struct socket *s, const struct socket_spec *spec,
			 int option, const char *name, uint32_t size)
{
	int err;

	if (!size)
		return 0;
	err = sys_setsockopt(s->fd, SOL_XDP, option, &size, sizeof(size));
	if (err)
		return fail(err, "%s: %s ring of %u entries: %s", spec->who,
			    name, size, err_text(err));
	return 0;
}

static int set_ring_sizes(struct socket *s, const struct socket_spec *spec)
{
	int err;

	err = set_ring_size(s, spec, XDP_UMEM_FILL_RING, "fill",
			    spec->fill_size);
	if (!err)
		err = set_ring_size(s, spec, XDP_UMEM_COMPLETION_RING,
				    "completion", spec->comp_size);
	if (!err)
		err = set_ring_size(s, spec, XDP_RX_RING, "RX", spec->rx_size);
	if (!err)
		err = set_ring_size(s, spec, XDP_TX_RING, "TX", spec->tx_size);
	return err;
}

/* A ring that is not there: no slots, and indices that nobody moves. */
static void ring_absent(struct ring *r)
{
	static _Atomic uint32_t nobody;

	*r = (struct ring){ .ours = &nobody,
			    .theirs = &nobody,
			    .flags = &nobody };
}

static int map_ring(struct ring *r, int fd, const struct xdp_ring_offset *at,
		    uint32_t size, size_t slot, bool producer, uint64_t offset)
{
	size_t len = at->desc + size * slot;
	uint8_t *map;
	void *mem;
	int err;

	err = sys_mmap(&mem, len, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, fd, (off_t)offset);
	if (err)
		return err;
	map = mem;
	/* A child of fork() that kept it would keep the queue. */
	sys_madvise(mem, len, MADV_DONTFORK);
	*r = (struct ring){ .size = size, .map = mem, .map_len = len };
	r->slots = map + at->desc;
	r->flags = (_Atomic uint32_t *)(map + at->flags);
	r->ours = (_Atomic uint32_t *)(map + (producer ? at->producer
						       : at->consumer));
	r->theirs = (_Atomic uint32_t *)(map + (producer ? at->consumer
							 : at->producer));
	return 0;
}

static int map_rings(struct socket *s, const struct socket_spec *spec)
{
	const size_t desc = sizeof(struct xdp_desc), addr = sizeof(uint64_t);
	struct xdp_mmap_offsets at;
	socklen_t len = sizeof(at);
	int err;

	err = sys_getsockopt(s->fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &len);
	if (!err && len != sizeof(at))
		err = -EOPNOTSUPP; /* before Linux 5.4: rings without flags */
	if (!err)
		err = map_ring(&s->fill, s->fd, &at.fr, spec->fill_size, addr,
			       true, XDP_UMEM_PGOFF_FILL_RING);
	if (!err)
		err = map_ring(&s->comp, s->fd, &at.cr, spec->comp_size, addr,
			       false, XDP_UMEM_PGOFF_COMPLETION_RING);
	if (!err && spec->rx_size)
		err = map_ring(&s->rx, s->fd, &at.rx, spec->rx_size, desc,
			       false, XDP_PGOFF_RX_RING);
	if (!err && spec->tx_size)
		err = map_ring(&s->tx, s->fd, &at.tx, spec->tx_size, desc, true,
			       XDP_PGOFF_TX_RING);
	if (err)
		return fail(err, "%s: map the rings: %s", spec->who,
			    err_text(err));
	return 0;
}

static const char *mode_name(const struct socket_spec *spec)
{
	return spec->zerocopy ? "zero-copy" : "copy";
}

static int zerocopy_refused(const struct socket_spec *spec, int err)
{
	if (err == -EOPNOTSUPP && spec->multi_buffer)
		return fail(err,
			    "%s: zero-copy: driver %s has none, or none with "
			    "packets of several buffers: drop "
			    "XSKPKT_PORT_MULTI_BUFFER, or accept copy mode",
			    spec->who, spec->driver);
	if (err == -EOPNOTSUPP)
		return fail(err,
			    "%s: zero-copy: driver %s has no support for it: "
			    "accept copy mode, or use another NIC or kernel",
			    spec->who, spec->driver);
	if (err == -EINVAL && !strcmp(spec->driver, "virtio_net"))
		return fail(-EOPNOTSUPP,
			    "%s: zero-copy: virtio_net does it for devices "
			    "that use DMA addresses alone: start the virtual "
			    "machine with iommu_platform=on for this one",
			    spec->who);
	if (err == -EINVAL)
		return fail(err,
			    "%s: zero-copy: driver %s refuses frames of %u "
			    "bytes with headroom %u at MTU %u, or this queue: "
			    "larger frames or a lower MTU may help",
			    spec->who, spec->driver, spec->pool->frames.stride,
			    spec->pool->opts.headroom, spec->mtu);
	return fail(err, "%s: zero-copy: bind: %s", spec->who, err_text(err));
}

static int bind_refused(const struct socket_spec *spec, int err)
{
	if (err == -EBUSY)
		return fail(err,
			    "%s: %s: another AF_XDP socket holds the queue: "
			    "stop that program, or open other queues",
			    spec->who, mode_name(spec));
	if (err == -ENODEV)
		return fail(err, "%s: bind: the interface is gone", spec->who);
	if (spec->zerocopy)
		return zerocopy_refused(spec, err);
	if (err == -EINVAL && spec->multi_buffer)
		return fail(err,
			    "%s: copy: packets of several buffers need Linux "
			    "6.6: drop XSKPKT_PORT_MULTI_BUFFER",
			    spec->who);
	return fail(err, "%s: copy: bind: %s", spec->who, err_text(err));
}

static int bind_socket(struct socket *s, const struct socket_spec *spec)
{
	struct sockaddr_xdp address = {
		.sxdp_family = AF_XDP,
		.sxdp_ifindex = (uint32_t)spec->ifindex,
		.sxdp_queue_id = spec->queue,
	};
	int err;

	if (spec->shared_fd >= 0) {
		/* Its mode and flags come from the socket it shares with. */
		address.sxdp_flags = XDP_SHARED_UMEM;
		address.sxdp_shared_umem_fd = (uint32_t)spec->shared_fd;
	} else {
		address.sxdp_flags = XDP_USE_NEED_WAKEUP;
		address.sxdp_flags |= spec->zerocopy ? XDP_ZEROCOPY : XDP_COPY;
		if (spec->multi_buffer)
			address.sxdp_flags |= XDP_USE_SG;
	}
	err = sys_bind(s->fd, &address, sizeof(address));
	return err ? bind_refused(spec, err) : 0;
}

/* That bind() succeeded says nothing about the mode. */
static int read_back(struct socket *s, const struct socket_spec *spec)
{
	struct xdp_options options = { 0 };
	socklen_t len = sizeof(options);
	int err;

	err = sys_getsockopt(s->fd, SOL_XDP, XDP_OPTIONS, &options, &len);
	if (err)
		return fail(err, "%s: read the mode back: %s", spec->who,
			    err_text(err));
	s->zerocopy = options.flags & XDP_OPTIONS_ZEROCOPY;
	if (s->zerocopy != spec->zerocopy)
		return fail(-EOPNOTSUPP,
			    "%s: %s was asked for, but the "
			    "kernel gave the other mode",
			    spec->who, mode_name(spec));
	return 0;
}

/*
 * In copy mode one call sends at most 32 packets, unless told otherwise. Older
 * kernels cannot be told; then tx simply calls more often.
 */
static void raise_tx_budget(struct socket *s, const struct socket_spec *spec)
{
	uint32_t budget = spec->tx_size;
	int err;

	if (spec->zerocopy || budget < TX_BUDGET_MIN)
		return;
	err = sys_setsockopt(s->fd, SOL_XDP, XDP_MAX_TX_SKB_BUDGET, &budget,
			     sizeof(budget));
	if (err)
		log_debug("%s: TX budget stays at 32 packets a call: %s",
			  spec->who, err_text(err));
}

static int poll_refused(const struct socket_spec *spec, int err)
{
	const char *why = err == -EPERM ? "CAP_NET_ADMIN is missing: run as "
					  "root"
			  : err == -ENOPROTOOPT ? "it needs Linux 5.11"
						: err_text(err);

	return fail(err, "%s: busy polling: %s", spec->who, why);
}

/* The device's own settings are a plan's business, see plan_apply.c. */
static int poll_busily(struct socket *s, const struct socket_spec *spec)
{
	static const struct {
		int name, value;
	} options[] = {
		{ SO_PREFER_BUSY_POLL, 1 },
		{ SO_BUSY_POLL, BUSY_POLL_US },
		{ SO_BUSY_POLL_BUDGET, BUSY_POLL_BUDGET },
	};
	int err = 0;

	if (!spec->busy_poll)
		return 0;
	for (unsigned i = 0; !err && i < COUNT_OF(options); i++)
		err = sys_setsockopt(s->fd, SOL_SOCKET, options[i].name,
				     &options[i].value,
				     sizeof(options[i].value));
	if (err)
		return poll_refused(spec, err);
	s->busy_poll = true;
	return 0;
}

uint32_t socket_napi(int fd)
{
	socklen_t len = sizeof(uint32_t);
	uint32_t napi = 0;

	sys_getsockopt(fd, SOL_SOCKET, SO_INCOMING_NAPI_ID, &napi, &len);
	return napi;
}

int socket_open(struct socket *s, const struct socket_spec *spec)
{
	int err;

	*s = (struct socket){ .fd = -1 };
	ring_absent(&s->rx);
	ring_absent(&s->tx);
	ring_absent(&s->fill);
	ring_absent(&s->comp);
	err = create(s, spec);
	if (!err)
		err = register_memory(s, spec);
	if (!err)
		err = set_ring_sizes(s, spec);
	if (!err)
		err = map_rings(s, spec);
	if (!err)
		err = bind_socket(s, spec);
	if (!err)
		err = read_back(s, spec);
	if (!err)
		err = poll_busily(s, spec);
	if (err)
		socket_close(s);
	else
		raise_tx_budget(s, spec);
	return err;
}

static void unmap_ring(struct ring *r)
{
	sys_munmap(r->map, r->map_len);
	ring_absent(r);
}

void socket_close(struct socket *s)
{
	unmap_ring(&s->rx);
	unmap_ring(&s->tx);
	unmap_ring(&s->fill);
	unmap_ring(&s->comp);
	sys_close(s->fd);
	s->fd = -1;
}

int socket_statistics(int fd, struct xdp_statistics *ret)
{
	socklen_t len = sizeof(*ret);

	memset(ret, 0, sizeof(*ret));
	return sys_getsockopt(fd, SOL_XDP, XDP_STATISTICS, ret, &len);
}
