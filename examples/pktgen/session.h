/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h: an interface, opened for a command, and what is around it.
 *
 *	code = session_open(&s, &settings, name, flags);
 *	if (code == EXIT_OK)
 *		code = session_settle(&s);
 *	if (code == EXIT_OK)
 *		... threads, attend() with s.signals and s.news ...
 *	session_close(&s);
 */
#ifndef PKTGEN_SESSION_H
#define PKTGEN_SESSION_H

#include "attend.h"
#include "http.h"
#include "pattern.h"
#include "settings.h"

struct session {
	const struct settings *settings;
	const char *ifname;
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	struct http *http; /* --metrics; NULL: none */
	int signals;       /* signals_take() */
	int news;          /* eventfd, for the threads to tell of their end */
};

/*
 * Signals, then a pool that is nobody else's, and the port; @flags:
 * XSKPKT_PORT_... Returns EXIT_OK, or what to exit with after it was said why.
 * Close it in either case.
 */
int session_open(struct session *s, const struct settings *settings,
		 const char *ifname, uint32_t flags);

/* The same without a port. */
int session_begin(struct session *s, const struct settings *settings,
		  const char *ifname);

/* Before it is opened for packets of a pattern: a frame may be shorter than the
 * largest packet, which takes several then. */
void session_fit(struct settings *settings, const struct pattern *p);

/* What is too long would be dropped on its way without a word. EXIT_OK, or what
 * to exit with after it was said. */
int session_check_mtu(const struct session *s, const struct pattern *p);

/* The last that needs root: --metrics, then --user. As session_open(). */
int session_settle(struct session *s);

void session_close(struct session *s);

/*
 * Is the interface good for sending? Else it is said why not, and how to
 * change that, and the attendance ends with EXIT_FAILED. For attend_duties.
 */
void session_look(const struct session *s, struct attendance *a);

/* For main(): words are one interface and nothing else. GO_ON, or EXIT_USAGE
 * after it was said. */
int one_interface(const char **ret, char **words, int n);
/* The same with a file behind it. */
int interface_and_file(const char **ret, const char **file, char **words,
		       int n);

#endif
