// SPDX-License-Identifier: BSD-2-Clause
/* show.c: the command that tells the facts about a NIC */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "arguments.h"
#include "facts.h"
#include "pktnic.h"
#include "say.h"

static const char help[] =
	"usage: pktnic show [OPTION...] IF\n"
	"\n"
	"Tells what decides how fast an interface is: where it is, its "
	"settings, and\n"
	"for each queue the NAPI that polls it, its IRQ, and the core and NUMA "
	"node that\n"
	"the IRQ lands on. What is not known is a ?, with the reason below.\n"
	"\n"
	"  --netns NAME   the interface is in this network namespace, by name "
	"or path\n"
	"  --json         one object for programs\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"Needs no root, but for --netns and for the name of an XDP program.\n"
	"Exit code: 0 shown, 1 failed, 2 not asked rightly. More: man pktnic\n";

struct show {
	const char *netns;
	bool json;
};

static const struct option_row rows[] = {
	{ "netns", OPTION_TEXT, offsetof(struct show, netns), 0, 0, NULL },
	{ "json", OPTION_FLAG, offsetof(struct show, json), 0, 0, NULL },
	{ 0 },
};

static int show(const struct show *options, const char *ifname)
{
	struct facts f;
	int err = facts_query(&f, ifname, options->netns);

	if (err)
		return EXIT_FAILED;
	if (options->json)
		err = show_json(&f, stdout);
	else
		show_text(&f, stdout);
	facts_free(&f);
	if (err || fflush(stdout) || ferror(stdout)) {
		say("cannot write what was found");
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

int show_run(int argc, char **argv)
{
	struct show options = { 0 };
	const struct option_group group = { rows, &options };
	const struct command_line line = { help, &group, 1 };
	const char *ifname;
	int words, code;

	code = arguments_parse(&words, &line, argc, argv);
	if (code == GO_ON)
		code = take_interface(&ifname, words, argc, argv);
	return code == GO_ON ? show(&options, ifname) : code;
}
