// SPDX-License-Identifier: BSD-2-Clause
/* testnet.c: private namespaces and veth pairs, by way of ip, tc, ethtool. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "harness.h"
#include "testnet.h"

#define COMMAND_SIZE 512

extern char **environ;

/* Commands */

/* Run it with its output going to @output. Returns its exit status. */
static int spawn(const char *command, int output)
{
	const char *const argv[] = { "sh", "-c", command, NULL };
	posix_spawn_file_actions_t actions;
	int err, status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
	err = posix_spawn(&pid, "/bin/sh", &actions, NULL, (char **)argv,
			  environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		FAIL("%s: %s", command, strerror(err));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int run_command(const char *command, char *text, size_t size)
{
	int output = memfd_create("command", MFD_CLOEXEC);
	int status = spawn(command, output);
	ssize_t len = pread(output, text, size - 1, 0);

	text[len > 0 ? len : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	close(output);
	return status;
}

static void must_run(const char *command)
{
	char text[256];
	int status = run_command(command, text, sizeof(text));

	if (status)
		FAIL("\"%s\" returned %d: %s", command, status, text);
}

static void compose(char *command, const char *format, va_list args)
{
	if (vsnprintf(command, COMMAND_SIZE, format, args) >= COMMAND_SIZE)
		FAIL("too long a command: %s", command);
}

void run(const char *format, ...)
{
	char command[COMMAND_SIZE];
	va_list args;

	va_start(args, format);
	compose(command, format, args);
	va_end(args);
	must_run(command);
}

int try_run(const char *format, ...)
{
	char command[COMMAND_SIZE], text[256];
	va_list args;

	va_start(args, format);
	compose(command, format, args);
	va_end(args);
	return run_command(command, text, sizeof(text));
}

static int open_this_namespace(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		FAIL("/proc/thread-self/ns/net: %s", strerror(errno));
	return fd;
}

static void go_to(int ns)
{
	if (setns(ns, CLONE_NEWNET))
		FAIL("setns: %s", strerror(errno));
}

void run_in(int ns, const char *format, ...)
{
	int home = open_this_namespace();
	char command[COMMAND_SIZE];
	va_list args;

	va_start(args, format);
	compose(command, format, args);
	va_end(args);
	go_to(ns);
	must_run(command);
	go_to(home);
	close(home);
}

/* Namespaces */

/* A file that is not there belongs to a kernel without IPv6. */
static void write_if_there(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

static void furnish(void)
{
	write_if_there("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	write_if_there("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	run("ip link set lo up");
}

void testnet_enter(void)
{
	static bool entered;
	const char *path = getenv("PATH");
	char wider[2048];

	if (entered)
		return;
	if (geteuid())
		SKIP("needs root");
	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		SKIP("no namespaces of our own: %s", strerror(errno));
	entered = true;

	/* /sys shows the interfaces of the namespace that mounted it. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL))
		SKIP("no /sys of our own: %s", strerror(errno));
	mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL);

	snprintf(wider, sizeof(wider), "%s:/usr/sbin:/sbin", path ? path : "");
	setenv("PATH", wider, 1);
	furnish();
}

static void close_namespace(void *fd)
{
	close((int)(intptr_t)fd);
}

int testnet_namespace(void)
{
	int home, ns;

	testnet_enter();
	home = open_this_namespace();
	if (unshare(CLONE_NEWNET))
		FAIL("unshare: %s", strerror(errno));
	ns = open_this_namespace();
	furnish();
	go_to(home);
	close(home);
	test_at_end(close_namespace, (void *)(intptr_t)ns);
	return ns;
}

/* Pairs */

static void prepare(int ns, const char *ifname)
{
	run_in(ns, "ethtool -K %s tx off", ifname);
	run_in(ns, "tc qdisc add dev %s root pfifo", ifname);
	run_in(ns, "ip link set %s up", ifname);
}

/* The kernel takes a moment; what is sent before that is lost. */
static void wait_until_it_runs(int ns, const char *ifname)
{
	struct ifreq request = { 0 };
	int home = open_this_namespace();
	int fd;

	go_to(ns);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	go_to(home);
	close(home);

	strncpy(request.ifr_name, ifname, IFNAMSIZ - 1);
	for (unsigned i = 0; !(request.ifr_flags & IFF_RUNNING); i++) {
		if (i == 5000 || ioctl(fd, SIOCGIFFLAGS, &request))
			FAIL("%s does not come up", ifname);
		usleep(1000);
	}
	close(fd);
}

static void make_veth(struct testnet *t, unsigned queues, int far)
{
	static unsigned count;
	int home;

	snprintf(t->a, sizeof(t->a), "left%u", count);
	snprintf(t->b, sizeof(t->b), "right%u", count++);
	t->queues = queues;
	t->far = far;

	run("ip link add %s numrxqueues %u numtxqueues %u type veth "
	    "peer name %s numrxqueues %u numtxqueues %u",
	    t->a, queues, queues, t->b, queues, queues);
	if (far >= 0)
		run("ip link set %s netns /proc/%d/fd/%d", t->b, getpid(), far);
	home = open_this_namespace();
	prepare(home, t->a);
	prepare(far >= 0 ? far : home, t->b);
	wait_until_it_runs(home, t->a);
	wait_until_it_runs(far >= 0 ? far : home, t->b);
	close(home);
}

void testnet_veth(struct testnet *t, unsigned queues)
{
	testnet_enter();
	make_veth(t, queues, -1);
}

void testnet_veth_far(struct testnet *t, unsigned queues)
{
	testnet_enter();
	make_veth(t, queues, testnet_namespace());
}

void testnet_mtu(const struct testnet *t, unsigned mtu)
{
	run("ip link set %s mtu %u", t->a, mtu);
	if (t->far >= 0)
		run_in(t->far, "ip link set %s mtu %u", t->b, mtu);
	else
		run("ip link set %s mtu %u", t->b, mtu);
}

/* Programs */

uint32_t testnet_program_on(const char *ifname)
{
	uint32_t id = 0;
	int err = bpf_xdp_query_id((int)if_nametoindex(ifname), 0, &id);

	if (err)
		FAIL("XDP program of %s: %s", ifname, strerror(-err));
	return id;
}

bool testnet_program_lives(uint32_t id)
{
	for (unsigned i = 0; i < 100; i++) {
		int fd = bpf_prog_get_fd_by_id(id);

		if (fd < 0)
			return false;
		close(fd);
		usleep(10000);
	}
	return true;
}
