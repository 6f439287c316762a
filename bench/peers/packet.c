// SPDX-License-Identifier: BSD-2-Clause
/*
 * packet.c: AF_PACKET, the way to raw packets before XDP
 *
 *	peer_packet tx IF BYTES      sendmmsg(), 64 packets a call, for ever
 *	peer_packet rx IF SECONDS    TPACKET_V3, blocks mapped; packets a second
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "bench.h"

#define BURST 64
#define FRAME_MAX 1514
#define BLOCKS 64
#define BLOCK_BYTES (1u << 20)
#define FRAME_ROOM 2048
#define BLOCK_TIMEOUT_MS 1
#define WARM_NS 200000000ull

static void set(int fd, int option, const void *value, socklen_t len)
{
	if (setsockopt(fd, SOL_PACKET, option, value, len))
		bench_die("AF_PACKET: option %d: %s", option, strerror(errno));
}

static void bind_to(int fd, const char *ifname)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(ifname),
	};

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		bench_die("%s: AF_PACKET: %s", ifname, strerror(errno));
}

static void send_for_ever(const char *ifname, size_t bytes)
{
	static uint8_t frame[FRAME_MAX] = { 2, 0, 0, 0, 0, 1,    2,
					    0, 0, 0, 0, 2, 0x88, 0xb5 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;
	struct iovec piece = { frame, bytes };
	struct mmsghdr burst[BURST];

	for (unsigned i = 0; i < BURST; i++)
		burst[i] = (struct mmsghdr){ .msg_hdr.msg_iov = &piece,
					     .msg_hdr.msg_iovlen = 1 };
	set(fd, PACKET_QDISC_BYPASS, &one, sizeof(one));
	bind_to(fd, ifname);
	while (sendmmsg(fd, burst, BURST, 0) >= 0 || errno == ENOBUFS)
		;
	bench_die("%s: sendmmsg: %s", ifname, strerror(errno));
}

static uint8_t *map_blocks(int fd)
{
	const struct tpacket_req3 ring = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = BLOCKS,
		.tp_frame_size = FRAME_ROOM,
		.tp_frame_nr = BLOCKS * (BLOCK_BYTES / FRAME_ROOM),
		.tp_retire_blk_tov = BLOCK_TIMEOUT_MS,
	};
	int version = TPACKET_V3;
	void *blocks;

	set(fd, PACKET_VERSION, &version, sizeof(version));
	set(fd, PACKET_RX_RING, &ring, sizeof(ring));
	blocks = mmap(NULL, (size_t)BLOCKS * BLOCK_BYTES,
		      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (blocks == MAP_FAILED)
		bench_die("TPACKET_V3: map: %s", strerror(errno));
	return blocks;
}

/* The next block's packets, counted and given back; 0: none is ready. */
static uint64_t take_block(struct tpacket_block_desc *block, int fd)
{
	uint32_t *status = &block->hdr.bh1.block_status;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	uint64_t n;

	if (!(__atomic_load_n(status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) {
		poll(&wait, 1, 10);
		return 0;
	}
	n = block->hdr.bh1.num_pkts;
	__atomic_store_n(status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	return n;
}

static uint64_t receive_for(int fd, uint8_t *blocks, unsigned *at, uint64_t ns)
{
	uint64_t end = bench_ns() + ns, packets = 0, n;

	while (bench_ns() < end) {
		n = take_block((void *)(blocks + (size_t)*at * BLOCK_BYTES),
			       fd);
		packets += n;
		*at = n ? (*at + 1) % BLOCKS : *at;
	}
	return packets;
}

static void receive(const char *ifname, double seconds)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	uint8_t *blocks = map_blocks(fd);
	uint64_t packets;
	unsigned at = 0;

	bind_to(fd, ifname);
	receive_for(fd, blocks, &at, WARM_NS);
	packets = receive_for(fd, blocks, &at, (uint64_t)(seconds * 1e9));
	printf("%.0f\n", (double)packets / seconds);
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "tx"))
		send_for_ever(argv[2], (size_t)atoi(argv[3]));
	if (argc <= 3 || strcmp(argv[1], "rx"))
		bench_die("usage: peer_packet tx IF BYTES | rx IF SECONDS");
	receive(argv[2], atof(argv[3]));
	return 0;
}
