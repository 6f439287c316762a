/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h: why a call failed, in a sentence; and what the library notes while
 * it works.
 *
 * A call that can fail returns 0 or -errno and leaves its outputs untouched
 * on failure. The number is for programs, the sentence for people.
 */
#ifndef XSKPKT_LOG_H
#define XSKPKT_LOG_H

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * xskpkt_errmsg() - the sentence of this thread's last failed call
 *
 * It names the interface, the queue, the step and the way out, for example
 * "eth0 queue 3: zero-copy: the driver has no support for it; ...".
 *
 * Return: a string, valid until this thread's next call into the library;
 * "" when nothing failed yet. Never NULL.
 * Threads: each has its own.
 */
XSKPKT_API const char *xskpkt_errmsg(void);

enum xskpkt_log_level {
	XSKPKT_LOG_WARNING = 1, /* it works, but not as one would wish */
	XSKPKT_LOG_INFO = 2,    /* what was opened, and in which mode */
	XSKPKT_LOG_DEBUG = 3,   /* each step, and each rung that failed */
};

/* Gets one line without a newline; @line is valid during the call only. */
typedef void (*xskpkt_log_fn)(enum xskpkt_log_level level, const char *line,
			      void *arg);

/**
 * xskpkt_log_set() - who hears what the library notes
 * @fn:  called with each line; NULL for silence, which is the default
 * @arg: handed to @fn
 *
 * Nothing is logged on the packet path.
 *
 * Threads: set it before other threads use the library; @fn may be called
 * from any thread that opens or closes something.
 */
XSKPKT_API void xskpkt_log_set(xskpkt_log_fn fn, void *arg);

#ifdef __cplusplus
}
#endif
#endif
