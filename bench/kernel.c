// SPDX-License-Identifier: BSD-2-Clause
/* kernel.c: XDP programs of a few instructions; packets made by the kernel */
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench.h"
#include "kernel.h"

#define FRAME_MAX 1514

static int load(const struct bpf_insn *insns, size_t count)
{
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "bench", "BSD", insns, count,
			       NULL);

	if (fd < 0)
		bench_die("load a program: %s", strerror(-fd));
	return fd;
}

static int load_verdict(int verdict)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = verdict },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return load(insns, sizeof(insns) / sizeof(insns[0]));
}

int kernel_load_drop(void)
{
	return load_verdict(XDP_DROP);
}

int kernel_load_bounce(void)
{
	return load_verdict(XDP_TX);
}

static int index_of(const char *ifname)
{
	unsigned index = if_nametoindex(ifname);

	if (!index)
		bench_die("%s: there is no such interface", ifname);
	return (int)index;
}

/* return bpf_redirect(index, 0); */
int kernel_load_redirect(const char *to)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_1,
		  .imm = index_of(to) },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return load(insns, sizeof(insns) / sizeof(insns[0]));
}

void kernel_attach(const char *ifname, int prog_fd)
{
	int err = bpf_xdp_attach(index_of(ifname), prog_fd, XDP_FLAGS_DRV_MODE,
				 NULL);

	if (err)
		bench_die("%s: attach: %s", ifname, strerror(-err));
}

void kernel_send(const char *ifname, uint32_t bytes, int repeat)
{
	uint8_t frame[FRAME_MAX] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame,
		    .data_size_in = bytes, .repeat = repeat,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);
	int fd = kernel_load_redirect(ifname), err;

	do
		err = bpf_prog_test_run_opts(fd, &opts);
	while (!err);
	bench_die("%s: the kernel does not send: %s", ifname, strerror(-err));
}
