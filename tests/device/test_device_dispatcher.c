// SPDX-License-Identifier: BSD-2-Clause
/* Our program and another one on a device, by a libxdp dispatcher. */
#include <net/if.h>

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "device.h"
#include "own.skel.h"

/* Somebody else's, which libxdp attaches as it does ours. */
struct other {
	struct own_bpf *skel;
	struct xdp_program *program;
	int ifindex;
};

static int other_arrive(struct other *o, const char *ifname)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts);

	o->ifindex = (int)if_nametoindex(ifname);
	o->skel = own_bpf__open();
	CHECK(o->skel != NULL);
	opts.obj = o->skel->obj;
	opts.prog_name = "own_pass";
	o->program = xdp_program__create(&opts);
	CHECK(!libxdp_get_error(o->program));
	return xdp_program__attach(o->program, o->ifindex, XDP_MODE_NATIVE, 0);
}

static void other_forget(struct other *o)
{
	xdp_program__close(o->program);
	own_bpf__destroy(o->skel);
}

static void other_leave(struct other *o)
{
	CHECK_EQ(
		xdp_program__detach(o->program, o->ifindex, XDP_MODE_NATIVE, 0),
		0);
	other_forget(o);
}

/* Open beside the other one, which costs no mode and no packet. */
static void join(struct wire *w, struct other *o)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };
	int err;

	err = other_arrive(o, w->t.a);
	if (err)
		SKIP("libxdp attaches nothing to %s here: %s", w->t.a,
		     strerror(-err));
	device_open(w, XSKPKT_MODE_AUTO);
	CHECK_OK(xskpkt_port_info(w->a, &info));
	CHECK_EQ(info.dispatcher, 1);
	CHECK_EQ(xskpkt_queue_mode(wire_a(w, 0)),
		 xskpkt_queue_mode(wire_b(w, 0)));
	device_carry(w->a, w->b, 100, 200);
	device_carry(w->b, w->a, 100, 1514);
}

/* libxdp 1.3 leaves descriptors open at each call: in a child they go. */
static void aside(void (*scene)(void *wire))
{
	struct wire w;

	device_make(&w, NULL);
	child_run(scene, &w);
	xskpkt_pool_destroy(w.pool);
}

static void it_leaves_first(void *arg)
{
	struct other other;
	struct wire *w = arg;

	join(w, &other);
	other_leave(&other);
	device_settle(w);
	device_carry(w->a, w->b, 100, 200);
	device_carry(w->b, w->a, 100, 200);
	device_close(w);
}

/* It was there before us, and leaves before us. */
TEST(another_program_leaves_while_we_are_there, .limit = 180)
{
	aside(it_leaves_first);
}

static void it_leaves_last(void *arg)
{
	struct other other;
	struct wire *w = arg;

	join(w, &other);
	for (unsigned i = 0; i < w->t.queues; i++) {
		CHECK_OK(xskpkt_queue_drain(wire_a(w, i), 5000));
		CHECK_OK(xskpkt_queue_drain(wire_b(w, i), 5000));
	}
	xskpkt_port_close(w->a);
	xskpkt_port_close(w->b);
	check_books(w->pool, 0);
	CHECK(testnet_program_on(w->t.a) != 0);
	CHECK_EQ(testnet_program_on(w->t.b), 0);
	other_leave(&other);
	CHECK_EQ(testnet_program_on(w->t.a), 0);
	xskpkt_pool_destroy(w->pool);
}

/* We leave it as we found it. */
TEST(another_program_stays_when_we_leave, .limit = 180)
{
	aside(it_leaves_last);
}

static void it_comes_later(void *arg)
{
	struct other other;
	struct wire *w = arg;

	device_open(w, XSKPKT_MODE_AUTO);
	CHECK(other_arrive(&other, w->t.a) != 0);
	other_forget(&other);
	device_carry(w->a, w->b, 100, 200);
	device_carry(w->b, w->a, 100, 200);
	device_close(w);
}

/* Ours came without a dispatcher: who comes later is refused, and we go on. */
TEST(another_program_that_comes_later_does_no_harm, .limit = 180)
{
	aside(it_comes_later);
}
