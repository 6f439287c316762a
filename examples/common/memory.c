// SPDX-License-Identifier: BSD-2-Clause
/* memory.c: how much memory there is to be had */
#include <inttypes.h>
#include <stdio.h>

#include "memory.h"

uint64_t memory_free(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	uint64_t kib = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib << 10;
}
