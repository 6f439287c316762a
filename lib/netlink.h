/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netlink.h: ask the kernel a question and read its answers. Layer 2.
 *
 * libmnl builds and parses the messages; the system calls are sys.h's. Every
 * question is bounded in time and in answers.
 */
#ifndef NETLINK_H
#define NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

/* More than a page: the kernel puts many answers into one message. */
#define NETLINK_BUFFER 8192

struct netlink {
	int fd; /* -1: closed */
	uint32_t seq;
	char said[120]; /* what the kernel said when it refused, or "" */
};

/* A family of generic netlink, as this kernel numbers it. */
struct netlink_family {
	uint16_t id;
	uint32_t last_command; /* the highest it knows; tells its age */
};

/* @protocol: NETLINK_GENERIC, NETLINK_ROUTE. 0 or -errno, no sentence. */
int netlink_open(struct netlink *nl, int protocol);
void netlink_close(struct netlink *nl);

/* Begin a question in @buf of NETLINK_BUFFER bytes; attributes may follow. */
struct nlmsghdr *netlink_question(void *buf, uint16_t type, uint16_t flags);
struct nlmsghdr *netlink_generic(void *buf, const struct netlink_family *family,
				 uint8_t command, uint16_t flags);

/*
 * Send @question and hand each answer to @each, until the last one was seen.
 * 0 or -errno; @question's buffer is used for the answers.
 */
int netlink_ask(struct netlink *nl, struct nlmsghdr *question, mnl_cb_t each,
		void *arg);

/* A number of whatever size the kernel gave it. False: it is none. */
bool netlink_number(uint64_t *ret, const struct nlattr *attr);

/* -ENOENT: this kernel does not have it. */
int netlink_family(struct netlink_family *ret, struct netlink *nl,
		   const char *name);

#endif
