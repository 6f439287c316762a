/* SPDX-License-Identifier: BSD-2-Clause */
/* wrong.h: what is wrong, in a sentence that a caller hands on */
#ifndef PKTGEN_WRONG_H
#define PKTGEN_WRONG_H

/* Valid until this thread's next one. */
const char *wrong(const char *format, ...)
	__attribute__((format(__printf__, 1, 2)));

#endif
