/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.h: the two ways to send a pattern, behind one set of functions: the
 * generator, over AF_XDP, and the kernel engine.
 */
#ifndef PKTGEN_ENGINE_H
#define PKTGEN_ENGINE_H

#include "generator.h"

struct engine {
	const char *name;
	bool needs_port; /* in its plan */
	int (*start)(void **ret, const char *ifname,
		     const struct generator_plan *plan);
	bool (*ended)(const void *running);
	/* 0, or -errno after it was said why. Only the first call tells. */
	int (*stop)(void *running);
	void (*read)(const void *running, struct generator_counts *ret);
	void (*free)(void *running);
};

/* NULL: there is none of that name. */
const struct engine *engine_find(const char *name);

#endif
