// SPDX-License-Identifier: BSD-2-Clause
/*
 * topology.c: which worker serves which queue, and where its packets go.
 *
 * A queue has one thread for both its directions. So the ports that exchange
 * packets, a group, are cut into shares, each with a queue or more of every
 * port in the group; a packet never leaves its share, and a share belongs to
 * one worker:
 *
 *     eth0 queues   0  1  2  3  4        share 0: eth0 0 2 4, eth1 0
 *     eth1 queues   0  1                 share 1: eth0 1 3,   eth1 1
 *
 * There are as many shares as the port with the fewest queues has queues. What
 * one RX queue receives for a port leaves on the same queue of it, always: the
 * order of a flow is kept.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "forward.h"
#include "say.h"
#include "topology.h"

static unsigned group_of(const struct forwarder *f, unsigned port)
{
	switch (f->options.forwarding) {
	case FORWARD_WIRE:
		return port / 2;
	case FORWARD_BRIDGE:
		return 0;
	default:
		return port;
	}
}

static unsigned group_count(const struct forwarder *f)
{
	return group_of(f, f->options.ports - 1) + 1;
}

/* Shares of a group: the fewest queues that an open port of it has. */
static unsigned shares_of(const struct forwarder *f, unsigned group)
{
	unsigned shares = 0;

	for (unsigned i = 0; i < f->options.ports; i++) {
		unsigned n = f->ports[i].queue_count;

		if (f->ports[i].group == group && n && (!shares || n < shares))
			shares = n;
	}
	return shares;
}

static unsigned all_shares(const struct forwarder *f)
{
	unsigned sum = 0;

	for (unsigned g = 0; g < group_count(f); g++)
		sum += shares_of(f, g);
	return sum;
}

static unsigned lanes_open(const struct forwarder *f)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < f->options.ports; i++)
		sum += f->ports[i].queue_count;
	return sum;
}

/* A thread serves so many queues at most, which no CPU could do well. */
static unsigned workers_at_least(const struct forwarder *f)
{
	return (lanes_open(f) + QUEUES_MAX - 1) / QUEUES_MAX;
}

static unsigned workers_wanted(const struct forwarder *f)
{
	unsigned shares = all_shares(f);
	const struct settings *s = &f->options.settings;
	unsigned wanted = s->workers ?: settings_cpus(s);

	if (wanted < workers_at_least(f))
		wanted = workers_at_least(f);
	return wanted < shares ? wanted : shares;
}

static lane_fn function_of(const struct forwarder *f)
{
	switch (f->options.forwarding) {
	case FORWARD_REFLECT:
		return forward_reflect;
	case FORWARD_BRIDGE:
		return forward_bridge;
	case FORWARD_SINK:
		return forward_sink;
	default:
		return forward_wire;
	}
}

static int make_workers(struct forwarder *f, unsigned n)
{
	struct worker *workers;

	if (n > f->worker_room) {
		workers = realloc(f->workers, n * sizeof(*workers));
		if (!workers)
			return -ENOMEM;
		memset(workers + f->worker_room, 0,
		       (n - f->worker_room) * sizeof(*workers));
		f->workers = workers;
		f->worker_room = n;
	}
	for (unsigned i = 0; i < f->worker_room; i++) {
		f->workers[i].forwarder = f;
		f->workers[i].forward = function_of(f);
		f->workers[i].lane_count = f->workers[i].next = 0;
		atomic_store(&f->workers[i].thread.ended, false);
	}
	return 0;
}

/* The lane of @port that shares a worker with lane @i of another. */
static struct lane *partner(const struct port *port, unsigned i,
			    unsigned shares)
{
	unsigned share = i % shares, there;

	if (!port->queue_count)
		return NULL;
	/* How many queues of that port are in the share. */
	there = (port->queue_count - share + shares - 1) / shares;
	return port->lanes[share + shares * (i / shares % there)];
}

static void aim(struct forwarder *f, struct lane *l, unsigned i,
		unsigned shares)
{
	unsigned own = l->port->index;

	l->to = NULL;
	memset(l->peers, 0, PORTS_MAX * sizeof(*l->peers));
	if (f->options.forwarding == FORWARD_REFLECT)
		l->to = l;
	if (f->options.forwarding == FORWARD_WIRE)
		l->to = partner(&f->ports[own ^ 1], i, shares);
	for (unsigned p = 0;
	     f->options.forwarding == FORWARD_BRIDGE && p < f->options.ports;
	     p++)
		l->peers[p] = p == own ? NULL
				       : partner(&f->ports[p], i, shares);
}

static bool deal(struct lane *l, struct worker *w)
{
	if (w->lane_count == QUEUES_MAX)
		return false;
	l->worker = w;
	w->queues[w->lane_count] = l->queue;
	w->lanes[w->lane_count++] = l;
	return true;
}

/* @first: number of the group's first share, counted over all groups. */
static bool deal_port(struct forwarder *f, struct port *port, unsigned first,
		      unsigned shares)
{
	bool room = true;

	for (unsigned i = 0; room && i < port->queue_count; i++) {
		unsigned w = (first + i % shares) % f->worker_count;

		aim(f, port->lanes[i], i, shares);
		room = deal(port->lanes[i], &f->workers[w]);
	}
	return room;
}

static bool deal_group(struct forwarder *f, unsigned group, unsigned first)
{
	unsigned shares = shares_of(f, group);
	bool room = true;

	for (unsigned i = 0; room && i < f->options.ports; i++)
		if (f->ports[i].group == group)
			room = deal_port(f, &f->ports[i], first, shares);
	return room;
}

int topology_build(struct forwarder *f)
{
	unsigned first = 0;
	bool room = true;

	for (unsigned i = 0; i < f->options.ports; i++)
		f->ports[i].group = group_of(f, i);
	f->worker_count = workers_wanted(f);
	if (make_workers(f, f->worker_count))
		return -ENOMEM;
	for (unsigned g = 0; room && g < group_count(f); g++) {
		room = deal_group(f, g, first);
		first += shares_of(f, g);
	}
	return room ? (int)f->worker_count : -E2BIG;
}

static void explain_group(const struct forwarder *f, unsigned group)
{
	const struct port *least = NULL, *most = NULL;

	for (unsigned i = 0; i < f->options.ports; i++) {
		const struct port *p = &f->ports[i];

		if (p->group != group || !p->queue_count)
			continue;
		if (!least || p->queue_count < least->queue_count)
			least = p;
		if (!most || p->queue_count > most->queue_count)
			most = p;
	}
	if (least && least->queue_count < most->queue_count)
		say("%s has %u queues and %s has %u: each worker needs one of "
		    "each, so at most %u workers serve them",
		    most->name, most->queue_count, least->name,
		    least->queue_count, least->queue_count);
}

void topology_explain(const struct forwarder *f)
{
	for (unsigned g = 0; g < group_count(f); g++)
		explain_group(f, g);
	if (f->options.settings.workers > f->worker_count)
		say("--workers %u: there is work for %u only: a queue has one "
		    "thread",
		    f->options.settings.workers, f->worker_count);
}
