// SPDX-License-Identifier: BSD-2-Clause
/* From one driver's NIC to another's through one pool: no byte is copied. */
#include <stdlib.h>

#include "device.h"

/*
 *   XSKPKT_TEST_IF      near.b  ====  near.a
 *                                       | here: the frame itself goes over
 *   XSKPKT_TEST_IF2      far.b  ====  far.a
 */
struct line {
	struct wire near, far;
};

static void line_open(struct line *l, enum xskpkt_mode mode)
{
	const char *second = getenv("XSKPKT_TEST_IF2");

	device_make(&l->near, POOL_OPTS(.frames = PLENTY));
	if (!second || !*second) {
		xskpkt_pool_destroy(l->near.pool);
		SKIP("no second pair: XSKPKT_TEST_IF2=eth3,eth4");
	}
	l->far = (struct wire){ .pool = l->near.pool, .t.far = -1 };
	device_take(&l->far, second);
	device_open(&l->near, mode);
	device_open(&l->far, mode);
}

static void line_close(struct line *l)
{
	for (unsigned i = 0; i < l->far.t.queues; i++) {
		CHECK_OK(xskpkt_queue_drain(wire_a(&l->far, i), 5000));
		CHECK_OK(xskpkt_queue_drain(wire_b(&l->far, i), 5000));
	}
	xskpkt_port_close(l->far.a);
	xskpkt_port_close(l->far.b);
	device_close(&l->near);
}

/* Where the pool's frames are, and that these packets lie in them. */
static void check_inside(const struct xskpkt_pool *pool,
			 const struct xskpkt_pkt *pkts, unsigned n)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };

	CHECK_OK(xskpkt_pool_info(pool, &info));
	for (unsigned i = 0; i < n; i++) {
		uint8_t *data = pkts[i].data;

		CHECK(data >= (uint8_t *)info.base);
		CHECK(data + pkts[i].len <= (uint8_t *)info.base + info.length);
	}
}

/* What arrived leaves: these frames, and no others, change their owner. */
static unsigned hand_over(struct xskpkt_queue *from, struct xskpkt_queue *to,
			  struct xskpkt_pool *pool)
{
	uint64_t before = stats_of(to).tx_packets;
	struct xskpkt_pkt pkts[64];
	unsigned n = xskpkt_queue_rx(from, pkts, COUNT(pkts));

	if (!n)
		return 0;
	check_inside(pool, pkts, n);
	check_books(pool, n);
	CHECK_EQ(xskpkt_queue_tx(to, pkts, n), n);
	CHECK_EQ(stats_of(to).tx_packets, before + n);
	check_books(pool, 0);
	return n;
}

static unsigned hand_all_over(struct xskpkt_port *from, struct xskpkt_port *to,
			      struct xskpkt_pool *pool)
{
	unsigned total = 0;

	for (unsigned i = 0; i < xskpkt_port_queues(from); i++)
		total += hand_over(xskpkt_port_queue(from, i),
				   xskpkt_port_queue(to, 0), pool);
	return total;
}

/* Few are under way: QEMU's NICs lose what overflows their rings. */
static void cross(struct flow *f, const struct wire *from,
		  const struct wire *to, uint32_t len)
{
	uint32_t end = f->sent + 200;
	int64_t limit = now_ms() + 20000;

	while (f->seen < end) {
		unsigned room = 32 - (f->sent - f->seen);
		unsigned left = end - f->sent;
		unsigned moved;

		moved = flow_send(f, wire_b(from, 0), left < room ? left : room,
				  len);
		moved += hand_all_over(from->a, to->a, from->pool);
		moved += device_receive(f, to->b);
		if (moved)
			limit = now_ms() + 20000;
		else if (now_ms() > limit)
			FAIL("%u packets were sent, %u came, then none for 20 "
			     "s",
			     f->sent, f->seen);
		else
			usleep(50);
	}
}

static void forwards(enum xskpkt_mode mode)
{
	static const uint32_t lengths[] = { 64, 300, 1514 };
	struct flow there = { .id = 1 }, back = { .id = 2 };
	struct line l;

	line_open(&l, mode);
	for (unsigned i = 0; i < COUNT(lengths); i++) {
		cross(&there, &l.near, &l.far, lengths[i]);
		cross(&back, &l.far, &l.near, lengths[i]);
	}
	line_close(&l);
}

/* The frame that one NIC wrote is the frame that the other reads. */
TEST(frames_cross_from_driver_to_driver, .limit = 180)
{
	forwards(XSKPKT_MODE_ZEROCOPY);
}

/* Where drivers copy, the library still does not. */
TEST(frames_cross_in_the_best_mode_of_each, .limit = 180)
{
	forwards(XSKPKT_MODE_AUTO);
}
