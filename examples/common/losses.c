// SPDX-License-Identifier: BSD-2-Clause
/* losses.c: what the library's statistics know of packets lost, by cause */
#include "losses.h"

const struct number_name loss_names[LOSSES] = {
	[LOSS_RX_RING] = { LOSS_RX_RING_NAME },
	[LOSS_RX_FRAME] = { LOSS_RX_FRAME_NAME },
	[LOSS_TX_DEVICE] = { LOSS_TX_DEVICE_NAME },
	[LOSS_INVALID] = { LOSS_INVALID_NAME },
};

uint64_t loss_count(const struct xskpkt_stats *s, enum loss loss)
{
	switch (loss) {
	case LOSS_RX_RING:
		return s->kernel_rx_ring_full;
	case LOSS_RX_FRAME:
		return s->kernel_rx_dropped;
	case LOSS_TX_DEVICE:
		return s->tx_lost;
	default:
		return s->tx_invalid + s->kernel_tx_invalid + s->bad_receives +
		       s->prog_failed;
	}
}
