// SPDX-License-Identifier: BSD-2-Clause
/* ping.c: pktgen ping: round trips through whatever reflects. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "pattern_rows.h"
#include "ping.h"
#include "pktgen.h"
#include "say.h"

static const char help[] =
	"usage: pktgen ping [OPTION...] IF\n"
	"Sends packets to what reflects them, as 'pktfwd reflect' does at the other\n"
	"end, and measures the time until they are back. It never sleeps meanwhile.\n"
	"\n"
	"  --rate RATE          packets a second, or max: each as soon as the answer\n"
	"                       to the last is there (default 1000)\n"
	"  --timeout SECONDS    how long an answer is waited for (default 1)\n"
	"  --duration SECONDS, --count PACKETS (10k, 1M)   when to stop\n"
	"Packets:\n"
	"  --size S             bytes without FCS: 60, 60,1514, imix, ... (default 60)\n"
	"  --src-mac M, --dst-mac M (default: of IF; 02:00:00:00:00:02)\n"
	"  --proto, --src, --dst, --src-port, --dst-port, --flows, --random, --vlan,\n"
	"  --tcp-flags, --tos, --ttl, --ethertype, --ipv6   as for pktgen tx\n"
	"Interface and thread:\n"
	"  --mode MODE          auto, zerocopy, copy or generic (default auto)\n"
	"  --queues LIST        these, as 0,2-3; or N: the first N (default all); it\n"
	"                       sends on the first, and receives on all of them\n"
	"  --ring N, --frame-size N, --huge, --busy-poll   as for pktgen tx\n"
	"  --cpus N             CPU to pin its thread to\n"
	"  --user NAME          become this user once all is open\n"
	"Output:\n"
	"  --interval SECONDS   between reports (default 1)\n"
	"  --json, --quiet      one JSON object per report; only the summary\n"
	"  --metrics [ADDR:]PORT  numbers of each queue, as OpenMetrics over HTTP\n"
	"Keys on a terminal: q quit, r reset, e explain. More: man pktgen\n";

/* Of which each has a sequence of its own. */
#define FLOWS_MAX 65536

static int take_rate(void *to, const char *name, const char *text)
{
	struct ping *ping = to;
	const char *why = pace_rate_parse(&ping->rate, text);

	return why ? say_usage("--%s %s: %s", name, text, why) : GO_ON;
}

static const struct option_row rows[] = {
	{ "rate", OPTION_OWN, .take = take_rate },
	{ "timeout", OPTION_SECONDS, .offset = offsetof(struct ping, timeout),
	  .min = 1, .max = 60000 },
	{ 0 },
};

/* Answers are known by the marks; and they are told apart by flows. */
static int check_pattern(struct pattern *p)
{
	if (p->unmarked || p->protocol == PATTERN_RAW)
		return say_usage("ping knows answers by their marks: leave out "
				 "%s",
				 p->protocol == PATTERN_RAW ? "--raw"
							    : "--no-mark");
	if (p->flows > FLOWS_MAX)
		return say_usage("--flows %u: give %d at most", p->flows,
				 FLOWS_MAX);
	return GO_ON;
}

static int check(struct ping *ping)
{
	int code;

	if (ping->settings.workers > 1)
		return say_usage("--workers: one thread sends and receives");
	if (ping->settings.cpu_count > 1)
		return say_usage("--cpus: give one, for its only thread");
	ping->settings.workers = 1;
	ping->settings.spin = true;
	code = pattern_settle(&ping->pattern);
	return code == GO_ON ? check_pattern(&ping->pattern) : code;
}

/* So that the answers come to it where a switch is on the way. */
static void use_own_mac(struct ping *ping)
{
	char path[64], mac[32] = "";
	FILE *file;

	if (ping->pattern.ranges[FIELD_SRC_MAC].count)
		return;
	snprintf(path, sizeof(path), "/sys/class/net/%s/address", ping->ifname);
	file = fopen(path, "r");
	if (!file)
		return; /* opening the port says what is wrong */
	if (fgets(mac, sizeof(mac), file)) {
		mac[strcspn(mac, "\n")] = '\0';
		pattern_set(&ping->pattern, "src-mac", mac);
	}
	fclose(file);
}

static int parse(struct ping *ping, int argc, char **argv)
{
	const struct option_group groups[] = {
		{ rows, ping },
		{ pattern_rows(), &ping->pattern },
		{ settings_interface, &ping->settings },
		{ settings_threads, &ping->settings },
		{ settings_end, &ping->settings },
		{ settings_output, &ping->settings },
		{ settings_metrics, &ping->settings },
	};
	const struct command_line line = { help, groups, 7 };
	int words, code;

	*ping = (struct ping){
		.settings.interval = 1,
		.pattern = PATTERN_DEFAULT,
		.rate.pps = 1000,
		.timeout = 1,
	};
	code = arguments_parse(&words, &line, argc, argv);
	if (code == GO_ON)
		code = one_interface(&ping->ifname, argv + words, argc - words);
	if (code != GO_ON)
		return code;
	use_own_mac(ping);
	return check(ping);
}

static void hear_news(struct attendance *a)
{
	struct ping *ping = a->arg;

	if (pinger_is_done(ping->pinger))
		attend_end(a, "count", "all packets of --count were sent",
			   EXIT_OK);
	else if (analyser_failed(ping->analyser))
		attend_end(a, "failure", "it could not go on", EXIT_FAILED);
}

static void look(struct attendance *a)
{
	struct ping *ping = a->arg;

	session_look(&ping->session, a);
}

static int attend_pinging(struct ping *ping)
{
	static const struct attend_duties duties = { .news = hear_news,
						     .look = look };
	struct attendance a = {
		.duties = &duties,
		.settings = &ping->settings,
		.arg = ping,
		.signals = ping->session.signals,
		.news = ping->session.news,
		.started = ping->started,
	};

	attend(&a, &ping_style, ping);
	pinger_wind_up(ping->pinger);
	if (analyser_stop(ping->analyser) && a.code == EXIT_OK) {
		say("%s", xskpkt_errmsg());
		a.code = EXIT_FAILED;
	}
	return attend_report(&a);
}

static bool make_pinger(struct ping *ping, uint8_t run)
{
	const struct pinger_plan plan = {
		.queue = xskpkt_port_queue(ping->session.port, 0),
		.pattern = &ping->pattern,
		.rate = ping->rate,
		.count = ping->settings.count,
		.timeout = (uint64_t)(ping->timeout * 1e9),
		.run = run,
		.news = ping->session.news,
	};

	ping->pinger = pinger_create(&plan);
	if (!ping->pinger)
		say("there is no memory to send with");
	return ping->pinger;
}

static int start(struct ping *ping, const struct settings *receiving)
{
	struct analyser_plan plan = {
		.port = ping->session.port,
		.settings = receiving,
		.flows = ping->pattern.flows,
		.one_run = true,
		.late = (uint64_t)(ping->timeout * 1e9),
		.news = ping->session.news,
		.turn = pinger_turn,
	};

	if (getrandom(&plan.run, sizeof(plan.run), 0) != sizeof(plan.run))
		plan.run = (uint8_t)now_ns();
	if (!make_pinger(ping, plan.run))
		return EXIT_FAILED;
	plan.arg = ping->pinger;
	ping->started = now_ns();
	return analyser_start(&ping->analyser, &plan) ? EXIT_FAILED : EXIT_OK;
}

static int send_and_receive(struct ping *ping)
{
	struct settings receiving = ping->settings;
	int code;

	receiving.count = 0; /* it is what is sent that counts */
	code = start(ping, &receiving);
	if (code == EXIT_OK)
		code = attend_pinging(ping);
	analyser_free(ping->analyser);
	pinger_destroy(ping->pinger);
	return code;
}

/* Packets come and go in one frame each. */
static int check_room(const struct ping *ping)
{
	struct xskpkt_pool_info pool = { .size = sizeof(pool) };
	unsigned largest = pattern_largest(&ping->pattern);

	if (xskpkt_pool_info(ping->session.pool, &pool) || largest <= pool.room)
		return session_check_mtu(&ping->session, &ping->pattern);
	say("packets of %u bytes: a frame has room for %u: give a smaller "
	    "--size, or a larger --frame-size",
	    largest, pool.room);
	return EXIT_FAILED;
}

int ping_run(int argc, char **argv)
{
	static struct ping ping;
	int code = parse(&ping, argc, argv);

	if (code != GO_ON)
		return code;
	code = session_open(&ping.session, &ping.settings, ping.ifname, 0);
	if (code == EXIT_OK)
		code = check_room(&ping);
	if (code == EXIT_OK)
		code = session_settle(&ping.session);
	if (code == EXIT_OK)
		code = send_and_receive(&ping);
	session_close(&ping.session);
	return code;
}
