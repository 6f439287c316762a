// SPDX-License-Identifier: BSD-2-Clause
/* pktfwd: each way to forward, with packets and with real programs. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "harness.h"
#include "program.h"

static struct program fwd;

/* Two pairs, with pktfwd to run between their b ends. */
struct scene {
	struct testnet left, right;
	int l, r; /* sockets on the a ends */
};

static void scene_make(struct scene *s, unsigned left, unsigned right)
{
	testnet_veth(&s->left, left);
	testnet_veth(&s->right, right);
	s->l = packet_socket(s->left.a);
	s->r = packet_socket(s->right.a);
}

static void scene_end(struct scene *s)
{
	close(s->l);
	close(s->r);
}

/* Wire */

/* What enters one side leaves the other, unchanged, in order, and nothing is
 * lost. */
TEST(wire_passes_packets_both_ways)
{
	struct scene s;

	scene_make(&s, 2, 2);
	program_start(&fwd, "pktfwd %s %s", s.left.b, s.right.b);
	program_opens(&fwd, s.right.b);
	packets_send(s.l, 1, 2, 2000);
	packets_expect(s.r, 1, 2, 2000);
	packets_send(s.r, 2, 1, 2000);
	packets_expect(s.l, 2, 1, 2000);
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.text, "Nothing was lost.");
	scene_end(&s);
}

/* The third interface is joined with the fourth, and with none else. */
TEST(wire_joins_each_two_interfaces)
{
	struct scene one, two;

	scene_make(&one, 1, 1);
	scene_make(&two, 1, 1);
	program_start(&fwd, "pktfwd wire %s %s %s %s", one.left.b, one.right.b,
		      two.left.b, two.right.b);
	program_opens(&fwd, two.right.b);
	packets_send(one.l, 1, 2, 100);
	packets_send(two.r, 4, 3, 100);
	packets_expect(one.r, 1, 2, 100);
	packets_expect(two.l, 4, 3, 100);
	packets_none(one.l);
	packets_none(two.r);
	program_interrupt(&fwd);
	scene_end(&one);
	scene_end(&two);
}

static void wait_until_sent(struct xskpkt_port *port, uint64_t count)
{
	struct xskpkt_stats s = { .size = sizeof(s) };

	for (unsigned ms = 0; s.tx_completed < count; ms++) {
		CHECK(ms < PATIENCE_MS);
		for (unsigned i = 0; i < xskpkt_port_queues(port); i++)
			xskpkt_queue_tx(xskpkt_port_queue(port, i), NULL, 0);
		CHECK_OK(xskpkt_port_stats(port, &s));
		usleep(1000);
	}
}

/* The library sends for us here: only so each queue gets its share. */
static void send_on_each_queue(const char *ifname, uint32_t each)
{
	struct xskpkt_port_opts opts = { .size = sizeof(opts),
					 .flags = XSKPKT_PORT_TX_ONLY };
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	unsigned queues;

	CHECK_OK(xskpkt_pool_create(&pool, NULL));
	CHECK_OK(xskpkt_port_open(&port, ifname, pool, &opts));
	queues = xskpkt_port_queues(port);
	for (uint32_t i = 0; i < queues * each; i++) {
		struct xskpkt_queue *q = xskpkt_port_queue(port, i % queues);
		struct packet p = packet_make(1, 2, i);
		struct xskpkt_pkt pkt;

		CHECK_EQ(xskpkt_queue_alloc(q, &pkt, 1), 1);
		memcpy(pkt.data, &p, PACKET_SIZE);
		pkt.len = PACKET_SIZE;
		CHECK_EQ(xskpkt_queue_tx(q, &pkt, 1), 1);
	}
	wait_until_sent(port, queues * each);
	xskpkt_port_close(port);
	xskpkt_pool_destroy(pool);
}

/* All came, and those of one queue in order. */
static void expect_from_queues(int fd, unsigned queues, uint32_t each)
{
	uint32_t next[8];
	struct packet got;

	for (uint32_t q = 0; q < queues; q++)
		next[q] = q;
	for (uint32_t i = 0; i < queues * each; i++) {
		if (!packet_receive(fd, &got, PATIENCE_MS))
			FAIL("only %u of %u came", i, queues * each);
		CHECK_EQ(got.number, next[got.number % queues]);
		next[got.number % queues] += queues;
	}
	packets_none(fd);
}

static void check_queues(unsigned left, unsigned right, const char *options,
			 const char *warning)
{
	struct scene s;

	scene_make(&s, left, right);
	program_start(&fwd, "pktfwd %s %s %s", options, s.left.b, s.right.b);
	program_opens(&fwd, s.right.b);
	send_on_each_queue(s.left.a, 200);
	expect_from_queues(s.r, left, 200);
	send_on_each_queue(s.right.a, 200);
	expect_from_queues(s.l, right, 200);
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.text, "Nothing was lost.");
	CHECK_STR_HAS(fwd.errors, warning);
	scene_end(&s);
}

/* Every queue is served, and order holds in each, however many threads. */
TEST(every_queue_is_served)
{
	check_queues(4, 4, "", "");
}

TEST(every_queue_is_served_by_one_worker)
{
	check_queues(4, 4, "--workers 1", "");
}

TEST(every_queue_is_served_by_more_workers_than_cpus)
{
	check_queues(4, 4, "--workers 4", "");
}

/* Where the numbers differ no queue is left out, and it is said that there
 * are fewer threads. */
TEST(interfaces_with_different_numbers_of_queues_are_joined)
{
	check_queues(5, 2, "--workers 5", "at most 2 workers serve them");
}

TEST(a_bridge_serves_different_numbers_of_queues)
{
	check_queues(2, 5, "bridge --workers 2", "at most 2 workers");
}

/* More workers than queues would have nothing to do. */
TEST(there_are_no_workers_without_queues)
{
	check_queues(2, 2, "--workers 7", "there is work for 2 only");
}

/* Reflect and sink */

TEST(reflect_sends_back_with_addresses_swapped)
{
	struct testnet t;
	int a;

	testnet_veth(&t, 2);
	a = packet_socket(t.a);
	program_start(&fwd, "pktfwd reflect %s", t.b);
	program_opens(&fwd, t.b);
	packets_send(a, 1, 2, 2000);
	packets_expect(a, 2, 1, 2000);
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.text, "Nothing was lost.");
	close(a);
}

/* Sink counts, sends nothing, and a dropped packet is no loss there. */
TEST(sink_counts_and_drops)
{
	struct testnet t;
	int a;

	testnet_veth(&t, 2);
	a = packet_socket(t.a);
	program_start(&fwd, "pktfwd sink --count 1000 %s", t.b);
	program_opens(&fwd, t.b);
	packets_send(a, 1, 2, 1000);
	CHECK_EQ(program_end(&fwd), 0);
	packets_none(a);
	CHECK_STR_HAS(fwd.text, "1,000");
	CHECK_STR_HAS(fwd.text, "Nothing was lost.");
	close(a);
}

/* Bridge */

#define BRIDGE_PORTS 3

struct star {
	struct testnet legs[BRIDGE_PORTS];
	int fds[BRIDGE_PORTS];
};

static void star_make(struct star *s, const char *options)
{
	for (unsigned i = 0; i < BRIDGE_PORTS; i++) {
		testnet_veth(&s->legs[i], 2);
		s->fds[i] = packet_socket(s->legs[i].a);
	}
	program_start(&fwd, "pktfwd bridge %s %s %s %s", options, s->legs[0].b,
		      s->legs[1].b, s->legs[2].b);
	program_opens(&fwd, s->legs[2].b);
}

static void star_end(struct star *s)
{
	program_interrupt(&fwd);
	for (unsigned i = 0; i < BRIDGE_PORTS; i++)
		close(s->fds[i]);
}

/* Unknown destinations go to all other ports, known ones to theirs only. */
TEST(bridge_floods_until_it_has_learnt)
{
	struct star s;

	star_make(&s, "");
	packets_send(s.fds[0], 1, 2, 500);
	packets_expect(s.fds[1], 1, 2, 500);
	packets_expect(s.fds[2], 1, 2, 500);
	packets_none(s.fds[0]);

	packets_send(s.fds[1], 2, 1, 500);
	packets_expect(s.fds[0], 2, 1, 500);
	packets_none(s.fds[2]);

	packets_send(s.fds[0], 1, 2, 500);
	packets_expect(s.fds[1], 1, 2, 500);
	packets_none(s.fds[2]);

	packets_send(s.fds[2], 3, BROADCAST, 500);
	packets_expect(s.fds[0], 3, BROADCAST, 500);
	packets_expect(s.fds[1], 3, BROADCAST, 500);
	star_end(&s);
	CHECK_STR_HAS(fwd.text, "3 addresses known, 1,000 packets flooded");
	CHECK_STR_HAS(fwd.text, "Nothing was lost.");
}

/* An address that moves to another port is followed at once. */
TEST(bridge_follows_an_address_that_moves)
{
	struct star s;

	star_make(&s, "");
	packets_send(s.fds[0], 1, 1, 1);
	packets_send(s.fds[1], 2, 1, 10);
	packets_expect(s.fds[0], 2, 1, 10);
	packets_send(s.fds[2], 1, 2, 1);
	packets_expect(s.fds[1], 1, 2, 1);
	packets_send(s.fds[1], 2, 1, 10);
	packets_expect(s.fds[2], 2, 1, 10);
	packets_none(s.fds[0]);
	star_end(&s);
}

/* An address that was silent for long is flooded to again. */
TEST(bridge_forgets_what_is_silent)
{
	struct star s;

	star_make(&s, "--ageing 1");
	packets_send(s.fds[1], 2, 9, 1);
	packets_expect(s.fds[0], 2, 9, 1);
	packets_expect(s.fds[2], 2, 9, 1);
	packets_send(s.fds[0], 1, 2, 1);
	packets_expect(s.fds[1], 1, 2, 1);
	packets_none(s.fds[2]);
	sleep(3);
	packets_send(s.fds[0], 1, 2, 1);
	packets_expect(s.fds[1], 1, 2, 1);
	packets_expect(s.fds[2], 1, 2, 1);
	star_end(&s);
}

/* A bridge does not pass on what neighbours say to each other, nor what is
 * already where it belongs. */
TEST(bridge_keeps_what_must_not_pass)
{
	static const uint8_t stp[6] = { 0x01, 0x80, 0xc2, 0, 0, 0 };
	struct packet p = packet_make(1, 2, 0);
	struct star s;

	star_make(&s, "");
	memcpy(p.to, stp, sizeof(stp));
	packet_send(s.fds[0], &p, PACKET_SIZE);
	packets_send(s.fds[0], 1, 1, 1);
	packets_none(s.fds[1]);
	packets_none(s.fds[2]);
	star_end(&s);
	CHECK_STR_HAS(fwd.text, "2 filtered");
	CHECK_STR_HAS(fwd.text, "Nothing was lost.");
}

/* Odd packets */

/* The kernel takes the tag off, and tells those who listen to all protocols of
 * it, beside the packet. */
static int socket_for_tags(const char *ifname)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = (int)if_nametoindex(ifname) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;

	CHECK(fd >= 0);
	setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on));
	CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static unsigned receive_tag(int fd, struct packet *ret)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec io = { ret, sizeof(*ret) };
	struct msghdr m = { .msg_iov = &io,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct tpacket_auxdata aux;

	CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
	CHECK_EQ(recvmsg(fd, &m, 0), PACKET_SIZE - 4);
	CHECK(CMSG_FIRSTHDR(&m));
	memcpy(&aux, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(aux));
	CHECK(aux.tp_status & TP_STATUS_VLAN_VALID);
	return aux.tp_vlan_tci;
}

/* Tags are none of our business. */
static void check_vlan(const char *options)
{
	struct packet p = packet_make(1, BROADCAST, 0x11223344), got;
	const uint8_t tag[] = { 0x81, 0x00, 0x60, 0x05, 0x88, 0xb5 };
	struct scene s;
	int tags;

	scene_make(&s, 1, 1);
	tags = socket_for_tags(s.right.a);
	program_start(&fwd, "pktfwd %s %s %s", options, s.left.b, s.right.b);
	program_opens(&fwd, s.right.b);
	memcpy(&p.type, tag, sizeof(tag));
	packet_send(s.l, &p, PACKET_SIZE);
	CHECK_EQ(receive_tag(tags, &got), 0x6005);
	CHECK(!memcmp(got.from, p.from, sizeof(p.from)));
	program_interrupt(&fwd);
	close(tags);
	scene_end(&s);
}

TEST(wire_passes_vlan_tags)
{
	check_vlan("wire");
}

TEST(bridge_passes_vlan_tags)
{
	check_vlan("bridge");
}

static void check_jumbo(const char *options)
{
	struct packet p = packet_make(1, BROADCAST, 77), got;
	const unsigned size = 8014;
	struct scene s;

	scene_make(&s, 1, 1);
	testnet_mtu(&s.left, 9000);
	testnet_mtu(&s.right, 9000);
	program_start(&fwd, "pktfwd --jumbo %s %s %s", options, s.left.b,
		      s.right.b);
	program_opens(&fwd, s.right.b);
	for (unsigned i = 0; i < 100; i++) {
		packet_send(s.l, &p, size);
		CHECK_EQ(packet_receive(s.r, &got, PATIENCE_MS), size);
		CHECK(!memcmp(&p, &got, size));
	}
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.text, "Nothing was lost.");
	scene_end(&s);
}

TEST(wire_passes_jumbo_frames)
{
	check_jumbo("wire");
}

/* Flooded: what is copied are all the pieces. */
TEST(bridge_passes_jumbo_frames)
{
	check_jumbo("bridge");
}

/* Real programs */

static void check_ping_and_tcp(const char *options)
{
	struct hosts h;

	hosts_make(&h, 2);
	program_start(&fwd, "pktfwd %s %s %s", options, h.left.a, h.right.a);
	program_opens(&fwd, h.right.a);
	run_in(h.left.far, "ping -q -c 20 -i 0.02 -W 5 10.0.0.2");
	run_in(h.right.far, "ping -q -c 5 -i 0.02 -s 1400 -W 5 10.0.0.1");
	if (try_run("command -v iperf3")) {
		program_interrupt(&fwd);
		SKIP("iperf3 is not installed");
	}
	run_in(h.right.far, "iperf3 -s -1 -D --idle-timeout 20");
	run_in(h.left.far,
	       "for i in 1 2 3 4 5 6 7 8 9; do "
	       "iperf3 -c 10.0.0.2 -t 2 -P 2 && exit; sleep 0.2; done; exit 1");
	program_interrupt(&fwd);
}

TEST(ping_and_tcp_go_across_a_wire)
{
	check_ping_and_tcp("wire");
}

TEST(ping_and_tcp_go_across_a_bridge)
{
	check_ping_and_tcp("bridge");
}

TEST(ping_and_tcp_go_across_generic_mode)
{
	check_ping_and_tcp("--mode generic");
}

#define CONNECT "timeout 2 bash -c 'echo </dev/tcp/10.0.0.2/7'"

/* Checksums that are left to a NIC are never finished on veth: what the
 * manual says about it is so, and it is said at the start. */
TEST(tcp_needs_checksums_that_are_finished)
{
	struct hosts h;

	hosts_make(&h, 1);
	program_start(&fwd, "pktfwd %s %s", h.left.a, h.right.a);
	program_opens(&fwd, h.right.a);
	/* Nobody listens, so an answer is a refusal: 1. None: 124. */
	run_in(h.left.far, CONNECT "; test $? = 1");
	run_in(h.left.far, "ethtool -K %s tx on", h.left.b);
	run_in(h.left.far, CONNECT "; test $? = 124");
	run_in(h.left.far, "ping -q -c 1 -W 5 10.0.0.2");
	run_in(h.left.far, "ethtool -K %s tx off", h.left.b);
	run_in(h.left.far, CONNECT "; test $? = 1");
	program_interrupt(&fwd);
	CHECK_STR_HAS(fwd.errors, "is a veth");
	CHECK_STR_HAS(fwd.errors, "ethtool -K");
}
