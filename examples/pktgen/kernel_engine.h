/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_engine.h: sends a pattern without a socket, from inside the kernel.
 *
 * For interfaces that have no zero-copy: there each packet of a socket is
 * copied into one of the kernel's buffers, which costs ten times what the
 * packet does. This engine has the kernel run an XDP program over pages of its
 * own, and send what the program made (Linux 5.18).
 *
 * It stands where the generator stands (generator.h), with the same plan but
 * for the port. What it cannot do:
 *
 *  - It needs root's capabilities as long as it runs, and an interface that
 *    takes packets from XDP redirects; a veth does when its peer has an XDP
 *    program or GRO.
 *  - A packet has to fit into a page with what the kernel keeps there: some
 *    3400 bytes.
 *  - What the driver has no room for is dropped there, and counts as sent: it
 *    is the receiver who sees losses.
 *  - The queue is the driver's choice, by CPU.
 *  - 64 packets at a time have the same time in their marks.
 *  - Whoever changes payloads in place, in the kernel, spoils later packets:
 *    only headers and marks are written each time.
 */
#ifndef PKTGEN_KERNEL_ENGINE_H
#define PKTGEN_KERNEL_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

struct generator_counts;
struct generator_plan;
struct kernel_engine;
struct settings;

/* Options that it has no use for are no help. EXIT_OK, or EXIT_USAGE after it
 * was said why. */
int kernel_engine_accepts(const struct settings *settings);

/* These are as generator_...(): */
int kernel_engine_start(struct kernel_engine **ret, const char *ifname,
			const struct generator_plan *plan);
bool kernel_engine_ended(const struct kernel_engine *e);
int kernel_engine_stop(struct kernel_engine *e);
void kernel_engine_read(const struct kernel_engine *e,
			struct generator_counts *ret);
uint8_t kernel_engine_run(const struct kernel_engine *e);
void kernel_engine_free(struct kernel_engine *e);

#endif
