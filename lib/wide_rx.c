// SPDX-License-Identifier: BSD-2-Clause
/* wide_rx.c: frames_fill(), frames_receive(), frames_release(), many at once */
#include "wide.h"

bool wide_usable(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

/* FREE -> FILLED: a list of addresses is copied */

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
