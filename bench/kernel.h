/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.h: what the kernel does by itself: XDP programs of a few instructions,
 * and packets that no user space makes.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>

/* Loaded programs; they die where the kernel refuses one. */
int kernel_load_drop(void);
int kernel_load_bounce(void); /* back to where it came from */
int kernel_load_redirect(const char *to);

/* Native XDP; it stays when the process ends. */
void kernel_attach(const char *ifname, int prog_fd);

/*
 * Sends frames of @bytes out of @ifname for ever, @repeat in each system call:
 * BPF_PROG_RUN over live frames.
 */
void kernel_send(const char *ifname, uint32_t bytes, int repeat)
	__attribute__((noreturn));

#endif
