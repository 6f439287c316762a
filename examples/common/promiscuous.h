/* SPDX-License-Identifier: BSD-2-Clause */
/* promiscuous.h: an interface that takes packets for any address */
#ifndef COMMON_PROMISCUOUS_H
#define COMMON_PROMISCUOUS_H

/*
 * As long as the descriptor is open, which is also the way it ends when the
 * process is killed: nothing is left behind. Returns -1 where the interface
 * cannot do it; it may be in no need of it.
 */
int promiscuous_open(const char *ifname);

/* With -1 it does nothing. */
void promiscuous_close(int fd);

#endif
