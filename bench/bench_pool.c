// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_pool.c: free frames: out of a cache and back, and between caches and
 * the pool, from 1, 2 and 4 threads; beside them one list with a mutex. And
 * whole forwarders that share the pool: how often they go there, and what it
 * costs.
 *
 * Without a lock a thread's own CPU time per frame stays the same however many
 * threads there are, and two CPUs do twice the work. (Who sleeps on a mutex
 * takes no CPU time: there the sum of the work tells.)
 */
#include <pthread.h>
#include <stdio.h>

#include "bench.h"
#include "net.h"
#include "ours.h"
#include "partner.h"
#include "pool.h"

#define ROUNDS 9
#define BATCH 64
#define BATCHES 50000u
#define FRAMES 16384
#define THREADS_MAX 4
#define CPUS 2

struct list {
	pthread_mutex_t lock;
	uint32_t count;
	uint64_t frames[FRAMES];
};

struct worker {
	_Alignas(128) pthread_t thread; /* shares no line with the next */
	unsigned cpu;
	void (*work)(struct worker *w);
	pthread_barrier_t *start;
	struct cache cache;
	struct list *list;
	struct partner *near, *far;
	struct xskpkt_queue *in, *out;
	uint64_t mine[BATCH];
	double ns; /* of CPU per frame taken and given back */
	uint64_t from, until;
};

struct result {
	double ns;    /* mean of the workers' */
	double mfps;  /* million frames per second, all together */
	double moved; /* blocks between caches and pool, per block of frames */
};

/* A queue that drops what it received: the pool is never asked. */
static void take_and_put(struct worker *w)
{
	uint32_t n = cache_stock(&w->cache, BATCH);

	memcpy(w->mine, cache_take(&w->cache, n), n * sizeof(uint64_t));
	memcpy(cache_space(&w->cache), w->mine, n * sizeof(uint64_t));
	cache_put(&w->cache, n);
}

/* One that allocates what another queue frees: always a block each way. */
static void fetch_and_spill(struct worker *w)
{
	cache_fetch(&w->cache, BATCH);
	cache_spill(&w->cache);
}

static void lock_and_copy(struct worker *w)
{
	struct list *list = w->list;

	pthread_mutex_lock(&list->lock);
	list->count -= BATCH;
	memcpy(w->mine, list->frames + list->count, sizeof(w->mine));
	pthread_mutex_unlock(&list->lock);
	pthread_mutex_lock(&list->lock);
	memcpy(list->frames + list->count, w->mine, sizeof(w->mine));
	list->count += BATCH;
	pthread_mutex_unlock(&list->lock);
}

/* Received on one queue, sent on another: frames go back by the pool. */
static void forward(struct worker *w)
{
	partner_receive(w->near, BATCH);
	ours_forward(w->in, w->out, BATCH);
	partner_send(w->far);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	uint64_t start;

	net_pin(w->cpu);
	pthread_barrier_wait(w->start);
	w->from = bench_ns();
	start = bench_cpu_ns();
	for (unsigned i = 0; i < BATCHES; i++)
		w->work(w);
	w->ns = (double)(bench_cpu_ns() - start) / (BATCHES * (double)BATCH);
	w->until = bench_ns();
	return NULL;
}

/* Every block that leaves or enters the pool changes the tag on its stack. */
static uint32_t blocks_moved(const struct xskpkt_pool *pool)
{
	return (uint32_t)(pool->full >> 32);
}

static void equip(struct worker *w, struct xskpkt_pool *pool)
{
	w->near = partner_new();
	w->far = partner_new();
	w->in = partner_queue(w->near, pool);
	w->out = partner_queue(w->far, pool);
	if (cache_open(&w->cache, pool))
		bench_die("no cache");
}

static void strip(struct worker *w)
{
	cache_close(&w->cache);
	partner_queue_free(w->in);
	partner_queue_free(w->out);
	partner_free(w->near);
	partner_free(w->far);
}

static struct result run_once(struct xskpkt_pool *pool, struct list *list,
			      void (*work)(struct worker *), unsigned threads)
{
	static struct worker workers[THREADS_MAX];
	const double frames = (double)threads * BATCHES * BATCH;
	pthread_barrier_t barrier;
	uint64_t from = UINT64_MAX, until = 0;
	uint32_t moved;
	double sum = 0;

	pthread_barrier_init(&barrier, NULL, threads);
	moved = blocks_moved(pool);
	for (unsigned i = 0; i < threads; i++) {
		struct worker *w = &workers[i];

		w->cpu = i % CPUS;
		w->work = work;
		w->start = &barrier;
		w->list = list;
		equip(w, pool);
		pthread_create(&w->thread, NULL, worker_main, w);
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		sum += workers[i].ns;
		if (workers[i].from < from)
			from = workers[i].from;
		if (workers[i].until > until)
			until = workers[i].until;
	}
	moved = blocks_moved(pool) - moved;
	for (unsigned i = 0; i < threads; i++)
		strip(&workers[i]);
	pthread_barrier_destroy(&barrier);
	return (struct result){ sum / threads,
				frames * 1e3 / (double)(until - from),
				moved * (double)BLOCK_FRAMES / frames };
}

static const struct work {
	const char *name;
	void (*work)(struct worker *w);
} works[] = {
	{ "pool-cache", take_and_put },
	{ "pool-bulk", fetch_and_spill },
	{ "pool-mutex", lock_and_copy },
	{ "pool-forward", forward },
};

#define WORKS COUNT_OF(works)

static void run_threads(struct xskpkt_pool *pool, struct list *list,
			unsigned threads)
{
	double ns[WORKS][ROUNDS], mfps[WORKS][ROUNDS], moved[WORKS] = { 0 };

	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned k = 0; k < WORKS; k++) {
			struct result r =
				run_once(pool, list, works[k].work, threads);

			ns[k][round] = r.ns;
			mfps[k][round] = r.mfps;
			moved[k] = r.moved;
		}
	for (unsigned k = 0; k < WORKS; k++)
		printf("%-18s mem  %u thread%s %6.2f ns of CPU a frame, "
		       "%6.0f million frames/s in all, %.2f blocks moved "
		       "per %u frames\n",
		       works[k].name, threads,
		       threads == 1 ? ": " : "s:", bench_median(ns[k], ROUNDS),
		       bench_median(mfps[k], ROUNDS), moved[k], BLOCK_FRAMES);
}

int main(void)
{
	static struct list list = { .lock = PTHREAD_MUTEX_INITIALIZER,
				    .count = FRAMES };
	struct xskpkt_pool_opts opts = { .size = sizeof(opts),
					 .frames = FRAMES,
					 .flags = XSKPKT_POOL_ON_NODE };
	struct xskpkt_pool *pool;

	if (xskpkt_pool_create(&pool, &opts))
		bench_die("no pool");
	for (unsigned threads = 1; threads <= THREADS_MAX; threads *= 2)
		run_threads(pool, &list, threads);
	bench_check_books(pool);
	xskpkt_pool_destroy(pool);
	return 0;
}
