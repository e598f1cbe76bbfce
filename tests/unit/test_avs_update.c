// SPDX-License-Identifier: GPL-2.0-or-later
/* UPDATE messages: what they announce, and those that do not hold together. */
#include "avs_test.h"

#include "avs_update.h"

/* withdrawn 10.9.0.0/16; AS path 65515 12076 {64512,64513}; communities; MP_REACH; NLRI */
static const uint8_t whole[] = {
	0,    3,  16,	10,   9,			       /* withdrawn */
	0,    59,					       /* attributes */
	0x40, 1,  1,	0,				       /* origin */
	0x50, 2,  0,	20,				       /* AS path, extended length */
	2,    2,  0,	0,    0xff, 0xeb, 0,	0, 0x2f, 0x2c, /* sequence */
	1,    2,  0,	0,    0xfc, 0,	  0,	0, 0xfc, 1,    /* set */
	0xc0, 8,  4,	0xff, 0xed, 0xff, 0xed,		       /* 65517:65517 */
	0x90, 14, 0,	12,   0,    1,	  1,	4, 1,	 2,    3, 4, 0, 16, 10, 1, /* 10.1.0.0/16 */
	0xc0, 32, 5,	1,    2,    3,	  4,	5, /* large, whatever its size */
	20,   10, 0x1f, 0xff,			   /* 10.31.240.0/20, with bits behind it */
	0,					   /* 0.0.0.0/0 */
};

static void assert_prefix(const struct avs_prefix *prefix, const char *text)
{
	char buf[AVS_PREFIX_STRLEN];

	avs_prefix_str(prefix, buf, sizeof(buf));
	assert_string_equal(buf, text);
}

static struct avs_update parsed(const uint8_t *body, size_t size, bool add_path)
{
	struct avs_update update;

	assert_true(avs_update_parse(body, size, add_path, true, &update));
	return update;
}

static void test_whole(void **state)
{
	struct avs_update update = parsed(whole, sizeof(whole), false);
	struct avs_update_walk walk = {0};
	struct avs_prefix prefix;
	char text[64];

	(void)state;
	assert_int_equal(avs_update_count(&update), 3);
	assert_true(avs_update_next(&update, &walk, &prefix));
	assert_prefix(&prefix, "10.31.240.0/20");
	assert_true(avs_update_next(&update, &walk, &prefix));
	assert_prefix(&prefix, "0.0.0.0/0");
	assert_true(avs_update_next(&update, &walk, &prefix));
	assert_prefix(&prefix, "10.1.0.0/16");
	assert_false(avs_update_next(&update, &walk, &prefix));
	assert_true(avs_update_path(&update, text, sizeof(text)));
	assert_string_equal(text, "65515 12076 {64512,64513}");
	assert_int_equal(update.communities.size, 4);
	assert_int_equal(update.large.size, 5);
}

/* no length of the message but the right one for the attributes holds together */
static void test_cut(void **state)
{
	const size_t nlri = sizeof(whole) - 5;
	struct avs_update update;
	size_t size;

	(void)state;
	for (size = 0; size < nlri; size++)
		assert_false(avs_update_parse(whole, size, false, true, &update));
	for (; size <= sizeof(whole); size++)
		assert_true(avs_update_parse(whole, size, false, true, &update));
	/* a prefix that is cut ends the list */
	update = parsed(whole, nlri + 3, false);
	assert_int_equal(avs_update_count(&update), 0);
}

/* attributes that run over their end: what is announced is, by a path that is not known */
static void test_attributes(void **state)
{
	uint8_t body[sizeof(whole)];
	struct avs_update update;
	char text[64];

	(void)state;
	memcpy(body, whole, sizeof(whole));
	/* the length of the last one */
	body[sizeof(whole) - 5 - 6] = 200;
	update = parsed(body, sizeof(body), false);
	assert_int_equal(avs_update_count(&update), 3);
	assert_true(avs_update_path(&update, text, sizeof(text)));
	assert_string_equal(text, "");
	assert_null(update.communities.data);
}

static void test_add_path(void **state)
{
	static const uint8_t body[] = {0, 0, 0, 0, 0, 0, 0, 7, 8, 10, 0, 0, 0, 8, 8, 10, 0, 0, 0};
	struct avs_update update = parsed(body, sizeof(body), true);

	(void)state;
	assert_int_equal(avs_update_count(&update), 2);
}

static void test_no_prefix(void **state)
{
	static const uint8_t long_one[] = {0, 0, 0, 0, 33, 1, 2, 3, 4, 5};
	struct avs_update update = parsed(long_one, sizeof(long_one), false);

	(void)state;
	assert_int_equal(avs_update_count(&update), 0);
}

static void test_path(void **state)
{
	static const uint8_t two[] = {2, 3, 0xff, 0xeb, 0x2f, 0x2c, 0, 1, 2, 1, 0, 2};
	static const uint8_t confed[] = {3, 1, 0xff, 0xeb};
	static const uint8_t none[] = {2, 0};
	struct avs_update update = {.as_path = {.data = two, .size = sizeof(two)}};
	char text[32];

	(void)state;
	assert_true(avs_update_path(&update, text, sizeof(text)));
	assert_string_equal(text, "65515 12076 1 2");
	assert_true(avs_update_path(&update, text, sizeof("65515 12076 1 2")));
	assert_false(avs_update_path(&update, text, sizeof("65515 12076 1 2") - 1));
	update.as_path.size--;
	assert_false(avs_update_path(&update, text, sizeof(text)));
	update.as_path = (struct avs_octets){.data = confed, .size = sizeof(confed)};
	assert_false(avs_update_path(&update, text, sizeof(text)));
	update.as_path = (struct avs_octets){.data = none, .size = sizeof(none)};
	assert_false(avs_update_path(&update, text, sizeof(text)));
	update.as_path = (struct avs_octets){0};
	assert_true(avs_update_path(&update, text, sizeof(text)));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_whole),	  test_case(test_cut),	     test_case(test_attributes),
		test_case(test_add_path), test_case(test_no_prefix), test_case(test_path),
	};

	return test_group("avs_update", tests);
}
