// SPDX-License-Identifier: GPL-2.0-or-later
/* Every enumerator has a name of its own, and every reason a sentence. */
#include "avs_test.h"

#include "avs_types.h"

#define MAX 256

typedef const char *(*namer)(int value);

static const char *segment(int v)
{
	return avs_segment_name((enum avs_segment)v);
}

static const char *why(int v)
{
	return avs_why_name((enum avs_why)v);
}

static const char *cls(int v)
{
	return avs_class_name((enum avs_class)v);
}

static const char *guard(int v)
{
	return avs_guard_name((enum avs_guard)v);
}

static const char *reason(int v)
{
	return avs_reason_name((enum avs_reason)v);
}

/* names of known values differ and look like YANG; returns how many there are */
static int check_names(namer name, bool unknown_is_a_name)
{
	const char *seen[MAX];
	int i, j, count = 0;
	const char *c;

	for (i = 0; i < MAX; i++) {
		assert_non_null(name(i));
		if (!strcmp(name(i), "unknown") && (i || !unknown_is_a_name))
			continue;
		for (c = name(i); *c; c++)
			assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *c));
		for (j = 0; j < count; j++)
			assert_string_not_equal(seen[j], name(i));
		seen[count++] = name(i);
	}
	assert_string_equal(name(-1), "unknown");
	return count;
}

TEST(test_names)
{
	assert_int_equal(check_names(segment, true), AVS_SEGMENT_COUNT);
	assert_int_equal(check_names(why, false), AVS_WHY_SIBLING + 1);
	assert_int_equal(check_names(cls, false), AVS_CLASS_EXACT + 1);
	assert_true(check_names(guard, false) >= AVS_GUARD_SHADOW + 1);
	assert_true(check_names(reason, false) >= 33);
	assert_string_equal(avs_reason_name(AVS_REASON_LEAK_DEFAULT), "leak-default");
	assert_string_equal(avs_reason_name(AVS_REASON_UNSPEC), "unspec");
}

TEST(test_segments)
{
	enum avs_segment s;
	int i;

	for (i = 0; i < AVS_SEGMENT_COUNT; i++) {
		assert_true(avs_segment_parse(avs_segment_name((enum avs_segment)i), &s));
		assert_int_equal(s, i);
	}
	s = AVS_SEGMENT_ON_PREMISES;
	assert_false(avs_segment_parse("on-premise", &s));
	assert_false(avs_segment_parse("", &s));
	assert_false(avs_segment_parse(NULL, &s));
	assert_int_equal(s, AVS_SEGMENT_ON_PREMISES);
}

TEST(test_reasons)
{
	int i, permits = 0;

	for (i = 0; i < MAX; i++) {
		const char *text = avs_reason_text((enum avs_reason)i);

		permits += avs_reason_permits((enum avs_reason)i);
		if (!strcmp(avs_reason_name((enum avs_reason)i), "unknown")) {
			assert_string_equal(text, "unknown");
			continue;
		}
		print_note("%s: %s", avs_reason_name((enum avs_reason)i), text);
		assert_true(strlen(text) >= 9 && strlen(text) < 120);
		assert_true(text[strlen(text) - 1] != '.');
		assert_true(i == 0 || i == 1 || strchr(text, ' '));
	}
	assert_int_equal(permits, 4);
	/* zeroed memory announces nothing */
	assert_false(avs_reason_permits((enum avs_reason)0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_names),
		test_case(test_segments),
		test_case(test_reasons),
	};

	return test_group("avs_types", tests);
}
