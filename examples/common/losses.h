/* SPDX-License-Identifier: BSD-2-Clause */
/* losses.h: what the library's statistics know of packets lost, by cause */
#ifndef COMMON_LOSSES_H
#define COMMON_LOSSES_H

#include <xskpkt/xskpkt.h>

enum loss {
	LOSS_RX_RING,
	LOSS_RX_FRAME,
	LOSS_TX_DEVICE,
	LOSS_INVALID,
	LOSSES,
};

struct number_name {
	const char *key;  /* in JSON and metrics */
	const char *what; /* in a sentence; of losses behind "packets" */
};
extern const struct number_name loss_names[LOSSES];

/* The same between braces, for a table that has more. */
#define LOSS_RX_RING_NAME "rx_ring_full", "arrived while the RX ring was full"
#define LOSS_RX_FRAME_NAME \
	"rx_no_frame",     \
		"arrived when no frame was free, or were larger than a frame"
#define LOSS_TX_DEVICE_NAME \
	"tx_device", "were dropped by the device while being sent"
#define LOSS_INVALID_NAME "invalid", "were refused by library or kernel"

uint64_t loss_count(const struct xskpkt_stats *s, enum loss loss);

#endif
