// SPDX-License-Identifier: BSD-2-Clause
/* say.c: sentences to the user */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "say.h"
#include "screen.h"

static char command[32]; /* with a blank before it */

void say_command(const char *name)
{
	snprintf(command, sizeof(command), " %s", name);
}

/* In one piece, so that threads do not mix their sentences. */
static void say_to(const char *format, va_list args)
{
	char sentence[1024];

	vsnprintf(sentence, sizeof(sentence), format, args);
	screen_clear(); /* or it would tear the picture apart */
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, sentence);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_to(format, args);
	va_end(args);
}

int say_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_to(format, args);
	va_end(args);
	fprintf(stderr, "Try '%s%s --help'.\n", program_invocation_short_name,
		command);
	return EXIT_USAGE;
}
