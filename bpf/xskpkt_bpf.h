/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xskpkt_bpf.h: what the XDP program and lib/prog.c both know.
 *
 * The program writes these per CPU, so it needs no atomics; lib/prog.c reads
 * them as they are and sums.
 */
#ifndef XSKPKT_BPF_H
#define XSKPKT_BPF_H

#include <linux/types.h>

/* One per RX queue of the interface and per CPU. */
struct xskpkt_counts {
	__u64 redirected; /* went to the queue's socket */
	__u64 passed;     /* no socket on this queue: left to the kernel */
	__u64 failed;     /* the kernel refused the redirect: dropped */
};

#endif
