// SPDX-License-Identifier: BSD-2-Clause
/* The programs that bench/peers.sh compares with: each moves packets. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "program.h"

#define ENOUGH 1000

static struct program peer, source, tool;

static unsigned long arrived(const char *ifname)
{
	unsigned long packets = 0;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/rx_packets",
		 ifname);
	file = fopen(path, "re");
	CHECK(file && fscanf(file, "%lu", &packets) == 1);
	fclose(file);
	return packets;
}

static void await(const char *ifname)
{
	for (unsigned i = 0; arrived(ifname) < ENOUGH; i++) {
		if (i == PATIENCE_MS)
			FAIL("nothing arrives at %s", ifname);
		usleep(1000);
	}
}

static void end(struct program *p)
{
	kill(p->pid, SIGKILL);
	program_end(p);
}

static void do_in_kernel(const char *what, const char *ifname, const char *to)
{
	CHECK_EQ(program_run(&tool, "peer_kernel %s %s %s", what, ifname, to),
		 0);
}

/* From now on the kernel sends to @t->a. */
static void start_source(const struct testnet *t)
{
	do_in_kernel("drop", t->b, "");
	program_start(&source, "peer_kernel send %s 64", t->b);
	usleep(100000);
	if (strstr(program_errors(&source), "does not send"))
		SKIP("no live frames: %s", program_errors(&source));
}

/* What sends by itself is seen at the other end. */
static void check_sender(const char *command)
{
	struct testnet t;

	testnet_veth(&t, 1);
	do_in_kernel("drop", t.b, "");
	program_start(&peer, "%s %s 64", command, t.a);
	await(t.b);
	end(&peer);
}

TEST(a_hand_on_xsk_h_sends)
{
	check_sender("peer_xsk tx");
}

TEST(af_packet_sends)
{
	check_sender("peer_packet tx");
}

TEST(the_kernel_sends)
{
	struct testnet t;

	testnet_veth(&t, 1);
	do_in_kernel("drop", t.a, "");
	start_source(&t);
	await(t.a);
	end(&source);
}

TEST(a_hand_on_xsk_h_receives)
{
	struct testnet t;

	testnet_veth(&t, 1);
	program_start(&peer, "peer_xsk rx %s", t.a);
	program_opens(&peer, t.a);
	start_source(&t);
	await(t.a);
	run("ethtool -S %s | grep -q 'xdp_redirect: [1-9]'", t.a);
	end(&source);
	end(&peer);
}

TEST(af_packet_receives_and_says_how_much)
{
	struct testnet t;
	double pps = 0;

	testnet_veth(&t, 1);
	/* Frames from XDP reach a socket only through NAPI. */
	run("ethtool -K %s gro on", t.a);
	start_source(&t);
	CHECK_EQ(program_run(&peer, "peer_packet rx %s 0.2", t.a), 0);
	CHECK(sscanf(peer.text, "%lf", &pps) == 1 && pps > 0);
	end(&source);
}

/* What arrives at one pair leaves by the other. */
static void check_forwarder(const char *command)
{
	struct testnet in, out;

	testnet_veth(&in, 1);
	testnet_veth(&out, 1);
	do_in_kernel("drop", out.b, "");
	program_start(&peer, "%s %s %s", command, in.a, out.a);
	program_opens(&peer, in.a);
	start_source(&in);
	await(out.b);
	end(&source);
	end(&peer);
}

TEST(a_hand_on_xsk_h_forwards)
{
	check_forwarder("peer_xsk forward");
}

TEST(the_kernel_forwards)
{
	struct testnet in, out;

	testnet_veth(&in, 1);
	testnet_veth(&out, 1);
	do_in_kernel("drop", out.b, "");
	do_in_kernel("drop", out.a, "");
	do_in_kernel("redirect", in.a, out.a);
	start_source(&in);
	await(out.b);
	end(&source);
}

TEST(a_hand_on_xsk_h_reflects)
{
	struct testnet t;

	testnet_veth(&t, 1);
	program_start(&peer, "peer_xsk reflect %s", t.a);
	program_opens(&peer, t.a);
	start_source(&t);
	await(t.b);
	end(&source);
	end(&peer);
}

TEST(the_kernel_reflects)
{
	struct testnet t;

	testnet_veth(&t, 1);
	do_in_kernel("bounce", t.a, "");
	start_source(&t);
	await(t.b);
	end(&source);
}

static void check_round_trips(const char *spin)
{
	unsigned p50 = 0, p99 = 0, p999 = 0;

	testnet_enter();
	program_start(&source, "peer_udp echo %s", spin);
	CHECK_EQ(program_run(&peer, "peer_udp ping 127.0.0.1 0.2 %s", spin), 0);
	CHECK(sscanf(peer.text, "%u %u %u", &p50, &p99, &p999) == 3);
	CHECK(p50 && p50 <= p99 && p99 <= p999);
	end(&source);
}

TEST(udp_sockets_answer_each_other)
{
	check_round_trips("");
}

TEST(udp_sockets_answer_each_other_without_sleep)
{
	check_round_trips("spin");
}

/* A sentence, and no packet. */
TEST(what_makes_no_sense_is_refused)
{
	static const char *const lines[] = {
		"peer_kernel",       "peer_kernel drop nosuch0",
		"peer_xsk dance lo", "peer_xsk tx nosuch0 64",
		"peer_packet",       "peer_packet tx nosuch0 64",
		"peer_udp",          "peer_udp ping nowhere 1",
	};

	testnet_enter();
	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK_EQ(program_run(&peer, "%s", lines[i]), 1);
		CHECK(*peer.errors);
	}
}
