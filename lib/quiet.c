// SPDX-License-Identifier: BSD-2-Clause
/* quiet.c: keeps what libbpf and libxdp complain of, in place of printing it */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "quiet.h"

/* Their print functions are process-wide, so is this. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static libbpf_print_fn_t libbpf_before;
static libxdp_print_fn_t libxdp_before;

static _Thread_local bool quiet;
static _Thread_local bool verifier_spoke;
static _Thread_local char reason[200];

/* Copy one line, without the "libbpf: " in front. */
static void keep(const char *line, size_t len)
{
	if (!strncmp(line, "libbpf: ", 8) && len > 8) {
		line += 8;
		len -= 8;
	}
	snprintf(reason, sizeof(reason), "%.*s", (int)len, line);
}

static bool is_verdict(const char *line, size_t len)
{
	return len && strncmp(line, "processed ", 10) &&
	       strncmp(line, "-- ", 3) && strncmp(line, "libbpf: ", 8);
}

/* The verifier explains in its last line before the statistics. */
static void keep_verdict(const char *text)
{
	const char *best = NULL;
	size_t best_len = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (is_verdict(text, len)) {
			best = text;
			best_len = len;
		}
		text += len + (text[len] == '\n');
	}
	if (best) {
		keep(best, best_len);
		verifier_spoke = true;
	}
}

/* The first complaint is the cause, later ones its consequences; but the
 * verifier, whose log comes late, knows better than either. */
static void hear(const char *text)
{
	if (strstr(text, "BEGIN PROG LOAD LOG"))
		keep_verdict(text);
	else if (!reason[0] && !verifier_spoke)
		keep(text, strcspn(text, "\n"));
}

/* A verifier log can be long, and its end matters: no fixed buffer. */
static void hear_format(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return;
	hear(text);
	free(text);
}

static int hear_libbpf(enum libbpf_print_level level, const char *format,
		       va_list args)
{
	if (!quiet)
		return libbpf_before ? libbpf_before(level, format, args) : 0;
	if (level == LIBBPF_WARN)
		hear_format(format, args);
	return 0;
}

static int hear_libxdp(enum libxdp_print_level level, const char *format,
		       va_list args)
{
	if (!quiet)
		return libxdp_before ? libxdp_before(level, format, args) : 0;
	if (level == LIBXDP_WARN)
		hear_format(format, args);
	return 0;
}

void quiet_begin(void)
{
	pthread_mutex_lock(&one_at_a_time);
	reason[0] = 0;
	verifier_spoke = false;
	quiet = true;
	libbpf_before = libbpf_set_print(hear_libbpf);
	libxdp_before = libxdp_set_print(hear_libxdp);
}

void quiet_end(void)
{
	libbpf_set_print(libbpf_before);
	libxdp_set_print(libxdp_before);
	quiet = false;
	pthread_mutex_unlock(&one_at_a_time);
}

const char *quiet_reason(void)
{
	return reason;
}
