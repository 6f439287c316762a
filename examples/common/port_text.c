// SPDX-License-Identifier: BSD-2-Clause
/* port_text.c: a port in words */
#include <stdio.h>

#include "port_text.h"

const char *mode_name(enum xskpkt_mode mode)
{
	static const char *const names[] = { "-", "zerocopy", "copy",
					     "generic" };

	return mode <= XSKPKT_MODE_GENERIC ? names[mode] : "-";
}

const char *state_name(struct xskpkt_port *port)
{
	if (!port)
		return "away";
	switch (xskpkt_port_state(port)) {
	case XSKPKT_STATE_UP:
		return "up";
	case XSKPKT_STATE_DOWN:
		return "down";
	default:
		return "away";
	}
}

char *port_explanation(struct xskpkt_port *port)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	if (!port)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	if (xskpkt_port_explain(port, out) < 0 && !ftell(out))
		fprintf(out, "%s\n", xskpkt_errmsg());
	fclose(out);
	return text;
}
