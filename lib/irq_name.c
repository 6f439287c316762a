// SPDX-License-Identifier: BSD-2-Clause
/* irq_name.c: which queue does an interrupt serve, by its name? */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler.h"
#include "irq_name.h"

/* No NIC has queues of six digits. */
#define DIGITS_MAX 5

/* What drivers write before the number of a queue. */
static const struct {
	const char *word;
	bool rx, tx;
} kinds[] = {
	{ "TxRx", true, true },   /* igb, ixgbe, i40e, ice, bnxt, ... */
	{ "Tx-Rx", true, true },  /* ena */
	{ "rxtx", true, true },   /* vmxnet3, enetc, nfp */
	{ "_comp", true, true },  /* mlx5 */
	{ "_q", true, true },     /* mana */
	{ "fp", true, true },     /* qede, bnx2x */
	{ "rx", true, false },    /* e1000e, igb, stmmac */
	{ "tx", false, true },    /* likewise */
	{ "input", true, false }, /* virtio_net */
	{ "output", false, true },
};

/* The NIC's own queues, for its flow director and for control, bear names like
 * those of packets: "i40e-0000:01:00.0:fdir-TxRx-0". */
static bool is_internal(const char *name)
{
	return strstr(name, "fdir") || strstr(name, "ctrl");
}

/* Does the text up to @end close with @word, and something before it? */
static bool closes_with(const char *text, size_t end, const char *word)
{
	size_t len = strlen(word);

	return end > len && !strncasecmp(text + end - len, word, len) &&
	       (*word == '_' || !isalnum((unsigned char)text[end - len - 1]));
}

bool irq_name_parse(struct irq_name *ret, const char *name)
{
	size_t end = strcspn(name, "@"), digits = 0;
	unsigned long queue;

	while (digits < end && isdigit((unsigned char)name[end - digits - 1]))
		digits++;
	if (!digits || digits > DIGITS_MAX || is_internal(name))
		return false;
	queue = strtoul(name + end - digits, NULL, 10);
	end -= digits;
	if (end && strchr("-.:", name[end - 1]))
		end--;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (closes_with(name, end, kinds[i].word)) {
			*ret = (struct irq_name){ .queue = (uint32_t)queue,
						  .rx = kinds[i].rx,
						  .tx = kinds[i].tx };
			return true;
		}
	return false;
}
