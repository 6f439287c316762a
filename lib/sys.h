/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys.h: every call that leaves the process, as a value or -errno. Layer 1.
 *
 * Nothing else in lib/ makes a system call that can fail and matters. So this
 * is also the seam where tests/faults lets the n-th one fail (--wrap).
 */
#ifndef SYS_H
#define SYS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Sockets */
int sys_socket(int domain, int type, int protocol);
int sys_bind(int fd, const void *addr, socklen_t len);
int sys_setsockopt(int fd, int level, int name, const void *val, socklen_t len);
int sys_getsockopt(int fd, int level, int name, void *val, socklen_t *len);
/* Kick the kernel: an empty sendto() or recvfrom() that does not wait. */
int sys_kick_tx(int fd);
int sys_kick_rx(int fd);
int sys_poll(struct pollfd *fds, unsigned n, int timeout_ms);

/* Descriptors */
int sys_open(const char *path, int flags);
/* A file of root's own: made, or emptied unless it is @kept; for writing. */
int sys_create(const char *path, bool kept);
int sys_dup(int fd);
void sys_close(int fd);
ssize_t sys_read(int fd, void *buf, size_t len);
ssize_t sys_write(int fd, const void *buf, size_t len);
int sys_fsync(int fd);
int sys_lock(int fd); /* -EAGAIN: somebody has it */
int sys_ioctl(int fd, unsigned long request, void *arg);
int sys_eventfd(void);
int sys_memfd(const char *name, unsigned flags, size_t length);

/* Paths */
int sys_mkdir(const char *path); /* for root only */
int sys_rename(const char *from, const char *to);
int sys_unlink(const char *path);
ssize_t sys_readlink(const char *path, char *ret, size_t size);

/* Memory. sys_mmap() puts the address into *ret. */
int sys_mmap(void **ret, size_t len, int prot, int flags, int fd, off_t offset);
void sys_munmap(void *addr, size_t len);
int sys_madvise(void *addr, size_t len, int advice);
int sys_mbind(void *addr, size_t len, unsigned node);
int sys_alloc(void **ret, size_t count, size_t size); /* zeroed, aligned 64 */

/* Threads and namespaces */
int sys_setns(int fd, int type);
void sys_sleep_us(unsigned us);
int64_t clock_ms(void); /* goes on whatever is done to the date */

/* BPF, by way of libbpf: the kernel's answer, not libbpf's prose. */
struct bpf_object;
struct bpf_xdp_query_opts;
int sys_bpf_object_open(struct bpf_object **ret, const char *path);
int sys_bpf_object_load(struct bpf_object *object);
int sys_bpf_link_create(int prog_fd, int ifindex, uint32_t flags);
void sys_bpf_link_detach(int link_fd);
int sys_bpf_xdp_query(int ifindex, struct bpf_xdp_query_opts *ret);
int sys_bpf_prog_by_id(uint32_t id);
int sys_bpf_probe_ext(int target_fd); /* loads nothing; the error tells */
int sys_bpf_info(int fd, void *ret, uint32_t size); /* bpf_*_info */
int sys_bpf_map_update(int map_fd, const void *key, const void *value);
int sys_bpf_map_delete(int map_fd, const void *key);
int sys_bpf_map_lookup(int map_fd, const void *key, void *value);

#endif
