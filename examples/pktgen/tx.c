// SPDX-License-Identifier: BSD-2-Clause
/* tx.c: pktgen tx: sends the packets of a pattern. */
#include "clock.h"
#include "kernel_engine.h"
#include "pattern_rows.h"
#include "pktgen.h"
#include "say.h"
#include "tx.h"

static const char help[] =
	"usage: pktgen tx [OPTION...] IF\n"
	"Packets:\n"
	"  --proto P            udp, tcp, icmp, arp or eth (default udp)\n"
	"  --src A, --dst A     IPv4 or IPv6: A, A+COUNT, A-B or A/PREFIX\n"
	"  --src-port P, --dst-port P, --src-mac M, --dst-mac M   likewise\n"
	"  --flows N            this many combinations (default: all there are)\n"
	"  --random SEED        flows in random order (default: one by one)\n"
	"  --size S             bytes without FCS: 60, 60,1514, 64-1500/4, imix, ...\n"
	"  --vlan ID[:PRIO],..  tags, the outermost first\n"
	"  --tcp-flags, --tos, --ttl, --ethertype, --ipv6, --raw HEX, --no-mark\n"
	"Speed and end:\n"
	"  --rate RATE          as 10k, 2.5Mpps, 1Gbit or max (default max)\n"
	"  --duration SECONDS, --count PACKETS (10k, 1M)\n"
	"  --engine E           afxdp, or kernel: XDP frames, several times as many\n"
	"Interface and threads:\n"
	"  --mode MODE          auto, zerocopy, copy or generic (default auto)\n"
	"  --queues LIST        these, as 0,2-3; or N: the first N (default all)\n"
	"  --ring N             entries of the ring, a power of two (default 1024)\n"
	"  --frame-size N, --huge   bytes, 2048 to 4096; on reserved huge pages\n"
	"  --workers N, --cpus LIST threads (default: one per queue), and where\n"
	"  --plan auto|FILE|none    as pktnic plans it (default none)\n"
	"  --busy-poll          poll the driver, without interrupts\n"
	"  --user NAME          become this user once all is open\n"
	"Output:\n"
	"  --interval SECONDS   between reports (default 1)\n"
	"  --json, --quiet      one JSON object per report; only the summary\n"
	"  --metrics [ADDR:]PORT  numbers of each queue, as OpenMetrics over HTTP\n"
	"Keys on a terminal: q quit, r reset, e explain. More: man pktgen\n";

/* Options */

static int take_rate(void *to, const char *name, const char *text)
{
	struct tx *tx = to;
	const char *why = pace_rate_parse(&tx->rate, text);

	return why ? say_usage("--%s %s: %s", name, text, why) : GO_ON;
}

static int take_engine(void *to, const char *name, const char *text)
{
	struct tx *tx = to;

	tx->engine = engine_find(text);
	return tx->engine
		       ? GO_ON
		       : say_usage("--%s %s: give afxdp or kernel", name, text);
}

static const struct option_row rows[] = {
	{ "rate", OPTION_OWN, .take = take_rate },
	{ "engine", OPTION_OWN, .take = take_engine },
	{ 0 },
};

static int parse(struct tx *tx, int argc, char **argv)
{
	const struct option_group groups[] = {
		{ rows, tx },
		{ pattern_rows(), &tx->pattern },
		{ settings_interface, &tx->settings },
		{ settings_threads, &tx->settings },
		{ settings_plan, &tx->settings },
		{ settings_end, &tx->settings },
		{ settings_output, &tx->settings },
		{ settings_metrics, &tx->settings },
	};
	const struct command_line line = { help, groups, 8 };
	int words, code;

	*tx = (struct tx){
		.settings.interval = 1,
		.pattern = PATTERN_DEFAULT,
		.engine = engine_find("afxdp"),
	};
	code = arguments_parse(&words, &line, argc, argv);
	if (code == GO_ON)
		code = one_interface(&tx->ifname, argv + words, argc - words);
	return code == GO_ON ? pattern_settle(&tx->pattern) : code;
}

/* The run */

static int open_session(struct tx *tx)
{
	int code;

	if (!tx->engine->needs_port)
		return session_begin(&tx->session, &tx->settings, tx->ifname);
	session_fit(&tx->settings, &tx->pattern);
	code = session_open(&tx->session, &tx->settings, tx->ifname,
			    XSKPKT_PORT_TX_ONLY);
	return code == EXIT_OK ? session_check_mtu(&tx->session, &tx->pattern)
			       : code;
}

static void hear_news(struct attendance *a)
{
	struct tx *tx = a->arg;

	if (!tx->engine->ended(tx->running))
		return;
	if (tx->engine->stop(tx->running))
		attend_end(a, "failure", "a worker failed", EXIT_FAILED);
	else
		attend_end(a, "count", "all packets of --count were sent",
			   EXIT_OK);
}

static void look(struct attendance *a)
{
	struct tx *tx = a->arg;

	session_look(&tx->session, a);
}

static int attend_sending(struct tx *tx)
{
	static const struct attend_duties duties = { .news = hear_news,
						     .look = look };
	struct attendance a = {
		.duties = &duties,
		.settings = &tx->settings,
		.arg = tx,
		.signals = tx->session.signals,
		.news = tx->session.news,
		.started = tx->started,
	};

	attend(&a, &tx_style, tx);
	tx->ended = now_ns();
	if (tx->engine->stop(tx->running))
		a.code = EXIT_FAILED;
	return attend_report(&a);
}

static int send_packets(struct tx *tx)
{
	const struct generator_plan plan = {
		.port = tx->session.port,
		.pool = tx->session.pool,
		.pattern = &tx->pattern,
		.settings = &tx->settings,
		.rate = tx->rate,
		.news = tx->session.news,
	};
	int code;

	tx->started = now_ns();
	if (tx->engine->start(&tx->running, tx->ifname, &plan))
		return EXIT_FAILED;
	code = attend_sending(tx);
	tx->engine->free(tx->running);
	return code;
}

int tx_run(int argc, char **argv)
{
	static struct tx tx;
	int code = parse(&tx, argc, argv);

	if (code == GO_ON && !tx.engine->needs_port)
		code = kernel_engine_accepts(&tx.settings) ?: GO_ON;
	if (code != GO_ON)
		return code;
	code = open_session(&tx);
	if (code == EXIT_OK)
		code = session_settle(&tx.session);
	if (code == EXIT_OK)
		code = send_packets(&tx);
	session_close(&tx.session);
	return code;
}
