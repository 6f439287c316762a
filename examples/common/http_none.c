// SPDX-License-Identifier: BSD-2-Clause
/* http_none.c: in place of http.c where libmicrohttpd is not */
#include <errno.h>

#include "http.h"

int http_start(struct http **ret, const char *where, http_page_fn page,
	       void *arg, char *why, size_t size)
{
	(void)ret, (void)page, (void)arg;
	snprintf(why, size, "%s: this program was built without libmicrohttpd",
		 where);
	return -ENOSYS;
}

void http_stop(struct http *http)
{
	(void)http;
}
