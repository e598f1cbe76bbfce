// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preview: everything that is expected has its source, nothing is expected
 * twice through one route server, and nothing that leaves is forgotten.
 */
#include "avs_fuzz_scene.h"

#include "avs_preview.h"

struct seen {
	const struct scene *scene;
	const struct avs_plan *plan;
	struct avs_expected last;
	size_t planned;
	bool any;
};

static void one(const struct avs_expected *e, void *arg)
{
	struct seen *seen = arg;
	const struct avs_config *c = seen->scene->config;
	const struct naive_route *r = naive_find(&seen->scene->naive, &e->prefix);
	const struct avs_entry *entry = avs_plan_find(seen->plan, e->rs, &e->prefix);
	uint32_t rs = 1U << e->rs;

	must(e->rs < c->rs_count);
	must(e->segment == AVS_SEGMENT_PRIVATE_CLOUD || e->segment == AVS_SEGMENT_ON_PREMISES);
	/* in order, the plan's before the others */
	if (seen->any && seen->last.segment == e->segment && seen->last.rs == e->rs &&
	    (seen->last.via == AVS_VIA_PLAN) == (e->via == AVS_VIA_PLAN))
		must(naive_before(&seen->last.prefix, &e->prefix));
	seen->any = true;
	seen->last = *e;
	switch (e->via) {
	case AVS_VIA_PLAN:
		must(entry && avs_reason_permits(entry->reason) && !entry->no_advertise);
		must(entry->cls == e->cls && entry->reason == e->reason);
		seen->planned++;
		break;
	case AVS_VIA_NETWORK:
		must(r && (r->fact.from[AVS_SEGMENT_VIRTUAL_NETWORK] & rs));
		must(!(r->fact.from[e->segment] & rs));
		break;
	case AVS_VIA_GLOBAL_REACH:
		must(c->rs[e->rs].global_reach && r);
		must((r->fact.from[AVS_SEGMENT_PRIVATE_CLOUD] |
		      r->fact.from[AVS_SEGMENT_ON_PREMISES]) &
		     rs);
		must(!(r->fact.from[e->segment] & rs));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_arena *arena = gen_need(avs_arena_new());
	size_t i, leaving = 0;
	struct naive_in in;
	struct seen seen;
	struct scene s;
	struct gen g;

	gen_bytes(&g, data, size);
	scene_draw(&s, &g, arena);
	seen = (struct seen){.scene = &s, .plan = scene_plan(&s, arena)};
	avs_preview_each(seen.plan, s.table, one, &seen);
	in = (struct naive_in){.config = s.config, .table = &s.naive};
	for (i = 0; i < seen.plan->count; i++) {
		const struct avs_entry *e = &seen.plan->entries[i];

		if (!avs_reason_permits(e->reason) || e->no_advertise)
			continue;
		leaving += naive_reaches(&in, e->rs, AVS_SEGMENT_PRIVATE_CLOUD);
		leaving += naive_reaches(&in, e->rs, AVS_SEGMENT_ON_PREMISES);
	}
	must(leaving == seen.planned);
	scene_free(&s);
	avs_arena_free(arena);
	must(avs_test_live() == 0);
	return 0;
}
