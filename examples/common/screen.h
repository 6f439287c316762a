/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen.h: text on a terminal that is drawn anew in its place, and keys that
 * need no Enter. What was drawn last stays on the terminal at the end.
 */
#ifndef COMMON_SCREEN_H
#define COMMON_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

/* Are both ends of the conversation there? */
bool screen_possible(void);

/* Keys come one by one and unseen until screen_close(). */
void screen_open(void);
void screen_close(void);

/* In place of what was drawn last. Lines too long or too many are cut. */
void screen_draw(const char *text);

/* Take it off: what is written next stands in its place, and the next drawing
 * below that. Where nothing was drawn, nothing happens. */
void screen_clear(void);

/* Write text with its lines broken at blanks, so that none is cut. */
void screen_wrap(FILE *out, const char *text);

/* The next key, or 0: none is waiting. */
char screen_key(void);

#endif
