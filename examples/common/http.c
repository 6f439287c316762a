// SPDX-License-Identifier: BSD-2-Clause
/* http.c: one page of numbers, for a monitoring system to fetch */
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"

#define TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"
/* More connections than any scraper needs, few enough to be harmless. */
#define CONNECTIONS_MAX 16
#define TIMEOUT_S 10

struct http {
	struct MHD_Daemon *daemon;
	http_page_fn page;
	void *arg;
};

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned code,
			      char *text, size_t size, const char *type)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	response = MHD_create_response_from_buffer(size, text,
						   MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	result = MHD_queue_response(connection, code, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned code,
			      const char *sentence)
{
	char *text = strdup(sentence);

	if (!text)
		return MHD_NO;
	return answer(connection, code, text, strlen(text), "text/plain");
}

static enum MHD_Result serve(void *arg, struct MHD_Connection *connection,
			     const char *url, const char *method,
			     const char *version, const char *upload,
			     size_t *upload_size, void **context)
{
	struct http *http = arg;
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	(void)version, (void)upload, (void)upload_size, (void)context;
	if (strcmp(method, MHD_HTTP_METHOD_GET) &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD))
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
			      "GET is all there is\n");
	if (strcmp(url, "/metrics"))
		return refuse(connection, MHD_HTTP_NOT_FOUND,
			      "the numbers are at /metrics\n");
	out = open_memstream(&text, &size);
	if (!out)
		return MHD_NO;
	http->page(out, http->arg);
	fclose(out);
	return answer(connection, MHD_HTTP_OK, text, size, TYPE);
}

/* Cut @where at its last colon; an address in brackets loses them. */
static bool split(char *where, const char **address, const char **port)
{
	char *colon = strrchr(where, ':');
	size_t len;

	*address = "127.0.0.1";
	*port = colon ? colon + 1 : where;
	if (!colon || colon == where)
		return true;
	*colon = '\0';
	len = strlen(where);
	if (where[0] == '[' && where[len - 1] == ']') {
		where[len - 1] = '\0';
		where++;
	} else if (strchr(where, ':')) {
		return false; /* IPv6 without brackets: where is its port? */
	}
	*address = where;
	return true;
}

static int resolve(struct addrinfo **ret, const char *where)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	const char *address, *port;
	char *copy = strdup(where);
	int err = -EINVAL;

	if (!copy)
		return -ENOMEM;
	/* getaddrinfo() would take any number modulo 65536. */
	if (split(copy, &address, &port) && *port && strlen(port) <= 5 &&
	    atoi(port) >= 1 && atoi(port) <= 65535 &&
	    !getaddrinfo(address, port, &hints, ret))
		err = 0;
	free(copy);
	return err;
}

static int listen_at(struct http *http, const struct addrinfo *at)
{
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD;

	if (at->ai_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	errno = 0;
	http->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, serve, http, MHD_OPTION_SOCK_ADDR,
		at->ai_addr, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S, MHD_OPTION_END);
	if (http->daemon)
		return 0;
	return errno ? -errno : -EIO;
}

int http_start(struct http **ret, const char *where, http_page_fn page,
	       void *arg, char *why, size_t size)
{
	struct http *http = calloc(1, sizeof(*http));
	struct addrinfo *at = NULL;
	int err = http ? resolve(&at, where) : -ENOMEM;

	if (err == -EINVAL)
		snprintf(why, size, "'%s' is not ADDRESS:PORT", where);
	if (!err) {
		*http = (struct http){ .page = page, .arg = arg };
		err = listen_at(http, at);
		freeaddrinfo(at);
	}
	if (err && err != -EINVAL)
		snprintf(why, size, "cannot listen on %s: %s", where,
			 strerror(-err));
	if (err) {
		free(http);
		return err;
	}
	*ret = http;
	return 0;
}

void http_stop(struct http *http)
{
	if (!http)
		return;
	MHD_stop_daemon(http->daemon);
	free(http);
}
