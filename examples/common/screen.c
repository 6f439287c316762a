// SPDX-License-Identifier: BSD-2-Clause
/* screen.c: text on a terminal that is drawn anew in its place */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"

#define CLEAR_LINE "\033[K"
#define CLEAR_BELOW "\033[J"

static struct termios before;
static bool is_open;
static unsigned drawn; /* lines */

bool screen_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

void screen_open(void)
{
	struct termios keys;

	if (tcgetattr(STDIN_FILENO, &before))
		return;
	keys = before;
	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	keys.c_cc[VMIN] = 0;
	keys.c_cc[VTIME] = 0;
	/* From the background this stops us, as it should. */
	is_open = !tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

void screen_close(void)
{
	if (is_open)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	is_open = false;
	drawn = 0;
}

void screen_clear(void)
{
	if (!drawn)
		return;
	printf("\033[%uA\r" CLEAR_BELOW, drawn);
	fflush(stdout);
	drawn = 0;
}

/* The bytes of the first so many characters; UTF-8 has several each. */
static size_t cut(const char *line, size_t len, unsigned width)
{
	size_t bytes = 0;

	while (bytes < len) {
		if ((line[bytes] & 0xc0) != 0x80 && !width--)
			break;
		bytes++;
	}
	return bytes;
}

static struct winsize size_of_terminal(void)
{
	struct winsize size = { 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	if (!size.ws_col)
		size.ws_col = 80;
	if (size.ws_row < 2)
		size.ws_row = 24;
	return size;
}

void screen_draw(const char *text)
{
	struct winsize size = size_of_terminal();

	if (drawn)
		printf("\033[%uA\r", drawn);
	for (drawn = 0; *text && drawn < size.ws_row - 1u; drawn++) {
		size_t len = strcspn(text, "\n");

		printf("%.*s" CLEAR_LINE "\n", (int)cut(text, len, size.ws_col),
		       text);
		text += len + (text[len] == '\n');
	}
	fputs(CLEAR_BELOW, stdout);
	fflush(stdout);
}

/* The bytes up to the last blank that still fits, or all that fit. */
static size_t fold(const char *line, size_t len, unsigned width)
{
	size_t fits = cut(line, len, width), at = fits;

	if (fits == len)
		return len;
	while (at && line[at] != ' ')
		at--;
	return at ? at : fits;
}

void screen_wrap(FILE *out, const char *text)
{
	unsigned width = size_of_terminal().ws_col;

	while (*text) {
		size_t len = strcspn(text, "\n");
		size_t part = fold(text, len, width);

		fprintf(out, "%.*s\n", (int)part, text);
		text += part;
		/* The blank or the newline that it ended with. */
		text += *text == ' ' || (part == len && *text == '\n');
	}
}

char screen_key(void)
{
	char key;

	return is_open && read(STDIN_FILENO, &key, 1) == 1 ? key : 0;
}
