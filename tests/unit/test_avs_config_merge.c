// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration: the merge of two, by examples and by laws. */
#include "avs_test.h"

#include "avs_gen.h"
#include "avs_input.h"
#include "avs_oracle.h"
#include "avs_text.h"

static void check_merge(const char *before, const char *now, const char *expected)
{
	struct avs_config *merged = NULL;
	static struct text have, want;
	struct input a, b, e;

	print_note("%s+ %s", before ? before : "", now ? now : "");
	input_read(&a, before ? before : "");
	input_read(&b, now ? now : "");
	input_read(&e, expected);
	assert_int_equal(
		avs_config_merge(before ? a.config : NULL, now ? b.config : NULL, e.arena, &merged),
		AVS_OK);
	/* it stands on its own */
	input_free(&a);
	input_free(&b);
	assert_string_equal(dump(merged, &have), dump(e.config, &want));
	input_free(&e);
}

TEST(test_merge)
{
	check_merge(NULL, NULL, "");
	/* who is a sibling stays for a while; what rule 5 lets out does not */
	check_merge("avs sibling as 65002\navs keep azure-communities\n", "avs sibling as 65003\n",
		    "avs sibling as 65002\navs sibling as 65003\n");
	check_merge("avs sibling as 65002\n", "avs keep azure-communities\n",
		    "avs sibling as 65002\navs keep azure-communities\n");
	/* removed lines stay, consent goes */
	check_merge(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub toward private-cloud\n"
		"avs route-server hub accept-leak on-premises\n"
		"avs route-server hub guard monitor\n"
		"avs route-server hub prepend 2\n"
		"avs advertise default toward private-cloud\n"
		"avs advertise companions toward private-cloud\n"
		"avs advertise supernet 10.0.0.0/9\n",
		NULL,
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub toward private-cloud\n"
		"avs route-server hub guard enforce\n"
		"avs route-server hub prepend 2\n"
		"avs advertise default toward private-cloud\n"
		"avs advertise companions toward private-cloud\n"
		"avs advertise supernet 10.0.0.0/9\n");
	/* frr-reload between "delete" and "add" of a changed line */
	check_merge(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub route-limit 500\n"
		"avs route-server hub next-hop 10.9.9.9\n",
		"avs route-server hub neighbor 10.1.0.4\n",
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub route-limit 500\n"
		"avs route-server hub next-hop 10.9.9.9\n");
	check_merge("avs route-server hub route-limit 500\n",
		    "avs route-server hub route-limit 600\n",
		    "avs route-server hub route-limit 600\n");
	check_merge(
		"avs route-server hub accept-leak on-premises\n"
		"avs route-server hub guard monitor\n",
		"avs route-server hub guard enforce\n", "avs route-server hub guard enforce\n");
	/* an adoption that is given up: nobody is guarded who was not */
	check_merge(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub guard shadow\n",
		NULL,
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub guard shadow\n");
	check_merge(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub neighbor 10.1.0.5\n"
		"avs route-server hub guard shadow\n",
		"avs route-server hub neighbor 10.1.0.5\n",
		"avs route-server hub neighbor 10.1.0.5\n");
	check_merge(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub guard shadow\n",
		"avs route-server hub guard shadow\n",
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub guard shadow\n");
	check_merge("avs advertise default form halves\navs advertise companion 130.40.0.0/16",
		    "avs advertise companion 9.0.0.0/8",
		    "avs advertise default form halves\navs advertise companion 9.0.0.0/8\n"
		    "avs advertise companion 130.40.0.0/16");
	check_merge("avs advertise default form halves", "avs advertise default form both",
		    "avs advertise default form both");
	check_merge("avs shutdown", NULL, "avs shutdown");
	check_merge(NULL, "avs shutdown", "avs shutdown");
	/* same key: the new one */
	check_merge("avs advertise supernet 10.0.0.0/9 unconditional",
		    "avs advertise supernet 10.0.0.0/9 toward private-cloud",
		    "avs advertise supernet 10.0.0.0/9 toward private-cloud");
	check_merge("avs segment on-premises origin-as 65001-65003",
		    "avs segment private-cloud origin-as 65001-65003 site eu",
		    "avs segment private-cloud origin-as 65001-65003 site eu");
	check_merge(
		"avs segment on-premises origin-as 65001 site us\n"
		"avs segment on-premises prefix-list OLD site us",
		"avs segment private-cloud origin-as 65002 site eu\n"
		"avs segment private-cloud as-path-list NEW site eu\n"
		"avs route-server hub route-map IN in\n"
		"avs route-server hub toward on-premises site eu\n"
		"avs advertise default when-present 10.0.0.0/8 from route-server hub",
		"avs route-server hub toward on-premises site eu\n"
		"avs route-server hub route-map IN in\n"
		"avs segment on-premises prefix-list OLD site us\n"
		"avs segment private-cloud as-path-list NEW site eu\n"
		"avs segment on-premises origin-as 65001 site us\n"
		"avs segment private-cloud origin-as 65002 site eu\n"
		"avs advertise default when-present 10.0.0.0/8 from route-server hub");
	check_merge("avs protect 10.0.0.0/9\navs quiet-period 3",
		    "avs protect 10.5.0.0/16\navs discard off",
		    "avs protect 10.0.0.0/9\navs protect 10.5.0.0/16\navs quiet-period 3\n"
		    "avs discard off");
	check_merge(
		"avs route-server a permit prefix-list X",
		"avs route-server a permit prefix-list W\navs route-server a prepend 2",
		"avs route-server a permit prefix-list W\navs route-server a permit prefix-list X\n"
		"avs route-server a prepend 2");
	check_merge("avs udr next-hop 10.1.1.4\navs udr reserved 3",
		    "avs udr next-hop 10.1.1.5\navs udr route-limit 9",
		    "avs udr next-hop 10.1.1.5\navs udr route-limit 9\navs udr reserved 3");
	check_merge("avs quiet-period 3", "avs quiet-period 0", "avs quiet-period 0");
	check_merge("avs advertise default when-present 10.0.0.0/8 from zebra",
		    "avs advertise default when-present 10.0.0.0/8",
		    "avs advertise default when-present 10.0.0.0/8\n"
		    "avs advertise default when-present 10.0.0.0/8 from zebra");
	/* a neighbour that moves is not in two places */
	check_merge("avs route-server a neighbor 10.1.0.4\navs route-server a neighbor 10.1.0.5",
		    "avs route-server b neighbor 10.1.0.4",
		    "avs route-server a neighbor 10.1.0.5\navs route-server b neighbor 10.1.0.4");
	/* a target that is no longer named is no longer consent */
	check_merge("avs advertise default toward on-premises",
		    "avs advertise default toward private-cloud",
		    "avs advertise default toward private-cloud");
	/* and what is consent now, is it for the targets of now */
	check_merge("avs advertise default toward private-cloud",
		    "avs advertise default toward on-premises",
		    "avs advertise default toward on-premises");
	check_merge(
		"avs advertise supernet 10.0.0.0/8 toward on-premises\n"
		"avs advertise supernet 10.0.0.0/9 toward on-premises",
		"avs protect 10.5.0.0/16",
		"avs advertise supernet 10.0.0.0/9 toward on-premises\n"
		"avs protect 10.5.0.0/16");
	/* without its target, or its ranges, the automatic set would widen */
	check_merge(
		"avs advertise supernet auto\n"
		"avs auto toward private-cloud\n"
		"avs auto within 10.0.0.0/8\n"
		"avs auto shortest 12\n"
		"avs hold-down 60",
		"avs auto max-prefixes 4\n"
		"avs tighten-delay 0",
		"avs advertise supernet auto\n"
		"avs auto toward private-cloud\n"
		"avs auto max-prefixes 4\n"
		"avs auto shortest 12\n"
		"avs auto within 10.0.0.0/8\n"
		"avs hold-down 60\n"
		"avs tighten-delay 0");
	test_no_leak();
}

/* a random configuration that is sealed */
static struct avs_config *draw(struct gen *g, struct avs_arena *arena)
{
	struct avs_config *c = gen_config(g, arena);

	assert_int_equal(avs_config_seal(c), AVS_OK);
	return c;
}

static struct avs_config *merge(const struct avs_config *before, const struct avs_config *now,
				struct avs_arena *arena)
{
	struct avs_config *out = NULL;

	assert_int_equal(avs_config_merge(before, now, arena, &out), AVS_OK);
	return out;
}

TEST(test_merge_laws)
{
	uint64_t seed = test_seed();
	struct avs_config *a, *b, *m, *empty;
	struct avs_arena *arena;
	unsigned int i, j;
	struct gen g;

	for (i = 0; i < 2000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		arena = avs_arena_new();
		gen_seed(&g, seed + i);
		a = draw(&g, arena);
		b = draw(&g, arena);
		assert_true(avs_config_equal(merge(NULL, a, arena), a));
		m = merge(a, b, arena);
		/* merging what is merged already adds nothing: the quiet period is
		 * extended, not accumulated
		 */
		assert_true(avs_config_equal(merge(a, m, arena), m));
		for (j = 0; j < m->rs_count; j++) {
			unsigned int now = avs_config_find_rs(b, m->rs[j].name);

			assert_int_equal(m->rs[j].accept_leak,
					 now != AVS_RS_NONE && b->rs[now].accept_leak);
		}
		assert_int_equal(m->shutdown, a->shutdown || b->shutdown);
		empty = merge(NULL, NULL, arena);
		assert_int_equal(empty->rs_count, 0);
		avs_arena_free(arena);
	}
	test_no_leak();
}

/* Does somebody of the two reach on-premises, as declared by either or as observed? */
static bool reaches(const struct avs_config *c, const char *name, const struct avs_table *table,
		    unsigned int index)
{
	unsigned int rs = avs_config_find_rs(c, name);

	return (rs != AVS_RS_NONE && naive_declares(&c->rs[rs], AVS_SEGMENT_ON_PREMISES)) ||
	       avs_table_count(table, index, AVS_SEGMENT_ON_PREMISES);
}

/* Does `now` itself consent to this prefix at this route server? */
static bool consents(const struct avs_config *now, const char *name, const struct avs_entry *e)
{
	unsigned int rs = avs_config_find_rs(now, name);
	size_t i;

	if (rs != AVS_RS_NONE && now->rs[rs].accept_leak)
		return true;
	if (e->cls == AVS_CLASS_DEFAULT)
		return naive_names(now, AVS_SEGMENT_ON_PREMISES);
	for (i = 0; e->cls == AVS_CLASS_SUPERNET && i < now->supernet_count; i++)
		if (naive_same(&now->supernets[i].prefix, &e->prefix) &&
		    now->supernets[i].toward == AVS_SEGMENT_ON_PREMISES)
			return true;
	return false;
}

/* While two configurations are in force, nothing leaks that `now` would refuse. */
TEST(test_merge_never_loosens)
{
	uint64_t seed = test_seed();
	static const bool all[8] = {true, true, true, true, true, true, true, true};
	struct avs_config *before, *now, *merged;
	struct avs_input input = {.conditions = all};
	struct avs_plan *plan = NULL;
	unsigned int i, relevant = 0;
	struct avs_arena *arena;
	struct avs_table *table;
	struct avs_prefix p;
	struct avs_fact fact;
	struct gen g;
	size_t j;

	for (i = 0; i < 8000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		arena = avs_arena_new();
		table = avs_table_new();
		gen_seed(&g, seed + i);
		before = draw(&g, arena);
		now = draw(&g, arena);
		if (gen_once_in(&g, 8)) {
			/* everything was removed */
			merged = merge(before, NULL, arena);
			now = merge(NULL, NULL, arena);
		} else {
			merged = merge(before, now, arena);
		}
		for (j = gen_below(&g, 8); j > 0; j--) {
			p = gen_prefix(&g);
			fact = gen_fact(&g, (unsigned int)merged->rs_count);
			assert_int_equal(avs_table_set(table, &p, &fact), AVS_OK);
		}
		input.config = merged;
		input.table = table;
		assert_int_equal(avs_plan_compute(&input, arena, &plan), AVS_OK);
		for (j = 0; j < plan->count; j++) {
			const struct avs_entry *e = &plan->entries[j];
			const char *name = merged->rs[e->rs].name;

			if (!avs_reason_permits(e->reason) || e->no_advertise ||
			    merged->rs[e->rs].overlay ||
			    (e->prefix.len >= 8 && !naive_block(&e->prefix)))
				continue;
			relevant++;
			assert_true(!reaches(before, name, table, e->rs) || consents(now, name, e));
			assert_true(!reaches(now, name, table, e->rs) || consents(now, name, e));
			assert_false(before->shutdown || now->shutdown);
		}
		avs_table_free(table);
		avs_arena_free(arena);
	}
	assert_true(relevant > 1000);
	test_no_leak();
}

TEST(test_merge_limit)
{
	struct avs_config *out = (void *)&out, *const untouched = out;
	struct avs_rs_config one[20], two[20];
	struct avs_config a = {.rs = one, .rs_count = 20}, b = {.rs = two, .rs_count = 20};
	struct avs_arena *arena = avs_arena_new();
	char names[40][4];
	unsigned int i;

	memset(one, 0, sizeof(one));
	memset(two, 0, sizeof(two));
	for (i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "%u", i);
		*(i < 20 ? &one[i].name : &two[i - 20].name) = names[i];
	}
	assert_int_equal(avs_config_seal(&a), AVS_OK);
	assert_int_equal(avs_config_seal(&b), AVS_OK);
	assert_int_equal(avs_config_merge(&a, &b, arena, &out), AVS_ERR_LIMIT);
	assert_ptr_equal(out, untouched);
	avs_arena_free(arena);
	test_no_leak();
}

TEST(test_nomem)
{
	struct avs_config *a, *b, *out, *const untouched = (void *)&a;
	struct avs_arena *arena, *other;
	unsigned int i, n, failures = 0;
	enum avs_err err;
	struct gen g;
	bool done;

	for (i = 0; i < 100; i++) {
		arena = avs_arena_new();
		gen_seed(&g, test_seed() + i);
		a = draw(&g, arena);
		b = draw(&g, arena);
		for (n = 0, done = false; !done; n++) {
			other = avs_arena_new();
			out = untouched;
			avs_test_fail_at(n);
			err = avs_config_merge(a, b, other, &out);
			done = !avs_test_failed();
			avs_test_fail_at(-1);
			assert_int_equal(err, done ? AVS_OK : AVS_ERR_NOMEM);
			if (!done) {
				assert_ptr_equal(out, untouched);
				failures++;
			}
			avs_arena_free(other);
		}
		avs_arena_free(arena);
	}
	assert_true(failures >= 100);
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_merge),
		test_case(test_merge_laws),
		test_case(test_merge_never_loosens),
		test_case(test_merge_limit),
		test_case(test_nomem),
	};

	return test_group("avs_config_merge", tests);
}
