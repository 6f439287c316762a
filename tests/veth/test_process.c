// SPDX-License-Identifier: BSD-2-Clause
/* Processes: that crash, that fork, that want the same thing, that may not. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <net/if.h>

#include "traffic.h"

/* Crash */

struct victim {
	struct wire *w;
	enum xskpkt_mode mode;
	int ready; /* a pipe's end */
};

static void open_both(struct wire *w, enum xskpkt_mode mode)
{
	const struct xskpkt_port_opts *opts = SMALL(.mode = mode);

	CHECK_OK(xskpkt_port_open(&w->a, w->t.a, w->pool, opts));
	CHECK_OK(xskpkt_port_open(&w->b, w->t.b, w->pool, opts));
}

static void traffic_for_ever(void *arg)
{
	struct victim *v = arg;

	CHECK_OK(xskpkt_pool_create(&v->w->pool, NULL));
	open_both(v->w, v->mode);
	carry_all(v->w->a, v->w->b, 100, MIXED);
	CHECK_EQ(write(v->ready, "!", 1), 1);
	for (;;)
		carry_all(v->w->a, v->w->b, 100, MIXED);
}

/* Start one, and kill it @us microseconds after its first packets. */
static void kill_one(struct wire *w, enum xskpkt_mode mode, unsigned us)
{
	struct victim v = { w, mode, -1 };
	int fds[2], pid;
	char c;

	CHECK_EQ(pipe(fds), 0);
	v.ready = fds[1];
	pid = child_start(traffic_for_ever, &v);
	close(fds[1]);
	CHECK_EQ(read(fds[0], &c, 1), 1);
	close(fds[0]);
	usleep(us);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Killed in the middle of traffic, a process leaves no program and no taken
 * queue: the next one opens and works. */
TEST(killed_in_the_middle_of_traffic)
{
	struct wire w;

	wire_make(&w, 2, NULL);
	for (unsigned i = 0; i < 6; i++) {
		kill_one(&w, i % 2 ? XSKPKT_MODE_GENERIC : XSKPKT_MODE_COPY,
			 1000 * i);
		UNTIL(!testnet_program_on(w.t.a) && !testnet_program_on(w.t.b));
		check_left_alone(w.t.a, 2);
		check_left_alone(w.t.b, 2);
	}
	open_both(&w, XSKPKT_MODE_AUTO);
	carry_all(w.a, w.b, 300, MIXED);
	wire_close(&w);
}

/* Killed and opened again at once, before the kernel has let go. */
TEST(opened_right_after_a_crash)
{
	struct wire w;

	wire_make(&w, 2, NULL);
	for (unsigned i = 0; i < 5; i++) {
		kill_one(&w, XSKPKT_MODE_COPY, 0);
		open_both(&w, XSKPKT_MODE_AUTO);
		carry_all(w.a, w.b, 50, MIXED);
		xskpkt_port_close(w.a);
		xskpkt_port_close(w.b);
		w.a = w.b = NULL;
	}
	wire_close(&w);
}

/* Fork */

static void do_nothing(void *arg)
{
	(void)arg;
}

/* A child that exits takes nothing with it. */
TEST(a_forked_child_exits)
{
	struct wire w;

	wire_open(&w, 2, NULL, NULL);
	for (unsigned i = 0; i < 5; i++) {
		child_run(do_nothing, NULL);
		carry_all(w.a, w.b, 100, MIXED);
		carry_all(w.b, w.a, 100, MIXED);
	}
	wire_close(&w);
}

static void open_with_the_parents_pool(void *arg)
{
	struct xskpkt_port *port = NULL;
	struct wire *w = arg;

	CHECK_EQ(xskpkt_port_open(&port, w->t.b, w->pool, SMALL()), -EFAULT);
	CHECK_STR_HAS(xskpkt_errmsg(), "fork");
}

/* A pool's memory stays with the process that made it, and a child that wants
 * to use it is told so. */
TEST(a_forked_child_has_no_pool)
{
	struct wire w;

	wire_make(&w, 1, NULL);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	child_run(open_with_the_parents_pool, &w);
	wire_close(&w);
}

static void read_one(void *fd)
{
	char c;

	CHECK_EQ(read(*(int *)fd, &c, 1), 1);
}

/* While a child lives that was forked with the port open, closing takes the
 * program off nevertheless. The child has the sockets, too, and so the queues;
 * that is told, and ends with the child. */
TEST(a_forked_child_lives_on)
{
	struct xskpkt_port *port = NULL;
	struct wire w;
	int fds[2], pid;

	wire_open(&w, 1, NULL, NULL);
	CHECK_EQ(pipe(fds), 0);
	pid = child_start(read_one, &fds[0]);
	carry_all(w.a, w.b, 100, MIXED);
	xskpkt_port_close(w.a);
	w.a = NULL;
	CHECK_EQ(testnet_program_on(w.t.a), 0);
	check_books(w.pool, 0);
	CHECK_EQ(xskpkt_port_open(&port, w.t.a, w.pool, SMALL()), -EBUSY);
	CHECK_STR_HAS(xskpkt_errmsg(), "queue 0");
	CHECK_EQ(write(fds[1], "!", 1), 1);
	child_join(pid);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	carry_all(w.a, w.b, 100, MIXED);
	close(fds[0]);
	close(fds[1]);
	wire_close(&w);
}

/* A program started from here has nothing of ours: it does not hold a queue. */
TEST(another_program_started_meanwhile)
{
	struct wire w;

	wire_open(&w, 1, NULL, NULL);
	run("sleep 2 >/dev/null 2>&1 &");
	xskpkt_port_close(w.a);
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool, SMALL()));
	carry_all(w.a, w.b, 100, MIXED);
	wire_close(&w);
	sleep(2); /* it is this test's process, too */
}

/* Two that want the same */

static void want_it_too(void *ifname)
{
	struct xskpkt_port *port = NULL;
	struct xskpkt_pool *pool;
	int64_t start = now_ms();

	CHECK_OK(xskpkt_pool_create(&pool, NULL));
	CHECK_EQ(xskpkt_port_open(&port, ifname, pool, NULL), -EBUSY);
	/* A second, and what opening itself takes on a busy machine. */
	CHECK(now_ms() - start < 20000);
	CHECK_STR_HAS(xskpkt_errmsg(), ifname);
	CHECK_STR_HAS(xskpkt_errmsg(), "queue 0");
	CHECK_STR_HAS(xskpkt_errmsg(), "another AF_XDP socket holds the queue");
	CHECK(!port);
	xskpkt_pool_destroy(pool);
}

/* Another process that wants a queue of ours is told within a second or so,
 * and we notice nothing. */
TEST(another_process_wants_the_queue)
{
	struct wire w;
	int pid;

	wire_open(&w, 2, NULL, NULL);
	pid = child_start(want_it_too, w.t.a);
	for (unsigned i = 0; i < 10; i++) {
		carry_all(w.a, w.b, 100, MIXED);
		carry_all(w.b, w.a, 100, MIXED);
	}
	child_join(pid);
	carry_all(w.a, w.b, 100, MIXED);
	carry_all(w.b, w.a, 100, MIXED);
	wire_close(&w);
}

/* Capabilities */

#define CAP(name) (1ull << CAP_##name)
/* All that opening a port takes. */
#define NEEDED (CAP(NET_RAW) | CAP(NET_ADMIN) | CAP(BPF))

static void keep_only(uint64_t caps)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = (uint32_t)caps, .permitted = (uint32_t)caps },
		{ .effective = (uint32_t)(caps >> 32),
		  .permitted = (uint32_t)(caps >> 32) },
	};

	CHECK_EQ(syscall(SYS_capset, &header, data), 0);
}

struct attempt {
	struct wire *w;
	uint64_t caps;
	rlim_t memlock;
	int err;
	const char *words[3]; /* of the sentence */
	struct xskpkt_port_opts opts;
};

/* In a child: with these capabilities only. */
static void attempt(void *arg)
{
	struct attempt *t = arg;
	struct rlimit limit = { t->memlock, t->memlock };
	struct flow f = { .id = 1 };
	struct wire *w = t->w;

	if (t->memlock)
		CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
	keep_only(t->caps);
	CHECK_EQ(xskpkt_port_open(&w->a, w->t.a, w->pool, &t->opts), t->err);
	for (unsigned i = 0; i < COUNT(t->words) && t->words[i]; i++)
		CHECK_STR_HAS(xskpkt_errmsg(), t->words[i]);
	if (t->err) {
		CHECK(!w->a);
		return;
	}
	CHECK_OK(xskpkt_port_open(&w->b, w->t.b, w->pool, &t->opts));
	if (t->opts.flags & XSKPKT_PORT_TX_ONLY) {
		CHECK_EQ(flow_send(&f, wire_a(w, 0), 50, MIXED), 50);
		CHECK_OK(xskpkt_queue_drain(wire_a(w, 0), 10000));
	} else {
		carry_all(w->a, w->b, 100, MIXED);
		carry_all(w->b, w->a, 100, MIXED);
	}
	port_stats_of(w->a);
	check_explains_nothing(w->a);
	xskpkt_port_close(w->a);
	xskpkt_port_close(w->b);
	check_books(w->pool, 0);
}

/* Twice within the usual limit of 8 MiB, once for each port. */
#define SMALL_POOL \
	POOL_OPTS(.frames = 1792, .frame_size = 2048, .pages = XSKPKT_PAGES_4K)

#define OPTS                                                             \
	{                                                                \
		.size = sizeof(struct xskpkt_port_opts), .rx_ring = 128, \
		.tx_ring = 128                                           \
	}

/* With these three, and memory that may be locked, all works; each one that is
 * missing is named. */
TEST(three_capabilities_are_enough)
{
	struct wire w;
	struct attempt tries[] = {
		{ &w, NEEDED, 0, 0, { NULL }, OPTS },
		{ &w,
		  NEEDED & ~CAP(NET_RAW),
		  0,
		  -EPERM,
		  { "CAP_NET_RAW" },
		  OPTS },
		{ &w,
		  NEEDED & ~CAP(NET_ADMIN),
		  0,
		  -EPERM,
		  { "CAP_NET_ADMIN" },
		  OPTS },
		{ &w, NEEDED & ~CAP(BPF), 0, -EPERM, { "CAP_BPF" }, OPTS },
		{ &w, 0, 0, -EPERM, { "CAP_" }, OPTS },
	};

	wire_make(&w, 1, SMALL_POOL);
	for (unsigned i = 0; i < COUNT(tries); i++) {
		child_run(attempt, &tries[i]);
		check_left_alone(w.t.a, 1);
		check_left_alone(w.t.b, 1);
	}
	wire_close(&w);
}

/* A stranger's program is told by its id also to one who may not look at it. */
TEST(a_stranger_is_told_of_without_privileges)
{
	struct wire w;
	struct attempt try = { &w, NEEDED, 0, -EBUSY, { "is attached" }, OPTS };
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	char words[32];
	int fd;

	wire_make(&w, 1, SMALL_POOL);
	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "stranger", "GPL", pass, 2, NULL);
	CHECK_EQ(bpf_xdp_attach((int)if_nametoindex(w.t.a), fd,
				XDP_FLAGS_DRV_MODE, NULL),
		 0);
	close(fd);
	snprintf(words, sizeof(words), "id %u", testnet_program_on(w.t.a));
	try.words[1] = words;
	child_run(attempt, &try);
	run("ip link set dev %s xdp off", w.t.a);
	wire_close(&w);
}

/* In generic mode as well. */
TEST(three_capabilities_are_enough_in_generic_mode)
{
	struct wire w;
	struct attempt try = { &w, NEEDED, 0, 0, { NULL }, OPTS };

	try.opts.mode = XSKPKT_MODE_GENERIC;
	wire_make(&w, 1, SMALL_POOL);
	child_run(attempt, &try);
	wire_close(&w);
}

/* To send only, in copy mode, takes no program, and so one capability. */
TEST(to_send_only_takes_less)
{
	struct wire w;
	struct attempt try = { &w, CAP(NET_RAW), 0, 0, { NULL }, OPTS };

	try.opts.flags = XSKPKT_PORT_TX_ONLY;
	wire_make(&w, 1, SMALL_POOL);
	child_run(attempt, &try);
	wire_close(&w);
}

/* Another namespace takes CAP_SYS_ADMIN besides, to go there. */
TEST(another_namespace_takes_one_more)
{
	struct wire w = { 0 };
	struct attempt without = {
		&w, NEEDED, 0, -EPERM, { "CAP_SYS_ADMIN", "namespace" }, OPTS
	};
	struct attempt with = { &w,  NEEDED | CAP(SYS_ADMIN), 0, 0, { NULL },
				OPTS };
	int here;

	wire_make(&w, 1, SMALL_POOL);
	/* To this very one: the rule is the same. */
	here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	without.opts.netns_fd = with.opts.netns_fd = here;
	without.opts.flags = with.opts.flags = XSKPKT_PORT_NETNS_FD;
	child_run(attempt, &without);
	child_run(attempt, &with);
	close(here);
	wire_close(&w);
}

/* A limit on locked memory: without CAP_IPC_LOCK it holds, and the sentence
 * says what it is and what the pool wants; with it there is none. */
TEST(a_memlock_limit_is_named)
{
	struct wire w;
	struct attempt without = { &w,
				   NEEDED,
				   1 << 20,
				   -ENOBUFS,
				   { "RLIMIT_MEMLOCK", "1024 KiB", "3584 KiB" },
				   OPTS };
	struct attempt with = { &w,       NEEDED | CAP(IPC_LOCK),
				1 << 20,  0,
				{ NULL }, OPTS };

	wire_make(&w, 1,
		  POOL_OPTS(.frames = 1792, .frame_size = 2048,
			    .pages = XSKPKT_PAGES_4K));
	child_run(attempt, &without);
	child_run(attempt, &with);
	wire_close(&w);
}

/* Once all is open, no capability is needed any more, not even to close. */
static void drop_all_then_work(void *arg)
{
	struct wire *w = arg;

	open_both(w, XSKPKT_MODE_AUTO);
	keep_only(0);
	carry_all(w->a, w->b, 100, MIXED);
	carry_all(w->b, w->a, 100, MIXED);
	CHECK_EQ(xskpkt_port_state(w->a), XSKPKT_STATE_UP);
	CHECK_EQ(port_stats_of(w->b).prog_redirected, 200);
	check_explains_nothing(w->a);
	xskpkt_port_close(w->a);
	xskpkt_port_close(w->b);
	check_books(w->pool, 0);
}

TEST(an_open_port_needs_no_capability)
{
	struct wire w;

	wire_make(&w, 2, NULL);
	child_run(drop_all_then_work, &w);
	wire_close(&w);
}
