// SPDX-License-Identifier: BSD-2-Clause
/* output.c: a file to write, which is as before until it is begun */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arguments.h"
#include "output.h"
#include "say.h"

static int failed(const struct output *o)
{
	int err = -errno;

	say("%s: %s", o->name, strerror(-err));
	return err;
}

/* Reports go elsewhere, or they would stand among the packets. */
static int open_stdout(struct output *o)
{
	o->name = "stdout";
	if (isatty(STDOUT_FILENO))
		return say_usage("stdout is a terminal: name a file, or pipe "
				 "into a program such as tcpdump -r -");
	o->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (o->fd >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		return GO_ON;
	failed(o);
	return EXIT_FAILED;
}

static int open_file(struct output *o)
{
	o->fd = open(o->path, O_WRONLY | O_CLOEXEC);
	if (o->fd < 0 && errno == ENOENT) {
		o->fd = open(o->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			     0666);
		o->made = o->fd >= 0;
	}
	if (o->fd >= 0)
		return GO_ON;
	failed(o);
	return EXIT_FAILED;
}

int output_open(struct output *ret, const char *path)
{
	*ret = (struct output){ .path = path, .name = path, .fd = -1 };
	return strcmp(path, "-") ? open_file(ret) : open_stdout(ret);
}

int output_begin(struct output *o)
{
	struct stat st;

	/* Pipes and devices have no length. */
	if (fstat(o->fd, &st) || (S_ISREG(st.st_mode) && ftruncate(o->fd, 0)))
		return failed(o);
	o->begun = true;
	return 0;
}

int output_close(struct output *o)
{
	if (o->fd < 0)
		return 0;
	if (o->made && !o->begun)
		unlink(o->path);
	/* Some file systems tell only now that they are full. */
	return close(o->fd) ? failed(o) : 0;
}
