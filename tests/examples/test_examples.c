// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each example does what its first comment says.
 *
 * The packets come from a packet socket (AF_PACKET), and are looked at by one:
 * from and to the kernel, not the library.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "harness.h"
#include "testnet.h"

#define TYPE                                                            \
	0x88b5 /* for experiments: the kernel's stack has no use for it \
		*/
#define PATIENCE_MS 10000
#define OUTPUT_SIZE 65536

/* Examples as processes */

struct example {
	pid_t pid;
	int output; /* a file: stdout and stderr */
	char text[OUTPUT_SIZE];
};

/* They lie beside the tests in the build directory. */
static const char *path_of(const char *name)
{
	static char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, 3500);

	CHECK(len > 0);
	path[len] = '\0';
	snprintf(strrchr(path, '/'), 500, "/../examples/%s", name);
	if (access(path, R_OK))
		SKIP("the examples are not built");
	return path;
}

static void start(struct example *e, const char *name, const char *arg1,
		  const char *arg2)
{
	const char *path = path_of(name);

	e->output = memfd_create(name, MFD_CLOEXEC);
	e->pid = fork();
	if (!e->pid) {
		dup2(e->output, STDOUT_FILENO);
		dup2(e->output, STDERR_FILENO);
		execl(path, name, arg1, arg2, NULL);
		_exit(127);
	}
}

static const char *output_of(struct example *e)
{
	ssize_t len = pread(e->output, e->text, sizeof(e->text) - 1, 0);

	e->text[len > 0 ? len : 0] = '\0';
	return e->text;
}

/* Open, it has its program on each interface that it receives on. */
static void wait_for_program(struct example *e, const char *ifname)
{
	for (unsigned ms = 0; !testnet_program_on(ifname); ms += 10) {
		if (ms > PATIENCE_MS || waitpid(e->pid, NULL, WNOHANG))
			FAIL("it does not open %s: %s", ifname, output_of(e));
		usleep(10000);
	}
}

static void wait_for_lines(struct example *e, unsigned lines)
{
	unsigned seen = 0;

	for (unsigned ms = 0; seen < lines && ms < PATIENCE_MS; ms += 10) {
		usleep(10000);
		seen = 0;
		for (const char *c = output_of(e); *c; c++)
			seen += *c == '\n';
	}
	CHECK_EQ(seen, lines);
}

/* Its exit status. */
static int end_of(struct example *e)
{
	int status = 0;

	CHECK_EQ(waitpid(e->pid, &status, 0), e->pid);
	output_of(e);
	close(e->output);
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static void interrupt(struct example *e)
{
	kill(e->pid, SIGINT);
	if (end_of(e))
		FAIL("Ctrl-C did not end it well: %s", e->text);
}

/* Packets from and to the kernel */

struct packet {
	struct ether_header eth;
	uint32_t number;
	uint8_t filler[42];
} __attribute__((packed));

static struct packet packet_number(uint32_t number)
{
	struct packet p = {
		.eth.ether_dhost = { 2, 0, 0, 0, 0, 0xb },
		.eth.ether_shost = { 2, 0, 0, 0, 0, 0xa },
		.eth.ether_type = htons(TYPE),
		.number = number,
	};

	memset(p.filler, (int)number, sizeof(p.filler));
	return p;
}

static int packet_socket(const char *ifname)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(TYPE),
				  .sll_ifindex = (int)if_nametoindex(ifname) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(TYPE));
	int bytes = 16 << 20;

	CHECK(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void send_packets(int fd, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct packet p = packet_number(i);

		while (send(fd, &p, sizeof(p), 0) != sizeof(p))
			CHECK(errno == ENOBUFS);
	}
}

/* The next that came from outside. False: none within so many ms. */
static bool receive_one(int fd, struct packet *ret, int ms)
{
	struct sockaddr_ll from = { .sll_pkttype = PACKET_OUTGOING };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	socklen_t len;
	ssize_t n;

	while (from.sll_pkttype == PACKET_OUTGOING) {
		if (poll(&p, 1, ms) != 1)
			return false;
		len = sizeof(from);
		n = recvfrom(fd, ret, sizeof(*ret), MSG_TRUNC,
			     (struct sockaddr *)&from, &len);
		CHECK_EQ(n, sizeof(*ret));
	}
	return true;
}

/* So many, in order, unchanged but for the addresses; and no more. */
static void expect_packets(int fd, uint32_t n, bool swapped)
{
	struct packet got;

	for (uint32_t i = 0; i < n; i++) {
		struct packet want = packet_number(i);
		struct ether_header eth = want.eth;

		if (swapped) {
			memcpy(want.eth.ether_dhost, eth.ether_shost, 6);
			memcpy(want.eth.ether_shost, eth.ether_dhost, 6);
		}
		if (!receive_one(fd, &got, PATIENCE_MS))
			FAIL("only %u of %u packets came", i, n);
		CHECK_EQ(got.number, i);
		CHECK(!memcmp(&got, &want, sizeof(want)));
	}
	CHECK(!receive_one(fd, &got, 50));
}

/* A promise of all */

/* A mistake in the arguments: usage and 2. A failure: its sentence and 1. */
TEST(all_say_what_is_wrong_with_their_arguments)
{
	static const char *const names[] = {
		"hello_forwarder", "reflect",         "dump",
		"generate",        "forward_threads", "own_program"
	};
	static struct example e;

	testnet_enter();
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool two = !i || i > 3;

		start(&e, names[i], NULL, NULL);
		CHECK_EQ(end_of(&e), 2);
		CHECK_STR_HAS(e.text, "usage: ");
		start(&e, names[i], "nosuch0", two ? "nosuch1" : NULL);
		CHECK_EQ(end_of(&e), 1);
		CHECK_STR_HAS(e.text, "nosuch0: no such interface");
	}
}

/* One by one */

/* Both ways, nothing lost; killed, it leaves no program behind. */
TEST(hello_forwarder_forwards)
{
	static struct example e;
	struct testnet left, right;
	int a, d;

	testnet_veth(&left, 2);
	testnet_veth(&right, 2);
	a = packet_socket(left.a);
	d = packet_socket(right.b);
	start(&e, "hello_forwarder", left.b, right.a);
	wait_for_program(&e, left.b);
	wait_for_program(&e, right.a);

	send_packets(a, 1000);
	expect_packets(d, 1000, false);
	send_packets(d, 1000);
	expect_packets(a, 1000, false);

	kill(e.pid, SIGKILL);
	CHECK_EQ(end_of(&e), 128 + SIGKILL);
	CHECK_EQ(testnet_program_on(left.b), 0);
	CHECK_EQ(testnet_program_on(right.a), 0);
	close(a);
	close(d);
}

/* What was sent comes back, with its addresses swapped. */
TEST(reflect_echoes)
{
	static struct example e;
	struct testnet t;
	int a;

	testnet_veth(&t, 2);
	a = packet_socket(t.a);
	start(&e, "reflect", t.b, NULL);
	wait_for_program(&e, t.b);

	send_packets(a, 1000);
	expect_packets(a, 1000, true);

	interrupt(&e);
	CHECK_STR_EQ(e.text, "1000 received, 1000 sent back\n");
	close(a);
}

/* A line for each packet, then the sum, then where packets went. */
TEST(dump_prints_what_arrived)
{
	static struct example e;
	struct testnet t;
	char line[256];
	int a;

	testnet_veth(&t, 1);
	a = packet_socket(t.a);
	start(&e, "dump", t.b, NULL);
	wait_for_program(&e, t.b);

	send_packets(a, 3);
	wait_for_lines(&e, 3);
	interrupt(&e);

	snprintf(line, sizeof(line),
		 "queue 0, 60 bytes: 02:00:00:00:00:0a > 02:00:00:00:00:0b "
		 "type 0x88b5\n");
	for (unsigned i = 0; i < 3; i++)
		CHECK(!strncmp(e.text + i * strlen(line), line, strlen(line)));
	CHECK_STR_HAS(e.text, "\n3 packets\n");
	CHECK_STR_HAS(e.text, "queue 0: copy mode\n");
	close(a);
}

/* It sleeps, and yet it ends at once when its interface goes. */
TEST(dump_ends_when_the_interface_goes)
{
	static struct example e;
	struct testnet t;

	testnet_veth(&t, 1);
	start(&e, "dump", t.b, NULL);
	wait_for_program(&e, t.b);
	run("ip link del %s", t.b);
	CHECK_EQ(end_of(&e), 1);
	CHECK_STR_HAS(e.text, "was deleted");
}

/* So many as were asked for arrive, each one once and in order. */
TEST(generate_sends_so_many)
{
	static struct example e;
	const uint32_t count = 5000;
	struct packet got;
	struct testnet t;
	uint64_t number;
	int b;

	testnet_veth(&t, 2);
	b = packet_socket(t.b);
	start(&e, "generate", t.a, "5000");
	CHECK_EQ(end_of(&e), 0);
	CHECK_STR_EQ(e.text, "5000 packets sent\n");

	for (uint32_t i = 0; i < count; i++) {
		CHECK(receive_one(b, &got, PATIENCE_MS));
		memcpy(&number, &got.number, sizeof(number));
		CHECK_EQ(number, i);
	}
	CHECK(!receive_one(b, &got, 50));
	close(b);
}

TEST(generate_goes_on_until_it_is_interrupted)
{
	static struct example e;
	struct packet got;
	struct testnet t;
	int b;

	testnet_veth(&t, 1);
	b = packet_socket(t.b);
	start(&e, "generate", t.a, NULL);
	for (unsigned i = 0; i < 1000; i++)
		CHECK(receive_one(b, &got, PATIENCE_MS));
	interrupt(&e);
	CHECK_STR_HAS(e.text, " packets sent\n");
	close(b);
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
static void send_on_each_queue(const char *ifname, uint32_t count)
{
	struct xskpkt_port_opts opts = { .size = sizeof(opts),
					 .flags = XSKPKT_PORT_TX_ONLY };
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;

	CHECK_OK(xskpkt_pool_create(&pool, NULL));
	CHECK_OK(xskpkt_port_open(&port, ifname, pool, &opts));
	CHECK_EQ(xskpkt_port_queues(port), 2);
	for (uint32_t i = 0; i < 2 * count; i++) {
		struct xskpkt_queue *q = xskpkt_port_queue(port, i % 2);
		struct packet p = packet_number(i);
		struct xskpkt_pkt pkt;

		CHECK_EQ(xskpkt_queue_alloc(q, &pkt, 1), 1);
		memcpy(pkt.data, &p, sizeof(p));
		pkt.len = sizeof(p);
		CHECK_EQ(xskpkt_queue_tx(q, &pkt, 1), 1);
	}
	wait_until_sent(port, 2 * count);
	xskpkt_port_close(port);
	xskpkt_pool_destroy(pool);
}

/* Two threads, two queues: order holds in each queue, nothing is lost. */
TEST(forward_threads_forwards_on_each_queue)
{
	static struct example e;
	const uint32_t count = 500;
	struct testnet left, right;
	uint32_t next[2] = { 0, 1 };
	struct packet got;
	int d;

	testnet_veth(&left, 2);
	testnet_veth(&right, 2);
	d = packet_socket(right.b);
	start(&e, "forward_threads", left.b, right.a);
	wait_for_program(&e, left.b);
	wait_for_program(&e, right.a);

	send_on_each_queue(left.a, count);
	for (uint32_t i = 0; i < 2 * count; i++) {
		CHECK(receive_one(d, &got, PATIENCE_MS));
		CHECK_EQ(got.number, next[got.number % 2]);
		next[got.number % 2] += 2;
	}
	CHECK(!receive_one(d, &got, 50));

	interrupt(&e);
	CHECK_STR_HAS(e.text, ": 1000 received, 0 sent\n");
	CHECK_STR_HAS(e.text, ": 0 received, 1000 sent\n");
	close(d);
}

/* UDP comes to the program, and only there; all else stays with the kernel. */
TEST(own_program_gets_udp_and_nothing_else)
{
	static struct example e;
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_port = htons(7777) };
	struct testnet t;
	char object[4096];
	int udp;

	testnet_veth_far(&t, 1);
	run("ip addr add 10.0.0.1/24 dev %s", t.a);
	run_in(t.far, "ip addr add 10.0.0.2/24 dev %s", t.b);
	udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CHECK_EQ(bind(udp, (struct sockaddr *)&here, sizeof(here)), 0);
	snprintf(object, sizeof(object), "%s", path_of("own_program.bpf.o"));

	start(&e, "own_program", t.a, object);
	wait_for_program(&e, t.a);
	run_in(t.far, "ping -q -c 3 -i 0.1 -W 5 10.0.0.1");
	for (unsigned i = 0; i < 3; i++)
		run_in(t.far, "bash -c 'echo x >/dev/udp/10.0.0.1/7777'");
	run_in(t.far, "ping -q -c 1 -W 5 10.0.0.1");

	interrupt(&e);
	CHECK_STR_EQ(e.text, "3 UDP packets\n");
	CHECK_EQ(recv(udp, object, sizeof(object), MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);

	/* And it is the kernel's again. */
	run_in(t.far, "bash -c 'echo x >/dev/udp/10.0.0.1/7777'");
	CHECK_EQ(recv(udp, object, sizeof(object), 0), 2);
	close(udp);
}
