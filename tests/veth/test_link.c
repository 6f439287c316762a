// SPDX-License-Identifier: BSD-2-Clause
/* Up, down or gone: what is told of an interface is what it is. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sock_diag.h>

#include "link.h"
#include "traffic.h"

static void watch(struct link *l, const char *ifname)
{
	int ifindex = (int)if_nametoindex(ifname);

	CHECK(ifindex);
	CHECK_OK(link_open(l, ifindex, ifname));
}

static void check_says(const struct link *l, const char *words)
{
	link_explain(l);
	CHECK_STR_HAS(xskpkt_errmsg(), l->name);
	CHECK_STR_HAS(xskpkt_errmsg(), words);
}

static void swap(int *a, int *b)
{
	int was = *a;

	*a = *b;
	*b = was;
}

/* Set and clear flags, @times. Each change is news, and an ioctl takes no time.
 */
static void change_flags(const char *ifname, int set, int clear, unsigned times)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", ifname);
	CHECK(!ioctl(fd, SIOCGIFFLAGS, &request));
	for (unsigned i = 0; i < times; i++) {
		request.ifr_flags = (short)((request.ifr_flags | set) & ~clear);
		CHECK(!ioctl(fd, SIOCSIFFLAGS, &request));
		swap(&set, &clear);
	}
	close(fd);
}

static void set_up(const char *ifname, bool up)
{
	change_flags(ifname, up ? IFF_UP : 0, up ? 0 : IFF_UP, 1);
}

/* Much ado about nothing, on another interface. */
static void chatter(unsigned changes)
{
	change_flags("lo", IFF_DEBUG, 0, changes);
}

/* How much news had no room in the socket? */
static unsigned drops(const struct link *l)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	CHECK(!getsockopt(l->fd, SOL_SOCKET, SO_MEMINFO, info, &len));
	return info[SK_MEMINFO_DROPS];
}

static bool readable(const struct link *l)
{
	struct pollfd fd = { .fd = l->fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

/* States */

/* The state is known from the start, without waiting for a change. */
TEST(it_is_up_from_the_start)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	CHECK_EQ(l.state, XSKPKT_STATE_UP);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	CHECK(!readable(&l));
	link_close(&l);
	CHECK_EQ(l.fd, -1);
	link_close(&l);
}

/* lo is up without a cable. */
TEST(lo_is_up)
{
	struct link l;

	testnet_enter();
	watch(&l, "lo");
	CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	run("ip link set lo down");
	CHECK_EQ(link_check(&l), XSKPKT_STATE_DOWN);
	link_close(&l);
}

/* Set down and up again: known at the next look, and told who did it. */
TEST(set_down_and_up)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	for (unsigned i = 0; i < 3; i++) {
		run("ip link set %s down", t.a);
		CHECK(readable(&l));
		CHECK_EQ(link_check(&l), XSKPKT_STATE_DOWN);
		check_says(&l, "is set down: 'ip link set dev left0 up'");
		run("ip link set %s up", t.a);
		CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	}
	link_close(&l);
}

/* An interface that is down may be watched: it may come up. */
TEST(watched_while_it_is_down)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	run("ip link set %s down", t.a);
	watch(&l, t.a);
	CHECK_EQ(l.state, XSKPKT_STATE_DOWN);
	check_says(&l, "is set down");
	run("ip link set %s up", t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	link_close(&l);
}

/* Without a peer there is no carrier, which is another kind of down. */
TEST(the_peer_goes_down_and_up)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	run("ip link set %s down", t.b);
	UNTIL(link_check(&l) == XSKPKT_STATE_DOWN);
	check_says(&l, "no carrier");
	run("ip link set %s up", t.b);
	UNTIL(link_check(&l) == XSKPKT_STATE_UP);
	link_close(&l);
}

/* Of several reasons, the one that has to be removed first is told. */
TEST(set_down_counts_more_than_no_carrier)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	run("ip link set %s down && ip link set %s down", t.b, t.a);
	watch(&l, t.a);
	check_says(&l, "is set down");
	run("ip link set %s up", t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_DOWN);
	check_says(&l, "no carrier");
	link_close(&l);
}

/* A state that is UP has no sentence: the last one stays. */
TEST(nothing_is_said_about_a_link_that_is_up)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	link_explain(&l);
	CHECK_STR_EQ(xskpkt_errmsg(), "");
	link_close(&l);
}

/* Gone */

/* A new interface of the same name and number is another one. */
TEST(deleted_is_gone_for_ever)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	run("ip link del %s", t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_GONE);
	check_says(&l, "was deleted or moved");
	check_says(&l, "close the port and open it anew");
	run("ip link add %s index %d type veth", t.a, l.ifindex);
	run("ip link set %s up", t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_GONE);
	link_close(&l);
}

/* One end of a pair does not go alone. */
TEST(deleted_by_way_of_its_peer)
{
	struct testnet t;
	struct link l;

	testnet_veth_far(&t, 1);
	watch(&l, t.a);
	run_in(t.far, "ip link del %s", t.b);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_GONE);
	link_close(&l);
}

/* From here an interface that moved cannot be told from one that was deleted;
 * nor does it work any more when it returns. */
TEST(moved_to_another_namespace_is_gone_for_ever)
{
	struct testnet t;
	struct link l;
	int home;

	testnet_veth_far(&t, 1);
	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	watch(&l, t.a);
	run("ip link set %s netns /proc/%d/fd/%d", t.a, getpid(), t.far);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_GONE);
	check_says(&l, "another network namespace");
	run_in(t.far, "ip link set %s netns /proc/%d/fd/%d", t.a, getpid(),
	       home);
	CHECK_EQ(if_nametoindex(t.a), l.ifindex);
	run("ip link set %s up", t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_GONE);
	close(home);
	link_close(&l);
}

/* Between the query and the watch it may go: that is not missed. */
TEST(gone_before_it_was_watched)
{
	struct link l;

	testnet_enter();
	CHECK_OK(link_open(&l, 12345, "gone0"));
	CHECK_EQ(l.state, XSKPKT_STATE_GONE);
	check_says(&l, "was deleted or moved");
	link_close(&l);
}

/* What a socket learned first, netlink cannot take back. */
TEST(a_socket_may_know_better)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	link_set_gone(&l);
	run("ip link set %s down && ip link set %s up", t.a, t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_GONE);
	link_close(&l);
}

/* Not about us */

/* An interface is known by its number: a new name is nothing new. */
TEST(renamed_it_is_the_same)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	run("ip link set %s down && ip link set %s name other && "
	    "ip link set other up",
	    t.a, t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	run("ip link set other down");
	CHECK_EQ(link_check(&l), XSKPKT_STATE_DOWN);
	link_close(&l);
}

/* A bridge that lets go of its port says DELLINK: the port is still there. */
TEST(released_by_a_bridge_it_is_not_gone)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	if (try_run("ip link add bridge type bridge"))
		SKIP("this kernel has no bridges");
	run("ip link set bridge up && ip link set %s master bridge", t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	run("ip link set %s nomaster && ip link del bridge", t.a);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	link_close(&l);
}

/* Others come, change and go. */
TEST(other_interfaces_do_not_matter)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	run("ip link add noise type veth && ip link set noise up && "
	    "ip link set noise down && ip link del noise");
	CHECK(readable(&l));
	CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	CHECK(!readable(&l));
	link_close(&l);
}

/* Storms */

/* A storm is taken up in parts: no call has to read all of it, and while
 * some is left the socket wakes whoever waits. */
TEST(a_storm_is_taken_up_in_parts)
{
	int large = 16 << 20;
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	CHECK(!setsockopt(l.fd, SOL_SOCKET, SO_RCVBUFFORCE, &large,
			  sizeof(large)));
	chatter(150);
	set_up(t.a, false);
	CHECK_EQ(link_check(&l), XSKPKT_STATE_UP);
	while (readable(&l))
		link_check(&l);
	CHECK_EQ(l.state, XSKPKT_STATE_DOWN);
	link_close(&l);
}

/*
 * The kernel drops what a full socket cannot hold. Whatever was lost, and
 * wherever in the reading that is noticed, a thread that looks until the
 * socket has no more to say knows the state.
 */
TEST(what_was_lost_is_asked_for)
{
	unsigned before = 0, now = 1;
	struct testnet t;
	bool up = true;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	/* A message takes 2 KiB or more, and a check reads 64 times: from one
	 * size to the next, no count up to that is left out. */
	for (int size = 1000; now > before; size += 1000) {
		before = drops(&l);
		CHECK(!setsockopt(l.fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
				  sizeof(size)));
		chatter(68);
		up = !up;
		set_up(t.a, up);
		now = drops(&l);
		while (readable(&l))
			link_check(&l);
		if (l.state != (up ? XSKPKT_STATE_UP : XSKPKT_STATE_DOWN))
			FAIL("not heard of with room for %d bytes", 2 * size);
	}
	CHECK(before);
	link_close(&l);
}

/* The end is not lost either. */
TEST(a_lost_deletion_is_asked_for)
{
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	chatter(300);
	run("ip link del %s", t.a);
	while (readable(&l) && link_check(&l) != XSKPKT_STATE_GONE)
		;
	CHECK_EQ(l.state, XSKPKT_STATE_GONE);
	link_close(&l);
}

/* Threads */

static atomic_bool enough;

static void *look(void *link)
{
	enum xskpkt_state state;

	do {
		state = link_check(link);
		if (state != XSKPKT_STATE_UP)
			link_explain(link);
	} while (!atomic_load(&enough));
	return NULL;
}

/* Many threads look at one link: no news is lost between them, and none is
 * overtaken by older news. */
TEST(many_threads_look_at_once)
{
	pthread_t threads[4];
	struct testnet t;
	struct link l;

	testnet_veth(&t, 1);
	watch(&l, t.a);
	for (unsigned i = 0; i < COUNT(threads); i++)
		pthread_create(&threads[i], NULL, look, &l);
	for (unsigned i = 0; i < 100; i++) {
		chatter(i % 20);
		set_up(t.a, false);
		UNTIL(link_check(&l) == XSKPKT_STATE_DOWN);
		set_up(t.a, true);
		UNTIL(link_check(&l) == XSKPKT_STATE_UP);
	}
	run("ip link del %s", t.a);
	UNTIL(link_check(&l) == XSKPKT_STATE_GONE);
	atomic_store(&enough, true);
	for (unsigned i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(l.state, XSKPKT_STATE_GONE);
	link_close(&l);
}

/* As a wait does. */
static void *sleep_until_gone(void *arg)
{
	struct link *l = arg;
	struct pollfd fd = { .fd = l->fd, .events = POLLIN };

	while (link_check(l) != XSKPKT_STATE_GONE)
		if (!poll(&fd, 1, 5000))
			FAIL("slept through the end of %s", l->name);
	return NULL;
}

/* All threads that sleep on a link wake when it goes, though there is only one
 * message, which one of them takes. */
TEST(all_sleepers_hear_of_the_end)
{
	pthread_t threads[16];
	struct link l;

	testnet_enter();
	for (unsigned round = 0; round < 5; round++) {
		run("ip link add short type veth && ip link set short up");
		watch(&l, "short");
		for (unsigned i = 0; i < COUNT(threads); i++)
			pthread_create(&threads[i], NULL, sleep_until_gone, &l);
		usleep(10000);
		run("ip link del short");
		for (unsigned i = 0; i < COUNT(threads); i++)
			pthread_join(threads[i], NULL);
		link_close(&l);
	}
}
