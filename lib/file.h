/* SPDX-License-Identifier: BSD-2-Clause */
/* file.h: small files of /proc and /sys, read whole. Layer 2. */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Up to @size - 1 bytes and a NUL. Returns how many, or -errno. */
int file_read(char *ret, size_t size, const char *path);

/* The first line, without its end. 0 or -errno; -ENODATA when it is empty. */
int file_line(char *ret, size_t size, const char *path);

/* A decimal number at its beginning. -EBADMSG when there is none. */
int file_number(long *ret, const char *path);

bool file_there(const char *path);

/* The path of file @name in @directory, or in its nearest parent that has one.
 * -ENOENT when none has. */
int file_above(char *ret, size_t size, const char *directory, const char *name);

#endif
