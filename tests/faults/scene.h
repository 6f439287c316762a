/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scene.h: one way to open a port, done again and again, and the proof each
 * time that it works, or that nothing of it is left.
 *
 *	scene_make(&s, 2);
 *	s.port.mode = XSKPKT_MODE_GENERIC;
 *	scene_rehearse(&s);
 *	err = scene_open(&s, &o);
 *	if (err)
 *		scene_check_gone(&s, &o);
 *	else
 *		scene_check_works(&s, &o);
 *	scene_close(&s, &o);
 */
#ifndef SCENE_H
#define SCENE_H

#include <stdbool.h>

#include <xskpkt/xskpkt.h>

#include "faulty_sys.h"
#include "testnet.h"

struct scene {
	struct testnet net;
	const char *ifname; /* what is opened */
	const char *peer;
	int ns; /* where it is; -1: here */
	struct xskpkt_pool_opts pool;
	struct xskpkt_port_opts port;
	struct xskpkt_program program;
	int map;         /* an XSKMAP of the caller's; -1: none */
	uint32_t holder; /* id of a program that is there already; 0: none */
	unsigned bytes;  /* in a packet */
	/* libxdp 1.3 leaves the descriptor of a program open each time that it
	 * finds a dispatcher it cannot use: not ours to mend. */
	bool libxdp_leaks;

	/* As it is when nothing fails. */
	enum xskpkt_mode mode;
	struct xskpkt_pool_info memory;

	/* As it was before. */
	struct held held;
	bool fds[1024];
	uint64_t home; /* the thread's network namespace */
	int home_fd;
	int wire; /* packet socket on the peer */
};

/* What scene_open() reached. */
struct opened {
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
};

/* A pair with small rings; queues 0: of one end that is elsewhere, by path. */
void scene_make(struct scene *s, unsigned queues);
void scene_make_far(struct scene *s, unsigned queues);

/* Bring the XDP program @prog_fd onto the interface, for others to meet. */
void scene_occupy(struct scene *s, int prog_fd);

/* Once without faults, if it can be; from then on leaks are told. */
void scene_rehearse(struct scene *s, bool can_open);

/* The thread may not be where it was: bring it back. */
void scene_go_home(const struct scene *s);

/* 0 or -errno, with outputs untouched where they have to be. */
int scene_open_pool(struct scene *s, struct opened *o);
int scene_open_port(struct scene *s, struct opened *o);
void scene_close(struct scene *s, struct opened *o);

/* Packets pass, and what is told about the port is true. */
void scene_check_works(const struct scene *s, const struct opened *o);

/* Parts of that: packets come in; one is handed to tx, if there is room; it
 * has arrived, as the next of those that were sent. */
void scene_check_rx(const struct scene *s, const struct opened *o);
void scene_send(const struct scene *s, struct xskpkt_queue *q, uint32_t number);
bool scene_try_send(const struct scene *s, struct xskpkt_queue *q,
		    uint32_t number);
void scene_expect(const struct scene *s, uint32_t number);

/* A port that could not be opened has left no trace, its pool may be there. */
void scene_check_gone(const struct scene *s, const struct opened *o);

/* After scene_close(), which the kernel finishes in the background. */
void scene_wait_released(const struct scene *s);

/* After scene_close(): descriptors, memory, mappings, programs as before. */
void scene_check_clean(const struct scene *s);

#endif
