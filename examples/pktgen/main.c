// SPDX-License-Identifier: BSD-2-Clause
/* pktgen: makes packets, counts them, and tells what became of them. */
#include "commands.h"
#include "placement.h"
#include "pktgen.h"

static const struct command commands[] = {
	{ "tx", "sends packets of a pattern, at a rate", tx_run },
	{ "rx", "counts what arrives: losses, latencies", rx_run },
	{ "ping", "measures round trips through what reflects", ping_run },
	{ "replay", "sends what is in a capture file", replay_run },
	{ "capture", "writes what arrives to a capture file", capture_run },
	{ "bench", "what a device can do: rates, loss, latency", bench_run },
	{ 0 },
};

int main(int argc, char **argv)
{
	int code;

	code = commands_run(commands, "[OPTION...] [IF...] [FILE]", argc, argv);
	placement_put_back();
	return code;
}
