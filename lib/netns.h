/* SPDX-License-Identifier: BSD-2-Clause */
/* netns.h: do something in another network namespace, and come back. Layer 2.
 */
#ifndef NETNS_H
#define NETNS_H

struct netns {
	int home; /* the namespace to return to; -1: never left */
};

/*
 * Move this thread into the namespace at @path, or else the one of @fd, or
 * else (NULL, -1) stay. With a sentence on failure; then nothing has changed.
 */
int netns_enter(struct netns *ns, const char *path, int fd);

/*
 * Move back; nothing to do when nothing was entered. With a sentence on
 * failure; then the thread is where it should not be.
 */
int netns_leave(struct netns *ns);

#endif
