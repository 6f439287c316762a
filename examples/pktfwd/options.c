// SPDX-License-Identifier: BSD-2-Clause
/* options.c: from the command line to struct options */
#include <string.h>

#include "options.h"
#include "say.h"

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
	"  --cpus LIST, --plan auto|FILE|none  CPUs to pin them to; as planned\n"
	"  --spin, --busy-poll  never sleep; poll the driver, without interrupts\n"
	"  --ageing SECONDS   how long bridge remembers an address (default 300)\n"
	"  --user NAME        become this user once all is open\n"
	"  --duration SECONDS, --count PACKETS (10k, 1M)   when to stop\n"
	"  --interval SECONDS between reports (default 1)\n"
	"  --json, --quiet    one JSON object per report; only the summary\n"
	"  --metrics [ADDR:]PORT  OpenMetrics over HTTP, on loopback by default\n"
	"  --version, --help\n"
	"Keys on a terminal: q quit, r reset, e explain. More: man pktfwd\n";

static const struct option_row own[] = {
	{ "ageing", OPTION_U32, .offset = offsetof(struct options, ageing),
	  .min = 1, .max = 1000000 },
	{ 0 },
};

static const char *const forwardings[] = { "wire", "reflect", "bridge",
					   "sink" };

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

/* The words that are no options */
static int take_words(struct options *o, char **words, int n)
{
	int code;

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
	for (; o->ports < (unsigned)n; o->ports++)
		o->names[o->ports] = words[o->ports];
	code = check_interfaces(o->names, o->ports);
	return code == GO_ON ? check_number(o) : code;
}

int options_parse(struct options *ret, int argc, char **argv)
{
	const struct option_group groups[] = {
		{ own, ret },
		{ settings_interface, &ret->settings },
		{ settings_jumbo, &ret->settings },
		{ settings_threads, &ret->settings },
		{ settings_plan, &ret->settings },
		{ settings_spin, &ret->settings },
		{ settings_end, &ret->settings },
		{ settings_output, &ret->settings },
		{ settings_metrics, &ret->settings },
	};
	const struct command_line line = { help, groups, 9 };
	int words, code;

	*ret = (struct options){ .settings.interval = 1, .ageing = 300 };
	code = arguments_parse(&words, &line, argc, argv);
	return code == GO_ON ? take_words(ret, argv + words, argc - words)
			     : code;
}
