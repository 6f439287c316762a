// SPDX-License-Identifier: BSD-2-Clause
/*
 * xsk.c: what a person writes by hand on libxdp's xsk.h, as a program
 *
 *	peer_xsk tx IF BYTES [QUEUE]
 *	peer_xsk rx IF
 *	peer_xsk forward IF_IN IF_OUT
 *	peer_xsk reflect IF
 *
 * The loops are those of hand.c. Their settings are the best that were found
 * on veth: few frames, so that they stay in the CPU's cache, and bursts of 128.
 */
#include <stdlib.h>

#include "bench.h"
#include "hand.h"
#include "hand_open.h"

#define BURST 128

typedef unsigned (*cycle_fn)(struct hand *in, struct hand *out, unsigned burst);

static const struct kind {
	const char *name;
	int words;
	bool receives, sends;
	uint32_t frames, ring;
	cycle_fn cycle;
} kinds[] = {
	{ "tx", 4, false, true, 256, 256, hand_tx },
	{ "rx", 3, true, false, 1024, 512, hand_rx },
	{ "forward", 4, true, true, 512, 256, hand_list_forward },
	{ "reflect", 3, true, true, 512, 256, hand_swap },
};

static const struct kind *find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

/* Until somebody ends it. */
static void run(const struct kind *kind, const struct hand_opts *opts)
{
	struct hand *in, *out;

	hand_open(&in, &out, opts);
	for (;;)
		kind->cycle(in, out, BURST);
}

int main(int argc, char **argv)
{
	const struct kind *kind = argc > 2 ? find(argv[1]) : NULL;
	struct hand_opts opts = { 0 };

	if (!kind || argc < kind->words)
		bench_die("usage: peer_xsk tx IF BYTES [QUEUE] | rx IF | "
			  "forward IF IF | reflect IF");
	opts.frames = kind->frames;
	opts.ring = kind->ring;
	if (kind->receives)
		opts.in = argv[2];
	if (kind->sends)
		opts.out = kind->cycle == hand_list_forward ? argv[3] : argv[2];
	if (kind->cycle == hand_tx) {
		opts.bytes = (uint32_t)atoi(argv[3]);
		opts.queue = argc > 4 ? (uint32_t)atoi(argv[4]) : 0;
	}
	run(kind, &opts);
}
