/* SPDX-License-Identifier: BSD-2-Clause */
/* opts.h: structs that grow from version to version of the library. Layer 1. */
#ifndef OPTS_H
#define OPTS_H

#include <stddef.h>

/*
 * Copy the caller's options into ours. Both start with their size: an older
 * caller's missing fields become 0, a newer caller's unknown ones must be 0.
 * A NULL @theirs means all defaults. @what names the struct in the sentence.
 */
int opts_take(void *ours, size_t our_size, const void *theirs,
	      const char *what);

/*
 * The other direction: give the caller as much of our answer as it knows, and
 * zero the rest. Nothing is written on failure.
 */
int opts_give(void *theirs, const void *ours, size_t our_size,
	      const char *what);

#endif
