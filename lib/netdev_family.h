/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netdev_family.h: the netdev family of generic netlink, in numbers. Layer 2.
 *
 * From the kernel's uapi/linux/netdev.h. Our own names, since the headers of
 * the distribution may be older than its kernel.
 */
#ifndef NETDEV_FAMILY_H
#define NETDEV_FAMILY_H

enum {
	DEV_GET = 1, /* Linux 6.3 */
	DEV_IFINDEX = 1,
	DEV_XDP_FEATURES = 3,
	DEV_ZC_MAX_SEGS = 4,
	DEV_RX_METADATA = 5, /* Linux 6.7 */
	DEV_TX_METADATA = 6, /* Linux 6.8 */

	QUEUE_GET = 10, /* Linux 6.8 */
	QUEUE_ID = 1,
	QUEUE_IFINDEX = 2,
	QUEUE_TYPE = 3,
	QUEUE_NAPI = 4,
	QUEUE_XSK = 7, /* present: a socket holds the queue; Linux 6.15 */
	QUEUE_TYPE_RX = 0,

	NAPI_GET = 11, /* Linux 6.8 */
	NAPI_IFINDEX = 1,
	NAPI_ID = 2,
	NAPI_IRQ = 3,
	NAPI_THREAD = 4,
	NAPI_DEFER_HARD_IRQS = 5,     /* Linux 6.13 */
	NAPI_GRO_FLUSH_TIMEOUT = 6,   /* Linux 6.13 */
	NAPI_IRQ_SUSPEND_TIMEOUT = 7, /* Linux 6.13 */
	NAPI_THREADED = 8,            /* Linux 6.17 */

	QSTATS_GET = 12, /* Linux 6.10 */
	QSTATS_IFINDEX = 1,
	QSTATS_QUEUE_TYPE = 2,
	QSTATS_QUEUE_ID = 3,
	QSTATS_SCOPE = 4,
	QSTATS_RX_PACKETS = 8,
	QSTATS_RX_BYTES = 9,
	QSTATS_TX_PACKETS = 10,
	QSTATS_TX_BYTES = 11,
	QSTATS_RX_HW_DROPS = 13, /* Linux 6.11 */
	QSTATS_TX_HW_DROPS = 24, /* Linux 6.11 */
	QSTATS_SCOPE_QUEUE = 1,

	BIND_TX = 15, /* Linux 6.16; so QUEUE_XSK is certainly known too */
};

#endif
