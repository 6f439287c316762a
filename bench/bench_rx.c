// SPDX-License-Identifier: BSD-2-Clause
/* bench_rx.c: receive, drop, refill */
#include "bench.h"
#include "hand.h"
#include "ours.h"

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "rx-drop",
		  .receives = true,
		  .ours = ours_rx,
		  .hand = hand_rx },
		{ .name = "rx-drop-mess",
		  .receives = true,
		  .in_memory_only = true,
		  .shuffled = true,
		  .ours = ours_rx,
		  .hand = hand_rx },
		{ .name = "rx-drop-list",
		  .receives = true,
		  .ours = ours_rx,
		  .hand = hand_list_rx },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
