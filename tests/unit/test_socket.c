// SPDX-License-Identifier: BSD-2-Clause
/* Opening a socket: each step can fail, says so in words, and leaves nothing.
 */
#include <sys/socket.h>

#include "queue.h"
#include "unit.h"

static struct socket_spec spec_for(const struct xskpkt_pool *pool)
{
	return (struct socket_spec){ .who = "eth9 queue 3",
				     .driver = "mydrv",
				     .pool = pool,
				     .ifindex = 9,
				     .queue = 3,
				     .mtu = 1500,
				     .rx_size = 64,
				     .tx_size = 32,
				     .fill_size = 128,
				     .comp_size = 16,
				     .shared_fd = -1 };
}

static const struct xskpkt_pool *pool_of_fakes(void)
{
	const struct xskpkt_pool_opts opts = { .size = sizeof(opts),
					       .frames = 100,
					       .flags = XSKPKT_POOL_ON_NODE };

	fake_kernel_take_over();
	return make_pool(&opts);
}

static void close_socket(void *s)
{
	socket_close(s);
}

static void open_socket(struct socket *s, const struct socket_spec *spec)
{
	CHECK_OK(socket_open(s, spec));
	test_at_end(close_socket, s);
}

/* Each ring has the size that was asked for, and is empty. */
TEST(a_socket_has_four_rings)
{
	struct socket_spec spec = spec_for(pool_of_fakes());
	static struct socket s;

	open_socket(&s, &spec);
	CHECK_EQ(s.rx.size, 64);
	CHECK_EQ(s.tx.size, 32);
	CHECK_EQ(s.fill.size, 128);
	CHECK_EQ(s.comp.size, 16);
	CHECK_EQ(ring_room(&s.tx, 99), 32);
	CHECK_EQ(ring_room(&s.fill, 999), 128);
	CHECK_EQ(ring_ready(&s.rx, 99), 0);
	CHECK_EQ(ring_ready(&s.comp, 99), 0);
	CHECK(!s.zerocopy);
	CHECK(ring_needs_wakeup(&s.tx));
}

/* Without one direction its ring is not there: no room, and nothing in it. */
TEST(a_ring_that_is_not_there_is_empty_and_full)
{
	struct socket_spec spec = spec_for(pool_of_fakes());
	static struct socket rx_only, tx_only;

	spec.tx_size = 0;
	open_socket(&rx_only, &spec);
	CHECK_EQ(ring_room(&rx_only.tx, 9), 0);
	CHECK(!ring_needs_wakeup(&rx_only.tx));
	spec.tx_size = 32;
	spec.rx_size = 0;
	open_socket(&tx_only, &spec);
	CHECK_EQ(ring_ready(&tx_only.rx, 9), 0);
}

/* The queues of a port share its memory, and their mode is the first one's. */
TEST(sockets_share_their_memory)
{
	struct socket_spec spec = spec_for(pool_of_fakes());
	static struct socket first, second;

	spec.zerocopy = true;
	open_socket(&first, &spec);
	fake_kernel_refuse(XDP_UMEM_REG, -EBUSY); /* not done a second time */
	spec.shared_fd = first.fd;
	open_socket(&second, &spec);
	CHECK(second.zerocopy);
	fake_kernel_refuse(0, 0);
}

/* A step fails: its error, its sentence, and nothing stays open. */
TEST(every_step_can_fail_and_leaves_nothing)
{
	static const struct {
		int step, err;
		bool zerocopy, multi_buffer;
		const char *words;
	} steps[] = {
		{ FAKE_SOCKET, -EPERM, 0, 0, "CAP_NET_RAW is missing" },
		{ FAKE_SOCKET, -EAFNOSUPPORT, 0, 0, "kernel has no AF_XDP" },
		{ FAKE_SOCKET, -EMFILE, 0, 0, "socket: EMFILE: Too many open" },
		{ XDP_UMEM_REG, -ENOBUFS, 0, 0,
		  "the pool wants 400 KiB for each port: raise it (ulimit -l)" },
		{ XDP_UMEM_REG, -EINVAL, 0, 0,
		  "register memory: 100 frames of 4096 bytes: EINVAL" },
		{ XDP_UMEM_FILL_RING, -ENOMEM, 0, 0,
		  "fill ring of 128 entries: ENOMEM" },
		{ XDP_UMEM_COMPLETION_RING, -ENOMEM, 0, 0,
		  "completion ring of 16 entries: ENOMEM" },
		{ XDP_RX_RING, -ENOMEM, 0, 0, "RX ring of 64 entries" },
		{ XDP_TX_RING, -EINVAL, 0, 0, "TX ring of 32 entries: EINVAL" },
		{ XDP_MMAP_OFFSETS, -EINVAL, 0, 0, "map the rings: EINVAL" },
		{ FAKE_MMAP, -ENOMEM, 0, 0, "map the rings: ENOMEM" },
		{ FAKE_BIND, -EBUSY, 0, 0,
		  "copy: another AF_XDP socket holds the queue" },
		{ FAKE_BIND, -EBUSY, 1, 0, "zero-copy: another AF_XDP socket" },
		{ FAKE_BIND, -ENODEV, 0, 0, "bind: the interface is gone" },
		{ FAKE_BIND, -EINVAL, 0, 0, "copy: bind: EINVAL" },
		{ FAKE_BIND, -EINVAL, 0, 1, "need Linux 6.6" },
		{ FAKE_BIND, -EOPNOTSUPP, 1, 0,
		  "zero-copy: driver mydrv has no support for it" },
		{ FAKE_BIND, -EOPNOTSUPP, 1, 1, "drop XSKPKT_PORT_MULTI_BUF" },
		{ FAKE_BIND, -EINVAL, 1, 0,
		  "driver mydrv refuses frames of 4096 bytes with headroom 0 "
		  "at MTU 1500" },
		{ FAKE_BIND, -EIO, 1, 0, "zero-copy: bind: EIO" },
		{ XDP_OPTIONS, -EFAULT, 0, 0, "read the mode back: EFAULT" },
		{ SO_PREFER_BUSY_POLL, -EPERM, 1, 0,
		  "busy polling: CAP_NET_ADMIN is missing" },
		{ SO_PREFER_BUSY_POLL, -ENOPROTOOPT, 1, 0,
		  "busy polling: it needs Linux 5.11" },
		{ SO_BUSY_POLL_BUDGET, -EINVAL, 0, 0, "busy polling: EINVAL" },
	};
	struct socket_spec spec = spec_for(pool_of_fakes());
	static struct socket s;

	for (unsigned i = 0; i < COUNT_OF(steps); i++) {
		spec.zerocopy = steps[i].zerocopy;
		spec.multi_buffer = steps[i].multi_buffer;
		spec.busy_poll = strstr(steps[i].words, "busy polling");
		fake_kernel_refuse(steps[i].step, steps[i].err);
		CHECK_FAILS(socket_open(&s, &spec), steps[i].err,
			    steps[i].words);
		CHECK_STR_HAS(xskpkt_errmsg(), "eth9 queue 3: ");
		CHECK_EQ(fake_sockets_open(), 0);
		CHECK_EQ(fake_queues_held(), 0);
		CHECK_EQ(s.fd, -1);
	}
	CHECK_OK(socket_open(&s, &spec));
	socket_close(&s);
	socket_close(&s); /* closed already: nothing to do */
	CHECK_EQ(fake_sockets_open(), 0);
	CHECK_EQ(fake_queues_held(), 0);
}

/* virtio_net says EINVAL for what the virtual machine has to change. */
TEST(virtio_net_without_dma_addresses_is_told_of)
{
	struct socket_spec spec = spec_for(pool_of_fakes());
	static struct socket s;

	spec.driver = "virtio_net";
	spec.zerocopy = true;
	fake_kernel_refuse(FAKE_BIND, -EINVAL);
	CHECK_FAILS(socket_open(&s, &spec), -EOPNOTSUPP, "iommu_platform=on");
	CHECK_EQ(fake_sockets_open(), 0);
}

/* The mode is the kernel's word, not that bind() returned 0. */
TEST(another_mode_than_asked_for_is_refused)
{
	struct socket_spec spec = spec_for(pool_of_fakes());
	static struct socket s;

	fake_kernel_force_mode(false);
	spec.zerocopy = true;
	CHECK_FAILS(socket_open(&s, &spec), -EOPNOTSUPP,
		    "zero-copy was asked for, but the kernel gave the other");
	fake_kernel_force_mode(true);
	spec.zerocopy = false;
	CHECK_FAILS(socket_open(&s, &spec), -EOPNOTSUPP, "copy was asked for");
	CHECK_EQ(fake_sockets_open(), 0);
}

/* A kernel that cannot raise the budget is none the worse for it. */
TEST(a_budget_that_cannot_be_raised_is_no_failure)
{
	struct socket_spec spec = spec_for(pool_of_fakes());
	static struct socket s;

	fake_kernel_refuse(9, -ENOPROTOOPT); /* XDP_MAX_TX_SKB_BUDGET */
	open_socket(&s, &spec);
}

/* A queue that fails to open gives its place in the pool back. */
TEST(a_queue_that_fails_leaves_the_pool_as_it_was)
{
	struct fake_kernel *k = START(.frames = 600);
	struct socket_spec spec = spec_for(k->pool);
	struct xskpkt_pool_books before = books(k->pool), after;
	struct xskpkt_queue q = { .wake_fd = -1, .socket.fd = -1 };

	fake_kernel_refuse(FAKE_BIND, -EBUSY);
	CHECK_FAILS(queue_open(&q, &spec, 1), -EBUSY, "holds the queue");
	after = books(k->pool);
	CHECK(!memcmp(&before, &after, sizeof(after)));
	CHECK_EQ(fake_sockets_open(), 1);
	CHECK_OK(queue_open(&q, &spec, 1));
	CHECK_EQ(books(k->pool).filled, 64 + 128);
	queue_close(&q);
	queue_forget(&q);
	CHECK_EQ(books(k->pool).filled, 64);
}
