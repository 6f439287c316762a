/* SPDX-License-Identifier: BSD-2-Clause */
/* compiler.h: what C11 does not say by itself. Layer 0. */
#ifndef COMPILER_H
#define COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define cold __attribute__((cold, noinline))
/* The compiler checks our sentences as it checks those of printf(). */
#define printf_like(text, first) \
	__attribute__((format(__printf__, text, first)))
/* Reads what others write, and says why that is no harm: not for TSan. */
#define unwatched __attribute__((no_sanitize("thread")))
#define CACHE_LINE 64
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static inline bool is_power_of_two(uint64_t x)
{
	return x && !(x & (x - 1));
}

static inline uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static inline uint32_t max_u32(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

#endif
