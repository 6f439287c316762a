/* SPDX-License-Identifier: BSD-2-Clause */
/* threads.h: what is to be known of workers' threads: that they run, that they
 * have ended, and the CPU time they took */
#ifndef COMMON_THREADS_H
#define COMMON_THREADS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct thread {
	int news; /* eventfd that is told when it ends; -1: none */
	clockid_t clock;
	_Atomic bool runs, ended;
	_Atomic uint64_t cpu_ns; /* of those that were it earlier */
};

void thread_begin(struct thread *t);

/* The thread itself says so with each burst; only the first is news. */
static inline void thread_is_here(struct thread *t)
{
	if (__builtin_expect(
		    !atomic_load_explicit(&t->runs, memory_order_relaxed), 0))
		thread_begin(t);
}

/* CPU time that it has used, in ns. */
uint64_t thread_cpu(const struct thread *t);

/* To an eventfd; with -1 it does nothing. */
void tell_news(int news);

/* Only one thread writes, so there is no need to lock the bus. */
static inline void tally(_Atomic uint64_t *counter, uint64_t n)
{
	uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, before + n, memory_order_relaxed);
}

#endif
