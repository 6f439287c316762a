/* SPDX-License-Identifier: BSD-2-Clause */
/* http.h: numbers for a monitoring system to fetch; made with libmicrohttpd */
#ifndef COMMON_HTTP_H
#define COMMON_HTTP_H

#include <stddef.h>
#include <stdio.h>

struct http;

/* Write the page. Called from a thread of the server. */
typedef void (*http_page_fn)(FILE *out, void *arg);

/*
 * Serve GET /metrics as OpenMetrics. @where: "ADDRESS:PORT", "[ADDRESS]:PORT",
 * or ":PORT" and "PORT" for 127.0.0.1. Returns 0 or -errno, and then @why says
 * why; -EINVAL: @where is no such thing.
 */
int http_start(struct http **ret, const char *where, http_page_fn page,
	       void *arg, char *why, size_t size);

/* No page is being written when it returns. With NULL it does nothing. */
void http_stop(struct http *http);

#endif
