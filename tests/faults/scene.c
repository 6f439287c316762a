// SPDX-License-Identifier: BSD-2-Clause
/* scene.c: ports that are opened, tried out, and closed without a trace. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "harness.h"
#include "port.h"
#include "scene.h"

/* Packets of one pass, each of a flow of its own, so that every queue of the
 * two that there are gets some. */
#define PACKETS 32
#define PATIENCE_MS 2000
#define STEP_MS 50
#define PART 3000
#define UNTOUCHED ((void *)0x5eed)

struct frame {
	struct ether_header ether;
	uint8_t ip[20];
	uint16_t source, target, length, checksum;
	uint32_t number;
} __attribute__((packed));

/* Namespaces */

static uint64_t namespace_here(void)
{
	struct stat st;

	CHECK_EQ(stat("/proc/thread-self/ns/net", &st), 0);
	return st.st_ino;
}

/* Go to where the interface is; what comes back is for leave(). */
static int enter(const struct scene *s)
{
	int home = -1;

	if (s->ns >= 0) {
		home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		CHECK_EQ(setns(s->ns, CLONE_NEWNET), 0);
	}
	return home;
}

static void leave(int home)
{
	if (home >= 0) {
		CHECK_EQ(setns(home, CLONE_NEWNET), 0);
		close(home);
	}
}

/* Facts of the interface, wherever it is. */
struct facts {
	uint32_t program;
	bool generic;
};

static struct facts facts_of(const struct scene *s)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, on);
	int home = enter(s);

	CHECK_EQ(bpf_xdp_query((int)if_nametoindex(s->ifname), 0, &on), 0);
	leave(home);
	return (struct facts){ .program = on.prog_id,
			       .generic = on.skb_prog_id != 0 };
}

/* Making */

static int open_wire(const char *ifname)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERTYPE_IP),
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	CHECK(fd >= 0);
	CHECK_EQ(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void make(struct scene *s)
{
	s->pool.size = sizeof(s->pool);
	s->port.size = sizeof(s->port);
	s->program.size = sizeof(s->program);
	s->port.rx_ring = s->port.tx_ring = 64;
	s->bytes = 64;
	s->map = -1;
	s->wire = open_wire(s->peer);
	s->home = namespace_here();
	s->home_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

void scene_make(struct scene *s, unsigned queues)
{
	*s = (struct scene){ .ns = -1 };
	testnet_veth(&s->net, queues);
	s->ifname = s->net.a;
	s->peer = s->net.b;
	make(s);
}

void scene_make_far(struct scene *s, unsigned queues)
{
	static char path[32];

	*s = (struct scene){ .ns = -1 };
	testnet_veth_far(&s->net, queues);
	s->ifname = s->net.b;
	s->peer = s->net.a;
	s->ns = s->net.far;
	make(s);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", s->ns);
	s->port.netns = path;
}

void scene_occupy(struct scene *s, int prog_fd)
{
	CHECK_EQ(bpf_xdp_attach((int)if_nametoindex(s->ifname), prog_fd,
				XDP_FLAGS_DRV_MODE, NULL),
		 0);
	s->holder = testnet_program_on(s->ifname);
}

static void note_fds(bool *open)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	memset(open, 0, 1024 * sizeof(*open));
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && atoi(entry->d_name) < 1024)
			open[atoi(entry->d_name)] = true;
	open[dirfd(dir)] = false;
	closedir(dir);
}

void scene_rehearse(struct scene *s, bool can_open)
{
	struct opened o;

	CHECK_OK(scene_open_pool(s, &o));
	if (can_open) {
		CHECK_OK(scene_open_port(s, &o));
		s->memory.size = sizeof(s->memory);
		s->mode = xskpkt_queue_mode(xskpkt_port_queue(o.port, 0));
		CHECK_OK(xskpkt_pool_info(o.pool, &s->memory));
		scene_check_works(s, &o);
	} else {
		CHECK(scene_open_port(s, &o) < 0);
	}
	scene_close(s, &o);
	s->held = faults_held();
	note_fds(s->fds);
}

/* Opening and closing */

void scene_go_home(const struct scene *s)
{
	CHECK(namespace_here() != s->home);
	CHECK_EQ(setns(s->home_fd, CLONE_NEWNET), 0);
}

int scene_open_pool(struct scene *s, struct opened *o)
{
	struct xskpkt_pool *pool = UNTOUCHED;
	int err = xskpkt_pool_create(&pool, &s->pool);

	*o = (struct opened){ 0 };
	if (!err)
		o->pool = pool;
	else
		CHECK_EQ(pool, UNTOUCHED);
	return err;
}

int scene_open_port(struct scene *s, struct opened *o)
{
	struct xskpkt_port *port = UNTOUCHED;
	int err;

	if (s->program.kind)
		s->port.program = &s->program;
	err = xskpkt_port_open(&port, s->ifname, o->pool, &s->port);
	o->port = NULL;
	if (!err)
		o->port = port;
	else
		CHECK_EQ(port, UNTOUCHED);
	return err;
}

void scene_close(struct scene *s, struct opened *o)
{
	(void)s;
	xskpkt_port_close(o->port);
	xskpkt_pool_destroy(o->pool);
	*o = (struct opened){ 0 };
}

/* Traffic */

static void write_frame(struct frame *f, uint32_t number)
{
	static const uint8_t ip[20] = { 0x45, 0, 0,  0, 0, 0, 0,  0, 64, 17,
					0,    0, 10, 0, 0, 1, 10, 0, 0,  2 };

	memset(f, 0, sizeof(*f));
	memset(f->ether.ether_dhost, 0xff, 6);
	memset(f->ether.ether_shost, 0x02, 6);
	f->ether.ether_type = htons(ETHERTYPE_IP);
	memcpy(f->ip, ip, sizeof(ip));
	f->source = htons((uint16_t)(1000 + number));
	f->target = htons(9);
	f->number = htonl(number);
}

static uint32_t number_of(const void *data)
{
	struct frame f;

	memcpy(&f, data, sizeof(f));
	return ntohl(f.number);
}

static void wire_send(const struct scene *s, uint32_t number)
{
	uint8_t bytes[16384] = { 0 };

	write_frame((struct frame *)bytes, number);
	CHECK_EQ(send(s->wire, bytes, s->bytes, 0), s->bytes);
}

void scene_expect(const struct scene *s, uint32_t number)
{
	struct pollfd readable = { .fd = s->wire, .events = POLLIN };
	uint8_t bytes[16384];
	ssize_t len;

	if (poll(&readable, 1, PATIENCE_MS) != 1)
		FAIL("packet %u did not arrive", number);
	len = recv(s->wire, bytes, sizeof(bytes), 0);
	CHECK_EQ(len, s->bytes);
	CHECK_EQ(number_of(bytes), number);
}

/* Whole packets that have come in on one queue. */
static unsigned receive(const struct scene *s, struct xskpkt_queue *q,
			uint64_t *numbers)
{
	struct xskpkt_pkt burst[64];
	unsigned n = xskpkt_queue_rx(q, burst, 64), packets = 0, entries;

	for (unsigned i = 0; i < n; i += entries) {
		entries = xskpkt_pkt_entries(burst + i, n - i);
		CHECK_EQ(xskpkt_pkt_bytes(burst + i, n - i), s->bytes);
		*numbers |= 1ull << number_of(burst[i].data);
		packets++;
	}
	xskpkt_queue_drop(q, burst, n);
	return packets;
}

void scene_check_rx(const struct scene *s, const struct opened *o)
{
	struct xskpkt_port *port = o->port;
	unsigned queues = xskpkt_port_queues(port), got = 0, idle = 0;
	struct xskpkt_queue *all[8];
	unsigned each[8] = { 0 };
	uint64_t numbers = 0;

	for (unsigned i = 0; i < queues; i++)
		all[i] = xskpkt_port_queue(port, i);
	for (unsigned i = 0; i < PACKETS; i++)
		wire_send(s, i);
	while (got < PACKETS) {
		/* It also ends when the link comes up, and with no packet. */
		int ready = xskpkt_queue_wait(all, queues, 0, STEP_MS);

		if (ready < 0 || (!ready && idle++ > PATIENCE_MS / STEP_MS))
			FAIL("of %u packets %u arrived, then %d: %s", PACKETS,
			     got, ready, xskpkt_errmsg());
		for (unsigned i = 0; i < queues; i++) {
			unsigned n = receive(s, all[i], &numbers);

			each[i] += n;
			got += n;
		}
	}
	CHECK_EQ(got, PACKETS);
	CHECK_EQ(numbers, (1ull << PACKETS) - 1);
	/* Without native XDP, veth does not pass the queue's number on. */
	for (unsigned i = 0; i < queues; i++)
		CHECK(each[i] ||
		      xskpkt_queue_mode(all[i]) == XSKPKT_MODE_GENERIC);
}

bool scene_try_send(const struct scene *s, struct xskpkt_queue *q,
		    uint32_t number)
{
	unsigned entries = (s->bytes + PART - 1) / PART;
	struct xskpkt_pkt pkts[8];
	unsigned left = s->bytes, sent;

	CHECK_EQ(xskpkt_queue_alloc(q, pkts, entries), entries);
	for (unsigned i = 0; i < entries; i++) {
		pkts[i].len = left < PART ? left : PART;
		pkts[i].flags = i + 1 < entries ? XSKPKT_PKT_MORE : 0;
		memset(pkts[i].data, 0, pkts[i].len);
		left -= pkts[i].len;
	}
	write_frame((struct frame *)pkts[0].data, number);
	sent = xskpkt_queue_tx(q, pkts, entries);
	CHECK(sent == 0 || sent == entries);
	xskpkt_queue_drop(q, pkts + sent, entries - sent);
	return sent;
}

void scene_send(const struct scene *s, struct xskpkt_queue *q, uint32_t number)
{
	CHECK(scene_try_send(s, q, number));
}

static void check_tx(const struct scene *s, struct xskpkt_port *port)
{
	static uint32_t number = 1000;

	for (unsigned i = 0; i < xskpkt_port_queues(port); i++) {
		scene_send(s, xskpkt_port_queue(port, i), ++number);
		scene_expect(s, number);
	}
}

/* Truth */

/* The mode as the socket itself has it. */
static void check_mode(const struct xskpkt_queue *q, struct facts facts)
{
	bool zerocopy = xskpkt_queue_mode(q) == XSKPKT_MODE_ZEROCOPY;
	bool generic = xskpkt_queue_mode(q) == XSKPKT_MODE_GENERIC;
	struct xdp_options options;
	socklen_t len = sizeof(options);

	CHECK_EQ(getsockopt(xskpkt_queue_fd(q), SOL_XDP, XDP_OPTIONS, &options,
			    &len),
		 0);
	CHECK_EQ(!!(options.flags & XDP_OPTIONS_ZEROCOPY), zerocopy);
	if (facts.program)
		CHECK_EQ(facts.generic, generic);
}

/* What was had has no excuse; what the policy would have liked better has. */
static void check_reasons(const struct scene *s, const struct xskpkt_queue *q)
{
	enum xskpkt_mode got = xskpkt_queue_mode(q);
	const char *why = UNTOUCHED;

	for (enum xskpkt_mode mode = 1; mode <= XSKPKT_MODE_GENERIC; mode++) {
		int err = xskpkt_queue_reason(q, mode, &why);

		if (mode == got || mode > got || s->port.mode) {
			CHECK_EQ(err, 0);
			continue;
		}
		if (!err)
			FAIL("queue %u is in mode %d, but nothing is said "
			     "against mode %d",
			     xskpkt_queue_id(q), got, mode);
		CHECK_STR_HAS(why, s->ifname);
	}
}

static void check_truth(const struct scene *s, struct xskpkt_port *port)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };
	struct facts facts = facts_of(s);

	CHECK_OK(xskpkt_port_info(port, &info));
	if (info.program_id && s->program.kind != XSKPKT_PROGRAM_MAP)
		CHECK_EQ(info.program_id, facts.program);
	for (unsigned i = 0; i < xskpkt_port_queues(port); i++) {
		struct xskpkt_queue *q = xskpkt_port_queue(port, i);

		CHECK_EQ(info.mode, xskpkt_queue_mode(q));
		check_mode(q, facts);
		check_reasons(s, q);
	}
}

void scene_check_works(const struct scene *s, const struct opened *o)
{
	uint32_t flags = s->port.flags;

	for (int i = 0; xskpkt_port_state(o->port) != XSKPKT_STATE_UP; i++) {
		if (i == 100)
			FAIL("not up: %s", xskpkt_errmsg());
		usleep(10000);
	}
	check_truth(s, o->port);
	if (!(flags & XSKPKT_PORT_TX_ONLY))
		scene_check_rx(s, o);
	if (!(flags & XSKPKT_PORT_RX_ONLY))
		check_tx(s, o->port);
}

/* What is left */

static void check_pool(struct xskpkt_pool *pool)
{
	struct xskpkt_pool_books books = { .size = sizeof(books) };
	struct xskpkt_pool_info info = { .size = sizeof(info) };

	CHECK_OK(xskpkt_pool_info(pool, &info));
	CHECK_EQ(info.ports, 0);
	CHECK_OK(xskpkt_pool_audit(pool, &books));
	CHECK_EQ(books.free, books.all);
	CHECK_EQ(pool->promised, 0);
	CHECK_EQ(pool->caches, NULL);
}

/* "Only if something is there" is refused. */
static void check_slot_empty(int map, uint32_t key)
{
	int xsk = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	uint32_t size = 64;

	CHECK(xsk >= 0);
	CHECK_EQ(setsockopt(xsk, SOL_XDP, XDP_RX_RING, &size, sizeof(size)), 0);
	CHECK_EQ(bpf_map_update_elem(map, &key, &xsk, BPF_EXIST), -ENOENT);
	close(xsk);
}

void scene_check_gone(const struct scene *s, const struct opened *o)
{
	CHECK_EQ(facts_of(s).program, s->holder);
	CHECK_EQ(namespace_here(), s->home);
	for (uint32_t i = 0; s->map >= 0 && i < s->net.queues; i++)
		check_slot_empty(s->map, i);
	if (o->pool)
		check_pool(o->pool);
}

void scene_wait_released(const struct scene *s)
{
	int home = enter(s), taken = 0;
	int ifindex = (int)if_nametoindex(s->ifname);

	for (uint32_t q = 0; q < s->net.queues; q++)
		for (int i = 0; i < 1000; i++) {
			taken = netdev_queue_taken(ifindex, q);
			if (taken <= 0)
				break;
			usleep(1000);
		}
	leave(home);
	CHECK(taken == 0 || taken == -EOPNOTSUPP);
}

void scene_check_clean(const struct scene *s)
{
	struct held held = faults_held();
	char path[32], target[64];
	bool fds[1024];
	ssize_t len;

	CHECK_EQ(held.allocations, s->held.allocations);
	CHECK_EQ(held.mappings, s->held.mappings);
	note_fds(fds);
	for (int fd = 0; fd < 1024; fd++) {
		if (fds[fd] == s->fds[fd])
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof(target) - 1);
		target[len < 0 ? 0 : len] = '\0';
		if (s->libxdp_leaks && !strcmp(target, "anon_inode:bpf-prog"))
			close(fd);
		else
			FAIL("descriptor %d (%s) was %s", fd, target,
			     fds[fd] ? "left open" : "closed, but is not ours");
	}
}
