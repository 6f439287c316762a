// SPDX-License-Identifier: BSD-2-Clause
/*
 * interrupts.c: reads /proc/interrupts as it comes.
 *
 * Between the first word of a line and its last are as many counts as there
 * are CPUs, so a line has any length. A byte at a time, only the two words are
 * kept.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>

#include "interrupts.h"
#include "sys.h"

/* With a thousand CPUs and a thousand interrupts it has 10 MiB. */
#define SIZE_LIMIT (64 << 20)

struct line {
	char first[16], last[64];
	size_t first_len, last_len;
	bool inside, behind; /* a word; the first one */
};

/* Its number, and whether it has a name as well. */
static bool end_line(struct line *l, int32_t *irq)
{
	char *end;
	long number;
	bool named = l->last_len;

	l->first[l->first_len] = '\0';
	l->last[l->last_len] = '\0';
	l->first_len = l->last_len = 0;
	l->inside = l->behind = false;
	number = strtol(l->first, &end, 10);
	*irq = (int32_t)number;
	return end != l->first && *end == ':' && number >= 0 &&
	       number <= INT32_MAX && named;
}

static void append(char *word, size_t *len, size_t size, char c)
{
	if (*len < size - 1)
		word[(*len)++] = c;
}

static void take_byte(struct line *l, char c)
{
	if (c == ' ' || c == '\t') {
		l->behind |= l->inside;
		l->inside = false;
		return;
	}
	if (!l->behind) {
		append(l->first, &l->first_len, sizeof(l->first), c);
	} else {
		if (!l->inside)
			l->last_len = 0;
		append(l->last, &l->last_len, sizeof(l->last), c);
	}
	l->inside = true;
}

int interrupts_each(void (*each)(void *arg, int32_t irq, const char *name),
		    void *arg)
{
	int fd = sys_open("/proc/interrupts", O_RDONLY);
	struct line line = { 0 };
	size_t total = 0;
	char buf[4096];
	int32_t irq;
	ssize_t n;

	if (fd < 0)
		return fd;
	do {
		n = sys_read(fd, buf, sizeof(buf));
		for (ssize_t i = 0; i < n; i++)
			if (buf[i] != '\n')
				take_byte(&line, buf[i]);
			else if (end_line(&line, &irq))
				each(arg, irq, line.last);
		total += n > 0 ? (size_t)n : 0;
	} while (n == -EINTR || (n > 0 && total < SIZE_LIMIT));
	sys_close(fd);
	return n < 0 ? (int)n : 0;
}
