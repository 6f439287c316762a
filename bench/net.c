// SPDX-License-Identifier: BSD-2-Clause
/* net.c: veth pairs, a source in the kernel, and sockets by way of libxdp */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench.h"
#include "hand.h"
#include "harness.h"
#include "net.h"
#include "xskpkt.skel.h"

#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9 /* Linux 6.17 */
#endif

extern char **environ;

/* What testnet.c wants of a harness: there is no test here to fail. */

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	exit(1);
}

void test_skip(const char *format, ...)
{
	va_list args;

	printf("skipped: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	exit(0);
}

void test_at_end(void (*fn)(void *arg), void *arg)
{
	/* The process ends soon enough. */
	(void)fn;
	(void)arg;
}

void net_pin(unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		bench_die("CPU %u: %s", cpu, strerror(errno));
}

/* Programs of a few instructions */

static int load(const struct bpf_insn *insns, size_t count)
{
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "bench", "BSD", insns, count,
			       NULL);

	if (fd < 0)
		bench_die("load a program: %s", strerror(-fd));
	return fd;
}

/* return XDP_DROP; */
static int load_drop(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_DROP },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return load(insns, sizeof(insns) / sizeof(insns[0]));
}

/* return bpf_redirect(ifindex, 0); */
static int load_redirect(int ifindex)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_1,
		  .imm = ifindex },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return load(insns, sizeof(insns) / sizeof(insns[0]));
}

static void attach(const char *ifname, int prog_fd)
{
	int err = bpf_xdp_attach((int)if_nametoindex(ifname), prog_fd,
				 XDP_FLAGS_DRV_MODE, NULL);

	if (err)
		bench_die("%s: attach: %s", ifname, strerror(-err));
}

void net_open(struct net *net, bool receives, bool sends)
{
	int drop;

	*net = (struct net){ 0 };
	testnet_enter();
	drop = load_drop();
	if (receives) {
		testnet_veth(&net->in, 1);
		/* Without a program one cannot redirect to a veth. */
		attach(net->in.b, drop);
	}
	if (sends) {
		testnet_veth(&net->out, 1);
		attach(net->out.b, drop);
	}
	close(drop);
}

/* The source */

static void send_for_ever(int prog_fd)
{
	uint8_t frame[PACKET_BYTES] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame,
		    .data_size_in = sizeof(frame), .repeat = 1 << 30,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);
	int err;

	do
		err = bpf_prog_test_run_opts(prog_fd, &opts);
	while (!err);
	bench_die("the source failed: %s", strerror(-err));
}

void net_source_main(int argc, char **argv)
{
	if (argc != 4 || strcmp(argv[1], "source"))
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == 1)
		exit(0);
	net_pin((unsigned)atoi(argv[3]));
	send_for_ever(load_redirect(atoi(argv[2])));
}

/* A process, not a thread: callgrind lets only one thread run at a time. */
void net_source_start(struct net *net, unsigned cpu)
{
	char self[256] = "", ifindex[16], number[16];
	char *argv[] = { "bench", "source", ifindex, number, NULL };
	int err;

	/* Under valgrind /proc/self/exe itself would be valgrind. */
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		bench_die("/proc/self/exe: %s", strerror(errno));
	snprintf(ifindex, sizeof(ifindex), "%u", if_nametoindex(net->in.b));
	snprintf(number, sizeof(number), "%u", cpu);
	err = posix_spawn(&net->source, self, NULL, NULL, argv, environ);
	if (err)
		bench_die("start the source: %s", strerror(err));
}

void net_source_stop(struct net *net)
{
	kill(net->source, SIGKILL);
	waitpid(net->source, NULL, 0);
	net->source = 0;
}

/* By hand */

static struct hand *new_hand(uint8_t *frames)
{
	struct hand *h = aligned_alloc(64, sizeof(*h) / 64 * 64 + 64);

	memset(h, 0, sizeof(*h));
	h->frames = frames;
	return h;
}

static const struct xsk_umem_config umem_config = {
	.fill_size = HAND_FRAMES,
	.comp_size = HAND_FRAMES,
	.frame_size = HAND_FRAME_SIZE,
};

static const struct xsk_socket_config socket_config = {
	.rx_size = HAND_FRAMES,
	.tx_size = HAND_FRAMES,
	.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
	.bind_flags = XDP_COPY | XDP_USE_NEED_WAKEUP,
};

/* The same program as the library's. */
static void steer(const char *ifname, struct xsk_socket *socket)
{
	struct xskpkt_bpf *skel = xskpkt_bpf__open_and_load();

	if (!skel)
		bench_die("%s: load the program", ifname);
	attach(ifname, bpf_program__fd(skel->progs.xskpkt_redirect));
	if (xsk_socket__update_xskmap(socket,
				      bpf_map__fd(skel->maps.xskpkt_sockets)))
		bench_die("%s: fill the XSKMAP", ifname);
}

static void raise_budget(int fd)
{
	uint32_t budget = BURST_MAX;

	setsockopt(fd, SOL_XDP, XDP_MAX_TX_SKB_BUDGET, &budget, sizeof(budget));
}

static void open_in(struct hand *h, const char *ifname, struct xsk_umem *umem)
{
	struct xsk_socket *socket;
	int err = xsk_socket__create_shared(&socket, ifname, 0, umem, &h->rx,
					    NULL, &h->fill, &h->comp,
					    &socket_config);

	if (err)
		bench_die("%s: by hand: %s", ifname, strerror(-err));
	h->fd = xsk_socket__fd(socket);
	steer(ifname, socket);
	hand_fill_all(h);
}

static void open_out(struct hand *h, const char *ifname, struct xsk_umem *umem)
{
	struct xsk_socket *socket;
	int err = xsk_socket__create_shared(&socket, ifname, 0, umem, NULL,
					    &h->tx, &h->fill, &h->comp,
					    &socket_config);

	if (err)
		bench_die("%s: by hand: %s", ifname, strerror(-err));
	h->fd = xsk_socket__fd(socket);
	raise_budget(h->fd);
	hand_free_all(h);
}

void net_hand(struct net *net, struct hand **in, struct hand **out)
{
	size_t len = (size_t)HAND_FRAMES * HAND_FRAME_SIZE;
	uint8_t *frames = mmap(NULL, len, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
			       0);
	struct xsk_umem *umem;
	struct hand *first;
	int err;

	*in = *net->in.a ? new_hand(frames) : NULL;
	*out = *net->out.a ? new_hand(frames) : NULL;
	first = *in ? *in : *out;
	err = xsk_umem__create(&umem, frames, len, &first->fill, &first->comp,
			       &umem_config);
	if (err)
		bench_die("umem by hand: %s", strerror(-err));
	if (*in)
		open_in(*in, net->in.a, umem);
	if (*out)
		open_out(*out, net->out.a, umem);
}
