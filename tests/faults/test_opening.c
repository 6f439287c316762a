// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whichever call fails while a port is opened, and however: the error comes
 * back with a sentence, nothing is left behind, and opening again works. Or
 * the call was one that can be done without: then the port works.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "compiler.h"
#include "faulty_sys.h"
#include "harness.h"
#include "log.h"
#include "scene.h"
#include "xskpkt.skel.h"

/* Most of opening and closing is waiting for the kernel: do it side by side. */
#define CREWS 6

/* What comes of a call that failed. */
enum fate {
	FAILS,  /* the open fails */
	RUNG,   /* a mode is not to be had; the next one, where there is one */
	SPARED, /* it can be done without, or was done again */
	PAGES,  /* other pages, where any will do */
	EITHER, /* libbpf looks what the kernel can do: it may be enough */
};

static const struct step {
	const char *name;
	int err; /* 0: any */
	enum fate fate;
	const char *says; /* stands in the sentence */
} steps[] = {
	{ "alloc", 0, FAILS, "memory" },

	{ "open home", 0, FAILS, "to find the way back" },
	{ "open namespace", 0, FAILS, "cannot open" },
	{ "setns namespace", EPERM, FAILS, "CAP_SYS_ADMIN" },
	{ "setns namespace", 0, FAILS, "cannot enter" },
	{ "setns home", 0, FAILS, "cannot return" },

	{ "socket GENERIC", 0, FAILS, "netlink socket" },
	{ "setsockopt EXT_ACK", 0, SPARED, "" },
	{ "setsockopt RCVTIMEO", 0, FAILS, "netlink socket" },
	{ "write GENERIC", 0, SPARED, "" },
	{ "read GENERIC", 0, SPARED, "" },
	{ "ioctl IFINDEX", ENODEV, FAILS, "no such interface" },
	{ "ioctl IFINDEX", 0, FAILS, "facts" },
	{ "ioctl MTU", ENODEV, FAILS, "no such interface" },
	{ "ioctl MTU", 0, FAILS, "facts" },
	{ "ioctl ETHTOOL", 0, SPARED, "" },
	{ "open sysfs", 0, SPARED, "" },
	{ "read sysfs", 0, SPARED, "" },

	{ "memfd", 0, PAGES, "pages cannot be had" },
	{ "mmap huge frames", 0, PAGES, "reserve them" },
	{ "mmap frames", 0, PAGES, "pages cannot be had" },
	{ "mbind", 0, PAGES, "on NUMA node 0 cannot be had" },
	{ "madvise HUGEPAGE frames", 0, PAGES, "huge pages cannot be had" },
	{ "madvise POPULATE frames", 0, PAGES, "pages cannot be had" },
	{ "madvise DONTFORK frames", 0, PAGES, "pages cannot be had" },
	{ "fopen", 0, PAGES, "huge pages cannot be had" },

	{ "calloc", 0, FAILS, "the XDP program" },
	{ "open_skeleton", 0, FAILS, "the XDP program" },
	{ "bpf_object_open", 0, FAILS, "cannot read" },
	{ "bpf_object_load", EPERM, FAILS, "needs CAP_BPF" },
	{ "bpf_object_load", 0, FAILS, "the kernel does not load" },
	{ "bpf ", EPERM, EITHER, "needs CAP_BPF" },
	{ "bpf ", 0, EITHER, "the kernel does not load" },
	{ "dup", 0, FAILS, "no descriptor" },
	{ "bpf_info", 0, EITHER, "xskpkt_program" },
	/* In which mode has the caller attached theirs? As it was tried. */
	{ "xdp_query", 0, SPARED, "" },
	{ "prog_by_id", 0, SPARED, "" },

	{ "socket ROUTE", 0, FAILS, "listen for link changes" },
	{ "bind ROUTE", 0, FAILS, "listen for link changes" },
	{ "write ROUTE", 0, FAILS, "listen for link changes" },
	{ "read ROUTE", 0, SPARED, "" },

	{ "socket XDP", EPERM, FAILS, "CAP_NET_RAW" },
	{ "socket XDP", EAFNOSUPPORT, RUNG, "CONFIG_XDP_SOCKETS" },
	{ "socket XDP", 0, RUNG, "socket" },
	/* Waited for, unless the limit is below what the pool alone takes. */
	{ "setsockopt UMEM_REG", ENOBUFS, SPARED, "" },
	{ "setsockopt UMEM_REG", 0, RUNG, "register memory" },
	{ "setsockopt FILL_RING", 0, RUNG, "fill ring" },
	{ "setsockopt COMPLETION_RING", 0, RUNG, "completion ring" },
	{ "setsockopt RX_RING", 0, RUNG, "RX ring" },
	{ "setsockopt TX_RING", 0, RUNG, "TX ring" },
	{ "setsockopt TX_BUDGET", 0, SPARED, "" },
	{ "getsockopt MMAP_OFFSETS", 0, RUNG, "map the rings" },
	{ "mmap ring", EPERM, FAILS, "map the rings" },
	{ "mmap ring", 0, RUNG, "map the rings" },
	{ "madvise DONTFORK ring", 0, SPARED, "" },
	{ "bind XDP", EBUSY, SPARED, "" }, /* it is waited for */
	{ "bind XDP", ENODEV, FAILS, "the interface is gone" },
	{ "bind XDP", EPERM, FAILS, "bind" },
	{ "bind XDP", 0, RUNG, "copy" },
	{ "getsockopt OPTIONS", 0, RUNG, "read the mode back" },
	{ "eventfd", 0, RUNG, "eventfd" },
	{ "map_update", EPERM, FAILS, "XSKMAP" },
	{ "map_update", EBUSY, FAILS, "XSKMAP" },
	{ "map_update", 0, RUNG, "XSKMAP" },
	{ "link_create", EPERM, FAILS, "CAP_NET_ADMIN" },
	{ "link_create", EBUSY, FAILS, "takes no XDP program now" },
	{ "link_create", EEXIST, FAILS, "takes no XDP program now" },
	{ "link_create", ENODEV, FAILS, "deleted or moved" },
	{ "link_create", ENOSPC, RUNG, "fewer RX queues" },
	{ "link_create", 0, RUNG, "" },
};

static const struct step *find_step(const struct faults *f)
{
	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (!strncmp(steps[i].name, f->name, strlen(steps[i].name)) &&
		    (!steps[i].err || steps[i].err == f->err))
			return &steps[i];
	FAIL("\"%s\" is not in the table of steps", f->name);
}

/* The whole of a test, and what its crews have seen. */
struct play {
	void (*make)(struct scene *s);
	const char *always_fails; /* with -EBUSY and this; NULL: it opens */
	bool every_errno;         /* of each call; else one of them */
	void (*pretend)(void);    /* something else of the kernel */
	unsigned *failed;         /* calls, by all crews */
};

static void check_sentence(const struct scene *s, const char *says)
{
	const char *msg = xskpkt_errmsg();

	CHECK_STR_HAS(msg, says);
	if (!strstr(msg, s->ifname) && strncmp(msg, "pool: ", 6) &&
	    strncmp(msg, "port: ", 6) && strncmp(msg, "network namespace", 17))
		FAIL("whose failure was it? \"%s\"", msg);
}

/* A queue that tells of the failure, as the reason against a better mode. */
static bool told(const struct opened *o, const struct step *step, int err)
{
	for (unsigned i = 0; i < xskpkt_port_queues(o->port); i++)
		for (enum xskpkt_mode m = 1; m <= XSKPKT_MODE_GENERIC; m++) {
			const struct xskpkt_queue *q =
				xskpkt_port_queue(o->port, i);
			const char *why = "";

			if (xskpkt_queue_reason(q, m, &why) == -err &&
			    strstr(why, step->says))
				return true;
		}
	return false;
}

static void check_opened(const struct scene *s, const struct opened *o,
			 const struct faults *f)
{
	const struct step *step = find_step(f);
	struct xskpkt_pool_info info = { .size = sizeof(info) };

	switch (step->fate) {
	case FAILS:
		FAIL("it opened all the same");
	case RUNG:
		if (s->port.mode)
			FAIL("it opened all the same");
		CHECK(told(o, step, f->err));
		break;
	case PAGES:
		CHECK_OK(xskpkt_pool_info(o->pool, &info));
		CHECK_EQ(s->pool.pages, XSKPKT_PAGES_AUTO);
		CHECK(info.pages < s->memory.pages ||
		      strstr(f->name, "huge frames"));
		break;
	case SPARED:
	case EITHER:
		CHECK_EQ(xskpkt_queue_mode(xskpkt_port_queue(o->port, 0)),
			 s->mode);
		break;
	}
	scene_check_works(s, o);
}

static void check_failed(const struct scene *s, const struct faults *f, int err)
{
	const struct step *step = find_step(f);
	bool as_busy = !strcmp(f->name, "link_create") && f->err == EEXIST;

	if (step->fate == SPARED)
		FAIL("it failed, though it need not: %s", xskpkt_errmsg());
	CHECK_EQ(err, as_busy ? -EBUSY : -f->err);
	check_sentence(s, step->says);
}

/* Where it cannot be opened anyway: why, or whatever else went wrong. */
static const char *says_at_least(const struct play *p, const struct faults *f,
				 int err)
{
	if (!strcmp(f->name, "xdp_query"))
		return "cannot be told";
	if (!strcmp(f->name, "prog_by_id") || !strcmp(f->name, "bpf_info"))
		return "is attached";
	if (!strcmp(f->name, "map_update") && f->err == EBUSY)
		return find_step(f)->says; /* EBUSY, but not theirs */
	return err == -EBUSY ? p->always_fails : find_step(f)->says;
}

/* One fault. False when there are no more calls that could fail. */
static bool one_fault(struct scene *s, const struct play *p, unsigned nth,
		      unsigned turn, struct faults *f)
{
	struct opened o;
	int err;

	keep_sentence("%s", "");
	faults_nth(nth, turn);
	if (p->pretend)
		p->pretend();
	err = scene_open_pool(s, &o);
	if (!err)
		err = scene_open_port(s, &o);
	*f = faults_end();
	if (!f->failed && !p->always_fails)
		CHECK_OK(err);
	if (f->failed)
		printf("%u: %s fails with %s: %d: %s\n", nth, f->name,
		       strerrorname_np(f->err), err, xskpkt_errmsg());
	if (f->failed && p->always_fails)
		check_sentence(s, says_at_least(p, f, err));
	else if (f->failed && err)
		check_failed(s, f, err);
	else if (f->failed)
		check_opened(s, &o, f);

	if (!strcmp(f->name, "setns home"))
		scene_go_home(s);
	if (err)
		scene_check_gone(s, &o);
	if (f->failed && err && !p->always_fails) {
		if (!o.pool)
			CHECK_OK(scene_open_pool(s, &o));
		CHECK_OK(scene_open_port(s, &o));
		scene_check_works(s, &o);
	}
	scene_close(s, &o);
	scene_check_gone(s, &o);
	scene_check_clean(s);
	scene_wait_released(s); /* or the next one has more to do */
	return f->failed;
}

/* Crew @crew takes every CREWS-th call. */
static void play_part(const struct play *p, unsigned crew)
{
	struct faults f = { .failed = 1 };
	struct scene s;

	p->make(&s);
	if (p->pretend)
		p->pretend();
	scene_rehearse(&s, !p->always_fails);
	faults_end();
	scene_wait_released(&s);
	for (unsigned nth = crew + 1; f.failed; nth += CREWS) {
		unsigned turn = 0;

		if (!p->every_errno)
			turn = nth * 2654435761u >> 16; /* any */
		do {
			if (one_fault(&s, p, nth, turn++, &f))
				__atomic_add_fetch(p->failed, 1,
						   __ATOMIC_RELAXED);
		} while (f.failed && p->every_errno && turn < f.errnos);
	}
	close(s.wire);
	close(s.home_fd);
	CHECK(faults_bpf_gone());
}

static void play(struct play p)
{
	pid_t crews[CREWS];
	int status;

	p.failed = mmap(NULL, sizeof(*p.failed), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (unsigned i = 0; i < CREWS; i++) {
		crews[i] = fork();
		if (!crews[i]) {
			play_part(&p, i);
			exit(0);
		}
	}
	for (unsigned i = 0; i < CREWS; i++) {
		waitpid(crews[i], &status, 0);
		if (status)
			FAIL("crew %u: status 0x%x", i, status);
	}
	printf("%u faults\n", *p.failed);
	CHECK(*p.failed >= 50);
	if (getenv("SHOW"))
		FAIL("show");
}

/* The ways to open */

static void make_default(struct scene *s)
{
	scene_make(s, 2);
	/* Within the usual memlock limit: so ENOBUFS is worth waiting for. */
	s->pool.frame_size = 2048;
}

static void make_jumbo(struct scene *s)
{
	scene_make(s, 1);
	testnet_mtu(&s->net, 9000);
	s->bytes = 9000;
	s->pool.frames = 1536; /* as above */
	s->port.rx_ring = 256;
	s->port.flags = XSKPKT_PORT_MULTI_BUFFER;
	s->port.mode = XSKPKT_MODE_COPY;
}

static void make_generic(struct scene *s)
{
	scene_make(s, 1);
	s->port.mode = XSKPKT_MODE_GENERIC;
	s->pool.pages = XSKPKT_PAGES_4K;
}

static void make_sender(struct scene *s)
{
	scene_make(s, 1);
	s->port.flags = XSKPKT_PORT_TX_ONLY;
	s->pool.flags = XSKPKT_POOL_SHAREABLE;
}

static void make_receiver(struct scene *s)
{
	scene_make(s, 1);
	s->port.flags = XSKPKT_PORT_RX_ONLY;
	s->pool.flags = XSKPKT_POOL_ON_NODE;
}

static void make_elsewhere(struct scene *s)
{
	scene_make_far(s, 1);
}

/* A copy of our own program, loaded by the caller. */
static struct xskpkt_bpf *load_program(void)
{
	struct xskpkt_bpf *skel = xskpkt_bpf__open();

	CHECK(skel);
	bpf_map__set_max_entries(skel->maps.xskpkt_sockets, 4);
	bpf_map__set_max_entries(skel->maps.xskpkt_counts, 4);
	CHECK_EQ(xskpkt_bpf__load(skel), 0);
	return skel;
}

static void unload_program(void *skel)
{
	xskpkt_bpf__destroy(skel);
}

static void make_with_program(struct scene *s)
{
	struct xskpkt_bpf *skel = load_program();

	scene_make(s, 1);
	test_at_end(unload_program, skel);
	s->map = bpf_map__fd(skel->maps.xskpkt_sockets);
	s->program.kind = XSKPKT_PROGRAM_FD;
	s->program.prog_fd = bpf_program__fd(skel->progs.xskpkt_redirect);
	s->program.map_fd = s->map;
}

static void make_with_map(struct scene *s)
{
	make_with_program(s);
	scene_occupy(s, s->program.prog_fd);
	s->program.kind = XSKPKT_PROGRAM_MAP;
	s->program.prog_fd = 0;
	s->port.mode = XSKPKT_MODE_COPY;
}

static void make_with_object(struct scene *s)
{
	static char path[32];
	size_t size;
	const void *bytes = xskpkt_bpf__elf_bytes(&size);
	int fd = memfd_create("object", MFD_CLOEXEC);

	scene_make(s, 1);
	CHECK_EQ(write(fd, bytes, size), size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	s->program.kind = XSKPKT_PROGRAM_OBJECT;
	s->program.object = path;
	s->program.name = "xskpkt_redirect";
	s->program.map = "xskpkt_sockets";
}

static void occupy(struct scene *s, const char *name)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	/* r0 = XDP_PASS; exit */
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 2 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, name, "GPL", code,
			       COUNT_OF(code), &opts);

	CHECK(fd >= 0);
	scene_make(s, 1);
	scene_occupy(s, fd);
	close(fd);
}

static void make_occupied(struct scene *s)
{
	occupy(s, "stranger");
}

/* It only looks like one: libxdp refuses to join it. */
static void make_dispatched(struct scene *s)
{
	occupy(s, "xdp_dispatcher");
	s->libxdp_leaks = true;
}

TEST(whatever_fails_while_two_queues_are_opened, .limit = 120)
{
	play((struct play){ .make = make_default, .every_errno = true });
}

TEST(whatever_fails_while_it_is_opened_for_jumbo_frames)
{
	play((struct play){ .make = make_jumbo });
}

TEST(whatever_fails_while_it_is_opened_in_generic_mode)
{
	play((struct play){ .make = make_generic });
}

TEST(whatever_fails_while_it_is_opened_to_send_only)
{
	play((struct play){ .make = make_sender });
}

TEST(whatever_fails_while_it_is_opened_to_receive_only)
{
	play((struct play){ .make = make_receiver });
}

TEST(whatever_fails_while_it_is_opened_in_another_namespace)
{
	play((struct play){ .make = make_elsewhere });
}

TEST(whatever_fails_while_a_program_of_the_callers_is_used)
{
	play((struct play){ .make = make_with_program });
}

TEST(whatever_fails_while_only_a_map_of_the_callers_is_used)
{
	play((struct play){ .make = make_with_map });
}

TEST(whatever_fails_while_a_program_is_loaded_from_a_file)
{
	play((struct play){ .make = make_with_object });
}

TEST(whatever_fails_where_a_stranger_is, .limit = 120)
{
	play((struct play){ .make = make_occupied,
			    .always_fails = "'stranger'" });
}

TEST(whatever_fails_where_a_dispatcher_is, .limit = 120)
{
	play((struct play){ .make = make_dispatched,
			    .always_fails = "dispatcher" });
}

/* Some kernels refuse programs that extend another to all. */
static void pretend_to_extend(void)
{
	faults_at("probe_ext", 0, ALWAYS, EINVAL);
}

TEST(whatever_fails_while_a_dispatcher_is_joined, .limit = 120)
{
	play((struct play){ .make = make_dispatched,
			    .pretend = pretend_to_extend,
			    .always_fails = "dispatcher" });
}
