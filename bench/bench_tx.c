// SPDX-License-Identifier: BSD-2-Clause
/* bench_tx.c: allocate, set the length, send, take completions back */
#include "bench.h"
#include "hand.h"
#include "ours.h"

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "tx",
		  .sends = true,
		  .ours = ours_tx,
		  .hand = hand_tx },
		{ .name = "tx-mess",
		  .sends = true,
		  .in_memory_only = true,
		  .shuffled = true,
		  .ours = ours_tx,
		  .hand = hand_tx },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
