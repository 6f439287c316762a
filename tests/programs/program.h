/* SPDX-License-Identifier: BSD-2-Clause */
/* program.h: installed programs as processes, and packets for them */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "testnet.h"

#define PATIENCE_MS 10000

struct program {
	pid_t pid;
	int out, err;
	char text[1 << 18]; /* stdout, so far */
	char errors[1 << 14];
};

/* "pktfwd wire a b": the words are split at blanks, and no shell sees them. */
void program_start(struct program *p, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));

/* Where the program of this name lies. Skips the test if it is not built. */
const char *program_path(const char *name);

/* What it has written so far, to stdout and stderr. */
const char *program_text(struct program *p);
const char *program_errors(struct program *p);

/* It has opened the interface, or written these words; else the test fails. */
void program_opens(struct program *p, const char *ifname);
void program_writes(struct program *p, const char *words);

/* Wait for its end: its exit status, or 128 and the signal. */
int program_end(struct program *p);

/* Stop it: when this returns none of its threads runs. SIGCONT goes on. */
void program_freeze(struct program *p);

/* SIGINT has to end it well. */
void program_interrupt(struct program *p);

/* Start it, and wait for its end. */
int program_run(struct program *p, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));

/* Start it on a terminal of its own, of 24 lines by 100; then only its end can
 * be waited for, by its pid. Returns the terminal's other end. */
int program_start_on_terminal(struct program *p, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));

/* Read on until these words have come; @seen has what came. */
void terminal_shows(int terminal, char *seen, size_t size, const char *words);

/* Packets from and to the kernel, of a type that it has no use for. */

#define PAYLOAD_MAX 9000

struct packet {
	uint8_t to[6], from[6];
	uint16_t type;
	uint32_t number;
	uint8_t filler[PAYLOAD_MAX];
} __attribute__((packed));

/* The last byte of an address says who: hosts are numbered. */
#define BROADCAST 0xff
struct packet packet_make(uint8_t from, uint8_t to, uint32_t number);

#define PACKET_SIZE 60

int packet_socket(const char *ifname);
void packet_send(int fd, const struct packet *p, unsigned size);
/* Packets 0 to @n - 1. */
void packets_send(int fd, uint8_t from, uint8_t to, uint32_t n);
/* The next that came from outside, and its size; 0: none within @ms. */
unsigned packet_receive(int fd, struct packet *ret, int ms);
/* All @n of them, once, in order, and no more. */
void packets_expect(int fd, uint8_t from, uint8_t to, uint32_t n);
void packets_none(int fd);

/* Two hosts in namespaces of their own, 10.0.0.1 and 10.0.0.2, which nothing
 * joins but what forwards between left.a and right.a. */
struct hosts {
	struct testnet left, right;
};
void hosts_make(struct hosts *h, unsigned queues);

#endif
