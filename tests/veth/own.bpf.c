// SPDX-License-Identifier: BSD-2-Clause
/* own.bpf.c: programs that a caller might bring, for tests/veth/test_own.c
 * and tests/device/test_device_dispatcher.c. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

static __always_inline int to_socket(const struct xdp_md *packet)
{
	return (int)bpf_redirect_map(&sockets, packet->rx_queue_index,
				     XDP_PASS);
}

SEC("xdp")
int own_all(struct xdp_md *packet)
{
	return to_socket(packet);
}

__u32 seen; /* of one queue: nobody else counts */

/* Every other packet, starting with the first. */
SEC("xdp")
int own_half(struct xdp_md *packet)
{
	if (seen++ % 2)
		return XDP_DROP;
	return to_socket(packet);
}

/* Writes the packet's length before it. */
SEC("xdp")
int own_metadata(struct xdp_md *packet)
{
	__u64 len = packet->data_end - packet->data;
	__u64 *meta;

	if (bpf_xdp_adjust_meta(packet, -(int)sizeof(*meta)))
		return XDP_DROP;
	meta = (void *)(long)packet->data_meta;
	if ((void *)(meta + 1) > (void *)(long)packet->data)
		return XDP_DROP;
	*meta = len;
	return to_socket(packet);
}

/* Wants nothing, and lets the next program of a dispatcher have its turn. */
SEC("xdp")
int own_pass(struct xdp_md *packet)
{
	(void)packet;
	return XDP_PASS;
}

SEC("xdp")
int own_shorter(struct xdp_md *packet)
{
	if (bpf_xdp_adjust_tail(packet, -100))
		return XDP_DROP;
	return to_socket(packet);
}

SEC("xdp")
int own_nothing(struct xdp_md *packet)
{
	(void)packet;
	return XDP_PASS;
}

char terms[] SEC("license") = "Dual BSD/GPL";
