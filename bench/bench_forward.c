// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_forward.c: receive on one queue, send on another, and the way back;
 * packets untouched; against a free list; with MAC addresses swapped
 */
#include "bench.h"
#include "hand.h"
#include "ours.h"

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "forward",
		  .receives = true,
		  .sends = true,
		  .ours = ours_forward,
		  .hand = hand_forward },
		{ .name = "forward-mess",
		  .receives = true,
		  .sends = true,
		  .in_memory_only = true,
		  .shuffled = true,
		  .ours = ours_forward,
		  .hand = hand_forward },
		{ .name = "forward-list",
		  .receives = true,
		  .sends = true,
		  .ours = ours_forward,
		  .hand = hand_list_forward },
		{ .name = "swap",
		  .receives = true,
		  .sends = true,
		  .ours = ours_swap,
		  .hand = hand_swap },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
