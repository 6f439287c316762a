// SPDX-License-Identifier: BSD-2-Clause
/* kernel_hold.c: keeps a program ready to be run */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel_hold.h"

#define LOOPBACK 1 /* its number in every namespace */

struct visit {
	struct kernel_hold hold;
	int program;
	int err;
};

static int attach(struct visit *v)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_SKB_MODE);

	if (unshare(CLONE_NEWNET))
		return -errno;
	v->hold.netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (v->hold.netns < 0)
		return -errno;
	v->hold.link = bpf_link_create(v->program, LOOPBACK, BPF_XDP, &opts);
	return v->hold.link < 0 ? v->hold.link : 0;
}

/* A thread that ends there, since none has to find its way back then. */
static void *visit(void *arg)
{
	struct visit *v = arg;

	v->err = attach(v);
	return NULL;
}

int kernel_hold_open(struct kernel_hold *ret, int program)
{
	struct visit v = { .hold = { -1, -1 }, .program = program };
	pthread_t thread;
	int err = pthread_create(&thread, NULL, visit, &v);

	if (err)
		return -err;
	pthread_join(thread, NULL);
	if (v.err) {
		kernel_hold_close(&v.hold);
		return v.err;
	}
	*ret = v.hold;
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void kernel_hold_close(struct kernel_hold *hold)
{
	close_fd(&hold->link);
	close_fd(&hold->netns);
}
