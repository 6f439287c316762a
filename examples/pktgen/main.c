// SPDX-License-Identifier: BSD-2-Clause
/* pktgen: makes packets, counts them, and tells what became of them. */
#include <stdio.h>
#include <string.h>

#include <xskpkt/xskpkt.h>

#include "pktgen.h"
#include "say.h"

static const struct command commands[] = {
	{ 0 },
};

static int flushed(void)
{
	return fflush(stdout) || ferror(stdout) ? EXIT_FAILED : EXIT_OK;
}

static int print_help(void)
{
	printf("usage: pktgen COMMAND [OPTION...] [IF...] [FILE]\n\n");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-9s%s\n", c->name, c->summary);
	printf("\n'pktgen COMMAND --help' has its options. More: man pktgen\n");
	return flushed();
}

static int print_version(void)
{
	printf("pktgen %s, xskpkt %s\n", VERSION, xskpkt_version());
	return flushed();
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c->run(argc - 1, argv + 1);
	if (!strcmp(name, "--help"))
		return print_help();
	if (!strcmp(name, "--version"))
		return print_version();
	if (!*name)
		return say_usage("give a command");
	return say_usage("there is no command %s", name);
}
