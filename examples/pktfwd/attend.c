// SPDX-License-Identifier: BSD-2-Clause
/*
 * attend.c: what the main thread does while others forward: it reports, and
 * listens to signals, keys, threads that end, and interfaces that come and go.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "attend.h"
#include "crew.h"
#include "mactable.h"
#include "ports.h"
#include "report.h"
#include "say.h"
#include "screen.h"

/* Between two looks at the interfaces: how long one stays away unnoticed when
 * its worker is too busy to notice. */
#define LOOK_MS 100

struct ending {
	const char *reason;   /* in JSON; NULL: go on */
	const char *sentence; /* in the summary */
	int code;
};

struct attendance {
	struct forwarder *f;
	struct report report;
	struct ending ending;
	int signals; /* signalfd */
	uint64_t next_report, next_look, end;
};

static void end(struct attendance *a, const char *reason, const char *sentence,
		int code)
{
	if (!a->ending.reason)
		a->ending = (struct ending){ reason, sentence, code };
}

/* Interfaces that come and go */

static void restart(struct attendance *a)
{
	if (crew_start(a->f))
		end(a, "failure", "it could not go on", EXIT_FAILED);
}

/* The others wait for as long as it takes to start threads anew. */
static void take_off(struct attendance *a, struct port *port)
{
	struct xskpkt_port *gone;

	crew_stop(a->f);
	gone = port_detach(port);
	if (a->f->macs)
		mactable_forget(a->f->macs, port->index);
	restart(a);
	xskpkt_port_close(gone);
	if (!a->f->options.quiet)
		say("%s is gone%s", port->name,
		    a->f->options.drop_root
			    ? ", and without root it cannot be opened again"
			    : "; it is opened again when it is back");
}

static void put_on(struct attendance *a, struct port *port,
		   struct xskpkt_port *opened)
{
	crew_stop(a->f);
	if (port_attach(port, opened))
		xskpkt_port_close(opened);
	restart(a);
	if (!a->f->options.quiet)
		say("%s is back", port->name);
}

/* All threads have ended, but not since a port is gone: then why? */
static void check_crew(struct attendance *a)
{
	int err = crew_stop(a->f);

	if (err && err != -ENODEV) {
		say("%s", xskpkt_errmsg());
		end(a, "failure", "a worker failed", EXIT_FAILED);
		return;
	}
	restart(a);
}

static bool look_after_gone(struct attendance *a)
{
	bool any = false;

	for (unsigned i = 0; i < a->f->options.ports; i++)
		if (port_is_gone(&a->f->ports[i])) {
			take_off(a, &a->f->ports[i]);
			any = true;
		}
	return any;
}

static void look_after_away(struct attendance *a)
{
	struct xskpkt_port *opened;

	for (unsigned i = 0; i < a->f->options.ports; i++) {
		if (a->f->ports[i].port || a->f->options.drop_root)
			continue;
		opened = port_try(&a->f->ports[i]);
		if (opened)
			put_on(a, &a->f->ports[i], opened);
	}
}

static bool all_are_lost(const struct forwarder *f)
{
	for (unsigned i = 0; i < f->options.ports; i++)
		if (f->ports[i].port)
			return false;
	return f->options.drop_root;
}

static void look(struct attendance *a)
{
	pthread_mutex_lock(&a->f->lock);
	look_after_gone(a);
	look_after_away(a);
	pthread_mutex_unlock(&a->f->lock);
	if (all_are_lost(a->f))
		end(a, "failure", "all interfaces are gone", EXIT_FAILED);
}

/* A thread has ended, or the count is reached. */
static void hear_news(struct attendance *a)
{
	const struct options *o = &a->f->options;
	uint64_t times;

	if (read(a->f->news, &times, sizeof(times)) < 0)
		return;
	if (o->count && atomic_load(&a->f->count_done) >= (int64_t)o->count) {
		end(a, "count", "all packets of --count were received",
		    EXIT_OK);
		return;
	}
	pthread_mutex_lock(&a->f->lock);
	if (!look_after_gone(a) && a->f->threads && !crew_runs(a->f))
		check_crew(a);
	pthread_mutex_unlock(&a->f->lock);
}

/* Attending */

static void hear_signal(struct attendance *a)
{
	struct signalfd_siginfo info;

	if (read(a->signals, &info, sizeof(info)) != sizeof(info))
		return;
	end(a, "signal",
	    info.ssi_signo == SIGINT ? "stopped by Ctrl-C"
				     : "stopped by a signal",
	    EXIT_OK);
}

static void hear_keys(struct attendance *a)
{
	char key;

	while ((key = screen_key()))
		if (!report_key(&a->report, key))
			end(a, "quit", "stopped by q", EXIT_OK);
}

static uint64_t earliest(const struct attendance *a)
{
	uint64_t at = a->next_look;

	if (a->next_report < at)
		at = a->next_report;
	return a->end && a->end < at ? a->end : at;
}

static void keep_time(struct attendance *a)
{
	uint64_t step = (uint64_t)(a->f->options.interval * 1e9);
	uint64_t now = now_ns();

	if (now >= a->next_look) {
		look(a);
		a->next_look = now + LOOK_MS * 1000000ull;
	}
	if (a->end && now >= a->end) {
		end(a, "duration", "the time is up", EXIT_OK);
		return;
	}
	if (now < a->next_report)
		return;
	report_interval(&a->report);
	a->next_report += step;
	if (a->next_report <= now) /* we were stopped for a while */
		a->next_report = now + step;
}

static void attend_once(struct attendance *a)
{
	bool keys = a->report.form == REPORT_TABLE;
	struct pollfd fds[] = {
		{ .fd = a->signals, .events = POLLIN },
		{ .fd = a->f->news, .events = POLLIN },
		{ .fd = keys ? STDIN_FILENO : -1, .events = POLLIN },
	};
	uint64_t now = now_ns(), until = earliest(a);
	uint64_t ns = until > now ? until - now : 0;
	struct timespec wait = { .tv_sec = (time_t)(ns / 1000000000),
				 .tv_nsec = (long)(ns % 1000000000) };

	if (ppoll(fds, 3, &wait, NULL) > 0) {
		if (fds[0].revents)
			hear_signal(a);
		if (fds[1].revents)
			hear_news(a);
		if (fds[2].revents & POLLIN)
			hear_keys(a);
		else if (fds[2].revents)
			end(a, "quit", "the terminal is gone", EXIT_OK);
	}
	keep_time(a);
	if (a->report.err)
		end(a, "failure", "stdout cannot be written", EXIT_FAILED);
}

int attend(struct forwarder *f, int signals)
{
	uint64_t ns = (uint64_t)(f->options.duration * 1e9);
	struct attendance a = {
		.f = f,
		.signals = signals,
		.next_report =
			f->started + (uint64_t)(f->options.interval * 1e9),
		.end = ns ? f->started + ns : 0,
	};

	report_begin(&a.report, f);
	while (!a.ending.reason)
		attend_once(&a);

	crew_stop(f);
	crew_drain(f);
	report_end(&a.report, a.ending.reason, a.ending.sentence);
	return a.report.err ? EXIT_FAILED : a.ending.code;
}
