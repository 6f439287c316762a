/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.h: the options that the programs share, and what they act on */
#ifndef COMMON_SETTINGS_H
#define COMMON_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include <xskpkt/xskpkt.h>

#include "arguments.h"
#include "http.h"
#include "privileges.h"

#define QUEUES_MAX 256 /* of a port, and in one thread */
#define CPUS_MAX 1024

struct settings {
	uint32_t mode; /* enum xskpkt_mode */
	uint32_t queues[QUEUES_MAX];
	unsigned queue_count; /* 0: all */
	uint32_t ring;        /* 0: the library's default; so with these: */
	uint32_t frame_size;
	bool jumbo, huge, busy_poll;

	uint32_t workers; /* 0: one per queue, as CPUs allow */
	uint32_t cpus[CPUS_MAX];
	unsigned cpu_count; /* 0: wherever the kernel likes */
	bool spin;
	bool drop_root;
	struct user user;

	double duration; /* seconds; 0: without end */
	uint64_t count;  /* packets; 0: without end */
	double interval; /* seconds */
	bool json, quiet;
	const char *metrics; /* ADDR:PORT, or NULL */
};

/* Tables for arguments_parse(), of struct settings. */
extern const struct option_row settings_interface[]; /* mode ... user */
extern const struct option_row settings_jumbo[];
extern const struct option_row settings_threads[]; /* workers, cpus */
extern const struct option_row settings_plan[];
extern const struct option_row settings_spin[];
extern const struct option_row settings_end[];    /* duration, count */
extern const struct option_row settings_output[]; /* interval, json, quiet */
extern const struct option_row settings_metrics[];

/* A pool as they ask for. @frames: 0, or how many. 0 or -errno. */
int settings_create_pool(struct xskpkt_pool **ret, const struct settings *s,
			 uint32_t frames);

/* @flags: XSKPKT_PORT_..., besides what the settings ask for. 0 or -errno. */
int settings_open_port(struct xskpkt_port **ret, const struct settings *s,
		       const char *ifname, struct xskpkt_pool *pool,
		       uint32_t flags);

/* For the @i-th of the workers: where it runs. */
void settings_place(const struct settings *s, struct xskpkt_worker *worker,
		    unsigned i);

/* How many CPUs there are for the workers. */
unsigned settings_cpus(const struct settings *s);

/* Threads for so many queues: as --workers says, or as there are CPUs. */
unsigned settings_threads_for(const struct settings *s, unsigned queues);

/* The share of worker @i of @n: queues from *@from to before *@to. */
static inline void share_out(unsigned *from, unsigned *to, unsigned queues,
			     unsigned i, unsigned n)
{
	*from = i * queues / n;
	*to = (i + 1) * queues / n;
}

/* --user, when all is open. 0, or -errno after it was said why. */
int settings_drop_root(const struct settings *s);

/* --metrics, if it was given. EXIT_OK, or what to exit with after it was said
 * why. http_stop() ends it. */
int settings_serve_metrics(struct http **ret, const struct settings *s,
			   http_page_fn page, void *arg);

#endif
