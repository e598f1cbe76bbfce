// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The customer's edge: what needs consent is refused unless a line names
 * on-premises for it, what AVS alone delivers is not, what on-premises alone
 * delivers is.
 */
#include "avs_fuzz_scene.h"

#include "avs_edge.h"

static bool refused(const struct avs_edge *edge, const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; i < edge->count; i++) {
		const struct avs_edge_rule *rule = &edge->rules[i];

		if (rule->match == AVS_EDGE_SHORTER_8 ? p->len < 8 && p->family == 32
		    : rule->match == AVS_EDGE_EXACT   ? naive_same(&rule->prefix, p)
						      : naive_in(&rule->prefix, p))
			return true;
	}
	return false;
}

static bool named(const struct avs_config *c, const struct avs_prefix *p)
{
	size_t i;

	if (p->len < 8 && naive_names(c, AVS_SEGMENT_ON_PREMISES))
		return true;
	for (i = 0; i < c->supernet_count; i++)
		if (c->supernets[i].toward == AVS_SEGMENT_ON_PREMISES &&
		    (naive_same(&c->supernets[i].prefix, p) ||
		     (p->len < 8 && c->supernets[i].prefix.len < 8)))
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_arena *arena = gen_need(avs_arena_new());
	struct avs_edge *edge = NULL;
	struct scene s;
	struct gen g;
	size_t i;

	gen_bytes(&g, data, size);
	scene_draw(&s, &g, arena);
	must(avs_edge_compute(s.config, s.table, arena, &edge) == AVS_OK);
	for (i = 0; i < s.naive.count; i++) {
		const struct naive_route *r = &s.naive.route[i];

		if (r->prefix.family != 32)
			continue;
		if (r->prefix.len < 8 || naive_block(&r->prefix))
			must(refused(edge, &r->prefix) || named(s.config, &r->prefix));
		else if (naive_pc(r))
			must(!refused(edge, &r->prefix));
		else if (naive_op(r))
			must(refused(edge, &r->prefix));
	}
	scene_free(&s);
	avs_arena_free(arena);
	must(avs_test_live() == 0);
	return 0;
}
