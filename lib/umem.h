/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * umem.h: the memory that frames lie in: its pages, its NUMA node. Layer 2.
 */
#ifndef UMEM_H
#define UMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct umem {
	void *base;    /* first byte; on a huge page's boundary where it can */
	size_t length; /* bytes that frames may use */
	void *map;     /* what to unmap; NULL: nothing mapped */
	size_t map_len;
	uint32_t pages; /* enum xskpkt_pages: what was got */
	int node;       /* bound to this NUMA node; -1: to none */
	int memfd;      /* -1: not shareable */
};

/*
 * Map at least @length bytes on pages as asked (enum xskpkt_pages; AUTO walks
 * down the ladder), bound to @node (-1: anywhere) before the first touch, and
 * fault all of it in. With a sentence on failure; then nothing is mapped.
 */
int umem_map(struct umem *ret, size_t length, uint32_t pages, int node,
	     bool shareable);
void umem_unmap(struct umem *u);

#endif
