/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quiet.h: libbpf and libxdp print to stderr; around our calls they do not.
 * Layer 2.
 *
 * What they would have printed often holds the reason of a failure. It is
 * kept, shortened to one line, for our own sentence.
 */
#ifndef QUIET_H
#define QUIET_H

/*
 * Between these two the calling thread's messages are kept, not printed; other
 * threads' go where they went before. One thread at a time: others wait.
 */
void quiet_begin(void);
void quiet_end(void);

/* The line that says most since quiet_begin(), or "". This thread's. */
const char *quiet_reason(void);

#endif
