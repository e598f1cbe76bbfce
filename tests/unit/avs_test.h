/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every unit test begins with: cmocka, and a seed that is told when a
 * test fails.
 *
 * The seed is fixed, so that a run can be repeated; AVS_TEST_SEED in the
 * environment chooses another one.
 */
#ifndef _AVS_TEST_H
#define _AVS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "avs_test_alloc.h"

#define TEST_SEED 20240229

/* the case at hand; printed when its test fails */
static char test_note[1024];

#define print_note(...) snprintf(test_note, sizeof(test_note), __VA_ARGS__)

/* what was allocated when the test began: a test that failed before left its own */
static long test_live;
static size_t test_live_bytes;

/* A failure leaves the body by longjmp, and the note behind. */
#define TEST(name)                                                                                 \
	static void name##_body(void);                                                             \
	static void name(void **state)                                                             \
	{                                                                                          \
		(void)state;                                                                       \
		test_note[0] = '\0';                                                               \
		test_live = avs_test_live();                                                       \
		test_live_bytes = avs_test_live_bytes();                                           \
		name##_body();                                                                     \
		test_note[0] = '\0';                                                               \
	}                                                                                          \
	static void name##_body(void)

static inline int test_tell(void **state)
{
	(void)state;
	if (test_note[0])
		fprintf(stderr, "# case: %s\n", test_note);
	test_note[0] = '\0';
	avs_test_fail_at(-1);
	return 0;
}

#define test_case(name) cmocka_unit_test_teardown(name, test_tell)
#define test_group(name, tests) cmocka_run_group_tests_name(name, tests, NULL, NULL)

static inline uint64_t test_seed(void)
{
	const char *text = getenv("AVS_TEST_SEED");
	uint64_t seed = text ? strtoull(text, NULL, 0) : TEST_SEED;

	print_note("AVS_TEST_SEED=%llu", (unsigned long long)seed);
	return seed;
}

/* Nothing that was allocated is left. */
static inline void test_no_leak(void)
{
	assert_int_equal(avs_test_live(), test_live);
	assert_int_equal(avs_test_live_bytes(), test_live_bytes);
}

#endif /* _AVS_TEST_H */
