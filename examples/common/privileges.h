/* SPDX-License-Identifier: BSD-2-Clause */
/* privileges.h: from root to an ordinary user, for good */
#ifndef COMMON_PRIVILEGES_H
#define COMMON_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

struct user {
	uid_t uid;
	gid_t gid;
	char name[64];
};

/* False: there is no user of that name. */
bool user_find(struct user *ret, const char *name);

/*
 * Become that user, with its own group only, no capability, and no way to get
 * one back. Descriptors stay open. All threads follow. Returns 0 or -errno.
 */
int privileges_drop(const struct user *user);

#endif
