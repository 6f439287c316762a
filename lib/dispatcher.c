// SPDX-License-Identifier: BSD-2-Clause
/*
 * dispatcher.c: our program as a part of a libxdp dispatcher.
 *
 * libxdp loads a part by itself, as an extension of the dispatcher. So a second
 * copy of our program is given to it, made to use the maps of the first: what
 * was steered stays steered, and the counters go on.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "dispatcher.h"
#include "log.h"
#include "netns.h"
#include "prog.h"
#include "quiet.h"
#include "sys.h"
#include "xskpkt.skel.h"

/*
 * By name, since xdp_multiprog__get_from_ifindex() of libxdp 1.3 leaks a
 * descriptor. If the name lies, libxdp refuses to join.
 */
bool dispatcher_is(const char *name)
{
	return !strcmp(name, "xdp_dispatcher");
}

/*
 * May we load a program of type EXT? Some kernels forbid it to all. This one is
 * nonsense and loads nowhere: what counts is whether it is judged at all.
 */
static bool may_extend(uint32_t id)
{
	int dispatcher = sys_bpf_prog_by_id(id);
	int err = sys_bpf_probe_ext(dispatcher);

	sys_close(dispatcher);
	return err != -EPERM;
}

static int check(const struct prog *p, uint32_t id)
{
	const char *name = p->netdev->name;

	if (p->kind)
		return fail(-EBUSY,
			    "%s: a libxdp dispatcher is attached: load your "
			    "program into it ('xdp-loader load %s FILE') and "
			    "open with XSKPKT_PROGRAM_MAP",
			    name, name);
	if (!may_extend(id))
		return fail(-EBUSY,
			    "%s: a libxdp dispatcher is attached, and this "
			    "kernel refuses programs that extend it "
			    "(BPF_PROG_TYPE_EXT): 'xdp-loader unload %s --all' "
			    "makes room",
			    name, name);
	return 0;
}

/* -EOPNOTSUPP: what was asked for cannot be, so a ladder of modes goes on. */
static int wrong_mode(const struct prog *p, bool generic)
{
	if (generic)
		return fail(-EBUSY,
			    "%s: a libxdp dispatcher is attached in native "
			    "mode: generic mode is not possible beside it",
			    p->netdev->name);
	return fail(-EOPNOTSUPP,
		    "%s: a libxdp dispatcher is attached in generic mode: "
		    "native mode is not possible beside it",
		    p->netdev->name);
}

/* A second copy, on the first one's maps. */
static int copy_program(struct prog *p)
{
	int err;

	p->guest = xskpkt_bpf__open();
	if (!p->guest)
		return -errno;
	err = bpf_map__reuse_fd(p->guest->maps.xskpkt_sockets, p->map_fd);
	if (!err)
		err = bpf_map__reuse_fd(p->guest->maps.xskpkt_counts,
					p->counters_fd);
	return err;
}

static int hand_over(struct prog *p, enum xdp_attach_mode mode)
{
	struct xdp_program *program;
	int err;

	program = xdp_program__from_bpf_obj(p->guest->obj, "xdp");
	err = (int)libxdp_get_error(program);
	if (err)
		return err;
	p->joined = program;
	err = xdp_program__set_xdp_frags_support(program, p->frags);
	if (!err)
		err = xdp_program__attach(program, p->netdev->ifindex, mode, 0);
	return err;
}

static void forget(struct prog *p)
{
	xdp_program__close(p->joined);
	xskpkt_bpf__destroy(p->guest);
	sys_close(p->guest_netns);
	p->joined = NULL;
	p->guest = NULL;
	p->guest_netns = -1;
}

int dispatcher_join(struct prog *p, uint32_t id, bool its_generic, bool generic)
{
	int err = check(p, id);

	if (err)
		return err;
	if (its_generic != generic)
		return wrong_mode(p, generic);
	quiet_begin();
	err = copy_program(p);
	if (!err)
		err = hand_over(p, generic ? XDP_MODE_SKB : XDP_MODE_NATIVE);
	if (err)
		forget(p);
	quiet_end();
	if (err)
		return fail(err,
			    "%s: a libxdp dispatcher is attached, and "
			    "joining it failed (%s): %s",
			    p->netdev->name, err_text(err), quiet_reason());
	/* If it cannot be had, leaving is tried from wherever it is asked. */
	p->guest_netns = sys_open("/proc/thread-self/ns/net", O_RDONLY);
	p->id = xdp_program__id(p->joined);
	p->generic = generic;
	return 0;
}

static int leave(struct prog *p)
{
	enum xdp_attach_mode mode = p->generic ? XDP_MODE_SKB : XDP_MODE_NATIVE;
	struct netns ns;
	int err, back;

	/* An ifindex is that of another interface in another namespace. */
	err = netns_enter(&ns, NULL, p->guest_netns);
	if (err)
		return err;
	quiet_begin();
	err = xdp_program__detach(p->joined, p->netdev->ifindex, mode, 0);
	quiet_end();
	back = netns_leave(&ns);
	return err ?: back;
}

void dispatcher_leave(struct prog *p)
{
	int err;

	if (!p->joined)
		return;
	err = leave(p);
	if (err && err != -ENODEV)
		log_warning("%s: cannot leave the libxdp dispatcher (%s): "
			    "'xdp-loader unload %s --id %u' does",
			    p->netdev->name, err_text(err), p->netdev->name,
			    p->id);
	forget(p);
}
