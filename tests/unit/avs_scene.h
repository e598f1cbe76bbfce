/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A situation, in the core's form and in that of the oracle: what a plan is computed from.
 * Who draws one fills it; shared by unit tests and fuzz targets.
 */
#ifndef _AVS_SCENE_H
#define _AVS_SCENE_H

#include "avs_gen.h"
#include "avs_oracle.h"

struct scene {
	struct avs_arena *arena; /* of the configuration, and of who made it */
	struct avs_config *config;
	struct avs_table *table;
	struct naive_table naive;
	bool conditions[4];
	enum avs_reason closed;
	bool settled[AVS_RS_MAX];
	struct avs_unseen unseen[AVS_RS_MAX];
};

/* what is known of each route server's reach: mostly everything */
static inline void scene_unseen(struct scene *s, struct gen *g)
{
	unsigned int i;

	for (i = 0; i < AVS_RS_MAX; i++) {
		s->settled[i] = !gen_once_in(g, 12);
		s->unseen[i] = (struct avs_unseen){
			.filter = gen_once_in(g, 12) ? "prefix-list NARROW" : NULL,
			.untold = gen_once_in(g, 6) ? "10.0.0.4" : NULL,
			.remembered = gen_once_in(g, 12),
		};
	}
}

/* the tables, not the arena */
static inline void scene_free(struct scene *s)
{
	naive_table_free(&s->naive);
	avs_table_free(s->table);
}

static inline struct avs_input scene_input(const struct scene *s, const struct avs_plan *prev)
{
	return (struct avs_input){.config = s->config,
				  .table = s->table,
				  .conditions = s->conditions,
				  .closed = s->closed,
				  .prev = prev,
				  .settled = s->settled,
				  .unseen = s->unseen,
				  .permits = gen_permits,
				  .default_needs_source = s->config->policy != NULL,
				  .frozen = s->config->freeze};
}

/* How the plan differs from what the oracle makes of the situation; NULL: it does not. */
static inline const char *scene_compare(const struct scene *s, const struct avs_plan *prev,
					const struct avs_plan *plan)
{
	static struct naive_plan naive;
	struct naive_in in = {.config = s->config,
			      .table = &s->naive,
			      .conditions = s->conditions,
			      .closed = s->closed,
			      .prev = prev,
			      .settled = s->settled,
			      .unseen = s->unseen,
			      .permits = gen_permits,
			      .default_needs_source = s->config->policy != NULL,
			      .frozen = s->config->freeze};

	naive_plan_compute(&in, &naive);
	return naive_plan_compare(&naive, plan);
}

#endif /* _AVS_SCENE_H */
