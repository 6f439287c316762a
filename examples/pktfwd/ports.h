/* SPDX-License-Identifier: BSD-2-Clause */
/* ports.h: interfaces: opened, gone, come back, closed; and their pool */
#ifndef PKTFWD_PORTS_H
#define PKTFWD_PORTS_H

#include "pktfwd.h"

/* Pool and all ports, from the options. 0, or -errno after it was said why. */
int ports_open(struct forwarder *f);

/* All of them, and the pool. No thread runs. */
void ports_close(struct forwarder *f);

/* Has an open port lost its interface? */
bool port_is_gone(const struct port *port);

/* Its lanes lose their queues; close what is returned when nobody uses it. */
struct xskpkt_port *port_detach(struct port *port);

/* Is an interface back? Then it is opened, while the others work: hand the
 * result to port_attach() when no thread runs. NULL: not yet. */
struct xskpkt_port *port_try(struct port *port);

/* Its lanes get their queues. 0 or -ENOMEM. */
int port_attach(struct port *port, struct xskpkt_port *opened);

#endif
