// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic supernets: known answers, every subset of twelve contributors
 * against the oracle, properties of large sets, why there is no set, and
 * failing allocations.
 */
#include "avs_test.h"

#include "avs_gen.h"
#include "avs_oracle_supernet.h"

#define MAX 64

struct question {
	struct avs_supernet_input in;
	struct avs_prefix contributors[MAX], taken[MAX], within[MAX], protect[MAX];
};

static void ask_begin(struct question *q, uint32_t max)
{
	memset(q, 0, sizeof(*q));
	q->in.contributors = q->contributors;
	q->in.taken = q->taken;
	q->in.within = q->within;
	q->in.protect = q->protect;
	q->in.max_prefixes = max;
	q->in.shortest = 8;
}

static struct avs_prefix parse(const char *text)
{
	struct avs_prefix p;

	assert_true(avs_prefix_parse(text, &p));
	return p;
}

/* prefixes separated by blanks */
static size_t list(struct avs_prefix *out, const char *text)
{
	char buf[512], *save = NULL, *word;
	size_t n = 0;

	snprintf(buf, sizeof(buf), "%s", text);
	for (word = strtok_r(buf, " ", &save); word; word = strtok_r(NULL, " ", &save))
		out[n++] = parse(word);
	return n;
}

static void say(const struct avs_supernet_set *set, char *buf, size_t size)
{
	char text[AVS_PREFIX_STRLEN];
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < set->count; i++)
		snprintf(buf + strlen(buf), size - strlen(buf), "%s%s", i ? " " : "",
			 avs_prefix_str(&set->prefixes[i], text, sizeof(text)));
	if (!set->fault)
		return;
	snprintf(buf + strlen(buf), size - strlen(buf), "%s %s",
		 avs_supernet_fault_name(set->fault),
		 avs_prefix_str(&set->about, text, sizeof(text)));
	if (set->blocker.family)
		snprintf(buf + strlen(buf), size - strlen(buf), " %s",
			 avs_prefix_str(&set->blocker, text, sizeof(text)));
}

static void expect(const struct question *q, const char *answer, uint64_t attracted)
{
	struct avs_arena *arena = avs_arena_new();
	struct avs_supernet_set set;
	char text[512];

	assert_int_equal(avs_supernet_solve(&q->in, arena, &set), AVS_OK);
	say(&set, text, sizeof(text));
	assert_string_equal(text, answer);
	assert_int_equal(set.attracted, attracted);
	avs_arena_free(arena);
}

static void known(uint32_t max, const char *contributors, const char *answer, uint64_t attracted)
{
	struct question q;

	print_note("K %u: %s", max, contributors);
	ask_begin(&q, max);
	q.in.contributor_count = list(q.contributors, contributors);
	expect(&q, answer, attracted);
}

TEST(known_answers)
{
	known(16, "", "", 0);
	known(16, "10.1.0.0/24", "10.1.0.0/23", 256);
	known(16, "10.1.0.0/24 10.1.1.0/24", "10.1.0.0/23", 0);
	/* two sets cost nothing: the one with fewer members */
	known(16, "10.1.0.0/24 10.1.1.0/24 10.1.2.0/24 10.1.3.0/24", "10.1.0.0/22", 0);
	known(1, "10.1.0.0/24 10.1.2.0/24", "10.1.0.0/22", 512);
	/* not convex: a second member gains nothing here, a third one does */
	known(1, "10.0.0.0/24 10.0.2.0/24 10.0.4.0/24 10.0.6.0/24", "10.0.0.0/21", 1024);
	/* both halves of /9 are there: only their parent is a strict supernet of both */
	known(1, "10.0.0.0/9 10.128.0.0/9", "consent 10.0.0.0/9 10.0.0.0/8", 0);
	/* nested contributors are covered with the outer one */
	known(16, "10.1.0.0/24 10.1.0.128/25 10.1.0.0/24", "10.1.0.0/23", 256);
	known(16, "10.1.0.0/24 172.16.0.0/13 192.168.1.0/32", "consent 172.16.0.0/13 172.16.0.0/12",
	      0);
	/* another family is nobody's business */
	known(16, "2001:db8::/32 10.1.0.0/24", "10.1.0.0/23", 256);
}

TEST(ties)
{
	/* one pair has to be joined, at the same price: the first in prefix order is */
	known(4, "10.0.0.0/24 10.0.4.0/24 10.0.16.0/24 10.0.20.0/24",
	      "10.0.0.0/23 10.0.4.0/23 10.0.16.0/23 10.0.20.0/23", 1024);
	known(3, "10.0.0.0/24 10.0.4.0/24 10.0.16.0/24 10.0.20.0/24",
	      "10.0.0.0/21 10.0.16.0/23 10.0.20.0/23", 2048);
	known(2, "10.0.0.0/24 10.0.4.0/24 10.0.16.0/24 10.0.20.0/24", "10.0.0.0/21 10.0.16.0/21",
	      3072);
	/* by the whole set, however many members are on the left */
	known(5,
	      "10.0.0.0/24 10.0.4.0/24 10.0.16.0/24 10.0.20.0/24 10.1.0.0/24 10.1.4.0/24 "
	      "10.1.16.0/24 10.1.20.0/24",
	      "10.0.0.0/21 10.0.16.0/21 10.1.0.0/21 10.1.16.0/23 10.1.20.0/23", 5120);
}

TEST(faults)
{
	struct question q;

	known(16, "20.1.0.0/24 10.1.0.0/24", "outside 20.1.0.0/24", 0);
	known(16, "10.0.0.0/8", "too-short 10.0.0.0/8", 0);
	known(16, "0.0.0.0/0", "outside 0.0.0.0/0", 0);
	known(1, "10.1.0.0/24 192.168.1.0/24", "max-prefixes 192.168.1.0/24", 0);
	known(2, "10.1.0.0/24 100.64.0.0/24 10.2.0.0/24 192.168.1.0/24",
	      "max-prefixes 192.168.1.0/24", 0);

	print_note("protected");
	ask_begin(&q, 16);
	q.in.contributor_count = list(q.contributors, "10.1.0.0/24 10.1.2.0/24");
	q.in.protect_count = list(q.protect, "10.1.1.0/25");
	expect(&q, "protected 10.1.0.0/24 10.1.1.0/25", 0);
	q.in.protect_count = list(q.protect, "10.1.3.128/25 10.9.0.0/16");
	expect(&q, "protected 10.1.2.0/24 10.1.3.128/25", 0);

	print_note("taken");
	q.in.protect_count = 0;
	q.in.taken_count = list(q.taken, "10.1.0.0/23");
	expect(&q, "10.1.0.0/22", 512);
	q.in.within_count = list(q.within, "10.1.0.0/23 10.1.2.0/23");
	expect(&q, "taken 10.1.0.0/24 10.1.0.0/23", 0);

	print_note("attracts too much");
	q.in.taken_count = q.in.within_count = 0;
	q.in.max_attract = 511;
	expect(&q, "max-attract 10.1.0.0/22", 512);
	q.in.max_attract = 512;
	expect(&q, "10.1.0.0/22", 512);

	print_note("consent");
	ask_begin(&q, 16);
	q.in.contributor_count = list(q.contributors, "10.0.0.0/9 10.128.0.0/9");
	q.in.consent = true;
	expect(&q, "10.0.0.0/8", 0);
	q.in.shortest = 9;
	expect(&q, "too-short 10.0.0.0/9", 0);
}

TEST(refuses_what_is_not_canonical)
{
	struct avs_supernet_set set = {.count = 77};
	struct avs_arena *arena = avs_arena_new();
	struct question q;

	ask_begin(&q, 0);
	assert_int_equal(avs_supernet_solve(&q.in, arena, &set), AVS_ERR_INPUT);
	ask_begin(&q, 1001);
	assert_int_equal(avs_supernet_solve(&q.in, arena, &set), AVS_ERR_INPUT);
	ask_begin(&q, 1);
	q.in.shortest = 0;
	assert_int_equal(avs_supernet_solve(&q.in, arena, &set), AVS_ERR_INPUT);
	q.in.shortest = 32;
	assert_int_equal(avs_supernet_solve(&q.in, arena, &set), AVS_ERR_INPUT);
	ask_begin(&q, 1);
	q.in.contributor_count = list(q.contributors, "10.1.0.0/24");
	q.contributors[0].addr[3] = 1;
	assert_int_equal(avs_supernet_solve(&q.in, arena, &set), AVS_ERR_INPUT);
	assert_int_equal(set.count, 77);
	avs_arena_free(arena);
}

static void compare(const struct question *q)
{
	struct avs_arena *arena = avs_arena_new();
	struct avs_supernet_set set;
	const char *difference;

	assert_int_equal(avs_supernet_solve(&q->in, arena, &set), AVS_OK);
	difference = naive_supernet_compare(&q->in, &set);
	if (difference)
		fprintf(stderr, "# %s\n", difference);
	assert_null(difference);
	avs_arena_free(arena);
}

/* near to each other, so that they can be joined; lengths differ */
static struct avs_prefix near(struct gen *g)
{
	uint32_t base = gen_once_in(g, 6) ? 0xc0a80000 : 0x0a010000;

	return avs_prefix_v4(base | gen_below(g, 64) << 7 | (gen_below(g, 2) << 13),
			     (uint8_t)(22 + gen_below(g, 5)));
}

TEST(every_subset_of_twelve)
{
	struct avs_prefix all[12];
	struct question q;
	unsigned int mask, i;
	struct gen g;

	gen_seed(&g, test_seed());
	for (i = 0; i < 12; i++)
		all[i] = near(&g);
	for (mask = 0; mask < 4096; mask++) {
		ask_begin(&q, 1 + mask % 5);
		for (i = 0; i < 12; i++)
			if (mask >> i & 1)
				q.contributors[q.in.contributor_count++] = all[i];
		print_note("subset %u", mask);
		compare(&q);
	}
}

TEST(any_question)
{
	struct question q;
	unsigned int round, i;
	struct gen g;

	gen_seed(&g, test_seed());
	for (round = 0; round < 4000; round++) {
		print_note("round %u", round);
		ask_begin(&q, 1 + gen_below(&g, 6));
		q.in.shortest = gen_once_in(&g, 3) ? 1 + gen_below(&g, 31) : 8;
		q.in.consent = gen_once_in(&g, 3);
		q.in.max_attract = gen_once_in(&g, 4) ? gen_below(&g, 70000) : 0;
		q.in.contributor_count = gen_below(&g, 9);
		for (i = 0; i < q.in.contributor_count; i++)
			q.contributors[i] = gen_once_in(&g, 4) ? gen_prefix(&g) : near(&g);
		q.in.taken_count = gen_below(&g, 4);
		for (i = 0; i < q.in.taken_count; i++)
			q.taken[i] = near(&g);
		q.in.protect_count = gen_once_in(&g, 3) ? 1 : 0;
		q.protect[0] = near(&g);
		if (gen_once_in(&g, 4)) {
			q.in.within_count = 2;
			q.within[0] = gen_prefix(&g);
			q.within[1] = parse("10.1.0.0/18");
		}
		compare(&q);
	}
}

/* A large set: every property that can be seen without a second solver. */
static void check_large(const struct avs_supernet_input *in, const struct avs_supernet_set *set)
{
	size_t i, c = 0, covered = 0;

	assert_true(set->count <= in->max_prefixes);
	for (i = 0; i < set->count; i++) {
		assert_true(set->prefixes[i].len >= in->shortest);
		assert_true(!i || avs_prefix_cmp(&set->prefixes[i - 1], &set->prefixes[i]) < 0);
		for (; c < in->contributor_count &&
		       avs_prefix_contains(&set->prefixes[i], &in->contributors[c]);
		     c++) {
			assert_true(in->contributors[c].len > set->prefixes[i].len);
			covered++;
		}
	}
	assert_int_equal(covered, in->contributor_count);
}

TEST(large_sets_do_not_depend_on_order)
{
	static struct avs_prefix many[2000], again[2000];
	struct avs_arena *arena = avs_arena_new();
	struct avs_supernet_set a, b, less;
	struct question q;
	unsigned int i, round;
	struct gen g;

	gen_seed(&g, test_seed());
	for (round = 0; round < 10; round++) {
		ask_begin(&q, 1 + gen_below(&g, 300));
		for (i = 0; i < 2000; i++)
			many[i] = avs_prefix_v4(0x0a000000 | gen_below(&g, 1U << 20) << 4, 28);
		memcpy(again, many, sizeof(many));
		qsort(many, 2000, sizeof(many[0]),
		      (int (*)(const void *, const void *))avs_prefix_cmp);
		gen_shuffle(&g, again, 2000, sizeof(again[0]));
		q.in.consent = true;
		q.in.contributor_count = 2000;
		q.in.contributors = many;
		assert_int_equal(avs_supernet_solve(&q.in, arena, &a), AVS_OK);
		check_large(&q.in, &a);
		q.in.contributors = again;
		assert_int_equal(avs_supernet_solve(&q.in, arena, &b), AVS_OK);
		assert_int_equal(a.count, b.count);
		assert_int_equal(a.attracted, b.attracted);
		assert_memory_equal(a.prefixes, b.prefixes, a.count * sizeof(*a.prefixes));
		/* more members never attract more */
		q.in.max_prefixes++;
		assert_int_equal(avs_supernet_solve(&q.in, arena, &less), AVS_OK);
		assert_true(less.attracted <= a.attracted);
	}
	avs_arena_free(arena);
}

TEST(allocator_fails)
{
	struct avs_supernet_set set = {.count = 77};
	struct avs_arena *arena;
	struct question q;
	unsigned int i;
	enum avs_err err;
	struct gen g;
	long n;

	gen_seed(&g, test_seed());
	ask_begin(&q, 30);
	for (i = 0; i < MAX; i++)
		q.contributors[i] = avs_prefix_v4(0x0a000000 | gen_below(&g, 1U << 20) << 4, 28);
	q.in.contributor_count = MAX;
	for (n = 0;; n++) {
		arena = avs_arena_new();
		avs_test_fail_at(n);
		err = avs_supernet_solve(&q.in, arena, &set);
		avs_arena_free(arena);
		if (!avs_test_failed())
			break;
		assert_int_equal(err, AVS_ERR_NOMEM);
		assert_int_equal(set.count, 77);
		test_no_leak();
	}
	avs_test_fail_at(-1);
	assert_int_equal(err, AVS_OK);
	assert_true(n > 3);
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(known_answers),
		test_case(ties),
		test_case(faults),
		test_case(refuses_what_is_not_canonical),
		test_case(every_subset_of_twelve),
		test_case(any_question),
		test_case(large_sets_do_not_depend_on_order),
		test_case(allocator_fails),
	};

	return test_group("supernet", tests);
}
