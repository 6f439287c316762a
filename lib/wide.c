// SPDX-License-Identifier: BSD-2-Clause
/*
 * wide.c: every change of a frame's owner, four packets at a time.
 *
 * Addresses and lengths move in vectors of four, and are checked there all at
 * once: a bit above the state table, a length beyond the frame. The states
 * are then checked and set one by one, in order, so that a frame that stands
 * twice in a group is seen. Built with AVX2 and BMI2 for x86-64.
 */
#include <immintrin.h>

#include "wide.h"

#define GROUP 4

bool wide_usable(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

static inline __m256i load(const void *from)
{
	return _mm256_loadu_si256(from);
}

static inline void store(void *to, __m256i v)
{
	_mm256_storeu_si256(to, v);
}

static inline __m256i all(uint64_t x)
{
	return _mm256_set1_epi64x((long long)x);
}

/* The same two words for both descriptors that a vector holds. */
static inline __m256i both(uint64_t address, uint64_t rest)
{
	return _mm256_set_epi64x((long long)rest, (long long)address,
				 (long long)rest, (long long)address);
}

static inline uint64_t sum(__m256i v)
{
	uint64_t part[4];

	store(part, v);
	return part[0] + part[1] + part[2] + part[3];
}

/*
 * Where the states lie, in registers: for addresses in the pool, or with the
 * bias for pointers into it. The range was checked before.
 */
struct states {
	uint32_t *at;
	uint32_t shift;
};

static inline struct states states_of_addresses(const struct frames *f)
{
	return (struct states){ f->state, f->shift };
}

static inline struct states states_of_pointers(const struct frames *f)
{
	return (struct states){ (uint32_t *)f->state_bias, f->shift };
}

static inline uint32_t *state(struct states s, uint64_t where)
{
	return &s.at[where >> s.shift];
}

/*
 * From @from to @to, if it is so. The empty asm makes the compiler use the
 * number twice, as it stands; it would spend an instruction on the address.
 */
static inline bool change(struct states s, uint64_t where, uint32_t from,
			  uint32_t to)
{
	uint64_t number = where >> s.shift;

	if (unlikely(s.at[number] != from))
		return false;
	__asm__("" : "+r"(number));
	s.at[number] = to;
	return true;
}

/*
 * Four of them, or none. @STEP is the distance of the addresses in words: 2 in
 * descriptors and packets, 1 in plain lists.
 */
static inline bool change_four(struct states s, const uint64_t *where,
			       const unsigned step, uint32_t from, uint32_t to)
{
	unsigned done = 0;

	if (!change(s, where[0], from, to))
		return false;
	if (likely(change(s, where[step], from, to))) {
		if (likely(change(s, where[2 * step], from, to))) {
			if (likely(change(s, where[3 * step], from, to)))
				return true;
			done = 1;
		}
		done++;
	}
	for (unsigned i = 0; i <= done; i++)
		*state(s, where[i * step]) = from;
	return false;
}

/* What @n comes to in whole groups. */
static inline uint32_t whole(uint32_t n)
{
	return n & ~(GROUP - 1u);
}

void wide_fill(const struct frames *f, uint32_t filled,
	       const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	const struct states s = states_of_addresses(f);
	const uint64_t *a = addresses, *end = addresses + whole(n);

	for (; a != end; a += GROUP, slots += GROUP) {
		*state(s, a[0]) = filled;
		*state(s, a[1]) = filled;
		*state(s, a[2]) = filled;
		*state(s, a[3]) = filled;
		store(slots, load(a));
	}
	if (n > whole(n))
		each_fill(f, filled, a, n - whole(n), slots);
}

uint32_t wide_receive(const struct frames *f, uint32_t filled,
		      const struct xdp_desc *descs, uint32_t n,
		      struct xskpkt_pkt *pkts, uint64_t *bytes)
{
	/* Received data starts behind a headroom: its length is less. */
	const __m256i odd = both(f->beyond, ~((uint64_t)XSKPKT_PKT_MORE << 32 |
					      (f->stride - 1)));
	const __m256i base = both((uintptr_t)f->base, 0);
	const struct states s = states_of_addresses(f);
	const struct xdp_desc *d = descs, *end = descs + whole(n);
	__m256i total = all(0);
	uint32_t done;

	for (; d != end; d += GROUP, pkts += GROUP) {
		__m256i a = load(d), b = load(d + 2);

		if (unlikely(!_mm256_testz_si256(_mm256_or_si256(a, b), odd)) ||
		    !change_four(s, (const uint64_t *)d, 2, filled, FRAME_HELD))
			break;
		store(pkts, _mm256_add_epi64(a, base));
		store(pkts + 2, _mm256_add_epi64(b, base));
		total = _mm256_add_epi32(_mm256_add_epi32(total, a), b);
	}
	*bytes += sum(_mm256_and_si256(total, both(0, UINT32_MAX)));
	done = (uint32_t)(d - descs);
	return done < n ? done + each_receive(f, filled, d, n - done, pkts,
					      bytes)
			: n;
}

void wide_hold(const struct frames *f, const uint64_t *addresses, uint32_t n,
	       struct xskpkt_pkt *pkts)
{
	const __m256i data = all((uintptr_t)f->base + f->offset);
	const struct states s = states_of_addresses(f);
	const uint64_t *a = addresses, *end = addresses + whole(n);

	for (; a != end; a += GROUP, pkts += GROUP) {
		__m256i p = _mm256_add_epi64(load(a), data);

		*state(s, a[0]) = FRAME_HELD;
		*state(s, a[1]) = FRAME_HELD;
		*state(s, a[2]) = FRAME_HELD;
		*state(s, a[3]) = FRAME_HELD;
		/* Their order does not matter: all are free frames. */
		store(pkts, _mm256_unpacklo_epi64(p, all(0)));
		store(pkts + 2, _mm256_unpackhi_epi64(p, all(0)));
	}
	if (n > whole(n))
		each_hold(f, a, n - whole(n), pkts);
}

uint32_t wide_release(const struct frames *f, const struct xskpkt_pkt *pkts,
		      uint32_t n, uint64_t *addresses)
{
	const __m256i base = all((uintptr_t)f->base);
	const __m256i beyond = all(f->beyond);
	const __m256i start = all(~(uint64_t)(f->stride - 1));
	const struct states s = states_of_pointers(f);
	const struct xskpkt_pkt *p = pkts, *end = pkts + whole(n);
	uint32_t done;

	for (; p != end; p += GROUP, addresses += GROUP) {
		__m256i a = _mm256_unpacklo_epi64(load(p), load(p + 2));

		a = _mm256_sub_epi64(a, base);
		if (unlikely(!_mm256_testz_si256(a, beyond)) ||
		    !change_four(s, (const uint64_t *)p, 2, FRAME_HELD,
				 FRAME_FREE))
			break;
		store(addresses, _mm256_and_si256(a, start));
	}
	done = (uint32_t)(p - pkts);
	return done < n ? done + each_release(f, p, n - done, addresses) : n;
}

/*
 * Lengths that are 0 or leave their frame, and flags: flags are the upper half
 * of @rest, and make every sum too large.
 */
static inline __m256i misfits(__m256i address, __m256i rest, __m256i stride,
			      __m256i within)
{
	__m256i offset = _mm256_and_si256(address, within);
	__m256i end = _mm256_add_epi64(offset, rest);

	return _mm256_or_si256(_mm256_cmpgt_epi64(end, stride),
			       _mm256_cmpgt_epi64(all(1), rest));
}

uint32_t wide_send(const struct frames *f, uint32_t sending,
		   const struct xskpkt_pkt *pkts, uint32_t n,
		   struct xdp_desc *descs, uint64_t *bytes)
{
	const __m256i base = all((uintptr_t)f->base);
	const __m256i beyond = all(f->beyond);
	const __m256i stride = all(f->stride), within = all(f->stride - 1);
	const struct states s = states_of_pointers(f);
	const struct xskpkt_pkt *p = pkts, *end = pkts + whole(n);
	__m256i total = all(0);
	uint32_t done;

	for (; p != end; p += GROUP, descs += GROUP) {
		__m256i a = load(p), b = load(p + 2);
		__m256i rest = _mm256_unpackhi_epi64(a, b);
		__m256i address =
			_mm256_sub_epi64(_mm256_unpacklo_epi64(a, b), base);
		__m256i odd =
			_mm256_or_si256(_mm256_and_si256(address, beyond),
					misfits(address, rest, stride, within));

		if (unlikely(!_mm256_testz_si256(odd, odd)) ||
		    !change_four(s, (const uint64_t *)p, 2, FRAME_HELD,
				 sending))
			break;
		store(descs, _mm256_unpacklo_epi64(address, rest));
		store(descs + 2, _mm256_unpackhi_epi64(address, rest));
		total = _mm256_add_epi64(total, rest);
	}
	*bytes += sum(total);
	done = (uint32_t)(p - pkts);
	return done < n
		       ? done + each_send(f, sending, p, n - done, descs, bytes)
		       : n;
}

uint32_t wide_complete(const struct frames *f, uint32_t sending,
		       const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
	const __m256i beyond = all(f->beyond);
	const __m256i start = all(~(uint64_t)(f->stride - 1));
	const struct states s = states_of_addresses(f);
	const uint64_t *a = slots, *end = slots + whole(n);
	uint32_t done;

	for (; a != end; a += GROUP, addresses += GROUP) {
		__m256i v = load(a);

		if (unlikely(!_mm256_testz_si256(v, beyond)) ||
		    !change_four(s, a, 1, sending, FRAME_FREE))
			break;
		store(addresses, _mm256_and_si256(v, start));
	}
	done = (uint32_t)(a - slots);
	return done < n ? done + each_complete(f, sending, a, n - done,
					       addresses)
			: n;
}
