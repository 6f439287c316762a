/* SPDX-License-Identifier: BSD-2-Clause */
/* port_text.h: a port in words */
#ifndef COMMON_PORT_TEXT_H
#define COMMON_PORT_TEXT_H

#include <xskpkt/xskpkt.h>

/* "zerocopy"; AUTO, which no queue is in, is "-". */
const char *mode_name(enum xskpkt_mode mode);

/* "up", "down" or "away", also when @port is NULL. */
const char *state_name(struct xskpkt_port *port);

/* What the library has to say of a port, as lines; the caller frees it. NULL:
 * @port is, or there is no memory. */
char *port_explanation(struct xskpkt_port *port);

#endif
