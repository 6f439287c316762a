// SPDX-License-Identifier: BSD-2-Clause
/* commands.c: programs whose first word says what to do */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "commands.h"
#include "say.h"

static int print_help(const struct command *commands, const char *usage)
{
	const char *program = program_invocation_short_name;

	printf("usage: %s COMMAND %s\n\n", program, usage);
	for (const struct command *c = commands; c->name; c++)
		printf("  %-9s%s\n", c->name, c->summary);
	printf("\n'%s COMMAND --help' has its options. More: man %s\n", program,
	       program);
	return print_text("");
}

int commands_run(const struct command *commands, const char *usage, int argc,
		 char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name)) {
			say_command(c->name);
			return c->run(argc - 1, argv + 1);
		}
	if (!strcmp(name, "--help"))
		return print_help(commands, usage);
	if (!strcmp(name, "--version"))
		return print_version();
	if (!*name)
		return say_usage("give a command");
	return say_usage("there is no command %s", name);
}
