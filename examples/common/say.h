/* SPDX-License-Identifier: BSD-2-Clause */
/* say.h: sentences to the user, on stderr, after the program's name */
#ifndef COMMON_SAY_H
#define COMMON_SAY_H

/* What a program exits with. */
enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1, /* it could not do it */
	EXIT_USAGE = 2,  /* it was not asked rightly */
};

void say(const char *format, ...) __attribute__((format(__printf__, 1, 2)));

/* From now on --help is that of a command. */
void say_command(const char *name);

/* The same with a pointer to --help. Returns EXIT_USAGE. */
int say_usage(const char *format, ...)
	__attribute__((format(__printf__, 1, 2)));

#endif
