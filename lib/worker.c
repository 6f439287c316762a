// SPDX-License-Identifier: BSD-2-Clause
/* worker.c: threads that serve queues, spin while packets flow, sleep else */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xskpkt/queue.h>
#include <xskpkt/worker.h>

#include "compiler.h"
#include "log.h"
#include "opts.h"
#include "sys.h"

#define WORKERS_MAX 1024
#define QUEUES_MAX 256

/*
 * Rounds without a packet before it sleeps; a round costs some 10 ns. With a
 * CPU of its own a worker does best when it bridges the gaps between bursts.
 * Where it shares the CPU with the source of its packets, nothing comes until
 * it gives way. Which of the two it is it learns: the long way while a packet
 * came in time, the short one when none did, and now and then another try.
 */
#define IDLE_LONG 2048
#define IDLE_SHORT 16
#define SLEEPS_PER_TRY 1024
/* One that never sleeps looks after its devices so rarely that it is free. */
#define IDLE_SPINNING (1u << 20)
/* So that a stop is seen even if its wake went to another waiter. */
#define SLEEP_MS 100

struct worker {
	struct xskpkt_workers *all;
	struct xskpkt_queue **queues;
	uint32_t queue_count, flags, cpu;
	xskpkt_serve_fn serve;
	void *arg;
	pthread_t thread;
	bool started;
};

struct xskpkt_workers {
	unsigned count;
	_Atomic bool stop;
	pthread_mutex_t lock; /* of the two below */
	int err;              /* the first */
	char why[512];
	struct worker workers[];
};

static void spin_hint(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static bool stopped(const struct xskpkt_workers *all)
{
	return atomic_load_explicit(&all->stop, memory_order_relaxed);
}

static void failed(struct xskpkt_workers *all, int err, const char *why)
{
	pthread_mutex_lock(&all->lock);
	if (!all->err) {
		all->err = err;
		snprintf(all->why, sizeof(all->why), "%s", why);
	}
	pthread_mutex_unlock(&all->lock);
	xskpkt_workers_stop(all);
}

/* One round over the queues: packets moved, or -errno. */
static int serve_all(struct worker *w)
{
	int moved = 0, n;

	for (uint32_t i = 0; i < w->queue_count; i++) {
		n = w->serve(w->queues[i], w->arg);
		if (n < 0)
			return n;
		moved |= n;
	}
	return moved;
}

/* Nothing came for a while. Sleeping also tells that a device is gone. */
static int rest(struct worker *w)
{
	int n;

	if (w->flags & XSKPKT_WORKER_SPIN)
		n = xskpkt_queue_wait(w->queues, w->queue_count, 0, 0);
	else
		n = xskpkt_queue_wait(w->queues, w->queue_count, 0, SLEEP_MS);
	return n < 0 ? n : 0;
}

/* What a worker has learnt about waiting. */
struct patience {
	uint32_t limit; /* idle rounds before a rest */
	uint32_t idle, rests;
};

/* Packets, after all: if we waited for them, that was right. */
static void reward(struct patience *p)
{
	if (p->idle)
		p->limit = max_u32(p->limit, IDLE_LONG);
	p->idle = 0;
}

static int be_idle(struct worker *w, struct patience *p)
{
	if (++p->idle < p->limit) {
		spin_hint();
		return 0;
	}
	p->idle = 0;
	if (!(w->flags & XSKPKT_WORKER_SPIN))
		p->limit = ++p->rests % SLEEPS_PER_TRY ? IDLE_SHORT : IDLE_LONG;
	return rest(w);
}

static int run(struct worker *w)
{
	struct patience p = { .limit = IDLE_LONG };
	int n = 0;

	if (w->flags & XSKPKT_WORKER_SPIN)
		p.limit = IDLE_SPINNING;
	while (n >= 0 && !stopped(w->all)) {
		n = serve_all(w);
		if (n > 0)
			reward(&p);
		else if (!n)
			n = be_idle(w, &p);
	}
	return n < 0 ? n : 0;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	int err = run(w);

	if (err)
		failed(w->all, err, xskpkt_errmsg());
	return NULL;
}

/* Arguments */

static int check_cpu(uint32_t cpu)
{
	cpu_set_t allowed;
	int err;

	CPU_ZERO(&allowed);
	if (sched_getaffinity(0, sizeof(allowed), &allowed)) {
		err = -errno;
		return fail(err, "worker: which CPUs may be used: %s",
			    err_text(err));
	}
	if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &allowed))
		return fail(-EINVAL,
			    "worker: CPU %u is not there or not for this "
			    "process: see taskset -cp %d",
			    cpu, (int)getpid());
	return 0;
}

static int check_worker(const struct xskpkt_worker *w)
{
	const uint32_t known = XSKPKT_WORKER_SPIN | XSKPKT_WORKER_PIN;

	if (w->flags & ~known)
		return fail(-EINVAL, "worker: flags 0x%x: not known are 0x%x",
			    w->flags, w->flags & ~known);
	if (w->reserved)
		return fail(-EINVAL, "worker: reserved is %u: set it to 0",
			    w->reserved);
	if (!w->serve)
		return fail(-EINVAL, "worker: serve is NULL");
	if (!w->queues || !w->queue_count || w->queue_count > QUEUES_MAX)
		return fail(-EINVAL, "worker: %u queues: give 1 to %d",
			    w->queue_count, QUEUES_MAX);
	for (uint32_t i = 0; i < w->queue_count; i++)
		if (!w->queues[i])
			return fail(-EINVAL, "worker: queue %u is NULL", i);
	if (!(w->flags & XSKPKT_WORKER_PIN) && w->cpu)
		return fail(-EINVAL,
			    "worker: cpu %u is given without "
			    "XSKPKT_WORKER_PIN",
			    w->cpu);
	return w->flags & XSKPKT_WORKER_PIN ? check_cpu(w->cpu) : 0;
}

static bool serves(const struct worker *w, const struct xskpkt_queue *q)
{
	for (uint32_t i = 0; i < w->queue_count; i++)
		if (w->queues[i] == q)
			return true;
	return false;
}

/* A queue in two threads would tear its rings apart. */
static int check_alone(const struct xskpkt_workers *all, const struct worker *w)
{
	for (uint32_t i = 0; i < w->queue_count; i++) {
		for (unsigned k = 0; k < all->count; k++)
			if (&all->workers[k] != w &&
			    serves(&all->workers[k], w->queues[i]))
				return fail(-EINVAL,
					    "worker: queue %u of its port "
					    "stands in two workers",
					    xskpkt_queue_id(w->queues[i]));
		for (uint32_t k = 0; k < i; k++)
			if (w->queues[k] == w->queues[i])
				return fail(-EINVAL,
					    "worker: queue %u of its port "
					    "stands twice in a worker",
					    xskpkt_queue_id(w->queues[i]));
	}
	return 0;
}

/* Life */

/* They lie as far apart as the struct is large in the caller's version. */
static int take_worker(struct xskpkt_worker *ret,
		       const struct xskpkt_worker *workers, unsigned i)
{
	const void *theirs = (const char *)workers + i * workers->size;
	int err = opts_take(ret, sizeof(*ret), theirs, "xskpkt_worker");

	if (!err && ret->size != workers->size)
		return fail(-EINVAL,
			    "xskpkt_worker.size is %zu, and %zu in the first "
			    "worker: give all the same",
			    ret->size, workers->size);
	return err ?: check_worker(ret);
}

static int add_worker(struct xskpkt_workers *all,
		      const struct xskpkt_worker *workers)
{
	struct worker *w = &all->workers[all->count];
	struct xskpkt_worker wish;
	void *mem;
	int err;

	err = take_worker(&wish, workers, all->count);
	if (err)
		return err;
	err = sys_alloc(&mem, wish.queue_count, sizeof(*w->queues));
	if (err)
		return fail(err, "worker: no memory for %u queues",
			    wish.queue_count);
	memcpy(mem, wish.queues, wish.queue_count * sizeof(*w->queues));
	*w = (struct worker){
		.all = all,
		.queues = mem,
		.queue_count = wish.queue_count,
		.flags = wish.flags,
		.cpu = wish.cpu,
		.serve = wish.serve,
		.arg = wish.arg,
	};
	all->count++;
	return check_alone(all, w);
}

/* Pinned before it runs, so that all it touches is near. */
static int start(struct worker *w)
{
	pthread_attr_t attr;
	cpu_set_t cpu;
	int err = 0;

	pthread_attr_init(&attr);
	if (w->flags & XSKPKT_WORKER_PIN) {
		CPU_ZERO(&cpu);
		CPU_SET(w->cpu, &cpu);
		err = -pthread_attr_setaffinity_np(&attr, sizeof(cpu), &cpu);
	}
	if (!err)
		err = -pthread_create(&w->thread, &attr, worker_main, w);
	pthread_attr_destroy(&attr);
	if (err)
		return fail(err, "worker: start a thread: %s", err_text(err));
	w->started = true;
	return 0;
}

static void release(struct xskpkt_workers *all)
{
	for (unsigned i = 0; i < all->count; i++)
		free(all->workers[i].queues);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

static void join_all(struct xskpkt_workers *all)
{
	for (unsigned i = 0; i < all->count; i++) {
		if (all->workers[i].started)
			pthread_join(all->workers[i].thread, NULL);
		all->workers[i].started = false;
	}
}

static int start_all(struct xskpkt_workers *all)
{
	int err = 0;

	for (unsigned i = 0; !err && i < all->count; i++)
		err = start(&all->workers[i]);
	if (err) {
		xskpkt_workers_stop(all);
		join_all(all);
	}
	return err;
}

int xskpkt_workers_start(struct xskpkt_workers **ret,
			 const struct xskpkt_worker *workers, unsigned n)
{
	struct xskpkt_workers *all;
	void *mem;
	int err;

	if (!ret || !workers || !n || n > WORKERS_MAX)
		return fail(-EINVAL,
			    "xskpkt_workers_start: %u workers: give 1 to %d, "
			    "and neither pointer NULL",
			    n, WORKERS_MAX);
	err = sys_alloc(&mem, 1, sizeof(*all) + n * sizeof(all->workers[0]));
	if (err)
		return fail(err, "worker: no memory for %u workers", n);
	all = mem;
	pthread_mutex_init(&all->lock, NULL);
	for (unsigned i = 0; !err && i < n; i++)
		err = add_worker(all, workers);
	if (!err)
		err = start_all(all);
	if (err) {
		release(all);
		return err;
	}
	*ret = all;
	return 0;
}

void xskpkt_workers_stop(struct xskpkt_workers *workers)
{
	atomic_store(&workers->stop, true);
	for (unsigned i = 0; i < workers->count; i++)
		xskpkt_queue_wake(workers->workers[i].queues[0]);
}

int xskpkt_workers_join(struct xskpkt_workers *workers)
{
	join_all(workers);
	if (workers->err)
		keep_sentence("%s", workers->why);
	return workers->err;
}

void xskpkt_workers_free(struct xskpkt_workers *workers)
{
	if (!workers)
		return;
	xskpkt_workers_stop(workers);
	join_all(workers);
	release(workers);
}
