/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any configuration and table, for targets that begin with a plan. */
#ifndef _AVS_FUZZ_SCENE_H
#define _AVS_FUZZ_SCENE_H

#include "avs_fuzz.h"
#include "../unit/avs_scene.h"

/* arena owns the configuration; scene_free() frees the tables */
static inline void scene_draw(struct scene *s, struct gen *g, struct avs_arena *arena)
{
	unsigned int i, n;
	struct avs_prefix p;
	struct avs_fact fact;

	memset(s, 0, sizeof(*s));
	s->arena = arena;
	s->table = gen_need(avs_table_new());
	s->config = gen_config(g, arena);
	must(avs_config_seal(s->config) == AVS_OK);
	for (i = 0; i < 4; i++)
		s->conditions[i] = !gen_once_in(g, 4);
	if (gen_once_in(g, 30))
		s->closed = AVS_REASON_VPN_EXPORT;
	scene_unseen(s, g);
	n = gen_below(g, 64);
	for (i = 0; i < n && gen_more(g); i++) {
		p = gen_prefix(g);
		fact = gen_fact(g, (unsigned int)s->config->rs_count);
		must(avs_table_set(s->table, &p, &fact) == AVS_OK);
		naive_set(&s->naive, &p, &fact);
	}
}

static inline struct avs_plan *scene_plan(const struct scene *s, struct avs_arena *arena)
{
	struct avs_input input = scene_input(s, NULL);
	struct avs_plan *plan = NULL;

	must(avs_plan_compute(&input, arena, &plan) == AVS_OK);
	return plan;
}

#endif /* _AVS_FUZZ_SCENE_H */
