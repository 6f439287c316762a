// SPDX-License-Identifier: BSD-2-Clause
/* Programs that are not the library's: the caller's own, and a stranger's. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "own.skel.h"
#include "port.h"
#include "traffic.h"

#define PROGRAM(...)                                                      \
	(&(struct xskpkt_program){ .size = sizeof(struct xskpkt_program), \
				   __VA_ARGS__ })

static struct own_bpf *own_load(uint32_t queues)
{
	struct own_bpf *own = own_bpf__open();

	CHECK(own);
	bpf_map__set_max_entries(own->maps.sockets, queues);
	CHECK_EQ(own_bpf__load(own), 0);
	return own;
}

/* Open the wire with the library's program at a, and at b @program by its
 * descriptor. */
static struct own_bpf *own_open(struct wire *w, unsigned queues,
				const char *program)
{
	struct own_bpf *own;
	int fd;

	wire_make(w, queues, NULL);
	own = own_load(queues);
	fd = bpf_program__fd(
		bpf_object__find_program_by_name(own->obj, program));
	CHECK_OK(xskpkt_port_open(&w->a, w->t.a, w->pool, SMALL()));
	CHECK_OK(xskpkt_port_open(
		&w->b, w->t.b, w->pool,
		SMALL(.program = PROGRAM(.kind = XSKPKT_PROGRAM_FD,
					 .prog_fd = fd,
					 .map_fd = bpf_map__fd(
						 own->maps.sockets)))));
	return own;
}

/* By the descriptors of program and map: it is attached, filled, and taken off
 * again, and the descriptors stay the caller's. */
TEST(a_program_by_descriptors)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };
	struct own_bpf *own;
	struct wire w;

	own = own_open(&w, 2, "own_all");
	CHECK_OK(xskpkt_port_info(w.b, &info));
	CHECK_EQ(info.program_id, testnet_program_on(w.t.b));
	carry_all(w.a, w.b, 300, MIXED);
	carry_all(w.b, w.a, 300, MIXED);
	CHECK_EQ(port_stats_of(w.b).prog_redirected, 0);
	check_explains_nothing(w.b);
	wire_close(&w);
	CHECK(bpf_program__fd(own->progs.own_all) >= 0 &&
	      !close(dup(bpf_program__fd(own->progs.own_all))));
	own_bpf__destroy(own);
}

/* From an object file, whose map is made as large as the interface needs. */
TEST(a_program_from_an_object_file)
{
	int file = memfd_create("own", MFD_CLOEXEC);
	const void *bytes;
	char path[64];
	struct wire w;
	size_t size;

	bytes = own_bpf__elf_bytes(&size);
	CHECK_EQ(write(file, bytes, size), size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	wire_open(&w, 4, NULL,
		  SMALL(.program = PROGRAM(.kind = XSKPKT_PROGRAM_OBJECT,
					   .object = path, .name = "own_all",
					   .map = "sockets")));
	carry_all(w.a, w.b, 300, MIXED);
	carry_all(w.b, w.a, 300, MIXED);
	wire_close(&w);
	close(file);
}

static int attach(const char *ifname, const struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int fd = bpf_link_create(bpf_program__fd(program),
				 (int)if_nametoindex(ifname), BPF_XDP, &opts);

	CHECK(fd >= 0);
	return fd;
}

/* By its map alone: nothing is attached or detached, sockets come and go in
 * it; here from queue 0 to queue 1 and back while the program stays. */
TEST(a_map_alone_while_the_sockets_move)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };
	struct own_bpf *own = NULL;
	struct wire w;
	int link;

	wire_make(&w, 2, NULL);
	own = own_load(2);
	link = attach(w.t.b, own->progs.own_all);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	for (uint32_t i = 0; i < 4; i++) {
		struct flow f = { .id = i };
		uint32_t id = i % 2;
		uint32_t before = testnet_program_on(w.t.b);

		CHECK_OK(xskpkt_port_open(
			&w.b, w.t.b, w.pool,
			SMALL(.queues = &id, .queue_count = 1,
			      .program = PROGRAM(.kind = XSKPKT_PROGRAM_MAP,
						 .map_fd = bpf_map__fd(
							 own->maps.sockets)))));
		CHECK_OK(xskpkt_port_info(w.b, &info));
		CHECK_EQ(info.program_id, 0);
		flow_carry(&f, wire_a(&w, id), wire_b(&w, 0), 300, MIXED);
		xskpkt_port_close(w.b);
		w.b = NULL;
		CHECK_EQ(testnet_program_on(w.t.b), before);
		/* Its sockets are out of the map: this goes to the kernel. */
		CHECK_EQ(flow_send(&f, wire_a(&w, id), 5, 64), 5);
	}
	close(link);
	wire_close(&w);
	own_bpf__destroy(own);
}

/* A program that drops every other packet: exactly those are missing, and the
 * others are whole and in order. */
TEST(a_program_that_drops_half)
{
	struct flow f = { .id = 1, .lossy = true };
	struct own_bpf *own;
	struct wire w;

	own = own_open(&w, 1, "own_half");
	for (unsigned i = 0; i < 20; i++) {
		/* Even: dropped. Odd, from 1 on: the last one arrives. */
		CHECK_EQ(flow_send(&f, wire_a(&w, 0), i ? 50 : 49, MIXED),
			 i ? 50 : 49);
		flow_await(&f, wire_b(&w, 0));
	}
	CHECK_EQ(f.seen, 999);
	CHECK_EQ(f.lost, 499);
	CHECK_EQ(stats_of(wire_b(&w, 0)).rx_packets, 500);
	wire_close(&w);
	own_bpf__destroy(own);
}

/* What a program writes before a packet is there, before the packet. */
TEST(metadata_is_before_the_packet)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pkt pkt;
	struct own_bpf *own;
	struct wire w;

	own = own_open(&w, 1, "own_metadata");
	for (unsigned i = 0; i < 200; i++) {
		uint64_t len;

		CHECK_EQ(flow_send(&f, wire_a(&w, 0), 1, MIXED), 1);
		UNTIL(xskpkt_queue_rx(wire_b(&w, 0), &pkt, 1));
		memcpy(&len, pkt.data - sizeof(len), sizeof(len));
		CHECK_EQ(len, pkt.len);
		flow_check(&f, &pkt, 1);
		xskpkt_queue_drop(wire_b(&w, 0), &pkt, 1);
	}
	wire_close(&w);
	own_bpf__destroy(own);
}

/* A program that cuts packets: they are as long as it left them. */
TEST(a_program_that_shortens_packets)
{
	struct flow f = { .id = 1 };
	struct xskpkt_pkt pkt;
	struct own_bpf *own;
	uint8_t want[400];
	struct wire w;

	own = own_open(&w, 1, "own_shorter");
	for (unsigned i = 0; i < 100; i++) {
		CHECK_EQ(flow_send(&f, wire_a(&w, 0), 1, 400), 1);
		UNTIL(xskpkt_queue_rx(wire_b(&w, 0), &pkt, 1));
		packet_make(want, 400, 1, i);
		CHECK_EQ(pkt.len, 300);
		CHECK(!memcmp(pkt.data, want, 300));
		xskpkt_queue_drop(wire_b(&w, 0), &pkt, 1);
	}
	wire_close(&w);
	own_bpf__destroy(own);
}

/* Strangers */

static void stranger_stays(uint32_t flags, const char *mode)
{
	struct xskpkt_port *port = NULL;
	char words[64], name[64];
	struct own_bpf *own;
	struct wire w;
	uint32_t id;

	wire_make(&w, 1, NULL);
	own = own_load(1);
	CHECK_EQ(bpf_xdp_attach((int)if_nametoindex(w.t.a),
				bpf_program__fd(own->progs.own_nothing), flags,
				NULL),
		 0);
	id = testnet_program_on(w.t.a);
	for (uint32_t policy = 0; policy <= XSKPKT_MODE_GENERIC; policy++) {
		if (policy == XSKPKT_MODE_ZEROCOPY)
			continue;
		CHECK_EQ(xskpkt_port_open(&port, w.t.a, w.pool,
					  SMALL(.mode = policy)),
			 -EBUSY);
		CHECK(!port);
		snprintf(words, sizeof(words), "id %u", id);
		CHECK_STR_HAS(xskpkt_errmsg(), words);
		CHECK_STR_HAS(xskpkt_errmsg(), "own_nothing");
		CHECK_STR_HAS(xskpkt_errmsg(), mode);
		CHECK_EQ(testnet_program_on(w.t.a), id);
	}
	/* To send only takes no program: so nobody is in the way. */
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool,
				  SMALL(.flags = XSKPKT_PORT_TX_ONLY)));
	CHECK_EQ(testnet_program_on(w.t.a), id);
	/* What the sentence advises helps. */
	snprintf(name, sizeof(name), "%s off",
		 flags == XDP_FLAGS_SKB_MODE ? "xdpgeneric" : "xdpdrv");
	run("ip link set dev %s %s", w.t.a, name);
	wire_close(&w);
	own_bpf__destroy(own);
}

/* A stranger's program that is there first stays, and is named with its id. */
TEST(a_strangers_native_program_stays)
{
	stranger_stays(XDP_FLAGS_DRV_MODE, "native");
}

TEST(a_strangers_generic_program_stays)
{
	stranger_stays(XDP_FLAGS_SKB_MODE, "generic");
}

/* A stranger cannot put a program over ours in the ordinary ways. */
TEST(ours_is_not_replaced_by_accident)
{
	struct own_bpf *own;
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	own = own_load(1);
	CHECK_EQ(bpf_xdp_attach((int)if_nametoindex(w.t.b),
				bpf_program__fd(own->progs.own_nothing),
				XDP_FLAGS_DRV_MODE, NULL),
		 -EBUSY);
	CHECK(try_run("ip link set dev %s xdp off", w.t.b) != 0);
	carry_all(w.a, w.b, 300, MIXED);
	wire_close(&w);
	own_bpf__destroy(own);
}

/* One who insists puts a program into our link: packets then go elsewhere, and
 * explain says so. With our program back all is as it was. */
TEST(ours_is_replaced_by_a_stranger)
{
	struct flow f = { .id = 1 }, lost = { .id = 2 };
	struct own_bpf *own;
	char words[64];
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	own = own_load(1);
	CHECK_EQ(bpf_link_update(w.b->prog.link_fd,
				 bpf_program__fd(own->progs.own_nothing), NULL),
		 0);
	CHECK_EQ(flow_send(&lost, wire_a(&w, 0), 20, 64), 20);
	CHECK_EQ(flow_receive(&lost, wire_b(&w, 0)), 0);
	snprintf(words, sizeof(words), "program 'own_nothing' (id %u",
		 testnet_program_on(w.t.b));
	check_explains(w.b, words);

	CHECK_EQ(bpf_link_update(w.b->prog.link_fd, w.b->prog.prog_fd, NULL),
		 0);
	check_explains_nothing(w.b);
	flow_carry(&f, wire_a(&w, 0), wire_b(&w, 0), 300, MIXED);
	wire_close(&w);
	own_bpf__destroy(own);
}

/* Or takes ours off. */
TEST(ours_is_taken_off_by_a_stranger)
{
	struct flow lost = { .id = 2 };
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	CHECK_EQ(bpf_link_detach(w.b->prog.link_fd), 0);
	CHECK_EQ(flow_send(&lost, wire_a(&w, 0), 20, 64), 20);
	CHECK_EQ(flow_receive(&lost, wire_b(&w, 0)), 0);
	check_explains(w.b, "was taken off");
	wire_close(&w);
}
