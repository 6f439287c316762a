// SPDX-License-Identifier: BSD-2-Clause
/* privileges.c: from root to an ordinary user, for good */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "privileges.h"

bool user_find(struct user *ret, const char *name)
{
	const struct passwd *p = getpwnam(name);

	if (!p)
		return false;
	ret->uid = p->pw_uid;
	ret->gid = p->pw_gid;
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	return true;
}

int privileges_drop(const struct user *user)
{
	/* Groups while we still may; the user last, which takes all
	 * capabilities along. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || setgroups(0, NULL) ||
	    setresgid(user->gid, user->gid, user->gid) ||
	    setresuid(user->uid, user->uid, user->uid))
		return -errno;
	/* Believe it when it is seen. */
	if (user->uid && !setuid(0))
		return -EPERM;
	return 0;
}
