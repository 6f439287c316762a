// SPDX-License-Identifier: BSD-2-Clause
/*
 * attend.c: what the main thread does while others work: it reports, and
 * listens to signals, keys, and what the others have to tell.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "attend.h"
#include "clock.h"
#include "say.h"
#include "screen.h"

/* Between two looks: how long an interface stays away unnoticed when its
 * worker is too busy to notice. */
#define LOOK_MS 100

int signals_take(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	/* A reader that has gone shows when we write. */
	signal(SIGPIPE, SIG_IGN);
	/* Threads that start later inherit it. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

void attend_end(struct attendance *a, const char *reason, const char *sentence,
		int code)
{
	if (a->reason)
		return;
	a->reason = reason;
	a->sentence = sentence;
	a->code = code;
}

static void hear_signal(struct attendance *a)
{
	struct signalfd_siginfo info;

	if (read(a->signals, &info, sizeof(info)) != sizeof(info))
		return;
	attend_end(a, "signal",
		   info.ssi_signo == SIGINT ? "stopped by Ctrl-C"
					    : "stopped by a signal",
		   EXIT_OK);
}

static void hear_news(struct attendance *a)
{
	uint64_t times;

	if (read(a->news, &times, sizeof(times)) == sizeof(times))
		a->duties->news(a);
}

static void hear_keys(struct attendance *a)
{
	char key;

	while ((key = screen_key()))
		if (!report_key(&a->report, key))
			attend_end(a, "quit", "stopped by q", EXIT_OK);
}

static uint64_t earliest(const struct attendance *a)
{
	uint64_t at = a->next_report;

	if (a->duties->look && a->next_look < at)
		at = a->next_look;
	return a->end && a->end < at ? a->end : at;
}

static void keep_time(struct attendance *a)
{
	uint64_t step = (uint64_t)(a->settings->interval * 1e9);
	uint64_t now = now_ns();

	if (a->duties->look && now >= a->next_look) {
		a->duties->look(a);
		a->next_look = now + LOOK_MS * 1000000ull;
	}
	if (a->end && now >= a->end) {
		attend_end(a, "duration", "the time is up", EXIT_OK);
		return;
	}
	if (now < a->next_report)
		return;
	report_interval(&a->report);
	a->next_report += step;
	if (a->next_report <= now) /* we were stopped for a while */
		a->next_report = now + step;
}

static void attend_once(struct attendance *a)
{
	bool keys = a->report.form == REPORT_TABLE;
	struct pollfd fds[] = {
		{ .fd = a->signals, .events = POLLIN },
		{ .fd = a->news, .events = POLLIN },
		{ .fd = keys ? STDIN_FILENO : -1, .events = POLLIN },
	};
	uint64_t now = now_ns(), until = earliest(a);
	uint64_t ns = until > now ? until - now : 0;
	struct timespec wait = { .tv_sec = (time_t)(ns / 1000000000),
				 .tv_nsec = (long)(ns % 1000000000) };

	if (ppoll(fds, 3, &wait, NULL) > 0) {
		if (fds[0].revents)
			hear_signal(a);
		if (fds[1].revents)
			hear_news(a);
		if (fds[2].revents & POLLIN)
			hear_keys(a);
		else if (fds[2].revents)
			attend_end(a, "quit", "the terminal is gone", EXIT_OK);
	}
	keep_time(a);
	if (a->report.err)
		attend_end(a, "failure", "stdout cannot be written",
			   EXIT_FAILED);
}

void attend(struct attendance *a, const struct report_style *style,
	    void *report_arg)
{
	uint64_t ns = (uint64_t)(a->settings->duration * 1e9);

	a->next_report = a->started + (uint64_t)(a->settings->interval * 1e9);
	a->end = ns ? a->started + ns : 0;
	report_begin(&a->report, style, report_arg, a->settings);
	while (!a->reason)
		attend_once(a);
}

int attend_report(struct attendance *a)
{
	return report_end(&a->report, a->reason, a->sentence) ? EXIT_FAILED
							      : a->code;
}
