// SPDX-License-Identifier: BSD-2-Clause
/* pktgen: makes packets, counts them, and tells what became of them. */
#include "commands.h"
#include "pktgen.h"

static const struct command commands[] = {
	{ 0 },
};

int main(int argc, char **argv)
{
	return commands_run(commands, "[OPTION...] [IF...] [FILE]", argc, argv);
}
