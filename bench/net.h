/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.h: veth pairs in namespaces of our own (tests/testnet.h), and traffic.
 *
 *   source --> in.b ~~~~ in.a    user    out.a ~~~~ out.b --> dropped in XDP
 *
 * The source is the kernel itself: BPF_PROG_RUN sends the same frame again and
 * again, faster than anybody can take it. It runs in a process of its own.
 */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <sys/types.h>

#include "testnet.h"

struct hand;
struct xskpkt_pool;
struct xskpkt_port;

/* One user's network. Both of its pairs have one queue. */
struct net {
	struct testnet in, out;
	pid_t source; /* 0: none runs */
};

/* Makes the pairs that are wanted, in our private namespace. */
void net_open(struct net *net, bool receives, bool sends);

void net_source_start(struct net *net, unsigned cpu);
void net_source_stop(struct net *net);

/* For main(): are we that process? Then this does not return. */
void net_source_main(int argc, char **argv);

/* Run this thread on @cpu only. */
void net_pin(unsigned cpu);

/* Sockets of libxdp on in.a and out.a. NULL where there is no pair. */
void net_hand(struct net *net, struct hand **in, struct hand **out);

#endif
