// SPDX-License-Identifier: BSD-2-Clause
/*
 * fuzz_mark: any bytes as a packet. Nothing beyond them is read, a payload
 * lies where the packet is, and a mark that is put there is found.
 */
#include "input.h"
#include "mark.h"

/* It ends where its memory does. */
static uint8_t *copy_of(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	MUST(copy);
	if (len)
		memcpy(copy, data, len);
	return copy;
}

/* What is behind the headers does not change where they end. */
static void check_cut(const uint8_t *data, size_t len,
		      const struct mark_place *place)
{
	uint8_t *head = copy_of(data, len);
	struct mark_place cut;

	MUST(mark_find(&cut, head, len));
	MUST(cut.offset == place->offset && cut.end == place->end);
	free(head);
}

static void check_mark(uint8_t *data, size_t len, uint32_t offset)
{
	const struct mark mark = { .flow = 7, .sequence = 8, .time = 9 };
	uint32_t hint = UINT32_MAX;
	struct mark read;

	if (len - offset < MARK_BYTES)
		return;
	mark_write(data + offset, &mark);
	MUST(mark_seek(&read, data, len, &hint) == MARK_GOOD);
	MUST(hint == offset && read.flow == 7 && read.sequence == 8);
	MUST(mark_seek(&read, data, len, &hint) == MARK_GOOD);
	data[offset + MARK_BYTES - 1] ^= 1;
	MUST(mark_seek(&read, data, len, &hint) == MARK_DAMAGED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint32_t hint = (uint32_t)take_number(&in, 2);
	size_t len = in.left;
	uint8_t *packet = copy_of(in.at, len);
	struct mark_place place;
	struct mark mark;

	mark_seek(&mark, packet, len, &hint);
	if (mark_find(&place, packet, len)) {
		MUST(place.offset <= len && place.offset <= place.end);
		check_cut(packet, place.offset + (len - place.offset) / 2,
			  &place);
		check_cut(packet, place.offset, &place);
		mark_intact(packet + place.offset, len - place.offset, hint);
		check_mark(packet, len, place.offset);
	}
	free(packet);
	return 0;
}
