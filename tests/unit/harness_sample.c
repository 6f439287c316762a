// SPDX-License-Identifier: BSD-2-Clause
/* harness_sample: one test of each fate, for test_harness to run and judge. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

TEST(all_is_well)
{
	printf("a passing test's output is not shown\n");
	CHECK(1);
	CHECK_EQ(2, 2u);
	CHECK_STR_EQ("same", "same");
	CHECK_STR_HAS("haystack", "stack");
}

TEST(the_reason_is_told)
{
	SKIP("no %s here", "hardware");
}

TEST(it_is_not_so)
{
	printf("a failing test's output is shown\n");
	CHECK(1 > 2);
}

TEST(numbers_differ)
{
	CHECK_EQ(-22, 0);
}

TEST(needle_is_missing)
{
	CHECK_STR_HAS("haystack", "needle");
}

TEST(it_dies)
{
	signal(SIGTERM, SIG_DFL);
	raise(SIGTERM);
}

TEST(it_exits_with_3)
{
	exit(3);
}

TEST(it_hangs, .limit = 1)
{
	pause();
}

TEST(a_descriptor_stays_open)
{
	CHECK(open("/dev/null", O_RDONLY) >= 0);
}

TEST(a_process_stays_behind)
{
	if (!fork())
		pause();
}

TEST(a_process_that_has_ended_is_no_leak)
{
	if (!fork())
		_exit(0);
}

TEST(a_child_of_the_test_fails_it)
{
	pid_t pid = fork();

	if (!pid)
		FAIL("said the child");
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

static void *fail_in_thread(void *arg)
{
	(void)arg;
	FAIL("said the thread");
}

TEST(a_thread_of_the_test_fails_it)
{
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, fail_in_thread, NULL), 0);
	pthread_join(thread, NULL);
}

static void close_it(void *fd)
{
	close((int)(intptr_t)fd);
}

TEST(what_is_closed_at_the_end_is_no_leak)
{
	intptr_t fd = open("/dev/null", O_RDONLY);

	test_at_end(close_it, (void *)fd);
}
