// SPDX-License-Identifier: BSD-2-Clause
/* kernel_engine.c: sends a pattern without a socket, from inside the kernel */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "generator.h"
#include "kernel_engine.h"
#include "kernel_interface.h"
#include "kernel_lane.h"
#include "kernel_tables.h"
#include "pace.h"
#include "pattern.h"
#include "placement.h"
#include "quota.h"
#include "say.h"
#include "settings.h"
#include "threads.h"

/* A run of the program is a few ms, so that a stop is soon noticed; but not so
 * short that the call matters, which costs as much as 100 packets. */
#define RUN_NS 4000000
#define RUN_MIN 256
#define RUN_MAX 65536
/* A sleeper wakes up so late, or has to look whether it is to stop. */
#define LATE_NS 60000
#define LOOK_NS 10000000
/* From down to gone, when an interface is deleted. */
#define DELETION_MS 500

struct kernel_worker {
	struct kernel_engine *engine;
	struct kernel_lane *lane;
	pthread_t id;
	bool started, done;
	struct thread thread;
	struct pace pace;
	struct quota quota; /* its part of --count */
	uint32_t run_size;  /* packets that take about RUN_NS */
	_Atomic uint64_t behind;
	_Atomic uint64_t began; /* ns; 0: not yet */
	int err;
};

struct kernel_engine {
	struct kernel_interface interface;
	const struct settings *settings;
	struct pace_rate rate;
	double mean; /* bytes of a packet */
	uint8_t run; /* in its marks */
	_Atomic bool stop;
	unsigned workers;
	struct kernel_worker worker[];
};

int kernel_engine_accepts(const struct settings *s)
{
	const char *option = NULL;

	if (s->mode)
		option = "--mode";
	else if (s->queue_count)
		option = "--queues";
	else if (s->ring)
		option = "--ring";
	else if (s->frame_size)
		option = "--frame-size";
	else if (s->huge)
		option = "--huge";
	else if (s->busy_poll)
		option = "--busy-poll";
	else if (s->metrics)
		option = "--metrics";
	else if (placement_wanted())
		option = "--plan";
	if (option)
		return say_usage("%s is about AF_XDP sockets, and --engine "
				 "kernel has none: leave one of them out",
				 option);
	if (s->drop_root)
		return say_usage("--engine kernel needs root as long as it "
				 "runs: leave --user out");
	return EXIT_OK;
}

/* A worker's thread */

static bool stopped(const struct kernel_worker *w)
{
	return atomic_load_explicit(&w->engine->stop, memory_order_relaxed);
}

static void rest(uint64_t ns)
{
	struct timespec t = { .tv_nsec = (long)(ns - LATE_NS) };

	if (ns > LATE_NS)
		nanosleep(&t, NULL);
}

static void adapt(struct kernel_worker *w, uint64_t took)
{
	if (took < RUN_NS / 2 && w->run_size < RUN_MAX)
		w->run_size *= 2;
	else if (took > RUN_NS * 2 && w->run_size > RUN_MIN)
		w->run_size /= 2;
}

static int run(struct kernel_worker *w, uint32_t n)
{
	uint64_t packets, bytes, packets_before, bytes_before;
	uint64_t start = now_ns();
	int err;

	kernel_lane_read(w->lane, &packets_before, &bytes_before);
	err = kernel_lane_run(w->lane, n);
	kernel_lane_read(w->lane, &packets, &bytes);
	packets -= packets_before;
	quota_settle(&w->quota, n, (unsigned)packets);
	pace_spend(&w->pace, (unsigned)packets, bytes - bytes_before);
	if (n == w->run_size)
		adapt(w, now_ns() - start);
	return err == -EINTR ? 0 : err;
}

/* How many packets may be sent now; 0: it rested until some may be. */
static uint32_t due(struct kernel_worker *w)
{
	uint64_t now = now_ns(), wait;
	uint32_t n = pace_due(&w->pace, now);

	atomic_store_explicit(&w->behind, pace_given_up(&w->pace),
			      memory_order_relaxed);
	if (!n) {
		wait = pace_wait(&w->pace, now);
		rest(wait < LOOK_NS ? wait : LOOK_NS);
	}
	return n < w->run_size ? n : w->run_size;
}

static int send_or_rest(struct kernel_worker *w)
{
	uint32_t n = due(w);
	int err;

	if (!n)
		return 0;
	/* The kernel itself would drop in silence. */
	err = kernel_interface_state(&w->engine->interface);
	if (err)
		return err;
	n = quota_take(&w->quota, n);
	w->done = !n;
	return n ? run(w, n) : 0;
}

static void begin(struct kernel_worker *w)
{
	struct kernel_engine *e = w->engine;
	uint64_t now = now_ns();

	thread_begin(&w->thread);
	pace_start(&w->pace, &e->rate, e->mean, (unsigned)(w - e->worker),
		   e->workers, now);
	atomic_store(&w->began, now);
}

static void *work(void *arg)
{
	struct kernel_worker *w = arg;

	begin(w);
	while (!w->done && !w->err && !stopped(w))
		w->err = send_or_rest(w);
	/* What one cannot do, the others cannot. */
	if (w->err)
		w->engine->stop = true;
	return NULL;
}

/* Starting */

static int open_lane(struct kernel_worker *w, const struct pattern *pattern,
		     unsigned i)
{
	struct kernel_engine *e = w->engine;
	struct kernel_tables tables;
	int err = kernel_tables_make(&tables, pattern, i, e->workers, e->run);

	if (err)
		return err;
	tables.ifindex = e->interface.index;
	err = kernel_lane_open(&w->lane, &tables);
	kernel_tables_free(&tables);
	return err;
}

/* In equal parts, so that each flow has its packets however few they are. */
static void set_quota(struct kernel_worker *w, uint64_t count, unsigned i)
{
	unsigned n = w->engine->workers;

	quota_start(&w->quota, count / n + (i < count % n));
	w->done = count && !w->quota.count;
}

static int prepare(struct kernel_engine *e, const struct generator_plan *plan)
{
	int err = 0;

	for (unsigned i = 0; i < e->workers && !err; i++) {
		e->worker[i].engine = e;
		e->worker[i].thread.news = plan->news;
		e->worker[i].run_size = RUN_MIN;
		set_quota(&e->worker[i], plan->settings->count, i);
		err = open_lane(&e->worker[i], plan->pattern, i);
	}
	return err;
}

/* Of the CPUs for worker @i, in turn. */
static unsigned cpu_of(const struct settings *s, unsigned i)
{
	unsigned cpu = 0, left = i % settings_cpus(s);
	cpu_set_t allowed;

	if (s->cpu_count)
		return s->cpus[left];
	sched_getaffinity(0, sizeof(allowed), &allowed);
	while (!CPU_ISSET(cpu, &allowed) || left--)
		cpu++;
	return cpu;
}

/* The CPU decides on the queue, so no worker wanders about. */
static int start_thread(struct kernel_worker *w, unsigned i)
{
	unsigned cpu = cpu_of(w->engine->settings, i);
	pthread_attr_t attr;
	cpu_set_t set;
	int err;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_attr_init(&attr);
	err = pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	if (!err)
		err = pthread_create(&w->id, &attr, work, w);
	pthread_attr_destroy(&attr);
	w->started = !err;
	if (err)
		say("--engine kernel: no thread on CPU %u: %s", cpu,
		    strerror(err));
	return -err;
}

static unsigned count_workers(const struct settings *s, uint32_t queues)
{
	unsigned cpus = settings_cpus(s);

	if (s->workers)
		return s->workers;
	return queues < cpus ? queues : cpus;
}

static int create(struct kernel_engine **ret, struct kernel_interface *i,
		  const struct generator_plan *plan)
{
	unsigned n = count_workers(plan->settings, i->queues);
	struct kernel_engine *e =
		calloc(1, sizeof(*e) + n * sizeof(e->worker[0]));

	if (!e) {
		kernel_interface_close(i);
		say("there is no memory for %u workers", n);
		return -ENOMEM;
	}
	e->interface = *i;
	e->settings = plan->settings;
	e->rate = plan->rate;
	e->mean = pattern_mean(plan->pattern);
	e->workers = n;
	if (getrandom(&e->run, sizeof(e->run), 0) < 0)
		e->run = (uint8_t)now_ns();
	*ret = e;
	return 0;
}

int kernel_engine_start(struct kernel_engine **ret, const char *ifname,
			const struct generator_plan *plan)
{
	struct kernel_interface interface;
	struct kernel_engine *e = NULL;
	int err = kernel_interface_open(&interface, ifname,
					pattern_largest(plan->pattern));

	if (!err)
		err = create(&e, &interface, plan);
	if (!err)
		err = prepare(e, plan);
	for (unsigned i = 0; !err && i < e->workers; i++)
		err = start_thread(&e->worker[i], i);
	if (err) {
		kernel_engine_free(e);
		return err;
	}
	*ret = e;
	return 0;
}

/* While it runs, and after */

bool kernel_engine_ended(const struct kernel_engine *e)
{
	for (unsigned i = 0; i < e->workers; i++)
		if (!atomic_load(&e->worker[i].thread.ended))
			return false;
	return true;
}

static int explain(const struct kernel_engine *e, int err)
{
	/* What is deleted is set down first. */
	for (int i = 0; i < DELETION_MS && err == -ENETDOWN; i++) {
		usleep(1000);
		if (kernel_interface_state(&e->interface) == -ENODEV)
			err = -ENODEV;
	}
	kernel_interface_explain(&e->interface, err);
	return err;
}

int kernel_engine_stop(struct kernel_engine *e)
{
	int err = 0;

	e->stop = true;
	for (unsigned i = 0; i < e->workers; i++) {
		struct kernel_worker *w = &e->worker[i];

		if (w->started)
			pthread_join(w->id, NULL);
		w->started = false;
		err = err ?: w->err;
		w->err = 0; /* it is told once */
	}
	return explain(e, err);
}

void kernel_engine_read(const struct kernel_engine *e,
			struct generator_counts *ret)
{
	struct generator_counts c = {
		.dropped = kernel_interface_dropped(&e->interface),
		.workers = e->workers,
	};

	for (unsigned i = 0; i < e->workers; i++) {
		const struct kernel_worker *w = &e->worker[i];
		uint64_t packets, bytes, began = atomic_load(&w->began);

		if (began && (!c.began || began < c.began))
			c.began = began;
		kernel_lane_read(w->lane, &packets, &bytes);
		c.packets += packets;
		c.bytes += bytes;
		c.behind += atomic_load(&w->behind);
		c.cpu_ns += thread_cpu(&w->thread);
	}
	*ret = c;
}

uint8_t kernel_engine_run(const struct kernel_engine *e)
{
	return e->run;
}

void kernel_engine_free(struct kernel_engine *e)
{
	if (!e)
		return;
	kernel_engine_stop(e);
	for (unsigned i = 0; i < e->workers; i++)
		kernel_lane_close(e->worker[i].lane);
	kernel_interface_close(&e->interface);
	free(e);
}
