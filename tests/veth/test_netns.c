// SPDX-License-Identifier: BSD-2-Clause
/* A thread visits another network namespace and comes home, whatever happens.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "netns.h"
#include "traffic.h"

/* Which namespace is this thread in? */
static ino_t here(void)
{
	struct stat ns;

	if (stat("/proc/thread-self/ns/net", &ns))
		FAIL("/proc/thread-self/ns/net: %s", strerror(errno));
	return ns.st_ino;
}

static ino_t namespace_of(int fd)
{
	struct stat ns;

	if (fstat(fd, &ns))
		FAIL("namespace %d: %s", fd, strerror(errno));
	return ns.st_ino;
}

/* With or without CAP_SYS_ADMIN, in this thread. */
static void set_mighty(bool mighty)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct sets[2];

	if (syscall(SYS_capget, &header, sets))
		FAIL("capget: %s", strerror(errno));
	sets[0].effective &= ~(1u << CAP_SYS_ADMIN);
	sets[0].effective |= (unsigned)mighty << CAP_SYS_ADMIN;
	if (syscall(SYS_capset, &header, sets))
		FAIL("capset: %s", strerror(errno));
}

static void check_refused(const char *path, int fd, int want, const char *words)
{
	ino_t home = here();
	struct netns ns;

	CHECK_EQ(netns_enter(&ns, path, fd), want);
	CHECK_STR_HAS(xskpkt_errmsg(), "network namespace");
	CHECK_STR_HAS(xskpkt_errmsg(), words);
	CHECK_EQ(here(), home);
	CHECK_EQ(ns.home, -1);
	CHECK_OK(netns_leave(&ns));
	CHECK_EQ(here(), home);
}

/* Ways in */

/* A name that "ip netns" gave is a path in /run/netns. */
TEST(by_path_there_and_back)
{
	struct netns ns;
	ino_t home;

	testnet_enter();
	home = here();
	run("mount -t tmpfs tmpfs /run");
	run("ip netns add there && ip -n there link add inner type veth");
	CHECK_OK(netns_enter(&ns, "/run/netns/there", -1));
	CHECK(here() != home);
	CHECK(if_nametoindex("inner"));
	CHECK_OK(netns_leave(&ns));
	CHECK_EQ(here(), home);
	CHECK(!if_nametoindex("inner"));
	run("ip netns del there");
}

/* The descriptor stays the caller's: it serves again and again. */
TEST(by_descriptor_there_and_back)
{
	struct netns ns;
	ino_t home;
	int there;

	there = testnet_namespace();
	home = here();
	for (unsigned i = 0; i < 3; i++) {
		CHECK_OK(netns_enter(&ns, NULL, there));
		CHECK_EQ(here(), namespace_of(there));
		CHECK_OK(netns_leave(&ns));
		CHECK_EQ(here(), home);
	}
}

/* Given both, the path is meant. */
TEST(a_path_goes_before_a_descriptor)
{
	int first = testnet_namespace(), second = testnet_namespace();
	struct netns ns;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", first);
	CHECK_OK(netns_enter(&ns, path, second));
	CHECK_EQ(here(), namespace_of(first));
	CHECK_OK(netns_leave(&ns));
}

/* Asked to go nowhere, it does nothing, not even open a file. */
TEST(neither_path_nor_descriptor_is_to_stay)
{
	ino_t home = here();
	struct netns ns;

	CHECK_OK(netns_enter(&ns, NULL, -1));
	CHECK_EQ(ns.home, -1);
	CHECK_EQ(here(), home);
	CHECK_OK(netns_leave(&ns));
	CHECK_EQ(here(), home);
}

/* Leaving a second time leads nowhere else. */
TEST(one_leaves_only_once)
{
	int there = testnet_namespace();
	struct netns ns, other;

	CHECK_OK(netns_enter(&ns, NULL, there));
	CHECK_OK(netns_leave(&ns));
	CHECK_OK(netns_enter(&other, NULL, there));
	CHECK_OK(netns_leave(&ns));
	CHECK_EQ(here(), namespace_of(there));
	CHECK_OK(netns_leave(&other));
}

/* Visits may be made from a visit; each returns to where it began. */
TEST(visits_nest)
{
	int first = testnet_namespace(), second = testnet_namespace();
	struct netns outer, inner;
	ino_t home = here();

	CHECK_OK(netns_enter(&outer, NULL, first));
	CHECK_OK(netns_enter(&inner, NULL, second));
	CHECK_EQ(here(), namespace_of(second));
	CHECK_OK(netns_leave(&inner));
	CHECK_EQ(here(), namespace_of(first));
	CHECK_OK(netns_leave(&outer));
	CHECK_EQ(here(), home);
}

/* Nonsense */

/* A path at which there is nothing is told, with where to look. */
TEST(no_such_path)
{
	testnet_enter();
	check_refused("/run/netns/nonesuch", -1, -ENOENT,
		      "/run/netns/nonesuch: cannot open (ENOENT");
	CHECK_STR_HAS(xskpkt_errmsg(), "'ip netns list'");
	check_refused("", -1, -ENOENT, "cannot open");
	check_refused("/etc/passwd/x", -1, -ENOTDIR, "cannot open");
}

/* So is one at which there is something else; namespaces of other kinds too. */
TEST(a_path_that_is_no_network_namespace)
{
	static const char *const paths[] = { "/etc/passwd", "/", "/dev/null",
					     "/proc/self/ns/uts",
					     "/proc/self/ns/mnt" };

	testnet_enter();
	for (unsigned i = 0; i < COUNT(paths); i++) {
		check_refused(paths[i], -1, -EINVAL, paths[i]);
		CHECK_STR_HAS(xskpkt_errmsg(), "is it a network namespace?");
	}
}

/* A descriptor may be closed, or of anything. */
TEST(a_descriptor_that_is_no_network_namespace)
{
	int file;

	testnet_enter();
	check_refused(NULL, 999, -EBADF, "given by descriptor");
	file = memfd_create("file", MFD_CLOEXEC);
	check_refused(NULL, file, -EINVAL, "given by descriptor");
	close(file);
	file = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	check_refused(NULL, file, -EINVAL, "is it a network namespace?");
	close(file);
}

/* A namespace may be there and still not be for everyone. */
TEST(without_the_right_to_enter)
{
	int there = testnet_namespace();
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", there);
	set_mighty(false);
	check_refused(NULL, there, -EPERM, "CAP_SYS_ADMIN: run as root");
	check_refused(path, -1, -EPERM, path);
	set_mighty(true);
}

/* Nobody leaves who could not find back. */
TEST(without_proc_one_stays_at_home)
{
	int there = testnet_namespace();
	ino_t home = here();
	struct netns ns;
	int err;

	if (mount("none", "/proc", "tmpfs", 0, NULL))
		FAIL("mount: %s", strerror(errno));
	err = netns_enter(&ns, NULL, there);
	umount("/proc");
	CHECK_EQ(err, -ENOENT);
	CHECK_STR_HAS(xskpkt_errmsg(), "is /proc mounted?");
	CHECK_EQ(here(), home);
	CHECK_OK(netns_leave(&ns));
	CHECK_EQ(here(), home);
}

/* A thread that lost the right while it was away cannot return. Its caller has
 * to know. */
TEST(a_way_home_that_is_barred_is_told)
{
	int there = testnet_namespace();
	struct netns ns;

	CHECK_OK(netns_enter(&ns, NULL, there));
	set_mighty(false);
	CHECK_EQ(netns_leave(&ns), -EPERM);
	CHECK_STR_HAS(xskpkt_errmsg(), "cannot return to its own (EPERM");
	CHECK_EQ(ns.home, -1);
	CHECK_EQ(here(), namespace_of(there));
}

/* Threads */

static pthread_barrier_t together;

static void *stay(void *home)
{
	pthread_barrier_wait(&together);
	CHECK_EQ(here(), *(ino_t *)home);
	pthread_barrier_wait(&together);
	return NULL;
}

/* One thread's visit is nobody else's. */
TEST(only_the_thread_that_asked_moves)
{
	int there = testnet_namespace();
	ino_t home = here();
	struct netns ns;
	pthread_t other;

	pthread_barrier_init(&together, NULL, 2);
	pthread_create(&other, NULL, stay, &home);
	CHECK_OK(netns_enter(&ns, NULL, there));
	pthread_barrier_wait(&together);
	pthread_barrier_wait(&together);
	CHECK_OK(netns_leave(&ns));
	pthread_join(other, NULL);
}

static void *come_and_go(void *arg)
{
	int there = *(int *)arg;
	ino_t home = here();
	struct netns ns;

	for (unsigned i = 0; i < 200; i++) {
		CHECK_OK(netns_enter(&ns, NULL, there));
		CHECK_EQ(here(), namespace_of(there));
		CHECK_EQ(netns_enter(&(struct netns){ 0 }, NULL, 999), -EBADF);
		CHECK_EQ(here(), namespace_of(there));
		CHECK_OK(netns_leave(&ns));
		CHECK_EQ(here(), home);
	}
	return NULL;
}

/* Threads on their own journeys each find their own way back. */
TEST(many_threads_come_and_go)
{
	pthread_t threads[4];
	int there[2];

	for (unsigned i = 0; i < COUNT(there); i++)
		there[i] = testnet_namespace();
	for (unsigned i = 0; i < COUNT(threads); i++)
		pthread_create(&threads[i], NULL, come_and_go,
			       &there[i % COUNT(there)]);
	for (unsigned i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
}
