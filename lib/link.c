// SPDX-License-Identifier: BSD-2-Clause
/*
 * link.c: the state of one interface, heard on a netlink socket.
 *
 * The kernel answers rtnetlink questions before write() returns, so a
 * question is written and its answer read with the other news: nothing here
 * waits.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "link.h"
#include "log.h"
#include "netlink.h"
#include "sys.h"

/* News taken up per check. A storm about other interfaces must not hold up a
 * thread that moves packets; what is left keeps the socket readable. */
#define MAX_NEWS 64

void link_set_gone(struct link *l)
{
	atomic_store(&l->state, XSKPKT_STATE_GONE);
}

static bool is_gone(struct link *l)
{
	return atomic_load(&l->state) == XSKPKT_STATE_GONE;
}

static void set_state(struct link *l, unsigned flags)
{
	/* What AF_XDP itself looks at when it sends. IFF_RUNNING follows up to
	 * a second later. */
	bool up = (flags & IFF_UP) && (flags & IFF_LOWER_UP);
	int before = atomic_load(&l->state);

	atomic_store(&l->carrier, !(flags & IFF_UP));
	/* GONE is for ever, also when link_set_gone() comes in between. */
	if (before != XSKPKT_STATE_GONE)
		atomic_compare_exchange_strong(&l->state, &before,
					       up ? XSKPKT_STATE_UP
						  : XSKPKT_STATE_DOWN);
}

static void take_up(struct link *l, const struct nlmsghdr *news)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(news);

	/* A bridge tells of its ports likewise, as AF_BRIDGE: a DELLINK of that
	 * kind only says that the port left the bridge. */
	if (mnl_nlmsg_get_payload_len(news) < sizeof(*info) ||
	    info->ifi_family != AF_UNSPEC || info->ifi_index != l->ifindex)
		return;
	if (news->nlmsg_type == RTM_DELLINK)
		link_set_gone(l);
	else if (news->nlmsg_type == RTM_NEWLINK)
		set_state(l, info->ifi_flags);
}

/* The answer to our question when there is no such interface any more. */
static void take_up_error(struct link *l, const struct nlmsghdr *news)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(news);

	if (mnl_nlmsg_get_payload_len(news) >= sizeof(*error) &&
	    error->error == -ENODEV)
		link_set_gone(l);
}

static void take_up_all(struct link *l, const void *buf, int len)
{
	const struct nlmsghdr *news = buf;

	for (; mnl_nlmsg_ok(news, len); news = mnl_nlmsg_next(news, &len)) {
		if (news->nlmsg_type == NLMSG_ERROR)
			take_up_error(l, news);
		else
			take_up(l, news);
	}
}

static int ask(struct link *l)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *info;
	ssize_t n;

	question->nlmsg_type = RTM_GETLINK;
	question->nlmsg_flags = NLM_F_REQUEST;
	info = mnl_nlmsg_put_extra_header(question, sizeof(*info));
	info->ifi_index = l->ifindex;
	n = sys_write(l->fd, question, question->nlmsg_len);
	return n < 0 ? (int)n : 0;
}

static void listen_up(struct link *l)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));

	for (int i = 0; i < MAX_NEWS; i++) {
		ssize_t n = sys_read(l->fd, buf, sizeof(buf));

		if (n == -ENOBUFS) {
			l->lost = true; /* and the queue is full: empty it */
		} else if (n >= 0) {
			take_up_all(l, buf, (int)n);
		} else if (n == -EAGAIN && l->lost) {
			l->lost = ask(l) != 0;
		} else {
			return;
		}
	}
	/* Was that the last of it? A quiet socket would not bring us back here,
	 * an answer will. While the queue is not empty the kernel drops that,
	 * too, and says nothing: so it still counts as lost. */
	if (l->lost)
		ask(l);
}

/*
 * Threads may be asleep on this socket, and only one of them finds the message
 * that all have waited for. Of the end all must hear: once more we ask, and the
 * answer is left unread, so that it wakes everybody, now and later.
 */
static void wake_all(struct link *l)
{
	ask(l);
}

enum xskpkt_state link_check(struct link *l)
{
	/* One thread at a time, or older news might overtake newer. The others
	 * need not wait: what this one takes up is as fresh as can be. */
	if (!is_gone(l) && !atomic_flag_test_and_set(&l->busy)) {
		listen_up(l);
		if (is_gone(l))
			wake_all(l);
		atomic_flag_clear(&l->busy);
	}
	return atomic_load(&l->state);
}

static int subscribe(struct link *l)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK,
				    .nl_groups = RTMGRP_LINK };
	int err;

	l->fd = sys_socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (l->fd < 0)
		return l->fd;
	err = sys_bind(l->fd, &addr, sizeof(addr));
	/* Subscribed first, asked second: no change falls between. */
	return err ? err : ask(l);
}

int link_open(struct link *l, int ifindex, const char *name)
{
	int err;

	*l = (struct link){ .fd = -1,
			    .ifindex = ifindex,
			    .busy = ATOMIC_FLAG_INIT,
			    .state = XSKPKT_STATE_DOWN };
	snprintf(l->name, sizeof(l->name), "%s", name);
	err = subscribe(l);
	if (err) {
		link_close(l);
		return fail(err, "%s: cannot listen for link changes (%s)",
			    name, err_text(err));
	}
	link_check(l);
	return 0;
}

void link_close(struct link *l)
{
	sys_close(l->fd);
	l->fd = -1;
}

void link_explain(const struct link *l)
{
	int state = atomic_load(&l->state);

	if (state == XSKPKT_STATE_GONE)
		keep_sentence("%s: was deleted or moved to another network "
			      "namespace: close the port and open it anew",
			      l->name);
	else if (state == XSKPKT_STATE_DOWN && atomic_load(&l->carrier))
		keep_sentence("%s: is set down: 'ip link set dev %s up' "
			      "brings it back",
			      l->name, l->name);
	else if (state == XSKPKT_STATE_DOWN)
		keep_sentence("%s: no carrier: check the cable, or set the "
			      "other end up",
			      l->name);
}
