/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting.h: every setting that can be changed, as a name and a text. Layer 4.
 *
 * So that one place can write down, change, compare and put back all of them.
 */
#ifndef SETTING_H
#define SETTING_H

#include <stddef.h>

#include "netdev.h"

#define SETTING_NAME 64
/* A mask of CPUs has nine characters for 32 of them, and there are 8192. */
#define SETTING_VALUE 2400

/* All of the setting's value. 0 or -errno; -ENOENT: there is none. */
int setting_read(const struct netdev *dev, const char *name,
		 char ret[SETTING_VALUE]);

/* What the value becomes, if of @before only what @wanted names changes. */
int setting_merge(const char *name, const char *before, const char *wanted,
		  char ret[SETTING_VALUE]);

/* 0 or -errno. */
int setting_write(const struct netdev *dev, const char *name,
		  const char *value);

#endif
