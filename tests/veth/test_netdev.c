// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is told of an interface is true, on this kernel and on older ones.
 *
 * Linked with --wrap: a test may take answers away, as an older kernel would.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/if_xdp.h>
#include <linux/sockios.h>

#include "log.h"
#include "netdev.h"
#include "netlink.h"
#include "netns.h"
#include "sys.h"
#include "traffic.h"

/* From the kernel's uapi/linux/netdev.h, which may not be installed. */
#define XDP_ACT_BASIC (1u << 0)
#define XDP_ACT_REDIRECT (1u << 1)
#define XDP_ACT_XSK_ZEROCOPY (1u << 3)
#define QUEUE_GET 10

/* What the kernel does not have */

static struct {
	bool family;           /* netdev netlink: Linux 6.3 */
	bool queues;           /* which of it lists queues: 6.8 */
	uint32_t last_command; /* 0: as it is */
	bool channels, drvinfo;
	bool sysfs;
	bool netlink;
} without;

int __real_netlink_family(struct netlink_family *ret, struct netlink *nl,
			  const char *name);
int __wrap_netlink_family(struct netlink_family *ret, struct netlink *nl,
			  const char *name);
int __real_netlink_ask(struct netlink *nl, struct nlmsghdr *question,
		       mnl_cb_t each, void *arg);
int __wrap_netlink_ask(struct netlink *nl, struct nlmsghdr *question,
		       mnl_cb_t each, void *arg);
int __real_netlink_open(struct netlink *nl, int protocol);
int __wrap_netlink_open(struct netlink *nl, int protocol);
int __real_sys_ioctl(int fd, unsigned long request, void *arg);
int __wrap_sys_ioctl(int fd, unsigned long request, void *arg);
int __real_sys_open(const char *path, int flags);
int __wrap_sys_open(const char *path, int flags);

int __wrap_netlink_open(struct netlink *nl, int protocol)
{
	if (!without.netlink)
		return __real_netlink_open(nl, protocol);
	*nl = (struct netlink){ .fd = -1 };
	return -EPROTONOSUPPORT;
}

int __wrap_netlink_family(struct netlink_family *ret, struct netlink *nl,
			  const char *name)
{
	int err;

	if (without.family)
		return -ENOENT;
	err = __real_netlink_family(ret, nl, name);
	if (!err && without.last_command)
		ret->last_command = without.last_command;
	return err;
}

int __wrap_netlink_ask(struct netlink *nl, struct nlmsghdr *question,
		       mnl_cb_t each, void *arg)
{
	const struct genlmsghdr *generic = mnl_nlmsg_get_payload(question);

	if (without.queues && generic->cmd == QUEUE_GET)
		return -EOPNOTSUPP;
	return __real_netlink_ask(nl, question, each, arg);
}

int __wrap_sys_ioctl(int fd, unsigned long request, void *arg)
{
	if (request == SIOCETHTOOL) {
		const struct ifreq *ifr = arg;
		uint32_t command;

		memcpy(&command, ifr->ifr_data, sizeof(command));
		if ((without.channels && command == ETHTOOL_GCHANNELS) ||
		    (without.drvinfo && command == ETHTOOL_GDRVINFO))
			return -EOPNOTSUPP;
	}
	return __real_sys_ioctl(fd, request, arg);
}

int __wrap_sys_open(const char *path, int flags)
{
	if (without.sysfs && !strncmp(path, "/sys/", 5))
		return -ENOENT;
	return __real_sys_open(path, flags);
}

/* Helpers */

static bool kernel_is(unsigned major, unsigned minor)
{
	unsigned have_major = 0, have_minor = 0;
	struct utsname name;

	uname(&name);
	sscanf(name.release, "%u.%u", &have_major, &have_minor);
	return have_major > major ||
	       (have_major == major && have_minor >= minor);
}

static struct netdev facts_of(const char *ifname)
{
	struct netdev dev;

	CHECK_OK(netdev_query(&dev, ifname));
	CHECK_STR_EQ(dev.name, ifname);
	CHECK_EQ(dev.ifindex, if_nametoindex(ifname));
	return dev;
}

static void check_queues(const char *ifname, unsigned rx, unsigned tx)
{
	struct netdev dev = facts_of(ifname);

	CHECK_EQ(dev.rx_queues, rx);
	CHECK_EQ(dev.tx_queues, tx);
}

static void check_absent(const char *ifname)
{
	struct netdev dev = { .mtu = 4711 };
	char words[96];

	CHECK_EQ(netdev_query(&dev, ifname), -ENODEV);
	snprintf(words, sizeof(words), "%.40s: no such interface here", ifname);
	CHECK_STR_HAS(xskpkt_errmsg(), words);
	CHECK_STR_HAS(xskpkt_errmsg(), "'ip link'");
	CHECK_EQ(dev.mtu, 4711);
	CHECK_EQ(dev.ifindex, 0);
}

static char heard[2048];

static void hear(enum xskpkt_log_level level, const char *line, void *arg)
{
	size_t used = strlen(heard);

	(void)arg;
	snprintf(heard + used, sizeof(heard) - used, "%d: %s\n", level, line);
}

/* Facts */

/* Every fact about veth, for as many queues as one may have. */
TEST(all_facts_about_veth)
{
	static const unsigned queues[] = { 1, 2, 4 };

	for (unsigned i = 0; i < COUNT(queues); i++) {
		struct netdev dev;
		struct testnet t;

		testnet_veth(&t, queues[i]);
		dev = facts_of(t.a);
		CHECK_EQ(dev.mtu, 1500);
		CHECK_EQ(dev.rx_queues, queues[i]);
		CHECK_EQ(dev.tx_queues, queues[i]);
		CHECK_EQ(dev.hw_rx_ring, 0);
		CHECK_STR_EQ(dev.driver, "veth");
		CHECK_EQ(dev.node, -1);
		check_queues(t.b, queues[i], queues[i]);
	}
}

/* Since Linux 6.3 an interface tells what it can do: veth runs programs and
 * redirects, but has no zero-copy. */
TEST(what_veth_can_do)
{
	struct netdev dev;
	struct testnet t;

	testnet_veth(&t, 1);
	dev = facts_of(t.a);
	CHECK_EQ(dev.features_known, kernel_is(6, 3));
	if (!dev.features_known)
		SKIP("needs Linux 6.3");
	CHECK(dev.xdp_features & XDP_ACT_BASIC);
	CHECK(dev.xdp_features & XDP_ACT_REDIRECT);
	CHECK(!(dev.xdp_features & XDP_ACT_XSK_ZEROCOPY));
}

/* The MTU is the one of now. */
TEST(the_mtu_of_now)
{
	struct testnet t;

	testnet_veth(&t, 1);
	testnet_mtu(&t, 3000);
	CHECK_EQ(facts_of(t.a).mtu, 3000);
	testnet_mtu(&t, 9000);
	CHECK_EQ(facts_of(t.b).mtu, 9000);
}

/* Receiving and sending are counted apart. */
TEST(more_rx_queues_than_tx_queues)
{
	testnet_enter();
	run("ip link add few numrxqueues 3 numtxqueues 2 type veth "
	    "peer name many numrxqueues 5 numtxqueues 4");
	run("ip link set few up && ip link set many up");
	check_queues("few", 3, 2);
	check_queues("many", 5, 4);
}

/* Queues that exist but are not in use do not count. */
TEST(only_queues_in_use_count)
{
	struct testnet t;

	testnet_veth(&t, 4);
	if (try_run("ethtool -L %s rx 3 tx 2", t.a))
		SKIP("this kernel's veth has its queues for good");
	check_queues(t.a, 3, 2);
	run("ethtool -L %s rx 4 tx 4", t.a);
	check_queues(t.a, 4, 4);
}

/* While it is down netlink lists no queues; they are counted all the same. */
TEST(queues_are_counted_while_it_is_down)
{
	struct testnet t;

	testnet_veth(&t, 4);
	run("ip link set %s down", t.a);
	check_queues(t.a, 4, 4);
}

/* lo has neither driver nor device. */
TEST(all_facts_about_lo)
{
	struct netdev dev;

	testnet_enter();
	dev = facts_of("lo");
	CHECK_EQ(dev.ifindex, 1);
	CHECK_EQ(dev.mtu, 65536);
	CHECK_EQ(dev.rx_queues, 1);
	CHECK_EQ(dev.tx_queues, 1);
	CHECK_STR_EQ(dev.driver, "");
	CHECK_EQ(dev.node, -1);
	CHECK_EQ(dev.features_known, kernel_is(6, 3));
	run("ip link set lo down");
	check_queues("lo", 1, 1);
}

/* A tap interface is one like any other. */
TEST(all_facts_about_tap)
{
	struct netdev dev;

	testnet_enter();
	if (try_run("ip tuntap add dev tap0 mode tap"))
		SKIP("no tap interfaces here");
	run("ip link set tap0 up");
	dev = facts_of("tap0");
	CHECK_EQ(dev.mtu, 1500);
	CHECK_EQ(dev.rx_queues, 1);
	CHECK_EQ(dev.tx_queues, 1);
	CHECK_STR_EQ(dev.driver, "tun");
	CHECK_EQ(dev.node, -1);
}

/* Names */

/* Whatever is not a name of an interface is refused; nothing is written. */
TEST(names_that_do_not_exist)
{
	char endless[3000];
	struct testnet t;

	testnet_veth(&t, 1);
	check_absent("nope");
	check_absent("");
	check_absent(" ");
	check_absent("lef");
	check_absent("left");
	check_absent("left00");
	check_absent("LEFT0");
	check_absent("left0 ");
	check_absent("left0/");
	check_absent("../left0");
	check_absent("%s%n");
	check_absent("fifteen_letters");
	check_absent("sixteen__letters");
	memset(endless, 'x', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	check_absent(endless);
}

/* ioctls take "left0:1" for left0, since addresses once had such names. */
TEST(a_label_is_no_name)
{
	struct testnet t;

	testnet_veth(&t, 1);
	check_absent("left0:1");
	check_absent("left0:");
	check_absent(":");
}

/* The longest name there can be. */
TEST(a_name_of_fifteen_letters)
{
	testnet_enter();
	run("ip link add fifteen_letters type veth peer name other");
	CHECK_STR_EQ(facts_of("fifteen_letters").driver, "veth");
}

/* Renamed, it is found by its new name only, and is still the same one. */
TEST(a_renamed_interface)
{
	struct netdev before, after;
	struct testnet t;

	testnet_veth(&t, 2);
	before = facts_of(t.a);
	run("ip link set %s down && ip link set %s name other && "
	    "ip link set other up",
	    t.a, t.a);
	check_absent(t.a);
	after = facts_of("other");
	CHECK_EQ(after.ifindex, before.ifindex);
	CHECK_EQ(after.rx_queues, 2);
}

/* Another name for it leads to it; what is told is its own name, for only
 * that is in /sys. */
TEST(an_alternative_name)
{
	struct netdev dev;
	struct testnet t;

	testnet_veth(&t, 2);
	if (try_run("ip link property add dev %s altname second", t.a))
		SKIP("needs Linux 5.5");
	CHECK_OK(netdev_query(&dev, "second"));
	CHECK_STR_EQ(dev.name, t.a);
	CHECK_EQ(dev.ifindex, if_nametoindex(t.a));
	CHECK_EQ(dev.rx_queues, 2);
}

/* Only this thread's namespace is looked at. */
TEST(interfaces_of_other_namespaces_are_not_there)
{
	struct testnet t;
	struct netns ns;

	testnet_veth_far(&t, 2);
	check_absent(t.b);
	CHECK_OK(netns_enter(&ns, NULL, t.far));
	check_absent(t.a);
	check_queues(t.b, 2, 2);
	CHECK_OK(netns_leave(&ns));
	check_queues(t.a, 2, 2);
}

/* Queues in use by others */

static int bind_socket(int ifindex, unsigned queue)
{
	struct sockaddr_xdp addr = { .sxdp_family = AF_XDP,
				     .sxdp_flags = XDP_COPY,
				     .sxdp_ifindex = (uint32_t)ifindex,
				     .sxdp_queue_id = queue };
	struct xdp_umem_reg umem = { .len = 64 * 4096, .chunk_size = 4096 };
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	int n = 64;
	void *mem = mmap(NULL, umem.len, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	umem.addr = (uintptr_t)mem;
	if (setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &n, sizeof(n)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &n, sizeof(n)) ||
	    setsockopt(fd, SOL_XDP, XDP_RX_RING, &n, sizeof(n)) ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		FAIL("AF_XDP socket: %s", strerror(errno));
	munmap(mem, umem.len); /* the kernel holds the pages */
	return fd;
}

/* A queue is taken while a socket is bound to it, and no other queue is. */
TEST(a_queue_is_taken_while_a_socket_is_bound)
{
	struct testnet t;
	int ifindex, fd;

	testnet_veth(&t, 4);
	ifindex = (int)if_nametoindex(t.a);
	if (!kernel_is(6, 16)) {
		CHECK_EQ(netdev_queue_taken(ifindex, 0), -EOPNOTSUPP);
		SKIP("needs Linux 6.16");
	}
	for (unsigned q = 0; q < 4; q++)
		CHECK_EQ(netdev_queue_taken(ifindex, q), 0);
	fd = bind_socket(ifindex, 2);
	for (unsigned q = 0; q < 4; q++)
		CHECK_EQ(netdev_queue_taken(ifindex, q), q == 2);
	CHECK_EQ(netdev_queue_taken((int)if_nametoindex(t.b), 2), 0);
	close(fd);
	UNTIL(!netdev_queue_taken(ifindex, 2)); /* let go a moment later */
}

/* What does not exist is neither taken nor free. */
TEST(whether_it_is_taken_cannot_be_told)
{
	struct testnet t;
	int ifindex;

	testnet_veth(&t, 2);
	ifindex = (int)if_nametoindex(t.a);
	CHECK(netdev_queue_taken(ifindex, 2) < 0);
	CHECK(netdev_queue_taken(ifindex, UINT32_MAX) < 0);
	CHECK(netdev_queue_taken(12345, 0) < 0);
	CHECK(netdev_queue_taken(0, 0) < 0);
	run("ip link set %s down", t.a);
	CHECK(netdev_queue_taken(ifindex, 0) < 0);
}

/* Older kernels */

/* Before Linux 6.3 there is no netdev family: channels are what ethtool says,
 * features stay unknown, and so does who holds a queue. */
TEST(without_the_netdev_family)
{
	struct netdev dev;
	struct testnet t;

	testnet_veth(&t, 4);
	without.family = true;
	xskpkt_log_set(hear, NULL);
	dev = facts_of(t.a);
	CHECK_EQ(dev.rx_queues, 4);
	CHECK_EQ(dev.tx_queues, 4);
	CHECK_EQ(dev.mtu, 1500);
	CHECK_STR_EQ(dev.driver, "veth");
	CHECK(!dev.features_known);
	CHECK_EQ(dev.xdp_features, 0);
	CHECK_EQ(dev.zc_segs, 0);
	CHECK_STR_HAS(heard, "3: netdev netlink family: ENOENT");
	CHECK_EQ(netdev_queue_taken(dev.ifindex, 0), -EOPNOTSUPP);
}

/* A port opens there all the same. */
TEST(a_port_without_the_netdev_family)
{
	struct wire w;

	without.family = true;
	wire_open(&w, 2, NULL, NULL);
	CHECK_EQ(xskpkt_port_queues(w.a), 2);
	carry_all(w.a, w.b, 100, MIXED);
	wire_close(&w);
}

/* Linux 6.3 to 6.7: features, but no list of queues. */
TEST(a_netdev_family_without_queues)
{
	struct netdev dev;
	struct testnet t;

	testnet_veth(&t, 3);
	without.queues = true;
	dev = facts_of(t.a);
	CHECK_EQ(dev.rx_queues, 3);
	CHECK_EQ(dev.tx_queues, 3);
	CHECK_EQ(dev.features_known, kernel_is(6, 3));
	CHECK_EQ(netdev_queue_taken(dev.ifindex, 0), -EOPNOTSUPP);
}

/* A kernel that would not tell of a socket cannot say that there is none. */
TEST(silence_about_a_queue_is_no_answer)
{
	struct testnet t;
	int ifindex, fd;

	testnet_veth(&t, 1);
	if (!kernel_is(6, 15))
		SKIP("needs Linux 6.15");
	ifindex = (int)if_nametoindex(t.a);
	without.last_command = 14;
	CHECK_EQ(netdev_queue_taken(ifindex, 0), -EOPNOTSUPP);
	fd = bind_socket(ifindex, 0);
	CHECK_EQ(netdev_queue_taken(ifindex, 0), 1);
	close(fd);
}

/* Without ethtool's channels there are still the directories in /sys. */
TEST(queues_are_counted_in_sysfs)
{
	testnet_enter();
	run("ip link add few numrxqueues 3 numtxqueues 2 type veth peer many");
	without.family = without.channels = true;
	check_queues("few", 3, 2);
}

/* /sys may show the interfaces of another namespace. One of them may have the
 * same name, and even the same number: each namespace numbers anew. */
TEST(sysfs_may_show_another_namespace)
{
	int there = testnet_namespace();
	struct netns ns;

	run("ip link add eth0 index 77 numrxqueues 4 numtxqueues 4 "
	    "type veth peer name eth1");
	run_in(there, "ip link add eth0 index 77 numrxqueues 2 numtxqueues 2 "
		      "type veth peer name eth1");
	without.family = without.channels = true;
	xskpkt_log_set(hear, NULL);
	check_queues("eth0", 4, 4);
	CHECK(!strstr(heard, "1: "));
	CHECK_OK(netns_enter(&ns, NULL, there));
	check_queues("eth0", 1, 1);
	CHECK_STR_HAS(heard, "1: eth0: cannot tell how many queues it has");
	CHECK_OK(netns_leave(&ns));
}

/* When nobody can tell, it has one queue, and that is said. */
TEST(queues_that_nobody_can_count)
{
	struct netdev dev;
	struct testnet t;

	testnet_veth(&t, 4);
	without.family = without.channels = without.sysfs = true;
	without.drvinfo = true;
	xskpkt_log_set(hear, NULL);
	dev = facts_of(t.a);
	CHECK_EQ(dev.rx_queues, 1);
	CHECK_EQ(dev.tx_queues, 1);
	CHECK_STR_EQ(dev.driver, "");
	CHECK_EQ(dev.node, -1);
	CHECK_STR_HAS(heard, "1: left0: cannot tell how many queues it has");
}

/* Without netlink nothing can be had; the sentence says so. */
TEST(without_netlink)
{
	struct netdev dev = { .mtu = 4711 };

	testnet_enter();
	without.netlink = true;
	CHECK_EQ(netdev_query(&dev, "lo"), -EPROTONOSUPPORT);
	CHECK_STR_HAS(xskpkt_errmsg(), "lo: cannot open a netlink socket");
	CHECK_EQ(dev.mtu, 4711);
	CHECK_EQ(netdev_queue_taken(1, 0), -EPROTONOSUPPORT);
}
