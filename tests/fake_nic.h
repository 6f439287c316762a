/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_nic.h: a NIC made of files and answers, as lib/nic*.c asks for them.
 *
 * Files below /sys and /proc are a tree of the test's own, answers to netlink
 * and ioctl what the test has put down. A question without an answer is
 * refused with EOPNOTSUPP, as a driver does that cannot tell.
 *
 *	fake_nic("ixgbe", FAKE_PCI, 2);
 *	fake_file("/proc/interrupts", " 24: 0 PCI-MSIX eth0-TxRx-0\n");
 *	CHECK_OK(xskpkt_nic_query(&nic, "eth0", NULL));
 *
 * For tests that are linked with --wrap of what fake_nic.c takes over.
 */
#ifndef FAKE_NIC_H
#define FAKE_NIC_H

#include <stdbool.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

#include <xskpkt/nic.h>

#include "link.h"
#include "occupant.h"

/* Where it is, unless you say otherwise. */
#define FAKE_PCI "0000:01:00.0"
#define FAKE_DEVICE "/sys/bus/pci/devices/" FAKE_PCI

/* Everything that is no file; change it as you like. */
struct fake_nic {
	const char *driver, *bus; /* "": the kernel names none */
	uint32_t mtu;
	uint32_t combined;               /* channels by ioctl */
	uint32_t rss_size, rss_key_size; /* as told when asked for sizes */
	uint32_t rss_table[256];
	unsigned rss_writes;        /* how often it was set, */
	bool rss_default;           /* and the last time to the kernel's own */
	uint64_t hash_fields[16];   /* by flow type; UINT64_MAX: refused */
	bool no_netdev, no_ethtool; /* families of netlink */
	uint32_t last_command;      /* of netdev */
	int state;                  /* enum xskpkt_state */
	int carrier;                /* as in struct link */
	struct occupant occupant;
	int ask_err; /* of every netlink question; 0: as answered */
};
extern struct fake_nic fake;

/* eth0, number 7: up, @queues combined channels, no files at all. What was
 * there before is gone. */
void fake_nic(const char *driver, const char *bus, unsigned queues);

/* A file with this text; "/sys/..." or "/proc/...". */
void fake_file(const char *path, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));
void fake_bytes(const char *path, const void *bytes, size_t size);

/*
 * One more answer to this command of "netdev" or "ethtool": put attributes to
 * it. It is changed until the next call.
 */
struct nlmsghdr *fake_netlink(const char *family, uint8_t command);

/* Shorthands: queue @id of type 0 (RX) or 1 is polled by @napi (0: it does not
 * say); NAPI @id has @irq (-1: likewise). */
void fake_queue(uint32_t id, uint32_t type, uint32_t napi, bool taken);
void fake_napi(uint32_t id, int irq);

/* A command of ethtool is answered with these { attribute, number }. */
void fake_numbers(uint8_t command, const uint32_t (*numbers)[2], unsigned n);
#define NUMBERS(command, ...)                                   \
	fake_numbers(ETHTOOL_MSG_##command##_GET,               \
		     (const uint32_t[][2])__VA_ARGS__,          \
		     sizeof((const uint32_t[][2])__VA_ARGS__) / \
			     sizeof(uint32_t[2]))

/* The kernel's names of some offloads: bit 1 is rx-lro, 33 rx-gro, 40
 * hw-tc-offload, and rx-ntuple-filter has a number but no bit. */
void fake_names(void);
/* What their bits are. */
void fake_features(uint64_t active, uint64_t hw, uint64_t fixed);
#define BIT(n) (1ull << (n))

/* sysfs shows the device at FAKE_PCI, its node and its CPUs. */
void fake_device(int node, const char *cpus);

/* The device's interrupt @irq has this name, and CPUs. */
void fake_irq(int irq, const char *name, const char *asked,
	      const char *effective);

/* The facts about it, until the next time or the end of the test, */
extern struct xskpkt_nic *nic;
struct xskpkt_nic_info facts(void);
/* and about a queue. */
struct xskpkt_nic_queue queue(unsigned i);

/* Is the fact known? If not, the reason has these words. */
void check_known(uint32_t fact);
void check_unknown(uint32_t fact, const char *words);

/* Spoil bytes of all answers, by chance. */
void fake_spoil(uint64_t *state);

#endif
