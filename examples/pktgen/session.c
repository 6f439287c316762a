// SPDX-License-Identifier: BSD-2-Clause
/* session.c: an interface, opened for a command, and what is around it */
#include <net/ethernet.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "metrics.h"
#include "say.h"
#include "session.h"

/* What stands before a packet in its frame: XDP's headroom. */
#define HEADROOM 256
#define FRAME_SIZE 4096 /* the library's default */

/* After it was said why not. */
static int open_port(struct session *s, uint32_t flags)
{
	int err = settings_create_pool(&s->pool, s->settings, 0);

	if (!err)
		err = settings_open_port(&s->port, s->settings, s->ifname,
					 s->pool, flags);
	if (err)
		say("%s", xskpkt_errmsg());
	return err ? EXIT_FAILED : EXIT_OK;
}

int session_begin(struct session *s, const struct settings *settings,
		  const char *ifname)
{
	*s = (struct session){
		.settings = settings,
		.ifname = ifname,
		.signals = signals_take(),
		.news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
	};
	if (s->signals >= 0 && s->news >= 0)
		return EXIT_OK;
	say("there are no descriptors left");
	return EXIT_FAILED;
}

int session_open(struct session *s, const struct settings *settings,
		 const char *ifname, uint32_t flags)
{
	int code = session_begin(s, settings, ifname);

	return code == EXIT_OK ? open_port(s, flags) : code;
}

void session_fit(struct settings *settings, const struct pattern *p)
{
	uint32_t size = settings->frame_size ?: FRAME_SIZE;

	settings->jumbo = pattern_largest(p) > size - HEADROOM;
}

int session_check_mtu(const struct session *s, const struct pattern *p)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };
	unsigned headers = ETH_HLEN + 4 * p->vlan_count;
	unsigned largest = pattern_largest(p);

	if (xskpkt_port_info(s->port, &info) || largest <= info.mtu + headers)
		return EXIT_OK;
	say("%s: packets of %u bytes: its MTU is %u, so that %u is the most: "
	    "'ip link set %s mtu %u'",
	    s->ifname, largest, info.mtu, info.mtu + headers, s->ifname,
	    largest - headers);
	return EXIT_FAILED;
}

int session_settle(struct session *s)
{
	int code =
		settings_serve_metrics(&s->http, s->settings, print_metrics, s);

	if (code == EXIT_OK && settings_drop_root(s->settings))
		code = EXIT_FAILED;
	return code;
}

void session_close(struct session *s)
{
	http_stop(s->http);
	xskpkt_port_close(s->port);
	xskpkt_pool_destroy(s->pool);
	if (s->signals >= 0)
		close(s->signals);
	if (s->news >= 0)
		close(s->news);
}

void session_look(const struct session *s, struct attendance *a)
{
	switch (s->port ? xskpkt_port_state(s->port) : XSKPKT_STATE_UP) {
	case XSKPKT_STATE_UP:
		return;
	case XSKPKT_STATE_DOWN:
		say("%s", xskpkt_errmsg());
		attend_end(a, "failure", "the link went down", EXIT_FAILED);
		return;
	case XSKPKT_STATE_GONE:
		say("%s", xskpkt_errmsg());
		attend_end(a, "failure", "the interface is gone", EXIT_FAILED);
		return;
	}
}

int one_interface(const char **ret, char **words, int n)
{
	if (!n)
		return say_usage("name the interface");
	if (n > 1)
		return say_usage("%s: one interface is enough", words[1]);
	*ret = words[0];
	return check_interfaces(ret, 1);
}

int interface_and_file(const char **ret, const char **file, char **words, int n)
{
	if (n < 2)
		return say_usage("name an interface and a file");
	if (n > 2)
		return say_usage("%s: an interface and a file are enough",
				 words[2]);
	*ret = words[0];
	*file = words[1];
	return check_interfaces(ret, 1);
}
