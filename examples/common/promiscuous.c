// SPDX-License-Identifier: BSD-2-Clause
/* promiscuous.c: an interface that takes packets for any address */
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "promiscuous.h"

int promiscuous_open(const char *ifname)
{
	struct packet_mreq wish = {
		.mr_ifindex = (int)if_nametoindex(ifname),
		.mr_type = PACKET_MR_PROMISC,
	};
	/* Protocol 0: it receives nothing. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd >= 0 && setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &wish,
				  sizeof(wish))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void promiscuous_close(int fd)
{
	if (fd >= 0)
		close(fd);
}
