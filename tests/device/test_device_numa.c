// SPDX-License-Identifier: BSD-2-Clause
/* Frames lie where the NIC is, as the kernel tells, on the pages asked for. */
#include <numaif.h>
#include <stdio.h>

#include "device.h"

/* The NIC's node; -1: unknown. virtio's is that of the device below it. */
static int node_of(const char *ifname)
{
	static const char *const places[] = { "device", "device/.." };
	char path[96];
	int node = -1;

	for (unsigned i = 0; i < COUNT(places); i++) {
		FILE *in;

		snprintf(path, sizeof(path), "/sys/class/net/%s/%s/numa_node",
			 ifname, places[i]);
		in = fopen(path, "re");
		if (!in)
			continue;
		CHECK_EQ(fscanf(in, "%d", &node), 1);
		fclose(in);
		break;
	}
	return node;
}

/* move_pages() that moves nothing tells where a page is. */
static void check_frames_are_on(const struct xskpkt_pool_info *info, int node)
{
	for (uint32_t i = 0; i < info->frames; i++) {
		void *frame = (char *)info->base + (size_t)i * info->frame_size;
		int where = -1;

		CHECK_EQ(move_pages(0, 1, &frame, NULL, &where, 0), 0);
		CHECK_EQ(where, node);
	}
}

static void check_pool(const struct wire *w, uint32_t pages)
{
	struct xskpkt_port_info port = { .size = sizeof(port) };
	struct xskpkt_pool_info pool = { .size = sizeof(pool) };
	int node = node_of(w->t.a);

	CHECK_OK(xskpkt_port_info(w->a, &port));
	CHECK_OK(xskpkt_pool_info(w->pool, &pool));
	CHECK_EQ(port.node, node);
	CHECK_EQ(pool.node, node);
	if (pages)
		CHECK_EQ(pool.pages, pages);
	if (node >= 0)
		check_frames_are_on(&pool, node);
}

static void swap_ends(struct wire *w)
{
	struct testnet t = w->t;

	memcpy(w->t.a, t.b, sizeof(t.b));
	memcpy(w->t.b, t.a, sizeof(t.a));
}

/* The first port decides: its NIC's node, or any where that is unknown. */
TEST(frames_lie_on_the_node_of_the_first_nic, .limit = 180)
{
	struct wire w;

	for (unsigned i = 0; i < 2; i++) {
		device_make(&w, NULL);
		if (i)
			swap_ends(&w);
		device_open(&w, XSKPKT_MODE_AUTO);
		check_pool(&w, XSKPKT_PAGES_AUTO);
		device_carry(w.a, w.b, 100, 200);
		device_carry(w.b, w.a, 100, 200);
		device_close(&w);
	}
}

/* Huge pages of this size that are free where the NIC is. */
static unsigned free_pages(int node, unsigned kib)
{
	char path[128], below[64] = "/sys/kernel/mm";
	unsigned n = 0;
	FILE *in;

	if (node >= 0)
		snprintf(below, sizeof(below),
			 "/sys/devices/system/node/node%d", node);
	snprintf(path, sizeof(path),
		 "%s/hugepages/hugepages-%ukB/free_hugepages", below, kib);
	in = fopen(path, "re");
	if (in) {
		CHECK_EQ(fscanf(in, "%u", &n), 1);
		fclose(in);
	}
	return n;
}

#define FRAMES 8192

static void on_pages(uint32_t pages, unsigned kib)
{
	unsigned needed = (FRAMES * 4 + kib - 1) / kib;
	struct wire w;

	device_make(&w, POOL_OPTS(.frames = FRAMES, .pages = pages));
	if (node_of(w.t.a) < node_of(w.t.b))
		swap_ends(&w);
	if (free_pages(node_of(w.t.a), kib) < needed) {
		xskpkt_pool_destroy(w.pool);
		SKIP("fewer than %u pages of %u KiB are free on node %d",
		     needed, kib, node_of(w.t.a));
	}
	device_open(&w, XSKPKT_MODE_ZEROCOPY);
	check_pool(&w, pages);
	device_carry(w.a, w.b, 200, 300);
	device_carry(w.b, w.a, 200, 1514);
	device_close(&w);
}

/* Zero-copy reaches frames on pages of any size. */
TEST(zero_copy_on_pages_of_2_mib, .limit = 180)
{
	on_pages(XSKPKT_PAGES_2M, 2048);
}

TEST(zero_copy_on_pages_of_1_gib, .limit = 180)
{
	on_pages(XSKPKT_PAGES_1G, 1048576);
}
