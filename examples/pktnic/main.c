// SPDX-License-Identifier: BSD-2-Clause
/* pktnic: what a NIC is, and how it is served. */
#include "commands.h"
#include "pktnic.h"

static const struct command commands[] = {
	{ "show", "the facts, queue by queue: NAPI, IRQ, core, node",
	  show_run },
	{ "plan", "which cores and memory should serve each queue", plan_run },
	{ "tune", "make it as a plan needs it, until it is restored",
	  tune_run },
	{ "restore", "put back what was tuned", restore_run },
	{ "watch", "what it carries now, queue by queue", watch_run },
	{ 0 },
};

int main(int argc, char **argv)
{
	return commands_run(commands, "[OPTION...] IF", argc, argv);
}
