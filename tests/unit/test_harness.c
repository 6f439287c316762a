// SPDX-License-Identifier: BSD-2-Clause
/* The harness calls a failure what is one, and nothing else. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

static char output[16384];

/* Run those of the sample's tests whose sentences hold @filter. */
static int run_sample(const char *filter)
{
	char self[512] = "", command[768];
	FILE *pipe;
	size_t len;

	CHECK(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	snprintf(command, sizeof(command), "%s/harness_sample '%s' 2>&1",
		 dirname(self), filter);
	pipe = popen(command, "r");
	CHECK(pipe != NULL);
	len = fread(output, 1, sizeof(output) - 1, pipe);
	output[len] = '\0';
	return WEXITSTATUS(pclose(pipe));
}

TEST(a_test_that_passes)
{
	CHECK_EQ(run_sample("all is well"), 0);
	CHECK_STR_EQ(output, "ok   all is well\n"
			     "1 passed, 0 failed, 0 skipped\n");
}

TEST(a_skip_gives_its_reason_and_exits_with_77)
{
	CHECK_EQ(run_sample("the reason is told"), 77);
	CHECK_STR_HAS(output, "skip the reason is told: no hardware here\n");
}

TEST(a_failure_shows_place_values_and_output)
{
	CHECK_EQ(run_sample("it is not so"), 1);
	CHECK_STR_HAS(output, "FAIL it is not so: harness_sample.c:");
	CHECK_STR_HAS(output, ": not so: 1 > 2\n");
	CHECK_STR_HAS(output, "    | a failing test's output is shown\n");

	CHECK_EQ(run_sample("numbers_differ"), 1);
	CHECK_STR_HAS(output, "-22 is -22 (EINVAL), not 0 = 0\n");

	CHECK_EQ(run_sample("needle"), 1);
	CHECK_STR_HAS(output, "\"haystack\", without \"needle\"\n");
}

TEST(a_death_fails)
{
	CHECK_EQ(run_sample("it dies"), 1);
	CHECK_STR_HAS(output, "FAIL it dies: killed by SIGTERM\n");
	CHECK_EQ(run_sample("it exits with 3"), 1);
	CHECK_STR_HAS(output, ": exited with 3\n");
}

TEST(a_test_that_hangs_fails)
{
	CHECK_EQ(run_sample("it hangs"), 1);
	CHECK_STR_HAS(output, "FAIL it hangs: still running after ");
}

TEST(what_is_left_behind_fails)
{
	CHECK_EQ(run_sample("a descriptor stays open"), 1);
	CHECK_STR_HAS(output, ": left open: ");
	CHECK_STR_HAS(output, " (/dev/null)\n");
	CHECK_EQ(run_sample("a process stays behind"), 1);
	CHECK_STR_HAS(output, ": left a process running\n");
	CHECK_EQ(run_sample("is no leak"), 0);
	CHECK_STR_HAS(output, "2 passed, 0 failed, 0 skipped\n");
}

TEST(a_failure_in_another_process_or_thread_counts)
{
	CHECK_EQ(run_sample("a child of the test"), 1);
	CHECK_STR_HAS(output, ": said the child\n");
	CHECK_EQ(run_sample("a thread of the test"), 1);
	CHECK_STR_HAS(output, ": said the thread\n");
}

TEST(a_filter_that_matches_nothing_fails)
{
	CHECK_EQ(run_sample("no such sentence"), 1);
	CHECK_STR_EQ(output, "0 passed, 0 failed, 0 skipped\n");
}
