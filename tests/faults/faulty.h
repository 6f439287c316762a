/* SPDX-License-Identifier: BSD-2-Clause */
/* faulty.h: how a wrapped call is written; only for faulty_*.c. */
#ifndef FAULTY_H
#define FAULTY_H

#include <stdbool.h>

/* Declares both sides of a wrapped call; its definition follows. */
#define WRAP(type, call, ...)            \
	type __real_##call(__VA_ARGS__); \
	type __wrap_##call(__VA_ARGS__); \
	type __wrap_##call(__VA_ARGS__)

/* 0, or the errno with which this call shall fail. @errnos ends with 0. */
int fault(const char *name, const int *errnos);
#define FAULT(name, ...) fault(name, (const int[]){ __VA_ARGS__, 0 })

/* What the library has allocated (NULL, it), or freed (it, NULL). */
void note_allocation(void *old, void *new);

/* libbpf is loading a program for us: its bpf(2) can fail as well. */
extern _Thread_local bool faulty_loading;

#endif
