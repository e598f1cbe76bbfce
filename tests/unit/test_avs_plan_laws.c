// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan: an oracle that was written from the rules, and laws that hold for every input. */
#include "avs_test.h"

#include "avs_input.h"
#include "avs_scene.h"

static void scene_draw(struct scene *s, struct gen *g)
{
	unsigned int i, n;
	struct avs_prefix p;
	struct avs_fact fact;

	memset(s, 0, sizeof(*s));
	s->arena = avs_arena_new();
	s->table = avs_table_new();
	s->config = gen_config(g, s->arena);
	assert_int_equal(avs_config_seal(s->config), AVS_OK);
	n = gen_below(g, 24);
	for (i = 0; i < n; i++) {
		/* near what the plan will ask about */
		p = gen_prefix(g);
		if (s->config->supernet_count && gen_once_in(g, 3))
			p = gen_related(g, s->config
						   ->supernets[gen_below(
							   g, (uint32_t)s->config->supernet_count)]
						   .prefix);
		fact = gen_fact(g, (unsigned int)s->config->rs_count);
		assert_int_equal(avs_table_set(s->table, &p, &fact), AVS_OK);
		naive_set(&s->naive, &p, &fact);
	}
	for (i = 0; i < 4; i++)
		s->conditions[i] = !gen_once_in(g, 4);
	if (gen_once_in(g, 30))
		s->closed = AVS_REASON_INACTIVE;
	scene_unseen(s, g);
}

static void scene_drop(struct scene *s)
{
	scene_free(s);
	avs_arena_free(s->arena);
}

static struct avs_plan *scene_plan(struct scene *s, const struct avs_plan *prev)
{
	struct avs_input input = scene_input(s, prev);
	struct avs_plan *plan = NULL;

	assert_int_equal(avs_plan_compute(&input, s->arena, &plan), AVS_OK);
	return plan;
}

static void check_oracle(struct scene *s, const struct avs_plan *prev, const struct avs_plan *plan)
{
	const char *difference = scene_compare(s, prev, plan);

	if (difference)
		fail_msg("differs from the oracle: %s", difference);
}

/* summaries say what the entries say */
static void check_summary(const struct avs_plan *plan)
{
	size_t i, j, next = 0;

	for (i = 0; i < plan->config->rs_count; i++) {
		const struct avs_rs_plan *rs = &plan->rs[i];
		uint32_t announced = 0;

		assert_int_equal(rs->first, next);
		for (j = rs->first; j < rs->first + rs->count; j++) {
			assert_int_equal(plan->entries[j].rs, i);
			assert_true(plan->entries[j].reason != AVS_REASON_UNSPEC);
			announced += avs_reason_permits(plan->entries[j].reason);
		}
		assert_int_equal(rs->announced, announced);
		assert_int_equal(rs->refused, rs->count - announced);
		assert_true(rs->announced <= rs->usable || plan->config->freeze);
		assert_int_equal(!rs->unserved, !rs->first_unserved.family);
		next += rs->count;
	}
	assert_int_equal(next, plan->count);
}

/*
 * What left as something else and stays because of the freeze is a supernet from then on, and
 * is held as one: it leaves all the same.
 */
static enum avs_reason leaves_as(enum avs_reason reason)
{
	return reason == AVS_REASON_ANNOUNCED_FROZEN ? AVS_REASON_ANNOUNCED_HELD : reason;
}

/*
 * What left, and may not any more for a lasting reason, is new the next time: where a neighbour
 * has not told its routes that is named first.  It does not leave either way.
 */
static bool same_reason(enum avs_reason a, enum avs_reason b)
{
	return leaves_as(a) == leaves_as(b) ||
	       (b == AVS_REASON_LEAK_UNTOLD && !avs_reason_permits(a));
}

static bool same_plan(const struct avs_plan *a, const struct avs_plan *b)
{
	bool as_before = true;
	size_t i;

	if (a->count != b->count || a->originate_count != b->originate_count)
		return false;
	for (i = 0; i < a->count; i++) {
		if (a->entries[i].rs != b->entries[i].rs ||
		    !avs_prefix_equal(&a->entries[i].prefix, &b->entries[i].prefix))
			return false;
		/* nothing of the plan leaves: what stays because it has left is new the next time
		 */
		if (a->config->rs[a->entries[i].rs].guard != AVS_GUARD_SHADOW &&
		    !same_reason(a->entries[i].reason, b->entries[i].reason))
			return false;
		as_before &= leaves_as(a->entries[i].reason) == leaves_as(b->entries[i].reason);
	}
	/* a warning speaks of the reason that is named */
	if (as_before && a->warning_count != b->warning_count)
		return false;
	for (i = 0; as_before && i < a->warning_count; i++)
		if (a->warnings[i].code != b->warnings[i].code)
			return false;
	return true;
}

TEST(test_random)
{
	uint64_t seed = test_seed();
	const struct avs_plan *prev;
	struct avs_plan *plan, *again;
	struct scene a, b;
	unsigned int i;
	struct gen g;

	for (i = 0; i < 6000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		g.v4_only = i % 3;
		scene_draw(&a, &g);
		scene_draw(&b, &g);
		plan = scene_plan(&a, NULL);
		check_oracle(&a, NULL, plan);
		check_summary(plan);
		prev = plan;
		plan = scene_plan(&b, prev);
		check_oracle(&b, prev, plan);
		check_summary(plan);
		/* idempotent: its own result in force changes nothing */
		again = scene_plan(&b, plan);
		assert_true(same_plan(plan, again));
		scene_drop(&a);
		scene_drop(&b);
	}
	test_no_leak();
}

/* The same configuration and table in any order give the same plan. */
TEST(test_order)
{
	uint64_t seed = test_seed();
	struct avs_config *c;
	struct avs_plan *a, *b;
	struct scene s;
	unsigned int i, j;
	struct gen g;

	for (i = 0; i < 500; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		scene_draw(&s, &g);
		a = scene_plan(&s, NULL);
		c = s.config;
		gen_shuffle(&g, c->supernets, c->supernet_count, sizeof(*c->supernets));
		gen_shuffle(&g, c->protect, c->protect_count, sizeof(*c->protect));
		for (j = 0; j < c->rs_count; j++) {
			gen_shuffle(&g, c->rs[j].neighbors, c->rs[j].neighbor_count,
				    sizeof(*c->rs[j].neighbors));
			gen_shuffle(&g, c->rs[j].toward, c->rs[j].toward_count,
				    sizeof(*c->rs[j].toward));
		}
		gen_shuffle(&g, c->rs, c->rs_count, sizeof(*c->rs));
		assert_int_equal(avs_config_seal(c), AVS_OK);
		avs_table_free(s.table);
		s.table = avs_table_new();
		gen_shuffle(&g, s.naive.route, s.naive.count, sizeof(*s.naive.route));
		for (j = 0; j < s.naive.count; j++)
			assert_int_equal(avs_table_set(s.table, &s.naive.route[j].prefix,
						       &s.naive.route[j].fact),
					 AVS_OK);
		b = scene_plan(&s, NULL);
		assert_true(same_plan(a, b));
		scene_drop(&s);
	}
	test_no_leak();
}

/* what a neighbour has got: (route server name, prefix) with attributes */
struct state {
	struct avs_entry entry[NAIVE_MAX];
	const char *rs[NAIVE_MAX];
	size_t count;
	struct avs_prefix originate[NAIVE_MAX];
	size_t originate_count;
};

static size_t state_find(const struct state *s, const char *rs, const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!strcmp(s->rs[i], rs) && naive_same(&s->entry[i].prefix, p))
			break;
	return i;
}

static size_t state_originates(const struct state *s, const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; i < s->originate_count; i++)
		if (naive_same(&s->originate[i], p))
			break;
	return i;
}

static void state_load(struct state *s, const struct avs_plan *plan)
{
	size_t i;

	s->count = s->originate_count = 0;
	for (i = 0; plan && i < plan->count; i++) {
		if (!avs_reason_permits(plan->entries[i].reason) ||
		    plan->config->rs[plan->entries[i].rs].guard == AVS_GUARD_SHADOW)
			continue;
		s->rs[s->count] = plan->config->rs[plan->entries[i].rs].name;
		s->entry[s->count++] = plan->entries[i];
	}
	for (i = 0; plan && i < plan->originate_count; i++)
		s->originate[s->originate_count++] = plan->originate[i];
}

static void state_step(struct state *s, const struct avs_step *step, const struct avs_plan *next)
{
	const struct avs_entry *e;
	size_t i;

	switch (step->type) {
	case AVS_STEP_ORIGINATE:
		assert_null(step->rs);
		assert_int_equal(state_originates(s, &step->prefix), s->originate_count);
		s->originate[s->originate_count++] = step->prefix;
		break;
	case AVS_STEP_ANNOUNCE:
		e = avs_plan_find(next, avs_config_find_rs(next->config, step->rs), &step->prefix);
		assert_non_null(e);
		i = state_find(s, step->rs, &step->prefix);
		s->rs[i] = step->rs;
		s->entry[i] = *e;
		if (i == s->count)
			s->count++;
		break;
	case AVS_STEP_WITHDRAW:
		i = state_find(s, step->rs, &step->prefix);
		assert_true(i < s->count);
		s->count--;
		s->rs[i] = s->rs[s->count];
		s->entry[i] = s->entry[s->count];
		break;
	case AVS_STEP_RETIRE:
		assert_null(step->rs);
		i = state_originates(s, &step->prefix);
		assert_true(i < s->originate_count);
		s->originate[i] = s->originate[--s->originate_count];
		break;
	}
}

static void check_state(const struct state *have, const struct avs_plan *plan)
{
	static struct state want;
	size_t i, j;

	state_load(&want, plan);
	assert_int_equal(have->count, want.count);
	assert_int_equal(have->originate_count, want.originate_count);
	for (i = 0; i < want.count; i++) {
		j = state_find(have, want.rs[i], &want.entry[i].prefix);
		assert_true(j < have->count);
		assert_int_equal(have->entry[j].prepend, want.entry[i].prepend);
		assert_int_equal(have->entry[j].no_advertise, want.entry[i].no_advertise);
		assert_int_equal(have->entry[j].next_hop.family, want.entry[i].next_hop.family);
		assert_memory_equal(have->entry[j].next_hop.addr, want.entry[i].next_hop.addr, 16);
	}
	for (i = 0; i < want.originate_count; i++)
		assert_true(state_originates(have, &want.originate[i]) < have->originate_count);
}

static void check_diff(struct avs_arena *arena, const struct avs_plan *prev,
		       const struct avs_plan *next)
{
	static struct state state;
	struct avs_step *steps = NULL;
	size_t count = 0, i;

	assert_int_equal(avs_plan_diff(prev, next, arena, &steps, &count), AVS_OK);
	state_load(&state, prev);
	for (i = 0; i < count; i++) {
		if (i) {
			int c = avs_prefix_cmp(&steps[i - 1].prefix, &steps[i].prefix);

			/* additions before withdrawals, and sorted within */
			assert_true(steps[i - 1].type <= steps[i].type);
			if (steps[i - 1].type == steps[i].type)
				assert_true(c < 0 || (!c && steps[i].rs &&
						      strcmp(steps[i - 1].rs, steps[i].rs) < 0));
		}
		state_step(&state, &steps[i], next);
	}
	check_state(&state, next);
	if (prev == next)
		assert_int_equal(count, 0);
}

static size_t state_count(const struct state *s, const char *rs)
{
	size_t i, n = 0;

	for (i = 0; i < s->count; i++)
		n += !strcmp(s->rs[i], rs);
	return n;
}

/* Shadow ends while nothing may change: what the user's own policy sent stays, and is not new. */
static bool taken_over(const struct avs_plan *prev, const struct avs_plan *next, unsigned int rs)
{
	unsigned int old =
		prev ? avs_config_find_rs(prev->config, next->config->rs[rs].name) : AVS_RS_NONE;

	return next->config->freeze && old != AVS_RS_NONE &&
	       prev->config->rs[old].guard == AVS_GUARD_SHADOW;
}

/* Rule 6 at every moment, and no withdrawal before an addition without need. */
static void check_room(struct avs_arena *arena, const struct avs_plan *prev,
		       const struct avs_plan *next)
{
	size_t before[AVS_RS_MAX], most[AVS_RS_MAX], early[AVS_RS_MAX] = {0}, count = 0, first, i;
	static struct state state;
	struct avs_step *steps = NULL;
	unsigned int rs;

	assert_int_equal(avs_plan_diff(prev, next, arena, &steps, &count), AVS_OK);
	assert_int_equal(avs_plan_room(prev, next, arena, steps, count, &first), AVS_OK);
	state_load(&state, prev);
	for (rs = 0; rs < next->config->rs_count; rs++)
		before[rs] = most[rs] = state_count(&state, next->config->rs[rs].name);
	for (i = 0; i < count; i++) {
		if (i < first) {
			assert_int_equal(steps[i].type, AVS_STEP_WITHDRAW);
			early[avs_config_find_rs(next->config, steps[i].rs)]++;
		} else if (i > first) {
			assert_true(steps[i - 1].type <= steps[i].type);
		}
		state_step(&state, &steps[i], next);
		for (rs = 0; rs < next->config->rs_count; rs++) {
			size_t now = state_count(&state, next->config->rs[rs].name);

			assert_true(now <= before[rs] || now <= next->rs[rs].usable ||
				    taken_over(prev, next, rs));
			most[rs] = now > most[rs] ? now : most[rs];
		}
	}
	check_state(&state, next);
	/* with one withdrawal less in front there would have been one too many */
	for (rs = 0; rs < next->config->rs_count; rs++)
		assert_true(!early[rs] || most[rs] + 1 > next->rs[rs].usable);
}

TEST(test_room)
{
	uint64_t seed = test_seed();
	struct avs_plan *plan_a, *plan_b;
	struct scene a, b;
	unsigned int i;
	struct gen g;

	for (i = 0; i < 3000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		scene_draw(&a, &g);
		scene_draw(&b, &g);
		plan_a = scene_plan(&a, NULL);
		plan_b = scene_plan(&b, plan_a);
		check_room(a.arena, plan_a, plan_b);
		check_room(a.arena, plan_b, plan_a);
		check_room(a.arena, NULL, plan_a);
		scene_drop(&a);
		scene_drop(&b);
	}
	test_no_leak();
}

TEST(test_diff)
{
	uint64_t seed = test_seed();
	struct avs_plan *plan_a, *plan_b;
	struct scene a, b;
	unsigned int i;
	struct gen g;

	for (i = 0; i < 3000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		scene_draw(&a, &g);
		scene_draw(&b, &g);
		plan_a = scene_plan(&a, NULL);
		plan_b = scene_plan(&b, plan_a);
		check_diff(a.arena, plan_a, plan_b);
		check_diff(a.arena, plan_b, plan_a);
		check_diff(a.arena, NULL, plan_a);
		check_diff(a.arena, plan_a, NULL);
		check_diff(a.arena, plan_a, plan_a);
		check_diff(a.arena, NULL, NULL);
		scene_drop(&a);
		scene_drop(&b);
	}
	test_no_leak();
}

/* A pure function: its input is the same afterwards, whatever failed inside. */
TEST(test_nomem)
{
	struct avs_input input = {0};
	struct avs_step *steps, *const no_steps = (void *)&input;
	struct avs_plan *plan, *const no_plan = (void *)&input;
	struct avs_arena *arena;
	unsigned int i, n;
	struct scene s;
	enum avs_err err;
	size_t count;
	struct gen g;
	long live;

	for (i = 0; i < 200; i++) {
		gen_seed(&g, test_seed() + i);
		scene_draw(&s, &g);
		input.config = s.config;
		input.table = s.table;
		input.conditions = s.conditions;
		for (n = 0;; n++) {
			arena = avs_arena_new();
			live = avs_test_live();
			plan = no_plan;
			avs_test_fail_at(n);
			err = avs_plan_compute(&input, arena, &plan);
			if (!avs_test_failed())
				break;
			assert_int_equal(err, AVS_ERR_NOMEM);
			assert_ptr_equal(plan, no_plan);
			assert_true(avs_test_live() >= live);
			avs_arena_free(arena);
		}
		avs_test_fail_at(-1);
		assert_int_equal(err, AVS_OK);
		for (n = 0;; n++) {
			struct avs_arena *other = avs_arena_new();
			bool done;

			steps = no_steps;
			count = 77;
			avs_test_fail_at(n);
			err = avs_plan_diff(NULL, plan, other, &steps, &count);
			done = !avs_test_failed();
			avs_test_fail_at(-1);
			assert_int_equal(err, done ? AVS_OK : AVS_ERR_NOMEM);
			if (!done) {
				assert_ptr_equal(steps, no_steps);
				assert_int_equal(count, 77);
			}
			avs_arena_free(other);
			if (done)
				break;
		}
		avs_arena_free(arena);
		scene_drop(&s);
	}
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_random), test_case(test_order), test_case(test_diff),
		test_case(test_room),	test_case(test_nomem),
	};

	return test_group("avs_plan_laws", tests);
}
