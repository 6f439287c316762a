/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_interface.h: the interface that the kernel engine sends on */
#ifndef KERNEL_INTERFACE_H
#define KERNEL_INTERFACE_H

#include <stdint.h>

struct kernel_interface {
	const char *name;
	uint32_t index;
	uint32_t queues;
	int socket;       /* to ask how it is */
	uint32_t dropped; /* when it was opened */
};

/* Are packets of @largest bytes taken there? 0, or -errno after it was said
 * why not. */
int kernel_interface_open(struct kernel_interface *ret, const char *name,
			  uint32_t largest);

/* How is it now? 0: up, -ENETDOWN: set down, -ENODEV: gone. Any thread. */
int kernel_interface_state(const struct kernel_interface *i);

/* Says what that error of its state means, and what is to be done. */
void kernel_interface_explain(const struct kernel_interface *i, int err);

/* Packets for sending that its driver has dropped since it was opened. */
uint32_t kernel_interface_dropped(const struct kernel_interface *i);

void kernel_interface_close(struct kernel_interface *i);

#endif
