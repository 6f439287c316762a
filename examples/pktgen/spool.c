// SPDX-License-Identifier: BSD-2-Clause
/* spool.c: bytes from one thread to another: the memory, mapped twice */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "spool.h"

static size_t power_of_two(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	while (page < size)
		page *= 2;
	return page;
}

/* There at once: a page fault would cost packets. */
static int map_half(uint8_t *at, size_t size, int fd)
{
	void *got = mmap(at, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED | MAP_POPULATE, fd, 0);

	return got == MAP_FAILED ? -errno : 0;
}

static int map_twice(struct spool *s, int fd)
{
	void *got;
	int err;

	if (ftruncate(fd, (off_t)s->size))
		return -errno;
	got = mmap(NULL, 2 * s->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		   -1, 0);
	if (got == MAP_FAILED)
		return -errno;
	s->memory = got;
	err = map_half(s->memory, s->size, fd);
	if (!err)
		err = map_half(s->memory + s->size, s->size, fd);
	if (err)
		spool_destroy(s);
	return err;
}

int spool_create(struct spool *s, size_t size)
{
	int fd = memfd_create("spool", MFD_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	*s = (struct spool){ .size = power_of_two(size) };
	err = map_twice(s, fd);
	close(fd);
	return err;
}

void spool_destroy(struct spool *s)
{
	if (s->memory)
		munmap(s->memory, 2 * s->size);
	s->memory = NULL;
}
