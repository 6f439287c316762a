/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nic.h: all facts about an interface, and how its sources add to them.
 * Layer 5.
 *
 *   nic.c            asks the sources one after the other; getters
 *   nic_keep.c       what is known, what is not, and the memory that has it
 *   nic_device.c     sysfs: where the device sits
 *   nic_ethtool.c    ethtool netlink: settings in numbers
 *   nic_offloads.c   ethtool netlink: offloads by name
 *   nic_rss.c        ethtool by ioctl: how packets are spread
 *   nic_napi.c       netdev netlink: which NAPI polls a queue
 *   nic_irq.c        /proc: which IRQ is its, and where that lands
 *
 *   nic_counts.c     all of them: what it has carried until now
 */
#ifndef NIC_H
#define NIC_H

#include <stdbool.h>
#include <stdint.h>

#include <xskpkt/nic.h>

#include "compiler.h"
#include "netdev.h"
#include "netlink.h"

/* More than any NIC has; the kernel makes no interface with more. */
#define NIC_QUEUES_MAX 4096

struct nic_memory;

struct xskpkt_nic {
	struct netdev dev;
	char device[160]; /* its directory in sysfs; "": it has none */
	struct xskpkt_nic_info info;
	struct xskpkt_nic_queue *queues;
	unsigned queue_count;
	struct xskpkt_nic_vector *vectors; /* some may serve no queue */
	unsigned vector_count;
	const char *unknown[XSKPKT_NIC_FACTS]; /* NULL: known */
	struct nic_memory *memory;             /* all of the above, and texts */
	int err; /* -ENOMEM, once there was none */
};

/* The sources. What one cannot tell it notes as unknown. @nl: any socket of
 * generic netlink. */
void nic_ask_device(struct xskpkt_nic *nic);
void nic_ask_ethtool(struct xskpkt_nic *nic, struct netlink *nl);
void nic_ask_offloads(struct xskpkt_nic *nic, struct netlink *nl,
		      const struct netlink_family *ethtool);
void nic_ask_rss(struct xskpkt_nic *nic, int fd);
void nic_ask_napi(struct xskpkt_nic *nic, struct netlink *nl);
void nic_ask_irq(struct xskpkt_nic *nic);

/* Begin a question of ethtool's about this interface. */
struct nlmsghdr *nic_ethtool_question(const struct xskpkt_nic *nic, void *buf,
				      const struct netlink_family *ethtool,
				      uint8_t command);

/* The fact is unknown, and why. */
void nic_unknown(struct xskpkt_nic *nic, uint32_t fact, const char *format, ...)
	printf_like(3, 4);
void nic_known(struct xskpkt_nic *nic, uint32_t fact);

/* For @why of many: the driver does not do it, or what the kernel said. */
const char *nic_refusal(struct xskpkt_nic *nic, int err);

/* Zeroed memory that lives as long as the facts; NULL: there is none. */
void *nic_alloc(struct xskpkt_nic *nic, size_t count, size_t size);
void nic_release(struct xskpkt_nic *nic);
/* A copy of a text; "" when there is no memory. */
const char *nic_text(struct xskpkt_nic *nic, const char *text);
/* A list of CPUs, "0-3,8", that a file has; "": it has none. */
const char *nic_cpu_list(struct xskpkt_nic *nic, const char *path);

/* One that a queue points to, to be changed. */
static inline struct xskpkt_nic_vector *
nic_vector(const struct xskpkt_nic *nic, const struct xskpkt_nic_vector *v)
{
	return &nic->vectors[v - nic->vectors];
}

/* The vector with this NAPI; NULL: there is none. */
struct xskpkt_nic_vector *nic_vector_of_napi(const struct xskpkt_nic *nic,
					     uint32_t napi);

#endif
