/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prog.h: the XDP program of a port: load, attach, steer, count. Layer 4.
 *
 *   prog_load()          program and maps are in the kernel
 *     prog_steer()       a queue's socket goes into the XSKMAP
 *       prog_attach()    packets start to arrive
 *       prog_detach()
 *     prog_unsteer()
 *   prog_unload()
 */
#ifndef PROG_H
#define PROG_H

#include <stdbool.h>
#include <stdint.h>

#include <xskpkt/port.h>

#include "netdev.h"

struct bpf_object;
struct xdp_program;
struct xskpkt_bpf; /* the skeleton, generated from bpf/xskpkt.bpf.c */

struct prog {
	const struct netdev *netdev;
	uint32_t kind;              /* enum xskpkt_program_kind; 0: our own */
	struct xskpkt_bpf *skel;    /* our own program, else NULL */
	struct bpf_object *object;  /* the caller's, loaded by us, else NULL */
	struct xdp_program *joined; /* inside a dispatcher, else NULL */
	struct xskpkt_bpf *guest;   /* what it was made of; shares our maps */
	int guest_netns;            /* where it joined; -1: not in one */
	int prog_fd;                /* -1: nothing to attach */
	int map_fd;                 /* the XSKMAP */
	int counters_fd; /* -1: a program that does not count for us */
	int link_fd;     /* -1: not attached; closing it detaches */
	bool frags;      /* takes packets of several buffers */
	bool generic;    /* attached in generic mode */
	uint32_t id;     /* the kernel's; 0: ours is not attached */
	uint32_t queues; /* counters there are, per CPU */
};

/* As bpf/xskpkt_bpf.h lays them out, summed over the CPUs. */
struct prog_counters {
	uint64_t redirected, passed, failed;
};

/*
 * Put the program into the kernel; @theirs NULL: our own. @frags: it must take
 * packets of several buffers. @nd must outlive @p. On failure @p is unloaded.
 */
int prog_load(struct prog *p, const struct netdev *nd,
	      const struct xskpkt_program *theirs, bool frags);
void prog_unload(struct prog *p);

/*
 * Attach natively or in generic mode, by bpf_link, so that the kernel detaches
 * when we die. Joins a libxdp dispatcher that is there already, where the
 * kernel can; any other program stays, and the sentence names it (-EBUSY).
 * Attaching looks at the calling thread's network namespace; detaching works
 * from any.
 */
int prog_attach(struct prog *p, bool generic);
void prog_detach(struct prog *p);

/* Is it still there? -errno, with a sentence, when somebody replaced it. */
int prog_check(const struct prog *p);

int prog_steer(struct prog *p, uint32_t queue, int xsk_fd);
void prog_unsteer(struct prog *p, uint32_t queue);

/* What happened on one queue of the interface, open or not. */
int prog_count(const struct prog *p, uint32_t queue, struct prog_counters *ret);

#endif
