/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * testnet.h: a network of its own for a test.
 *
 * The test's process unshares its network and mount namespaces. Nothing names
 * them, so all that is made inside goes when the process ends, however it
 * ends; nothing here can touch the machine's own interfaces.
 *
 *	struct testnet t;
 *
 *	testnet_veth(&t, 4);
 *	... open t.a and t.b ...
 *	run("ip link set %s down", t.b);
 */
#ifndef TESTNET_H
#define TESTNET_H

#include <stdbool.h>
#include <stdint.h>

/* Two interfaces, joined: what is sent on queue n of one arrives on queue n
 * of the other. */
struct testnet {
	char a[16];
	char b[16];
	unsigned queues; /* RX and TX, at both ends */
	int far;         /* namespace that b is in; -1: the same as a */
};

/*
 * Leave the machine's network: for tests that want no veth pair. Skips the
 * test where that is not allowed. Does nothing the second time.
 */
void testnet_enter(void);

/*
 * Make a pair with @queues queues and set it up: no IPv6, no offloads, so
 * that every byte and every packet is the test's own; a queueing discipline,
 * so that a full ring pushes back in place of dropping (kernel-notes, 5.6).
 */
void testnet_veth(struct testnet *t, unsigned queues);

/* The same, with b in a second namespace. */
void testnet_veth_far(struct testnet *t, unsigned queues);

/* Set both ends' MTU. */
void testnet_mtu(const struct testnet *t, unsigned mtu);

/* One more namespace. Its descriptor lives as long as the test. */
int testnet_namespace(void);

/* Run a command line in this namespace, or in @ns. The test fails, with the
 * command's output, unless it returns 0. */
void run(const char *format, ...) __attribute__((format(__printf__, 1, 2)));
void run_in(int ns, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));

/* The same, for a command that may fail. Returns its exit status. */
int try_run(const char *format, ...) __attribute__((format(__printf__, 1, 2)));

/* Id of the XDP program on an interface of this namespace; 0: none. */
uint32_t testnet_program_on(const char *ifname);

/* Does the kernel still have this BPF program? It frees them a moment late, so
 * wait up to a second for it to go. */
bool testnet_program_lives(uint32_t id);

#endif
