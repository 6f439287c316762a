// SPDX-License-Identifier: BSD-2-Clause
/*
 * Settings are changed on record and put back: on close, by whoever comes
 * next when a process was killed, and never over somebody else's change.
 *
 * Linked with --wrap: the n-th call of the library fails, or is the last thing
 * its process does.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "compiler.h"
#include "harness.h"
#include "setting.h"
#include "sys.h"
#include "testnet.h"

#define CHECK_FAILS(call, err, words)                  \
	do {                                           \
		CHECK_EQ(call, err);                   \
		CHECK_STR_HAS(xskpkt_errmsg(), words); \
	} while (0)

/* The n-th call */

static struct {
	unsigned at; /* 0: never */
	bool deadly; /* it kills, else it fails */
	unsigned seen;
} fault;

static bool fault_now(void)
{
	if (!fault.at || ++fault.seen != fault.at)
		return false;
	if (fault.deadly)
		kill(getpid(), SIGKILL);
	return true;
}

#define WRAP(type, name, arguments, ...)                                \
	type __real_##name arguments;                                   \
	type __wrap_##name arguments;                                   \
	type __wrap_##name arguments                                    \
	{                                                               \
		return fault_now() ? -EIO : __real_##name(__VA_ARGS__); \
	}

WRAP(int, sys_open, (const char *path, int flags), path, flags)
WRAP(int, sys_create, (const char *path, bool kept), path, kept)
WRAP(ssize_t, sys_write, (int fd, const void *buf, size_t len), fd, buf, len)
WRAP(ssize_t, sys_read, (int fd, void *buf, size_t len), fd, buf, len)
WRAP(int, sys_ioctl, (int fd, unsigned long request, void *arg), fd, request,
     arg)
WRAP(int, sys_fsync, (int fd), fd)
WRAP(int, sys_rename, (const char *from, const char *to), from, to)
WRAP(int, sys_unlink, (const char *path), path)

/* Interrupts that a veth has not */

static int fake_irq = -1; /* of queue 0; the next ones follow */

int __real_xskpkt_nic_queue_info(const struct xskpkt_nic *nic, unsigned i,
				 struct xskpkt_nic_queue *ret);
int __wrap_xskpkt_nic_queue_info(const struct xskpkt_nic *nic, unsigned i,
				 struct xskpkt_nic_queue *ret);
int __wrap_xskpkt_nic_queue_info(const struct xskpkt_nic *nic, unsigned i,
				 struct xskpkt_nic_queue *ret)
{
	static struct xskpkt_nic_vector vectors[8];
	int err = __real_xskpkt_nic_queue_info(nic, i, ret);

	if (err || fake_irq < 0 || i >= COUNT_OF(vectors))
		return err;
	vectors[i] = *ret->rx;
	vectors[i].irq = fake_irq + (int)i;
	ret->rx = ret->tx = &vectors[i];
	return 0;
}

/* The scene */

static struct testnet net;
static struct netdev dev;

static void start(unsigned queues)
{
	testnet_veth(&net, queues);
	/* In a mount namespace of the test's own. */
	run("mount -t tmpfs -o mode=755 none /run");
	CHECK_OK(netdev_query(&dev, net.a));
}

static void start_irqs(void)
{
	run("mkdir /run/irq && for i in 45 46; do mkdir /run/irq/$i && "
	    "echo 1 > /run/irq/$i/smp_affinity_list; done");
	run("mount --bind /run/irq /proc/irq");
	fake_irq = 45;
}

static const char *now(const char *setting)
{
	static char value[SETTING_VALUE];

	CHECK_EQ(setting_read(&dev, setting, value), 0);
	return value;
}

static struct xskpkt_tune *open_tune(uint32_t flags, FILE *out)
{
	struct xskpkt_tune_opts opts = { .size = sizeof(opts),
					 .flags = flags,
					 .out = out };
	struct xskpkt_tune *tune = NULL;

	CHECK_OK(xskpkt_tune_open(&tune, net.a, &opts));
	return tune;
}

static bool on_record(void)
{
	return !try_run("ls /run/xskpkt/*-%s.json", net.a);
}

/* What is told, as a string. */
static char told[4096];
static FILE *listen_to(void)
{
	FILE *out = fmemopen(told, sizeof(told), "w");

	CHECK(out != NULL);
	return out;
}

static int restore_and_listen(void)
{
	FILE *out = listen_to();
	int err = xskpkt_tune_restore(net.a, out);

	fclose(out);
	return err;
}

/* Each setting is changed, and close puts it back; the kernel says so. */
TEST(every_setting_is_changed_and_put_back)
{
	struct xskpkt_tune *tune;

	start(4);
	start_irqs();
	run("ethtool -K %s gro on", net.a); /* or it has no NAPI */
	run("echo 1 > /sys/class/net/%s/queues/tx-3/xps_cpus", net.a);
	tune = open_tune(0, NULL);
	CHECK(!on_record());
	CHECK_OK(xskpkt_tune_set(tune, "channels", "rx 2"));
	CHECK_OK(xskpkt_tune_set(tune, "channels", "tx 3"));
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "200000"));
	CHECK_OK(xskpkt_tune_set(tune, "napi_defer_hard_irqs", "2"));
	CHECK_OK(xskpkt_tune_set(tune, "threaded", "1"));
	CHECK_OK(xskpkt_tune_set(tune, "xps 1", "2"));
	CHECK_OK(xskpkt_tune_set(tune, "gro", "0"));
	CHECK_OK(xskpkt_tune_set(tune, "irq 46", "0"));
	CHECK(on_record());
	CHECK_STR_EQ(now("channels"), "rx 2 tx 3 combined 0");
	run("test $(ls -d /sys/class/net/%s/queues/* | wc -l) = 5", net.a);
	run("test $(cat /sys/class/net/%s/gro_flush_timeout) = 200000", net.a);
	run("test $(cat /sys/class/net/%s/napi_defer_hard_irqs) = 2", net.a);
	run("test $(cat /sys/class/net/%s/queues/tx-1/xps_cpus) = 2", net.a);
	run("ethtool -k %s | grep -q 'generic-receive-offload: off'", net.a);
	run("test $(cat /proc/irq/46/smp_affinity_list) = 0");
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	CHECK(!on_record());
	CHECK_STR_EQ(now("channels"), "rx 4 tx 4 combined 0");
	CHECK_STR_EQ(now("gro_flush_timeout"), "0");
	CHECK_STR_EQ(now("napi_defer_hard_irqs"), "0");
	CHECK_STR_EQ(now("threaded"), "0");
	CHECK_STR_EQ(now("xps 1"), "0");
	CHECK_STR_EQ(now("gro"), "1");
	CHECK_STR_EQ(now("irq 46"), "1");
}

/* What has the value already is not touched, and not put back. */
TEST(what_is_right_already_stays)
{
	struct xskpkt_tune *tune;

	start(2);
	tune = open_tune(0, NULL);
	CHECK_OK(xskpkt_tune_set(tune, "channels", "rx 2 tx 2"));
	CHECK(!on_record());
	CHECK_EQ(xskpkt_tune_close(tune), 0);
}

/* What cannot be is refused with the setting's name, and nothing changes. */
TEST(what_cannot_be_is_refused)
{
	struct xskpkt_tune_opts opts = { .size = sizeof(opts), .flags = 8 };
	struct xskpkt_tune *tune, *none = NULL;

	start(2);
	start_irqs();
	tune = open_tune(0, NULL);
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "7"));
	CHECK_FAILS(xskpkt_tune_set(tune, "colour", "red"), -ENOENT,
		    "colour: cannot be read (ENOENT");
	CHECK_FAILS(xskpkt_tune_set(tune, "irq 0x1", "0"), -ENOENT, "irq 0x1");
	CHECK_FAILS(xskpkt_tune_set(tune, "irq 045", "0"), -ENOENT, "irq 045");
	CHECK_FAILS(xskpkt_tune_set(tune, "xps ../a", "0"), -ENOENT, "xps");
	CHECK_FAILS(xskpkt_tune_set(tune, "xps 2", "1"), -ENOENT, "no such");
	CHECK_FAILS(xskpkt_tune_set(tune, "rings", "rx 64"), -EOPNOTSUPP,
		    "rings: cannot be read (EOPNOTSUPP");
	CHECK_FAILS(xskpkt_tune_set(tune, "channels", "rx many"), -EINVAL,
		    "\"rx many\" is not understood: it is \"rx 2 tx 2");
	CHECK_FAILS(xskpkt_tune_set(tune, "channels", "up 1"), -EINVAL, "up");
	CHECK_FAILS(xskpkt_tune_set(tune, "channels", "rx 99"), -EINVAL,
		    "channels: cannot be changed (EINVAL");
	CHECK_FAILS(xskpkt_tune_set(tune, "gro", "yes"), -EINVAL, "gro");
	CHECK_FAILS(xskpkt_tune_set(tune, "lro", "1"), -EOPNOTSUPP,
		    "the driver has it not");
	/* What is written to it is forgotten. */
	run("ln -sf /dev/null /run/irq/45/smp_affinity_list");
	CHECK_FAILS(xskpkt_tune_set(tune, "irq 45", "0"), -EIO,
		    "irq 45: stays as it is");
	CHECK_FAILS(xskpkt_tune_set(tune, NULL, "1"), -EINVAL, "setting is");
	CHECK_FAILS(xskpkt_tune_set(tune, "gro", NULL), -EINVAL, "value is");
	CHECK_FAILS(xskpkt_tune_set(NULL, "gro", "1"), -EINVAL, "tune is");
	CHECK_FAILS(xskpkt_tune_keep(NULL), -EINVAL, "tune is NULL");
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	CHECK_STR_EQ(now("gro_flush_timeout"), "0");
	CHECK(!on_record());

	CHECK_FAILS(xskpkt_tune_open(&none, net.a, &opts), -EINVAL,
		    "not known are 0x8");
	opts.flags = 0;
	opts.reserved = 1;
	CHECK_FAILS(xskpkt_tune_open(&none, net.a, &opts), -EINVAL, "reserved");
	CHECK_FAILS(xskpkt_tune_open(&none, "nil0", NULL), -ENODEV, "nil0");
	CHECK_FAILS(xskpkt_tune_open(&none, NULL, NULL), -EINVAL, "ifname is");
	CHECK_FAILS(xskpkt_tune_open(NULL, net.a, NULL), -EINVAL, "ret is");
	CHECK_FAILS(xskpkt_tune_restore(NULL, NULL), -EINVAL, "ifname is");
	CHECK_FAILS(xskpkt_tune_restore("nil0", NULL), -ENODEV, "nil0");
	CHECK(!none);
	xskpkt_tune_close(NULL);
}

/* A dry run tells what would be, and changes nothing. */
TEST(a_dry_run_changes_nothing)
{
	struct xskpkt_tune *tune;
	FILE *out;

	start(2);
	out = listen_to();
	tune = open_tune(XSKPKT_TUNE_DRY_RUN, out);
	CHECK_OK(xskpkt_tune_set(tune, "channels", "rx 1"));
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	fclose(out);
	CHECK_STR_HAS(told, "channels: \"rx 2 tx 2 combined 0\" -> "
			    "\"rx 1 tx 2 combined 0\"\n");
	CHECK_STR_EQ(now("channels"), "rx 2 tx 2 combined 0");
	CHECK(try_run("ls /run/xskpkt"));
}

/* While one tunes an interface nobody else does, nor puts it back. */
TEST(one_at_a_time)
{
	struct xskpkt_tune *tune, *other = NULL;

	start(1);
	tune = open_tune(0, NULL);
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "7"));
	CHECK_FAILS(xskpkt_tune_open(&other, net.a, NULL), -EBUSY,
		    "a running program tunes it");
	CHECK_FAILS(xskpkt_tune_restore(net.a, NULL), -EBUSY, "a running");
	CHECK_STR_EQ(now("gro_flush_timeout"), "7");
	CHECK_OK(xskpkt_tune_open(&other, net.b, NULL));
	CHECK_EQ(xskpkt_tune_close(other), 0);
	CHECK_EQ(xskpkt_tune_close(tune), 0);
}

/* What is to be kept is, until it is put back; root alone can read of it. */
TEST(settings_can_be_kept)
{
	struct xskpkt_tune *tune, *other = NULL;

	start(2);
	tune = open_tune(0, NULL);
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "7"));
	CHECK_OK(xskpkt_tune_set(tune, "channels", "rx 1"));
	CHECK_OK(xskpkt_tune_keep(tune));
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	CHECK_STR_EQ(now("gro_flush_timeout"), "7");
	run("test $(stat -c %%a /run/xskpkt/*.json) = 600");
	run("test $(stat -c %%a /run/xskpkt) = 700");
	CHECK_FAILS(xskpkt_tune_open(&other, net.a, NULL), -EEXIST,
		    "it is tuned already: 'pktnic restore");
	CHECK_EQ(restore_and_listen(), 0);
	CHECK_STR_HAS(told, "gro_flush_timeout: \"7\" -> \"0\"\n");
	CHECK_STR_EQ(now("gro_flush_timeout"), "0");
	CHECK_STR_EQ(now("channels"), "rx 2 tx 2 combined 0");
	CHECK_FAILS(xskpkt_tune_restore(net.a, NULL), -ENOENT,
		    "nothing is on record");
}

/* What somebody else has changed meanwhile is theirs, and that is told. */
TEST(the_changes_of_others_are_left_alone)
{
	struct xskpkt_tune *tune;
	FILE *out;

	start(2);
	out = listen_to();
	tune = open_tune(0, out);
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "7"));
	CHECK_OK(xskpkt_tune_set(tune, "napi_defer_hard_irqs", "3"));
	CHECK_OK(xskpkt_tune_set(tune, "xps 1", "1"));
	run("echo 8 > /sys/class/net/%s/gro_flush_timeout", net.a);
	run("ethtool -L %s tx 1", net.a);
	CHECK_EQ(xskpkt_tune_close(tune), 2);
	fclose(out);
	CHECK_STR_HAS(told, "xps 1 is not there any more");
	CHECK_STR_HAS(told, "gro_flush_timeout is \"8\", not \"7\": somebody "
			    "else changed it, so it is left alone");
	CHECK_STR_EQ(now("gro_flush_timeout"), "8");
	CHECK_STR_EQ(now("napi_defer_hard_irqs"), "0");
	CHECK(!on_record());
}

/* What the kernel does not take back now stays on record for later. */
TEST(what_cannot_be_put_back_now_can_be_later)
{
	struct xskpkt_tune *tune;
	FILE *out;

	start(2);
	start_irqs();
	out = listen_to();
	tune = open_tune(0, out);
	CHECK_OK(xskpkt_tune_set(tune, "irq 45", "0"));
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "7"));
	run("mount -o remount,bind,ro /proc/irq");
	CHECK_EQ(xskpkt_tune_close(tune), 1);
	fclose(out);
	CHECK_STR_HAS(told, "irq 45 stays \"0\", it was \"1\": EROFS");
	CHECK_STR_EQ(now("gro_flush_timeout"), "0");
	run("mount -o remount,bind,rw /proc/irq");
	CHECK_EQ(restore_and_listen(), 0);
	CHECK_STR_EQ(now("irq 45"), "1");
}

/* A record of another boot, or of an interface that is gone, is no record. */
TEST(old_records_are_dropped)
{
	struct xskpkt_tune *tune;

	start(1);
	tune = open_tune(0, NULL);
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "7"));
	CHECK_OK(xskpkt_tune_keep(tune));
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	run("sed -i 's/\"boot\": \"./\"boot\": \"x/' /run/xskpkt/*.json");
	tune = open_tune(0, NULL);
	CHECK_STR_EQ(now("gro_flush_timeout"), "7");
	CHECK(!on_record());
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "9"));
	CHECK_OK(xskpkt_tune_keep(tune));
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	run("sed -i 's/\"ifindex\": /\"ifindex\": 1/' /run/xskpkt/*.json");
	CHECK_EQ(restore_and_listen(), 0);
	CHECK_STR_HAS(told, "of an interface that is gone");
	CHECK_STR_EQ(now("gro_flush_timeout"), "9");
	CHECK(!on_record());
}

/* A record that is not one is told, with its place, and touched by nobody. */
TEST(a_record_that_is_damaged_is_told)
{
	struct xskpkt_tune *tune = NULL;

	start(1);
	tune = open_tune(0, NULL);
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "7"));
	CHECK_OK(xskpkt_tune_keep(tune));
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	run("sed -i 's/setting/sitting/' /run/xskpkt/*.json");
	tune = NULL;
	CHECK_FAILS(xskpkt_tune_open(&tune, net.a, NULL), -EINVAL,
		    ".json: line 2: \"sitting\" is not known");
	CHECK_FAILS(xskpkt_tune_restore(net.a, NULL), -EINVAL, "sitting");
	CHECK(on_record());
	CHECK(!tune);
}

/* Without privilege it says so, and nothing is made. */
TEST(it_needs_root)
{
	struct xskpkt_tune *tune = NULL;
	int status;
	pid_t pid;

	start(1);
	pid = fork();
	if (!pid) {
		CHECK_EQ(setresuid(65534, 65534, 65534), 0);
		CHECK_FAILS(xskpkt_tune_open(&tune, net.a, NULL), -EACCES,
			    "cannot make /run/xskpkt (EACCES");
		CHECK_STR_HAS(xskpkt_errmsg(), "run as root");
		_exit(0);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

/* Plans */

static void destroy(void *plan)
{
	xskpkt_plan_destroy(plan);
}

/* Two queues of four, with interrupts on the CPUs of this machine. */
static struct xskpkt_plan *plan_for_two(int irq_cpu, int worker)
{
	struct xskpkt_plan *plan = NULL;
	char text[512];
	FILE *in;

	snprintf(text, sizeof(text),
		 "{\"version\": 1, \"interface\": \"%s\", \"rows\": ["
		 "{\"queue\": 0, \"run\": \"%s\", \"irq_cpu\": %d, "
		 "\"worker_cpu\": %d, \"node\": -1}, "
		 "{\"queue\": 1, \"run\": \"%s\", \"irq_cpu\": %d, "
		 "\"worker_cpu\": %d, \"node\": -1}]}",
		 net.a, irq_cpu == worker ? "shared" : "two-core", irq_cpu,
		 worker, irq_cpu == worker ? "shared" : "two-core", irq_cpu,
		 worker);
	in = fmemopen(text, strlen(text), "r");
	CHECK_OK(xskpkt_plan_load(&plan, in));
	fclose(in);
	test_at_end(destroy, plan);
	return plan;
}

/* As many channels as rows, and each interrupt where the plan has it. */
TEST(a_plan_is_applied_and_put_back)
{
	struct xskpkt_tune *tune;

	start(4);
	start_irqs();
	tune = open_tune(0, NULL);
	CHECK_OK(xskpkt_plan_apply(plan_for_two(0, 0), tune));
	CHECK_STR_EQ(now("channels"), "rx 2 tx 2 combined 0");
	CHECK_STR_EQ(now("irq 45"), "0");
	CHECK_STR_EQ(now("irq 46"), "0");
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	CHECK_STR_EQ(now("channels"), "rx 4 tx 4 combined 0");
	CHECK_STR_EQ(now("irq 45"), "1");
}

static void end_process(void *pid)
{
	kill(*(pid_t *)pid, SIGKILL);
	waitpid(*(pid_t *)pid, NULL, 0);
}

/* Who would move the interrupts away again is told of, with what to do. */
TEST(irqbalance_is_told_of)
{
	static pid_t pid;
	struct xskpkt_tune *tune;
	FILE *out;

	start(2);
	start_irqs();
	run("cp $(command -v sleep) /run/irqbalance");
	pid = fork();
	if (!pid) {
		execl("/run/irqbalance", "irqbalance", "60", NULL);
		_exit(127);
	}
	test_at_end(end_process, &pid);
	while (try_run("grep -qx irqbalance /proc/%d/comm", (int)pid))
		usleep(1000);
	out = listen_to();
	tune = open_tune(0, out);
	CHECK_OK(xskpkt_plan_apply(plan_for_two(0, 0), tune));
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	fclose(out);
	CHECK_STR_HAS(told, "irqbalance is running and will move interrupts");
}

/* A plan that fails half way leaves nothing, but what was there before. */
TEST(a_plan_that_fails_is_undone)
{
	struct xskpkt_tune *tune;

	start(4);
	start_irqs();
	tune = open_tune(0, NULL);
	CHECK_OK(xskpkt_tune_set(tune, "gro_flush_timeout", "7"));
	run("rm -r /run/irq/46");
	CHECK_FAILS(xskpkt_plan_apply(plan_for_two(0, 0), tune), -ENOENT,
		    "irq 46: cannot be read (ENOENT");
	CHECK_STR_EQ(now("channels"), "rx 4 tx 4 combined 0");
	CHECK_STR_EQ(now("irq 45"), "1");
	CHECK_STR_EQ(now("gro_flush_timeout"), "7");
	fake_irq = -1;
	CHECK_FAILS(xskpkt_plan_apply(plan_for_two(0, 0), tune), -ENOENT,
		    "queue 0: its interrupt is unknown");
	CHECK_STR_EQ(now("channels"), "rx 4 tx 4 combined 0");
	CHECK_FAILS(xskpkt_plan_apply(plan_for_two(-1, 4095), tune), -EINVAL,
		    "CPU 4095");
	CHECK_FAILS(xskpkt_plan_apply(NULL, tune), -EINVAL, "plan is NULL");
	CHECK_FAILS(xskpkt_plan_apply(plan_for_two(0, 0), NULL), -EINVAL,
		    "tune is NULL");
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	CHECK_STR_EQ(now("gro_flush_timeout"), "0");
}

/* What would a plan do? Also with queues that are not there yet. */
TEST(a_plan_can_be_tried_dry)
{
	struct xskpkt_tune *tune;
	FILE *out;

	start(4);
	start_irqs();
	run("ethtool -L %s rx 1 tx 1", net.a);
	CHECK_OK(netdev_query(&dev, net.a));
	out = listen_to();
	tune = open_tune(XSKPKT_TUNE_DRY_RUN, out);
	CHECK_OK(xskpkt_plan_apply(plan_for_two(0, 0), tune));
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	fclose(out);
	CHECK_STR_HAS(told, "-> \"rx 2 tx 2 combined 0\"");
	CHECK_STR_HAS(told, "irq 45: \"1\" -> \"0\"");
	CHECK_STR_HAS(told, "queue 1: its interrupt comes with the channels");
	CHECK_STR_EQ(now("channels"), "rx 1 tx 1 combined 0");
	CHECK_STR_EQ(now("irq 45"), "1");
}

/* Whatever happens on the way */

static void check_as_before(void)
{
	CHECK_STR_EQ(now("channels"), "rx 4 tx 4 combined 0");
	CHECK_STR_EQ(now("gro_flush_timeout"), "0");
	CHECK_STR_EQ(now("irq 45"), "1");
	CHECK_STR_EQ(now("irq 46"), "1");
	CHECK(!on_record());
}

/* Change things, put them back; with faults on the way. */
static int change_and_put_back(const struct xskpkt_plan *plan)
{
	struct xskpkt_tune *tune;
	int err;

	err = xskpkt_tune_open(&tune, net.a, NULL);
	if (err)
		return err;
	err = xskpkt_tune_set(tune, "gro_flush_timeout", "7");
	if (!err)
		err = xskpkt_plan_apply(plan, tune);
	if (xskpkt_tune_close(tune) && !err)
		err = -EIO;
	return err;
}

/*
 * Killed between any two calls, it leaves a record from which the next one
 * puts all back.
 */
TEST(killed_anywhere_it_can_be_put_back, .limit = 300)
{
	const unsigned step = test_is_slow ? 4 : 1;
	const struct xskpkt_plan *plan;
	unsigned at = 0, restored = 0;
	int status;

	start(4);
	start_irqs();
	plan = plan_for_two(0, 0);
	do {
		pid_t pid;
		int err;

		at += step;
		pid = fork();
		if (!pid) {
			fault.at = at;
			fault.deadly = true;
			_exit(change_and_put_back(plan) ? 1 : 0);
		}
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		err = xskpkt_tune_restore(net.a, NULL);
		CHECK(!err || err == -ENOENT);
		restored += !err;
		check_as_before();
	} while (WIFSIGNALED(status));
	CHECK_EQ(WEXITSTATUS(status), 0);
	CHECK(restored > 10 / step);
}

/* Also when the next one does not ask for it, but tunes the interface. */
TEST(the_next_one_puts_back_what_the_dead_left)
{
	struct xskpkt_tune *tune;
	int status;
	pid_t pid;
	FILE *out;

	start(4);
	pid = fork();
	if (!pid) {
		tune = open_tune(0, NULL);
		CHECK_OK(xskpkt_tune_set(tune, "channels", "rx 1"));
		kill(getpid(), SIGKILL);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_STR_EQ(now("channels"), "rx 1 tx 4 combined 0");
	out = listen_to();
	tune = open_tune(0, out);
	fclose(out);
	CHECK_STR_HAS(told, "a program that has died had tuned it");
	CHECK_STR_EQ(now("channels"), "rx 4 tx 4 combined 0");
	CHECK(!on_record());
	CHECK_EQ(xskpkt_tune_close(tune), 0);
}

/*
 * Whichever call fails: either it could be done without, or the error comes
 * back and all is as before, at the latest after xskpkt_tune_restore().
 */
TEST(whatever_fails_nothing_is_left, .limit = 300)
{
	const unsigned step = test_is_slow ? 4 : 1;
	const struct xskpkt_plan *plan;
	unsigned failed = 0;

	start(4);
	start_irqs();
	plan = plan_for_two(0, 0);
	for (unsigned at = 1;; at += step) {
		int err;

		fault.at = at;
		fault.seen = 0;
		err = change_and_put_back(plan);
		fault.at = 0;
		if (fault.seen < at)
			break;
		failed += err != 0;
		if (err)
			CHECK(*xskpkt_errmsg());
		err = xskpkt_tune_restore(net.a, NULL);
		CHECK(!err || err == -ENOENT);
		check_as_before();
	}
	CHECK(failed > 20 / step);
}
