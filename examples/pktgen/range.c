// SPDX-License-Identifier: BSD-2-Clause
/* range.c: from "10.0.0.1+100" to neighbouring addresses or ports */
#include <arpa/inet.h>
#include <ctype.h>
#include <endian.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "range.h"
#include "wrong.h"

#define RANGE_MAX (1ull << 32)

int hex_byte(const char *text)
{
	char digits[3] = { 0 };

	if (!isxdigit((unsigned char)text[0]) ||
	    !isxdigit((unsigned char)text[1]))
		return -1;
	memcpy(digits, text, 2);
	return (int)strtol(digits, NULL, 16);
}

static bool parse_port(struct range *ret, const char *text)
{
	return number_parse(&ret->low, text, 0, UINT16_MAX);
}

static bool parse_mac(struct range *ret, const char *text)
{
	ret->low = 0;
	for (unsigned i = 0; i < ETH_ALEN; i++, text += 2) {
		if (i && *text++ != ':')
			return false;
		if (hex_byte(text) < 0)
			return false;
		ret->low = ret->low << 8 | (uint64_t)hex_byte(text);
	}
	return !*text;
}

static bool parse_ipv4(struct range *ret, const char *text)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		return false;
	ret->low = ntohl(address.s_addr);
	return true;
}

static bool parse_ipv6(struct range *ret, const char *text)
{
	uint64_t words[2];

	if (inet_pton(AF_INET6, text, words) != 1)
		return false;
	ret->high = be64toh(words[0]);
	ret->low = be64toh(words[1]);
	return true;
}

/* What a range begins and ends with. */
struct kind {
	unsigned bits;
	bool prefix; /* FIRST/BITS can be said of it */
	bool (*parse)(struct range *ret, const char *text);
	const char *form;
};

static const struct kind ports = { 16, false, parse_port,
				   "a port such as 9, 9+100 or 1024-65535" };
static const struct kind macs = {
	48, false, parse_mac,
	"a MAC address such as 02:00:00:00:00:01, alone, with +COUNT or with "
	"-LAST"
};
static const struct kind ipv4 = { 32, true, parse_ipv4,
				  "an address such as 10.0.0.1, alone, with "
				  "+COUNT, -LAST or /PREFIX" };
static const struct kind ipv6 = { 128, true, parse_ipv6,
				  "an address such as 2001:db8::1, alone, with "
				  "+COUNT, -LAST or /PREFIX" };

/* The range begins where the prefix does. */
static const char *take_prefix(struct range *r, const struct kind *kind,
			       const char *text)
{
	uint64_t bits;

	if (!number_parse(&bits, text, 0, kind->bits))
		return wrong("/%s is no prefix: give 0 to %u", text,
			     kind->bits);
	if (kind->bits - bits > 32)
		return wrong("/%s has more than 2^32 addresses", text);
	r->count = 1ull << (kind->bits - bits);
	r->low &= ~(r->count - 1);
	return NULL;
}

static const char *take_count(struct range *r, const char *text)
{
	if (number_parse(&r->count, text, 1, RANGE_MAX))
		return NULL;
	return wrong("+%s is no count: give 1 to 2^32", text);
}

static const char *take_last(struct range *r, const struct kind *kind,
			     const char *text)
{
	struct range last = { 0 };

	if (!kind->parse(&last, text))
		return wrong("%s is no end of a range: give %s", text,
			     kind->form);
	if (last.high != r->high || last.low < r->low)
		return wrong("%s is no end of this range: it does not follow "
			     "the first",
			     text);
	r->count = last.low - r->low + 1;
	return NULL;
}

/* In a packet only 32 bits of it change. */
static const char *check_range(const struct range *r, const struct kind *kind)
{
	uint64_t last = r->low + (r->count - 1);

	if (r->count > RANGE_MAX)
		return "the range has more than 2^32 members";
	if (kind->bits < 64 && last >> kind->bits)
		return "the range goes beyond the last there is";
	if (last >> 32 != r->low >> 32)
		return "the range crosses a multiple of 2^32: begin it there";
	return NULL;
}

static const char *take_range(struct range *ret, const struct kind *kind,
			      const char *text)
{
	size_t len = strcspn(text, kind->prefix ? "+-/" : "+-");
	const char *why = NULL, *rest = text + len;
	struct range r = { .count = 1 };
	char first[64];

	if (len >= sizeof(first))
		return wrong("give %s", kind->form);
	memcpy(first, text, len);
	first[len] = '\0';
	if (!kind->parse(&r, first))
		return wrong("give %s", kind->form);
	if (*rest == '+')
		why = take_count(&r, rest + 1);
	else if (*rest == '-')
		why = take_last(&r, kind, rest + 1);
	else if (*rest == '/')
		why = take_prefix(&r, kind, rest + 1);
	if (!why)
		why = check_range(&r, kind);
	if (!why)
		*ret = r;
	return why;
}

const char *range_ports(struct range *ret, const char *text)
{
	return take_range(ret, &ports, text);
}

const char *range_macs(struct range *ret, const char *text)
{
	return take_range(ret, &macs, text);
}

const char *range_ipv4(struct range *ret, const char *text)
{
	return take_range(ret, &ipv4, text);
}

const char *range_ipv6(struct range *ret, const char *text)
{
	return take_range(ret, &ipv6, text);
}
