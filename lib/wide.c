// SPDX-License-Identifier: BSD-2-Clause
/*
 * wide.c: every change of a frame's owner, many frames at a time, for pools of
 * aligned frames. Built with AVX2 and BMI2 for x86-64.
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

bool wide_usable(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

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

/* FREE -> FILLED, SENDING -> FREE: lists of addresses */

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

for_each_run bool fill_run(const struct plan *p, struct run *r,
			   const uint64_t *a, uint32_t n, uint64_t *slots)
{
	if (unlikely(!copy_run(p, r, a, n, slots)))
		return false;
	set_run(p, r, n);
	return true;
}

rest_of void fill_rest(const struct frames *f, uint32_t filled,
		       const uint64_t *a, uint32_t n, uint64_t *slots)
{
	const struct table t = by_address(f);
	uint32_t done = 0;

	do {
		if (n - done < GROUP) {
			each_fill(f, filled, a + done, n - done, slots + done);
			return;
		}
		set_four(&t, a + done, filled);
		store(slots + done, load(a + done));
		done += GROUP;
	} while (done % SHORT || !run_next(&t, a + done, sizeof(*a), n - done));
	wide_fill(f, filled, a + done, n - done, slots + done);
}

void wide_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	const struct plan p = {
		.t = by_address(f),
		.start = load(f->vectors.start),
		.first = load(f->vectors.list),
		.next = constant(f->vectors.list_next),
		.odd = all(-1),
		.to = states(filled),
	};

	in_runs(&p, n, addresses, slots,
		fill_run(&p, &r, addresses, length, slots));
	if (n)
		fill_rest(f, filled, addresses, n, slots);
}

for_each_run bool complete_run(const struct plan *p, struct run *r,
			       const uint64_t *slots, uint32_t n, uint64_t *a)
{
	return copy_run(p, r, slots, n, a) && change_run(p, r, n);
}

static inline bool complete_four(const struct fours *p, const uint64_t *slots,
				 uint64_t *a)
{
	__m256i four = load(slots);

	if (unlikely(any(four, p->odd)) ||
	    !change_four(&p->t, slots, sizeof(*slots), p->from, p->to))
		return false;
	store(a, _mm256_and_si256(four, p->start));
	return true;
}

rest_of uint32_t complete_rest(const struct frames *f, uint32_t sending,
			       const uint64_t *slots, uint32_t n, uint64_t *a)
{
	const struct fours p = {
		.t = by_address(f),
		.from = sending,
		.to = in_register(FRAME_FREE),
		.odd = kept(all(f->beyond)),
		.start = constant(f->vectors.start),
	};
	uint32_t done = 0;

	do {
		if (n - done < GROUP ||
		    !complete_four(&p, slots + done, a + done))
			return n - done -
			       each_complete(f, sending, slots + done, n - done,
					     a + done);
		done += GROUP;
	} while (done % SHORT ||
		 !run_next(&p.t, slots + done, sizeof(*slots), n - done));
	return wide_complete(f, sending, slots + done, n - done, a + done);
}

uint32_t wide_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
	const struct plan p = {
		.t = by_address(f),
		.start = load(f->vectors.start),
		.first = load(f->vectors.list),
		.next = constant(f->vectors.list_next),
		.odd = load(f->vectors.start),
		.from = states(sending),
		.to = states(FRAME_FREE),
	};

	in_runs(&p, n, slots, addresses,
		complete_run(&p, &r, slots, length, addresses));
	return n ? complete_rest(f, sending, slots, n, addresses) : 0;
}

/* FILLED -> HELD: descriptors become packets */

for_each_run bool receive_run(const struct plan *p, struct run *r,
			      const struct xdp_desc *d, uint32_t n,
			      struct xskpkt_pkt *pkts, __m256i *total)
{
	__m256i sum = *total, odd = none(), expected = r->expected, pkt;

	if (unlikely(!goes_on(p, r, d, sizeof(*d), n)))
		return false;
	for (uint32_t i = 0; i < n; i += 2) {
		pkt = _mm256_add_epi64(load(d + i), p->base);
		store(pkts + i, pkt);
		odd = with(odd, _mm256_xor_si256(pkt, expected));
		expected = _mm256_add_epi64(expected, p->next);
		sum = plus(sum, pkt);
	}
	if (unlikely(any(odd, p->odd)) || !change_run(p, r, n))
		return false;
	r->expected = expected;
	*total = sum;
	return true;
}

static inline bool receive_four(const struct fours *p, const struct xdp_desc *d,
				struct xskpkt_pkt *pkts, __m256i *total)
{
	__m256i a = load(d), b = load(d + 2);

	if (unlikely(any(_mm256_or_si256(a, b), p->odd)) ||
	    !change_four(&p->t, d, sizeof(*d), p->from, p->to))
		return false;
	store(pkts, _mm256_add_epi64(a, p->base));
	store(pkts + 2, _mm256_add_epi64(b, p->base));
	*total = _mm256_add_epi32(_mm256_add_epi32(*total, a), b);
	return true;
}

rest_of uint32_t receive_rest(const struct frames *f, uint32_t filled,
			      const struct xdp_desc *d, uint32_t n,
			      struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	const __m256i odd = load(f->vectors.received_odd);
	const struct fours p = {
		.t = by_address(f),
		.from = filled,
		.to = in_register(FRAME_HELD),
		.base = constant(f->vectors.base),
		.odd = kept(_mm256_blend_epi32(odd, all(f->beyond), 0x33)),
	};
	__m256i total = none();
	uint32_t done = 0;

	do {
		if (n - done < GROUP ||
		    !receive_four(&p, d + done, pkts + done, &total)) {
			*bytes += lengths(total);
			return n - done -
			       each_receive(f, filled, d + done, n - done,
					    pkts + done, bytes);
		}
		done += GROUP;
	} while (done % SHORT ||
		 !run_next(&p.t, d + done, sizeof(*d), n - done));
	*bytes += lengths(total);
	return wide_receive(f, filled, d + done, n - done, pkts + done, bytes);
}

uint32_t wide_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	const struct plan p = {
		.t = by_address(f),
		.base = constant(f->vectors.base),
		.start = load(f->vectors.start_pair),
		.first = load(f->vectors.base_pair),
		.next = constant(f->vectors.pair_next),
		.odd = load(f->vectors.received_odd),
		.from = states(filled),
		.to = constant(f->vectors.held),
	};
	__m256i total = none();

	in_runs(&p, n, descs, pkts,
		receive_run(&p, &r, descs, length, pkts, &total));
	*bytes += lengths(total);
	return n ? receive_rest(f, filled, descs, n, pkts, bytes) : 0;
}

/* FREE -> HELD: addresses become empty packets */

for_each_run bool hold_run(const struct plan *p, struct run *r,
			   const uint64_t *a, uint32_t n,
			   struct xskpkt_pkt *pkts)
{
	__m256i odd = none(), expected = r->expected, pkt = r->out;

	if (unlikely(!goes_on(p, r, a, sizeof(*a), n)))
		return false;
	for (uint32_t i = 0; i < n; i += 4) {
		odd = with(odd, _mm256_xor_si256(expected, load(a + i)));
		expected = _mm256_add_epi64(expected, p->next);
		store(pkts + i, pkt);
		pkt = _mm256_add_epi64(pkt, p->out_next);
		store(pkts + i + 2, pkt);
		pkt = _mm256_add_epi64(pkt, p->out_next);
	}
	if (unlikely(any(odd, odd)))
		return false;
	r->expected = expected;
	r->out = pkt;
	set_run(p, r, n);
	return true;
}

rest_of void hold_rest(const struct frames *f, const uint64_t *a, uint32_t n,
		       struct xskpkt_pkt *pkts)
{
	const __m256i data = all((uintptr_t)f->base + f->offset);
	const struct table t = by_address(f);
	uint32_t done = 0;
	__m256i p;

	do {
		if (n - done < GROUP) {
			each_hold(f, a + done, n - done, pkts + done);
			return;
		}
		set_four(&t, a + done, FRAME_HELD);
		p = _mm256_permute4x64_epi64(load(a + done), 0xd8);
		p = _mm256_add_epi64(p, data);
		store(pkts + done, _mm256_unpacklo_epi64(p, none()));
		store(pkts + done + 2, _mm256_unpackhi_epi64(p, none()));
		done += GROUP;
	} while (done % SHORT || !run_next(&t, a + done, sizeof(*a), n - done));
	wide_hold(f, a + done, n - done, pkts + done);
}

void wide_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
	       struct xskpkt_pkt *pkts)
{
	const struct plan p = {
		.t = by_address(f),
		.start = load(f->vectors.start),
		.first = load(f->vectors.list),
		.next = constant(f->vectors.list_next),
		.to = constant(f->vectors.held),
		.out_start = load(f->vectors.start_pair),
		.out_first = load(f->vectors.empty_pair),
		.out_next = constant(f->vectors.pair_next),
	};

	in_runs(&p, n, addresses, pkts,
		hold_run(&p, &r, addresses, length, pkts));
	if (n)
		hold_rest(f, addresses, n, pkts);
}

/* HELD -> FREE, HELD -> FILLED: packets become addresses */

/* The pointers of four packets, the second and third swapped. */
static inline __m256i pointers(const struct xskpkt_pkt *p)
{
	return _mm256_unpacklo_epi64(load(p), load(p + 2));
}

for_each_run bool release_run(const struct plan *p, struct run *r,
			      const struct xskpkt_pkt *pkts, uint32_t n,
			      uint64_t *a)
{
	__m256i odd = none(), expected = r->expected, out = r->out;

	if (unlikely(!goes_on(p, r, pkts, sizeof(*pkts), n)))
		return false;
	for (uint32_t i = 0; i < n; i += 4) {
		odd = with(odd, _mm256_xor_si256(expected, pointers(pkts + i)));
		expected = _mm256_add_epi64(expected, p->next);
		store(a + i, out);
		out = _mm256_add_epi64(out, p->next);
	}
	if (unlikely(any(odd, p->odd)) || !change_run(p, r, n))
		return false;
	r->expected = expected;
	r->out = out;
	return true;
}

static inline bool release_four(const struct fours *p,
				const struct xskpkt_pkt *pkts,
				uint64_t *addresses)
{
	__m256i a = _mm256_sub_epi64(pointers(pkts), p->base);

	if (unlikely(any(a, p->odd)) ||
	    !change_four(&p->t, pkts, sizeof(*pkts), p->from, p->to))
		return false;
	a = _mm256_and_si256(a, p->start);
	store(addresses, _mm256_permute4x64_epi64(a, 0xd8));
	return true;
}

rest_of uint32_t release_rest(const struct frames *f, uint32_t to,
			      const struct xskpkt_pkt *pkts, uint32_t n,
			      uint64_t *a)
{
	const struct fours p = {
		.t = by_pointer(f),
		.from = FRAME_HELD,
		.to = to,
		.base = kept(all((uintptr_t)f->base)),
		.odd = kept(all(f->beyond)),
		.start = constant(f->vectors.start),
	};
	uint32_t done = 0;

	do {
		if (n - done < GROUP ||
		    !release_four(&p, pkts + done, a + done))
			return n - done -
			       each_release(f, to, pkts + done, n - done,
					    a + done);
		done += GROUP;
	} while (done % SHORT ||
		 !run_next(&p.t, pkts + done, sizeof(*pkts), n - done));
	return wide_release(f, to, pkts + done, n - done, a + done);
}

uint32_t wide_release(const struct frames *f, uint32_t to,
		      const struct xskpkt_pkt *pkts, uint32_t n,
		      uint64_t *addresses)
{
	const struct plan p = {
		.t = by_pointer(f),
		.start = load(f->vectors.start),
		.first = load(f->vectors.swapped),
		.next = constant(f->vectors.list_next),
		.odd = load(f->vectors.start),
		.from = constant(f->vectors.held),
		.to = states(to),
		.out_start = load(f->vectors.start),
		.out_first = load(f->vectors.pool_list),
	};

	in_runs(&p, n, pkts, addresses,
		release_run(&p, &r, pkts, length, addresses));
	return n ? release_rest(f, to, pkts, n, addresses) : 0;
}

/* HELD -> SENDING: packets become descriptors */

/*
 * What is in order leaves the offset and the length less one: a pointer
 * elsewhere, no length, or flags leave much more. Of each the largest is kept;
 * the largest offset and the largest length have to fit together.
 */
for_each_run bool send_run(const struct plan *p, struct run *r,
			   const struct xskpkt_pkt *pkts, uint32_t n,
			   struct xdp_desc *descs, __m256i *total)
{
	__m256i sum = *total, most = none(), expected = r->expected, pkt;

	if (unlikely(!goes_on(p, r, pkts, sizeof(*pkts), n)))
		return false;
	for (uint32_t i = 0; i < n; i += 2) {
		pkt = load(pkts + i);
		store(descs + i, _mm256_sub_epi64(pkt, p->base));
		most = largest(most, _mm256_sub_epi64(pkt, expected));
		expected = _mm256_add_epi64(expected, p->next);
		sum = plus(sum, pkt);
	}
	pkt = _mm256_add_epi64(most, _mm256_shuffle_epi32(most, 0x4e));
	if (unlikely(any(_mm256_or_si256(most, pkt), p->odd)) ||
	    !change_run(p, r, n))
		return false;
	r->expected = expected;
	*total = sum;
	return true;
}

/*
 * Lengths that are 0 or leave their frame, and flags: flags are the upper half
 * of @rest, and make every sum too large.
 */
static inline __m256i misfits(__m256i address, __m256i rest, __m256i start,
			      __m256i stride)
{
	__m256i end =
		_mm256_add_epi64(_mm256_andnot_si256(start, address), rest);

	return _mm256_or_si256(_mm256_cmpgt_epi64(end, stride),
			       _mm256_cmpgt_epi64(all(1), rest));
}

static inline bool send_four(const struct fours *p,
			     const struct xskpkt_pkt *pkts,
			     struct xdp_desc *descs, __m256i stride,
			     __m256i *total)
{
	__m256i a = _mm256_sub_epi64(load(pkts), p->base);
	__m256i b = _mm256_sub_epi64(load(pkts + 2), p->base);
	__m256i address = _mm256_unpacklo_epi64(a, b);
	__m256i odd =
		misfits(address, _mm256_unpackhi_epi64(a, b), p->start, stride);

	odd = _mm256_or_si256(odd, _mm256_and_si256(address, p->odd));
	if (unlikely(any(odd, odd)) ||
	    !change_four(&p->t, pkts, sizeof(*pkts), p->from, p->to))
		return false;
	store(descs, a);
	store(descs + 2, b);
	*total = _mm256_add_epi32(_mm256_add_epi32(*total, a), b);
	return true;
}

rest_of uint32_t send_rest(const struct frames *f, uint32_t sending,
			   const struct xskpkt_pkt *pkts, uint32_t n,
			   struct xdp_desc *descs, uint64_t *bytes)
{
	const struct fours p = {
		.t = by_pointer(f),
		.from = FRAME_HELD,
		.to = sending,
		.base = constant(f->vectors.base),
		.odd = kept(all(f->beyond)),
		.start = constant(f->vectors.start),
	};
	const __m256i stride = kept(all(f->stride));
	__m256i total = none();
	uint32_t done = 0;

	do {
		if (n - done < GROUP ||
		    !send_four(&p, pkts + done, descs + done, stride, &total)) {
			*bytes += lengths(total);
			return n - done -
			       each_send(f, sending, pkts + done, n - done,
					 descs + done, bytes);
		}
		done += GROUP;
	} while (done % SHORT ||
		 !run_next(&p.t, pkts + done, sizeof(*pkts), n - done));
	*bytes += lengths(total);
	return wide_send(f, sending, pkts + done, n - done, descs + done,
			 bytes);
}

uint32_t wide_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes)
{
	const struct plan p = {
		.t = by_pointer(f),
		.base = constant(f->vectors.base),
		.start = load(f->vectors.start_pair),
		.first = load(f->vectors.send_pair),
		.next = constant(f->vectors.pair_next),
		.odd = load(f->vectors.start),
		.from = constant(f->vectors.held),
		.to = states(sending),
	};
	__m256i total = none();

	in_runs(&p, n, pkts, descs,
		send_run(&p, &r, pkts, length, descs, &total));
	*bytes += lengths(total);
	return n ? send_rest(f, sending, pkts, n, descs, bytes) : 0;
}
