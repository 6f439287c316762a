// SPDX-License-Identifier: BSD-2-Clause
/* hand_open.c: sockets by way of libxdp, with the library's own XDP program */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <bpf/libbpf.h>

#include "bench.h"
#include "hand.h"
#include "hand_open.h"
#include "kernel.h"
#include "xskpkt.skel.h"

#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9 /* Linux 6.17 */
#endif

static struct hand *new_hand(uint8_t *frames)
{
	struct hand *h = aligned_alloc(64, sizeof(*h) / 64 * 64 + 64);

	memset(h, 0, sizeof(*h));
	h->frames = frames;
	return h;
}

static uint8_t *map_frames(size_t len)
{
	void *frames = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (frames == MAP_FAILED)
		bench_die("memory by hand: %s", strerror(errno));
	return frames;
}

static struct xsk_umem *register_frames(struct hand *first, size_t len)
{
	const struct xsk_umem_config config = {
		.fill_size = HAND_FRAMES,
		.comp_size = HAND_FRAMES,
		.frame_size = HAND_FRAME_SIZE,
	};
	struct xsk_umem *umem;
	int err = xsk_umem__create(&umem, first->frames, len, &first->fill,
				   &first->comp, &config);

	if (err)
		bench_die("umem by hand: %s", strerror(-err));
	return umem;
}

/* The same program as the library's. */
static void steer(const char *ifname, struct xsk_socket *socket)
{
	struct xskpkt_bpf *skel = xskpkt_bpf__open_and_load();

	if (!skel)
		bench_die("%s: load the program", ifname);
	kernel_attach(ifname, bpf_program__fd(skel->progs.xskpkt_redirect));
	if (xsk_socket__update_xskmap(socket,
				      bpf_map__fd(skel->maps.xskpkt_sockets)))
		bench_die("%s: fill the XSKMAP", ifname);
}

static void open_socket(struct hand *h, const char *ifname,
			struct xsk_umem *umem, const struct hand_opts *opts,
			bool receives, bool sends)
{
	const struct xsk_socket_config config = {
		.rx_size = opts->ring,
		.tx_size = opts->ring,
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
		.bind_flags = XDP_COPY | XDP_USE_NEED_WAKEUP,
	};
	const uint32_t budget = BURST_MAX;
	struct xsk_socket *socket;
	int err = xsk_socket__create_shared(
		&socket, ifname, opts->queue, umem, receives ? &h->rx : NULL,
		sends ? &h->tx : NULL, &h->fill, &h->comp, &config);

	if (err)
		bench_die("%s: by hand: %s", ifname, strerror(-err));
	h->fd = xsk_socket__fd(socket);
	if (receives)
		steer(ifname, socket);
	/* Before Linux 6.17 it stays at 32. */
	if (sends)
		setsockopt(h->fd, SOL_XDP, XDP_MAX_TX_SKB_BUDGET, &budget,
			   sizeof(budget));
}

void hand_open(struct hand **in, struct hand **out,
	       const struct hand_opts *opts)
{
	size_t len = (size_t)opts->frames * HAND_FRAME_SIZE;
	bool both = opts->in && opts->out && !strcmp(opts->in, opts->out);
	uint8_t *frames = map_frames(len);
	struct xsk_umem *umem;

	*in = opts->in ? new_hand(frames) : NULL;
	*out = both ? *in : opts->out ? new_hand(frames) : NULL;
	umem = register_frames(*in ? *in : *out, len);
	if (*in)
		open_socket(*in, opts->in, umem, opts, true, both);
	if (*out && !both)
		open_socket(*out, opts->out, umem, opts, false, true);
	if (*in)
		hand_fill(*in, opts->frames);
	else
		hand_free(*out, opts->frames, opts->bytes);
}
