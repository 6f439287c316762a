/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dispatcher.h: share an interface with the programs of libxdp. Layer 4.
 *
 * libxdp runs several XDP programs one after the other, as parts of one, the
 * dispatcher. When one is on the interface we become a part of it. We never
 * bring one there ourselves: its parts are pinned, so unlike a bpf_link they
 * outlive a crash. (Then harmlessly: without sockets our part passes all on.)
 *
 * libxdp 1.3 leaks some descriptors of programs at each joining and leaving.
 */
#ifndef DISPATCHER_H
#define DISPATCHER_H

#include <stdbool.h>
#include <stdint.h>

struct prog;

/* Is a program of this name one? */
bool dispatcher_is(const char *name);

/*
 * Become a part of dispatcher @id, which is attached in the mode
 * @its_generic says. Only the library's own program can, and only when that is
 * the mode that was asked for.
 */
int dispatcher_join(struct prog *p, uint32_t id, bool its_generic,
		    bool generic);

/* Does nothing when we are not in one. */
void dispatcher_leave(struct prog *p);

#endif
