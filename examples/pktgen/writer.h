/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer.h: a thread that writes what is in spools to a file, block by block.
 *
 * It looks every few milliseconds, so that who fills them needs no system call.
 * Whatever happens, what stands in the file is whole blocks.
 *
 *	err = writer_start(&w, &plan);
 *	... fill the spools; writer_ended(w)? ...
 *	err = writer_stop(w);
 *	err = writer_finish(w, last_block);
 *	writer_free(w);
 */
#ifndef PKTGEN_WRITER_H
#define PKTGEN_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "spool.h"

struct writer;

struct writer_plan {
	int fd;           /* stays yours */
	const void *head; /* what the file begins with: whole blocks */
	size_t head_size;
	struct spool *spools; /* of pcapng blocks */
	unsigned spool_count;
	uint64_t count; /* packets, then it ends; 0: any */
	uint64_t size;  /* bytes of the file at most; 0: any */
	int news;       /* eventfd that is told when it has ended by itself */
};

struct writer_counts {
	uint64_t packets, bytes; /* in the file */
	bool full;               /* it ended at plan.count or plan.size */
};

/* 0 or -errno: no thread, or the head cannot be written. */
int writer_start(struct writer **ret, const struct writer_plan *plan);

/* The file has all that it is to have, or cannot be written. */
bool writer_ended(const struct writer *w);

/*
 * When nobody fills the spools any more: writes what is in them, as far as it
 * is wanted. 0, or the -errno that ended it: -ETIMEDOUT when a pipe is not read
 * for a second.
 */
int writer_stop(struct writer *w);

/* The last block, for which plan.size has left room. 0 or -errno. */
int writer_finish(struct writer *w, const void *block);

/* At any time. */
struct writer_counts writer_read(const struct writer *w);

/* Stops it if need be. With NULL it does nothing. */
void writer_free(struct writer *w);

#endif
