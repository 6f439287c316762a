// SPDX-License-Identifier: BSD-2-Clause
/* occupant.c: the XDP program that is on an interface already */
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "occupant.h"
#include "sys.h"

void occupant_read_name(struct occupant *o)
{
	struct bpf_prog_info info = { 0 };
	int fd = sys_bpf_prog_by_id(o->id);

	snprintf(o->name, sizeof(o->name), "?");
	if (fd < 0)
		return;
	if (!sys_bpf_info(fd, &info, sizeof(info)))
		memcpy(o->name, info.name, sizeof(o->name));
	sys_close(fd);
}

struct occupant occupant_find(int ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, on);
	struct occupant o = { .mode = "native", .detach = "xdpdrv" };

	o.err = sys_bpf_xdp_query(ifindex, &on);
	if (o.err)
		return o;
	o.id = on.drv_prog_id;
	if (!o.id && on.skb_prog_id) {
		o.id = on.skb_prog_id;
		o.generic = true;
		o.mode = "generic";
		o.detach = "xdpgeneric";
	} else if (!o.id && on.hw_prog_id) {
		o.id = on.hw_prog_id;
		o.mode = "offloaded";
		o.detach = "xdpoffload";
	}
	if (o.id)
		occupant_read_name(&o);
	return o;
}
