// SPDX-License-Identifier: BSD-2-Clause
/* irq_name.c: the names that drivers give, and names that are none of theirs */
#include <stdio.h>

#include "irq_name.h"
#include "unit.h"

enum { RX = 1, TX = 2, BOTH = 3 };

static void check_serves(const char *name, uint32_t queue, int directions)
{
	struct irq_name means = { 0 };

	if (!irq_name_parse(&means, name))
		FAIL("%s: not recognised", name);
	if (means.queue != queue || means.rx != !!(directions & RX) ||
	    means.tx != !!(directions & TX))
		FAIL("%s: queue %u, rx %d, tx %d", name, means.queue, means.rx,
		     means.tx);
}

static void check_none(const char *name)
{
	struct irq_name means = { .queue = 4711 };

	if (irq_name_parse(&means, name))
		FAIL("%s: taken for queue %u", name, means.queue);
	CHECK_EQ(means.queue, 4711);
}

/* Each driver has a way of its own to name the interrupts of queues. */
TEST(names_of_every_driver)
{
	check_serves("eth0-TxRx-3", 3, BOTH); /* igb, igc, ixgbe, bnxt */
	check_serves("i40e-eth0-TxRx-7", 7, BOTH);
	check_serves("ice-enp1s0f0-TxRx-12", 12, BOTH);
	check_serves("iavf-eth0-TxRx-1", 1, BOTH);
	check_serves("mlx5_comp5@pci:0000:01:00.0", 5, BOTH);
	check_serves("virtio2-input.0", 0, RX);
	check_serves("virtio2-output.3", 3, TX);
	check_serves("eth0-Tx-Rx-2", 2, BOTH);  /* ena */
	check_serves("ens192-rxtx-1", 1, BOTH); /* vmxnet3, nfp */
	check_serves("eth0-rxtx4", 4, BOTH);    /* enetc */
	check_serves("eth0-rx-0", 0, RX);       /* e1000e, igb, tg3 */
	check_serves("eth0-tx-10", 10, TX);     /* likewise */
	check_serves("eth0:rx-6", 6, RX);       /* stmmac */
	check_serves("mana_q3@pci:7870:00:00.0", 3, BOTH);
	check_serves("eth0-fp-11", 11, BOTH); /* qede */
}

/* Interrupts that serve no queue of packets are nobody's. */
TEST(names_of_no_queue)
{
	check_none("eth0");
	check_none("virtio2-config");
	check_none("i40e-0000:01:00.0:misc");
	check_none("i40e-0000:01:00.0:fdir-TxRx-0");
	check_none("ice-0000:01:00.0:ctrl-TxRx-0");
	check_none("mlx5_async0@pci:0000:01:00.0");
	check_none("ena-mgmnt@pci:0000:00:05.0");
	check_none("eth0-event-4");
	check_none("gve-ntfy-blk3@pci:0000:00:04.0");
	check_none("eth0-ptp");
	check_none("bnxt_re-nq-1");
	check_none("nvme0q3");
	check_none("xhci_hcd");
}

/* An interface may be called like a word of theirs. */
TEST(interfaces_with_strange_names)
{
	check_none("rx0");
	check_none("tx-1");
	check_none("output5");
	check_none("vertex-0");
	check_serves("rx0-TxRx-1", 1, BOTH);
	check_serves("tx-1-rx-2", 2, RX);
	check_serves("comp-tx-1", 1, TX);
}

/* What is no name at all does no harm. */
TEST(names_that_are_garbage)
{
	char name[8] = "";

	check_none("");
	check_none("@");
	check_none("0");
	check_none("-");
	check_none("@eth0-rx-0");
	check_none("-0");
	check_none("eth0-rx-");
	check_none("eth0-rx-123456");
	check_none("eth0-rx-99999999999999999999999");
	check_serves("eth0-rx-99999", 99999, RX);
	check_serves("\xff\xfe-rx-1", 1, RX);
	for (unsigned n = 0; n < 1u << 16; n++) {
		struct irq_name means;

		snprintf(name, sizeof(name), "%c%crx%c0", (char)n,
			 (char)(n >> 8), (char)(n >> 4));
		irq_name_parse(&means, name);
	}
}
