// SPDX-License-Identifier: BSD-2-Clause
/*
 * pktgen.bpf.c: makes the packets of one lane of the kernel engine.
 *
 * The kernel runs it over pages that hold a packet of the largest size, and
 * comes back with the same pages once their packets are gone. Whoever had them
 * may have changed the headers, so these are written each time. The filler
 * behind stays.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "kernel_engine_bpf.h"

const volatile struct kernel_lane_plan plan;
const volatile struct kernel_size sizes[KERNEL_SIZES];
struct kernel_lane_state state;

/* The interface. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} target SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct kernel_flow);
} flows SEC(".maps");

/* The compiler goes byte by byte where words might not be aligned. The kernel
 * takes them wherever the CPU does. */
static __always_inline void *words(const void *at)
{
	return __builtin_assume_aligned(at, 8);
}

static __always_inline void copy8(uint8_t *to, const uint8_t *from)
{
	__builtin_memcpy(words(to), words(from), 8);
}

/* In words, of which the last two overlap: there are 14 bytes at least. The
 * kernel knows @n, and leaves out what is beyond it. */
static __always_inline void write_headers(uint8_t *data,
					  const struct kernel_flow *flow)
{
	uint32_t n = plan.at.headers;

#pragma unroll
	for (uint32_t i = 0; i + 8 <= KERNEL_HEADERS; i += 8)
		if (i + 8 <= n)
			copy8(data + i, flow->headers + i);
	copy8(data + n - 8, flow->headers + n - 8);
}

static __always_inline void add_to_sum(uint16_t *sum, uint16_t more)
{
	*sum = ~mark_fold((uint64_t)(uint16_t) ~*sum + more);
}

static __always_inline void
write_lengths(uint8_t *data, const volatile struct kernel_size *size)
{
	if (plan.at.ip_length)
		*(uint16_t *)(data + plan.at.ip_length) = size->ip_length;
	if (plan.at.ip_sum)
		add_to_sum((uint16_t *)(data + plan.at.ip_sum), size->ip_sum);
	if (plan.at.l4_length)
		*(uint16_t *)(data + plan.at.l4_length) = size->l4_length;
	if (plan.at.l4_sum) {
		uint16_t *sum = (uint16_t *)(data + plan.at.l4_sum);

		add_to_sum(sum, size->l4_sum);
		if (plan.at.udp && !*sum)
			*sum = 0xffff;
	}
}

static __always_inline void write_mark(uint8_t *at, struct kernel_flow *flow)
{
	/* The clock costs as much as half a packet. */
	if (state.burst++ % KERNEL_BURST == 0)
		state.stamp = mark_stamp(bpf_ktime_get_ns());
	mark_put(words(at), &state.stamp, flow->id, flow->sequence++);
}

SEC("xdp") int pktgen_make(struct xdp_md *packet)
{
	uint8_t *data = (void *)(long)packet->data;
	uint8_t *end = (void *)(long)packet->data_end;
	const volatile struct kernel_size *size;
	struct kernel_flow *flow;
	uint32_t slot, bytes;
	long action;

	/* The kernel does not know that it is always so long. */
	if (data + plan.largest > end)
		return XDP_DROP;
	size = &sizes[state.turns.size % KERNEL_SIZES];
	slot = turns_next(&state.turns, plan.flows, plan.sizes, plan.random);
	flow = bpf_map_lookup_elem(&flows, &slot);
	if (!flow)
		return XDP_DROP;
	write_headers(data, flow);
	if (plan.sizes > 1)
		write_lengths(data, size);
	if (plan.marked)
		write_mark(data + plan.at.headers, flow);
	bytes = size->bytes;
	if (plan.sizes > 1 && bytes < plan.largest)
		bpf_xdp_adjust_tail(packet, (int)(bytes - plan.largest));
	action = bpf_redirect_map(&target, 0, XDP_DROP);
	if (action == XDP_REDIRECT) {
		state.packets++;
		state.bytes += bytes;
	}
	return (int)action;
}

/* For kernel_lane.c to ask whether the kernel can. */
SEC("xdp") int pktgen_probe(struct xdp_md *packet)
{
	(void)packet;
	return XDP_DROP;
}

/* The verifier asks: some helpers are for GPL programs only. */
char terms[] SEC("license") = "Dual BSD/GPL";
