// SPDX-License-Identifier: BSD-2-Clause
/* arguments.c: a command line, read by tables */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <xskpkt/xskpkt.h>

#include "arguments.h"
#include "numbers.h"
#include "say.h"

#define OPTIONS_MAX 64

/* What getopt_long() knows an option by: above all characters. */
#define CODE_FIRST 256

struct parser {
	const struct command_line *line;
	struct option names[OPTIONS_MAX + 3];
	const struct option_row *rows[OPTIONS_MAX];
	void *to[OPTIONS_MAX];
	unsigned count;
};

enum { CODE_HELP = 1, CODE_VERSION };

static void add_name(struct parser *p, const char *name, bool value, int code)
{
	p->names[p->count] = (struct option){
		.name = name,
		.has_arg = value ? required_argument : no_argument,
		.val = code,
	};
}

static bool has_value(const struct option_row *r)
{
	return r->kind != OPTION_FLAG && r->kind != OPTION_BARE;
}

static void add_rows(struct parser *p, const struct option_group *group)
{
	for (const struct option_row *r = group->rows; r->name; r++) {
		if (p->count == OPTIONS_MAX)
			return;
		p->rows[p->count] = r;
		p->to[p->count] = group->to;
		add_name(p, r->name, has_value(r), CODE_FIRST + (int)p->count);
		p->count++;
	}
}

/* Values */

int take_number(uint64_t *ret, const char *name, const char *text, uint64_t min,
		uint64_t max)
{
	if (number_parse(ret, text, min, max))
		return GO_ON;
	return say_usage("--%s %s: give a whole number from %" PRIu64
			 " to %" PRIu64,
			 name, text, min, max);
}

static int take_u32(uint32_t *ret, const struct option_row *r, const char *text)
{
	uint64_t value = 0;
	int code = take_number(&value, r->name, text, r->min, r->max);

	if (code == GO_ON)
		*ret = (uint32_t)value;
	return code;
}

static int take_seconds(double *ret, const struct option_row *r,
			const char *text)
{
	double min = (double)r->min / 1000, max = (double)r->max / 1000;

	if (seconds_parse(ret, text, min, max))
		return GO_ON;
	return say_usage("--%s %s: give seconds from %g to %g", r->name, text,
			 min, max);
}

static int take(const struct option_row *r, void *to, const char *text)
{
	char *member = (char *)to + r->offset;

	switch (r->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return GO_ON;
	case OPTION_U32:
		return take_u32((uint32_t *)member, r, text);
	case OPTION_U64:
		return take_number((uint64_t *)member, r->name, text, r->min,
				   r->max);
	case OPTION_SECONDS:
		return take_seconds((double *)member, r, text);
	case OPTION_TEXT:
		*(const char **)member = text;
		return GO_ON;
	case OPTION_OWN:
	case OPTION_BARE:
		break;
	}
	return r->take(to, r->name, text);
}

/* What every program has */

static int flushed(void)
{
	return fflush(stdout) || ferror(stdout) ? EXIT_FAILED : EXIT_OK;
}

int print_text(const char *text)
{
	fputs(text, stdout);
	return flushed();
}

int print_version(void)
{
	printf("%s %s, xskpkt %s\n", program_invocation_short_name, VERSION,
	       xskpkt_version());
	return flushed();
}

static int obey(struct parser *p, int code, char **argv)
{
	switch (code) {
	case '?':
		return say_usage("there is no option %s", argv[optind - 1]);
	case ':':
		return say_usage("%s needs a value", argv[optind - 1]);
	case CODE_HELP:
		return print_text(p->line->help);
	case CODE_VERSION:
		return print_version();
	}
	code -= CODE_FIRST;
	return take(p->rows[code], p->to[code], optarg ?: "");
}

int arguments_parse(int *words, const struct command_line *line, int argc,
		    char **argv)
{
	struct parser p = { .line = line };
	int option, code = GO_ON;

	for (unsigned i = 0; i < line->group_count; i++)
		add_rows(&p, &line->groups[i]);
	add_name(&p, "help", false, CODE_HELP);
	p.count++;
	add_name(&p, "version", false, CODE_VERSION);
	opterr = 0;
	while (code == GO_ON &&
	       (option = getopt_long(argc, argv, ":", p.names, NULL)) != -1)
		code = obey(&p, option, argv);
	*words = optind;
	return code;
}

/* Words */

static bool same_interface(const char *a, const char *b)
{
	unsigned index = if_nametoindex(a);

	/* An interface can have several names. */
	return !strcmp(a, b) || (index && index == if_nametoindex(b));
}

int check_interfaces(const char *const *names, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (!names[i][0] || strlen(names[i]) >= IF_NAMESIZE)
			return say_usage("'%s' is no interface's name",
					 names[i]);
		for (unsigned k = 0; k < i; k++)
			if (same_interface(names[k], names[i]))
				return say_usage("%s is named twice", names[i]);
	}
	return GO_ON;
}
