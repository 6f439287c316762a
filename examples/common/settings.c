// SPDX-License-Identifier: BSD-2-Clause
/* settings.c: the options that the programs share, and what they act on */
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "numbers.h"
#include "placement.h"
#include "say.h"
#include "settings.h"

static int take_mode(void *to, const char *name, const char *text)
{
	static const char *const modes[] = { "auto", "zerocopy", "copy",
					     "generic" };
	struct settings *s = to;

	for (uint32_t i = 0; i < 4; i++)
		if (!strcmp(text, modes[i])) {
			s->mode = i;
			return GO_ON;
		}
	return say_usage("--%s %s: give auto, zerocopy, copy or generic", name,
			 text);
}

/* A number alone says how many. */
static int take_queues(void *to, const char *name, const char *text)
{
	struct settings *s = to;
	uint64_t n;

	if (number_parse(&n, text, 1, QUEUES_MAX)) {
		s->queue_count = (unsigned)n;
		for (uint32_t i = 0; i < n; i++)
			s->queues[i] = i;
		return GO_ON;
	}
	s->queue_count = list_parse(s->queues, QUEUES_MAX, text, 65535);
	if (s->queue_count && strpbrk(text, ",-"))
		return GO_ON;
	return say_usage("--%s %s: give how many, 1 to %d, or a list such as "
			 "0,2-3",
			 name, text, QUEUES_MAX);
}

static int take_ring(void *to, const char *name, const char *text)
{
	struct settings *s = to;
	uint64_t n;

	if (!number_parse(&n, text, 64, 32768) || n & (n - 1))
		return say_usage("--%s %s: give a power of two from 64 to "
				 "32768",
				 name, text);
	s->ring = (uint32_t)n;
	return GO_ON;
}

static int take_cpus(void *to, const char *name, const char *text)
{
	struct settings *s = to;
	cpu_set_t allowed;

	s->cpu_count = list_parse(s->cpus, CPUS_MAX, text, CPU_SETSIZE - 1);
	if (!s->cpu_count)
		return say_usage("--%s %s: give a list such as 2,4-7", name,
				 text);
	CPU_ZERO(&allowed);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (unsigned i = 0; i < s->cpu_count; i++)
		if (!CPU_ISSET(s->cpus[i], &allowed))
			return say_usage("--%s %s: CPU %u is not there, or not "
					 "for this process",
					 name, text, s->cpus[i]);
	return GO_ON;
}

static int take_user(void *to, const char *name, const char *text)
{
	struct settings *s = to;

	if (!user_find(&s->user, text))
		return say_usage("--%s %s: there is no such user", name, text);
	if (!s->user.uid)
		return say_usage("--%s %s: that is root again", name, text);
	s->drop_root = true;
	return GO_ON;
}

#define AT(member) offsetof(struct settings, member)

const struct option_row settings_interface[] = {
	{ "mode", OPTION_OWN, .take = take_mode },
	{ "queues", OPTION_OWN, .take = take_queues },
	{ "ring", OPTION_OWN, .take = take_ring },
	{ "frame-size", OPTION_U32, .offset = AT(frame_size), .min = 2048,
	  .max = 4096 },
	{ "huge", OPTION_FLAG, .offset = AT(huge) },
	{ "busy-poll", OPTION_FLAG, .offset = AT(busy_poll) },
	{ "user", OPTION_OWN, .take = take_user },
	{ 0 },
};

const struct option_row settings_jumbo[] = {
	{ "jumbo", OPTION_FLAG, .offset = AT(jumbo) },
	{ 0 },
};

const struct option_row settings_threads[] = {
	{ "workers", OPTION_U32, .offset = AT(workers), .min = 1,
	  .max = CPUS_MAX },
	{ "cpus", OPTION_OWN, .take = take_cpus },
	{ 0 },
};

const struct option_row settings_plan[] = {
	{ "plan", OPTION_OWN, .take = placement_take },
	{ 0 },
};

const struct option_row settings_spin[] = {
	{ "spin", OPTION_FLAG, .offset = AT(spin) },
	{ 0 },
};

const struct option_row settings_end[] = {
	{ "duration", OPTION_SECONDS, .offset = AT(duration), .min = 1,
	  .max = 1000000000000 },
	{ "count", OPTION_U64, .offset = AT(count), .min = 1,
	  .max = INT64_MAX },
	{ 0 },
};

const struct option_row settings_output[] = {
	{ "interval", OPTION_SECONDS, .offset = AT(interval), .min = 100,
	  .max = 86400000 },
	{ "json", OPTION_FLAG, .offset = AT(json) },
	{ "quiet", OPTION_FLAG, .offset = AT(quiet) },
	{ 0 },
};

const struct option_row settings_metrics[] = {
	{ "metrics", OPTION_TEXT, .offset = AT(metrics) },
	{ 0 },
};

static bool packed_without_gaps(uint32_t frame_size)
{
	return frame_size & (frame_size - 1);
}

int settings_create_pool(struct xskpkt_pool **ret, const struct settings *s,
			 uint32_t frames)
{
	struct xskpkt_pool_opts opts = {
		.size = sizeof(opts),
		.frames = frames,
		.frame_size = s->frame_size,
		.pages = s->huge ? XSKPKT_PAGES_2M : XSKPKT_PAGES_AUTO,
		.flags = packed_without_gaps(s->frame_size)
				 ? XSKPKT_POOL_UNALIGNED
				 : 0,
	};

	return xskpkt_pool_create(ret, &opts);
}

int settings_open_port(struct xskpkt_port **ret, const struct settings *s,
		       const char *ifname, struct xskpkt_pool *pool,
		       uint32_t flags)
{
	struct xskpkt_port_opts opts = {
		.size = sizeof(opts),
		.mode = s->mode,
		.flags = flags | (s->jumbo ? XSKPKT_PORT_MULTI_BUFFER : 0) |
			 (s->busy_poll ? XSKPKT_PORT_BUSY_POLL : 0),
		.queues = s->queue_count ? s->queues : NULL,
		.queue_count = s->queue_count,
		.rx_ring = s->ring,
		.tx_ring = s->ring,
	};
	int err = placement_apply(ifname, &opts.flags);

	return err ?: xskpkt_port_open(ret, ifname, pool, &opts);
}

void settings_place(const struct settings *s, struct xskpkt_worker *worker,
		    unsigned i)
{
	if (!s->cpu_count) {
		placement_place(worker);
		return;
	}
	worker->flags |= XSKPKT_WORKER_PIN;
	worker->cpu = s->cpus[i % s->cpu_count];
}

unsigned settings_cpus(const struct settings *s)
{
	cpu_set_t allowed;

	if (s->cpu_count)
		return s->cpu_count;
	CPU_ZERO(&allowed);
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return 1;
	return (unsigned)CPU_COUNT(&allowed);
}

unsigned settings_threads_for(const struct settings *s, unsigned queues)
{
	unsigned n = s->workers ?: settings_cpus(s);

	return n < queues ? n : queues;
}

int settings_drop_root(const struct settings *s)
{
	int err = 0;

	if (s->drop_root)
		err = privileges_drop(&s->user);
	if (err)
		say("cannot become %s: %s", s->user.name, strerror(-err));
	return err;
}

int settings_serve_metrics(struct http **ret, const struct settings *s,
			   http_page_fn page, void *arg)
{
	char why[256];
	int err = 0;

	if (s->metrics)
		err = http_start(ret, s->metrics, page, arg, why, sizeof(why));
	if (err == -EINVAL)
		return say_usage("--metrics: %s", why);
	if (err)
		say("--metrics: %s", why);
	return err ? EXIT_FAILED : EXIT_OK;
}
