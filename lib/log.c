// SPDX-License-Identifier: BSD-2-Clause
/* log.c: one sentence per thread, and one callback that is silent by default */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"

#define SENTENCE 512

static _Thread_local char last_error[SENTENCE];
static _Thread_local char text_of_errno[80];

static xskpkt_log_fn log_fn;
static void *log_arg;

const char *xskpkt_errmsg(void)
{
	return last_error;
}

void xskpkt_log_set(xskpkt_log_fn fn, void *arg)
{
	log_fn = fn;
	log_arg = arg;
}

void keep_sentence(const char *format, ...)
{
	char line[SENTENCE];
	va_list args;

	/* Not straight into last_error: it may be among the arguments. */
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	memcpy(last_error, line, sizeof(line));
}

const char *err_text(int err)
{
	const char *name = strerrorname_np(-err);

	snprintf(text_of_errno, sizeof(text_of_errno), "%s: %s",
		 name ? name : "?", strerrordesc_np(-err) ?: "unknown error");
	return text_of_errno;
}

static void note(enum xskpkt_log_level level, const char *format, va_list args)
{
	char line[SENTENCE];

	if (!log_fn)
		return;
	vsnprintf(line, sizeof(line), format, args);
	log_fn(level, line, log_arg);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(XSKPKT_LOG_WARNING, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(XSKPKT_LOG_INFO, format, args);
	va_end(args);
}

void log_debug(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(XSKPKT_LOG_DEBUG, format, args);
	va_end(args);
}
