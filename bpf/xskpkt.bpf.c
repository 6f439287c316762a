// SPDX-License-Identifier: BSD-2-Clause
/*
 * xskpkt.bpf.c: to the socket of the queue a packet came in on, else to the
 * kernel as if we were not there.
 *
 * Both maps are indexed by RX queue. lib/prog.c sizes them to the interface
 * before loading, and loads with BPF_F_XDP_HAS_FRAGS where jumbo frames are
 * wanted, so one section serves both.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "xskpkt_bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} xskpkt_sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xskpkt_counts);
} xskpkt_counts SEC(".maps");

static __always_inline void tally(struct xskpkt_counts *counts, long action)
{
	if (action == XDP_REDIRECT)
		counts->redirected++;
	else if (action == XDP_PASS)
		counts->passed++;
	else
		counts->failed++;
}

SEC("xdp")
int xskpkt_redirect(struct xdp_md *packet)
{
	__u32 queue = packet->rx_queue_index;
	long action = bpf_redirect_map(&xskpkt_sockets, queue, XDP_PASS);
	struct xskpkt_counts *counts;

	/* A queue that was added after we were loaded has no counters; it has
	 * no socket either, and its packets must still reach the kernel. */
	counts = bpf_map_lookup_elem(&xskpkt_counts, &queue);
	if (counts)
		tally(counts, action);
	return (int)action;
}

/* The verifier asks: some helpers are for GPL programs only. */
char terms[] SEC("license") = "Dual BSD/GPL";
