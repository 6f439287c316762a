// SPDX-License-Identifier: BSD-2-Clause
/* harness.c: run tests one by one, each in its own process, and tell. */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

#ifdef __has_feature
#define HAS(feature) __has_feature(feature)
#else
#define HAS(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
	HAS(address_sanitizer) || HAS(thread_sanitizer)
#define SLOWNESS 3
#else
#define SLOWNESS 1
#endif

const bool test_is_slow = SLOWNESS > 1;

#define EXIT_SKIPPED 77
#define DEFAULT_LIMIT 60
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum result { PASSED, FAILED, SKIPPED };

/* Shared with the test's process and all that it forks; the first to speak
 * has the word. */
static struct outcome {
	atomic_int taken;
	enum result result;
	char reason[1024];
} * outcome;

static struct test *tests, **tests_end = &tests;
static volatile sig_atomic_t running; /* the test's process group */

void test_register(struct test *test)
{
	*tests_end = test;
	tests_end = &test->next;
}

/* The test's side */

__attribute__((noreturn)) static void end_test(enum result result,
					       const char *where,
					       const char *format, va_list args)
{
	size_t used;

	if (!atomic_exchange(&outcome->taken, 1)) {
		outcome->result = result;
		used = snprintf(outcome->reason, sizeof(outcome->reason), "%s",
				where);
		vsnprintf(outcome->reason + used,
			  sizeof(outcome->reason) - used, format, args);
	}
	fflush(NULL);
	_exit(result == FAILED);
}

void test_fail(const char *file, int line, const char *format, ...)
{
	const char *slash = strrchr(file, '/');
	char where[64] = "";
	va_list args;

	if (line)
		snprintf(where, sizeof(where),
			 "%s:%d: ", slash ? slash + 1 : file, line);
	va_start(args, format);
	end_test(FAILED, where, format, args);
}

void test_skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_test(SKIPPED, "", format, args);
}

/* 42, or -22 (EINVAL): tests see many of these. */
static const char *number(intmax_t value, char *buf, size_t size)
{
	const char *name = NULL;

	if (value < 0 && value > -4096)
		name = strerrorname_np((int)-value);
	if (name)
		snprintf(buf, size, "%jd (%s)", value, name);
	else
		snprintf(buf, size, "%jd", value);
	return buf;
}

void test_check_eq(const char *file, int line, const char *got_text,
		   intmax_t got, const char *want_text, intmax_t want)
{
	char a[64], b[64];

	if (got != want)
		test_fail(file, line, "%s is %s, not %s = %s", got_text,
			  number(got, a, sizeof(a)), want_text,
			  number(want, b, sizeof(b)));
}

void test_check_ok(const char *file, int line, const char *call, int err)
{
	char buf[64];

	if (err)
		test_fail(file, line, "%s is %s: %s", call,
			  number(err, buf, sizeof(buf)), xskpkt_errmsg());
}

void test_check_str(const char *file, int line, const char *got_text,
		    const char *got, const char *want,
		    int (*compare)(const char *, const char *))
{
	bool same = got &&
		    (compare ? !compare(got, want) : strstr(got, want) != NULL);

	if (!same)
		test_fail(file, line, "%s is \"%s\", %s \"%s\"", got_text,
			  got ? got : "(null)", compare ? "not" : "without",
			  want);
}

static struct {
	void (*fn)(void *arg);
	void *arg;
} at_end[64];
static unsigned at_end_count;

void test_at_end(void (*fn)(void *arg), void *arg)
{
	if (at_end_count == COUNT_OF(at_end))
		FAIL("more than %zu test_at_end()", COUNT_OF(at_end));
	at_end[at_end_count].fn = fn;
	at_end[at_end_count++].arg = arg;
}

struct descriptors {
	bool open[1024];
};

static void note_descriptors(struct descriptors *ret)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	memset(ret, 0, sizeof(*ret));
	while (dir && (entry = readdir(dir))) {
		unsigned fd = (unsigned)atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd < COUNT_OF(ret->open))
			ret->open[fd] = (int)fd != dirfd(dir);
	}
	if (dir)
		closedir(dir);
}

static void fail_on_leaks(const struct descriptors *before)
{
	struct descriptors now;
	char text[512] = "", path[32], target[64];
	size_t used = 0;

	note_descriptors(&now);
	for (unsigned fd = 0; fd < COUNT_OF(now.open); fd++) {
		ssize_t len;

		if (!now.open[fd] || before->open[fd] || used >= sizeof(text))
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%u", fd);
		len = readlink(path, target, sizeof(target));
		used += snprintf(text + used, sizeof(text) - used, " %u (%.*s)",
				 fd, len < 0 ? 1 : (int)len,
				 len < 0 ? "?" : target);
	}
	if (used)
		test_fail("", 0, "left open:%s", text);
}

__attribute__((noreturn)) static void run_here(const struct test *test,
					       int output)
{
	static struct descriptors before;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	close(output);
	note_descriptors(&before);

	test->run();
	while (at_end_count--)
		at_end[at_end_count].fn(at_end[at_end_count].arg);

	fail_on_leaks(&before);
	exit(0); /* not _exit(): the sanitizers look for leaks now */
}

/* The runner's side */

static void kill_running(int sig)
{
	if (running > 0)
		kill(-running, SIGKILL);
	_exit(128 + sig);
}

/* False when the time was up first. */
static bool wait_until(pid_t pid, unsigned seconds, int *status)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd end = { .fd = pidfd, .events = POLLIN };
	bool ended = poll(&end, 1, (int)seconds * 1000) == 1;

	close(pidfd);
	if (!ended)
		kill(-pid, SIGKILL);
	waitpid(pid, status, 0);
	return ended;
}

/*
 * What the test started became ours when it ended. Returns whether any of it
 * ran on, half a second later: a process that was killed takes its time.
 */
static bool reap_group(pid_t group)
{
	pid_t pid = 0;

	for (unsigned i = 0; i < 50; i++) {
		do
			pid = waitpid(-group, NULL, WNOHANG);
		while (pid > 0);
		if (pid < 0)
			return false; /* none is left */
		usleep(10000);
	}
	kill(-group, SIGKILL);
	while (waitpid(-group, NULL, 0) > 0)
		;
	return true;
}

static void set_failed(const char *format, ...)
{
	va_list args;

	outcome->result = FAILED;
	va_start(args, format);
	vsnprintf(outcome->reason, sizeof(outcome->reason), format, args);
	va_end(args);
}

static void judge(bool in_time, unsigned limit, int status, bool alive)
{
	if (!in_time)
		set_failed("still running after %u s", limit);
	else if (outcome->result == FAILED)
		return;
	else if (WIFSIGNALED(status))
		set_failed("killed by SIG%s", sigabbrev_np(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		set_failed("exited with %d", WEXITSTATUS(status));
	else if (alive)
		set_failed("left a process running");
}

static void show(int output)
{
	FILE *file = fdopen(output, "r");
	char line[512];

	rewind(file);
	while (fgets(line, sizeof(line), file))
		printf("    | %.*s\n", (int)strcspn(line, "\n"), line);
	fclose(file);
}

/* Run it, and print one line: ok, FAIL or skip, its sentence, the reason. */
static enum result run_test(const struct test *test)
{
	static const char *const words[] = { "ok  ", "FAIL", "skip" };
	unsigned limit = (test->limit ? test->limit : DEFAULT_LIMIT) * SLOWNESS;
	int output = memfd_create("output", MFD_CLOEXEC);
	bool in_time, alive;
	int status;
	pid_t pid;

	memset(outcome, 0, sizeof(*outcome));
	fflush(stdout);
	pid = fork();
	if (!pid)
		run_here(test, output);
	setpgid(pid, pid);
	running = pid;
	in_time = wait_until(pid, limit, &status);
	alive = reap_group(pid);
	running = 0;
	judge(in_time, limit, status, alive);

	printf("%s ", words[outcome->result]);
	for (const char *c = test->name; *c; c++)
		putchar(*c == '_' ? ' ' : *c);
	if (outcome->reason[0])
		printf(": %s", outcome->reason);
	putchar('\n');
	if (outcome->result == FAILED)
		show(output);
	else
		close(output);
	return outcome->result;
}

static bool matches(const char *name, const char *filter)
{
	char blanks[256];

	for (size_t i = 0; i < sizeof(blanks); i++) {
		blanks[i] = name[i] == '_' ? ' ' : name[i];
		if (!name[i])
			break;
	}
	blanks[sizeof(blanks) - 1] = '\0';
	return strstr(name, filter) || strstr(blanks, filter);
}

int main(int argc, char **argv)
{
	const char *filter = argc > 1 ? argv[1] : "";
	unsigned count[3] = { 0 };

	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (outcome == MAP_FAILED)
		return perror("mmap"), 1;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGINT, kill_running);
	signal(SIGTERM, kill_running);

	for (struct test *test = tests; test; test = test->next)
		if (matches(test->name, filter))
			count[run_test(test)]++;

	printf("%u passed, %u failed, %u skipped\n", count[PASSED],
	       count[FAILED], count[SKIPPED]);
	if (count[FAILED] || !(count[PASSED] + count[SKIPPED]))
		return 1;
	return count[PASSED] ? 0 : EXIT_SKIPPED;
}
