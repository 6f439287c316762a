// SPDX-License-Identifier: BSD-2-Clause
/*
 * netdev.c: facts about an interface, each from the best source there is.
 *
 *   it exists, MTU, driver, bus  ioctl; works in every namespace
 *   queues in use                netdev netlink, else ethtool, else sysfs
 *   XDP features                 netdev netlink (Linux 6.3)
 *   NUMA node                    sysfs, by the bus or in this namespace
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/sockios.h>

#include "compiler.h"
#include "file.h"
#include "log.h"
#include "netdev.h"
#include "netdev_family.h"
#include "netlink.h"
#include "sys.h"

/* The kernel counts queues in 16 bits. */
#define MAX_QUEUES 65536

/* Opening, asking, closing: one socket serves netlink and ioctls alike. */
struct query {
	struct netlink nl;
	struct netlink_family family; /* id 0: this kernel has none */
	struct netdev *dev;
};

static int query_open(struct query *q, struct netdev *dev)
{
	int err;

	*q = (struct query){ .dev = dev };
	err = netlink_open(&q->nl, NETLINK_GENERIC);
	if (err)
		return err;
	err = netlink_family(&q->family, &q->nl, "netdev");
	if (err)
		log_debug(
			"netdev netlink family: %s: XDP features stay unknown",
			err_text(err));
	return 0;
}

static void query_close(struct query *q)
{
	netlink_close(&q->nl);
}

static int ask_ioctl(struct query *q, unsigned long request, struct ifreq *ifr)
{
	memset(ifr->ifr_name, 0, sizeof(ifr->ifr_name));
	snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", q->dev->name);
	return sys_ioctl(q->nl.fd, request, ifr);
}

int netdev_ethtool(int fd, const char *ifname, void *command)
{
	struct ifreq ifr = { .ifr_data = command };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	return sys_ioctl(fd, SIOCETHTOOL, &ifr);
}

int netdev_ethtool_once(const struct netdev *dev, void *command)
{
	int fd = sys_socket(AF_INET, SOCK_DGRAM, 0), err;

	if (fd < 0)
		return fd;
	err = netdev_ethtool(fd, dev->name, command);
	sys_close(fd);
	return err < 0 ? err : 0;
}

static int ask_ethtool(struct query *q, void *command)
{
	return netdev_ethtool(q->nl.fd, q->dev->name, command);
}

static int ask_identity(struct query *q)
{
	struct ifreq ifr = { 0 };
	int err;

	err = ask_ioctl(q, SIOCGIFINDEX, &ifr);
	if (err)
		return err;
	q->dev->ifindex = ifr.ifr_ifindex;
	err = ask_ioctl(q, SIOCGIFMTU, &ifr);
	if (err)
		return err;
	q->dev->mtu = (uint32_t)ifr.ifr_mtu;
	return 0;
}

/* An alternative name is a way to it, too, but /sys knows only its own. */
static void ask_name(struct query *q)
{
	struct ifreq ifr = { .ifr_ifindex = q->dev->ifindex };

	if (!sys_ioctl(q->nl.fd, SIOCGIFNAME, &ifr))
		snprintf(q->dev->name, sizeof(q->dev->name), "%.15s",
			 ifr.ifr_name);
}

static void ask_driver(struct query *q)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (ask_ethtool(q, &info))
		return;
	snprintf(q->dev->driver, sizeof(q->dev->driver), "%.31s", info.driver);
	snprintf(q->dev->bus, sizeof(q->dev->bus), "%.31s", info.bus_info);
}

static void ask_ring(struct query *q)
{
	struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };

	if (!ask_ethtool(q, &ring))
		q->dev->hw_rx_ring = ring.rx_pending;
}

static int note_feature(const struct nlattr *attr, void *arg)
{
	struct netdev *dev = arg;
	uint64_t number;

	if (!netlink_number(&number, attr))
		return MNL_CB_OK;
	switch (mnl_attr_get_type(attr)) {
	case DEV_XDP_FEATURES:
		dev->xdp_features = number;
		dev->features_known = true;
		break;
	case DEV_ZC_MAX_SEGS:
		dev->zc_segs = (uint32_t)number;
		break;
	case DEV_RX_METADATA:
		dev->rx_metadata = number;
		dev->metadata_known = true;
		break;
	case DEV_TX_METADATA:
		dev->tx_metadata = number;
		break;
	}
	return MNL_CB_OK;
}

static int on_features(const struct nlmsghdr *answer, void *arg)
{
	return mnl_attr_parse(answer, sizeof(struct genlmsghdr), note_feature,
			      arg);
}

static void ask_features(struct query *q)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question;
	int err;

	if (!q->family.id)
		return;
	question = netlink_generic(buf, &q->family, DEV_GET, 0);
	mnl_attr_put_u32(question, DEV_IFINDEX, (uint32_t)q->dev->ifindex);
	err = netlink_ask(&q->nl, question, on_features, q->dev);
	if (err)
		log_debug("%s: XDP features unknown (%s)", q->dev->name,
			  err_text(err));
}

/* One answer to QUEUE_GET. */
struct queue_answer {
	uint32_t type;
	bool taken;
};

static int note_queue(const struct nlattr *attr, void *arg)
{
	struct queue_answer *queue = arg;

	switch (mnl_attr_get_type(attr)) {
	case QUEUE_TYPE:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			queue->type = mnl_attr_get_u32(attr);
		break;
	case QUEUE_XSK:
		queue->taken = true;
		break;
	}
	return MNL_CB_OK;
}

static int on_queue(const struct nlmsghdr *answer, void *arg)
{
	struct queue_answer queue = { 0 };
	struct netdev *dev = arg;

	mnl_attr_parse(answer, sizeof(struct genlmsghdr), note_queue, &queue);
	if (queue.type == QUEUE_TYPE_RX)
		dev->rx_queues++;
	else
		dev->tx_queues++;
	return MNL_CB_OK;
}

/* The kernel lists the queues in use; none at all while the device is down. */
static bool count_by_netlink(struct query *q)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question;
	int err;

	if (!q->family.id)
		return false;
	question = netlink_generic(buf, &q->family, QUEUE_GET, NLM_F_DUMP);
	mnl_attr_put_u32(question, QUEUE_IFINDEX, (uint32_t)q->dev->ifindex);
	q->dev->rx_queues = q->dev->tx_queues = 0;
	err = netlink_ask(&q->nl, question, on_queue, q->dev);
	return !err && q->dev->rx_queues && q->dev->tx_queues;
}

static uint32_t add(uint32_t a, uint32_t b)
{
	return min_u32(a, MAX_QUEUES) + min_u32(b, MAX_QUEUES);
}

static bool count_by_ethtool(struct query *q)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };

	if (ask_ethtool(q, &channels))
		return false;
	q->dev->rx_queues = add(channels.combined_count, channels.rx_count);
	q->dev->tx_queues = add(channels.combined_count, channels.tx_count);
	return q->dev->rx_queues && q->dev->tx_queues;
}

static bool sysfs_has_address(const struct netdev *dev,
			      const struct sockaddr *hw)
{
	const unsigned char *b = (const unsigned char *)hw->sa_data;
	char path[64], shown[128], ours[18];

	snprintf(path, sizeof(path), "/sys/class/net/%s/address", dev->name);
	snprintf(ours, sizeof(ours), "%02x:%02x:%02x:%02x:%02x:%02x", b[0],
		 b[1], b[2], b[3], b[4], b[5]);
	return !file_line(shown, sizeof(shown), path) && !strcmp(shown, ours);
}

/*
 * sysfs shows the namespace it was mounted in, which may hold another interface
 * of the same name. Each namespace counts from 1, so the number may be the same
 * as well: eth0 of the host and eth0 of a container. The address is not.
 */
static void look_in_sysfs(struct query *q)
{
	struct ifreq ifr;
	char path[64];
	long ifindex;

	snprintf(path, sizeof(path), "/sys/class/net/%s/ifindex", q->dev->name);
	q->dev->in_sysfs = !file_number(&ifindex, path) &&
			   ifindex == q->dev->ifindex &&
			   !ask_ioctl(q, SIOCGIFHWADDR, &ifr) &&
			   sysfs_has_address(q->dev, &ifr.ifr_hwaddr);
}

static uint32_t count_directories(const struct netdev *dev, const char *kind)
{
	char path[80];
	uint32_t n;

	for (n = 0; n < MAX_QUEUES; n++) {
		int fd;

		snprintf(path, sizeof(path), "/sys/class/net/%s/queues/%s-%u",
			 dev->name, kind, n);
		fd = sys_open(path, O_PATH | O_DIRECTORY);
		if (fd < 0)
			break;
		sys_close(fd);
	}
	return n;
}

static bool count_by_sysfs(struct query *q)
{
	struct netdev *dev = q->dev;

	if (!dev->in_sysfs)
		return false;
	dev->rx_queues = count_directories(dev, "rx");
	dev->tx_queues = count_directories(dev, "tx");
	return dev->rx_queues && dev->tx_queues;
}

static void count_queues(struct query *q)
{
	if (count_by_netlink(q) || count_by_ethtool(q) || count_by_sysfs(q))
		return;
	log_warning("%s: cannot tell how many queues it has: taken to be one",
		    q->dev->name);
	q->dev->rx_queues = q->dev->tx_queues = 1;
}

/* The bus address leads there in every namespace; a virtio NIC gives that of
 * the PCI device it sits on. */
void netdev_device(char *ret, size_t size, const struct netdev *dev)
{
	snprintf(ret, size, "/sys/bus/pci/devices/%s", dev->bus);
	if (*dev->bus && !strchr(dev->bus, '/') && file_there(ret))
		return;
	snprintf(ret, size, "/sys/class/net/%s/device", dev->name);
	if (!dev->in_sysfs || !file_there(ret))
		*ret = '\0';
}

/* The nearest ancestor on a bus that has nodes knows. */
static int find_node(const struct netdev *dev)
{
	char directory[128], path[160];
	long node;

	netdev_device(directory, sizeof(directory), dev);
	if (*directory &&
	    !file_above(path, sizeof(path), directory, "numa_node") &&
	    !file_number(&node, path))
		return (int)node;
	return -1;
}

static int no_interface(int err, const char *ifname)
{
	if (err == -ENODEV)
		return fail(err,
			    "%.40s: no such interface here: 'ip link' "
			    "lists those of this network namespace",
			    ifname);
	return fail(err, "%s: cannot ask for its facts (%s)", ifname,
		    err_text(err));
}

int netdev_query(struct netdev *ret, const char *ifname)
{
	struct netdev dev = { .node = -1 };
	struct query q;
	int err;

	/* ioctl() takes "eth0:1" for eth0: addresses once had such names. */
	if (!*ifname || strlen(ifname) >= sizeof(dev.name) ||
	    strchr(ifname, ':'))
		return no_interface(-ENODEV, ifname);
	memcpy(dev.name, ifname, strlen(ifname));
	err = query_open(&q, &dev);
	if (err)
		return fail(err, "%s: cannot open a netlink socket (%s)",
			    ifname, err_text(err));
	err = ask_identity(&q);
	if (!err) {
		ask_name(&q);
		ask_driver(&q);
		ask_ring(&q);
		ask_features(&q);
		look_in_sysfs(&q);
		count_queues(&q);
		dev.node = find_node(&dev);
		*ret = dev;
	}
	query_close(&q);
	return err ? no_interface(err, ifname) : 0;
}

static int on_taken(const struct nlmsghdr *answer, void *arg)
{
	mnl_attr_parse(answer, sizeof(struct genlmsghdr), note_queue, arg);
	return MNL_CB_OK;
}

static int ask_taken(struct query *q, int ifindex, uint32_t id)
{
	char buf[NETLINK_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct queue_answer queue = { 0 };
	struct nlmsghdr *question;
	int err;

	if (!q->family.id)
		return -EOPNOTSUPP;
	question = netlink_generic(buf, &q->family, QUEUE_GET, 0);
	mnl_attr_put_u32(question, QUEUE_IFINDEX, (uint32_t)ifindex);
	mnl_attr_put_u32(question, QUEUE_TYPE, QUEUE_TYPE_RX);
	mnl_attr_put_u32(question, QUEUE_ID, id);
	err = netlink_ask(&q->nl, question, on_taken, &queue);
	if (err)
		return err;
	/* Silence means "no" only from a kernel that would have told. */
	if (!queue.taken && q->family.last_command < BIND_TX)
		return -EOPNOTSUPP;
	return queue.taken;
}

int netdev_queue_taken(int ifindex, uint32_t queue)
{
	struct query q;
	int taken;

	taken = query_open(&q, NULL);
	if (!taken)
		taken = ask_taken(&q, ifindex, queue);
	query_close(&q);
	return taken;
}
