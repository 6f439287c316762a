// SPDX-License-Identifier: BSD-2-Clause
/*
 * attach.c: prog_attach() and prog_detach(), and why attaching was refused.
 *
 * The kernel gives a link no more than an error number. Most of this file finds
 * out what it meant.
 */
#include <errno.h>
#include <string.h>

#include <linux/bpf.h>
#include <linux/if_link.h>

#include "dispatcher.h"
#include "log.h"
#include "occupant.h"
#include "prog.h"
#include "sys.h"

static int occupied(struct prog *p, int err, bool generic)
{
	const char *name = p->netdev->name;
	struct occupant o = occupant_find(p->netdev->ifindex);

	if (dispatcher_is(o.name))
		return dispatcher_join(p, o.id, o.generic, generic);
	if (o.err)
		return fail(-EBUSY,
			    "%s: takes no XDP program now; whether it has one "
			    "already cannot be told (%s): see 'ip link show "
			    "dev %s'",
			    name, err_text(o.err), name);
	if (!o.id)
		return fail(-EBUSY,
			    "%s: takes no XDP program now (%s): one on "
			    "the bond above it, or TCP data split, "
			    "stands in the way",
			    name, err_text(err));
	if (!strcmp(o.name, "xskpkt_redirect"))
		return fail(-EBUSY,
			    "%s: another port of xskpkt is open here "
			    "(XDP program '%s', id %u, %s): close it "
			    "first",
			    name, o.name, o.id, o.mode);
	return fail(-EBUSY,
		    "%s: XDP program '%s' (id %u, %s) is attached and "
		    "is left alone: end the process that holds it, or "
		    "'ip link set dev %s %s off'",
		    name, o.name, o.id, o.mode, name, o.detach);
}

static int too_large(const struct prog *p, int err)
{
	if (p->frags)
		return fail(err,
			    "%s: the driver refuses the XDP program at "
			    "MTU %u (%s): lower the MTU, or switch LRO "
			    "off ('ethtool -K %s lro off')",
			    p->netdev->name, p->netdev->mtu, err_text(err),
			    p->netdev->name);
	return fail(err,
		    "%s: MTU %u is too large for packets of one buffer "
		    "(%s): lower it, or open with "
		    "XSKPKT_PORT_MULTI_BUFFER",
		    p->netdev->name, p->netdev->mtu, err_text(err));
}

static int no_native(const struct prog *p, int err)
{
	const char *driver = p->netdev->driver;

	return fail(err,
		    "%s: driver '%s' has no native XDP: generic mode "
		    "works with every driver",
		    p->netdev->name, *driver ? driver : "?");
}

static int refused(const struct prog *p, int err, bool generic)
{
	const char *name = p->netdev->name;

	switch (err) {
	case -EPERM:
	case -EACCES:
		return fail(err,
			    "%s: attaching an XDP program needs "
			    "CAP_NET_ADMIN and CAP_BPF: run as root or "
			    "grant them",
			    name);
	case -EOPNOTSUPP:
		if (!generic)
			return no_native(p, err);
		break;
	case -ERANGE:
	case -EINVAL:
		if (!generic)
			return too_large(p, err);
		break;
	case -ENOSPC:
		return fail(err,
			    "%s: has fewer RX queues than the other end "
			    "has TX queues: give it more ('ethtool -L %s "
			    "rx N')",
			    name, name);
	case -ENODEV:
		return fail(err, "%s: was deleted or moved meanwhile", name);
	}
	return fail(err, "%s: cannot attach the XDP program in %s mode (%s)",
		    name, generic ? "generic" : "native", err_text(err));
}

/* The id tells people which program is ours; nothing depends on it. */
static void read_id(struct prog *p)
{
	struct bpf_prog_info info = { 0 };

	if (!sys_bpf_info(p->prog_fd, &info, sizeof(info)))
		p->id = info.id;
}

int prog_attach(struct prog *p, bool generic)
{
	uint32_t flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	int err;

	if (p->prog_fd < 0) { /* the caller attaches */
		struct occupant o = occupant_find(p->netdev->ifindex);

		p->generic = o.id ? o.generic : generic;
		return 0;
	}
	err = sys_bpf_link_create(p->prog_fd, p->netdev->ifindex, flags);
	if (err >= 0) {
		p->link_fd = err;
		p->generic = generic;
		read_id(p);
		return 0;
	}
	if (err == -EBUSY || err == -EEXIST)
		return occupied(p, err, generic);
	return refused(p, err, generic);
}

void prog_detach(struct prog *p)
{
	dispatcher_leave(p);
	if (p->link_fd >= 0) {
		/* Said aloud: a forked child may hold the link too. */
		sys_bpf_link_detach(p->link_fd);
		sys_close(p->link_fd);
		p->link_fd = -1;
	}
	p->id = 0;
}

int prog_check(const struct prog *p)
{
	struct bpf_link_info info = { 0 };
	struct occupant o = { 0 };
	const char *name;

	if (p->link_fd < 0 || sys_bpf_info(p->link_fd, &info, sizeof(info)))
		return 0;
	name = p->netdev->name;
	if (!info.xdp.ifindex)
		return fail(-ENOENT,
			    "%s: the XDP program was taken off by somebody: "
			    "nothing is received; close the port and open it "
			    "anew",
			    name);
	if (info.prog_id == p->id)
		return 0;
	o.id = info.prog_id;
	occupant_read_name(&o);
	return fail(-EBUSY,
		    "%s: somebody put XDP program '%s' (id %u) in place of "
		    "the one of this port (id %u): packets go where that one "
		    "sends them; close the port and open it anew",
		    name, o.name, o.id, p->id);
}
