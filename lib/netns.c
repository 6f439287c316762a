// SPDX-License-Identifier: BSD-2-Clause
/* netns.c: this thread visits another network namespace and returns */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "log.h"
#include "netns.h"
#include "sys.h"

static int open_home(void)
{
	int fd = sys_open("/proc/thread-self/ns/net", O_RDONLY);

	if (fd < 0)
		return fail(fd,
			    "network namespace: cannot open "
			    "/proc/thread-self/ns/net to find the way back "
			    "(%s): is /proc mounted?",
			    err_text(fd));
	return fd;
}

static int open_target(const char *path)
{
	int fd = sys_open(path, O_RDONLY);

	if (fd < 0)
		return fail(fd,
			    "network namespace %s: cannot open (%s): "
			    "'ip netns list' shows the named ones, which "
			    "are in /run/netns",
			    path, err_text(fd));
	return fd;
}

static int refused(int err, const char *path)
{
	if (err == -EPERM)
		return fail(err,
			    "network namespace %s: entering needs "
			    "CAP_SYS_ADMIN: run as root",
			    path);
	return fail(err,
		    "network namespace %s: cannot enter (%s): is it a "
		    "network namespace?",
		    path, err_text(err));
}

static int enter(const char *path, int fd)
{
	int target = path ? open_target(path) : fd;
	int err;

	if (target < 0)
		return target;
	err = sys_setns(target, CLONE_NEWNET);
	if (path)
		sys_close(target);
	return err ? refused(err, path ? path : "(given by descriptor)") : 0;
}

int netns_enter(struct netns *ns, const char *path, int fd)
{
	int err;

	ns->home = -1;
	if (!path && fd < 0)
		return 0;
	ns->home = open_home();
	if (ns->home < 0)
		return ns->home;
	err = enter(path, fd);
	if (err) {
		sys_close(ns->home);
		ns->home = -1;
	}
	return err;
}

int netns_leave(struct netns *ns)
{
	int err;

	if (ns->home < 0)
		return 0;
	err = sys_setns(ns->home, CLONE_NEWNET);
	sys_close(ns->home);
	ns->home = -1;
	if (err)
		return fail(err,
			    "network namespace: this thread cannot return to "
			    "its own (%s): it stays where the port is",
			    err_text(err));
	return 0;
}
