/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_hold.h: keeps a program ready to be run.
 *
 * BPF_PROG_RUN puts an XDP program into the kernel's dispatcher and takes it
 * out again, and each time the kernel waits until every CPU has noticed: some
 * 20 ms without a packet, at each call. A program that is attached somewhere
 * is in the dispatcher already. So it is attached to the loopback interface of
 * a network namespace of its own, which is down: no packet ever gets there.
 */
#ifndef KERNEL_HOLD_H
#define KERNEL_HOLD_H

struct kernel_hold {
	int netns; /* as long as it is open, there is the namespace */
	int link;
};

/* 0, or -errno: -EPERM without CAP_SYS_ADMIN. */
int kernel_hold_open(struct kernel_hold *ret, int program);

void kernel_hold_close(struct kernel_hold *hold);

#endif
