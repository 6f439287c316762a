// SPDX-License-Identifier: BSD-2-Clause
/* watch.c: the command that tells what an interface carries, while it does */
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attend.h"
#include "clock.h"
#include "pktnic.h"
#include "say.h"
#include "watch.h"

static const char help[] =
	"usage: pktnic watch [OPTION...] IF\n"
	"\n"
	"Tells what an interface carries, queue by queue: packets, drops, "
	"interrupts,\n"
	"packets per interrupt, and how busy the core is that they land on. "
	"On a\n"
	"terminal a table in its place, else a line per interval.\n"
	"\n"
	"  --interval S   seconds between reports (default 1)\n"
	"  --duration S   end after so many seconds\n"
	"  --json         an object per interval, for programs\n"
	"  --quiet        only the summary at the end\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"Keys on a terminal: q quit, r count from now on, e what is unknown "
	"and why.\n"
	"Needs no root. What is not known is a ?.\n"
	"Exit code: 0 stopped or time is up, 1 failed, 2 not asked rightly.\n"
	"More: man pktnic\n";

static const struct option_row rows[] = {
	{ "duration", OPTION_SECONDS, offsetof(struct settings, duration), 1,
	  1000000000000, NULL },
	{ 0 },
};

/* The last sample stands for one that cannot be had, so that there is an end
 * with a summary. */
static struct sample *copy_of_last(const struct watch *w)
{
	size_t size = sizeof(*w->last) +
		      w->last->lane_count * sizeof(*w->last->lanes);
	struct sample *s = malloc(size);

	if (s)
		memcpy(s, w->last, size);
	return s;
}

static void *take(void *arg)
{
	struct watch *w = arg;
	struct sample *s = NULL;

	if (!w->lost)
		s = sample_take(w->ifname, w->first);
	w->lost |= !s;
	if (s) {
		free(w->last);
		w->last = s;
	}
	return copy_of_last(w);
}

static void *since(const void *now, const void *before)
{
	return sample_since(now, before);
}

static const struct report_style style = {
	.take = take,
	.release = free,
	.since = since,
	.head = watch_head,
	.table = watch_table,
	.explain = watch_explain,
	.line = watch_line,
	.json = watch_json,
	.summary = watch_summary,
	.json_summary = watch_json_summary,
};

static void look(struct attendance *a)
{
	struct watch *w = a->arg;

	if (!w->lost && !if_nametoindex(w->ifname)) {
		say("%s: the interface is gone, or renamed", w->ifname);
		w->lost = true;
	}
	if (w->lost)
		attend_end(a, "failure", "it cannot be watched any more",
			   EXIT_FAILED);
}

static int attend_to(struct watch *w, const struct settings *settings)
{
	static const struct attend_duties duties = { .look = look };
	struct attendance a = {
		.duties = &duties,
		.settings = settings,
		.arg = w,
		.signals = signals_take(),
		.news = -1,
		.started = now_ns(),
	};
	int code;

	if (a.signals < 0) {
		say("there are no descriptors left");
		return EXIT_FAILED;
	}
	attend(&a, &style, w);
	code = attend_report(&a);
	if (a.report.err)
		say("cannot write what was seen");
	close(a.signals);
	return code;
}

static int watch(const struct settings *settings, const char *ifname)
{
	struct watch w = { .ifname = ifname };
	int code = EXIT_FAILED;

	w.first = sample_take(ifname, NULL);
	if (!w.first)
		return EXIT_FAILED;
	w.last = sample_take(ifname, w.first);
	if (w.last)
		code = attend_to(&w, settings);
	free(w.last);
	free(w.first);
	return code;
}

int watch_run(int argc, char **argv)
{
	static struct settings settings = { .interval = 1 };
	const struct option_group groups[] = { { rows, &settings },
					       { settings_output, &settings } };
	const struct command_line line = { help, groups, 2 };
	const char *ifname;
	int words, code;

	code = arguments_parse(&words, &line, argc, argv);
	if (code == GO_ON)
		code = take_interface(&ifname, words, argc, argv);
	return code == GO_ON ? watch(&settings, ifname) : code;
}
