/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * harness.h: tests as sentences, each in a process of its own.
 *
 *	TEST(a_packet_goes_through)
 *	{
 *		CHECK_OK(xskpkt_pool_create(&pool, NULL));
 *		CHECK_EQ(books.free, 64);
 *	}
 *
 * A test fails when a CHECK does, also in a process or thread that it started;
 * when it dies, runs longer than its limit, leaves a descriptor open or a
 * process behind. What it prints is shown only then.
 *
 * A program of tests takes part of a sentence as a filter. It exits with 0
 * (all well), 1 (some failed) or 77 (all were skipped).
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <xskpkt/log.h>

struct test {
	const char *name;  /* a_sentence_in_words */
	void (*run)(void); /* returns when all is well */
	unsigned limit;    /* seconds; 0: 60. Sanitizers get three times that */
	struct test *next;
};

/* Settings may follow the sentence: TEST(it_takes_long, .limit = 300) */
#define TEST(sentence, ...)                                                \
	static void test_##sentence(void);                                 \
	__attribute__((constructor)) static void register_##sentence(void) \
	{                                                                  \
		static struct test test = { .name = #sentence,             \
					    .run = test_##sentence,        \
					    __VA_ARGS__ };                 \
		test_register(&test);                                      \
	}                                                                  \
	static void test_##sentence(void)

#define CHECK(condition) \
	((condition) ? (void)0 : FAIL("not so: %s", #condition))

/* Whole numbers of any type, and pointers. */
#define CHECK_EQ(got, want)                                             \
	test_check_eq(__FILE__, __LINE__, #got, (intmax_t)(got), #want, \
		      (intmax_t)(want))

/* A call into the library that has to return 0; else its sentence is shown. */
#define CHECK_OK(call) test_check_ok(__FILE__, __LINE__, #call, (call))

#define CHECK_STR_EQ(got, want) \
	test_check_str(__FILE__, __LINE__, #got, (got), (want), strcmp)
#define CHECK_STR_HAS(haystack, needle)                                     \
	test_check_str(__FILE__, __LINE__, #haystack, (haystack), (needle), \
		       NULL)

/* End the test here, with a reason in the manner of printf(). */
#define FAIL(...) test_fail(__FILE__, __LINE__, __VA_ARGS__)
#define SKIP(...) test_skip(__VA_ARGS__)

/* It is built with a sanitizer, and takes several times as long: of many like
 * cases some will do. */
extern const bool test_is_slow;

/* Call @fn when the test has passed, before leaks are looked for; last first.
 */
void test_at_end(void (*fn)(void *arg), void *arg);

void test_register(struct test *test);
void test_check_eq(const char *file, int line, const char *got_text,
		   intmax_t got, const char *want_text, intmax_t want);
void test_check_ok(const char *file, int line, const char *call, int err);
void test_check_str(const char *file, int line, const char *got_text,
		    const char *got, const char *want,
		    int (*compare)(const char *, const char *));
__attribute__((noreturn, format(__printf__, 3, 4))) void
test_fail(const char *file, int line, const char *format, ...);
__attribute__((noreturn, format(__printf__, 1, 2))) void
test_skip(const char *format, ...);

#endif
