// SPDX-License-Identifier: BSD-2-Clause
/* pktfwd's topology: every queue has one thread, and every packet a way. */
#include <stdlib.h>

#include "harness.h"
#include "pktfwd.h"
#include "topology.h"

/* A forwarder whose queues are only pointers: nobody calls them. */
struct scene {
	struct forwarder f;
	char queues[PORTS_MAX][8];
};

static struct scene *scene_make(enum forwarding forwarding, unsigned ports)
{
	struct scene *s = calloc(1, sizeof(*s));

	CHECK(s);
	s->f.options.forwarding = forwarding;
	s->f.options.ports = ports;
	for (unsigned i = 0; i < ports; i++) {
		s->f.ports[i].forwarder = &s->f;
		s->f.ports[i].index = i;
	}
	return s;
}

static void set_queues(struct scene *s, unsigned port, unsigned n)
{
	struct port *p = &s->f.ports[port];

	for (; p->lane_count < n; p->lane_count++) {
		struct lane *l = calloc(1, sizeof(*l));

		CHECK(l);
		l->peers = calloc(PORTS_MAX, sizeof(*l->peers));
		l->port = p;
		p->lanes[p->lane_count] = l;
	}
	for (unsigned i = 0; i < n; i++)
		p->lanes[i]->queue = (void *)&s->queues[port][i];
	p->queue_count = n;
}

static void scene_free(struct scene *s)
{
	for (unsigned i = 0; i < PORTS_MAX; i++)
		for (unsigned k = 0; k < s->f.ports[i].lane_count; k++) {
			free(s->f.ports[i].lanes[k]->peers);
			free(s->f.ports[i].lanes[k]);
		}
	free(s->f.workers);
	free(s);
}

/* How often a lane stands in the list of a worker; which has to be its own. */
static unsigned times_dealt(const struct scene *s, const struct lane *l)
{
	unsigned times = 0;

	for (unsigned w = 0; w < s->f.worker_count; w++)
		for (unsigned i = 0; i < s->f.workers[w].lane_count; i++)
			if (s->f.workers[w].lanes[i] == l) {
				CHECK(l->worker == &s->f.workers[w]);
				CHECK(s->f.workers[w].queues[i] == l->queue);
				times++;
			}
	return times;
}

/* It is open, of that port, and of the same thread. */
static void check_way(const struct lane *from, const struct lane *to,
		      const struct port *port)
{
	if (!port->queue_count) {
		CHECK(!to);
		return;
	}
	CHECK(to && to->port == port && to->queue);
	CHECK(to->worker == from->worker);
}

static void check_lane(const struct scene *s, const struct lane *l)
{
	unsigned own = l->port->index;

	CHECK_EQ(times_dealt(s, l), 1);
	if (s->f.options.forwarding == FORWARD_WIRE)
		check_way(l, l->to, &s->f.ports[own ^ 1]);
	if (s->f.options.forwarding == FORWARD_REFLECT)
		CHECK(l->to == l);
	if (s->f.options.forwarding != FORWARD_BRIDGE)
		return;
	for (unsigned p = 0; p < s->f.options.ports; p++)
		if (p == own)
			CHECK(!l->peers[p]);
		else
			check_way(l, l->peers[p], &s->f.ports[p]);
}

static void check_all(struct scene *s, unsigned workers)
{
	unsigned open = 0;
	int n;

	s->f.options.settings.workers = workers;
	n = topology_build(&s->f);
	CHECK(n >= 0 && (unsigned)n <= workers);
	for (unsigned p = 0; p < s->f.options.ports; p++)
		for (unsigned i = 0; i < s->f.ports[p].queue_count; i++, open++)
			check_lane(s, s->f.ports[p].lanes[i]);
	CHECK_EQ(n > 0, open > 0);
	for (int w = 0; w < n; w++)
		CHECK(s->f.workers[w].lane_count > 0);
}

/* Whatever the numbers of queues and threads, also while ports are away. */
static void check_any(enum forwarding forwarding)
{
	struct scene *s = scene_make(forwarding, 4);

	for (unsigned mix = 0; mix < 6 * 6 * 6; mix++) {
		set_queues(s, 0, mix % 6);
		set_queues(s, 1, mix / 6 % 6);
		set_queues(s, 2, mix / 36);
		set_queues(s, 3, 3);
		for (unsigned workers = 1; workers <= 9; workers++)
			check_all(s, workers);
	}
	scene_free(s);
}

TEST(a_wire_has_a_way_for_every_packet)
{
	check_any(FORWARD_WIRE);
}

TEST(a_bridge_has_a_way_to_every_port)
{
	check_any(FORWARD_BRIDGE);
}

TEST(reflect_stays_on_its_queue)
{
	check_any(FORWARD_REFLECT);
}

TEST(sink_serves_every_queue)
{
	check_any(FORWARD_SINK);
}

/* Equal numbers of queues use as many threads as there are. */
TEST(shares_are_spread_evenly)
{
	struct scene *s = scene_make(FORWARD_WIRE, 2);

	set_queues(s, 0, 8);
	set_queues(s, 1, 8);
	check_all(s, 4);
	CHECK_EQ(s->f.worker_count, 4);
	for (unsigned w = 0; w < 4; w++)
		CHECK_EQ(s->f.workers[w].lane_count, 4);
	scene_free(s);
}
