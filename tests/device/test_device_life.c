// SPDX-License-Identifier: BSD-2-Clause
/* What happens to real devices, and to those who use them. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "device.h"

/* Opened, used and closed again and again, nothing is left that hinders. */
TEST(five_lives, .limit = 180)
{
	struct wire w;

	for (unsigned i = 0; i < 5; i++) {
		device_make(&w, NULL);
		device_open(&w, XSKPKT_MODE_AUTO);
		device_carry(w.a, w.b, 50, 200);
		device_close(&w);
	}
}

/* Set down it is down, and says so; set up, it goes on by itself. */
TEST(down_and_up_again, .limit = 180)
{
	struct wire w;

	device_make(&w, NULL);
	device_open(&w, XSKPKT_MODE_AUTO);
	device_carry(w.a, w.b, 100, 200);
	run("ip link set %s down", w.t.a);
	UNTIL(xskpkt_port_state(w.a) == XSKPKT_STATE_DOWN);
	CHECK_STR_HAS(xskpkt_errmsg(), w.t.a);
	run("ip link set %s up", w.t.a);
	device_settle(&w);
	device_carry(w.a, w.b, 100, 200);
	device_carry(w.b, w.a, 100, 1514);
	device_close(&w);
}

/* What is changed under an open port does not stop it for good. */

static void survives(const char *command, const char *change, const char *back)
{
	struct wire w;

	device_make(&w, NULL);
	device_open(&w, XSKPKT_MODE_AUTO);
	if (try_run("%s %s %s", command, w.t.a, change)) {
		device_close(&w);
		SKIP("the driver does not take %s", change);
	}
	device_settle(&w);
	device_carry(w.a, w.b, 100, 200);
	device_carry(w.b, w.a, 100, 200);
	run("%s %s %s", command, w.t.a, back);
	device_settle(&w);
	device_carry(w.a, w.b, 100, 200);
	device_close(&w);
}

TEST(hardware_rings_are_resized, .limit = 180)
{
	survives("ethtool -G", "rx 128 tx 128", "rx 256 tx 256");
}

TEST(the_mtu_is_changed, .limit = 180)
{
	survives("ip link set", "mtu 1400", "mtu 1500");
}

static int give_channels(const struct wire *w, unsigned n)
{
	return try_run("ethtool -L %s combined %u", w->t.a, n);
}

/* Channels come and go beside ours, and those of ours stay. */
TEST(channels_change_under_an_open_port, .limit = 180)
{
	struct wire w;

	device_make(&w, NULL);
	device_open(&w, XSKPKT_MODE_AUTO);
	if (w.t.queues > 1)
		CHECK(give_channels(&w, w.t.queues - 1) != 0);
	device_carry(w.a, w.b, 100, 200);
	if (give_channels(&w, w.t.queues + 1)) {
		device_close(&w);
		SKIP("%s takes no more channels than are open", w.t.a);
	}
	device_settle(&w);
	device_carry(w.a, w.b, 100, 200);
	device_carry(w.b, w.a, 100, 200);
	CHECK_EQ(give_channels(&w, w.t.queues), 0);
	device_settle(&w);
	device_carry(w.a, w.b, 100, 200);
	device_close(&w);
}

/* Killed in the middle of traffic, a process leaves nothing behind. */

static void send_for_ever(void *arg)
{
	struct flow f = { .id = 7 };
	struct wire *w = arg;

	device_open(w, XSKPKT_MODE_AUTO);
	for (;;) {
		flow_send(&f, wire_a(w, 0), 8, 200);
		usleep(1000);
	}
}

TEST(killed_under_traffic, .limit = 180)
{
	struct wire w;
	int pid;

	device_make(&w, NULL);
	pid = child_start(send_for_ever, &w);
	UNTIL(testnet_program_on(w.t.b));
	sleep(2);
	kill(pid, SIGKILL);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	UNTIL(!testnet_program_on(w.t.a) && !testnet_program_on(w.t.b));
	check_left_alone(w.t.a, 1);
	device_open(&w, XSKPKT_MODE_AUTO);
	device_carry(w.a, w.b, 100, 200);
	device_close(&w);
}

/* The driver lets go of its device, and takes it again. */

/* The device's name on its bus. */
static void address_of(const char *ifname, char *ret, size_t size)
{
	char path[64], target[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/class/net/%s/device", ifname);
	n = readlink(path, target, sizeof(target) - 1);
	CHECK(n > 0);
	target[n] = '\0';
	CHECK(strlen(basename(target)) < size);
	strcpy(ret, basename(target));
}

TEST(unbound_and_bound_again, .limit = 180)
{
	struct xskpkt_port_info info = { .size = sizeof(info) };
	char address[64];
	struct wire w;

	device_make(&w, NULL);
	address_of(w.t.a, address, sizeof(address));
	device_open(&w, XSKPKT_MODE_AUTO);
	device_carry(w.a, w.b, 100, 200);
	CHECK_OK(xskpkt_port_info(w.a, &info));
	if (strncmp(address, "0000:", 5)) {
		device_close(&w);
		SKIP("%s is no PCI device", address);
	}
	run("echo %s > /sys/bus/pci/drivers/%s/unbind", address, info.driver);
	UNTIL(xskpkt_port_state(w.a) == XSKPKT_STATE_GONE);
	CHECK_STR_HAS(xskpkt_errmsg(), w.t.a);
	xskpkt_port_close(w.a);
	xskpkt_port_close(w.b);
	check_books(w.pool, 0);
	run("echo %s > /sys/bus/pci/drivers/%s/bind", address, info.driver);
	UNTIL(!try_run("name=$(ls /sys/bus/pci/devices/%s/net) && "
		       "{ [ $name = %s ] || ip link set $name name %s; }",
		       address, w.t.a, w.t.a));
	try_run("ethtool -L %s combined %u", w.t.a, w.t.queues);
	run("ip link set %s up promisc on", w.t.a);
	device_open(&w, XSKPKT_MODE_AUTO);
	device_carry(w.a, w.b, 100, 200);
	device_close(&w);
}
