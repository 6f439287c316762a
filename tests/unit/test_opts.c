// SPDX-License-Identifier: BSD-2-Clause
/* Structs that grow: older and newer callers are understood, or told why. */
#include "opts.h"
#include "unit.h"

/* A struct of "this version", and what older and newer callers have. */
struct now {
	size_t size;
	uint64_t a, b;
};
struct older {
	size_t size;
	uint64_t a;
};
struct newer {
	size_t size;
	uint64_t a, b, c;
};

/* No options are all defaults. */
TEST(null_is_all_defaults)
{
	struct now ours = { 1, 2, 3 };

	CHECK_OK(opts_take(&ours, sizeof(ours), NULL, "now"));
	CHECK_EQ(ours.size | ours.a | ours.b, 0);
}

/* A caller built against an older library gets defaults for the rest. */
TEST(what_an_older_caller_does_not_know_is_default)
{
	char bytes[sizeof(struct now)];
	struct older theirs = { sizeof(theirs), 5 };
	struct now ours;

	memset(bytes, 0xff, sizeof(bytes));
	memcpy(bytes, &theirs, theirs.size);
	CHECK_OK(opts_take(&ours, sizeof(ours), bytes, "now"));
	CHECK_EQ(ours.a, 5);
	CHECK_EQ(ours.b, 0);
	theirs.size = sizeof(size_t);
	memcpy(bytes, &theirs, sizeof(size_t));
	CHECK_OK(opts_take(&ours, sizeof(ours), bytes, "now"));
	CHECK_EQ(ours.a, 0);
}

/* A newer caller is served as long as it wants nothing new. */
TEST(what_a_newer_caller_adds_must_be_zero)
{
	struct newer theirs = { sizeof(theirs), 5, 6, 0 };
	struct now ours;

	CHECK_OK(opts_take(&ours, sizeof(ours), &theirs, "now"));
	CHECK_EQ(ours.a, 5);
	CHECK_EQ(ours.b, 6);
	theirs.c = 1ull << 63;
	CHECK_FAILS(opts_take(&ours, sizeof(ours), &theirs, "now"), -EINVAL,
		    "now: byte 31 is set, which this version (" VERSION
		    ") does not know");
}

/*
 * A size that cannot be is a struct that nobody filled in. One that ends inside
 * a field would leave half a pointer in ours.
 */
TEST(an_impossible_size_is_told)
{
	static const size_t sizes[] = { 0,       1,    sizeof(size_t) - 1,
					12,      4097, 4104,
					SIZE_MAX };
	struct now theirs = { 0, 1, 2 }, ours;

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		theirs.size = sizes[i];
		CHECK_FAILS(opts_take(&ours, sizeof(ours), &theirs, "now"),
			    -EINVAL, "set it to sizeof(struct now)");
		CHECK_FAILS(opts_give(&theirs, &ours, sizeof(ours), "now"),
			    -EINVAL, "set it to sizeof(struct now)");
		CHECK_EQ(theirs.a, 1);
		CHECK_EQ(theirs.b, 2);
	}
}

/* An answer reaches as far as the caller's struct, and not a byte further. */
TEST(an_answer_fits_its_caller)
{
	const struct now ours = { 0, 5, 6 };
	struct newer newer = { sizeof(newer), 1, 1, ~0ull };
	struct now now = { offsetof(struct now, b), 1, 1 };

	CHECK_OK(opts_give(&newer, &ours, sizeof(ours), "now"));
	CHECK_EQ(newer.size, sizeof(newer));
	CHECK_EQ(newer.b, 6);
	CHECK_EQ(newer.c, 0);

	CHECK_OK(opts_give(&now, &ours, sizeof(ours), "now"));
	CHECK_EQ(now.size, offsetof(struct now, b));
	CHECK_EQ(now.a, 5);
	CHECK_EQ(now.b, 1);
	CHECK_FAILS(opts_give(NULL, &ours, sizeof(ours), "now"), -EINVAL,
		    "now: NULL is not allowed here");
}
