// SPDX-License-Identifier: BSD-2-Clause
/*
 * pktfwd: forwards packets between interfaces.
 *
 *   options_parse     what is wanted
 *   ports_open        interfaces, pool
 *   settings_...      metrics; root dropped: nothing below needs it
 *   crew_start        threads that forward
 *   take_care         this thread: reports, keys, interfaces that come and go
 *   crew_stop, ports_close
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attend.h"
#include "caretaker.h"
#include "crew.h"
#include "forms.h"
#include "mactable.h"
#include "placement.h"
#include "ports.h"
#include "say.h"
#include "topology.h"

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
	if (f->options.settings.quiet)
		return;
	warn_of_veth(f);
	topology_explain(f);
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
	const struct settings *s = &f->options.settings;
	int code = settings_serve_metrics(&http, s, print_metrics, f);

	if (code == EXIT_OK && (settings_drop_root(s) || crew_start(f)))
		code = EXIT_FAILED;
	if (code == EXIT_OK) {
		warn(f);
		f->started = now_ns();
		code = take_care(f, signals);
	}
	crew_stop(f);
	http_stop(http);
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
	placement_put_back();
	mactable_destroy(f->macs);
	crew_destroy(f);
	return code;
}

int main(int argc, char **argv)
{
	static struct forwarder f = { .lock = PTHREAD_MUTEX_INITIALIZER };
	int code = options_parse(&f.options, argc, argv);
	int signals;

	if (code != GO_ON)
		return code;
	f.started = now_ns();
	quota_start(&f.quota, f.options.settings.count);
	signals = signals_take();
	code = run(&f, signals);
	if (signals >= 0)
		close(signals);
	return code;
}
