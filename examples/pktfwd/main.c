// SPDX-License-Identifier: BSD-2-Clause
/*
 * pktfwd: forwards packets between interfaces.
 *
 *   options_parse     what is wanted
 *   ports_open        interfaces, pool
 *   privileges_drop   nothing below needs root
 *   crew_start        threads that forward
 *   attend            this thread: reports, keys, interfaces that come and go
 *   crew_stop, report_end, ports_close
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "attend.h"
#include "crew.h"
#include "http.h"
#include "mactable.h"
#include "ports.h"
#include "report.h"
#include "say.h"
#include "topology.h"

static int take_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	/* A reader that has gone shows when we write. */
	signal(SIGPIPE, SIG_IGN);
	/* Threads that start later inherit it. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void warn_of_veth(const struct forwarder *f)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };
	bool told = false;

	for (unsigned i = 0; i < f->options.ports && !told; i++) {
		if (xskpkt_port_info(f->ports[i].port, &info) ||
		    strcmp(info.driver, "veth"))
			continue;
		told = true;
		say("%s is a veth: hosts behind it leave checksums to a NIC "
		    "that is not there: 'ethtool -K IF tx off' on each far end",
		    f->ports[i].name);
	}
}

static void warn(const struct forwarder *f)
{
	if (f->options.quiet)
		return;
	warn_of_veth(f);
	topology_explain(f);
}

static int start_metrics(struct http **ret, struct forwarder *f)
{
#ifdef HAVE_MICROHTTPD
	char why[256];
	int err = 0;

	if (f->options.metrics)
		err = http_start(ret, f->options.metrics, print_metrics, f, why,
				 sizeof(why));
	if (err == -EINVAL)
		return say_usage("--metrics: %s", why);
	if (err)
		say("--metrics: %s", why);
	return err ? EXIT_FAILED : EXIT_OK;
#else
	(void)ret, (void)f;
	return EXIT_OK;
#endif
}

static void stop_metrics(struct http *http)
{
#ifdef HAVE_MICROHTTPD
	http_stop(http);
#else
	(void)http;
#endif
}

static int drop_root(const struct forwarder *f)
{
	int err = 0;

	if (f->options.drop_root)
		err = privileges_drop(&f->options.user);
	if (err)
		say("cannot become %s: %s", f->options.user.name,
		    strerror(-err));
	return err;
}

static int make_bridge_table(struct forwarder *f)
{
	if (f->options.forwarding != FORWARD_BRIDGE)
		return 0;
	f->macs = mactable_create(f->options.ageing);
	if (!f->macs)
		say("there is no memory for the bridge's table");
	return f->macs ? 0 : -ENOMEM;
}

/* With the ports open. */
static int forward_packets(struct forwarder *f, int signals)
{
	struct http *http = NULL;
	int code = start_metrics(&http, f);

	if (code == EXIT_OK && (drop_root(f) || crew_start(f)))
		code = EXIT_FAILED;
	if (code == EXIT_OK) {
		warn(f);
		f->started = now_ns();
		code = attend(f, signals);
	}
	crew_stop(f);
	stop_metrics(http);
	return code;
}

static int run(struct forwarder *f, int signals)
{
	int code = EXIT_FAILED;

	if (crew_create(f) || signals < 0)
		say("there are no descriptors left");
	else if (!make_bridge_table(f) && !ports_open(f)) {
		code = forward_packets(f, signals);
		ports_close(f);
	}
	mactable_destroy(f->macs);
	crew_destroy(f);
	return code;
}

int main(int argc, char **argv)
{
	static struct forwarder f = { .lock = PTHREAD_MUTEX_INITIALIZER };
	int code = options_parse(&f.options, argc, argv);
	int signals;

	if (code >= 0)
		return code;
	f.started = now_ns();
	f.count_left = (int64_t)f.options.count;
	signals = take_signals();
	code = run(&f, signals);
	if (signals >= 0)
		close(signals);
	return code;
}
