/* SPDX-License-Identifier: BSD-2-Clause */
/* output.h: a file to write, which is as before until it is begun */
#ifndef PKTGEN_OUTPUT_H
#define PKTGEN_OUTPUT_H

#include <stdbool.h>

struct output {
	const char *path, *name; /* as given; in sentences */
	int fd;
	bool made, begun; /* there was no such file; it was emptied */
};

/*
 * "-": stdout, and what is written there from now on goes to stderr. Returns
 * GO_ON, or what to exit with after it was said why.
 */
int output_open(struct output *ret, const char *path);

/* Empty what stands there. 0, or -errno after it was said. */
int output_begin(struct output *o);

/* A file that was made and not begun goes. 0, or -errno after it was said. */
int output_close(struct output *o);

#endif
