// SPDX-License-Identifier: BSD-2-Clause
/* version.c: which library this is; the number comes from meson.build. */
#include <xskpkt/version.h>

const char *xskpkt_version(void)
{
	return VERSION;
}
