/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dispatcher.h: share an interface with the programs of libxdp. Layer 4.
 *
 * libxdp runs several XDP programs one after the other, as parts of one, the
 * dispatcher. When one is on the interface we become a part of it; we never
 * bring one there ourselves, since a bpf_link is what survives a crash.
 */
#ifndef DISPATCHER_H
#define DISPATCHER_H

#include <stdbool.h>

struct prog;

bool dispatcher_present(int ifindex);

/* Of the library's own program, and in the dispatcher's mode only. */
int dispatcher_join(struct prog *p, bool generic);

/* Does nothing when we are not in one. */
void dispatcher_leave(struct prog *p);

#endif
