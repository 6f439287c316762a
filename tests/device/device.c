// SPDX-License-Identifier: BSD-2-Clause
/* device.c: two interfaces of real drivers, opened, and carried over */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

/* Few enough for every ring between here and there: QEMU's igb loses what
 * overflows its own. */
#define UNDER_WAY 32
#define BURST 64

static void split(struct testnet *t, const char *names)
{
	const char *comma = strchr(names, ',');

	if (!comma || comma - names >= IFNAMSIZ ||
	    strlen(comma + 1) >= IFNAMSIZ)
		FAIL("XSKPKT_TEST_IF: '%s' are not two interfaces: give "
		     "eth1,eth2",
		     names);
	snprintf(t->a, sizeof(t->a), "%.*s", (int)(comma - names), names);
	snprintf(t->b, sizeof(t->b), "%s", comma + 1);
}

static void leave_alone(void *ifname)
{
	try_run("ip link set %s promisc off", (char *)ifname);
	free(ifname);
}

/* Test packets have addresses of nobody. */
static void prepare(const char *ifname)
{
	if (!if_nametoindex(ifname))
		FAIL("XSKPKT_TEST_IF: there is no interface %s", ifname);
	if (!try_run("ip route show default | grep -qw 'dev %s'", ifname))
		FAIL("XSKPKT_TEST_IF: %s has the default route: this machine "
		     "needs it",
		     ifname);
	test_at_end(leave_alone, strdup(ifname));
	run("ip link set %s up promisc on", ifname);
}

void device_take(struct wire *w, const char *names)
{
	split(&w->t, names);
	prepare(w->t.a);
	prepare(w->t.b);
}

void device_make(struct wire *w, const struct xskpkt_pool_opts *pool)
{
	const char *names = getenv("XSKPKT_TEST_IF");

	*w = (struct wire){ .t.far = -1 };
	if (geteuid())
		SKIP("needs root");
	if (!names || !*names)
		SKIP("no devices: XSKPKT_TEST_IF=eth1,eth2 names two that are "
		     "joined");
	device_take(w, names);
	CHECK_OK(xskpkt_pool_create(&w->pool, pool));
}

bool device_is(const struct wire *w, const char *driver)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };

	CHECK_OK(xskpkt_port_info(w->a, &info));
	return !strcmp(info.driver, driver);
}

/* Packets of no flow, to see whether they get through */

static bool is_ours(const struct xskpkt_pkt *pkt)
{
	return pkt->len > 20 && !memcmp(pkt->data + 16, "xpkt", 4);
}

/* All that is there, and whether any of it is ours. */
static bool drain_port(struct xskpkt_port *port)
{
	struct xskpkt_pkt pkts[BURST];
	bool any = false;
	unsigned n;

	for (unsigned i = 0; i < xskpkt_port_queues(port); i++) {
		struct xskpkt_queue *q = xskpkt_port_queue(port, i);

		while ((n = xskpkt_queue_rx(q, pkts, BURST))) {
			for (unsigned k = 0; k < n; k++)
				any |= is_ours(&pkts[k]);
			xskpkt_queue_drop(q, pkts, n);
		}
	}
	return any;
}

static void send_one(struct xskpkt_queue *q)
{
	struct flow f = { .id = 0xffff };

	flow_send(&f, q, 1, 100);
}

static void settle_way(struct xskpkt_port *from, struct xskpkt_port *to)
{
	int64_t limit = now_ms() + 30000, quiet;

	do {
		if (now_ms() > limit)
			FAIL("no packet gets through within 30 s");
		send_one(xskpkt_port_queue(from, 0));
		usleep(100000);
	} while (!drain_port(to));
	/* What came late is gone before anything is counted. */
	quiet = now_ms() + 300;
	while (now_ms() < quiet)
		if (drain_port(to))
			quiet = now_ms() + 300;
}

void device_settle(struct wire *w)
{
	UNTIL(xskpkt_port_state(w->a) == XSKPKT_STATE_UP);
	UNTIL(xskpkt_port_state(w->b) == XSKPKT_STATE_UP);
	settle_way(w->a, w->b);
	settle_way(w->b, w->a);
}

static void open_both(struct wire *w, enum xskpkt_mode mode, uint32_t a_flags,
		      uint32_t b_flags)
{
	int err = xskpkt_port_open(&w->a, w->t.a, w->pool,
				   SMALL(.mode = mode, .flags = a_flags));

	if (err == -EOPNOTSUPP) {
		xskpkt_pool_destroy(w->pool);
		SKIP("%s", xskpkt_errmsg());
	}
	CHECK_OK(err);
	CHECK_OK(xskpkt_port_open(&w->b, w->t.b, w->pool,
				  SMALL(.mode = mode, .flags = b_flags)));
	CHECK_EQ(xskpkt_port_queues(w->a), xskpkt_port_queues(w->b));
	w->t.queues = xskpkt_port_queues(w->a);
	UNTIL(xskpkt_port_state(w->a) == XSKPKT_STATE_UP);
	UNTIL(xskpkt_port_state(w->b) == XSKPKT_STATE_UP);
}

void device_open(struct wire *w, enum xskpkt_mode mode)
{
	open_both(w, mode, 0, 0);
	device_settle(w);
}

void device_open_one_way(struct wire *w, enum xskpkt_mode mode)
{
	open_both(w, mode, XSKPKT_PORT_TX_ONLY, XSKPKT_PORT_RX_ONLY);
	settle_way(w->a, w->b);
}

/* Flows whose queue of arrival is the NIC's choice */

static void take_in(struct flow *f, const struct xskpkt_pkt *pkt)
{
	uint32_t id;

	if (!is_ours(pkt))
		return; /* a kernel's own */
	CHECK_EQ(packet_check(pkt, 1, &id), f->seen);
	CHECK_EQ(id, f->id);
	f->seen++;
}

unsigned device_receive(struct flow *f, struct xskpkt_port *port)
{
	struct xskpkt_pkt pkts[BURST];
	unsigned total = 0;

	for (unsigned i = 0; i < xskpkt_port_queues(port); i++) {
		struct xskpkt_queue *q = xskpkt_port_queue(port, i);
		unsigned n = xskpkt_queue_rx(q, pkts, BURST);

		for (unsigned k = 0; k < n; k++)
			take_in(f, &pkts[k]);
		xskpkt_queue_drop(q, pkts, n);
		total += n;
	}
	return total;
}

static void carry(struct flow *f, struct xskpkt_queue *from,
		  struct xskpkt_port *to, unsigned n, uint32_t len)
{
	int64_t limit = now_ms() + 20000;

	while (f->seen < n) {
		unsigned room = UNDER_WAY - (f->sent - f->seen);
		unsigned left = n - f->sent;
		unsigned moved;

		moved = flow_send(f, from, left < room ? left : room, len);
		moved += device_receive(f, to);
		if (moved)
			limit = now_ms() + 20000;
		else if (now_ms() > limit)
			FAIL("queue %u: %u packets were sent, %u came, then "
			     "none for 20 s",
			     xskpkt_queue_id(from), f->sent, f->seen);
		else
			usleep(50);
	}
}

void device_carry(struct xskpkt_port *from, struct xskpkt_port *to, unsigned n,
		  uint32_t len)
{
	for (unsigned i = 0; i < xskpkt_port_queues(from); i++) {
		struct flow f = { .id = 100 + i };

		carry(&f, xskpkt_port_queue(from, i), to, n, len);
	}
}

void device_close(struct wire *w)
{
	for (unsigned i = 0; i < xskpkt_port_queues(w->a); i++) {
		CHECK_OK(xskpkt_queue_drain(wire_a(w, i), 5000));
		CHECK_OK(xskpkt_queue_drain(wire_b(w, i), 5000));
	}
	wire_close(w);
}
