// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_price.c: what the checks cost: the library's own cycles, once as they
 * are and once without any state of frames.
 *
 * The linker sends every change of a frame's owner (lib/frame.h) through here.
 * For the frames of one pool addresses are just passed on, as fast as the
 * compiler can; for all others the call goes on to the library.
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

WRAP(void, frames_fill, const struct frames *f, uint32_t owner,
     const uint64_t *addresses, uint32_t n, uint64_t *slots)
{
	if (f == unchecked)
		memcpy(slots, addresses, n * sizeof(*slots));
	else
		__real_frames_fill(f, owner, addresses, n, slots);
}

WRAP(uint32_t, frames_receive, const struct frames *f, uint32_t owner,
     const struct xdp_desc *descs, uint32_t n, struct xskpkt_pkt *pkts,
     uint64_t *bytes)
{
	uint8_t *base = f->base;
	uint64_t sum = 0;

	if (f != unchecked)
		return __real_frames_receive(f, owner, descs, n, pkts, bytes);
	for (uint32_t i = 0; i < n; i++) {
		pkts[i] = (struct xskpkt_pkt){ .data = base + descs[i].addr,
					       .len = descs[i].len };
		sum += descs[i].len;
	}
	*bytes += sum;
	return n;
}

WRAP(void, frames_hold, const struct frames *f, const uint64_t *addresses,
     uint32_t n, struct xskpkt_pkt *pkts)
{
	uint8_t *base = f->base + f->offset;

	if (f != unchecked) {
		__real_frames_hold(f, addresses, n, pkts);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		pkts[i] = (struct xskpkt_pkt){ .data = base + addresses[i] };
}

WRAP(uint32_t, frames_release, const struct frames *f,
     const struct xskpkt_pkt *pkts, uint32_t n, uint64_t *addresses)
{
	uint64_t base = (uintptr_t)f->base, start = ~(uint64_t)(f->stride - 1);

	if (f != unchecked)
		return __real_frames_release(f, pkts, n, addresses);
	for (uint32_t i = 0; i < n; i++)
		addresses[i] = ((uintptr_t)pkts[i].data - base) & start;
	return n;
}

WRAP(uint32_t, frames_send, const struct frames *f, uint32_t owner,
     const struct xskpkt_pkt *pkts, uint32_t n, struct xdp_desc *descs,
     uint64_t *bytes)
{
	uint64_t base = (uintptr_t)f->base, sum = 0;

	if (f != unchecked)
		return __real_frames_send(f, owner, pkts, n, descs, bytes);
	for (uint32_t i = 0; i < n; i++) {
		descs[i] = (struct xdp_desc){
			.addr = (uintptr_t)pkts[i].data - base,
			.len = pkts[i].len,
		};
		sum += pkts[i].len;
	}
	*bytes += sum;
	return n;
}

WRAP(uint32_t, frames_complete, const struct frames *f, uint32_t owner,
     const uint64_t *slots, uint32_t n, uint64_t *addresses)
{
	uint64_t start = ~(uint64_t)(f->stride - 1);

	if (f != unchecked)
		return __real_frames_complete(f, owner, slots, n, addresses);
	for (uint32_t i = 0; i < n; i++)
		addresses[i] = slots[i] & start;
	return n;
}

int main(int argc, char **argv)
{
	static const struct bench benches[] = {
		{ .name = "price-rx",
		  .receives = true,
		  .in_memory_only = true,
		  .unchecked = &unchecked,
		  .ours = ours_rx },
		{ .name = "price-tx",
		  .sends = true,
		  .in_memory_only = true,
		  .unchecked = &unchecked,
		  .ours = ours_tx },
		{ .name = "price-forward",
		  .receives = true,
		  .sends = true,
		  .in_memory_only = true,
		  .unchecked = &unchecked,
		  .ours = ours_forward },
		{ 0 },
	};

	return bench_main(argc, argv, benches);
}
