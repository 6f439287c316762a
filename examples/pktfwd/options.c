// SPDX-License-Identifier: BSD-2-Clause
/* options.c: from the command line to struct options */
#include <getopt.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <xskpkt/xskpkt.h>

#include "numbers.h"
#include "options.h"
#include "say.h"

#define GO_ON (-1)

static const char help[] =
	"usage: pktfwd [wire|reflect|bridge|sink] [OPTION...] IF...\n"
	"  wire     what enters IF_A leaves IF_B, and back (default; pairs)\n"
	"  reflect  what enters leaves where it came from, MACs swapped\n"
	"  bridge   a learning switch among all the interfaces\n"
	"  sink     counts and drops\n"
	"\n"
	"  --mode MODE        auto, zerocopy, copy or generic (default auto)\n"
	"  --queues LIST      these, as 0,2-3; or N: the first N (default all)\n"
	"  --ring N           entries of each ring, a power of two (default 1024)\n"
	"  --frame-size N     bytes, 2048 to 4096 (default 4096)\n"
	"  --jumbo, --huge    packets larger than a frame; reserved huge pages\n"
	"  --workers N        threads (default: one per queue, as CPUs allow)\n"
	"  --cpus LIST        CPUs to pin them to, in this order\n"
	"  --spin             never sleep\n"
	"  --ageing SECONDS   how long bridge remembers an address (default 300)\n"
	"  --user NAME        become this user once all is open\n"
	"  --duration SECONDS, --count PACKETS (10k, 1M)   when to stop\n"
	"  --interval SECONDS between reports (default 1)\n"
	"  --json, --quiet    one JSON object per report; only the summary\n"
	"  --metrics [ADDR:]PORT  OpenMetrics over HTTP, on loopback by default\n"
	"  --version, --help\n"
	"Keys on a terminal: q quit, r reset, e explain. More: man pktfwd\n";

enum {
	MODE = 256,
	QUEUES,
	RING,
	FRAME_SIZE,
	JUMBO,
	HUGE_PAGES,
	WORKERS,
	CPUS,
	SPIN,
	AGEING,
	USER,
	DURATION,
	COUNT,
	INTERVAL,
	JSON,
	METRICS,
	QUIET,
	VERSION_WANTED,
	HELP,
};

static const struct option names[] = {
	{ "mode", required_argument, NULL, MODE },
	{ "queues", required_argument, NULL, QUEUES },
	{ "ring", required_argument, NULL, RING },
	{ "frame-size", required_argument, NULL, FRAME_SIZE },
	{ "jumbo", no_argument, NULL, JUMBO },
	{ "huge", no_argument, NULL, HUGE_PAGES },
	{ "workers", required_argument, NULL, WORKERS },
	{ "cpus", required_argument, NULL, CPUS },
	{ "spin", no_argument, NULL, SPIN },
	{ "ageing", required_argument, NULL, AGEING },
	{ "user", required_argument, NULL, USER },
	{ "duration", required_argument, NULL, DURATION },
	{ "count", required_argument, NULL, COUNT },
	{ "interval", required_argument, NULL, INTERVAL },
	{ "json", no_argument, NULL, JSON },
	{ "metrics", required_argument, NULL, METRICS },
	{ "quiet", no_argument, NULL, QUIET },
	{ "version", no_argument, NULL, VERSION_WANTED },
	{ "help", no_argument, NULL, HELP },
	{ 0 },
};

static const char *const forwardings[] = { "wire", "reflect", "bridge",
					   "sink" };

/* Those whose value has a form of its own */

static int take_mode(struct options *o, const char *text)
{
	static const char *const modes[] = { "auto", "zerocopy", "copy",
					     "generic" };

	for (uint32_t i = 0; i < 4; i++)
		if (!strcmp(text, modes[i])) {
			o->mode = i;
			return GO_ON;
		}
	return say_usage("--mode %s: give auto, zerocopy, copy or generic",
			 text);
}

/* A number alone says how many. */
static int take_queues(struct options *o, const char *text)
{
	uint64_t n;

	if (number_parse(&n, text, 1, QUEUES_MAX)) {
		o->queue_count = (unsigned)n;
		for (uint32_t i = 0; i < n; i++)
			o->queues[i] = i;
		return GO_ON;
	}
	o->queue_count = list_parse(o->queues, QUEUES_MAX, text, 65535);
	if (o->queue_count && strpbrk(text, ",-"))
		return GO_ON;
	return say_usage("--queues %s: give how many, 1 to %d, or a list such "
			 "as 0,2-3",
			 text, QUEUES_MAX);
}

static int take_ring(struct options *o, const char *text)
{
	uint64_t n;

	if (!number_parse(&n, text, 64, 32768) || n & (n - 1))
		return say_usage("--ring %s: give a power of two from 64 to "
				 "32768",
				 text);
	o->ring = (uint32_t)n;
	return GO_ON;
}

static int take_cpus(struct options *o, const char *text)
{
	cpu_set_t allowed;

	o->cpu_count = list_parse(o->cpus, CPUS_MAX, text, CPU_SETSIZE - 1);
	if (!o->cpu_count)
		return say_usage("--cpus %s: give a list such as 2,4-7", text);
	CPU_ZERO(&allowed);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (unsigned i = 0; i < o->cpu_count; i++)
		if (!CPU_ISSET(o->cpus[i], &allowed))
			return say_usage("--cpus %s: CPU %u is not there, or "
					 "not for this process",
					 text, o->cpus[i]);
	return GO_ON;
}

static int take_user(struct options *o, const char *text)
{
	if (!user_find(&o->user, text))
		return say_usage("--user %s: there is no such user", text);
	if (!o->user.uid)
		return say_usage("--user %s: that is root again", text);
	o->drop_root = true;
	return GO_ON;
}

/* Those that are a number */

static int take_number(uint64_t *ret, const char *name, const char *text,
		       uint64_t min, uint64_t max)
{
	if (number_parse(ret, text, min, max))
		return GO_ON;
	return say_usage("--%s %s: give a whole number from %llu to %llu", name,
			 text, (unsigned long long)min,
			 (unsigned long long)max);
}

static int take_u32(uint32_t *ret, const char *name, const char *text,
		    uint32_t min, uint32_t max)
{
	uint64_t value = 0;
	int code = take_number(&value, name, text, min, max);

	if (code == GO_ON)
		*ret = (uint32_t)value;
	return code;
}

static int take_seconds(double *ret, const char *name, const char *text,
			double min, double max)
{
	if (seconds_parse(ret, text, min, max))
		return GO_ON;
	return say_usage("--%s %s: give seconds from %g to %g", name, text, min,
			 max);
}

static int take_metrics(struct options *o, const char *text)
{
#ifdef HAVE_MICROHTTPD
	o->metrics = text;
	return GO_ON;
#else
	(void)o;
	return say_usage("--metrics %s: this pktfwd was built without "
			 "libmicrohttpd",
			 text);
#endif
}

static int print(const char *text)
{
	return fputs(text, stdout) == EOF || fflush(stdout) ? EXIT_FAILED
							    : EXIT_OK;
}

static int print_version(void)
{
	char text[128];

	snprintf(text, sizeof(text), "pktfwd %s, xskpkt %s\n", VERSION,
		 xskpkt_version());
	return print(text);
}

static int take(struct options *o, int option, const char *text)
{
	switch (option) {
	case MODE:
		return take_mode(o, text);
	case QUEUES:
		return take_queues(o, text);
	case RING:
		return take_ring(o, text);
	case FRAME_SIZE:
		return take_u32(&o->frame_size, "frame-size", text, 2048, 4096);
	case JUMBO:
		o->jumbo = true;
		return GO_ON;
	case HUGE_PAGES:
		o->huge = true;
		return GO_ON;
	case WORKERS:
		return take_u32(&o->workers, "workers", text, 1, CPUS_MAX);
	case CPUS:
		return take_cpus(o, text);
	case SPIN:
		o->spin = true;
		return GO_ON;
	case AGEING:
		return take_u32(&o->ageing, "ageing", text, 1, 1000000);
	case USER:
		return take_user(o, text);
	case DURATION:
		return take_seconds(&o->duration, "duration", text, 0.001, 1e9);
	case COUNT:
		return take_number(&o->count, "count", text, 1, INT64_MAX);
	case INTERVAL:
		return take_seconds(&o->interval, "interval", text, 0.1, 86400);
	case JSON:
		o->json = true;
		return GO_ON;
	case METRICS:
		return take_metrics(o, text);
	case QUIET:
		o->quiet = true;
		return GO_ON;
	case VERSION_WANTED:
		return print_version();
	case HELP:
		return print(help);
	}
	return say_usage("what it was given is not understood");
}

/* The words that are no options */

static bool same_interface(const char *a, const char *b)
{
	unsigned index = if_nametoindex(a);

	/* An interface can have several names. */
	return !strcmp(a, b) || (index && index == if_nametoindex(b));
}

static int check_name(const struct options *o, unsigned i)
{
	if (!o->names[i][0] || strlen(o->names[i]) >= IFNAME_SIZE)
		return say_usage("'%s' is no interface's name", o->names[i]);
	for (unsigned k = 0; k < i; k++)
		if (same_interface(o->names[k], o->names[i]))
			return say_usage("%s is named twice", o->names[i]);
	return GO_ON;
}

static int check_number(const struct options *o)
{
	if (!o->ports)
		return say_usage("name the interfaces");
	if (o->forwarding == FORWARD_WIRE && o->ports % 2)
		return say_usage("wire joins pairs of interfaces: %s has no "
				 "partner",
				 o->names[o->ports - 1]);
	if (o->forwarding == FORWARD_BRIDGE && o->ports < 2)
		return say_usage("bridge needs two interfaces at least");
	return GO_ON;
}

static int take_words(struct options *o, char **words, int n)
{
	int code = GO_ON;

	for (unsigned i = 0; n && i < 4; i++)
		if (!strcmp(words[0], forwardings[i])) {
			o->forwarding = (enum forwarding)i;
			words++;
			n--;
			break;
		}
	o->forwarding_name = forwardings[o->forwarding];
	if (n > PORTS_MAX)
		return say_usage("%d interfaces: at most %d", n, PORTS_MAX);
	for (; code == GO_ON && o->ports < (unsigned)n; o->ports++) {
		o->names[o->ports] = words[o->ports];
		code = check_name(o, o->ports);
	}
	return code == GO_ON ? check_number(o) : code;
}

int options_parse(struct options *ret, int argc, char **argv)
{
	int option, code = GO_ON;

	*ret = (struct options){ .interval = 1, .ageing = 300 };
	opterr = 0;
	while (code == GO_ON &&
	       (option = getopt_long(argc, argv, ":", names, NULL)) != -1) {
		if (option == '?')
			code = say_usage("there is no option %s",
					 argv[optind - 1]);
		else if (option == ':')
			code = say_usage("%s needs a value", argv[optind - 1]);
		else
			code = take(ret, option, optarg);
	}
	return code == GO_ON ? take_words(ret, argv + optind, argc - optind)
			     : code;
}
