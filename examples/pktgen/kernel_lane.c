// SPDX-License-Identifier: BSD-2-Clause
/* kernel_lane.c: the packets of one worker, made and sent inside the kernel */
#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel_hold.h"
#include "kernel_lane.h"
#include "pktgen.skel.h"
#include "say.h"

/* bpf.h has it since 5.18. */
#ifndef BPF_F_TEST_XDP_LIVE_FRAMES
#define BPF_F_TEST_XDP_LIVE_FRAMES (1u << 1)
#endif

/* Packets on their way at once: the ring of a veth holds 256. */
#define BATCH 192

struct kernel_lane {
	struct pktgen_bpf *program;
	struct kernel_hold hold;
	uint32_t length;
	uint8_t packet[];
};

/* The kernel's own words are for who wrote the program. */
static int keep_quiet(enum libbpf_print_level level, const char *format,
		      va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static int load(struct kernel_lane *lane, const struct kernel_tables *t)
{
	struct pktgen_bpf *p;
	int err;

	libbpf_set_print(keep_quiet);
	p = lane->program = pktgen_bpf__open();
	if (!p)
		return -errno;
	/* Constant for the program, and not yet for us. */
	memcpy((void *)&p->rodata->plan, &t->plan, sizeof(t->plan));
	memcpy((void *)p->rodata->sizes, t->sizes,
	       t->plan.sizes * sizeof(*t->sizes));
	p->bss->state.turns.random = t->seed;
	err = bpf_map__set_max_entries(p->maps.flows, t->plan.flows);
	if (!err)
		err = pktgen_bpf__load(p);
	return err;
}

static int fill_maps(const struct kernel_lane *lane,
		     const struct kernel_tables *t)
{
	int target = bpf_map__fd(lane->program->maps.target);
	int flows = bpf_map__fd(lane->program->maps.flows);
	uint32_t first = 0;
	int err = bpf_map_update_elem(target, &first, &t->ifindex, BPF_ANY);

	for (uint32_t i = 0; i < t->plan.flows && !err; i++)
		err = bpf_map_update_elem(flows, &i, &t->flows[i], BPF_ANY);
	return err;
}

static int refuse(int err, const char *step)
{
	const char *way_out = "";

	if (err == -EPERM || err == -EACCES)
		way_out =
			": this needs CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and "
			"CAP_SYS_ADMIN, so run it as root";
	say("--engine kernel: %s: %s%s", step, strerror(-err), way_out);
	return err;
}

static int run(const struct kernel_lane *lane,
	       const struct bpf_program *program, uint32_t length, uint32_t n)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = lane->packet,
		    .data_size_in = length, .repeat = (int)n,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);

	return bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
}

/* With the shortest packet of all, then with one of ours. */
static int probe(const struct kernel_lane *lane)
{
	const struct bpf_program *program = lane->program->progs.pktgen_probe;
	int err = run(lane, program, ETH_HLEN, 1);

	if (err == -EINVAL) {
		say("--engine kernel: this kernel sends no packets that an XDP "
		    "program made: Linux 5.18 does; leave --engine out");
		return err;
	}
	if (!err)
		err = run(lane, program, lane->length, 1);
	if (err == -EINVAL)
		say("--engine kernel: packets of %u bytes do not fit into a "
		    "page with what the kernel keeps there: send smaller ones",
		    lane->length);
	else if (err)
		refuse(err, "running the XDP program");
	return err;
}

static int make_ready(struct kernel_lane *lane, const struct kernel_tables *t)
{
	int err = load(lane, t);

	if (!err)
		err = fill_maps(lane, t);
	if (err)
		return refuse(err, "loading the XDP program");
	err = kernel_hold_open(
		&lane->hold, bpf_program__fd(lane->program->progs.pktgen_make));
	if (err)
		return refuse(err, "keeping the XDP program ready");
	return probe(lane);
}

int kernel_lane_open(struct kernel_lane **ret, const struct kernel_tables *t)
{
	uint32_t length = t->plan.largest;
	struct kernel_lane *lane = calloc(1, sizeof(*lane) + length);
	int err;

	if (!lane)
		return refuse(-ENOMEM, "starting");
	lane->hold = (struct kernel_hold){ -1, -1 };
	lane->length = length;
	memcpy(lane->packet, t->packet, length);
	err = make_ready(lane, t);
	if (err) {
		kernel_lane_close(lane);
		return err;
	}
	*ret = lane;
	return 0;
}

int kernel_lane_run(struct kernel_lane *lane, uint32_t n)
{
	int err;

	lane->program->bss->state.burst = 0;
	err = run(lane, lane->program->progs.pktgen_make, lane->length, n);
	return err && err != -EINTR ? refuse(err, "sending") : err;
}

void kernel_lane_read(const struct kernel_lane *lane, uint64_t *packets,
		      uint64_t *bytes)
{
	const volatile struct kernel_lane_state *state =
		&lane->program->bss->state;

	*packets = state->packets;
	*bytes = state->bytes;
}

void kernel_lane_close(struct kernel_lane *lane)
{
	if (!lane)
		return;
	kernel_hold_close(&lane->hold);
	pktgen_bpf__destroy(lane->program);
	free(lane);
}
