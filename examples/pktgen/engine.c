// SPDX-License-Identifier: BSD-2-Clause
/* engine.c: the two ways to send a pattern, behind one set of functions */
#include <string.h>

#include "engine.h"
#include "kernel_engine.h"
#include "say.h"

static int start_sockets(void **ret, const char *ifname,
			 const struct generator_plan *plan)
{
	struct generator *g;
	int err = generator_start(&g, plan);

	(void)ifname;
	if (!err)
		*ret = g;
	return err;
}

static bool sockets_ended(const void *running)
{
	return generator_ended(running);
}

static int stop_sockets(void *running)
{
	int err = generator_stop(running);

	if (err)
		say("%s", xskpkt_errmsg());
	return err;
}

static void read_sockets(const void *running, struct generator_counts *ret)
{
	generator_read(running, ret);
}

static void free_sockets(void *running)
{
	generator_free(running);
}

static int start_kernel(void **ret, const char *ifname,
			const struct generator_plan *plan)
{
	struct kernel_engine *e;
	int err = kernel_engine_start(&e, ifname, plan);

	if (!err)
		*ret = e;
	return err;
}

static bool kernel_ended(const void *running)
{
	return kernel_engine_ended(running);
}

static int stop_kernel(void *running)
{
	return kernel_engine_stop(running);
}

static void read_kernel(const void *running, struct generator_counts *ret)
{
	kernel_engine_read(running, ret);
}

static void free_kernel(void *running)
{
	kernel_engine_free(running);
}

static const struct engine engines[] = {
	{ "afxdp", true, start_sockets, sockets_ended, stop_sockets,
	  read_sockets, free_sockets },
	{ "kernel", false, start_kernel, kernel_ended, stop_kernel, read_kernel,
	  free_kernel },
};

const struct engine *engine_find(const char *name)
{
	for (unsigned i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (!strcmp(engines[i].name, name))
			return &engines[i];
	return NULL;
}
