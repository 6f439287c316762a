// SPDX-License-Identifier: BSD-2-Clause
/* opts.c: structs that grow from version to version of the library */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "log.h"
#include "opts.h"

/* No struct of ours comes near; a larger size is an uninitialised one. */
#define LARGEST 4096

static int size_of(const void *theirs, const char *what, size_t *ret)
{
	size_t size;

	memcpy(&size, theirs, sizeof(size));
	/* No version's struct ends inside a pointer: padding fills it up. */
	if (size < sizeof(size) || size > LARGEST || size % sizeof(size))
		return fail(-EINVAL,
			    "%s.size is %zu: set it to sizeof(struct %s)", what,
			    size, what);
	*ret = size;
	return 0;
}

static int check_tail(const uint8_t *bytes, size_t from, size_t to,
		      const char *what)
{
	for (size_t i = from; i < to; i++)
		if (bytes[i])
			return fail(-EINVAL,
				    "%s: byte %zu is set, which this version "
				    "(%s) does not know: zero it, or update "
				    "the library",
				    what, i, VERSION);
	return 0;
}

int opts_take(void *ours, size_t our_size, const void *theirs, const char *what)
{
	size_t size;
	int err;

	memset(ours, 0, our_size);
	if (!theirs)
		return 0;
	err = size_of(theirs, what, &size);
	if (!err)
		err = check_tail(theirs, our_size, size, what);
	if (!err)
		memcpy(ours, theirs, size < our_size ? size : our_size);
	return err;
}

int opts_give(void *theirs, const void *ours, size_t our_size, const char *what)
{
	size_t size;
	int err;

	if (!theirs)
		return fail(-EINVAL, "%s: NULL is not allowed here", what);
	err = size_of(theirs, what, &size);
	if (err)
		return err;
	memset(theirs, 0, size);
	memcpy(theirs, ours, size < our_size ? size : our_size);
	memcpy(theirs, &size, sizeof(size));
	return 0;
}
