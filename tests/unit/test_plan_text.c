// SPDX-License-Identifier: BSD-2-Clause
/* Plans as tables and as files, rows overridden, and plans compared. */
#include <stdio.h>
#include <stdlib.h>

#include "plan.h"
#include "unit.h"

static void destroy(void *plan)
{
	xskpkt_plan_destroy(plan);
}

static void close_file(void *file)
{
	fclose(file);
}

static FILE *file_with(const char *text, size_t len)
{
	FILE *file = tmpfile();

	CHECK(file != NULL);
	CHECK_EQ(fwrite(text, 1, len, file), len);
	rewind(file);
	test_at_end(close_file, file);
	return file;
}

static struct xskpkt_plan *load(const char *text)
{
	struct xskpkt_plan *plan;

	CHECK_OK(xskpkt_plan_load(&plan, file_with(text, strlen(text))));
	test_at_end(destroy, plan);
	return plan;
}

#define ROW(queue)                                                       \
	"{\"queue\": " queue ", \"run\": \"two-core\", \"irq_cpu\": 0, " \
	"\"worker_cpu\": 1, \"node\": 0}"
#define FILE_OF(rows) \
	"{\"version\": 1, \"interface\": \"eth0\", \"rows\": [" rows "]}"

/* What a call prints, as a string. */
static char printed[4096];
static FILE *paper(void)
{
	FILE *file = fmemopen(printed, sizeof(printed), "w");

	CHECK(file != NULL);
	return file;
}

/* Nothing of a plan is lost in its file, and the file comes out the same. */
TEST(a_plan_saved_is_the_plan_loaded)
{
	static const char text[] =
		"{\n"
		"  \"version\": 1,\n"
		"  \"interface\": \"eth\\\"0\\\\\",\n"
		"  \"rows\": [\n"
		"    {\"queue\": 0, \"run\": \"two-core\", \"irq_cpu\": -1, "
		"\"worker_cpu\": 1, \"node\": -1},\n"
		"    {\"queue\": 2, \"run\": \"one-core\", \"irq_cpu\": 2, "
		"\"worker_cpu\": 2, \"node\": 1},\n"
		"    {\"queue\": 3, \"run\": \"shared\", \"irq_cpu\": 3, "
		"\"worker_cpu\": 3, \"node\": 0}\n"
		"  ]\n"
		"}\n";
	struct xskpkt_plan *plan = load(text);
	FILE *out = paper();

	CHECK_STR_EQ(xskpkt_plan_ifname(plan), "eth\"0\\");
	CHECK_EQ(xskpkt_plan_rows(plan), 3);
	CHECK_OK(xskpkt_plan_save(plan, out));
	fclose(out);
	CHECK_STR_EQ(printed, text);
}

/* Each thing that can be wrong with a file is told, with its line. */
TEST(a_file_that_is_wrong_is_told_where)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "", "line 1: '{' should follow, but it ends" },
		{ "[]", "'{' should follow, not '[]'" },
		{ "{}", "\"version\" is missing" },
		{ FILE_OF(""), "plan: 0 queues" },
		{ "{\n\"version\": 2}", "line 2: version 2: this library" },
		{ "{\"version\": 1,\n\n\"version\": 1}",
		  "line 3: \"version\" is there twice" },
		{ "{\"comment\": 1}", "\"comment\" is not known" },
		{ "{\"version\": 1.0}", "a whole number should follow" },
		{ "{\"version\": 01}", "a whole number should follow" },
		{ "{\"version\": +1}", "a whole number should follow" },
		{ "{\"version\": 1e0}", "a whole number should follow" },
		{ "{\"version\": \"1\"}", "a whole number should follow" },
		{ "{\"version\": -1}", "-1: give 0 to 2147483647" },
		{ "{\"version\": 99999999999999999999}", ": give 0 to" },
		{ "{\"interface\": \"0123456789abcdef\"}", "longer than 15" },
		{ "{\"interface\": \"\\u0041\"}", "'\\u0041' is not known" },
		{ "{\"interface\": \"a\nb\"}", "a string has no end" },
		{ "{\"interface\": \"", "a string has no end" },
		{ "{\"interface\": \"\\", "is not known here" },
		{ FILE_OF(ROW("0")) "\n}", "line 2: more follows the end" },
		{ FILE_OF(ROW("0") ROW("1")), "']' should follow, not" },
		{ FILE_OF(ROW("0") ","), "'{' should follow, not ']}'" },
		{ FILE_OF(ROW("0") ",\n" ROW("0")), "line 2: queue 0 follows" },
		{ FILE_OF(ROW("1") ", " ROW("0")), "queue 0 follows queue 1" },
		{ FILE_OF(ROW("-1")), "-1: give 0 to 65535" },
		{ FILE_OF(ROW("65536")), "65536: give 0 to 65535" },
		{ FILE_OF("{\"queue\": 0}"), "\"run\" is missing" },
		{ FILE_OF("{\"run\": \"auto\"}"), "run \"auto\": give two-" },
		{ FILE_OF("{\"irq_cpu\": -2}"), "-2: give -1 to" },
		{ FILE_OF("{\"worker_cpu\": -1}"), "-1: give 0 to" },
		{ FILE_OF("{\"node\": 2147483648}"), "give -1 to 2147483647" },
		{ FILE_OF("{\"queue\": 0, \"run\": \"two-core\", \"irq_cpu\": 1"
			  ", \"worker_cpu\": 1, \"node\": 0}"),
		  "queue 0: two-core on CPU 1 alone" },
		{ FILE_OF("{\"queue\": 0, \"run\": \"shared\", \"irq_cpu\": 0"
			  ", \"worker_cpu\": 1, \"node\": 0}"),
		  "queue 0: shared on CPUs 0 and 1: give one CPU" },
		{ "{\"version\": 1, \"interface\": \"\", \"rows\": [" ROW(
			  "0") "]}",
		  "interface \"\": give its name" },
	};
	struct xskpkt_plan *plan = NULL;

	for (unsigned i = 0; i < COUNT_OF(wrong); i++) {
		FILE *in = file_with(wrong[i].text, strlen(wrong[i].text));

		CHECK_FAILS(xskpkt_plan_load(&plan, in), -EINVAL, wrong[i].why);
	}
	CHECK_FAILS(xskpkt_plan_load(&plan, file_with("{\0}", 3)), -EINVAL,
		    "it has a NUL byte");
	CHECK_FAILS(xskpkt_plan_load(NULL, stdin), -EINVAL, "ret is NULL");
	CHECK_FAILS(xskpkt_plan_load(&plan, NULL), -EINVAL, "in is NULL");
	CHECK(!plan);
}

/* However much is written, only so much is read. */
TEST(a_file_without_end_is_refused)
{
	struct xskpkt_plan *plan;
	FILE *in = popen("yes '    '", "r");

	CHECK(in != NULL);
	CHECK_FAILS(xskpkt_plan_load(&plan, in), -EINVAL,
		    "it is longer than 16777216 bytes");
	pclose(in);
}

/* Neither a directory nor a full disk is taken for a file. */
TEST(files_that_fail_are_told)
{
	struct xskpkt_plan *plan = load(FILE_OF(ROW("0"))), *other;
	FILE *dir = fopen("/", "r"), *full = fopen("/dev/full", "w");

	CHECK(dir && full);
	test_at_end(close_file, dir);
	test_at_end(close_file, full);
	CHECK_FAILS(xskpkt_plan_load(&other, dir), -EISDIR,
		    "plan: cannot be read (EISDIR");
	CHECK_FAILS(xskpkt_plan_save(plan, full), -ENOSPC,
		    "eth0: plan: cannot be written (ENOSPC");
}

/* A row says what it said, whatever the caller's version. */
TEST(a_row_is_told_as_far_as_it_is_known)
{
	struct xskpkt_plan_row row = { .size = sizeof(row) };
	struct xskpkt_plan *plan = load(FILE_OF(ROW("5")));

	CHECK_OK(xskpkt_plan_row(plan, 0, &row));
	CHECK_EQ(row.queue, 5);
	CHECK_EQ(row.run, XSKPKT_RUN_TWO_CORE);
	CHECK_EQ(row.irq_cpu, 0);
	CHECK_EQ(row.worker_cpu, 1);
	CHECK_EQ(row.node, 0);
	CHECK_FAILS(xskpkt_plan_row(plan, 1, &row), -EINVAL,
		    "there is no row 1: it has 1");
	row.size = 3;
	CHECK_FAILS(xskpkt_plan_row(plan, 0, &row), -EINVAL, "size is 3");
}

/* A row can be overridden by one that makes sense, and by no other. */
TEST(rows_are_overridden)
{
	struct xskpkt_plan *plan = load(FILE_OF(ROW("0") ", " ROW("7")));
	struct xskpkt_plan_row row = { .size = sizeof(row),
				       .queue = 7,
				       .run = XSKPKT_RUN_ONE_CORE,
				       .irq_cpu = 9,
				       .worker_cpu = 9,
				       .node = -1 };

	CHECK_OK(xskpkt_plan_set(plan, &row));
	CHECK_EQ(plan->rows[1].worker_cpu, 9);
	row.run = XSKPKT_RUN_AUTO;
	CHECK_FAILS(xskpkt_plan_set(plan, &row), -EINVAL, "run 0: give");
	row.run = 4;
	CHECK_FAILS(xskpkt_plan_set(plan, &row), -EINVAL, "run 4: give");
	row.run = XSKPKT_RUN_TWO_CORE;
	CHECK_FAILS(xskpkt_plan_set(plan, &row), -EINVAL, "CPU 9 alone");
	row.worker_cpu = -1;
	CHECK_FAILS(xskpkt_plan_set(plan, &row), -EINVAL, "start from 0");
	row.queue = 1;
	CHECK_FAILS(xskpkt_plan_set(plan, &row), -EINVAL, "no queue 1");
	row.queue = 7;
	row.reserved = 1;
	CHECK_FAILS(xskpkt_plan_set(plan, &row), -EINVAL, "reserved is 1");
	CHECK_FAILS(xskpkt_plan_set(plan, NULL), -EINVAL, "row is NULL");
	CHECK_EQ(plan->rows[1].worker_cpu, 9);
}

/* Where two plans differ is told queue by queue. */
TEST(differences_are_told)
{
	struct xskpkt_plan *a = load(FILE_OF(ROW("0") ", " ROW("2")));
	struct xskpkt_plan *b =
		load(FILE_OF(ROW("0") ", " ROW("1") ", " ROW("2")));
	FILE *out = paper();

	CHECK_EQ(xskpkt_plan_compare(a, a, out), 0);
	b->rows[2].run = XSKPKT_RUN_SHARED;
	b->rows[2].irq_cpu = b->rows[2].worker_cpu = 4;
	b->rows[2].node = -1;
	CHECK_EQ(xskpkt_plan_compare(a, b, out), 2);
	CHECK_EQ(xskpkt_plan_compare(a, b, NULL), 2);
	fclose(out);
	CHECK_STR_EQ(printed,
		     "queue 1: not planned -> two-core irq 0 worker 1 node 0\n"
		     "queue 2: two-core irq 0 worker 1 node 0 -> "
		     "shared irq 4 worker 4 node -\n");
}

/* A table that people can read, and what there is to say about it. */
TEST(a_plan_is_printed)
{
	struct xskpkt_plan *plan = load(FILE_OF(ROW("0") ", " ROW("1")));
	FILE *out = paper();

	plan->rows[1].irq_cpu = plan->rows[1].node = -1;
	for (unsigned i = 0; i < 2 * PLAN_NOTES_MAX; i++)
		plan_note(plan, "mind the %s", "gap");
	CHECK_EQ(plan->note_count, PLAN_NOTES_MAX);
	plan->note_count = 1;
	CHECK_OK(xskpkt_plan_print(plan, out));
	fclose(out);
	CHECK_STR_EQ(printed,
		     "queue  run       irq cpu  worker cpu  frames on node\n"
		     "    0  two-core        0           1               0\n"
		     "    1  two-core        -           1               -\n"
		     "note: mind the gap\n");
	CHECK_STR_EQ(xskpkt_plan_note(plan, 0), "mind the gap");
	CHECK(!xskpkt_plan_note(plan, 1));
}
