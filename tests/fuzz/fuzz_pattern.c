// SPDX-License-Identifier: BSD-2-Clause
/*
 * fuzz_pattern: options with anything in them. What is refused has a sentence;
 * of what is taken, the packets that makers touch are those built whole.
 */
#include "input.h"
#include "maker.h"
#include "mark.h"
#include "packet.h"

#define FRAMES 8
#define FRAME_SIZE 4096
#define ROOM (FRAME_SIZE - 256)
#define TEXT 40

/* As many characters as there are options' letters; the rest ends the text. */
static void take_text(struct input *in, char text[TEXT])
{
	unsigned n = take_below(in, TEXT);

	take_bytes(in, text, n);
	text[n] = '\0';
}

static unsigned count_options(void)
{
	unsigned n = 0;

	while (pattern_options[n].name)
		n++;
	return n;
}

static bool take_pattern(struct input *in, struct pattern *p)
{
	const unsigned options = count_options();
	const char *why;
	char text[TEXT];

	*p = PATTERN_DEFAULT;
	for (unsigned i = take_below(in, 8); i; i--) {
		unsigned which = take_below(in, options);

		take_text(in, text);
		why = pattern_set(p, pattern_options[which].name, text);
		MUST(!why || *why);
	}
	why = pattern_check(p);
	MUST(!why || *why);
	return !why;
}

/* Each packet that is marked tells which one it is. */
static void check_packet(const struct pattern *p, const uint8_t *packet,
			 unsigned len)
{
	static uint8_t want[PATTERN_SIZE_MAX];
	unsigned payload = pattern_headers(p);
	struct mark mark;

	MUST(len >= pattern_least(p) && len <= pattern_largest(p));
	if (p->unmarked)
		return;
	MUST(mark_read(&mark, packet, len, payload) == MARK_GOOD);
	packet_build(want, p, mark_number(mark.flow) % p->flows, len);
	mark_write(want + payload, &mark);
	MUST(!memcmp(packet, want, len));
}

static void check_packets(const struct pattern *p, struct maker *m,
			  uint8_t *frames)
{
	static uint8_t packet[PATTERN_SIZE_MAX];
	struct xskpkt_pkt pkts[FRAMES];
	unsigned n, packets;
	uint64_t bytes;

	for (unsigned i = 0; i < 4; i++) {
		for (unsigned k = 0; k < FRAMES; k++)
			pkts[k].data = frames + k * FRAME_SIZE + 256;
		packets = FRAMES;
		n = maker_fill(m, pkts, FRAMES, i, &packets, &bytes);
		MUST(n && n <= FRAMES && packets);
		for (unsigned k = 0; k < n;
		     k += xskpkt_pkt_entries(pkts + k, n - k))
			check_packet(p, packet,
				     (unsigned)xskpkt_pkt_copy(
					     packet, sizeof(packet), pkts + k,
					     n - k, 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t frames[FRAMES * FRAME_SIZE];
	const struct maker_memory memory = { frames, sizeof(frames), ROOM };
	static struct pattern p;
	struct input in = { data, size };
	struct makers *all;
	char text[80];

	if (!take_pattern(&in, &p))
		return 0;
	pattern_text(&p, text, sizeof(text));
	/* Each flow takes time to prepare; a thousand are as good. */
	if (p.flows > 1000)
		return 0;
	all = makers_create(&p, 2, &memory, 3);
	MUST(all);
	check_packets(&p, makers_get(all, 0), frames);
	check_packets(&p, makers_get(all, 1), frames);
	makers_destroy(all);
	return 0;
}
