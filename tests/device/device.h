/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h: two interfaces that are there already, joined by a cable or as if,
 * whose drivers are what is tested: XSKPKT_TEST_IF=eth1,eth2.
 *
 * They may be a NIC's, or in a virtual machine (tests/vm). All that they carry
 * is ours, apart from what the kernels at both ends say unasked: that is
 * passed over.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "veth/traffic.h"

/* Frames for two ports of eight queues, or four of fewer. */
#define PLENTY 32768

/*
 * The two interfaces, up, and a pool. Skips the test when none are named, and
 * refuses one that the machine needs.
 */
void device_make(struct wire *w, const struct xskpkt_pool_opts *pool);

/* Two other interfaces, up, for the pool that @w has already. */
void device_take(struct wire *w, const char *names);

/*
 * Open both, in this mode and no other, and wait until packets get through.
 * Skips the test when the driver cannot do it, with the library's sentence.
 */
void device_open(struct wire *w, enum xskpkt_mode mode);

/* The same, but A only sends and B only receives. */
void device_open_one_way(struct wire *w, enum xskpkt_mode mode);

/* Until packets get through, both ways: NICs take seconds to be up. */
void device_settle(struct wire *w);

/*
 * Send @n packets on each queue of @from. They all arrive on @to, whole, once,
 * and those of a queue in order, whichever queue the NIC puts them on.
 */
void device_carry(struct xskpkt_port *from, struct xskpkt_port *to, unsigned n,
		  uint32_t len);

/* A burst from each queue: checked, its place in the flow too, and dropped.
 * Returns how many packets came. */
unsigned device_receive(struct flow *f, struct xskpkt_port *port);

/* As wire_close(), once what was sent has left. */
void device_close(struct wire *w);

/* Is it this driver? */
bool device_is(const struct wire *w, const char *driver);

#endif
