// SPDX-License-Identifier: BSD-2-Clause
/* A test's network is its own: complete inside, invisible outside. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "testnet.h"

TEST(a_pair_has_its_queues_and_is_up)
{
	struct testnet t;

	testnet_veth(&t, 4);
	CHECK_EQ(t.queues, 4);
	CHECK(if_nametoindex(t.a) && if_nametoindex(t.b));
	for (unsigned q = 0; q < 4; q++)
		run("test -d /sys/class/net/%s/queues/rx-%u", t.b, q);
	run("test ! -e /sys/class/net/%s/queues/rx-4", t.b);
	run("grep -q up /sys/class/net/%s/operstate", t.a);
	run("grep -q up /sys/class/net/%s/operstate", t.b);
}

TEST(the_machine_is_out_of_reach)
{
	testnet_enter();
	CHECK_EQ(try_run("ls /sys/class/net | grep -qvx lo"), 1);
	CHECK_EQ(try_run("ip -o link | grep -qv LOOPBACK"), 1);
}

TEST(pairs_do_not_get_in_each_others_way)
{
	struct testnet t, u;

	testnet_veth(&t, 1);
	testnet_veth(&u, 2);
	CHECK(strcmp(t.a, u.a) && strcmp(t.b, u.b));
}

TEST(the_far_end_is_in_another_namespace)
{
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = 9 };
	struct testnet t;
	int tcp;

	testnet_veth_far(&t, 2);
	CHECK(if_nametoindex(t.a) && !if_nametoindex(t.b));
	run("ip addr add 10.0.0.1/24 dev %s", t.a);
	run_in(t.far, "ip addr add 10.0.0.2/24 dev %s", t.b);

	/* Nobody listens, but there is somebody to say so. */
	tcp = socket(AF_INET, SOCK_STREAM, 0);
	inet_pton(AF_INET, "10.0.0.2", &there.sin_addr);
	CHECK(connect(tcp, (struct sockaddr *)&there, sizeof(there)) < 0);
	CHECK_EQ(errno, ECONNREFUSED);
	close(tcp);
}

TEST(an_mtu_is_set_at_both_ends)
{
	struct testnet t;

	testnet_veth_far(&t, 1);
	testnet_mtu(&t, 3000);
	run("ip link show %s | grep -q 'mtu 3000 '", t.a);
	run_in(t.far, "ip link show %s | grep -q 'mtu 3000 '", t.b);
}

TEST(an_interface_without_a_program_says_so)
{
	struct testnet t;

	testnet_veth(&t, 1);
	CHECK_EQ(testnet_program_on(t.a), 0);
}
