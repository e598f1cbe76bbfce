// SPDX-License-Identifier: GPL-2.0-or-later
/* The table against a list that is searched from end to end. */
#include <time.h>

#include "avs_test.h"

#include "avs_gen.h"
#include "avs_oracle.h"

static struct avs_prefix pfx(const char *text)
{
	struct avs_prefix p;

	assert_true(avs_prefix_parse(text, &p));
	return p;
}

static void learn(struct avs_table *table, const char *text, enum avs_segment seg)
{
	struct avs_prefix p = pfx(text);
	struct avs_fact fact = {.usable = true};

	fact.from[seg] = 1;
	assert_int_equal(avs_table_set(table, &p, &fact), AVS_OK);
}

static bool relation_same(const struct avs_relation *a, const struct avs_relation *b)
{
	return a->equal == b->equal && a->inside_contributor == b->inside_contributor &&
	       a->inside_cover == b->inside_cover && a->contributors == b->contributors &&
	       (!a->inside_contributor || naive_same(&a->contributor, &b->contributor)) &&
	       (!a->inside_cover || naive_same(&a->cover, &b->cover));
}

static void check_relation(const struct avs_table *table, const struct naive_table *naive,
			   const struct avs_prefix *p)
{
	struct avs_relation a, b;

	avs_table_relation(table, p, &a);
	naive_relation(naive, p, &b);
	assert_true(relation_same(&a, &b));
}

struct walk {
	const struct naive_table *naive;
	struct avs_prefix last;
	size_t count, stop;
};

static bool check_visit(const struct avs_prefix *p, const struct avs_fact *fact, void *arg)
{
	const struct naive_route *r;
	struct walk *w = arg;

	assert_true(avs_prefix_ok(p));
	if (w->count++)
		assert_true(naive_before(&w->last, p));
	w->last = *p;
	r = naive_find(w->naive, p);
	assert_non_null(r);
	assert_memory_equal(r->fact.from, fact->from, sizeof(fact->from));
	assert_int_equal(r->fact.usable, fact->usable);
	assert_int_equal(r->fact.local, fact->local);
	assert_int_equal(r->fact.away, fact->away);
	assert_int_equal(r->fact.represent, fact->represent);
	return w->count != w->stop;
}

/* a walk that stops, and goes on behind a prefix that may have gone meanwhile */
static void check_slices(const struct avs_table *table, const struct naive_table *naive)
{
	size_t slice = 1 + naive->count / 7;
	struct walk w = {.naive = naive, .stop = slice};
	struct avs_prefix after;

	avs_table_walk_after(table, NULL, check_visit, &w);
	while (w.count < naive->count) {
		after = w.last;
		/* the next that there can be, where it is not in the table */
		after.len += after.len < after.family;
		if (naive_find(naive, &after))
			after = w.last;
		w.stop += slice;
		avs_table_walk_after(table, &after, check_visit, &w);
	}
	assert_int_equal(w.count, naive->count);
}

/* the table holds what the list holds, in order */
static void check_all(const struct avs_table *table, const struct naive_table *naive)
{
	struct walk w = {.naive = naive};
	unsigned int rs, seg;

	assert_int_equal(avs_table_size(table), naive->count);
	avs_table_walk(table, check_visit, &w);
	assert_int_equal(w.count, naive->count);
	for (rs = 0; rs < 32; rs++)
		for (seg = 0; seg < AVS_SEGMENT_COUNT; seg++)
			assert_int_equal(avs_table_count(table, rs, (enum avs_segment)seg),
					 naive_count(naive, rs, seg));
	if (naive->count < 2)
		return;
	w = (struct walk){.naive = naive, .stop = naive->count / 2};
	avs_table_walk(table, check_visit, &w);
	assert_int_equal(w.count, naive->count / 2);
	check_slices(table, naive);
}

TEST(test_empty)
{
	struct avs_table *table = avs_table_new();
	struct naive_table naive = {0};
	struct avs_prefix p = pfx("10.0.0.0/8"), bad = p, none = {0};
	struct avs_fact fact = {.usable = true};
	struct avs_relation rel;

	check_all(table, &naive);
	check_relation(table, &naive, &p);
	assert_null(avs_table_find(table, &p));
	assert_int_equal(avs_table_set(table, &p, NULL), AVS_OK);
	bad.addr[1] = 1;
	assert_int_equal(avs_table_set(table, &bad, &fact), AVS_ERR_INPUT);
	assert_int_equal(avs_table_set(table, &none, &fact), AVS_ERR_INPUT);
	assert_null(avs_table_find(table, &bad));
	avs_table_relation(table, &bad, &rel);
	assert_false(rel.equal || rel.inside_cover || rel.inside_contributor || rel.contributors);
	assert_int_equal(avs_table_count(table, 32, AVS_SEGMENT_UNKNOWN), 0);
	assert_int_equal(avs_table_count(table, 0, (enum avs_segment)4), 0);
	assert_int_equal(avs_table_size(table), 0);
	avs_table_free(table);
	avs_table_free(NULL);
	test_no_leak();
}

/* Covers and contributors, from the definition of the words. */
TEST(test_covers)
{
	static const struct {
		const char *actual; /* on-premises */
		const char *other;  /* private-cloud (on-premises beside an appliance), or NULL */
		const char *asked;  /* inside both */
		bool cover;
		bool appliance; /* who announces it is one */
	} vectors[] = {
		{"0.0.0.0/0", NULL, "10.1.0.0/16", true},
		{"8.0.0.0/7", NULL, "9.1.0.0/16", true},
		{"11.0.0.0/8", NULL, "11.1.0.0/16", false},
		{"10.0.0.0/8", NULL, "10.1.0.0/16", true},
		{"172.16.0.0/12", NULL, "172.16.4.0/24", true},
		{"192.168.0.0/16", NULL, "192.168.4.0/24", true},
		{"10.0.0.0/9", NULL, "10.1.0.0/16", false},
		{"192.168.0.0/17", NULL, "192.168.4.0/24", false},
		/* AVS's /22 was carved out of an on-premises aggregate */
		{"10.0.0.0/9", "10.1.0.0/22", "10.2.0.0/16", true},
		{"10.0.0.0/9", "10.128.0.0/22", "10.2.0.0/16", false},
		/* of both segments at once: a contributor, nothing is strictly inside */
		{"10.64.0.0/10", "10.64.0.0/10", "10.65.0.0/16", false},
		/* all of IPv6's internet */
		{"2000::/3", NULL, "2001:db8::/32", true},
		{"2000::/8", NULL, "2001:db8::/32", false},
		{"::/0", NULL, "2001:db8::/32", true},
		/* of an appliance, around what others have: its own wide announcement */
		{"10.0.0.0/9", "10.1.0.0/22", "10.2.0.0/16", true, true},
		{"10.0.0.0/9", "10.128.0.0/22", "10.2.0.0/16", false, true},
		{"10.0.0.0/9", NULL, "10.2.0.0/16", false, true},
	};
	struct avs_table *table;
	struct avs_relation rel;
	struct avs_prefix asked;
	size_t i;

	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct avs_fact fact = {.usable = true, .appliance = vectors[i].appliance};
		struct avs_prefix p = pfx(vectors[i].actual);

		print_note("%s", vectors[i].actual);
		table = avs_table_new();
		fact.from[AVS_SEGMENT_ON_PREMISES] = 2;
		if (vectors[i].other && !strcmp(vectors[i].other, vectors[i].actual))
			fact.from[AVS_SEGMENT_PRIVATE_CLOUD] = 1;
		else if (vectors[i].other)
			learn(table, vectors[i].other,
			      vectors[i].appliance ? AVS_SEGMENT_ON_PREMISES
						   : AVS_SEGMENT_PRIVATE_CLOUD);
		assert_int_equal(avs_table_set(table, &p, &fact), AVS_OK);
		asked = pfx(vectors[i].asked);
		avs_table_relation(table, &asked, &rel);
		assert_int_equal(rel.inside_cover, vectors[i].cover);
		assert_int_equal(rel.inside_contributor, !vectors[i].cover);
		avs_table_free(table);
	}
	test_no_leak();
}

/* A virtual network and a local network line are no actual prefixes. */
TEST(test_not_actual)
{
	struct avs_table *table = avs_table_new();
	struct avs_prefix p = pfx("10.1.0.0/16"), outer = pfx("10.0.0.0/9");
	struct avs_fact local = {.usable = true};
	struct avs_relation rel;

	learn(table, "10.1.0.0/16", AVS_SEGMENT_VIRTUAL_NETWORK);
	avs_table_relation(table, &p, &rel);
	assert_true(rel.equal);
	avs_table_relation(table, &outer, &rel);
	assert_false(rel.contributors);
	assert_int_equal(avs_table_set(table, &p, &local), AVS_OK);
	avs_table_relation(table, &p, &rel);
	assert_false(rel.equal); /* ours, not learned */
	assert_true(avs_table_find(table, &p)->usable);
	avs_table_free(table);
	test_no_leak();
}

static void random_changes(uint64_t seed, bool v4_only, unsigned int changes)
{
	struct avs_table *table = avs_table_new();
	struct naive_table naive = {0};
	struct avs_prefix p, q;
	struct avs_fact fact;
	struct gen g;
	unsigned int i;
	bool remove;

	gen_seed(&g, seed);
	g.v4_only = v4_only;
	for (i = 0; i < changes; i++) {
		p = gen_prefix(&g);
		fact = gen_fact(&g, 4);
		remove = gen_once_in(&g, 3);
		assert_int_equal(avs_table_set(table, &p, remove ? NULL : &fact), AVS_OK);
		naive_set(&naive, &p, remove ? NULL : &fact);
		assert_int_equal(!!avs_table_find(table, &p), !!naive_find(&naive, &p));
		check_relation(table, &naive, &p);
		q = gen_prefix(&g);
		check_relation(table, &naive, &q);
		if (i % 64 == 0)
			check_all(table, &naive);
	}
	check_all(table, &naive);
	while (naive.count) {
		p = naive.route[gen_below(&g, (uint32_t)naive.count)].prefix;
		assert_int_equal(avs_table_set(table, &p, NULL), AVS_OK);
		naive_set(&naive, &p, NULL);
		if (naive.count % 16 == 0)
			check_all(table, &naive);
	}
	naive_table_free(&naive);
	avs_table_free(table);
}

TEST(test_random)
{
	uint64_t seed = test_seed();
	unsigned int i;

	for (i = 0; i < 20; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		random_changes(seed + i, i & 1, 400);
	}
	test_no_leak();
}

/* All lengths of one address: the deepest way there is. */
TEST(test_deep)
{
	struct avs_table *table = avs_table_new();
	struct naive_table naive = {0};
	struct avs_prefix p, deepest = pfx("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	struct avs_fact fact = {.usable = true, .from = {0, 0, 1, 0}};
	unsigned int len;

	for (len = 0; len <= 128; len++) {
		p = deepest;
		p.len = (uint8_t)len;
		gen_clear_host(&p);
		fact.from[AVS_SEGMENT_PRIVATE_CLOUD] = len & 1;
		assert_int_equal(avs_table_set(table, &p, &fact), AVS_OK);
		naive_set(&naive, &p, &fact);
	}
	check_all(table, &naive);
	for (len = 0; len <= 128; len++) {
		p = deepest;
		p.len = (uint8_t)len;
		gen_clear_host(&p);
		check_relation(table, &naive, &p);
	}
	naive_table_free(&naive);
	avs_table_free(table);
	test_no_leak();
}

/* What is in it does not depend on how it came there. */
TEST(test_order)
{
	struct naive_table naive = {0};
	struct avs_table *table;
	struct avs_prefix p;
	struct avs_fact fact;
	unsigned int i, round;
	struct gen g;

	gen_seed(&g, test_seed());
	for (i = 0; i < 200; i++) {
		p = gen_prefix(&g);
		fact = gen_fact(&g, 3);
		naive_set(&naive, &p, &fact);
	}
	for (round = 0; round < 10; round++) {
		table = avs_table_new();
		gen_shuffle(&g, naive.route, naive.count, sizeof(*naive.route));
		for (i = 0; i < naive.count; i++) {
			/* through another fact, and some through a removal */
			fact = gen_fact(&g, 3);
			assert_int_equal(avs_table_set(table, &naive.route[i].prefix, &fact),
					 AVS_OK);
			if (i & 1)
				assert_int_equal(avs_table_set(table, &naive.route[i].prefix, NULL),
						 AVS_OK);
			assert_int_equal(
				avs_table_set(table, &naive.route[i].prefix, &naive.route[i].fact),
				AVS_OK);
		}
		check_all(table, &naive);
		for (i = 0; i < naive.count; i++)
			check_relation(table, &naive, &naive.route[i].prefix);
		avs_table_free(table);
	}
	naive_table_free(&naive);
	test_no_leak();
}

/* A fact that the table itself handed out may be handed in. */
TEST(test_own_fact)
{
	struct avs_table *table = avs_table_new();
	struct avs_prefix p = pfx("10.0.0.0/8"), q;
	struct avs_fact fact = {.usable = true};
	uint32_t i;

	for (i = 1; i < 200; i++) {
		fact.from[0] = i;
		q = avs_prefix_v4(i << 16, 16);
		assert_int_equal(avs_table_set(table, &q, &fact), AVS_OK);
		assert_int_equal(avs_table_set(table, &p, avs_table_find(table, &q)), AVS_OK);
		assert_int_equal(avs_table_find(table, &p)->from[0], i);
	}
	avs_table_free(table);
	test_no_leak();
}

/* What was removed makes room: memory is bounded by the most there ever was. */
TEST(test_churn)
{
	struct avs_table *table = avs_table_new();
	struct avs_prefix held[100], p;
	struct avs_fact fact = {0};
	unsigned int i, slot;
	struct gen g;
	size_t peak = 0;

	gen_seed(&g, test_seed());
	for (i = 0; i < 20000; i++) {
		slot = i % 100;
		if (i >= 100)
			assert_int_equal(avs_table_set(table, &held[slot], NULL), AVS_OK);
		do {
			p = gen_anywhere(&g);
		} while (avs_table_find(table, &p));
		/* a fact of its own, so that these come and go as well */
		fact.from[i % 4] = i + 1;
		fact.usable = true;
		assert_int_equal(avs_table_set(table, &p, &fact), AVS_OK);
		held[slot] = p;
		if (i == 1000)
			peak = avs_table_bytes(table);
	}
	assert_true(avs_table_size(table) == 100);
	assert_true(avs_table_bytes(table) <= peak + 8192);
	for (i = 0; i < 100; i++)
		assert_int_equal(avs_table_set(table, &held[i], NULL), AVS_OK);
	assert_int_equal(avs_table_size(table), 0);
	avs_table_free(table);
	test_no_leak();
}

/* Every allocation of a change fails once; the table is what it was. */
TEST(test_nomem)
{
	struct naive_table naive = {0};
	struct avs_table *table;
	struct avs_prefix p;
	struct avs_fact fact;
	unsigned int i, n, failures = 0;
	struct gen g;

	for (n = 0;; n++) {
		avs_test_fail_at(n);
		table = avs_table_new();
		if (!avs_test_failed())
			break;
		assert_null(table);
		test_no_leak();
	}
	gen_seed(&g, test_seed());
	for (i = 0; i < 600; i++) {
		p = gen_prefix(&g);
		fact = gen_fact(&g, 30);
		for (n = 0;; n++) {
			enum avs_err err;

			avs_test_fail_at(n);
			err = avs_table_set(table, &p, &fact);
			if (!avs_test_failed()) {
				assert_int_equal(err, AVS_OK);
				break;
			}
			assert_int_equal(err, AVS_ERR_NOMEM);
			failures++;
			avs_test_fail_at(-1);
			check_all(table, &naive);
			check_relation(table, &naive, &p);
		}
		avs_test_fail_at(-1);
		naive_set(&naive, &p, &fact);
	}
	/* blocks of both families, both tables of facts */
	assert_true(failures >= 12);
	check_all(table, &naive);
	naive_table_free(&naive);
	avs_table_free(table);
	test_no_leak();
}

static bool walk_nothing(const struct avs_prefix *p, const struct avs_fact *fact, void *arg)
{
	(void)p;
	(void)fact;
	(void)arg;
	return true;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/*
 * Bytes per prefix of a table as Azure fills it: VNets and AVS segments are
 * /24 out of few blocks, on-premises brings /16 to /24, some inside others;
 * two route servers deliver.
 */
TEST(test_size)
{
	struct avs_table *table = avs_table_new();
	struct avs_fact fact = {.usable = true};
	const unsigned int count = 4000;
	struct avs_prefix p;
	double start, set, per;
	uint32_t i, seg, addr, len;
	struct gen g;

	gen_seed(&g, test_seed());
	start = now_ns();
	for (i = 0; i < count; i++) {
		memset(fact.from, 0, sizeof(fact.from));
		seg = gen_below(&g, 4);
		fact.from[seg] = 1 + gen_below(&g, 3);
		addr = 0x0a000000 | gen_below(&g, 0xffffff);
		len = gen_once_in(&g, 4) ? 16 + gen_below(&g, 8) : 24;
		p = avs_prefix_v4(addr, (uint8_t)len);
		assert_int_equal(avs_table_set(table, &p, &fact), AVS_OK);
	}
	set = (now_ns() - start) / count;
	assert_int_equal(avs_table_bytes(table), avs_test_live_bytes() - test_live_bytes);
	per = (double)avs_table_bytes(table) / (double)avs_table_size(table);
	print_message("# %zu prefixes: %.1f bytes each, %.0f ns per set\n", avs_table_size(table),
		      per, set);
	assert_true(per <= 64);
	avs_table_walk(table, walk_nothing, NULL);
	avs_table_free(table);
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_empty),	  test_case(test_covers), test_case(test_not_actual),
		test_case(test_random),	  test_case(test_deep),	  test_case(test_order),
		test_case(test_own_fact), test_case(test_churn),  test_case(test_nomem),
		test_case(test_size),
	};

	return test_group("avs_table", tests);
}
