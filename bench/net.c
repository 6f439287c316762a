// SPDX-License-Identifier: BSD-2-Clause
/* net.c: veth pairs of our own, and a process in which the kernel sends */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "hand.h"
#include "hand_open.h"
#include "harness.h"
#include "kernel.h"
#include "net.h"

extern char **environ;

/* What testnet.c wants of a harness: there is no test here to fail. */

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	exit(1);
}

void test_skip(const char *format, ...)
{
	va_list args;

	printf("skipped: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	exit(0);
}

void test_at_end(void (*fn)(void *arg), void *arg)
{
	/* The process ends soon enough. */
	(void)fn;
	(void)arg;
}

void net_pin(unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		bench_die("CPU %u: %s", cpu, strerror(errno));
}

void net_open(struct net *net, bool receives, bool sends)
{
	int drop;

	*net = (struct net){ 0 };
	testnet_enter();
	drop = kernel_load_drop();
	if (receives) {
		testnet_veth(&net->in, 1);
		/* Without a program one cannot redirect to a veth. */
		kernel_attach(net->in.b, drop);
	}
	if (sends) {
		testnet_veth(&net->out, 1);
		kernel_attach(net->out.b, drop);
	}
	close(drop);
}

/* The source */

void net_source_main(int argc, char **argv)
{
	if (argc != 4 || strcmp(argv[1], "source"))
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == 1)
		exit(0);
	net_pin((unsigned)atoi(argv[3]));
	kernel_send(argv[2], PACKET_BYTES, 1 << 30);
}

/* A process, not a thread: callgrind lets only one thread run at a time. */
void net_source_start(struct net *net, unsigned cpu)
{
	char self[256] = "", number[16];
	char *argv[] = { "bench", "source", net->in.b, number, NULL };
	int err;

	/* Under valgrind /proc/self/exe itself would be valgrind. */
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		bench_die("/proc/self/exe: %s", strerror(errno));
	snprintf(number, sizeof(number), "%u", cpu);
	err = posix_spawn(&net->source, self, NULL, NULL, argv, environ);
	if (err)
		bench_die("start the source: %s", strerror(err));
}

void net_source_stop(struct net *net)
{
	kill(net->source, SIGKILL);
	waitpid(net->source, NULL, 0);
	net->source = 0;
}

void net_hand(struct net *net, struct hand **in, struct hand **out)
{
	const struct hand_opts opts = {
		.in = *net->in.a ? net->in.a : NULL,
		.out = *net->out.a ? net->out.a : NULL,
		.frames = HAND_FRAMES,
		.ring = HAND_FRAMES,
		.bytes = PACKET_BYTES,
	};

	hand_open(in, out, &opts);
}
