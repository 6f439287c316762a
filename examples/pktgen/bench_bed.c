// SPDX-License-Identifier: BSD-2-Clause
/* bench_bed.c: two interfaces, with a device between them, and trials there */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bench_bed.h"
#include "clock.h"
#include "generator.h"
#include "promiscuous.h"
#include "say.h"
#include "screen.h"

enum { SENDER, RECEIVER };

#define MS 1000000ull
#define TICK (100 * MS)

/* A NIC may take a new program by taking its link down: for seconds. */
#define LINK_WAIT (10000 * MS)

/* How long threads may take to start, and how often one looks. */
#define START_WAIT (5000 * MS)
#define START_STEP (1 * MS)

/* Flows of the trial before of which packets may come late. */
#define LATE_FLOWS 4096

/* When nothing has come for so long, nothing will. */
#define QUIET (500 * MS)
#define QUIET_STEP (2 * MS)

/* Opening */

/* The first half of the CPUs is for sending, the other for receiving. */
static void share_cpus(struct settings *tx, struct settings *rx)
{
	unsigned half = (tx->cpu_count + 1) / 2;

	if (tx->cpu_count < 2)
		return;
	rx->cpu_count -= half;
	for (unsigned i = 0; i < rx->cpu_count; i++)
		rx->cpus[i] = tx->cpus[half + i];
	tx->cpu_count = half;
}

int bed_open(struct bed *b, const struct settings *settings,
	     const struct pattern *largest)
{
	static const uint32_t flags[] = { XSKPKT_PORT_TX_ONLY,
					  XSKPKT_PORT_RX_ONLY };
	int code = EXIT_OK;

	b->promiscuous = -1;
	for (unsigned i = 0; i < 2; i++) {
		b->sessions[i] = (struct session){ .signals = -1, .news = -1 };
		b->settings[i] = *settings;
		session_fit(&b->settings[i], largest);
	}
	share_cpus(&b->settings[SENDER], &b->settings[RECEIVER]);
	for (unsigned i = 0; i < 2 && code == EXIT_OK; i++) {
		code = session_open(&b->sessions[i], &b->settings[i],
				    b->names[i], flags[i]);
		if (code == EXIT_OK)
			code = session_check_mtu(&b->sessions[i], largest);
	}
	if (code == EXIT_OK)
		b->promiscuous = promiscuous_open(b->names[RECEIVER]);
	return code;
}

void bed_close(struct bed *b)
{
	promiscuous_close(b->promiscuous);
	session_close(&b->sessions[RECEIVER]);
	session_close(&b->sessions[SENDER]);
}

/* Waiting */

static int stop(struct bed *b, const char *reason, const char *sentence,
		int err)
{
	b->reason = reason;
	b->sentence = sentence;
	return err;
}

static int hear_signal(struct bed *b, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	return stop(b, "signal",
		    info.ssi_signo == SIGINT ? "stopped by Ctrl-C"
					     : "stopped by a signal",
		    -EINTR);
}

static int hear_keys(struct bed *b)
{
	for (char key; (key = screen_key());)
		if (key == 'q')
			return stop(b, "quit", "stopped by q", -EINTR);
	return 0;
}

static void tick(struct bed *b)
{
	if (now_ns() < b->next_tick)
		return;
	b->next_tick = now_ns() + TICK;
	b->tick(b->arg);
}

/* Until then, or until one thing has happened. 0, or -EINTR. */
static int wait_once(struct bed *b, uint64_t until)
{
	const struct session *s = &b->sessions[SENDER];
	struct pollfd fds[] = {
		{ .fd = s->signals, .events = POLLIN },
		{ .fd = b->keys ? STDIN_FILENO : -1, .events = POLLIN },
		{ .fd = s->news, .events = POLLIN },
	};
	uint64_t now = now_ns(), ns = until > now ? until - now : 0, times;
	struct timespec wait = { .tv_nsec = (long)(ns < TICK ? ns : TICK) };

	tick(b);
	if (ppoll(fds, 3, &wait, NULL) <= 0)
		return 0;
	if (fds[0].revents)
		return hear_signal(b, s->signals);
	if (fds[1].revents & ~POLLIN)
		return stop(b, "quit", "the terminal is gone", -EINTR);
	/* The news is that the generator has ended, which it says itself. */
	if (fds[2].revents && read(s->news, &times, sizeof(times)) < 0)
		return 0;
	return fds[1].revents ? hear_keys(b) : 0;
}

static bool is_up(const struct session *s)
{
	return xskpkt_port_state(s->port) == XSKPKT_STATE_UP;
}

static int check_links(struct bed *b)
{
	for (unsigned i = 0; i < 2; i++)
		if (!is_up(&b->sessions[i])) {
			say("%s", xskpkt_errmsg());
			return stop(b, "failure", "an interface went down",
				    -ENETDOWN);
		}
	return 0;
}

static int await_links(struct bed *b)
{
	uint64_t end = now_ns() + LINK_WAIT;
	int err = 0;

	while (!err && now_ns() < end &&
	       !(is_up(&b->sessions[SENDER]) && is_up(&b->sessions[RECEIVER])))
		err = wait_once(b, end);
	return err ? err : check_links(b);
}

static int await_end(struct bed *b, const struct generator *g, uint64_t end)
{
	int err = 0;

	while (!err && now_ns() < end && !generator_ended(g)) {
		err = wait_once(b, end);
		if (!err)
			err = check_links(b);
	}
	return err;
}

/* Until all have come, or none comes any more. */
static int await_last(struct bed *b, struct analyser *a, uint64_t sent)
{
	uint64_t quiet = now_ns() + QUIET, received = 0;
	int err = 0;

	while (!err && now_ns() < quiet) {
		analyser_read(a, &b->analysis);
		if (b->analysis.flows.received >= sent)
			break;
		if (b->analysis.flows.received != received)
			quiet = now_ns() + QUIET;
		received = b->analysis.flows.received;
		err = wait_once(b, now_ns() + QUIET_STEP);
	}
	return err;
}

/* Counting */

/* What a generator of this number has sent. Flows of an earlier one, come
 * late, are not its. */
static int count_run(uint64_t *ret, struct analyser *a, uint8_t run)
{
	const struct tracker *flows = analyser_flows(a);
	struct tracker_flow flow;
	uint32_t at = 0;

	if (!flows) {
		say("there is no memory to count the flows");
		return -ENOMEM;
	}
	*ret = 0;
	while (tracker_next(flows, &at, &flow))
		if (flow.run == run)
			*ret += flow.counts.received;
	return 0;
}

static int fail(struct bed *b, int err)
{
	say("%s", xskpkt_errmsg());
	return stop(b, "failure", "it could not go on", err);
}

static int receive_rest(struct bed *b, struct analyser *a,
			const struct generator *g, struct trial_result *ret)
{
	int err = await_last(b, a, ret->sent), stopped = analyser_stop(a);

	if (!err && stopped)
		err = fail(b, stopped);
	if (!err)
		err = count_run(&ret->received, a, generator_run(g));
	analyser_read(a, &b->analysis);
	ret->latency = &b->analysis.latency;
	return err;
}

/* Threads need a moment to start, on a busy machine a long one. Returns since
 * when packets are due, ns. */
static int await_begin(struct bed *b, const struct generator *g, uint64_t *ret)
{
	uint64_t end = now_ns() + START_WAIT;
	struct generator_counts counts;
	int err = 0;

	generator_read(g, &counts);
	while (!err && !counts.began && now_ns() < end) {
		err = wait_once(b, now_ns() + START_STEP);
		generator_read(g, &counts);
	}
	*ret = counts.began ? counts.began : now_ns();
	return err;
}

/* The rate is that until the end was decided: how long the last packets take
 * to leave is not part of it. */
static int send_for_a_while(struct bed *b, const struct trial *t,
			    const struct generator *g, struct trial_result *ret)
{
	struct generator_counts counts;
	uint64_t began;
	int err = await_begin(b, g, &began);

	if (!err)
		err = await_end(b, g, began + (uint64_t)(t->seconds * 1e9));
	generator_read(g, &counts);
	ret->seconds = (double)(now_ns() - began) / 1e9;
	ret->pps = (double)counts.packets / ret->seconds;
	return err;
}

static int run_generator(struct bed *b, const struct trial *t,
			 struct generator *g, struct trial_result *ret)
{
	int err = send_for_a_while(b, t, g, ret), stopped = generator_stop(g);
	struct generator_counts counts;

	if (!err && stopped)
		err = fail(b, stopped);
	generator_read(g, &counts);
	ret->sent = counts.packets;
	if (err || ret->sent)
		return err;
	say("%s: no packet could be sent", b->names[SENDER]);
	return stop(b, "failure", "it could not go on", -EIO);
}

static int send_and_count(struct bed *b, const struct trial *t,
			  struct analyser *a, struct trial_result *ret)
{
	const struct generator_plan plan = {
		.port = b->sessions[SENDER].port,
		.pool = b->sessions[SENDER].pool,
		.pattern = &b->patterns[t->size],
		.settings = &b->settings[SENDER],
		.rate.pps = t->pps,
		.news = b->sessions[SENDER].news,
	};
	struct generator *g;
	int err;

	b->settings[SENDER].count = t->packets;
	err = generator_start(&g, &plan);
	if (err)
		return stop(b, "failure", "it could not be started", err);
	err = run_generator(b, t, g, ret);
	if (!err)
		err = receive_rest(b, a, g, ret);
	generator_free(g);
	return err;
}

int bed_trial(void *arg, const struct trial *t, struct trial_result *ret)
{
	struct bed *b = arg;
	const struct analyser_plan plan = {
		.port = b->sessions[RECEIVER].port,
		.settings = &b->settings[RECEIVER],
		.flows = b->patterns[t->size].flows + LATE_FLOWS,
		.news = -1,
	};
	struct analyser *a;
	int err = await_links(b);

	if (err)
		return err;
	err = analyser_start(&a, &plan);
	if (err)
		return stop(b, "failure", "it could not be started", err);
	*ret = (struct trial_result){ 0 };
	err = send_and_count(b, t, a, ret);
	analyser_free(a);
	return err;
}
