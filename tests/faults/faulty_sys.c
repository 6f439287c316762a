// SPDX-License-Identifier: BSD-2-Clause
/* faulty_sys.c: plans for faults, and the calls of lib/sys.h that follow them.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/ethtool.h>
#include <linux/if_xdp.h>
#include <linux/memfd.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <net/if.h>

#include "compiler.h"
#include "faulty.h"
#include "faulty_sys.h"
#include "harness.h"
#include "sys.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* Plans */

struct wish {
	const char *name;
	unsigned skip, times;
	int err;
};

static _Thread_local struct {
	bool active, pretend_sleep;
	unsigned nth, turn;
	struct wish wishes[8];
	unsigned wish_count;
	struct faults seen;
} plan;

static bool pretend_huge_pages;

void faults_nth(unsigned nth, unsigned turn)
{
	plan.active = true;
	plan.nth = nth;
	plan.turn = turn;
}

void faults_at(const char *name, unsigned skip, unsigned times, int err)
{
	if (plan.wish_count == COUNT_OF(plan.wishes))
		FAIL("more than %zu faults_at()", COUNT_OF(plan.wishes));
	plan.active = true;
	plan.wishes[plan.wish_count++] = (struct wish){
		.name = name, .skip = skip, .times = times, .err = err
	};
}

struct faults faults_end(void)
{
	struct faults seen = plan.seen;

	memset(&plan, 0, sizeof(plan));
	return seen;
}

void faults_pretend_sleep(void)
{
	plan.pretend_sleep = true;
}

void faults_pretend_huge_pages(void)
{
	pretend_huge_pages = true;
}

static int wished(const char *name)
{
	for (unsigned i = 0; i < plan.wish_count; i++) {
		struct wish *w = &plan.wishes[i];

		if (strncmp(name, w->name, strlen(w->name)))
			continue;
		if (w->skip) {
			w->skip--;
			return 0;
		}
		if (w->times) {
			w->times--;
			return w->err;
		}
	}
	return 0;
}

int fault(const char *name, const int *errnos)
{
	unsigned n = 0;
	int err;

	if (!plan.active)
		return 0;
	while (errnos[n])
		n++;
	err = wished(name);
	if (++plan.seen.calls == plan.nth)
		err = errnos[plan.turn % n];
	if (!err || (plan.nth && plan.seen.calls != plan.nth))
		return err;
	plan.seen.failed++;
	plan.seen.err = err;
	plan.seen.errnos = n;
	snprintf(plan.seen.name, sizeof(plan.seen.name), "%s", name);
	return err;
}

/* What is held: allocations, mappings, and what descriptors are for */

static pthread_mutex_t books_lock = PTHREAD_MUTEX_INITIALIZER;
static void *allocations[256];
static struct mapping {
	void *addr;
	bool ring;
} mappings[256];
static const char *fd_names[1024];

void note_allocation(void *old, void *new)
{
	pthread_mutex_lock(&books_lock);
	for (size_t i = 0; i < COUNT_OF(allocations); i++)
		if (allocations[i] == old) {
			allocations[i] = new;
			break;
		}
	pthread_mutex_unlock(&books_lock);
}

static struct mapping *find_mapping(const void *addr)
{
	for (size_t i = 0; i < COUNT_OF(mappings); i++)
		if (mappings[i].addr == addr)
			return &mappings[i];
	return NULL;
}

static int note_fd(int fd, const char *name)
{
	if (fd >= 0 && fd < (int)COUNT_OF(fd_names))
		fd_names[fd] = name;
	return fd;
}

static const char *fd_name(int fd)
{
	const char *name = NULL;

	if (fd >= 0 && fd < (int)COUNT_OF(fd_names))
		name = fd_names[fd];
	return name ? name : "?";
}

struct held faults_held(void)
{
	struct held held = { 0 };

	pthread_mutex_lock(&books_lock);
	for (size_t i = 0; i < COUNT_OF(allocations); i++)
		held.allocations += allocations[i] != NULL;
	for (size_t i = 0; i < COUNT_OF(mappings); i++)
		held.mappings += mappings[i].addr != NULL;
	pthread_mutex_unlock(&books_lock);
	return held;
}

/* The seam */

WRAP(int, sys_socket, int domain, int type, int protocol)
{
	const char *name = domain == AF_XDP              ? "XDP"
			   : protocol == NETLINK_ROUTE   ? "ROUTE"
			   : protocol == NETLINK_GENERIC ? "GENERIC"
							 : "?";
	char text[32];
	int err;

	snprintf(text, sizeof(text), "socket %s", name);
	if (domain == AF_XDP)
		err = FAULT(text, EMFILE, EPERM, EAFNOSUPPORT, ENOMEM);
	else
		err = FAULT(text, EMFILE, ENOBUFS);
	return err ? -err
		   : note_fd(__real_sys_socket(domain, type, protocol), name);
}

WRAP(int, sys_bind, int fd, const void *addr, socklen_t len)
{
	const struct sockaddr *sa = addr;
	int err;

	if (sa->sa_family == AF_XDP)
		err = FAULT("bind XDP", EOPNOTSUPP, EINVAL, EBUSY, ENODEV,
			    ENETDOWN, ENOMEM, EPERM);
	else
		err = FAULT("bind ROUTE", ENOMEM, EPERM);
	return err ? -err : __real_sys_bind(fd, addr, len);
}

static const char *option_name(int level, int option)
{
	static const char *const xdp[] = {
		[XDP_MMAP_OFFSETS] = "MMAP_OFFSETS",
		[XDP_RX_RING] = "RX_RING",
		[XDP_TX_RING] = "TX_RING",
		[XDP_UMEM_REG] = "UMEM_REG",
		[XDP_UMEM_FILL_RING] = "FILL_RING",
		[XDP_UMEM_COMPLETION_RING] = "COMPLETION_RING",
		[XDP_STATISTICS] = "STATISTICS",
		[XDP_OPTIONS] = "OPTIONS",
		[9] = "TX_BUDGET",
	};

	if (level == SOL_NETLINK)
		return "EXT_ACK";
	if (level == SOL_SOCKET)
		return "RCVTIMEO";
	return (size_t)option < COUNT_OF(xdp) ? xdp[option] : "?";
}

WRAP(int, sys_setsockopt, int fd, int level, int name, const void *val,
     socklen_t len)
{
	char text[40];
	int err;

	snprintf(text, sizeof(text), "setsockopt %s", option_name(level, name));
	if (level == SOL_XDP && name == XDP_UMEM_REG)
		err = FAULT(text, ENOBUFS, ENOMEM, EFAULT, EINVAL);
	else if (level == SOL_XDP)
		err = FAULT(text, ENOMEM, EINVAL);
	else
		err = FAULT(text, ENOPROTOOPT, ENOMEM);
	return err ? -err : __real_sys_setsockopt(fd, level, name, val, len);
}

WRAP(int, sys_getsockopt, int fd, int level, int name, void *val,
     socklen_t *len)
{
	char text[40];
	int err;

	snprintf(text, sizeof(text), "getsockopt %s", option_name(level, name));
	err = FAULT(text, ENOPROTOOPT, EINVAL);
	return err ? -err : __real_sys_getsockopt(fd, level, name, val, len);
}

WRAP(int, sys_kick_tx, int fd)
{
	int err = FAULT("kick_tx", EAGAIN, EBUSY, ENOBUFS, ENETDOWN);

	return err ? -err : __real_sys_kick_tx(fd);
}

WRAP(int, sys_kick_rx, int fd)
{
	int err = FAULT("kick_rx", EAGAIN, ENOBUFS, ENETDOWN);

	return err ? -err : __real_sys_kick_rx(fd);
}

WRAP(int, sys_poll, struct pollfd *fds, unsigned n, int timeout_ms)
{
	int err = FAULT("poll", EINTR, ENOMEM, EINVAL);

	return err ? -err : __real_sys_poll(fds, n, timeout_ms);
}

WRAP(int, sys_open, const char *path, int flags)
{
	const char *name = !strncmp(path, "/sys/", 5)       ? "sysfs"
			   : strstr(path, "thread-self/ns") ? "home"
							    : "namespace";
	char text[32];
	int err;

	snprintf(text, sizeof(text), "open %s", name);
	err = FAULT(text, EMFILE, ENOENT, EACCES);
	return err ? -err : note_fd(__real_sys_open(path, flags), name);
}

WRAP(int, sys_create, const char *path, bool kept)
{
	int err = FAULT("create", EACCES, ENOSPC);

	return err ? -err : __real_sys_create(path, kept);
}

WRAP(int, sys_fsync, int fd)
{
	int err = FAULT("fsync", EIO);

	return err ? -err : __real_sys_fsync(fd);
}

WRAP(int, sys_lock, int fd)
{
	int err = FAULT("lock", EAGAIN, ENOLCK);

	return err ? -err : __real_sys_lock(fd);
}

WRAP(int, sys_mkdir, const char *path)
{
	int err = FAULT("mkdir", EACCES, ENOSPC);

	return err ? -err : __real_sys_mkdir(path);
}

WRAP(int, sys_rename, const char *from, const char *to)
{
	int err = FAULT("rename", ENOSPC);

	return err ? -err : __real_sys_rename(from, to);
}

WRAP(int, sys_unlink, const char *path)
{
	int err = FAULT("unlink", EACCES);

	return err ? -err : __real_sys_unlink(path);
}

WRAP(ssize_t, sys_readlink, const char *path, char *ret, size_t size)
{
	int err = FAULT("readlink", ENOENT);

	return err ? -err : __real_sys_readlink(path, ret, size);
}

WRAP(int, sys_dup, int fd)
{
	int err = FAULT("dup", EMFILE, EBADF);

	return err ? -err : __real_sys_dup(fd);
}

WRAP(void, sys_close, int fd)
{
	note_fd(fd, NULL);
	__real_sys_close(fd);
}

WRAP(ssize_t, sys_read, int fd, void *buf, size_t len)
{
	char text[32];
	int err;

	snprintf(text, sizeof(text), "read %s", fd_name(fd));
	if (!strcmp(fd_name(fd), "sysfs"))
		err = FAULT(text, EIO);
	else if (!strcmp(fd_name(fd), "eventfd"))
		err = FAULT(text, EAGAIN);
	else
		err = FAULT(text, ENOMEM, ENOBUFS, EINTR, EAGAIN);
	return err ? -err : __real_sys_read(fd, buf, len);
}

WRAP(ssize_t, sys_write, int fd, const void *buf, size_t len)
{
	char text[32];
	int err;

	snprintf(text, sizeof(text), "write %s", fd_name(fd));
	err = FAULT(text, ENOBUFS, ENOMEM);
	return err ? -err : __real_sys_write(fd, buf, len);
}

WRAP(int, sys_ioctl, int fd, unsigned long request, void *arg)
{
	const char *name = request == SIOCGIFINDEX ? "ioctl IFINDEX"
			   : request == SIOCGIFMTU ? "ioctl MTU"
						   : "ioctl ETHTOOL";
	int err;

	if (request == SIOCETHTOOL)
		err = FAULT(name, EOPNOTSUPP, EPERM, ENODEV);
	else
		err = FAULT(name, ENODEV, ENOMEM);
	return err ? -err : __real_sys_ioctl(fd, request, arg);
}

WRAP(int, sys_eventfd, void)
{
	int err = FAULT("eventfd", EMFILE, ENOMEM);

	return err ? -err : note_fd(__real_sys_eventfd(), "eventfd");
}

WRAP(int, sys_memfd, const char *name, unsigned flags, size_t length)
{
	const char *kind = flags & MFD_HUGETLB ? "huge frames" : "frames";
	char text[32];
	int err;

	snprintf(text, sizeof(text), "memfd %s", kind);
	err = FAULT(text, EMFILE, ENOMEM);
	if (pretend_huge_pages)
		flags &= ~(MFD_HUGETLB | MFD_HUGE_1GB | MFD_HUGE_2MB);
	return err ? -err
		   : note_fd(__real_sys_memfd(name, flags, length), kind);
}

WRAP(int, sys_mmap, void **ret, size_t len, int prot, int flags, int fd,
     off_t offset)
{
	const char *kind = flags & MAP_HUGETLB ? "huge frames"
			   : fd < 0            ? "frames"
					       : fd_name(fd);
	bool ring = !strcmp(kind, "XDP");
	struct mapping *m;
	char text[32];
	int err;

	snprintf(text, sizeof(text), "mmap %s", ring ? "ring" : kind);
	err = FAULT(text, ENOMEM, EPERM);
	if (pretend_huge_pages)
		flags &= ~(MAP_HUGETLB | (int)(63u << MAP_HUGE_SHIFT));
	err = err ? -err : __real_sys_mmap(ret, len, prot, flags, fd, offset);
	if (err)
		return err;
	m = find_mapping(NULL);
	*m = (struct mapping){ .addr = *ret, .ring = ring };
	return 0;
}

WRAP(void, sys_munmap, void *addr, size_t len)
{
	struct mapping *m = find_mapping(addr);

	if (addr && m)
		m->addr = NULL;
	__real_sys_munmap(addr, len);
}

WRAP(int, sys_madvise, void *addr, size_t len, int advice)
{
	struct mapping *m = find_mapping(addr);
	char text[40];
	int err;

	snprintf(text, sizeof(text), "madvise %s %s",
		 advice == MADV_HUGEPAGE         ? "HUGEPAGE"
		 : advice == MADV_POPULATE_WRITE ? "POPULATE"
						 : "DONTFORK",
		 m && m->ring ? "ring" : "frames");
	err = FAULT(text, ENOMEM, EINVAL);
	return err ? -err : __real_sys_madvise(addr, len, advice);
}

WRAP(int, sys_mbind, void *addr, size_t len, unsigned node)
{
	int err = FAULT("mbind", EPERM, EINVAL, EIO);

	return err ? -err : __real_sys_mbind(addr, len, node);
}

WRAP(int, sys_alloc, void **ret, size_t count, size_t size)
{
	int err = FAULT("alloc", ENOMEM);

	err = err ? -err : __real_sys_alloc(ret, count, size);
	if (!err)
		note_allocation(NULL, *ret);
	return err;
}

WRAP(int, sys_setns, int fd, int type)
{
	char text[32];
	int err;

	snprintf(text, sizeof(text), "setns %s", fd_name(fd));
	err = FAULT(text, EPERM, ENOMEM);
	return err ? -err : __real_sys_setns(fd, type);
}

WRAP(void, sys_sleep_us, unsigned us)
{
	if (plan.pretend_sleep)
		plan.seen.slept += us;
	else
		__real_sys_sleep_us(us);
}

WRAP(int, sys_bpf_object_open, struct bpf_object **ret, const char *path)
{
	int err = FAULT("bpf_object_open", ENOENT, EINVAL, ENOMEM);

	return err ? -err : __real_sys_bpf_object_open(ret, path);
}

WRAP(int, sys_bpf_object_load, struct bpf_object *object)
{
	int err = FAULT("bpf_object_load", EPERM, EINVAL, ENOMEM, E2BIG);

	if (err)
		return -err;
	faulty_loading = true;
	err = __real_sys_bpf_object_load(object);
	faulty_loading = false;
	return err;
}

WRAP(int, sys_bpf_link_create, int prog_fd, int ifindex, uint32_t flags)
{
	int err = FAULT("link_create", EPERM, EBUSY, EEXIST, EOPNOTSUPP, ERANGE,
			EINVAL, ENOSPC, ENODEV, ENOMEM);

	return err ? -err : __real_sys_bpf_link_create(prog_fd, ifindex, flags);
}

WRAP(void, sys_bpf_link_detach, int link_fd)
{
	__real_sys_bpf_link_detach(link_fd);
}

WRAP(int, sys_bpf_xdp_query, int ifindex, struct bpf_xdp_query_opts *ret)
{
	int err = FAULT("xdp_query", ENOMEM, EPERM);

	return err ? -err : __real_sys_bpf_xdp_query(ifindex, ret);
}

WRAP(int, sys_bpf_prog_by_id, uint32_t id)
{
	int err = FAULT("prog_by_id", EPERM, ENOENT, EMFILE);

	return err ? -err : __real_sys_bpf_prog_by_id(id);
}

WRAP(int, sys_bpf_probe_ext, int target_fd)
{
	int err = FAULT("probe_ext", EINVAL, EPERM);

	return err ? -err : __real_sys_bpf_probe_ext(target_fd);
}

WRAP(int, sys_bpf_info, int fd, void *ret, uint32_t size)
{
	int err = FAULT("bpf_info", ENOMEM, EPERM);

	return err ? -err : __real_sys_bpf_info(fd, ret, size);
}

WRAP(int, sys_bpf_map_update, int map_fd, const void *key, const void *value)
{
	int err = FAULT("map_update", E2BIG, ENOMEM, EPERM, EBUSY);

	return err ? -err : __real_sys_bpf_map_update(map_fd, key, value);
}

WRAP(int, sys_bpf_map_delete, int map_fd, const void *key)
{
	return __real_sys_bpf_map_delete(map_fd, key);
}

WRAP(int, sys_bpf_map_lookup, int map_fd, const void *key, void *value)
{
	int err = FAULT("map_lookup", ENOENT, EPERM, ENOMEM);

	return err ? -err : __real_sys_bpf_map_lookup(map_fd, key, value);
}
