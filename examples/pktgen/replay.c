// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay.c: pktgen replay: sends what is in a capture file.
 *
 * The file is read whole before the interface is opened: a bad file touches
 * nothing, Ctrl-C ends the reading, and sending waits for no disk.
 */
#include <errno.h>
#include <inttypes.h>
#include <net/ethernet.h>
#include <string.h>

#include "clock.h"
#include "numbers.h"
#include "pktgen.h"
#include "rate.h"
#include "replay.h"
#include "say.h"

/* Kernels let one VLAN tag pass beyond the MTU. */
#define VLAN_TAG 4
/* From here on it looks as if nothing happened any more. */
#define LONG_GAP 60e9

static const char help[] =
	"usage: pktgen replay [OPTION...] IF FILE\n"
	"  FILE is pcap or pcapng; - reads stdin. It is read before it is sent.\n"
	"\n"
	"  --speed X          of the original timing (default 1)\n"
	"  --rate RATE        in place of it: packets (10k) or bits (1Gbit) a second\n"
	"  --max              in place of it: as fast as it goes\n"
	"  --max-gap SECONDS  pauses of the original are no longer than this\n"
	"  --loop N           send it N times; 0: without end (default 1)\n"
	"  --pad              what a snap length cut off is sent as zeros, in place of\n"
	"                     leaving such packets out\n"
	"  --partial          of a damaged file, send what stands before the damage\n"
	"  --memory BYTES     for the file at most (default: half of what is free)\n"
	"  --duration SECONDS, --count PACKETS (10k, 1M)   when to stop\n"
	"  --mode MODE        auto, zerocopy, copy or generic (default auto)\n"
	"  --queues N-N       the queue to send on (default 0-0)\n"
	"  --ring N           entries of the ring, a power of two (default 1024)\n"
	"  --frame-size N     bytes, 2048 to 4096 (default 4096)\n"
	"  --jumbo, --huge    packets larger than a frame; reserved huge pages\n"
	"  --busy-poll        poll the driver, without interrupts\n"
	"  --cpus N           CPU to pin its thread to\n"
	"  --user NAME        become this user once all is open\n"
	"  --interval SECONDS between reports (default 1)\n"
	"  --json, --quiet    one JSON object per report; only the summary\n"
	"  --metrics [ADDR:]PORT  numbers of each queue, as OpenMetrics over HTTP\n"
	"Keys on a terminal: q quit, r reset, e explain. More: man pktgen\n";

/* Options */

static int take_speed(void *to, const char *name, const char *text)
{
	struct replay *r = to;

	r->paces++;
	if (seconds_parse(&r->timing.speed, text, 0.001, 1e6))
		return GO_ON;
	return say_usage("--%s %s: give a factor from 0.001 to 1000000, such "
			 "as 0.5",
			 name, text);
}

static int take_rate(void *to, const char *name, const char *text)
{
	struct replay *r = to;
	const char *why = pace_rate_parse(&r->timing.rate, text);

	r->paces++;
	r->timing.original = false;
	return why ? say_usage("--%s %s: %s", name, text, why) : GO_ON;
}

static int take_max(struct replay *r)
{
	r->paces += r->max;
	r->timing.original &= !r->max;
	if (r->paces > 1)
		return say_usage("give one of --speed, --rate and --max");
	return GO_ON;
}

#define AT(member) offsetof(struct replay, member)

static const struct option_row rows[] = {
	{ "speed", OPTION_OWN, .take = take_speed },
	{ "rate", OPTION_OWN, .take = take_rate },
	{ "max", OPTION_FLAG, .offset = AT(max) },
	{ "max-gap", OPTION_SECONDS, .offset = AT(max_gap), .min = 1,
	  .max = 1000000000 },
	{ "loop", OPTION_U64, .offset = AT(loops), .max = INT64_MAX },
	{ "pad", OPTION_FLAG, .offset = AT(file.pad) },
	{ "partial", OPTION_FLAG, .offset = AT(file.partial) },
	{ "memory", OPTION_U64, .offset = AT(file.memory), .min = 1000000,
	  .max = INT64_MAX },
	{ 0 },
};

/* In order: so one thread sends on one queue. */
static int choose_queue(struct settings *s)
{
	if (s->queue_count > 1)
		return say_usage("--queues: packets keep their order on one "
				 "queue only: give one, such as 3-3");
	if (s->workers > 1)
		return say_usage("--workers: packets keep their order with one "
				 "only");
	if (!s->queue_count)
		s->queues[s->queue_count++] = 0;
	return GO_ON;
}

static int parse(struct replay *r, int argc, char **argv)
{
	const struct option_group groups[] = {
		{ rows, r },
		{ settings_interface, &r->settings },
		{ settings_jumbo, &r->settings },
		{ settings_threads, &r->settings },
		{ settings_end, &r->settings },
		{ settings_output, &r->settings },
		{ settings_metrics, &r->settings },
	};
	struct command_line line = { help, groups, 7 };
	int words, code = arguments_parse(&words, &line, argc, argv);

	r->timing.max_gap = (uint64_t)(r->max_gap * 1e9);
	if (code == GO_ON)
		code = take_max(r);
	if (code == GO_ON)
		code = choose_queue(&r->settings);
	if (code == GO_ON)
		code = interface_and_file(&r->ifname, &r->file.path,
					  argv + words, argc - words);
	return code;
}

/* What is left out, and what may surprise */

static void tell_left_out(const struct recording *rec, uint64_t n,
			  const char *why)
{
	if (n)
		say("%s: %" PRIu64 " of its %" PRIu64 " packets %s", rec->name,
		    n, rec->read, why);
}

static void tell(const struct replay *r)
{
	const struct recording *rec = &r->recording;
	bool gap = r->timing.original && !r->timing.max_gap &&
		   (double)rec->longest_gap / r->timing.speed > LONG_GAP;

	if (r->settings.quiet)
		return;
	tell_left_out(rec, rec->cut,
		      r->file.pad ? "were cut by a snap length: zeros are in "
				    "place of what is missing"
				  : "were cut by a snap length and are left "
				    "out: see --pad");
	tell_left_out(rec, rec->too_long,
		      "are too long for the interface and are left out: see "
		      "its MTU, and --jumbo");
	tell_left_out(rec, rec->too_short,
		      "are shorter than an Ethernet header and are left out");
	tell_left_out(rec, rec->backwards,
		      "are earlier than the one before: these follow it at "
		      "once");
	if (gap)
		say("%s: there is a pause of %.0f s before packet %" PRIu64
		    ": --max-gap shortens it",
		    rec->name, (double)rec->longest_gap / 1e9 / r->timing.speed,
		    rec->after_gap);
}

/* Sending */

/* Called again it does nothing. */
static void finish(struct attendance *a)
{
	struct replay *r = a->arg;
	int err = replayer_stop(r->replayer);

	if (!err)
		return;
	if (a->code == EXIT_OK)
		say("%s", xskpkt_errmsg());
	attend_end(a, "failure",
		   err == -ENODEV ? "the interface is gone"
				  : "it could not go on",
		   EXIT_FAILED);
	a->code = EXIT_FAILED;
}

static void hear(struct attendance *a)
{
	const struct replay *r = a->arg;
	struct replayer_counts sent;

	if (!replayer_ended(r->replayer))
		return;
	finish(a);
	replayer_read(r->replayer, &sent);
	if (sent.packets == r->settings.count)
		attend_end(a, "count", "all packets of --count were sent",
			   EXIT_OK);
	else
		attend_end(a, "end", "the whole file was sent", EXIT_OK);
}

static void look(struct attendance *a)
{
	const struct replay *r = a->arg;

	session_look(&r->session, a);
}

static const struct attend_duties duties = { .news = hear, .look = look };

static int replay(struct replay *r, const struct replayer_plan *plan)
{
	struct attendance a = {
		.duties = &duties,
		.settings = &r->settings,
		.arg = r,
		.signals = r->session.signals,
		.news = r->session.news,
	};

	r->started = now_ns();
	a.started = r->started;
	if (replayer_start(&r->replayer, plan))
		return EXIT_FAILED;
	attend(&a, &replay_style, r);
	finish(&a);
	return attend_report(&a);
}

/* The interface is open: what can it send? */
static int prepare(struct replay *r, struct replayer_plan *plan)
{
	struct xskpkt_port_info port = { .size = sizeof(port) };
	struct xskpkt_pool_info pool = { .size = sizeof(pool) };
	uint32_t longest;

	if (xskpkt_port_info(r->session.port, &port) ||
	    xskpkt_pool_info(r->session.pool, &pool)) {
		say("%s", xskpkt_errmsg());
		return EXIT_FAILED;
	}
	longest = port.mtu + ETH_HLEN + VLAN_TAG;
	if (!r->settings.jumbo && longest > pool.room)
		longest = pool.room;
	if (recording_limit(&r->recording, longest))
		return EXIT_FAILED;
	*plan = (struct replayer_plan){
		.port = r->session.port,
		.recording = &r->recording,
		.settings = &r->settings,
		.room = pool.room,
		.round = recording_time(&r->recording, &r->timing),
		.at_once = r->max,
		.loops = r->loops,
		.count = r->settings.count,
		.news = r->session.news,
	};
	return EXIT_OK;
}

static int open_and_replay(struct replay *r)
{
	struct replayer_plan plan;
	int code = session_open(&r->session, &r->settings, r->ifname,
				XSKPKT_PORT_TX_ONLY);

	if (code == EXIT_OK)
		code = session_settle(&r->session);
	if (code == EXIT_OK)
		code = prepare(r, &plan);
	if (code == EXIT_OK) {
		tell(r);
		code = replay(r, &plan);
	}
	replayer_free(r->replayer);
	session_close(&r->session);
	return code;
}

int replay_run(int argc, char **argv)
{
	static struct replay r = {
		.settings.interval = 1,
		.timing = { .original = true, .speed = 1 },
		.loops = 1,
	};
	int code = parse(&r, argc, argv);

	if (code != GO_ON)
		return code;
	if (recording_load(&r.recording, &r.file))
		return EXIT_FAILED;
	code = open_and_replay(&r);
	recording_free(&r.recording);
	return code;
}
