// SPDX-License-Identifier: BSD-2-Clause
/* kernel_interface.c: the interface that the kernel engine sends on */
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "kernel_interface.h"
#include "say.h"

/* NETDEV_XDP_ACT_NDO_XMIT, which older headers do not have. */
#define TAKES_REDIRECTS (1u << 2)
/* Ethernet's header and a VLAN tag are no part of the MTU. */
#define BEYOND_MTU 18

static int refuse_features(const char *name, const char *driver)
{
	bool veth = !strcmp(driver, "veth");

	say("%s: it takes no packets from XDP programs, so --engine kernel "
	    "cannot send there: %s",
	    name,
	    veth ? "have a receiver on its peer, or 'ethtool -K PEER gro on'"
		 : "leave --engine out");
	return -EOPNOTSUPP;
}

static int check(struct kernel_interface *i, const struct xskpkt_nic *nic,
		 uint32_t largest)
{
	struct xskpkt_nic_info info = { .size = sizeof(info) };

	xskpkt_nic_info(nic, &info);
	i->index = info.ifindex;
	i->queues = info.tx_queues;
	/* Before Linux 6.3 nobody knows. */
	if (!xskpkt_nic_unknown(nic, XSKPKT_NIC_XDP) &&
	    !(info.xdp_features & TAKES_REDIRECTS))
		return refuse_features(i->name, info.driver);
	if (!info.up) {
		kernel_interface_explain(i, -ENETDOWN);
		return -ENETDOWN;
	}
	if (largest <= info.mtu + BEYOND_MTU)
		return 0;
	say("%s: packets of %u bytes are too large for its MTU of %u: send "
	    "smaller ones, or raise it",
	    i->name, largest, info.mtu);
	return -EMSGSIZE;
}

int kernel_interface_open(struct kernel_interface *ret, const char *name,
			  uint32_t largest)
{
	struct kernel_interface i = { .name = name };
	struct xskpkt_nic *nic;
	int err = xskpkt_nic_query(&nic, name, NULL);

	if (err) {
		say("%s", xskpkt_errmsg());
		return err;
	}
	err = check(&i, nic, largest);
	xskpkt_nic_free(nic);
	if (err)
		return err;
	i.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (i.socket < 0) {
		err = -errno;
		say("%s: no socket: %s", name, strerror(-err));
		return err;
	}
	i.dropped = kernel_interface_dropped(&i);
	*ret = i;
	return 0;
}

int kernel_interface_state(const struct kernel_interface *i)
{
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", i->name);
	/* Another one may have its name by now. */
	if (ioctl(i->socket, SIOCGIFINDEX, &request) ||
	    (uint32_t)request.ifr_ifindex != i->index)
		return -ENODEV;
	if (ioctl(i->socket, SIOCGIFFLAGS, &request))
		return -ENODEV;
	return request.ifr_flags & IFF_UP ? 0 : -ENETDOWN;
}

void kernel_interface_explain(const struct kernel_interface *i, int err)
{
	if (err == -ENODEV)
		say("%s is gone: start again when it is back", i->name);
	if (err == -ENETDOWN)
		say("%s is down: 'ip link set %s up'", i->name, i->name);
}

/* The list has 32 bits of each counter, so differences are right. */
uint32_t kernel_interface_dropped(const struct kernel_interface *i)
{
	const struct rtnl_link_stats *stats = NULL;
	uint32_t dropped = i->dropped;
	struct ifaddrs *all;

	if (getifaddrs(&all))
		return 0;
	for (const struct ifaddrs *a = all; a && !stats; a = a->ifa_next)
		if (a->ifa_addr && a->ifa_addr->sa_family == AF_PACKET &&
		    !strcmp(a->ifa_name, i->name))
			stats = a->ifa_data;
	if (stats)
		dropped = stats->tx_dropped;
	freeifaddrs(all);
	return dropped - i->dropped;
}

void kernel_interface_close(struct kernel_interface *i)
{
	if (i->socket >= 0)
		close(i->socket);
	i->socket = -1;
}
