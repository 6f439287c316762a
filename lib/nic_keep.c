// SPDX-License-Identifier: BSD-2-Clause
/* nic_keep.c: what is known, what is not, and the memory that has it */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "log.h"
#include "nic.h"
#include "sys.h"

struct nic_memory {
	struct nic_memory *next;
	_Alignas(16) char bytes[];
};

void *nic_alloc(struct xskpkt_nic *nic, size_t count, size_t size)
{
	struct nic_memory *memory = NULL;
	void *fresh;
	size_t bytes;
	int err = -ENOMEM;

	if (!__builtin_mul_overflow(count, size, &bytes) &&
	    !__builtin_add_overflow(bytes, sizeof(*memory), &bytes))
		err = sys_alloc(&fresh, 1, bytes);
	if (err) {
		nic->err = err;
		return NULL;
	}
	memory = fresh;
	memory->next = nic->memory;
	nic->memory = memory;
	return memory->bytes;
}

void nic_release(struct xskpkt_nic *nic)
{
	while (nic->memory) {
		struct nic_memory *memory = nic->memory;

		nic->memory = memory->next;
		free(memory);
	}
}

const char *nic_text(struct xskpkt_nic *nic, const char *text)
{
	char *copy = nic_alloc(nic, 1, strlen(text) + 1);

	return copy ? strcpy(copy, text) : "";
}

const char *nic_cpu_list(struct xskpkt_nic *nic, const char *path)
{
	char list[4096];

	if (file_line(list, sizeof(list), path) ||
	    list[strspn(list, "0123456789,-")])
		return "";
	return nic_text(nic, list);
}

void nic_unknown(struct xskpkt_nic *nic, uint32_t fact, const char *format, ...)
{
	char reason[256];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	nic->unknown[fact] = nic_text(nic, reason);
}

void nic_known(struct xskpkt_nic *nic, uint32_t fact)
{
	nic->unknown[fact] = NULL;
}

const char *nic_refusal(struct xskpkt_nic *nic, int err)
{
	char text[128];

	if (err != -EOPNOTSUPP)
		return err_text(err);
	if (!*nic->dev.driver)
		return "there is no driver that could tell";
	snprintf(text, sizeof(text), "driver '%s' does not tell",
		 nic->dev.driver);
	return nic_text(nic, text);
}

struct xskpkt_nic_vector *nic_vector_of_napi(const struct xskpkt_nic *nic,
					     uint32_t napi)
{
	for (unsigned i = 0; i < nic->vector_count; i++)
		if (nic->vectors[i].napi == napi)
			return &nic->vectors[i];
	return NULL;
}
