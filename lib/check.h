/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h: is what the caller wants possible? Layer 7.
 */
#ifndef CHECK_H
#define CHECK_H

#include "port.h"

#define RING_MAX (1u << 16)

/* Arguments and options on their own. */
int check_args(struct xskpkt_port **ret, const char *ifname,
	       struct xskpkt_pool *pool);
int check_opts(const struct xskpkt_port_opts *o);

/* Against the interface, once its facts are known. */
int check_mtu(const struct xskpkt_port *port);
int check_queue_count(const struct xskpkt_port *port, uint32_t wanted);
int check_queue(const struct xskpkt_port *port, uint32_t i);

/* How many queues there are for the directions wanted. */
uint32_t queues_there(const struct xskpkt_port *port);

#endif
