/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h: is the interface up, down or gone? Layer 3.
 *
 * The kernel's poll() on an AF_XDP socket does not tell. A netlink socket that
 * listens for link messages does; it also wakes a wait that polls it.
 */
#ifndef LINK_H
#define LINK_H

#include <stdatomic.h>
#include <stdbool.h>

#include <xskpkt/port.h>

struct link {
	int fd;              /* netlink socket, non-blocking; -1: closed */
	int ifindex;         /* watched */
	char name[16];       /* for sentences */
	_Atomic int state;   /* enum xskpkt_state; GONE is for ever */
	_Atomic int carrier; /* why it is down: 0: no carrier, 1: set down */
	atomic_flag busy;    /* a thread is taking up news */
	bool lost;           /* its own: the kernel had to drop some */
};

/* Start watching @ifindex in this thread's network namespace. */
int link_open(struct link *l, int ifindex, const char *name);
void link_close(struct link *l);

/* Take up what has been heard. Any thread; one system call when quiet. */
enum xskpkt_state link_check(struct link *l);

/* A socket call said ENXIO: the device is gone, whatever netlink says. */
void link_set_gone(struct link *l);

/* The sentence for a state that is not UP, kept for xskpkt_errmsg(). */
void link_explain(const struct link *l);

#endif
