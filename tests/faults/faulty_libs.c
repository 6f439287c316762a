// SPDX-License-Identifier: BSD-2-Clause
/*
 * faulty_libs.c: what lib/ asks of the C library and of libbpf beside
 * lib/sys.h, and what libbpf asks of the kernel.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "compiler.h"
#include "faulty.h"
#include "faulty_sys.h"

_Thread_local bool faulty_loading;

WRAP(void *, calloc, size_t count, size_t size)
{
	int err = FAULT("calloc", ENOMEM);

	if (err) {
		errno = err;
		return NULL;
	}
	return __real_calloc(count, size);
}

WRAP(void, free, void *mem)
{
	if (mem)
		note_allocation(mem, NULL);
	__real_free(mem);
}

WRAP(FILE *, fopen, const char *path, const char *mode)
{
	int err = FAULT("fopen", EMFILE, ENOMEM);

	if (!err)
		return __real_fopen(path, mode);
	errno = err;
	return NULL;
}

WRAP(int, bpf_object__open_skeleton, struct bpf_object_skeleton *s,
     const struct bpf_object_open_opts *opts)
{
	int err = FAULT("open_skeleton", ENOMEM);

	return err ? -err : __real_bpf_object__open_skeleton(s, opts);
}

WRAP(int, bpf_map__reuse_fd, struct bpf_map *map, int fd)
{
	int err = FAULT("reuse_fd", EMFILE);

	return err ? -err : __real_bpf_map__reuse_fd(map, fd);
}

WRAP(int, libbpf_num_possible_cpus, void)
{
	int err = FAULT("num_possible_cpus", EMFILE);

	return err ? -err : __real_libbpf_num_possible_cpus();
}

WRAP(int, pthread_create, pthread_t *ret, const pthread_attr_t *attr,
     void *(*run)(void *), void *arg)
{
	int err = FAULT("pthread_create", EAGAIN, EPERM);

	return err ? err : __real_pthread_create(ret, attr, run, arg);
}

WRAP(int, pthread_attr_setaffinity_np, pthread_attr_t *attr, size_t size,
     const cpu_set_t *set)
{
	int err = FAULT("setaffinity", ENOMEM);

	return err ? err : __real_pthread_attr_setaffinity_np(attr, size, set);
}

WRAP(int, sched_getaffinity, pid_t pid, size_t size, cpu_set_t *set)
{
	int err = FAULT("getaffinity", EINVAL);

	if (!err)
		return __real_sched_getaffinity(pid, size, set);
	errno = err;
	return -1;
}

/*
 * libbpf's own bpf(2): it calls the C library's syscall(), and a program's
 * symbols come before a library's.
 */

static struct {
	bool map;
	uint32_t id;
} made[4096];
static unsigned made_count;

static void note_made(int fd, bool map)
{
	struct bpf_prog_info prog = { 0 };
	struct bpf_map_info info = { 0 };
	uint32_t len = map ? sizeof(info) : sizeof(prog);

	if (bpf_obj_get_info_by_fd(fd, map ? (void *)&info : &prog, &len) ||
	    made_count == COUNT_OF(made))
		return;
	made[made_count].map = map;
	made[made_count++].id = map ? info.id : prog.id;
}

static const char *command_name(long command)
{
	switch (command) {
	case BPF_PROG_LOAD:
		return "bpf PROG_LOAD";
	case BPF_MAP_CREATE:
		return "bpf MAP_CREATE";
	case BPF_BTF_LOAD:
		return "bpf BTF_LOAD";
	default:
		return "bpf other";
	}
}

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	long a[6], fd;
	va_list args;
	int err;

	va_start(args, number);
	for (unsigned i = 0; i < COUNT_OF(a); i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	if (number != SYS_bpf || !faulty_loading)
		return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);

	err = FAULT(command_name(a[0]), EPERM, EINVAL, ENOMEM, EMFILE);
	if (err) {
		errno = err;
		return -1;
	}
	fd = real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	faulty_loading = false; /* note_made() comes here as well */
	if (fd >= 0 && (a[0] == BPF_PROG_LOAD || a[0] == BPF_MAP_CREATE))
		note_made((int)fd, a[0] == BPF_MAP_CREATE);
	faulty_loading = true;
	return fd;
}

static bool lives(unsigned i)
{
	int fd = made[i].map ? bpf_map_get_fd_by_id(made[i].id)
			     : bpf_prog_get_fd_by_id(made[i].id);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

bool faults_bpf_gone(void)
{
	unsigned left = made_count;

	for (unsigned i = 0; left && i < 200; i++) {
		while (left && !lives(left - 1))
			left--;
		if (left)
			usleep(5000);
	}
	return !left;
}
