/* SPDX-License-Identifier: BSD-2-Clause */
/* mem.h: a bench against the partner in memory. Prints one line. */
#ifndef MEM_H
#define MEM_H

struct bench;

void mem_run(const struct bench *b, unsigned burst);

#endif
