// SPDX-License-Identifier: BSD-2-Clause
/* wrong.c: what is wrong, in a sentence */
#include <stdarg.h>
#include <stdio.h>

#include "wrong.h"

const char *wrong(const char *format, ...)
{
	static _Thread_local char sentence[256];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	return sentence;
}
