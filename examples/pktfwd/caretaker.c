// SPDX-License-Identifier: BSD-2-Clause
/*
 * caretaker.c: attends to forwarding: interfaces that come and go, threads
 * that end.
 */
#include <errno.h>

#include "attend.h"
#include "caretaker.h"
#include "crew.h"
#include "forms.h"
#include "mactable.h"
#include "ports.h"
#include "say.h"

/* Interfaces that come and go */

static void restart(struct attendance *a)
{
	struct forwarder *f = a->arg;

	if (crew_start(f))
		attend_end(a, "failure", "it could not go on", EXIT_FAILED);
}

/* The others wait for as long as it takes to start threads anew. */
static void take_off(struct attendance *a, struct port *port)
{
	struct forwarder *f = a->arg;
	struct xskpkt_port *gone;

	crew_stop(f);
	gone = port_detach(port);
	if (f->macs)
		mactable_forget(f->macs, port->index);
	restart(a);
	xskpkt_port_close(gone);
	if (!f->options.settings.quiet)
		say("%s is gone%s", port->name,
		    f->options.settings.drop_root
			    ? ", and without root it cannot be opened again"
			    : "; it is opened again when it is back");
}

static void put_on(struct attendance *a, struct port *port,
		   struct xskpkt_port *opened)
{
	struct forwarder *f = a->arg;

	crew_stop(f);
	if (port_attach(port, opened))
		xskpkt_port_close(opened);
	restart(a);
	if (!f->options.settings.quiet)
		say("%s is back", port->name);
}

/* All threads have ended, but not since a port is gone: then why? */
static void check_crew(struct attendance *a)
{
	struct forwarder *f = a->arg;
	int err = crew_stop(f);

	if (err && err != -ENODEV) {
		say("%s", xskpkt_errmsg());
		attend_end(a, "failure", "a worker failed", EXIT_FAILED);
		return;
	}
	restart(a);
}

static bool look_after_gone(struct attendance *a)
{
	struct forwarder *f = a->arg;
	bool any = false;

	for (unsigned i = 0; i < f->options.ports; i++)
		if (port_is_gone(&f->ports[i])) {
			take_off(a, &f->ports[i]);
			any = true;
		}
	return any;
}

static void look_after_away(struct attendance *a)
{
	struct forwarder *f = a->arg;
	struct xskpkt_port *opened;

	for (unsigned i = 0; i < f->options.ports; i++) {
		if (f->ports[i].port || f->options.settings.drop_root)
			continue;
		opened = port_try(&f->ports[i]);
		if (opened)
			put_on(a, &f->ports[i], opened);
	}
}

static bool all_are_lost(const struct forwarder *f)
{
	for (unsigned i = 0; i < f->options.ports; i++)
		if (f->ports[i].port)
			return false;
	return f->options.settings.drop_root;
}

static void look(struct attendance *a)
{
	struct forwarder *f = a->arg;

	pthread_mutex_lock(&f->lock);
	look_after_gone(a);
	look_after_away(a);
	pthread_mutex_unlock(&f->lock);
	if (all_are_lost(f))
		attend_end(a, "failure", "all interfaces are gone",
			   EXIT_FAILED);
}

/* A thread has ended, or the count is reached. */
static void hear_news(struct attendance *a)
{
	struct forwarder *f = a->arg;

	if (quota_reached(&f->quota)) {
		attend_end(a, "count", "all packets of --count were received",
			   EXIT_OK);
		return;
	}
	pthread_mutex_lock(&f->lock);
	if (!look_after_gone(a) && f->threads && !crew_runs(f))
		check_crew(a);
	pthread_mutex_unlock(&f->lock);
}

static const struct attend_duties duties = { .news = hear_news, .look = look };

int take_care(struct forwarder *f, int signals)
{
	struct attendance a = {
		.duties = &duties,
		.settings = &f->options.settings,
		.arg = f,
		.signals = signals,
		.news = f->news,
		.started = f->started,
	};

	attend(&a, &forward_style, f);
	crew_stop(f);
	crew_drain(f);
	return attend_report(&a);
}
