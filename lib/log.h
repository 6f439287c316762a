/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h: sentences for people: why a call failed, what was noted. Layer 1.
 */
#ifndef LOG_H
#define LOG_H

#include <xskpkt/log.h>

#include "compiler.h"

/*
 * Keep a sentence for xskpkt_errmsg(), and be @err: return fail(-EINVAL, ...).
 * A macro, so that the compiler sees which errors are not 0.
 */
#define fail(err, ...) (keep_sentence(__VA_ARGS__), (err))

void keep_sentence(const char *format, ...) printf_like(1, 2);

/* "EINVAL: Invalid argument", for the end of a sentence; a per-thread buffer.
 */
const char *err_text(int err);

void log_warning(const char *format, ...) printf_like(1, 2);
void log_info(const char *format, ...) printf_like(1, 2);
void log_debug(const char *format, ...) printf_like(1, 2);

#endif
