// SPDX-License-Identifier: BSD-2-Clause
/* file.c: small files of /proc and /sys, read whole */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "sys.h"

/* A device of many parents would be odd; /sys itself is about ten up. */
#define MAX_PARENTS 8

int file_read(char *ret, size_t size, const char *path)
{
	int fd = sys_open(path, O_RDONLY);
	size_t got = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	/* The kernel may give a file of /proc in pieces. */
	do {
		n = sys_read(fd, ret + got, size - 1 - got);
		if (n > 0)
			got += (size_t)n;
	} while (n == -EINTR || (n > 0 && got < size - 1));
	sys_close(fd);
	if (n < 0)
		return (int)n;
	ret[got] = '\0';
	return (int)got;
}

int file_line(char *ret, size_t size, const char *path)
{
	int n = file_read(ret, size, path);

	if (n < 0)
		return n;
	ret[strcspn(ret, "\n")] = '\0';
	return *ret ? 0 : -ENODATA;
}

int file_number(long *ret, const char *path)
{
	char text[32], *end;
	int err = file_line(text, sizeof(text), path);
	long number;

	if (err)
		return err;
	number = strtol(text, &end, 10);
	if (end == text)
		return -EBADMSG;
	*ret = number;
	return 0;
}

bool file_there(const char *path)
{
	int fd = sys_open(path, O_PATH);

	sys_close(fd);
	return fd >= 0;
}

int file_above(char *ret, size_t size, const char *directory, const char *name)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path) / 2, "%s", directory);

	for (int i = 0; i < MAX_PARENTS; i++) {
		snprintf(path + n, sizeof(path) - (size_t)n, "/%s", name);
		if (file_there(path))
			return snprintf(ret, size, "%s", path) < (int)size
				       ? 0
				       : -ENAMETOOLONG;
		n += snprintf(path + n, sizeof(path) - (size_t)n, "/..");
	}
	return -ENOENT;
}
