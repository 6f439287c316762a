/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pktgen.h: the commands, and the nouns they share.
 *
 *   pattern    what the packets of a run are like        pattern.h
 *   generator  sends a pattern at a pace, on a port      generator.h
 *   analyser   receives on a port, reads the marks       analyser.h
 *   session    an interface, opened, and root dropped    session.h
 *
 * A command is a file with a function. main.c has the table of them.
 */
#ifndef PKTGEN_H
#define PKTGEN_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

/* Packets per call: perf-notes, 128 move 2 % more in copy mode than 64. */
#define BURST 128

int tx_run(int argc, char **argv);
int rx_run(int argc, char **argv);
int ping_run(int argc, char **argv);
int replay_run(int argc, char **argv);
int capture_run(int argc, char **argv);
int bench_run(int argc, char **argv);

#endif
