// SPDX-License-Identifier: BSD-2-Clause
/*
 * prog.c: the program and its maps: into the kernel, filled, read, out again.
 *
 * Attaching is attach.c's. Ours comes from the skeleton, i.e. from inside the
 * library; the caller's is borrowed by descriptor, or loaded from a file.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/bpf.h>

#include <bpf/libbpf.h>

#include "../bpf/xskpkt_bpf.h"
#include "log.h"
#include "prog.h"
#include "quiet.h"
#include "sys.h"
#include "xskpkt.skel.h"

static int load_refused(const struct prog *p, int err, const char *what)
{
	const char *reason = quiet_reason();

	/* What libbpf says of this one leads astray: it blames memlock. */
	if (err == -EPERM)
		return fail(err,
			    "%s: loading %s needs CAP_BPF and CAP_NET_ADMIN: "
			    "run as root or grant them",
			    p->netdev->name, what);
	return fail(err, "%s: the kernel does not load %s (%s)%s%s",
		    p->netdev->name, what, err_text(err), *reason ? ": " : "",
		    reason);
}

static void want_frags(struct bpf_program *program)
{
	bpf_program__set_flags(program, bpf_program__flags(program) |
						BPF_F_XDP_HAS_FRAGS);
}

static int load_skeleton(struct prog *p)
{
	int err;

	quiet_begin();
	p->skel = xskpkt_bpf__open();
	err = p->skel ? 0 : -errno;
	if (!err) {
		bpf_map__set_max_entries(p->skel->maps.xskpkt_sockets,
					 p->queues);
		bpf_map__set_max_entries(p->skel->maps.xskpkt_counts,
					 p->queues);
		if (p->frags)
			want_frags(p->skel->progs.xskpkt_redirect);
		err = sys_bpf_object_load(p->skel->obj);
	}
	quiet_end();
	return err;
}

static int load_ours(struct prog *p)
{
	int err = load_skeleton(p);

	if (err)
		return load_refused(p, err, "the XDP program");
	p->prog_fd = bpf_program__fd(p->skel->progs.xskpkt_redirect);
	p->map_fd = bpf_map__fd(p->skel->maps.xskpkt_sockets);
	p->counters_fd = bpf_map__fd(p->skel->maps.xskpkt_counts);
	return 0;
}

/* A duplicate, so that it stays ours when the caller closes theirs. */
static int borrow(const struct prog *p, int *ret, int fd, const char *what)
{
	int copy = sys_dup(fd);

	if (copy < 0)
		return fail(copy,
			    "%s: xskpkt_program.%s %d is no descriptor "
			    "that can be used (%s)",
			    p->netdev->name, what, fd, err_text(copy));
	*ret = copy;
	return 0;
}

/* EINVAL is what a descriptor of something else gets; this is another error. */
static int no_info(const struct prog *p, int err, const char *what, int fd)
{
	return fail(err,
		    "%s: xskpkt_program.%s %d: the kernel does not tell what "
		    "it is (%s)",
		    p->netdev->name, what, fd, err_text(err));
}

static int borrow_map(struct prog *p, int fd)
{
	struct bpf_map_info info = { 0 };
	int err = borrow(p, &p->map_fd, fd, "map_fd");

	if (err)
		return err;
	err = sys_bpf_info(p->map_fd, &info, sizeof(info));
	if (err && err != -EINVAL)
		return no_info(p, err, "map_fd", fd);
	if (err || info.type != BPF_MAP_TYPE_XSKMAP)
		return fail(-EINVAL,
			    "%s: xskpkt_program.map_fd %d is not an "
			    "XSKMAP",
			    p->netdev->name, fd);
	return 0;
}

static int borrow_program(struct prog *p, int fd)
{
	struct bpf_prog_info info = { 0 };
	int err = borrow(p, &p->prog_fd, fd, "prog_fd");

	if (err)
		return err;
	err = sys_bpf_info(p->prog_fd, &info, sizeof(info));
	if (err && err != -EINVAL)
		return no_info(p, err, "prog_fd", fd);
	if (err || info.type != BPF_PROG_TYPE_XDP)
		return fail(-EINVAL,
			    "%s: xskpkt_program.prog_fd %d is not an "
			    "XDP program",
			    p->netdev->name, fd);
	return 0;
}

static int open_object(struct prog *p, const struct xskpkt_program *theirs)
{
	int err;

	if (!theirs->object || !theirs->name || !theirs->map)
		return fail(-EINVAL,
			    "%s: xskpkt_program: kind OBJECT needs "
			    "object, name and map",
			    p->netdev->name);
	quiet_begin();
	err = sys_bpf_object_open(&p->object, theirs->object);
	quiet_end();
	if (err)
		return fail(err,
			    "%s: cannot read %s (%s): is it an ELF file "
			    "for BPF?",
			    p->netdev->name, theirs->object, err_text(err));
	return 0;
}

static int find_program(struct bpf_program **ret, struct prog *p,
			const struct xskpkt_program *theirs)
{
	struct bpf_program *program =
		bpf_object__find_program_by_name(p->object, theirs->name);

	if (!program)
		return fail(-ENOENT, "%s: %s has no program '%s'",
			    p->netdev->name, theirs->object, theirs->name);
	if (bpf_program__type(program) != BPF_PROG_TYPE_XDP)
		return fail(-EINVAL,
			    "%s: program '%s' of %s is not an XDP "
			    "program: put it into SEC(\"xdp\")",
			    p->netdev->name, theirs->name, theirs->object);
	*ret = program;
	return 0;
}

static int find_map(struct bpf_map **ret, struct prog *p,
		    const struct xskpkt_program *theirs)
{
	struct bpf_map *map =
		bpf_object__find_map_by_name(p->object, theirs->map);

	if (!map)
		return fail(-ENOENT, "%s: %s has no map '%s'", p->netdev->name,
			    theirs->object, theirs->map);
	if (bpf_map__type(map) != BPF_MAP_TYPE_XSKMAP)
		return fail(-EINVAL, "%s: map '%s' of %s is not an XSKMAP",
			    p->netdev->name, theirs->map, theirs->object);
	*ret = map;
	return 0;
}

static int load_object(struct prog *p, const struct xskpkt_program *theirs)
{
	struct bpf_program *program = NULL;
	struct bpf_map *map = NULL;
	int err;

	err = open_object(p, theirs);
	if (!err)
		err = find_program(&program, p, theirs);
	if (!err)
		err = find_map(&map, p, theirs);
	if (err)
		return err;
	/* Its author could not know how many queues there are here. */
	if (bpf_map__max_entries(map) < p->queues)
		bpf_map__set_max_entries(map, p->queues);
	if (p->frags)
		want_frags(program);
	quiet_begin();
	err = sys_bpf_object_load(p->object);
	quiet_end();
	if (err)
		return load_refused(p, err, theirs->object);
	p->prog_fd = bpf_program__fd(program);
	p->map_fd = bpf_map__fd(map);
	return 0;
}

static int load(struct prog *p, const struct xskpkt_program *theirs)
{
	int err;

	switch (p->kind) {
	case 0:
		return load_ours(p);
	case XSKPKT_PROGRAM_FD:
		err = borrow_program(p, theirs->prog_fd);
		return err ? err : borrow_map(p, theirs->map_fd);
	case XSKPKT_PROGRAM_OBJECT:
		return load_object(p, theirs);
	case XSKPKT_PROGRAM_MAP:
		return borrow_map(p, theirs->map_fd);
	}
	return fail(-EINVAL,
		    "%s: xskpkt_program.kind %u is not one of "
		    "XSKPKT_PROGRAM_FD, _OBJECT, _MAP",
		    p->netdev->name, p->kind);
}

int prog_load(struct prog *p, const struct netdev *nd,
	      const struct xskpkt_program *theirs, bool frags)
{
	int err;

	*p = (struct prog){ .netdev = nd,
			    .queues = nd->rx_queues,
			    .frags = frags,
			    .prog_fd = -1,
			    .map_fd = -1,
			    .counters_fd = -1,
			    .link_fd = -1,
			    .guest_netns = -1 };
	/* 0 stands for ours, so theirs must not pass as that. */
	if (theirs)
		p->kind = theirs->kind ? theirs->kind : UINT32_MAX;
	err = load(p, theirs);
	if (err)
		prog_unload(p);
	return err;
}

void prog_unload(struct prog *p)
{
	prog_detach(p);
	/* Of these two the descriptors go with the object, else they are our
	 * duplicates. */
	if (!p->skel && !p->object) {
		sys_close(p->prog_fd);
		sys_close(p->map_fd);
	}
	xskpkt_bpf__destroy(p->skel);
	bpf_object__close(p->object);
	p->skel = NULL;
	p->object = NULL;
	p->prog_fd = p->map_fd = p->counters_fd = -1;
}

int prog_steer(struct prog *p, uint32_t queue, int xsk_fd)
{
	int err = sys_bpf_map_update(p->map_fd, &queue, &xsk_fd);

	if (err == -E2BIG)
		return fail(err,
			    "%s queue %u: the XSKMAP is too small for "
			    "this queue: give it %u entries",
			    p->netdev->name, queue, p->netdev->rx_queues);
	if (err)
		return fail(err,
			    "%s queue %u: cannot put the socket into the "
			    "XSKMAP (%s)",
			    p->netdev->name, queue, err_text(err));
	return 0;
}

void prog_unsteer(struct prog *p, uint32_t queue)
{
	/* Gone already when the socket was closed first. */
	if (p->map_fd >= 0)
		sys_bpf_map_delete(p->map_fd, &queue);
}

static void add_up(struct prog_counters *ret, const struct xskpkt_counts *cpu,
		   int cpus)
{
	*ret = (struct prog_counters){ 0 };
	for (int i = 0; i < cpus; i++) {
		ret->redirected += cpu[i].redirected;
		ret->passed += cpu[i].passed;
		ret->failed += cpu[i].failed;
	}
}

int prog_count(const struct prog *p, uint32_t queue, struct prog_counters *ret)
{
	int cpus = libbpf_num_possible_cpus();
	void *per_cpu = NULL;
	int err;

	if (p->counters_fd < 0)
		return fail(-EOPNOTSUPP,
			    "%s: a program of your own keeps no "
			    "counters for us",
			    p->netdev->name);
	if (cpus < 0)
		return fail(cpus,
			    "%s queue %u: cannot tell how many CPUs there are, "
			    "to add their counters up (%s)",
			    p->netdev->name, queue, err_text(cpus));
	err = sys_alloc(&per_cpu, (size_t)cpus, sizeof(struct xskpkt_counts));
	if (!err)
		err = sys_bpf_map_lookup(p->counters_fd, &queue, per_cpu);
	if (!err)
		add_up(ret, per_cpu, cpus);
	free(per_cpu);
	return err ? fail(err,
			  "%s queue %u: cannot read the XDP program's "
			  "counters (%s)",
			  p->netdev->name, queue, err_text(err))
		   : 0;
}
