/* SPDX-License-Identifier: BSD-2-Clause */
/* version.h: the version compiled against, and the one that runs. */
#ifndef XSKPKT_VERSION_H
#define XSKPKT_VERSION_H

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XSKPKT_VERSION_MAJOR 0
#define XSKPKT_VERSION_MINOR 1
#define XSKPKT_VERSION_PATCH 0

/**
 * xskpkt_version() - version of the library that is loaded
 *
 * Return: a string such as "0.1.0"; it lives as long as the program.
 * Threads: any.
 */
XSKPKT_API const char *xskpkt_version(void);

#ifdef __cplusplus
}
#endif
#endif
