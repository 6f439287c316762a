// SPDX-License-Identifier: BSD-2-Clause
/* The XDP program itself, run on packets of ours by BPF_PROG_TEST_RUN. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_xdp.h>

#include <bpf/bpf.h>

#include "harness.h"
#include "netdev.h"
#include "prog.h"
#include "sys.h"
#include "testnet.h"

static struct netdev nd; /* must outlive each struct prog */

static void load(struct prog *p, uint32_t queues, bool frags)
{
	testnet_enter();
	nd = (struct netdev){ .name = "test", .rx_queues = queues };
	CHECK_OK(prog_load(p, &nd, NULL, frags));
}

/* What the program does with a packet of @size bytes that came in on @queue of
 * @ifname; without one, on a queue 0. It must leave the bytes alone. */
static unsigned run_on(const struct prog *p, const char *ifname, uint32_t queue,
		       uint32_t size)
{
	uint8_t *in = malloc(size), *out = malloc(size);
	struct xdp_md md = { .data_end = size, .rx_queue_index = queue };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = in,
		    .data_size_in = size, .data_out = out,
		    .data_size_out = size, .ctx_in = &md,
		    .ctx_size_in = sizeof(md));

	CHECK(in && out);
	for (uint32_t i = 0; i < size; i++)
		in[i] = (uint8_t)(i * 7);
	if (ifname)
		md.ingress_ifindex = if_nametoindex(ifname);
	CHECK_EQ(bpf_prog_test_run_opts(p->prog_fd, &opts), 0);
	CHECK_EQ(opts.data_size_out, size);
	CHECK(!memcmp(in, out, size));
	free(in);
	free(out);
	return opts.retval;
}

static void check_counts(const struct prog *p, uint32_t queue,
			 uint64_t redirected, uint64_t passed)
{
	struct prog_counters n;

	CHECK_OK(prog_count(p, queue, &n));
	CHECK_EQ(n.redirected, redirected);
	CHECK_EQ(n.passed, passed);
	CHECK_EQ(n.failed, 0);
}

/* Never bound: nothing of this suite delivers to it. The RX ring is there all
 * the same, since an XSKMAP must not hold a socket without. */
static int receiving_socket(void)
{
	int fd = sys_socket(AF_XDP, SOCK_RAW, 0);
	uint32_t entries = 64;

	CHECK(fd >= 0);
	CHECK_EQ(sys_setsockopt(fd, SOL_XDP, XDP_RX_RING, &entries,
				sizeof(entries)),
		 0);
	return fd;
}

/* Where no socket is, the kernel gets every packet, and we say how many. */
TEST(without_a_socket_all_goes_to_the_kernel)
{
	const uint32_t sizes[] = { 14, 60, 64, 65, 128, 1500, 1514, 3000 };
	unsigned n = sizeof(sizes) / sizeof(sizes[0]);
	struct prog p;

	load(&p, 1, false);
	for (unsigned i = 0; i < n; i++)
		CHECK_EQ(run_on(&p, NULL, 0, sizes[i]), XDP_PASS);
	check_counts(&p, 0, 0, n);
	prog_unload(&p);
}

/* Steering and unsteering a queue takes effect at once. */
TEST(a_steered_queue_goes_to_its_socket)
{
	int fd;
	struct prog p;

	load(&p, 1, false);
	fd = receiving_socket();
	CHECK_OK(prog_steer(&p, 0, fd));
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(run_on(&p, NULL, 0, 64), XDP_REDIRECT);
	prog_unsteer(&p, 0);
	CHECK_EQ(run_on(&p, NULL, 0, 64), XDP_PASS);
	check_counts(&p, 0, 3, 1);
	prog_unload(&p);
	sys_close(fd);
}

/* A socket that is closed is out of the way: its packets reach the kernel. */
TEST(a_closed_socket_is_forgotten)
{
	struct prog p;
	int fd;

	load(&p, 1, false);
	fd = receiving_socket();
	CHECK_OK(prog_steer(&p, 0, fd));
	sys_close(fd);
	CHECK_EQ(run_on(&p, NULL, 0, 64), XDP_PASS);
	prog_unload(&p);
}

/* Jumbo frames go the same way, when the program was loaded for them. */
TEST(packets_of_several_buffers_go_the_same_way)
{
	const uint32_t sizes[] = { 64, 4096, 9014, 40000 };
	struct prog p;
	int fd;

	load(&p, 1, true);
	fd = receiving_socket();
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(run_on(&p, NULL, 0, sizes[i]), XDP_PASS);
	CHECK_OK(prog_steer(&p, 0, fd));
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(run_on(&p, NULL, 0, sizes[i]), XDP_REDIRECT);
	check_counts(&p, 0, 4, 4);
	prog_unload(&p);
	sys_close(fd);
}

/* An attached program makes the queues of a veth real for a test run. */
static void load_on_veth(struct prog *p, struct testnet *t, uint32_t known)
{
	testnet_veth(t, 4);
	CHECK_OK(netdev_query(&nd, t->a));
	CHECK_EQ(nd.rx_queues, 4);
	nd.rx_queues = known;
	CHECK_OK(prog_load(p, &nd, NULL, false));
	CHECK_OK(prog_attach(p, false));
}

/* Only the queue that is steered is redirected, and each has its counters. */
TEST(each_queue_is_steered_and_counted_by_itself)
{
	struct testnet t;
	struct prog p;
	int fd;

	load_on_veth(&p, &t, 4);
	fd = receiving_socket();
	CHECK_OK(prog_steer(&p, 2, fd));
	for (uint32_t q = 0; q < 4; q++)
		for (uint32_t i = 0; i <= q; i++)
			CHECK_EQ(run_on(&p, t.a, q, 64),
				 q == 2 ? XDP_REDIRECT : XDP_PASS);
	check_counts(&p, 0, 0, 1);
	check_counts(&p, 1, 0, 2);
	check_counts(&p, 2, 3, 0);
	check_counts(&p, 3, 0, 4);
	prog_unload(&p);
	sys_close(fd);
}

/* Queues that were added after loading still reach the kernel. */
TEST(a_queue_without_counters_is_left_to_the_kernel)
{
	struct prog_counters n;
	struct testnet t;
	struct prog p;

	load_on_veth(&p, &t, 1);
	CHECK_EQ(run_on(&p, t.a, 3, 64), XDP_PASS);
	check_counts(&p, 0, 0, 0);
	CHECK_EQ(prog_count(&p, 3, &n), -ENOENT);
	CHECK_STR_HAS(xskpkt_errmsg(), "queue 3");
	prog_unload(&p);
}

/* Other tools cut a name at 15 characters; ours is recognised by it. */
TEST(the_program_has_a_name_that_fits)
{
	struct bpf_prog_info info = { 0 };
	struct prog p;

	load(&p, 1, false);
	CHECK_EQ(sys_bpf_info(p.prog_fd, &info, sizeof(info)), 0);
	CHECK_STR_EQ(info.name, "xskpkt_redirect");
	prog_unload(&p);
}
