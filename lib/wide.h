/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wide.h: many frames at a time, for pools of aligned frames: what wide_rx.c
 * and wide_tx.c are made of. Built with AVX2 and BMI2 for x86-64. Layer 3.
 *
 * Frames that were neighbours when they were given to the kernel mostly come
 * back as neighbours. In such a run of 16 or 8 the states lie side by side too:
 * one comparison checks them all, one store changes them all. And a run cannot
 * hold a frame twice.
 *
 * Where there is no run, groups of four: addresses and lengths are checked in
 * vectors, the states one by one, in order, so that a frame that stands twice
 * in a group is seen. What is left over or odd goes to the loops of frame.c.
 *
 * What a run or group writes is only good once all its checks have passed; else
 * the next, narrower way writes it again.
 */
#ifndef WIDE_H
#define WIDE_H

#include <immintrin.h>
#include <string.h>

#include "frame.h"

#define LONG RUN_MAX
#define SHORT 8
#define GROUP 4
/* With a constant @n, so that the loops over a run are unrolled. */
#define for_each_run static inline __attribute__((always_inline))
/*
 * What is no run, until there is one again. Apart and called last, so that the
 * runs have all registers for themselves.
 */
#define rest_of static __attribute__((noinline))

/* Vectors */

static inline __m256i load(const void *from)
{
	return _mm256_loadu_si256(from);
}

static inline void store(void *to, __m256i v)
{
	_mm256_storeu_si256(to, v);
}

static inline __m128i half_load(const void *from)
{
	return _mm_loadu_si128(from);
}

static inline void half_store(void *to, __m128i v)
{
	_mm_storeu_si128(to, v);
}

static inline __m256i all(uint64_t x)
{
	return _mm256_set1_epi64x((long long)x);
}

static inline __m256i none(void)
{
	return _mm256_setzero_si256();
}

/* Sixteen states. */
static inline __m256i states(uint32_t state)
{
	return _mm256_set1_epi16((short)state);
}

/*
 * Collectors of a loop. Kept as written: gcc would make trees of all that is
 * collected, and have no registers left.
 */
static inline __m256i kept(__m256i v)
{
	__asm__("" : "+x"(v));
	return v;
}

static inline __m256i constant(const void *from)
{
	return kept(load(from));
}

static inline __m256i with(__m256i v, __m256i w)
{
	return kept(_mm256_or_si256(v, w));
}

static inline __m256i plus(__m256i v, __m256i w)
{
	return kept(_mm256_add_epi32(v, w));
}

static inline __m256i largest(__m256i v, __m256i w)
{
	return kept(_mm256_max_epu32(v, w));
}

static inline bool any(__m256i v, __m256i mask)
{
	return !_mm256_testz_si256(v, mask);
}

/* The lengths in two vectors' worth of descriptors, summed up in @v. */
static inline uint32_t lengths(__m256i v)
{
	__m128i two = _mm_add_epi32(_mm256_castsi256_si128(v),
				    _mm256_extracti128_si256(v, 1));

	return (uint32_t)_mm_extract_epi32(two, 2);
}

/* States */

/*
 * Copied, or each store of a vector would have it loaded again. Frames have the
 * numbers of their addresses, or of pointers to them, divided by the stride.
 */
struct table {
	uintptr_t states; /* where the state of number 0 would be */
	uint64_t first;   /* number of the first frame */
	uint64_t count;
	uint32_t shift;
};

static inline struct table by_address(const struct frames *f)
{
	return (struct table){ (uintptr_t)f->state, 0, f->count, f->shift };
}

static inline struct table by_pointer(const struct frames *f)
{
	return (struct table){ (uintptr_t)f->state -
				       f->first * sizeof(uint16_t),
			       f->first, f->count, f->shift };
}

static inline uint16_t *state(const struct table *t, uint64_t number)
{
	return (uint16_t *)(t->states + number * sizeof(uint16_t));
}

/* The address or pointer that an entry of a list starts with. */
static inline uint64_t word(const void *entry)
{
	uint64_t word;

	memcpy(&word, entry, sizeof(word));
	return word;
}

static inline uint64_t number_of(const struct table *t, const void *entry)
{
	return word(entry) >> t->shift;
}

/* Runs */

/* All that a step needs for its runs, kept in registers. */
struct plan {
	struct table t;
	__m256i start, first; /* from an entry to those of its run */
	__m256i next;         /* and from there to the next */
	__m256i odd;          /* bits that tell an odd entry */
	__m256i from, to;     /* states */
	/* What comes out, where that is not what came in. */
	__m256i base; /* the difference */
	__m256i out_start, out_first, out_next;
};

/* Where we are in a run. */
struct run {
	uint64_t number; /* of the next frame */
	__m256i expected, out;
};

/* Whatever comes next begins a run. Can it be a frame at all? */
static inline bool begin(const struct plan *p, struct run *r, const void *entry)
{
	__m256i first = all(word(entry));

	r->number = number_of(&p->t, entry);
	r->expected =
		_mm256_add_epi64(_mm256_and_si256(first, p->start), p->first);
	r->out = _mm256_add_epi64(_mm256_and_si256(first, p->out_start),
				  p->out_first);
	return likely(r->number - p->t.first < p->t.count);
}

/*
 * Do the next @n look as if they belonged to it? The last is in its place;
 * whether all are is for the comparison of all to say.
 */
static inline bool goes_on(const struct plan *p, const struct run *r,
			   const void *entries, size_t size, uint32_t n)
{
	const char *last = (const char *)entries + (n - 1) * size;

	return number_of(&p->t, last) - r->number == n - 1;
}

for_each_run void set_run(const struct plan *p, struct run *r, uint32_t n)
{
	uint16_t *s = state(&p->t, r->number);

	if (n == LONG)
		store(s, p->to);
	else
		half_store(s, _mm256_castsi256_si128(p->to));
	r->number += n;
}

/* The table goes on behind the last frame, with states that nothing has. */
for_each_run bool change_run(const struct plan *p, struct run *r, uint32_t n)
{
	const uint16_t *s = state(&p->t, r->number);
	__m256i odd;

	if (n == LONG)
		odd = _mm256_xor_si256(load(s), p->from);
	else
		odd = _mm256_zextsi128_si256(_mm_xor_si128(
			half_load(s), _mm256_castsi256_si128(p->from)));
	if (unlikely(any(odd, odd)))
		return false;
	set_run(p, r, n);
	return true;
}

/*
 * A step over @left entries from @in to @out, as far as there are runs: 16 at a
 * time, then 8. @go_on uses @r and @length; after it failed, @r is worth
 * nothing. What is no run stays.
 */
#define in_runs(p, left, in, out, go_on)                                  \
	for (struct run r;;) {                                            \
		while (left >= LONG && begin(p, &r, in)) {                \
			enum { length = LONG };                           \
			const uint32_t before = left;                     \
                                                                          \
			while (left >= LONG && likely(go_on))             \
				in += LONG, out += LONG, left -= LONG;    \
			if (left == before)                               \
				break;                                    \
		}                                                         \
		if (left >= SHORT && begin(p, &r, in)) {                  \
			enum { length = SHORT };                          \
                                                                          \
			if (likely(go_on)) {                              \
				in += SHORT, out += SHORT, left -= SHORT; \
				continue;                                 \
			}                                                 \
		}                                                         \
		break;                                                    \
	}

/* Groups of four */

/* A state in a register: else each store of a constant would load it anew. */
static inline uint32_t in_register(uint32_t state)
{
	__asm__("" : "+r"(state));
	return state;
}

/*
 * From @from to @to, if it is so. The empty asm makes the compiler use the
 * number twice, as it stands; it would spend an instruction on the address.
 */
static inline bool change(const struct table *t, const void *entry,
			  uint16_t from, uint16_t to)
{
	uint64_t number = number_of(t, entry);

	if (unlikely(*state(t, number) != from))
		return false;
	__asm__("" : "+r"(number));
	*state(t, number) = to;
	return true;
}

/* Four of them, or none. @size is the distance of the entries. */
static inline bool change_four(const struct table *t, const void *entries,
			       const size_t size, uint16_t from, uint16_t to)
{
	const char *entry = entries;
	unsigned done = 0;

	if (!change(t, entry, from, to))
		return false;
	if (likely(change(t, entry + size, from, to))) {
		if (likely(change(t, entry + 2 * size, from, to))) {
			if (likely(change(t, entry + 3 * size, from, to)))
				return true;
			done = 1;
		}
		done++;
	}
	for (unsigned i = 0; i <= done; i++)
		*state(t, number_of(t, entry + i * size)) = from;
	return false;
}

/* The same for frames out of a cache, which cannot be odd. */
static inline void set_four(const struct table *t, const uint64_t *a,
			    uint32_t to)
{
	for (unsigned i = 0; i < GROUP; i++)
		*state(t, number_of(t, a + i)) = (uint16_t)to;
}

/* What a step in groups of four needs, kept in registers. */
struct fours {
	struct table t;
	uint32_t from, to;
	__m256i base, odd, start;
};

/* Does a run seem to begin again? */
static inline bool run_next(const struct table *t, const void *entries,
			    size_t size, uint32_t left)
{
	const char *last = (const char *)entries + (SHORT - 1) * size;

	return left >= SHORT &&
	       number_of(t, last) - number_of(t, entries) == SHORT - 1;
}

/* Lists of addresses */

/* Copies where they start. Are all where they are expected? */
for_each_run bool copy_run(const struct plan *p, struct run *r,
			   const uint64_t *from, uint32_t n, uint64_t *to)
{
	__m256i odd = none(), expected = r->expected;

	if (unlikely(!goes_on(p, r, from, sizeof(*from), n)))
		return false;
	for (uint32_t i = 0; i < n; i += 4) {
		odd = with(odd, _mm256_xor_si256(expected, load(from + i)));
		store(to + i, expected);
		expected = _mm256_add_epi64(expected, p->next);
	}
	r->expected = expected;
	return likely(!any(odd, p->odd));
}

#endif
