// SPDX-License-Identifier: BSD-2-Clause
/* sys.c: the only file that calls the kernel; results as a value or -errno */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <numa.h>
#include <numaif.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "compiler.h"
#include "sys.h"

static int result(long ret)
{
	return ret < 0 ? -errno : (int)ret;
}

int sys_socket(int domain, int type, int protocol)
{
	return result(socket(domain, type | SOCK_CLOEXEC, protocol));
}

int sys_bind(int fd, const void *addr, socklen_t len)
{
	return result(bind(fd, addr, len));
}

int sys_setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	return result(setsockopt(fd, level, name, val, len));
}

int sys_getsockopt(int fd, int level, int name, void *val, socklen_t *len)
{
	return result(getsockopt(fd, level, name, val, len));
}

int sys_kick_tx(int fd)
{
	return result(sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0));
}

int sys_kick_rx(int fd)
{
	return result(recvfrom(fd, NULL, 0, MSG_DONTWAIT, NULL, NULL));
}

int sys_poll(struct pollfd *fds, unsigned n, int timeout_ms)
{
	return result(poll(fds, n, timeout_ms));
}

int sys_open(const char *path, int flags)
{
	return result(open(path, flags | O_CLOEXEC));
}

int sys_create(const char *path, bool kept)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;

	return result(open(path, flags | (kept ? 0 : O_TRUNC), 0600));
}

int sys_dup(int fd)
{
	return result(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

void sys_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

ssize_t sys_read(int fd, void *buf, size_t len)
{
	ssize_t n = read(fd, buf, len);

	return n < 0 ? -errno : n;
}

ssize_t sys_write(int fd, const void *buf, size_t len)
{
	ssize_t n = write(fd, buf, len);

	return n < 0 ? -errno : n;
}

int sys_fsync(int fd)
{
	return result(fsync(fd));
}

int sys_lock(int fd)
{
	return result(flock(fd, LOCK_EX | LOCK_NB));
}

int sys_mkdir(const char *path)
{
	return result(mkdir(path, 0700));
}

int sys_rename(const char *from, const char *to)
{
	return result(rename(from, to));
}

int sys_unlink(const char *path)
{
	return result(unlink(path));
}

ssize_t sys_readlink(const char *path, char *ret, size_t size)
{
	ssize_t n = readlink(path, ret, size);

	return n < 0 ? -errno : n;
}

int sys_ioctl(int fd, unsigned long request, void *arg)
{
	return result(ioctl(fd, request, arg));
}

int sys_eventfd(void)
{
	return result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

int sys_memfd(const char *name, unsigned flags, size_t length)
{
	int fd = result(memfd_create(name, flags | MFD_CLOEXEC));
	int err;

	if (fd < 0)
		return fd;
	err = result(ftruncate(fd, (off_t)length));
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int sys_mmap(void **ret, size_t len, int prot, int flags, int fd, off_t offset)
{
	void *addr = mmap(NULL, len, prot, flags, fd, offset);

	if (addr == MAP_FAILED)
		return -errno;
	*ret = addr;
	return 0;
}

void sys_munmap(void *addr, size_t len)
{
	if (addr)
		munmap(addr, len);
}

int sys_madvise(void *addr, size_t len, int advice)
{
	return result(madvise(addr, len, advice));
}

int sys_mbind(void *addr, size_t len, unsigned node)
{
	struct bitmask *nodes;
	int err;

	if (numa_available() < 0)
		return node ? -EINVAL : 0; /* one node: everything is on it */
	nodes = numa_allocate_nodemask();
	if (!nodes)
		return -ENOMEM;
	numa_bitmask_setbit(nodes, node);
	err = result(mbind(addr, len, MPOL_BIND, nodes->maskp, nodes->size + 1,
			   MPOL_MF_STRICT | MPOL_MF_MOVE));
	numa_free_nodemask(nodes);
	return err;
}

int sys_alloc(void **ret, size_t count, size_t size)
{
	size_t bytes;
	void *mem;

	if (__builtin_mul_overflow(count, size, &bytes) ||
	    bytes > SIZE_MAX - CACHE_LINE)
		return -ENOMEM;
	bytes = (bytes + CACHE_LINE - 1) & ~(size_t)(CACHE_LINE - 1);
	mem = aligned_alloc(CACHE_LINE, bytes);
	if (!mem)
		return -ENOMEM;
	*ret = memset(mem, 0, bytes);
	return 0;
}

int sys_setns(int fd, int type)
{
	return result(setns(fd, type));
}

void sys_sleep_us(unsigned us)
{
	struct timespec ts = { .tv_sec = us / 1000000,
			       .tv_nsec = us % 1000000 * 1000L };

	nanosleep(&ts, NULL);
}

int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* libbpf has numbers of its own, from 4000 on, for files it cannot use. */
static int as_errno(int err)
{
	return err <= -__LIBBPF_ERRNO__START ? -EINVAL : err;
}

int sys_bpf_object_open(struct bpf_object **ret, const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);

	if (!object)
		return as_errno(-errno);
	*ret = object;
	return 0;
}

int sys_bpf_object_load(struct bpf_object *object)
{
	return as_errno(bpf_object__load(object));
}

int sys_bpf_link_create(int prog_fd, int ifindex, uint32_t flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);

	return bpf_link_create(prog_fd, ifindex, BPF_XDP, &opts);
}

void sys_bpf_link_detach(int link_fd)
{
	bpf_link_detach(link_fd);
}

int sys_bpf_xdp_query(int ifindex, struct bpf_xdp_query_opts *ret)
{
	return bpf_xdp_query(ifindex, 0, ret);
}

int sys_bpf_prog_by_id(uint32_t id)
{
	return bpf_prog_get_fd_by_id(id);
}

int sys_bpf_probe_ext(int target_fd)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .attach_prog_fd = (uint32_t)target_fd, .attach_btf_id = 1);
	/* r0 = 0; exit. Without type information it is always refused. */
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_EXT, "probe", "GPL", code,
			       COUNT_OF(code), &opts);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int sys_bpf_info(int fd, void *ret, uint32_t size)
{
	return bpf_obj_get_info_by_fd(fd, ret, &size);
}

int sys_bpf_map_update(int map_fd, const void *key, const void *value)
{
	return bpf_map_update_elem(map_fd, key, value, BPF_ANY);
}

int sys_bpf_map_delete(int map_fd, const void *key)
{
	return bpf_map_delete_elem(map_fd, key);
}

int sys_bpf_map_lookup(int map_fd, const void *key, void *value)
{
	return bpf_map_lookup_elem(map_fd, key, value);
}
