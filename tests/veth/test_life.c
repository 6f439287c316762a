// SPDX-License-Identifier: BSD-2-Clause
/*
 * What happens to an interface while a port is open on it: found within a
 * second, told in a sentence, and overcome where that is possible.
 *
 * "Within a second" is what is promised; LIMIT_MS allows for a machine that is
 * busy with other things.
 */
#include <errno.h>
#include <net/if.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/if_link.h>

#include "traffic.h"

#define LIMIT_MS 1000

static void becomes(struct xskpkt_port *port, enum xskpkt_state state,
		    const char *words)
{
	int64_t start = now_ms();

	while (xskpkt_port_state(port) != state) {
		if (now_ms() - start > LIMIT_MS)
			FAIL("after %d ms the state is %d, not %d", LIMIT_MS,
			     xskpkt_port_state(port), state);
		usleep(1000);
	}
	if (words)
		CHECK_STR_HAS(xskpkt_errmsg(), words);
}

/* Up and down */

/* Let what came and what was sent go. */
static int drain(struct xskpkt_queue *q)
{
	struct xskpkt_pkt pkts[64];
	unsigned n;

	while ((n = xskpkt_queue_rx(q, pkts, 64)))
		xskpkt_queue_drop(q, pkts, n);
	return xskpkt_queue_drain(q, 10000);
}

/* Set down and up again: a state with its sentence, nothing hangs meanwhile,
 * and traffic resumes by itself. */
TEST(set_down_and_up_again)
{
	struct flow f = { .id = 1 }, lost = { .id = 2 };
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	for (unsigned i = 0; i < 3; i++) {
		flow_carry(&f, wire_a(&w, 1), wire_b(&w, 1), 200, MIXED);
		run("ip link set %s down", w.t.a);
		becomes(w.a, XSKPKT_STATE_DOWN, "is set down");
		CHECK_STR_HAS(xskpkt_errmsg(), w.t.a);
		becomes(w.b, XSKPKT_STATE_DOWN, "no carrier");
		check_explains(w.a, "is set down");

		/* Sent while it is down: kept, or lost, but never stuck. */
		CHECK(flow_send(&lost, wire_a(&w, 0), 20, 64) <= 20);
		flow_send(&lost, wire_b(&w, 0), 20, 64);
		check_books(w.pool, 0);

		run("ip link set %s up", w.t.a);
		becomes(w.a, XSKPKT_STATE_UP, NULL);
		becomes(w.b, XSKPKT_STATE_UP, NULL);
	}
	flow_carry(&f, wire_a(&w, 1), wire_b(&w, 1), 200, MIXED);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_OK(drain(wire_a(&w, i)));
		CHECK_OK(drain(wire_b(&w, i)));
	}
	CHECK_EQ(check_books(w.pool, 0).sending, 0);
	wire_close(&w);
}

/* What stays in the TX ring of an interface that is down leaves, without a new
 * packet, once it is up: the next rx, tx or wait sees to that. */
TEST(packets_kept_while_down_leave_when_up)
{
	struct flow f = { .id = 1 };
	struct xskpkt_queue *a, *b;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	a = wire_a(&w, 0);
	b = wire_b(&w, 0);
	run("ip link set %s down", w.t.a);
	becomes(w.a, XSKPKT_STATE_DOWN, NULL);
	CHECK_EQ(flow_send(&f, a, 10, 64), 10);
	CHECK_EQ(stats_of(a).tx_lost, 0);
	run("ip link set %s up", w.t.a);
	becomes(w.a, XSKPKT_STATE_UP, NULL);
	becomes(w.b, XSKPKT_STATE_UP, NULL);
	CHECK_EQ(xskpkt_queue_wait(&a, 1, XSKPKT_WAIT_RX, 0), 0);
	flow_await(&f, b);
	wire_close(&w);
}

/* The peer is set down: our end has no carrier. What is sent then is lost by
 * the device, and told; afterwards all goes on. */
TEST(the_peer_goes_down)
{
	struct flow f = { .id = 1 }, lost = { .id = 2 };
	struct wire w;

	wire_make(&w, 1, NULL);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	run("ip link set %s down", w.t.b);
	becomes(w.a, XSKPKT_STATE_DOWN, "no carrier");
	CHECK_EQ(flow_send(&lost, wire_a(&w, 0), 30, 64), 30);
	UNTIL(xskpkt_queue_tx(wire_a(&w, 0), NULL, 0) == 0 &&
	      stats_of(wire_a(&w, 0)).tx_completed == 30);
	CHECK_EQ(stats_of(wire_a(&w, 0)).tx_lost, 30);
	check_explains(w.a, "30 times the device dropped a packet");

	run("ip link set %s up", w.t.b);
	becomes(w.a, XSKPKT_STATE_UP, NULL);
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 300, MIXED);
	wire_close(&w);
}

/* An interface that is down can be opened, and works once it is up. */
TEST(opened_while_down)
{
	struct wire w;

	wire_make(&w, 2, NULL);
	run("ip link set %s down", w.t.a);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	CHECK_EQ(xskpkt_port_state(w.a), XSKPKT_STATE_DOWN);
	run("ip link set %s up", w.t.a);
	becomes(w.a, XSKPKT_STATE_UP, NULL);
	becomes(w.b, XSKPKT_STATE_UP, NULL);
	carry_all(w.a, w.b, 200, MIXED);
	wire_close(&w);
}

/* Gone */

/* The port on a device that is gone: said so for good, by every call; nothing
 * hangs, and its frames come back when it is closed. */
static void check_gone(struct wire *w)
{
	struct flow lost = { .id = 9 };
	struct xskpkt_queue *q = wire_a(w, 0);
	struct xskpkt_pkt pkts[8];

	becomes(w->a, XSKPKT_STATE_GONE, "deleted or moved");
	CHECK_STR_HAS(xskpkt_errmsg(), w->t.a);
	CHECK_EQ(xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX, 60000), -ENODEV);
	CHECK_STR_HAS(xskpkt_errmsg(), "deleted or moved");
	for (unsigned i = 0; i < 50; i++)
		flow_send(&lost, q, 20, 64);
	CHECK_EQ(xskpkt_queue_rx(q, pkts, 8), 0);
	xskpkt_queue_tx(q, NULL, 0);
	check_explains(w->a, "deleted or moved");
	check_books(w->pool, 0);
	xskpkt_port_close(w->a);
	xskpkt_port_close(w->b);
	w->a = w->b = NULL;
	CHECK_EQ(check_books(w->pool, 0).sending, 0);
}

/* A deleted device is gone within a second; when it is back, it opens. */
TEST(deleted_and_made_again)
{
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	carry_all(w.a, w.b, 200, MIXED);
	run("ip link del %s", w.t.a);
	check_gone(&w);
	run("ip link add %s numrxqueues 2 numtxqueues 2 type veth peer name %s "
	    "numrxqueues 2 numtxqueues 2",
	    w.t.a, w.t.b);
	run("ip link set %s up; ip link set %s up", w.t.a, w.t.b);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	carry_all(w.a, w.b, 200, MIXED);
	wire_close(&w);
}

/* Deleted and made again in one go, before anybody looks: the new one of the
 * same name is another device, and the port does not mistake it. */
TEST(deleted_and_made_again_unseen)
{
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	run("ip link del %s && ip link add %s type veth peer name %s && "
	    "ip link set %s up && ip link set %s up",
	    w.t.a, w.t.a, w.t.b, w.t.a, w.t.b);
	check_gone(&w);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	carry_all(w.a, w.b, 200, MIXED);
	wire_close(&w);
}

/* Moved to another namespace is gone from this one. There it opens again. */
TEST(moved_to_another_namespace)
{
	struct wire w;
	int far;

	wire_open(&w, 1, NULL, NULL);
	far = testnet_namespace();
	run("ip link set %s netns /proc/%d/fd/%d", w.t.a, getpid(), far);
	check_gone(&w);
	run_in(far, "! ip link show %s | grep -q xdp", w.t.a);
	run_in(far, "ip link set %s up", w.t.a);
	CHECK_OK(xskpkt_port_open(
		&w.a, w.t.a, w.pool,
		SMALL(.flags = XSKPKT_PORT_NETNS_FD, .netns_fd = far)));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	carry_all(w.a, w.b, 200, MIXED);
	carry_all(w.b, w.a, 200, MIXED);
	wire_close(&w);
}

/* Waiting while it happens */

struct later {
	const char *format, *name;
	int64_t done;
};

static void *do_later(void *arg)
{
	struct later *l = arg;
	char command[256];

	usleep(200000);
	snprintf(command, sizeof(command), l->format, l->name);
	run("%s", command);
	l->done = now_ms();
	return NULL;
}

/* Wait on @q for ever, while @command is run. Returns what wait does. */
static int wait_while(struct xskpkt_queue *q, const char *command,
		      const char *name)
{
	struct later l = { .format = command, .name = name };
	pthread_t thread;
	int64_t end;
	int ret;

	CHECK_EQ(pthread_create(&thread, NULL, do_later, &l), 0);
	ret = xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX, -1);
	end = now_ms();
	pthread_join(thread, NULL);
	CHECK(end - l.done <= LIMIT_MS);
	return ret;
}

/* A wait without a time-out ends when the link goes down, comes up, or is
 * gone: within a second, though poll() would sleep on. */
TEST(a_wait_ends_when_the_link_changes)
{
	struct xskpkt_queue *q;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	CHECK_EQ(wait_while(wire_a(&w, 0), "ip link set %s down", w.t.a), 0);
	becomes(w.a, XSKPKT_STATE_DOWN, NULL);
	CHECK_EQ(wait_while(wire_a(&w, 0), "ip link set %s up", w.t.a), 0);
	becomes(w.a, XSKPKT_STATE_UP, NULL);
	/* On its way out it may be seen to go down first. */
	q = wire_a(&w, 0);
	if (!wait_while(q, "ip link del %s", w.t.a))
		CHECK_EQ(xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX, LIMIT_MS),
			 -ENODEV);
	CHECK_STR_HAS(xskpkt_errmsg(), "deleted or moved");
	wire_close(&w);
}

/* A change that came while nobody waited ends the next wait: a program that
 * only waits and asks for the state afterwards misses none. */
TEST(a_wait_ends_when_the_link_has_changed)
{
	struct xskpkt_queue *q;
	struct wire w;
	int64_t start;

	wire_open(&w, 1, NULL, NULL);
	q = wire_a(&w, 0);
	run("ip link set %s down", w.t.a);
	start = now_ms();
	CHECK_EQ(xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX, 20000), 0);
	CHECK(now_ms() - start < 10000);
	CHECK_EQ(xskpkt_port_state(w.a), XSKPKT_STATE_DOWN);
	wire_close(&w);
}

/* Other interfaces do not end a wait, whatever happens to them. */
TEST(a_wait_does_not_end_for_others)
{
	struct testnet other;
	struct later l = { .format = "ip link set %s down" };
	struct xskpkt_queue *q;
	pthread_t thread;
	int64_t start;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	testnet_veth(&other, 1);
	l.name = other.a;
	q = wire_a(&w, 0);
	/* Its making is old news by now. */
	xskpkt_port_state(w.a);
	CHECK_EQ(pthread_create(&thread, NULL, do_later, &l), 0);
	start = now_ms();
	CHECK_EQ(xskpkt_queue_wait(&q, 1, XSKPKT_WAIT_RX, 1000), 0);
	CHECK(now_ms() - start >= 990);
	pthread_join(thread, NULL);
	wire_close(&w);
}

/* Changes of settings */

/* The MTU is raised under an open port: what no longer fits a frame is lost,
 * counted and explained; the rest goes on. */
TEST(the_mtu_is_raised)
{
	struct flow f = { .id = 1 }, large = { .id = 2 };
	struct wire w;

	wire_make(&w, 1, POOL_OPTS(.frame_size = 2048, .frames = 4096));
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool,
				  SMALL(.flags = XSKPKT_PORT_MULTI_BUFFER)));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	testnet_mtu(&w.t, 3000);
	flow_send(&large, wire_a(&w, 0), 10, 2500);
	UNTIL(stats_of(wire_b(&w, 0)).kernel_rx_dropped == 10);
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 300, MIXED);
	check_explains(w.b, "larger than a frame");
	check_explains(w.b, "XSKPKT_PORT_MULTI_BUFFER");
	wire_close(&w);
}

/* The kernel does not let a queue be taken from under a port. */
TEST(channels_cannot_be_taken_away)
{
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	CHECK(try_run("ethtool -L %s rx 1 tx 1", w.t.a) != 0);
	carry_all(w.a, w.b, 200, MIXED);
	carry_all(w.b, w.a, 200, MIXED);
	xskpkt_port_close(w.a);
	xskpkt_port_close(w.b);
	w.a = w.b = NULL;
	check_left_alone(w.t.a, 2);
	run("ethtool -L %s rx 1 tx 1", w.t.a);
	wire_close(&w);
}

/* Queues that come into being under an open port have no socket: the kernel
 * gets what arrives there. */
TEST(channels_are_added)
{
	struct wire w;

	wire_make(&w, 4, NULL);
	run("ethtool -L %s rx 2 tx 2; ethtool -L %s rx 2 tx 2", w.t.a, w.t.b);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool, SMALL()));
	CHECK_EQ(xskpkt_port_queues(w.a), 2);
	run("ethtool -L %s rx 4; ethtool -L %s rx 4", w.t.a, w.t.b);
	run("ethtool -L %s tx 4; ethtool -L %s tx 4", w.t.a, w.t.b);
	carry_all(w.a, w.b, 200, MIXED);
	carry_all(w.b, w.a, 200, MIXED);
	wire_close(&w);
}

/* Another name is no other interface. */
TEST(renamed)
{
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	run("ip link set %s down && ip link set %s name other && "
	    "ip link set other up",
	    w.t.a, w.t.a);
	becomes(w.a, XSKPKT_STATE_UP, NULL);
	becomes(w.b, XSKPKT_STATE_UP, NULL);
	carry_all(w.a, w.b, 200, MIXED);
	carry_all(w.b, w.a, 200, MIXED);
	check_explains_nothing(w.a);
	snprintf(w.t.a, sizeof(w.t.a), "other");
	wire_close(&w);
}
