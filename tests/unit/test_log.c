// SPDX-License-Identifier: BSD-2-Clause
/* Sentences: one per thread, whole, and never NULL; notes go to a callback. */
#include <pthread.h>
#include <stdio.h>

#include "log.h"
#include "unit.h"

/* Before anything failed there is nothing to say. */
TEST(no_failure_no_sentence)
{
	CHECK_STR_EQ(xskpkt_errmsg(), "");
}

static void *fail_there(void *arg)
{
	CHECK_STR_EQ(xskpkt_errmsg(), "");
	CHECK_EQ(fail(-ENOENT, "%s: thread", (const char *)arg), -ENOENT);
	CHECK_STR_EQ(xskpkt_errmsg(), "there: thread");
	return NULL;
}

/* A thread's failure is no other thread's business. */
TEST(each_thread_has_its_own_sentence)
{
	pthread_t thread;

	CHECK_EQ(fail(-EINVAL, "here"), -EINVAL);
	CHECK_EQ(pthread_create(&thread, NULL, fail_there, "there"), 0);
	pthread_join(thread, NULL);
	CHECK_STR_EQ(xskpkt_errmsg(), "here");
}

/* A sentence can contain the one before it. */
TEST(a_sentence_may_quote_the_last)
{
	keep_sentence("no memory");
	keep_sentence("eth0: %s: close something", xskpkt_errmsg());
	CHECK_STR_EQ(xskpkt_errmsg(), "eth0: no memory: close something");
}

/* One that is too long is cut, and stays a string. */
TEST(a_long_sentence_is_cut)
{
	keep_sentence("%0*d", 2000, 7);
	CHECK_EQ(strlen(xskpkt_errmsg()), 511);
}

/* Errors have a name and a text, the unknown ones too. */
TEST(errors_have_names)
{
	CHECK_STR_EQ(err_text(-ENOBUFS), "ENOBUFS: No buffer space available");
	CHECK_STR_EQ(err_text(-99999), "?: unknown error");
}

static char heard[256];

static void hear(enum xskpkt_log_level level, const char *line, void *arg)
{
	CHECK(arg == heard);
	snprintf(heard, sizeof(heard), "%d %s", level, line);
}

/* The callback gets each line with its level; NULL silences it again. */
TEST(who_asks_hears_the_notes)
{
	log_warning("nobody listens");
	xskpkt_log_set(hear, heard);
	log_warning("%s: slow", "eth0");
	CHECK_STR_EQ(heard, "1 eth0: slow");
	log_info("open");
	CHECK_STR_EQ(heard, "2 open");
	log_debug("step");
	CHECK_STR_EQ(heard, "3 step");
	xskpkt_log_set(NULL, NULL);
	log_warning("more");
	CHECK_STR_EQ(heard, "3 step");
	CHECK_STR_EQ(xskpkt_errmsg(), "");
}
