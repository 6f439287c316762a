/* SPDX-License-Identifier: BSD-2-Clause */
/* input.h: a fuzzer's bytes, read as numbers; 0 when there are no more. */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	size_t left;
};

/* Stop here, so that the fuzzer keeps what led to it. */
#define MUST(condition)                                                  \
	do {                                                             \
		if (!(condition)) {                                      \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, \
				__LINE__, #condition);                   \
			abort();                                         \
		}                                                        \
	} while (0)

static inline void take_bytes(struct input *in, void *ret, size_t n)
{
	size_t have = n < in->left ? n : in->left;

	memset(ret, 0, n);
	if (have)
		memcpy(ret, in->at, have);
	in->at += have;
	in->left -= have;
}

static inline uint64_t take_number(struct input *in, size_t bytes)
{
	uint64_t number = 0;

	take_bytes(in, &number, bytes);
	return number;
}

static inline uint32_t take_below(struct input *in, uint32_t n)
{
	return (uint32_t)take_number(in, n <= 256 ? 1 : 4) % n;
}

#endif
