/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arguments.h: a command line, read by tables.
 *
 *	static const struct option_row rows[] = {
 *		{ "ring", OPTION_OWN, .take = take_ring },
 *		{ "workers", OPTION_U32, offsetof(struct mine, workers), 1, 64
 *}, { 0 },
 *	};
 */
#ifndef COMMON_ARGUMENTS_H
#define COMMON_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

/* In place of an exit code: nothing was in the way. */
#define GO_ON (-1)

enum option_kind {
	OPTION_FLAG,    /* bool; has no value */
	OPTION_U32,     /* uint32_t */
	OPTION_U64,     /* uint64_t */
	OPTION_SECONDS, /* double */
	OPTION_TEXT,    /* const char * */
	OPTION_OWN,     /* what take() makes of it */
	OPTION_BARE,    /* the same, without a value: its text is "" */
};

struct option_row {
	const char *name;
	enum option_kind kind;
	size_t offset;     /* of the member that is set */
	uint64_t min, max; /* of numbers; of seconds in thousandths */
	/* Returns GO_ON, or an exit code after it was said why. */
	int (*take)(void *to, const char *name, const char *text);
};

/* Options that fill one struct. */
struct option_group {
	const struct option_row *rows; /* the last has no name */
	void *to;
};

struct command_line {
	const char *help;
	const struct option_group *groups;
	unsigned group_count;
};

/*
 * Take all options, also --help and --version, and move the words that are none
 * to the end: they start at argv[*words]. Returns GO_ON, or the exit code when
 * all is said.
 */
int arguments_parse(int *words, const struct command_line *line, int argc,
		    char **argv);

/* One whole number, as an option would be; for take(). */
int take_number(uint64_t *ret, const char *name, const char *text, uint64_t min,
		uint64_t max);

/* To stdout; both return the exit code. */
int print_text(const char *text);
int print_version(void);

/* An interface is named once, whatever it is called. */
int check_interfaces(const char *const *names, unsigned n);

#endif
