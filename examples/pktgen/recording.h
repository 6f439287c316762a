/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recording.h: a capture file, read whole into memory, ready to be sent.
 *
 * The records lie one behind the other, each behind its head, so that sending
 * reads memory from front to back and touches no file:
 *
 *	| due len | bytes ...   | due len | bytes ... |
 *	 '- record_first()       '- record_next()
 *
 * What cannot be sent is counted and not kept.
 */
#ifndef PKTGEN_RECORDING_H
#define PKTGEN_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pace.h"

struct record {
	uint64_t due; /* ns since the first one */
	uint32_t len;
	uint32_t reserved;
	uint8_t data[];
};

/* What to read, and what of it. */
struct recording_wish {
	const char *path; /* "-": stdin; it stays yours */
	bool pad;         /* records cut by a snap length: fill with zeros */
	bool partial;     /* a damaged file: keep what stands before that */
	uint64_t memory;  /* most bytes; 0: half of what is free */
};

struct recording {
	const char *name; /* in sentences */
	uint8_t *records;
	size_t used, size; /* bytes */

	uint64_t count;       /* of records */
	uint64_t bytes;       /* to be sent */
	uint64_t longest_gap; /* ns; it is the one before ... */
	uint64_t after_gap;   /* ... this record of the file; 0: none */

	uint64_t read;      /* records in the file */
	uint64_t too_long;  /* not kept: more than any frame has, or a limit */
	uint64_t too_short; /* not kept: no whole Ethernet header */
	uint64_t cut;       /* by a snap length; kept only if padded */
	uint64_t backwards; /* kept: earlier than the one before */
};

/* 0, or -errno after it was said why. */
int recording_load(struct recording *ret, const struct recording_wish *wish);

/* Drop what is longer than the interface sends. 0, or -ENODATA after it was
 * said that nothing is left. */
int recording_limit(struct recording *r, uint32_t longest);

void recording_free(struct recording *r);

/* When records are due: as they were captured, or at a rate. */
struct timing_wish {
	bool original;
	double speed;          /* of the original; 1: as it was */
	uint64_t max_gap;      /* ns between two of the original; 0: any */
	struct pace_rate rate; /* none: all at once */
};

/* Set each record's time. Returns how long a round of them takes, in ns, until
 * the next may begin. */
uint64_t recording_time(struct recording *r, const struct timing_wish *wish);

static inline size_t record_size(uint32_t len)
{
	return (sizeof(struct record) + len + 7) & ~(size_t)7;
}

/* NULL: there is none. */
static inline struct record *record_first(const struct recording *r)
{
	return r->count ? (struct record *)r->records : NULL;
}

/* NULL: it was the last. */
static inline struct record *record_next(const struct recording *r,
					 const struct record *record)
{
	uint8_t *next = (uint8_t *)record + record_size(record->len);

	return next < r->records + r->used ? (struct record *)next : NULL;
}

#endif
