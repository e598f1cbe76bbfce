// SPDX-License-Identifier: GPL-2.0-or-later
/* The arena: zeroed, aligned, disjoint, counted, and gone as a whole. */
#include "avs_test.h"

#include "avs_arena.h"
#include "avs_gen.h"

#define OBJECTS 2000

TEST(test_objects)
{
	struct avs_arena *arena = avs_arena_new();
	static unsigned char *object[OBJECTS];
	static size_t size[OBJECTS];
	struct gen g;
	size_t i, j;

	gen_seed(&g, test_seed());
	for (i = 0; i < OBJECTS; i++) {
		size[i] = gen_once_in(&g, 50) ? gen_below(&g, 200000) : gen_below(&g, 200);
		object[i] = avs_arena_alloc(arena, size[i]);
		assert_non_null(object[i]);
		assert_int_equal((uintptr_t)object[i] % _Alignof(max_align_t), 0);
		for (j = 0; j < size[i]; j++)
			assert_int_equal(object[i][j], 0);
		memset(object[i], (int)(i & 0xff), size[i]);
	}
	/* nobody wrote into anybody else */
	for (i = 0; i < OBJECTS; i++)
		for (j = 0; j < size[i]; j++)
			assert_int_equal(object[i][j], i & 0xff);
	assert_int_equal(avs_arena_bytes(arena), avs_test_live_bytes() - test_live_bytes);
	avs_arena_free(arena);
	avs_arena_free(NULL);
	test_no_leak();
}

TEST(test_edges)
{
	struct avs_arena *arena = avs_arena_new();
	void *a = avs_arena_alloc(arena, 0), *b = avs_arena_alloc(arena, 0);
	char *copy;

	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	assert_non_null(avs_arena_array(arena, 0, 8));
	assert_non_null(avs_arena_array(arena, 8, 0));
	assert_null(avs_arena_alloc(arena, SIZE_MAX));
	assert_null(avs_arena_alloc(arena, SIZE_MAX - 40));
	assert_null(avs_arena_array(arena, SIZE_MAX / 4, 8));
	assert_null(avs_arena_array(arena, 1UL << 33, 1UL << 33));
	assert_null(avs_arena_strdup(arena, NULL));
	copy = avs_arena_strdup(arena, "hub");
	assert_string_equal(copy, "hub");
	assert_string_equal(avs_arena_strdup(arena, ""), "");
	/* it still works */
	assert_non_null(avs_arena_alloc(arena, 100000));
	assert_string_equal(copy, "hub");
	avs_arena_free(arena);
	test_no_leak();
}

/* Small objects go on filling the block that a large one did not fit into. */
TEST(test_waste)
{
	struct avs_arena *arena = avs_arena_new();
	unsigned int i;

	for (i = 0; i < 100; i++) {
		assert_non_null(avs_arena_alloc(arena, 16));
		assert_non_null(avs_arena_alloc(arena, 100000));
	}
	assert_true(avs_arena_bytes(arena) < 100 * 100016 + 100 * 128 + 65536);
	avs_arena_free(arena);
	test_no_leak();
}

TEST(test_nomem)
{
	struct avs_arena *arena;
	size_t bytes;

	avs_test_fail_at(0);
	assert_null(avs_arena_new());
	arena = avs_arena_new();
	avs_test_fail_at(0);
	assert_null(avs_arena_alloc(arena, 1));
	bytes = avs_arena_bytes(arena);
	avs_test_fail_at(0);
	assert_null(avs_arena_strdup(arena, "hub"));
	avs_test_fail_at(0);
	assert_null(avs_arena_array(arena, 3, 5));
	assert_int_equal(avs_arena_bytes(arena), bytes);
	assert_non_null(avs_arena_alloc(arena, 1));
	avs_arena_free(arena);
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_objects),
		test_case(test_edges),
		test_case(test_waste),
		test_case(test_nomem),
	};

	return test_group("avs_arena", tests);
}
