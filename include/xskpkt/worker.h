/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.h: threads that serve queues.
 *
 * A worker is a thread, pinned to a CPU if you say so, that calls your
 * function for each of its queues in turn. It spins while packets flow and
 * sleeps in xskpkt_queue_wait() when they do not.
 */
#ifndef XSKPKT_WORKER_H
#define XSKPKT_WORKER_H

#include <stddef.h>
#include <stdint.h>

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xskpkt_queue;
struct xskpkt_workers;

/*
 * Serve one queue once: a burst or so. Return how many packets were moved, 0
 * when there was nothing to do; or -errno, which ends all the workers and
 * comes back from xskpkt_workers_join().
 */
typedef int (*xskpkt_serve_fn)(struct xskpkt_queue *q, void *arg);

/* Never sleep: for a CPU of its own that has nothing else to do. */
#define XSKPKT_WORKER_SPIN (1u << 0)
/* Run on xskpkt_worker.cpu only. */
#define XSKPKT_WORKER_PIN (1u << 1)

struct xskpkt_worker {
	size_t size;                        /* sizeof(struct xskpkt_worker) */
	struct xskpkt_queue *const *queues; /* what this thread serves */
	uint32_t queue_count;               /* 1 to 256 */
	uint32_t flags;                     /* XSKPKT_WORKER_... */
	uint32_t cpu;                       /* with XSKPKT_WORKER_PIN */
	uint32_t reserved;                  /* 0 */
	xskpkt_serve_fn serve;              /* your function */
	void *arg;                          /* handed to it */
};

/**
 * xskpkt_workers_start() - start threads that serve queues
 * @ret:     the workers
 * @workers: what each does; copied
 * @n:       how many, 1 to 1024
 *
 * No queue may stand in two workers. Either all threads run when the call
 * returns 0, or none does.
 *
 * Return: 0, or -EINVAL (also: a CPU that this process may not use), -ENOMEM,
 * -EAGAIN (too many threads).
 * Threads: any; the queues then belong to the workers.
 */
XSKPKT_API int xskpkt_workers_start(struct xskpkt_workers **ret,
				    const struct xskpkt_worker *workers,
				    unsigned n);

/**
 * xskpkt_workers_stop() - ask the workers to end
 * @workers: the workers
 *
 * They finish the burst in hand. Safe in a signal handler.
 *
 * Threads: any.
 */
XSKPKT_API void xskpkt_workers_stop(struct xskpkt_workers *workers);

/**
 * xskpkt_workers_join() - wait until the workers have ended
 * @workers: the workers
 *
 * Waits for xskpkt_workers_stop() or for a serve function's error. Called
 * again it returns the same at once.
 *
 * Return: 0, or the first -errno that a serve function returned, with its
 * sentence.
 * Threads: one.
 */
XSKPKT_API int xskpkt_workers_join(struct xskpkt_workers *workers);

/**
 * xskpkt_workers_free() - stop and join the workers, and let go of them
 * @workers: the workers, or NULL
 *
 * A signal handler that stops them must not run any more.
 *
 * Threads: one.
 */
XSKPKT_API void xskpkt_workers_free(struct xskpkt_workers *workers);

#ifdef __cplusplus
}
#endif
#endif
