// SPDX-License-Identifier: BSD-2-Clause
/* threads.c: what is to be known of workers' threads */
#include <pthread.h>
#include <unistd.h>

#include "threads.h"

static pthread_key_t at_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t = { 0 };

	if (clock_gettime(clock, &t))
		return 0;
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void tell_news(int news)
{
	uint64_t one = 1;

	if (news >= 0 && write(news, &one, sizeof(one)) < 0)
		return; /* it is full of news already */
}

/* In the thread that ends, by itself or since it was stopped. */
static void thread_end(void *arg)
{
	struct thread *t = arg;

	atomic_store(&t->runs, false);
	atomic_store(&t->ended, true);
	atomic_fetch_add(&t->cpu_ns, read_clock(CLOCK_THREAD_CPUTIME_ID));
	tell_news(t->news);
}

static void make_key(void)
{
	pthread_key_create(&at_end, thread_end);
}

void thread_begin(struct thread *t)
{
	pthread_once(&once, make_key);
	pthread_getcpuclockid(pthread_self(), &t->clock);
	pthread_setspecific(at_end, t);
	atomic_store(&t->runs, true);
}

uint64_t thread_cpu(const struct thread *t)
{
	uint64_t now = atomic_load(&t->runs) ? read_clock(t->clock) : 0;

	return atomic_load(&t->cpu_ns) + now;
}
