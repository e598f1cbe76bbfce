// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan: any configuration, table and plan in force, against the rules as
 * the oracle reads them; and the difference of two plans leads from one to
 * the other.
 */
#include "avs_fuzz_scene.h"

static struct avs_plan *compute(struct scene *s, const struct avs_plan *prev,
				struct avs_arena *arena)
{
	struct avs_input input = scene_input(s, prev);
	struct avs_plan *plan = NULL;
	const char *difference;

	must(avs_plan_compute(&input, arena, &plan) == AVS_OK);
	difference = scene_compare(s, prev, plan);
	if (difference)
		fprintf(stderr, "differs from the oracle: %s\n", difference);
	must(!difference);
	return plan;
}

static bool leaves(const struct avs_plan *plan, const struct avs_entry *e)
{
	return avs_reason_permits(e->reason) && plan->config->rs[e->rs].guard != AVS_GUARD_SHADOW;
}

static const struct avs_entry *announced(const struct avs_plan *plan, const char *rs,
					 const struct avs_prefix *p)
{
	const struct avs_entry *e;

	e = avs_plan_find(plan, avs_config_find_rs(plan->config, rs), p);
	return e && leaves(plan, e) ? e : NULL;
}

/* every step is needed, and no step is missing */
static void check_diff(const struct avs_plan *prev, const struct avs_plan *next,
		       struct avs_arena *arena)
{
	size_t count = 0, i, announces = 0, withdraws = 0, common = 0, changed = 0;
	const struct avs_entry *a, *b;
	struct avs_step *steps;

	must(avs_plan_diff(prev, next, arena, &steps, &count) == AVS_OK);
	for (i = 0; i < count; i++) {
		must(!i || steps[i - 1].type <= steps[i].type);
		if (!steps[i].rs)
			continue;
		a = announced(prev, steps[i].rs, &steps[i].prefix);
		b = announced(next, steps[i].rs, &steps[i].prefix);
		announces += steps[i].type == AVS_STEP_ANNOUNCE;
		withdraws += steps[i].type == AVS_STEP_WITHDRAW;
		must(steps[i].type == AVS_STEP_ANNOUNCE ? b != NULL : a && !b);
		changed += a && b;
		must(!a || !b || a->cls != b->cls || a->prepend != b->prepend ||
		     a->no_advertise != b->no_advertise ||
		     a->next_hop.family != b->next_hop.family ||
		     memcmp(a->next_hop.addr, b->next_hop.addr, 16));
	}
	for (i = 0; i < next->count; i++) {
		if (!leaves(next, &next->entries[i]))
			continue;
		if (announced(prev, next->config->rs[next->entries[i].rs].name,
			      &next->entries[i].prefix))
			common++;
		else
			announces--;
	}
	/* what is left of the announcements are those with other attributes */
	must(announces == changed);
	for (i = 0; i < prev->count; i++)
		if (leaves(prev, &prev->entries[i]))
			withdraws--;
	must(withdraws + common == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_arena *arena = gen_need(avs_arena_new());
	struct avs_plan *first, *second, *again;
	struct scene a, b;
	struct avs_step *steps;
	size_t count;
	struct gen g;

	gen_bytes(&g, data, size);
	scene_draw(&a, &g, arena);
	scene_draw(&b, &g, arena);
	first = compute(&a, NULL, arena);
	second = compute(&b, first, arena);
	check_diff(first, second, arena);
	check_diff(second, first, arena);
	again = compute(&b, second, arena);
	must(avs_plan_diff(second, again, arena, &steps, &count) == AVS_OK);
	must(count == 0);
	scene_free(&a);
	scene_free(&b);
	avs_arena_free(arena);
	must(avs_test_live() == 0);
	return 0;
}
