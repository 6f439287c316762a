// SPDX-License-Identifier: BSD-2-Clause
/* pktgen tx --engine kernel: packets that an XDP program made. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "harness.h"
#include "maker.h"
#include "mark.h"
#include "packet.h"
#include "pattern.h"
#include "program.h"

static struct program tx;

/* So few that they fit into every ring on the way, however slow we are. */
#define FEW 240
#define ROOM 16384

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The other end of a pair, which makes it possible to send there. */
struct receiver {
	struct testnet t;
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
};

static void receiver_open(struct receiver *r, unsigned queues)
{
	struct xskpkt_port_opts opts = { .size = sizeof(opts),
					 .flags = XSKPKT_PORT_RX_ONLY };

	testnet_veth(&r->t, queues);
	CHECK_OK(xskpkt_pool_create(&r->pool, NULL));
	CHECK_OK(xskpkt_port_open(&r->port, r->t.b, r->pool, &opts));
}

static void receiver_close(struct receiver *r)
{
	xskpkt_port_close(r->port);
	xskpkt_pool_destroy(r->pool);
}

/* The same packets */

static void take(struct pattern *p, const char *name, const char *value)
{
	const char *why = pattern_set(p, name, value);

	if (why)
		FAIL("--%s %s: %s", name, value, why);
}

static bool has_value(const char *name)
{
	const struct pattern_option *o = pattern_options;

	while (o->name && strcmp(o->name, name))
		o++;
	return o->has_value;
}

/* As the command line has it: "--flows 3 --no-mark". */
static void pattern_of(struct pattern *ret, const char *options)
{
	char line[1024];

	*ret = PATTERN_DEFAULT;
	snprintf(line, sizeof(line), "%s", options);
	for (char *w = strtok(line, " "); w; w = strtok(NULL, " "))
		take(ret, w + 2, has_value(w + 2) ? strtok(NULL, " ") : "");
	CHECK(!pattern_check(ret));
}

/* What the other engine would send next, with this time and run in its mark. */
static const struct xskpkt_pkt *expect(struct maker *m, uint8_t *frame,
				       uint64_t time)
{
	static struct xskpkt_pkt pkt;
	unsigned packets = 1;
	uint64_t bytes;

	pkt.data = frame;
	CHECK_EQ(maker_fill(m, &pkt, 1, time, &packets, &bytes), 1);
	return &pkt;
}

struct comparison {
	struct pattern pattern;
	struct packet_layout layout;
	struct makers *makers; /* once the run is known */
	uint8_t *frame;
	unsigned done;
	uint64_t time; /* in the mark before */
};

static void compare(struct comparison *c, const struct xskpkt_pkt *got)
{
	struct maker_memory memory = { c->frame, ROOM, ROOM };
	const struct xskpkt_pkt *want;
	struct mark mark = { 0 };

	if (!c->pattern.unmarked)
		CHECK_EQ(mark_read(&mark, got->data, got->len,
				   c->layout.payload),
			 MARK_GOOD);
	CHECK(mark.time >= c->time);
	c->time = mark.time;
	if (!c->makers)
		c->makers = makers_create(&c->pattern, 1, &memory,
					  mark_run(mark.flow));
	want = expect(makers_get(c->makers, 0), c->frame, mark.time);
	if (got->len != want->len)
		FAIL("packet %u has %u bytes, not %u", c->done, got->len,
		     want->len);
	for (unsigned i = 0; i < want->len; i++)
		if (((uint8_t *)got->data)[i] != ((uint8_t *)want->data)[i])
			FAIL("packet %u of %u bytes: byte %u is %02x, not %02x",
			     c->done, want->len, i, ((uint8_t *)got->data)[i],
			     ((uint8_t *)want->data)[i]);
	c->done++;
}

static void compare_all(struct comparison *c, struct xskpkt_port *port)
{
	struct xskpkt_queue *q = xskpkt_port_queue(port, 0);
	struct xskpkt_pkt pkts[64];
	double end = now() + 10;

	while (c->done < FEW && now() < end) {
		unsigned n = xskpkt_queue_rx(q, pkts, 64);

		for (unsigned i = 0; i < n; i++)
			compare(c, &pkts[i]);
		xskpkt_queue_drop(q, pkts, n);
	}
	CHECK_EQ(c->done, FEW);
	CHECK_EQ(xskpkt_queue_rx(q, pkts, 64), 0);
}

static void check_same(const char *options)
{
	static struct comparison c;
	struct receiver r;

	c = (struct comparison){ .frame = aligned_alloc(4096, ROOM) };
	pattern_of(&c.pattern, options);
	packet_layout(&c.layout, &c.pattern);
	receiver_open(&r, 1);
	CHECK_EQ(program_run(&tx,
			     "pktgen tx --engine kernel --quiet --workers 1 "
			     "--count %u %s %s",
			     FEW, options, r.t.a),
		 0);
	compare_all(&c, r.port);
	makers_destroy(c.makers);
	free(c.frame);
	receiver_close(&r);
}

/* Byte for byte, in order, checksums and marks: what AF_XDP would send. */
TEST(its_packets_are_those_of_the_other_engine)
{
	check_same("");
}

TEST(flows_take_turns_as_there)
{
	check_same("--flows 7");
	check_same("--src 10.0.0.0/29 --dst 10.1.0.1+3 --dst-port 9-12");
	check_same("--src-mac 02:00:00:00:00:10+5 --flows 5");
}

TEST(random_flows_come_in_the_same_order)
{
	check_same("--random 5 --flows 100");
	check_same("--random 6 --src-port 1000-1999 --size imix");
}

TEST(sizes_change_as_there)
{
	check_same("--size 60,1514,200");
	check_same("--size imix --flows 12");
	check_same("--size 60-1514/11 --flows 3");
}

TEST(each_protocol_has_right_checksums_at_each_size)
{
	check_same("--proto tcp --size 72-200 --flows 2");
	check_same("--proto icmp --size 60-200 --src 10.0.0.1+3");
	check_same("--proto arp --src 10.0.0.0/30");
	check_same("--proto eth --size 60,61,1000");
	check_same("--ipv6 --size 80-300 --flows 5");
	check_same("--ipv6 --proto tcp --size 92-300");
	check_same("--ipv6 --proto icmp --size 80,81,1500");
}

TEST(tagged_unmarked_and_raw_packets_are_sent)
{
	check_same("--vlan 5 --size 64-100");
	check_same("--vlan 7:3,5 --proto tcp --flows 4 --size 80,1000");
	check_same("--no-mark --size 60,64 --flows 3");
	check_same("--raw 02000000000102000000000288b50102030405");
	check_same("--raw 02000000000102000000000288b5");
}

/* The largest that fit into a page. */
TEST(jumbo_frames_are_sent_as_far_as_a_page_goes)
{
	struct receiver r;

	receiver_open(&r, 1);
	run("ip link set %s mtu 3400", r.t.a);
	CHECK_EQ(program_run(&tx,
			     "pktgen tx --engine kernel --quiet --size 3400 "
			     "--count 10 %s",
			     r.t.a),
		 0);
	CHECK_EQ(program_run(&tx,
			     "pktgen tx --engine kernel --quiet --size 3414 "
			     "--count 10 %s",
			     r.t.a),
		 1);
	CHECK_STR_HAS(tx.errors, "3414 bytes do not fit into a page");
	receiver_close(&r);
}

/* The marks and the payloads are good for pktgen rx, whatever the flow. */
TEST(pktgen_rx_finds_each_packet_as_it_was_sent)
{
	static struct program rx;
	struct testnet t;

	testnet_veth(&t, 2);
	program_start(&rx, "pktgen rx --json --count %u %s", FEW, t.b);
	program_opens(&rx, t.b);
	CHECK_EQ(program_run(&tx,
			     "pktgen tx --engine kernel --quiet --count %u "
			     "--flows 12 --size imix --workers 2 %s",
			     FEW, t.a),
		 0);
	CHECK_EQ(program_end(&rx), 0);
	CHECK_STR_HAS(rx.text, "\"marked\":{\"flows\":12,\"received\":240,"
			       "\"lost\":0,\"reordered\":0,"
			       "\"duplicates\":0,\"corrupt\":0");
}

/* How many */

/* What the interface has sent, or dropped since its peer was too slow. */
static unsigned long long sent_by(const char *ifname)
{
	unsigned long long packets = 0, dropped = 0;
	char command[256];
	FILE *f;

	snprintf(command, sizeof(command),
		 "ip -s -j link show %s | tr '{}' '\\n\\n' | sed -nE "
		 "'/carrier_errors/s/.*\"packets\":([0-9]+).*"
		 "\"dropped\":([0-9]+).*/\\1 \\2/p'",
		 ifname);
	f = popen(command, "r");
	CHECK(f && fscanf(f, "%llu %llu", &packets, &dropped) == 2);
	pclose(f);
	return packets + dropped;
}

TEST(the_count_is_exact_however_many_workers_there_are)
{
	struct receiver r;

	receiver_open(&r, 2);
	for (unsigned workers = 1; workers <= 3; workers++) {
		unsigned long long before = sent_by(r.t.a);

		CHECK_EQ(program_run(&tx,
				     "pktgen tx --engine kernel --json --count "
				     "200003 --size 60,100 --workers %u %s",
				     workers, r.t.a),
			 0);
		CHECK_STR_HAS(tx.text, "\"packets\":200003,");
		CHECK_EQ(sent_by(r.t.a) - before, 200003);
	}
	receiver_close(&r);
}

/* The end */

TEST(the_duration_is_honoured)
{
	struct receiver r;
	double start;

	receiver_open(&r, 1);
	start = now();
	CHECK_EQ(program_run(&tx,
			     "pktgen tx --engine kernel --quiet --duration 1 "
			     "%s",
			     r.t.a),
		 0);
	CHECK(now() - start >= 1);
	CHECK(now() - start < 5);
	CHECK_STR_HAS(tx.text, "the time is up");
	receiver_close(&r);
}

static void check_signal(const char *options)
{
	struct receiver r;
	double start;

	receiver_open(&r, 1);
	program_start(&tx, "pktgen tx --engine kernel --interval 0.1 %s %s",
		      options, r.t.a);
	program_writes(&tx, "pps");
	start = now();
	program_interrupt(&tx);
	CHECK(now() - start < 3);
	CHECK_STR_HAS(tx.text, "Sent ");
	receiver_close(&r);
}

TEST(sigint_ends_a_long_run_at_once)
{
	check_signal("");
}

TEST(sigint_ends_a_long_rest_at_once)
{
	check_signal("--rate 0.01");
}

static void check_end(const char *command, const char *sentence)
{
	struct receiver r;

	receiver_open(&r, 1);
	program_start(&tx, "pktgen tx --engine kernel --interval 0.1 %s",
		      r.t.a);
	program_writes(&tx, "pps");
	run("ip link %s %s", command, r.t.a);
	CHECK_EQ(program_end(&tx), 1);
	CHECK_STR_HAS(tx.errors, sentence);
	receiver_close(&r);
}

/* It says so, and ends; the kernel itself would drop all that follows. */
TEST(an_interface_that_is_deleted_ends_it)
{
	check_end("del", "is gone");
}

TEST(an_interface_that_is_set_down_ends_it)
{
	check_end("set down", "is down");
}

/* What cannot be */

static void check_refused(const char *options, const char *ifname, int code,
			  const char *sentence)
{
	CHECK_EQ(program_run(&tx, "pktgen tx --engine kernel --quiet %s %s",
			     options, ifname),
		 code);
	CHECK_STR_HAS(tx.errors, sentence);
	CHECK_STR_EQ(tx.text, "");
}

TEST(what_has_no_meaning_without_a_socket_is_refused)
{
	static const char *const options[] = {
		"--mode copy",       "--queues 1", "--ring 512",
		"--frame-size 2048", "--huge",     "--busy-poll",
		"--plan auto",
	};

	testnet_enter();
	for (unsigned i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		check_refused(options[i], "lo", 2, "AF_XDP sockets");
	check_refused("--user nobody", "lo", 2, "needs root as long");
}

TEST(an_interface_that_cannot_send_so_is_refused)
{
	struct testnet t;

	testnet_veth(&t, 1);
	check_refused("", "nobody-there", 1, "no such interface");
	check_refused("", "lo", 1, "takes no packets from XDP programs");
	check_refused("", t.a, 1, "takes no packets from XDP programs");
	run("ethtool -K %s gro on", t.b);
	check_refused("--size 1519", t.a, 1, "too large for its MTU");
	run("ip link set %s down", t.a);
	check_refused("--count 1", t.a, 1, "is down");
}

TEST(without_permission_it_says_what_is_missing)
{
	struct receiver r;

	receiver_open(&r, 1);
	run("setpriv --inh-caps=-all --bounding-set=-all --reuid=65534 "
	    "--clear-groups %s tx --engine kernel --quiet %s 2>&1 | "
	    "grep -E 'CAP_|cannot open shared'",
	    program_path("pktgen"), r.t.a);
	receiver_close(&r);
}
