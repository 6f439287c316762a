// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_price.c: what the checks cost: the library's own cycles, once as they
 * are and once without any state of frames.
 *
 * The linker sends every change of a frame's owner (lib/frame.h) through here,
 * on CPUs that make it in vectors. For the frames of one pool addresses are
 * just moved on, and none is left; for all others the call goes on to the
 * library.
 */
#include "bench.h"
#include "frame.h"
#include "ours.h"

static const struct frames *unchecked;

#if defined(__x86_64__)
#define fast __attribute__((target("avx2")))
#else
#define fast
#endif

#define WRAP(type, name, ...)            \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	fast type __wrap_##name(__VA_ARGS__)

/* Two packets, two descriptors, or four addresses. */
typedef uint64_t vector __attribute__((vector_size(32), aligned(8), may_alias));

#define LENGTH_BITS ((vector){ 0, UINT32_MAX, 0, UINT32_MAX })

/* @n entries of two words, and @add to the first word of each. */
static inline fast __attribute__((always_inline)) void
move_pairs(void *to, const void *from, uint32_t n, uint64_t add,
	   uint64_t *bytes)
{
	const vector *v = from, addend = { add, 0, add, 0 };
	uint64_t *left_to = to;
	const uint64_t *left_from = from;
	vector *out = to, sum = { 0 };

	for (uint32_t i = 0; i < n / 2; i++) {
		out[i] = v[i] + addend;
		sum += v[i] & LENGTH_BITS;
	}
	for (uint32_t i = n & ~1u; i < n; i++) {
		left_to[2 * i] = left_from[2 * i] + add;
		left_to[2 * i + 1] = left_from[2 * i + 1];
		sum[1] += (uint32_t)left_from[2 * i + 1];
	}
	*bytes += sum[1] + sum[3];
}

WRAP(void, wide_fill, const struct frames *f, uint32_t state,
     const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	if (f == unchecked)
		memcpy(slots, addresses, n * sizeof(*slots));
	else
		__real_wide_fill(f, state, addresses, n, slots);
}

WRAP(uint32_t, wide_receive, const struct frames *f, uint32_t state,
     const struct xdp_desc *descs, uint32_t n, struct xskpkt_pkt *pkts,
     uint64_t *bytes)
{
	if (f != unchecked)
		return __real_wide_receive(f, state, descs, n, pkts, bytes);
	move_pairs(pkts, descs, n, (uintptr_t)f->base, bytes);
	return 0;
}

WRAP(uint32_t, wide_send, const struct frames *f, uint32_t state,
     const struct xskpkt_pkt *pkts, uint32_t n, struct xdp_desc *descs,
     uint64_t *bytes)
{
	if (f != unchecked)
		return __real_wide_send(f, state, pkts, n, descs, bytes);
	move_pairs(descs, pkts, n, -(uint64_t)(uintptr_t)f->base, bytes);
	return 0;
}

WRAP(void, wide_hold, const struct frames *f, const uint64_t *addresses,
     uint32_t n, struct xskpkt_pkt *pkts)
{
	uint64_t data = (uintptr_t)f->base + f->offset;
	const vector *v = (const vector *)addresses;
	vector *out = (vector *)pkts;
	uint32_t i;

	if (f != unchecked) {
		__real_wide_hold(f, addresses, n, pkts);
		return;
	}
	for (i = 0; i < n / 4; i++) {
		vector a = v[i] + data;

		out[2 * i] = (vector){ a[0], 0, a[1], 0 };
		out[2 * i + 1] = (vector){ a[2], 0, a[3], 0 };
	}
	for (i = n & ~3u; i < n; i++)
		pkts[i] = (struct xskpkt_pkt){
			.data = f->base + f->offset + addresses[i],
		};
}

WRAP(uint32_t, wide_release, const struct frames *f, uint32_t to,
     const struct xskpkt_pkt *pkts, uint32_t n, uint64_t *addresses)
{
	uint64_t base = (uintptr_t)f->base, start = ~(uint64_t)(f->stride - 1);
	const vector *v = (const vector *)pkts;
	vector *out = (vector *)addresses;

	if (f != unchecked)
		return __real_wide_release(f, to, pkts, n, addresses);
	for (uint32_t i = 0; i < n / 4; i++) {
		vector a = v[2 * i], b = v[2 * i + 1];

		a = (vector){ a[0], a[2], b[0], b[2] };
		out[i] = (a - base) & start;
	}
	for (uint32_t i = n & ~3u; i < n; i++)
		addresses[i] = ((uintptr_t)pkts[i].data - base) & start;
	return 0;
}

WRAP(uint32_t, wide_complete, const struct frames *f, uint32_t state,
     const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
	uint64_t start = ~(uint64_t)(f->stride - 1);

	if (f != unchecked)
		return __real_wide_complete(f, state, slots, n, addresses);
	for (uint32_t i = 0; i < n; i++)
		addresses[i] = slots[i] & start;
	return 0;
}

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "price-rx",
		  .receives = true,
		  .in_memory_only = true,
		  .unchecked = &unchecked,
		  .ours = ours_rx },
		{ .name = "price-rx-mess",
		  .receives = true,
		  .in_memory_only = true,
		  .shuffled = true,
		  .unchecked = &unchecked,
		  .ours = ours_rx },
		{ .name = "price-tx",
		  .sends = true,
		  .in_memory_only = true,
		  .unchecked = &unchecked,
		  .ours = ours_tx },
		{ .name = "price-tx-mess",
		  .sends = true,
		  .in_memory_only = true,
		  .shuffled = true,
		  .unchecked = &unchecked,
		  .ours = ours_tx },
		{ .name = "price-forward",
		  .receives = true,
		  .sends = true,
		  .in_memory_only = true,
		  .unchecked = &unchecked,
		  .ours = ours_forward },
		{ .name = "price-forward-mess",
		  .receives = true,
		  .sends = true,
		  .in_memory_only = true,
		  .shuffled = true,
		  .unchecked = &unchecked,
		  .ours = ours_forward },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
