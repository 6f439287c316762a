// SPDX-License-Identifier: BSD-2-Clause
/* ports.c: interfaces: opened, gone, come back, closed; and their pool */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ports.h"
#include "promiscuous.h"
#include "say.h"

/* Between two attempts to open an interface that is back. */
#define RETRY_MS 1000
/* Doublings of the pool until it serves every port. */
#define ATTEMPTS 5

static int open_port(struct xskpkt_port **ret, const struct port *port)
{
	const struct forwarder *f = port->forwarder;

	return settings_open_port(ret, &f->options.settings, port->name,
				  f->pool, 0);
}

/* Lanes */

static struct lane *lane_create(struct port *port)
{
	struct lane *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->peers = calloc(PORTS_MAX, sizeof(*l->peers));
	if (!l->peers) {
		free(l);
		return NULL;
	}
	l->port = port;
	return l;
}

static int make_lanes(struct port *port, unsigned n)
{
	while (port->lane_count < n) {
		struct lane *l = lane_create(port);

		if (!l)
			return -ENOMEM;
		port->lanes[port->lane_count++] = l;
	}
	return 0;
}

/* All fields behind the size are 64-bit numbers. */
static void add_stats(struct xskpkt_stats *sum, const struct xskpkt_stats *s)
{
	const uint64_t *from = &s->rx_packets;
	uint64_t *to = &sum->rx_packets;

	while ((const char *)from < (const char *)(s + 1))
		*to++ += *from++;
}

static void detach_lane(struct lane *l)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	xskpkt_queue_drop(l->queue, l->held + l->held_first, l->held_count);
	tally(&l->count.no_port, l->held_count);
	l->held_count = 0;
	if (!xskpkt_queue_stats(l->queue, &s))
		l->last = s;
	add_stats(&l->earlier, &l->last);
	l->last = (struct xskpkt_stats){ 0 };
	l->queue = NULL;
	l->worker = NULL;
	l->to = NULL;
}

int port_attach(struct port *port, struct xskpkt_port *opened)
{
	unsigned n = xskpkt_port_queues(opened);

	if (n > QUEUES_MAX)
		n = QUEUES_MAX;
	if (make_lanes(port, n))
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		port->lanes[i]->queue = xskpkt_port_queue(opened, i);
		port->lanes[i]->id = xskpkt_queue_id(port->lanes[i]->queue);
	}
	port->queue_count = n;
	port->port = opened;
	if (port->forwarder->options.forwarding == FORWARD_WIRE ||
	    port->forwarder->options.forwarding == FORWARD_BRIDGE)
		port->promiscuous = promiscuous_open(port->name);
	return 0;
}

struct xskpkt_port *port_detach(struct port *port)
{
	struct xskpkt_port *opened = port->port;

	for (unsigned i = 0; i < port->queue_count; i++)
		detach_lane(port->lanes[i]);
	promiscuous_close(port->promiscuous);
	port->promiscuous = -1;
	port->queue_count = 0;
	port->port = NULL;
	return opened;
}

/* Gone and back */

bool port_is_gone(const struct port *port)
{
	return port->port && xskpkt_port_state(port->port) == XSKPKT_STATE_GONE;
}

/* Once for each reason: it is tried again and again. */
static void say_trouble(struct port *port, const char *sentence)
{
	if (!strcmp(port->trouble, sentence))
		return;
	snprintf(port->trouble, sizeof(port->trouble), "%s", sentence);
	if (!port->forwarder->options.settings.quiet)
		say("%s", sentence);
}

struct xskpkt_port *port_try(struct port *port)
{
	struct xskpkt_port *opened = NULL;

	if (now_ms() < port->retry_at || !if_nametoindex(port->name))
		return NULL;
	port->retry_at = now_ms() + RETRY_MS;
	if (open_port(&opened, port)) {
		say_trouble(port, xskpkt_errmsg());
		return NULL;
	}
	port->trouble[0] = '\0';
	port->reopened++;
	return opened;
}

/* The beginning and the end */

static int open_all(struct forwarder *f, unsigned *failed)
{
	struct xskpkt_port *opened = NULL;
	int err = 0;

	for (unsigned i = 0; !err && i < f->options.ports; i++) {
		*failed = i;
		err = open_port(&opened, &f->ports[i]);
		if (!err)
			err = port_attach(&f->ports[i], opened);
	}
	return err;
}

static void close_all(struct forwarder *f)
{
	for (unsigned i = 0; i < f->options.ports; i++) {
		if (f->ports[i].port)
			xskpkt_port_close(port_detach(&f->ports[i]));
		/* An attempt leaves no numbers behind. */
		for (unsigned l = 0; l < f->ports[i].lane_count; l++) {
			free(f->ports[i].lanes[l]->peers);
			free(f->ports[i].lanes[l]);
		}
		f->ports[i].lane_count = 0;
	}
	xskpkt_pool_destroy(f->pool);
	f->pool = NULL;
}

static int create_pool(struct forwarder *f, uint32_t frames)
{
	return settings_create_pool(&f->pool, &f->options.settings, frames);
}

/* How large the pool has to be is known when the first port has it: left to
 * itself it is made for two like that one. */
static uint32_t frames_wanted(const struct forwarder *f)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	uint64_t frames = 0;

	if (!xskpkt_pool_info(f->pool, &info))
		frames = f->options.ports > 2
				 ? (uint64_t)info.frames * f->options.ports / 2
				 : 2 * (uint64_t)info.frames;
	return frames < UINT32_MAX / 2 ? (uint32_t)frames : 0;
}

static int try_to_open(struct forwarder *f)
{
	uint32_t frames = 0;
	unsigned failed = 0;
	int err = create_pool(f, 0);

	if (!err)
		err = open_all(f, &failed);
	/* The first port has room for certain: it is not the pool then. */
	for (unsigned i = 0; err == -ENOBUFS && failed && i < ATTEMPTS; i++) {
		frames = i ? 2 * frames : frames_wanted(f);
		close_all(f);
		err = frames ? create_pool(f, frames) : -ENOBUFS;
		if (!err)
			err = open_all(f, &failed);
	}
	return err;
}

int ports_open(struct forwarder *f)
{
	int err;

	for (unsigned i = 0; i < f->options.ports; i++) {
		struct port *port = &f->ports[i];

		port->forwarder = f;
		port->index = i;
		port->promiscuous = -1;
		snprintf(port->name, sizeof(port->name), "%s",
			 f->options.names[i]);
	}
	err = try_to_open(f);
	if (err) {
		say("%s", err == -ENOMEM && !*xskpkt_errmsg()
				  ? "there is no memory"
				  : xskpkt_errmsg());
		close_all(f);
	}
	return err;
}

void ports_close(struct forwarder *f)
{
	close_all(f);
}
