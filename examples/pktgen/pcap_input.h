/* SPDX-License-Identifier: BSD-2-Clause */
/* pcap_input.h: a capture file of Ethernet packets, opened by libpcap */
#ifndef PKTGEN_PCAP_INPUT_H
#define PKTGEN_PCAP_INPUT_H

#include <stdint.h>

#include <pcap/pcap.h>

/*
 * Open @path, or stdin for "-". What is no plain file is copied into memory
 * first, @memory bytes at most, so that the place of an error is known.
 * Times come in ns. NULL: it was said why.
 */
pcap_t *pcap_input_open(const char *path, uint64_t memory);

/* What to call it in a sentence. */
const char *pcap_input_name(const char *path);

#endif
