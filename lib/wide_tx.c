// SPDX-License-Identifier: BSD-2-Clause
/* wide_tx.c: frames_hold(), frames_send(), frames_complete(), many at once */
#include "wide.h"

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

/* SENDING -> FREE: a list of addresses is copied */

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
