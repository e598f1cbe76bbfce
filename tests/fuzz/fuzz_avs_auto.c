// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic supernets over time: a network that changes, a clock that runs, a
 * configuration that is edited; whatever happens, what is announced is safe,
 * everything is covered where that is possible, and left alone the set arrives
 * where the computation says.
 */
#include "avs_fuzz.h"

#define STEPS 40

struct world {
	struct avs_table *table;
	struct avs_config *config;
	struct avs_plan *plan;
	struct avs_input input;
};

static void edit(struct world *w, struct gen *g, struct avs_arena *arena)
{
	struct avs_config *c = gen_need(avs_arena_alloc(arena, sizeof(*c)));
	static const uint32_t most[] = {0, 1, 2, 3, 5, 1000};

	c->name = "default";
	c->rs = gen_need(avs_arena_array(arena, 2, sizeof(*c->rs)));
	c->rs_count = 1 + gen_below(g, 2);
	gen_rs(g, arena, "hub", &c->rs[0]);
	gen_rs(g, arena, "zulu", &c->rs[1]);
	gen_auto(g, arena, c);
	gen_supernets(g, arena, c);
	c->supernet_auto = !gen_once_in(g, 8);
	c->automatic.max_prefixes = most[gen_below(g, 6)];
	if (gen_below(g, 3))
		c->automatic.within_count = c->automatic.shortest = c->automatic.max_attract = 0;
	c->protect_count = gen_once_in(g, 4) ? 1 : 0;
	c->protect = gen_need(avs_arena_array(arena, 1, sizeof(*c->protect)));
	c->protect[0] = avs_prefix_v4(0x0a780000 | gen_below(g, 32) << 7, 25);
	must(avs_config_seal(c) == AVS_OK);
	w->config = c;
	w->input.config = c;
}

static void learn(struct world *w, struct gen *g)
{
	struct avs_fact fact = {.usable = true};
	struct avs_prefix p;

	p = avs_prefix_v4(0x0a780000 | gen_below(g, 32) << 7, (uint8_t)(22 + gen_below(g, 5)));
	if (gen_once_in(g, 8))
		p = gen_prefix(g);
	/* often one of ours, announced again */
	if (w->plan && w->plan->count && gen_once_in(g, 6))
		p = w->plan->entries[gen_below(g, (uint32_t)w->plan->count)].prefix;
	fact.from[gen_below(g, AVS_SEGMENT_COUNT)] = 1;
	must(avs_table_set(w->table, &p, gen_once_in(g, 3) ? NULL : &fact) == AVS_OK);
}

struct missing {
	const struct avs_plan *plan;
	bool found;
};

static bool look(const struct avs_prefix *p, const struct avs_fact *fact, bool contributor,
		 void *arg)
{
	const struct avs_auto_plan *a = &((struct missing *)arg)->plan->automatic;
	const struct avs_auto_config *c = &((struct missing *)arg)->plan->config->automatic;
	size_t i;

	(void)fact;
	if (!contributor || p->family != AVS_IPV4 || p->len < avs_auto_shortest(c))
		return true;
	for (i = 0; i < a->memory_count; i++)
		if (naive_same(&a->memory[i].prefix, p))
			return true;
	for (i = 0; i < a->count; i++)
		if (naive_strictly_in(&a->members[i].prefix, p))
			return true;
	((struct missing *)arg)->found = true;
	return false;
}

static void check(const struct world *w)
{
	const struct avs_auto_plan *a = &w->plan->automatic;
	struct missing m = {.plan = w->plan};
	struct avs_relation relation;
	size_t i;

	must(a->target.fault || a->count <= avs_auto_max_prefixes(&w->config->automatic));
	for (i = 1; i < a->count; i++)
		must(naive_before(&a->members[i - 1].prefix, &a->members[i].prefix) &&
		     !naive_in(&a->members[i - 1].prefix, &a->members[i].prefix));
	for (i = 0; i < w->plan->count; i++) {
		const struct avs_entry *e = &w->plan->entries[i];

		if (!avs_reason_permits(e->reason))
			continue;
		avs_table_relation(w->table, &e->prefix, &relation);
		must(!relation.equal);
		must(!e->automatic || w->config->supernet_auto);
		must(!w->config->protect_count ||
		     !avs_prefix_overlaps(&e->prefix, &w->config->protect[0]));
	}
	if (!w->config->supernet_auto || a->target.fault)
		return;
	avs_table_walk_shapes(w->table, look, &m);
	must(!m.found);
}

static void compute(struct world *w, struct avs_arena *arena)
{
	struct avs_step *steps;
	struct avs_plan *next = NULL;
	size_t count;

	w->input.prev = w->plan;
	must(avs_plan_compute(&w->input, arena, &next) == AVS_OK);
	must(avs_plan_diff(w->plan, next, arena, &steps, &count) == AVS_OK);
	w->plan = next;
	must(!next->wakeup || next->wakeup > w->input.now);
	check(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_arena *arena = gen_need(avs_arena_new());
	struct world w = {.table = gen_need(avs_table_new())};
	static const struct avs_prefix all;
	unsigned int step;
	struct gen g;

	gen_bytes(&g, data, size);
	w.input.table = w.table;
	w.input.now = 1;
	edit(&w, &g, arena);
	for (step = 0; step < STEPS && gen_more(&g); step++) {
		if (gen_once_in(&g, 10))
			edit(&w, &g, arena);
		learn(&w, &g);
		learn(&w, &g);
		w.input.now += gen_below(&g, 90000);
		w.input.unlatch = gen_once_in(&g, 12) ? &all : NULL;
		compute(&w, arena);
	}
	w.input.unlatch = NULL;
	compute(&w, arena);
	for (step = 0; w.plan->wakeup; step++) {
		must(step < 200);
		w.input.now = w.plan->wakeup;
		compute(&w, arena);
	}
	if (!w.plan->automatic.target.fault && w.config->supernet_auto) {
		must(w.plan->automatic.count == w.plan->automatic.target.count);
		for (step = 0; step < w.plan->automatic.count; step++)
			must(naive_same(&w.plan->automatic.members[step].prefix,
					&w.plan->automatic.target.prefixes[step]));
	}
	avs_table_free(w.table);
	avs_arena_free(arena);
	must(avs_test_live() == 0);
	return 0;
}
