/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.h: one AF_XDP socket on one queue; the only file that knows
 * sockaddr_xdp. Layer 4. See the kernel's Documentation/networking/af_xdp.rst.
 */
#ifndef SOCKET_H
#define SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "pool.h"
#include "ring.h"

/* What is wanted. */
struct socket_spec {
	const char *who; /* "eth0 queue 3", for sentences */
	const char *driver;
	const struct xskpkt_pool *pool;
	int ifindex;
	uint32_t queue;
	uint32_t mtu;
	uint32_t rx_size, tx_size;     /* 0: no such ring */
	uint32_t fill_size, comp_size; /* the kernel always wants these */
	bool zerocopy;                 /* else copy; nothing in between */
	bool multi_buffer;
	bool busy_poll; /* who calls is to poll the driver */
	int shared_fd;  /* a socket that registered the pool's memory; -1: we */
};

/* What was got. */
struct socket {
	int fd; /* -1: closed */
	bool zerocopy;
	bool busy_poll; /* calls poll the driver; nothing else does */
	struct ring rx, tx, fill, comp;
};

/* With a sentence on failure; then everything is closed again. */
int socket_open(struct socket *s, const struct socket_spec *spec);

/* Unmaps the rings first: they alone would hold the queue. */
void socket_close(struct socket *s);

/* The NAPI that its calls poll; 0: none, as yet. */
uint32_t socket_napi(int fd);

/* Whole, or as much of it as this kernel has. */
struct xdp_statistics;
int socket_statistics(int fd, struct xdp_statistics *ret);

#endif
