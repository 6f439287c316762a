// SPDX-License-Identifier: BSD-2-Clause
/*
 * kernel.c: what the kernel does by itself, with hardly any user space
 *
 *	peer_kernel drop IF            XDP drops what arrives
 *	peer_kernel bounce IF          XDP sends it back
 *	peer_kernel redirect IF IF     XDP sends it out of the other
 *	peer_kernel send IF BYTES [REPEAT]   live frames, until it is killed
 *
 * The first three end at once; their program stays. A REPEAT of 2^20 sends as
 * xdp-trafficgen does: each system call sets everything up anew.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "kernel.h"

static int load(const char *what, char **words, int n)
{
	if (!strcmp(what, "drop"))
		return kernel_load_drop();
	if (!strcmp(what, "bounce"))
		return kernel_load_bounce();
	if (!strcmp(what, "redirect") && n > 1)
		return kernel_load_redirect(words[1]);
	bench_die("usage: peer_kernel drop IF | bounce IF | redirect IF IF | "
		  "send IF BYTES [REPEAT]");
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "send"))
		kernel_send(argv[2], (uint32_t)atoi(argv[3]),
			    argc > 4 ? atoi(argv[4]) : 1 << 30);
	if (argc < 3)
		load("", NULL, 0);
	kernel_attach(argv[2], load(argv[1], argv + 2, argc - 2));
	return 0;
}
