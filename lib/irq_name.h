/* SPDX-License-Identifier: BSD-2-Clause */
/* irq_name.h: which queue does an interrupt serve, by its name? Layer 1. */
#ifndef IRQ_NAME_H
#define IRQ_NAME_H

#include <stdbool.h>
#include <stdint.h>

struct irq_name {
	uint32_t queue;
	bool rx, tx;
};

/*
 * A name as drivers give it: "eth0-TxRx-3", "virtio2-input.0", "i40e-eth0-
 * TxRx-7", "mlx5_comp1@pci:0000:01:00.0". False: it is not that of a queue.
 */
bool irq_name_parse(struct irq_name *ret, const char *name);

#endif
