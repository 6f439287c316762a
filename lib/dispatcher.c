// SPDX-License-Identifier: BSD-2-Clause
/*
 * dispatcher.c: our program as a part of a libxdp dispatcher.
 *
 * libxdp loads a part by itself, as an extension of the dispatcher. So a second
 * copy of our program is given to it, made to use the maps of the first: what
 * was steered stays steered, and the counters go on.
 */
#include <errno.h>

#include <linux/bpf.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "dispatcher.h"
#include "log.h"
#include "prog.h"
#include "quiet.h"
#include "sys.h"
#include "xskpkt.skel.h"

/* What there is to know of the dispatcher; mode UNSPEC: there is none. */
struct found {
	enum xdp_attach_mode mode;
	bool extensible; /* this kernel lets us load extensions of it */
};

/*
 * May we load a program of type EXT? Some kernels forbid it to all. This one is
 * nonsense and loads nowhere: what counts is whether it is judged at all.
 */
static bool may_extend(int dispatcher_fd)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .attach_prog_fd = (uint32_t)dispatcher_fd,
		    .attach_btf_id = 1);
	const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_EXT, "probe", "GPL", nothing, 2,
			       &opts);

	sys_close(fd);
	return fd != -EPERM;
}

static struct found look(int ifindex)
{
	struct found found = { .mode = XDP_MODE_UNSPEC };
	struct xdp_multiprog *all;

	quiet_begin();
	all = xdp_multiprog__get_from_ifindex(ifindex);
	if (!libxdp_get_error(all) && !xdp_multiprog__is_legacy(all)) {
		found.mode = xdp_multiprog__attach_mode(all);
		found.extensible = may_extend(
			xdp_program__fd(xdp_multiprog__main_prog(all)));
	}
	if (!libxdp_get_error(all))
		xdp_multiprog__close(all);
	quiet_end();
	return found;
}

bool dispatcher_present(int ifindex)
{
	return look(ifindex).mode != XDP_MODE_UNSPEC;
}

static int check(const struct prog *p, const struct found *found, bool generic)
{
	bool its_generic = found->mode == XDP_MODE_SKB;
	const char *name = p->netdev->name;

	if (p->kind)
		return fail(-EBUSY,
			    "%s: a libxdp dispatcher is attached: load "
			    "your program into it ('xdp-loader load "
			    "%s FILE') and open with "
			    "XSKPKT_PROGRAM_MAP",
			    name, name);
	if (!found->extensible)
		return fail(-EBUSY,
			    "%s: a libxdp dispatcher is attached, and "
			    "this kernel refuses programs that extend "
			    "it (BPF_PROG_TYPE_EXT): 'xdp-loader "
			    "unload %s --all' makes room",
			    name, name);
	if (its_generic != generic)
		/* Asked for native, generic may come next; not so the other
		 * way round. */
		return fail(generic ? -EBUSY : -EOPNOTSUPP,
			    "%s: a libxdp dispatcher is attached in %s mode, "
			    "which cannot be joined in %s mode",
			    name, its_generic ? "generic" : "native",
			    generic ? "generic" : "native");
	return 0;
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
	p->joined = NULL;
	p->guest = NULL;
}

int dispatcher_join(struct prog *p, bool generic)
{
	struct found found = look(p->netdev->ifindex);
	int err = check(p, &found, generic);

	if (err)
		return err;
	quiet_begin();
	err = copy_program(p);
	if (!err)
		err = hand_over(p, found.mode);
	if (err)
		forget(p);
	quiet_end();
	if (err)
		return fail(err,
			    "%s: a libxdp dispatcher is attached, and "
			    "joining it failed (%s): %s",
			    p->netdev->name, err_text(err), quiet_reason());
	p->id = xdp_program__id(p->joined);
	p->generic = generic;
	return 0;
}

void dispatcher_leave(struct prog *p)
{
	enum xdp_attach_mode mode = p->generic ? XDP_MODE_SKB : XDP_MODE_NATIVE;
	int err;

	if (!p->joined)
		return;
	quiet_begin();
	err = xdp_program__detach(p->joined, p->netdev->ifindex, mode, 0);
	forget(p);
	quiet_end();
	if (err && err != -ENODEV)
		log_warning("%s: cannot leave the libxdp dispatcher (%s): "
			    "'xdp-loader unload %s --id %u' does",
			    p->netdev->name, err_text(err), p->netdev->name,
			    p->id);
}
