// SPDX-License-Identifier: BSD-2-Clause
/*
 * Attaching: what is there stays and is named, what is ours goes with us, and
 * every refusal says what to do.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_link.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "harness.h"
#include "netdev.h"
#include "prog.h"
#include "sys.h"
#include "testnet.h"
#include "xskpkt.skel.h"

static struct netdev nd; /* must outlive each struct prog */

static void load(struct prog *p, const char *ifname)
{
	CHECK_OK(netdev_query(&nd, ifname));
	CHECK_OK(prog_load(p, &nd, NULL, false));
}

/* A program of somebody else: return @code. */
static int program(enum bpf_prog_type type, const char *name)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(type, name, "GPL", pass, 2, NULL);

	CHECK(fd >= 0);
	return fd;
}

/* Attach it the way that outlives its process. */
static void attach_stranger(const char *ifname, const char *name,
			    uint32_t flags)
{
	int fd = program(BPF_PROG_TYPE_XDP, name);

	CHECK_OK(netdev_query(&nd, ifname));
	CHECK_EQ(bpf_xdp_attach(nd.ifindex, fd, flags, NULL), 0);
	close(fd);
}

/* Both ways; while attached the kernel shows our id, after that nothing. */
TEST(attached_and_detached_natively_and_generic)
{
	struct testnet t;
	struct prog p;

	testnet_veth(&t, 2);
	load(&p, t.a);
	for (int generic = 0; generic <= 1; generic++) {
		CHECK_OK(prog_attach(&p, generic));
		CHECK_EQ(p.generic, generic);
		CHECK_EQ(testnet_program_on(t.a), p.id);
		prog_detach(&p);
		CHECK_EQ(testnet_program_on(t.a), 0);
	}
	prog_unload(&p);
}

/* It leaves the machine as it found it, however it dies. */
TEST(a_crash_leaves_no_program_behind)
{
	struct testnet t;
	struct prog p;
	pid_t child;

	testnet_veth(&t, 1);
	child = fork();
	if (!child) {
		load(&p, t.a);
		CHECK_OK(prog_attach(&p, false));
		raise(SIGKILL);
	}
	CHECK_EQ(waitpid(child, NULL, 0), child);
	CHECK_EQ(testnet_program_on(t.a), 0);
}

/* A child that was forked holds the descriptors too; that must not matter. */
TEST(detaching_does_not_wait_for_forked_children)
{
	struct testnet t;
	struct prog p;
	pid_t child;

	testnet_veth(&t, 1);
	load(&p, t.a);
	CHECK_OK(prog_attach(&p, false));
	child = fork();
	if (!child)
		pause();
	prog_unload(&p);
	CHECK_EQ(testnet_program_on(t.a), 0);
	kill(child, SIGKILL);
	CHECK_EQ(waitpid(child, NULL, 0), child);
}

/* A program of somebody else is never touched; the sentence names it. */
TEST(a_stranger_stays_and_is_named)
{
	const uint32_t flags[] = { XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE };
	const char *const off[] = { "xdpdrv off", "xdpgeneric off" };
	struct testnet t;
	struct prog p;
	uint32_t id;

	testnet_veth(&t, 1);
	for (unsigned i = 0; i < 4; i++) {
		attach_stranger(t.a, "firewall", flags[i / 2]);
		id = testnet_program_on(t.a);
		load(&p, t.a);
		CHECK_EQ(prog_attach(&p, i % 2), -EBUSY);
		CHECK_STR_HAS(xskpkt_errmsg(), "'firewall'");
		CHECK_STR_HAS(xskpkt_errmsg(), off[i / 2]);
		CHECK_EQ(testnet_program_on(t.a), id);
		prog_unload(&p);
		run("ip link set %s %s", t.a, off[i / 2]);
	}
}

TEST(another_port_of_ours_is_recognised)
{
	struct testnet t;
	struct prog p, q;

	testnet_veth(&t, 1);
	load(&p, t.a);
	load(&q, t.a);
	CHECK_OK(prog_attach(&p, false));
	CHECK_EQ(prog_attach(&q, false), -EBUSY);
	CHECK_STR_HAS(xskpkt_errmsg(), "another port of xskpkt");
	prog_unload(&q);
	CHECK_EQ(testnet_program_on(t.a), p.id);
	prog_unload(&p);
}

static void fail_to_join(const char *ifname)
{
	struct prog p;

	load(&p, ifname);
	CHECK(prog_attach(&p, false) < 0);
	CHECK_STR_HAS(xskpkt_errmsg(), "a libxdp dispatcher is attached");
	prog_unload(&p);
}

/* Whether this kernel lets us join a dispatcher or not, what only has its name
 * is not joined, and stays. In a child, since libxdp 1.3 leaks a descriptor. */
TEST(a_false_dispatcher_is_not_joined)
{
	struct testnet t;
	uint32_t id;
	pid_t child;

	testnet_veth(&t, 1);
	attach_stranger(t.a, "xdp_dispatcher", XDP_FLAGS_DRV_MODE);
	id = testnet_program_on(t.a);
	child = fork();
	if (!child) {
		fail_to_join(t.a);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, NULL, 0), child);
	CHECK_EQ(testnet_program_on(t.a), id);
}

TEST(an_mtu_too_large_for_one_buffer_is_explained)
{
	struct testnet t;
	struct prog p;

	testnet_veth(&t, 1);
	testnet_mtu(&t, 9000);
	load(&p, t.a);
	CHECK(prog_attach(&p, false) < 0);
	CHECK_STR_HAS(xskpkt_errmsg(), "MTU 9000");
	CHECK_STR_HAS(xskpkt_errmsg(), "XSKPKT_PORT_MULTI_BUFFER");
	prog_unload(&p);
	CHECK_OK(prog_load(&p, &nd, NULL, true));
	CHECK_OK(prog_attach(&p, false));
	prog_unload(&p);
}

TEST(a_driver_without_native_xdp_is_explained)
{
	struct prog p;

	testnet_enter();
	load(&p, "lo");
	CHECK_EQ(prog_attach(&p, false), -EOPNOTSUPP);
	CHECK_STR_HAS(xskpkt_errmsg(), "no native XDP");
	CHECK_OK(prog_attach(&p, true));
	prog_unload(&p);
}

TEST(too_few_queues_for_the_other_end_are_explained)
{
	struct prog p;

	testnet_enter();
	run("ip link add few numrxqueues 1 numtxqueues 1 type veth "
	    "peer name many numrxqueues 4 numtxqueues 4");
	load(&p, "few");
	CHECK_EQ(prog_attach(&p, false), -ENOSPC);
	CHECK_STR_HAS(xskpkt_errmsg(), "fewer RX queues");
	prog_unload(&p);
}

/* The bytes of our own program serve as the caller's file. */
static void object_file(char *path, size_t size)
{
	const void *bytes;
	size_t length;
	int fd;

	bytes = xskpkt_bpf__elf_bytes(&length);
	fd = sys_memfd("object", 0, 0);
	CHECK(fd >= 0);
	CHECK_EQ(sys_write(fd, bytes, length), length);
	snprintf(path, size, "/proc/self/fd/%d", fd);
}

static void close_file(const char *path)
{
	sys_close(atoi(strrchr(path, '/') + 1));
}

/* The caller's file is loaded, sized to the interface, and attached; what it
 * counts for itself is not ours to read. */
TEST(a_program_from_a_file_is_attached)
{
	struct xskpkt_program theirs = { .size = sizeof(theirs),
					 .kind = XSKPKT_PROGRAM_OBJECT,
					 .name = "xskpkt_redirect",
					 .map = "xskpkt_sockets" };
	struct bpf_map_info info = { 0 };
	struct prog_counters n;
	struct testnet t;
	struct prog p;
	char path[64];

	testnet_veth(&t, 4);
	object_file(path, sizeof(path));
	theirs.object = path;
	CHECK_OK(netdev_query(&nd, t.a));
	CHECK_OK(prog_load(&p, &nd, &theirs, false));
	CHECK_EQ(sys_bpf_info(p.map_fd, &info, sizeof(info)), 0);
	CHECK_EQ(info.max_entries, 4);
	CHECK_OK(prog_attach(&p, false));
	CHECK_EQ(testnet_program_on(t.a), p.id);
	CHECK_EQ(prog_count(&p, 0, &n), -EOPNOTSUPP);
	prog_unload(&p);
	CHECK_EQ(testnet_program_on(t.a), 0);
	close_file(path);
}

static void expect(const struct xskpkt_program *theirs, int err,
		   const char *sentence)
{
	struct prog p;

	CHECK_EQ(prog_load(&p, &nd, theirs, false), err);
	CHECK_STR_HAS(xskpkt_errmsg(), sentence);
}

TEST(what_is_wrong_with_a_file_is_said)
{
	struct xskpkt_program theirs = { .size = sizeof(theirs),
					 .kind = XSKPKT_PROGRAM_OBJECT };
	char path[64];

	testnet_enter();
	CHECK_OK(netdev_query(&nd, "lo"));
	object_file(path, sizeof(path));
	expect(&theirs, -EINVAL, "needs object, name and map");
	theirs.name = theirs.map = "nonesuch";
	theirs.object = "/nonesuch";
	expect(&theirs, -ENOENT, "cannot read /nonesuch");
	theirs.object = "/proc/self/exe";
	expect(&theirs, -EINVAL, "is it an ELF file for BPF?");
	theirs.object = path;
	expect(&theirs, -ENOENT, "has no program 'nonesuch'");
	theirs.name = "xskpkt_redirect";
	expect(&theirs, -ENOENT, "has no map 'nonesuch'");
	theirs.map = "xskpkt_counts";
	expect(&theirs, -EINVAL, "is not an XSKMAP");
	close_file(path);
}

static int xskmap(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "map", 4, 4, 1, NULL);

	CHECK(fd >= 0);
	return fd;
}

/* Descriptors stay the caller's, who may close them at any time. */
TEST(a_program_by_descriptor_is_attached)
{
	struct xskpkt_program theirs = { .size = sizeof(theirs),
					 .kind = XSKPKT_PROGRAM_FD };
	struct testnet t;
	struct prog p;

	testnet_veth(&t, 1);
	theirs.prog_fd = program(BPF_PROG_TYPE_XDP, "mine");
	theirs.map_fd = xskmap();
	CHECK_OK(netdev_query(&nd, t.a));
	CHECK_OK(prog_load(&p, &nd, &theirs, false));
	CHECK_EQ(close(theirs.prog_fd), 0);
	CHECK_EQ(close(theirs.map_fd), 0);
	CHECK_OK(prog_attach(&p, false));
	CHECK_EQ(testnet_program_on(t.a), p.id);
	prog_unload(&p);
	CHECK_EQ(testnet_program_on(t.a), 0);
}

TEST(a_map_alone_is_filled_and_nothing_attached)
{
	struct xskpkt_program theirs = { .size = sizeof(theirs),
					 .kind = XSKPKT_PROGRAM_MAP };
	struct testnet t;
	struct prog p;

	testnet_veth(&t, 1);
	theirs.map_fd = xskmap();
	CHECK_OK(netdev_query(&nd, t.a));
	CHECK_OK(prog_load(&p, &nd, &theirs, false));
	CHECK_OK(prog_attach(&p, false));
	CHECK_EQ(testnet_program_on(t.a), 0);
	CHECK_EQ(prog_steer(&p, 1, theirs.map_fd), -E2BIG);
	CHECK_STR_HAS(xskpkt_errmsg(), "too small");
	CHECK_EQ(prog_steer(&p, 0, theirs.map_fd), -ENOTSOCK);
	prog_unload(&p);
	CHECK_EQ(close(theirs.map_fd), 0);
}

TEST(what_is_wrong_with_a_descriptor_is_said)
{
	struct xskpkt_program theirs = { .size = sizeof(theirs), .kind = 9 };
	int xdp, filter, map;

	testnet_enter();
	CHECK_OK(netdev_query(&nd, "lo"));
	xdp = program(BPF_PROG_TYPE_XDP, "mine");
	filter = program(BPF_PROG_TYPE_SOCKET_FILTER, "filter");
	map = xskmap();
	expect(&theirs, -EINVAL, "kind 9");
	theirs.kind = 0;
	expect(&theirs, -EINVAL, "is not one of");
	theirs.kind = XSKPKT_PROGRAM_FD;
	theirs.prog_fd = filter;
	theirs.map_fd = map;
	expect(&theirs, -EINVAL, "is not an XDP program");
	theirs.prog_fd = xdp;
	theirs.map_fd = xdp;
	expect(&theirs, -EINVAL, "is not an XSKMAP");
	theirs.map_fd = -1;
	expect(&theirs, -EBADF, "map_fd -1");
	close(xdp);
	close(filter);
	close(map);
}

static int printed;

static int print(enum libbpf_print_level level, const char *format,
		 va_list args)
{
	(void)format;
	(void)args;
	printed += level == LIBBPF_WARN;
	return 0;
}

/* The library is silent, and gives the caller's own print function back. */
TEST(libbpf_is_silent_and_as_it_was)
{
	struct xskpkt_program theirs = { .size = sizeof(theirs),
					 .kind = XSKPKT_PROGRAM_OBJECT,
					 .object = "/proc/self/exe",
					 .name = "x",
					 .map = "x" };

	testnet_enter();
	CHECK_OK(netdev_query(&nd, "lo"));
	libbpf_set_print(print);
	expect(&theirs, -EINVAL, "cannot read");
	CHECK_EQ(printed, 0);
	CHECK(libbpf_set_print(NULL) == print);
}
