// SPDX-License-Identifier: GPL-2.0-or-later
/* The bounded store: against a plain list, at its limit, and without memory. */
#include "avs_test.h"

#include "avs_gen.h"
#include "avs_lru.h"

#define KEYS 300
#define MAX 100

struct entry {
	struct avs_lru_item item;
	unsigned int key;
	unsigned int value;
};

static bool same(const struct avs_lru_item *item, const void *key)
{
	return ((const struct entry *)item)->key == *(const unsigned int *)key;
}

/* few hashes: lists have several entries */
static uint32_t hash_of(unsigned int key)
{
	return (key % 37) * 0x9e3779b1U;
}

static struct entry *find(const struct avs_lru *lru, unsigned int key)
{
	return (struct entry *)avs_lru_find(lru, hash_of(key), &key);
}

static struct entry *add(struct avs_lru *lru, unsigned int key)
{
	struct entry *entry = (struct entry *)avs_lru_add(lru, hash_of(key));

	if (entry)
		entry->key = key;
	return entry;
}

/* the same as an array, the oldest first */
struct plain {
	unsigned int key[MAX], value[MAX], count;
};

static unsigned int plain_find(const struct plain *p, unsigned int key)
{
	unsigned int i;

	for (i = 0; i < p->count && p->key[i] != key; i++)
		;
	return i;
}

static void plain_take(struct plain *p, unsigned int i)
{
	for (p->count--; i < p->count; i++) {
		p->key[i] = p->key[i + 1];
		p->value[i] = p->value[i + 1];
	}
}

static void plain_put(struct plain *p, unsigned int key, unsigned int value)
{
	if (p->count == MAX)
		plain_take(p, 0);
	p->key[p->count] = key;
	p->value[p->count++] = value;
}

static void check_equal(const struct avs_lru *lru, const struct plain *p)
{
	const struct avs_lru_item *item = lru->oldest, *before = NULL;
	unsigned int i;

	assert_int_equal(lru->count, p->count);
	for (i = 0; i < p->count; i++, before = item, item = item->newer) {
		assert_non_null(item);
		assert_ptr_equal(item->older, before);
		assert_int_equal(((const struct entry *)item)->key, p->key[i]);
		assert_int_equal(((const struct entry *)item)->value, p->value[i]);
		assert_ptr_equal(find(lru, p->key[i]), item);
	}
	assert_null(item);
	assert_ptr_equal(lru->newest, before);
}

TEST(test_as_a_list)
{
	struct plain plain = {.count = 0};
	struct avs_lru lru;
	struct gen g;
	unsigned int step;

	gen_seed(&g, test_seed());
	avs_lru_init(&lru, sizeof(struct entry), MAX, same);
	for (step = 0; step < 40000; step++) {
		unsigned int key = gen_below(&g, KEYS), at = plain_find(&plain, key);
		struct entry *entry = find(&lru, key);

		assert_int_equal(entry != NULL, at < plain.count);
		if (!entry) {
			entry = add(&lru, key);
			assert_non_null(entry);
			assert_int_equal(entry->value, 0);
			entry->value = step;
			plain_put(&plain, key, step);
		} else if (gen_once_in(&g, 2)) {
			unsigned int value = entry->value;

			avs_lru_touch(&lru, &entry->item);
			plain_take(&plain, at);
			plain_put(&plain, key, value);
		} else {
			avs_lru_drop(&lru, &entry->item);
			plain_take(&plain, at);
		}
		if (gen_once_in(&g, 5000)) {
			avs_lru_clear(&lru);
			plain.count = 0;
			test_no_leak();
		}
		if (step % 16 == 0)
			check_equal(&lru, &plain);
	}
	avs_lru_clear(&lru);
	test_no_leak();
}

/* The last one out gives everything back. */
TEST(test_empty)
{
	struct avs_lru lru;
	unsigned int i;

	avs_lru_init(&lru, sizeof(struct entry), MAX, same);
	avs_lru_clear(&lru);
	for (i = 0; i < MAX; i++)
		add(&lru, i);
	for (i = 0; i < MAX; i++)
		avs_lru_drop(&lru, &find(&lru, i)->item);
	test_no_leak();
	assert_null(find(&lru, 1));
	assert_non_null(add(&lru, 1));
	avs_lru_clear(&lru);
	test_no_leak();
}

/*
 * Full, it is as quick as before: the first allocation after the limit was reached would fail,
 * and none is tried, though half a million entries go through it.
 */
TEST(test_full)
{
	const unsigned int max = 65536;
	struct avs_lru lru;
	unsigned int i;
	size_t bytes;

	avs_lru_init(&lru, sizeof(struct entry), max, same);
	for (i = 0; i < max; i++) {
		struct entry *entry = (struct entry *)avs_lru_add(&lru, i * 0x9e3779b1U);

		assert_non_null(entry);
		entry->key = i;
	}
	bytes = avs_test_live_bytes();
	avs_test_fail_at(0);
	for (; i < 9 * max; i++) {
		unsigned int gone = i - max;
		struct entry *entry;

		assert_non_null(avs_lru_find(&lru, gone * 0x9e3779b1U, &gone));
		entry = (struct entry *)avs_lru_add(&lru, i * 0x9e3779b1U);
		assert_non_null(entry);
		entry->key = i;
		assert_int_equal(lru.count, max);
		assert_null(avs_lru_find(&lru, gone * 0x9e3779b1U, &gone));
		/* one goes and one comes, as marks of a flapping table do */
		if (i % 3 == 0) {
			avs_lru_drop(&lru, lru.newest);
			assert_int_equal(lru.count, max - 1);
			entry = (struct entry *)avs_lru_add(&lru, i * 0x9e3779b1U);
			assert_non_null(entry);
			entry->key = i;
		}
	}
	assert_false(avs_test_failed());
	avs_test_fail_at(-1);
	assert_int_equal(avs_test_live_bytes(), bytes);
	avs_lru_clear(&lru);
	test_no_leak();
}

TEST(test_no_memory)
{
	struct avs_lru lru;
	long fail;

	for (fail = 0;; fail++) {
		unsigned int added = 0, i;
		bool failed;

		avs_lru_init(&lru, sizeof(struct entry), MAX, same);
		avs_test_fail_at(fail);
		for (i = 0; i < 2 * MAX; i++)
			added += add(&lru, i) != NULL;
		failed = avs_test_failed();
		avs_test_fail_at(-1);
		assert_true(added >= 2 * MAX - 1);
		assert_int_equal(lru.count, MAX);
		for (i = MAX; i < 2 * MAX; i++)
			assert_non_null(find(&lru, i));
		avs_lru_clear(&lru);
		test_no_leak();
		if (!failed)
			break;
	}
	assert_true(fail > MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_as_a_list),
		test_case(test_empty),
		test_case(test_full),
		test_case(test_no_memory),
	};

	return test_group("avs_lru", tests);
}
