/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.h: programs whose first word says what to do */
#ifndef COMMON_COMMANDS_H
#define COMMON_COMMANDS_H

struct command {
	const char *name;
	const char *summary; /* for --help, below 60 characters */
	/* argv[0] is the command's name. Returns the exit code, say.h. */
	int (*run)(int argc, char **argv);
};

/*
 * Run the command that argv[1] names, or do what --help and --version say.
 * @commands: the last has no name. @usage: what follows the name of a command,
 * for --help. Returns the exit code.
 */
int commands_run(const struct command *commands, const char *usage, int argc,
		 char **argv);

#endif
