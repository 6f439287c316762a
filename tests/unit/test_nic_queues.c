// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_napi.c, nic_irq.c: queues of NICs that this machine does not have, each
 * made of the files and answers that its driver would give
 */
#include <stdio.h>
#include <string.h>

#include "fake_nic.h"
#include "netdev_family.h"
#include "unit.h"

static void check_irq(const struct xskpkt_nic_vector *v, int irq,
		      const char *name)
{
	CHECK(v != NULL);
	CHECK_EQ(v->irq, irq);
	CHECK_STR_EQ(v->irq_name, name);
}

/* Interrupts by name */

/* How drivers name the interrupts of 4 queues, from 30 on; and one that is not
 * of a queue, before or after. */
static const struct scheme {
	const char *driver;
	const char *both;    /* or else ... */
	const char *rx, *tx; /* ... these */
	const char *other;
} schemes[] = {
	{ "i40e", "i40e-eth0-TxRx-%u", NULL, NULL, "i40e-" FAKE_PCI ":misc" },
	{ "ice", "ice-eth0-TxRx-%u", NULL, NULL, "ice-" FAKE_PCI ":misc" },
	{ "ixgbe", "eth0-TxRx-%u", NULL, NULL, "eth0" },
	{ "igb", "eth0-TxRx-%u", NULL, NULL, "eth0" },
	{ "igb", NULL, "eth0-rx-%u", "eth0-tx-%u", "eth0" },
	{ "igc", "eth0-TxRx-%u", NULL, NULL, "eth0" },
	{ "mlx5_core", "mlx5_comp%u@pci:" FAKE_PCI, NULL, NULL,
	  "mlx5_async0@pci:" FAKE_PCI },
	{ "virtio_net", NULL, "virtio2-input.%u", "virtio2-output.%u",
	  "virtio2-config" },
	{ "ena", "eth0-Tx-Rx-%u", NULL, NULL, "ena-mgmnt@pci:" FAKE_PCI },
	{ "bnxt_en", "eth0-TxRx-%u", NULL, NULL, "bnxt_re-nq-0" },
	{ "vmxnet3", "eth0-rxtx-%u", NULL, NULL, "eth0-event-4" },
	{ "nfp", "eth0-rxtx-%u", NULL, NULL, "eth0-lsc" },
	{ "stmmac", NULL, "eth0:rx-%u", "eth0:tx-%u", "eth0:mac" },
};

static void fake_irqs(const struct scheme *s, unsigned queues)
{
	char name[64];

	fake_irq(29, s->other, "0-3", "0");
	for (unsigned i = 0; i < queues; i++) {
		char cpu[16];

		snprintf(cpu, sizeof(cpu), "%u", i % 4);
		snprintf(name, sizeof(name), s->both ? s->both : s->rx, i);
		fake_irq(30 + (int)i, name, "0-3", cpu);
		if (!s->tx)
			continue;
		snprintf(name, sizeof(name), s->tx, i);
		fake_irq(30 + (int)(queues + i), name, "0-3", cpu);
	}
}

/* Where netlink does not say, the names do, whatever the driver calls them. */
TEST(interrupts_of_every_driver_by_name)
{
	for (unsigned k = 0; k < COUNT_OF(schemes); k++) {
		const struct scheme *s = &schemes[k];

		fake_nic(s->driver, FAKE_PCI, 4);
		fake_device(1, "0-3");
		fake_irqs(s, 4);
		CHECK_STR_EQ(facts().driver, s->driver);
		CHECK_EQ(xskpkt_nic_queue_count(nic), 4);
		for (unsigned i = 0; i < 4; i++) {
			struct xskpkt_nic_queue q = queue(i);

			CHECK_EQ(q.rx->irq, 30 + i);
			CHECK_EQ(q.tx->irq, s->tx ? 34 + i : 30 + i);
			CHECK_EQ(q.rx == q.tx, s->tx == NULL);
			CHECK_STR_EQ(q.rx->affinity, "0-3");
			CHECK_EQ(q.rx->cpu, i);
		}
		check_known(XSKPKT_NIC_IRQ);
		check_known(XSKPKT_NIC_AFFINITY);
	}
}

/* gve's blocks serve TX queues first, then RX: the number is not a queue's.
 * tg3 counts from 1. Nobody guesses. */
TEST(names_that_do_not_tell)
{
	fake_nic("gve", FAKE_PCI, 2);
	fake_device(0, "0-3");
	fake_irq(30, "gve-ntfy-blk0@pci:" FAKE_PCI, "0", "0");
	fake_irq(31, "gve-ntfy-blk1@pci:" FAKE_PCI, "1", "1");
	facts();
	CHECK_EQ(queue(0).rx->irq, -1);
	check_unknown(XSKPKT_NIC_IRQ, "one is 'gve-ntfy-blk");
	check_unknown(XSKPKT_NIC_AFFINITY, "no IRQ");

	fake_nic("tg3", FAKE_PCI, 4);
	fake_device(0, "0-3");
	fake_irq(30, "eth0-tx-0", "0", "0");
	fake_irq(31, "eth0-rx-1", "0", "0");
	fake_irq(32, "eth0-rx-2", "0", "0");
	facts();
	CHECK_EQ(queue(1).rx->irq, -1);
	CHECK_EQ(queue(2).rx->irq, -1);
	CHECK_EQ(queue(0).tx->irq, 30);
}

/* A renamed interface: its interrupts keep the old name, and are its own. */
TEST(a_renamed_interface)
{
	fake_nic("ixgbe", FAKE_PCI, 2);
	fake_device(0, "0-3");
	fake_irq(30, "enp1s0-TxRx-0", "0", "0");
	fake_irq(31, "enp1s0-TxRx-1", "1", "1");
	facts();
	check_irq(queue(0).rx, 30, "enp1s0-TxRx-0");
	check_irq(queue(1).tx, 31, "enp1s0-TxRx-1");
}

/* Another device's interrupts are not ours, even if they bear our name. */
TEST(interrupts_of_another_device)
{
	fake_nic("ixgbe", FAKE_PCI, 2);
	fake_device(0, "0-3");
	fake_irq(30, "enp1s0-TxRx-0", "0", "0");
	fake_file("/proc/interrupts",
		  "           CPU0       CPU1\n"
		  " 20:  1  2  PCI-MSI 1-edge  eth0-TxRx-0\n"
		  " 21:  1  2  PCI-MSI 1-edge  eth0-TxRx-1\n"
		  " 30:  1  2  PCI-MSI 1-edge  enp1s0-TxRx-0\n"
		  "NMI:  0  0  Non-maskable interrupts\n"
		  "ERR:  0\n");
	facts();
	CHECK_EQ(queue(0).rx->irq, 30);
	CHECK_EQ(queue(1).rx->irq, -1);
}

/* A device may have more interrupts than queues are in use. */
TEST(more_interrupts_than_queues)
{
	fake_nic("i40e", FAKE_PCI, 2);
	fake_device(0, "0-3");
	fake_irqs(&schemes[0], 16);
	facts();
	CHECK_EQ(queue(0).rx->irq, 30);
	CHECK_EQ(queue(1).rx->irq, 31);
	CHECK_EQ(xskpkt_nic_queue_count(nic), 2);
}

/* Without sysfs of the device only names are left, if they are not those of a
 * namesake in another namespace. */
TEST(interrupts_of_a_device_without_msi)
{
	fake_nic("stmmac", "", 1);
	fake_file("/proc/interrupts", " 50: 1 2 GICv3 27 Level eth0:rx-0\n"
				      " 51: 1 2 GICv3 28 Level eth01:tx-0\n"
				      " 52: 1 2 GICv3 29 Level eth0:tx-0\n");
	facts();
	CHECK_EQ(queue(0).rx->irq, -1);
	fake_file("/sys/class/net/eth0/ifindex", "7\n");
	fake_file("/sys/class/net/eth0/address", "02:00:00:00:00:07\n");
	facts();
	CHECK_EQ(queue(0).rx->irq, 50);
	CHECK_EQ(queue(0).tx->irq, 52);
	fake_file("/sys/class/net/eth0/address", "02:00:00:00:00:08\n");
	facts();
	CHECK_EQ(queue(0).rx->irq, -1);
}

/* What netlink says */

/* One NAPI for both directions is one vector; netlink's IRQ beats names. */
TEST(netlink_comes_before_names)
{
	fake_nic("ice", FAKE_PCI, 2);
	fake_device(0, "0-3");
	fake_queue(0, 0, 513, false);
	fake_queue(0, 1, 513, false);
	fake_queue(1, 0, 514, true);
	fake_queue(1, 1, 514, false);
	fake_napi(514, 31);
	fake_napi(513, 30);
	fake_irq(30, "ice-eth0-TxRx-1", "0-3", "2");
	fake_irq(31, "ice-eth0-TxRx-0", "0-3", "3");
	facts();
	CHECK_EQ(queue(0).rx->napi, 513);
	CHECK(queue(0).rx == queue(0).tx);
	check_irq(queue(0).rx, 30, "ice-eth0-TxRx-1");
	check_irq(queue(1).rx, 31, "ice-eth0-TxRx-0");
	CHECK_EQ(queue(1).rx->cpu, 3);
	CHECK_EQ(queue(0).taken, 0);
	CHECK_EQ(queue(1).taken, 1);
	check_known(XSKPKT_NIC_NAPI);
	check_known(XSKPKT_NIC_TAKEN);
}

/* virtio_net tells the NAPI of RX queues, and of no IRQ: names fill it in. */
TEST(netlink_and_names_together)
{
	fake_nic("virtio_net", FAKE_PCI, 1);
	fake_device(-1, "0-3");
	fake_queue(0, 0, 257, false);
	fake_queue(0, 1, 0, false);
	fake_napi(257, -1);
	fake_irqs(&schemes[7], 1);
	facts();
	CHECK_EQ(queue(0).rx->napi, 257);
	CHECK_EQ(queue(0).tx->napi, 0);
	check_irq(queue(0).rx, 30, "virtio2-input.0");
	check_irq(queue(0).tx, 31, "virtio2-output.0");
	CHECK(queue(0).rx != queue(0).tx);
}

/* All settings of a NAPI, in numbers of 4 or 8 bytes, as the kernel likes. */
TEST(settings_of_a_napi)
{
	struct nlmsghdr *answer;
	struct xskpkt_nic_queue q;

	fake_nic("bnxt_en", FAKE_PCI, 1);
	fake_queue(0, 0, 8193, false);
	answer = fake_netlink("netdev", NAPI_GET);
	mnl_attr_put_u32(answer, NAPI_ID, 8193);
	mnl_attr_put_u32(answer, NAPI_THREAD, 4711);
	mnl_attr_put_u32(answer, NAPI_THREADED, 1);
	mnl_attr_put_u32(answer, NAPI_DEFER_HARD_IRQS, 2);
	mnl_attr_put_u64(answer, NAPI_GRO_FLUSH_TIMEOUT, 20000000000);
	mnl_attr_put_u32(answer, NAPI_IRQ_SUSPEND_TIMEOUT, 3);
	facts();
	q = queue(0);
	CHECK_EQ(q.rx->thread, 4711);
	CHECK_EQ(q.rx->threaded, 1);
	CHECK_EQ(q.rx->defer_hard_irqs, 2);
	CHECK_EQ(q.rx->gro_flush_timeout, 20000000000);
	CHECK_EQ(q.rx->irq_suspend_timeout, 3);
	CHECK_EQ(q.tx->defer_hard_irqs, -1);
	check_known(XSKPKT_NIC_NAPI_SETTINGS);
}

/* A kernel before 6.16 that is silent about a socket does not say "free". */
TEST(an_older_kernel_does_not_say_free)
{
	fake_nic("ice", FAKE_PCI, 2);
	fake.last_command = 14;
	fake_queue(0, 0, 513, false);
	fake_queue(1, 0, 514, true);
	facts();
	CHECK_EQ(queue(0).taken, -1);
	CHECK_EQ(queue(1).taken, 1);
	check_unknown(XSKPKT_NIC_TAKEN, "6.16");
}

/* Each source that lacks is a reason of its own. */
TEST(kernels_without_netlink_families)
{
	fake_nic("ixgbe", FAKE_PCI, 4);
	fake.no_netdev = fake.no_ethtool = true;
	fake_device(0, "0-3");
	fake_irqs(&schemes[2], 4);
	facts();
	CHECK_EQ(queue(3).rx->irq, 33);
	check_unknown(XSKPKT_NIC_NAPI, "ENOENT");
	check_unknown(XSKPKT_NIC_TAKEN, "ENOENT");
	check_unknown(XSKPKT_NIC_NAPI_SETTINGS, "ENOENT");
	check_unknown(XSKPKT_NIC_CHANNELS, "no ethtool netlink");
	check_unknown(XSKPKT_NIC_OFFLOADS, "no ethtool netlink");
	check_unknown(XSKPKT_NIC_XDP, "6.3");
	check_unknown(XSKPKT_NIC_METADATA, "6.7");
}

/* An interface that is down has no queues to tell of. */
TEST(an_interface_that_is_down)
{
	struct xskpkt_nic_info info;

	fake_nic("igb", FAKE_PCI, 4);
	fake_device(0, "0-3");
	fake.state = XSKPKT_STATE_DOWN;
	fake.carrier = 1;
	info = facts();
	CHECK_EQ(info.up, 0);
	CHECK_EQ(info.carrier, 0);
	CHECK_EQ(info.rx_queues, 4);
	check_unknown(XSKPKT_NIC_NAPI, "while the interface is up");
	check_unknown(XSKPKT_NIC_TAKEN, "while the interface is up");
	check_unknown(XSKPKT_NIC_IRQ, "/proc/interrupts: ENOENT");
	fake_file("/proc/interrupts", "\n");
	facts();
	check_unknown(XSKPKT_NIC_IRQ, "while it is down");
	fake.carrier = 0;
	info = facts();
	CHECK_EQ(info.up, 1);
	CHECK_EQ(info.carrier, 0);
}
