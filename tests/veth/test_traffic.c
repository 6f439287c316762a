// SPDX-License-Identifier: BSD-2-Clause
/* What is sent on a queue arrives on its peer: whole, in order, once. */
#include <unistd.h>

#include "traffic.h"

/* What @port of the wire is open in. */
static void check_mode(const struct xskpkt_port *port, enum xskpkt_mode mode)
{
	for (unsigned i = 0; i < xskpkt_port_queues(port); i++)
		CHECK_EQ(xskpkt_queue_mode(xskpkt_port_queue(port, i)), mode);
}

static void both_ways(unsigned queues, enum xskpkt_mode mode)
{
	static const uint32_t lengths[] = { 64, 65, 300, 1514, 1518, MIXED };
	struct wire w;

	wire_open(&w, queues, NULL, SMALL(.mode = mode));
	check_mode(w.a, mode);
	check_mode(w.b, mode);
	for (unsigned i = 0; i < COUNT(lengths); i++) {
		carry_all(w.a, w.b, 500, lengths[i]);
		carry_all(w.b, w.a, 500, lengths[i]);
	}
	check_explains_nothing(w.a);
	check_explains_nothing(w.b);
	wire_close(&w);
}

/* Every length goes through every queue, and nothing is lost: copy mode. */
TEST(one_queue_in_copy_mode)
{
	both_ways(1, XSKPKT_MODE_COPY);
}

TEST(two_queues_in_copy_mode)
{
	both_ways(2, XSKPKT_MODE_COPY);
}

TEST(four_queues_in_copy_mode)
{
	both_ways(4, XSKPKT_MODE_COPY);
}

/* The same where XDP works on the kernel's packet buffers. */
TEST(one_queue_in_generic_mode)
{
	both_ways(1, XSKPKT_MODE_GENERIC);
}

TEST(two_queues_in_generic_mode)
{
	both_ways(2, XSKPKT_MODE_GENERIC);
}

TEST(four_queues_in_generic_mode)
{
	both_ways(4, XSKPKT_MODE_GENERIC);
}
