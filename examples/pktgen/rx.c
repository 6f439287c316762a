// SPDX-License-Identifier: BSD-2-Clause
/* rx.c: pktgen rx: counts what arrives, and what became of marked packets. */
#include "clock.h"
#include "pktgen.h"
#include "rx.h"
#include "say.h"

static const char help[] =
	"usage: pktgen rx [OPTION...] IF\n"
	"  --flows N          marked flows to tell apart (default 65536)\n"
	"  --flows-top N      show the N worst flows at the end (default 0)\n"
	"  --no-mark          only count: marks are not looked for\n"
	"  --duration SECONDS, --count PACKETS (10k, 1M)   when to stop\n"
	"  --mode MODE        auto, zerocopy, copy or generic (default auto)\n"
	"  --queues LIST      these, as 0,2-3; or N: the first N (default all)\n"
	"  --ring N           entries of each ring, a power of two (default 1024)\n"
	"  --frame-size N     bytes, 2048 to 4096 (default 4096)\n"
	"  --jumbo, --huge    packets larger than a frame; reserved huge pages\n"
	"  --workers N        threads (default: one per queue, as CPUs allow)\n"
	"  --cpus LIST        CPUs to pin them to, in this order\n"
	"  --plan PLAN        auto or a FILE: as pktnic plans it (default none)\n"
	"  --spin             never sleep: latencies without the time to wake up\n"
	"  --busy-poll        poll the driver, without interrupts\n"
	"  --user NAME        become this user once all is open\n"
	"  --interval SECONDS between reports (default 1)\n"
	"  --json, --quiet    one JSON object per report; only the summary\n"
	"  --metrics [ADDR:]PORT  numbers of each queue, as OpenMetrics over HTTP\n"
	"Keys on a terminal: q quit, r reset, e explain. More: man pktgen\n";

/* A flow takes some 200 bytes in each thread. */
#define FLOWS_DEFAULT 65536
#define FLOWS_MAX (1u << 22)
#define FLOWS_TOP_MAX 1000

#define AT(member) offsetof(struct rx, member)

static const struct option_row rows[] = {
	{ "flows", OPTION_U32, .offset = AT(flows), .min = 1,
	  .max = FLOWS_MAX },
	{ "flows-top", OPTION_U32, .offset = AT(flows_top), .min = 0,
	  .max = FLOWS_TOP_MAX },
	{ "no-mark", OPTION_FLAG, .offset = AT(unmarked) },
	{ 0 },
};

static int parse(struct rx *rx, int argc, char **argv)
{
	const struct option_group groups[] = {
		{ rows, rx },
		{ settings_interface, &rx->settings },
		{ settings_jumbo, &rx->settings },
		{ settings_threads, &rx->settings },
		{ settings_plan, &rx->settings },
		{ settings_spin, &rx->settings },
		{ settings_end, &rx->settings },
		{ settings_output, &rx->settings },
		{ settings_metrics, &rx->settings },
	};
	const struct command_line line = { help, groups, 9 };
	int words, code;

	*rx = (struct rx){ .settings.interval = 1, .flows = FLOWS_DEFAULT };
	code = arguments_parse(&words, &line, argc, argv);
	if (code == GO_ON)
		code = one_interface(&rx->ifname, argv + words, argc - words);
	if (code == GO_ON && rx->unmarked && rx->flows_top)
		code = say_usage(
			"--flows-top: with --no-mark no flow is known");
	return code;
}

static void hear_news(struct attendance *a)
{
	struct rx *rx = a->arg;

	if (!analyser_ended(rx->analyser))
		return;
	if (!analyser_failed(rx->analyser))
		attend_end(a, "count", "all packets of --count were received",
			   EXIT_OK);
	else
		attend_end(a, "failure", "the interface is gone", EXIT_FAILED);
}

static int attend_receiving(struct rx *rx)
{
	static const struct attend_duties duties = { .news = hear_news };
	struct attendance a = {
		.duties = &duties,
		.settings = &rx->settings,
		.arg = rx,
		.signals = rx->session.signals,
		.news = rx->session.news,
		.started = rx->started,
	};

	attend(&a, &rx_style, rx);
	rx->stopped = true;
	if (analyser_stop(rx->analyser)) {
		say("%s", xskpkt_errmsg());
		a.code = EXIT_FAILED;
	}
	return attend_report(&a);
}

static int receive(struct rx *rx)
{
	const struct analyser_plan plan = {
		.port = rx->session.port,
		.settings = &rx->settings,
		.flows = rx->flows,
		.unmarked = rx->unmarked,
		.news = rx->session.news,
	};
	int code;

	rx->started = now_ns();
	if (analyser_start(&rx->analyser, &plan))
		return EXIT_FAILED;
	code = attend_receiving(rx);
	analyser_free(rx->analyser);
	return code;
}

int rx_run(int argc, char **argv)
{
	static struct rx rx;
	int code = parse(&rx, argc, argv);

	if (code != GO_ON)
		return code;
	code = session_open(&rx.session, &rx.settings, rx.ifname,
			    XSKPKT_PORT_RX_ONLY);
	if (code == EXIT_OK)
		code = session_settle(&rx.session);
	if (code == EXIT_OK)
		code = receive(&rx);
	session_close(&rx.session);
	return code;
}
