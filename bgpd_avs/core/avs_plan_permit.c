// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Permit lists: further prefixes that may leave toward a route server.
 *
 * The lists live outside of the core, which asks a callback about each usable
 * prefix of the table.  A list says what may leave, not what exists: only what
 * can be announced from a path that is there becomes a candidate, so nothing
 * is ever originated because of a list.  Whether a candidate is announced is
 * for the rules, as with every other class: rules 2, 4, 6 and 10 apply.
 *
 * A prefix that a route server delivers itself is no candidate for it (rule 4
 * would refuse it): a list that permits everything must not fill the plan with
 * refusals of the whole table.  The number of candidates is bounded; the first
 * ones in prefix order are taken, so that two appliances take the same.
 *
 * What the policy represents as it is (set avs advertise exact) goes the same
 * way, toward every route server that does not deliver it.
 *
 * So does what `avs advertise segment` lines name: prefixes of a segment and site, from
 * another route server or from the other side, toward the route servers that are declared
 * to reach the line's target.
 *
 * An overlay neighbour is no target here: see avs_plan_overlay().
 *
 * One walk of the table, and none without a permit line or such a prefix.
 */
#include <string.h>

#include "avs_plan_int.h"

struct avs_permitter {
	const struct avs_input *input;
	struct avs_plan *plan;
	struct avs_permitted *list;
	size_t count, room;
};

static uint32_t avs_permit_asks(const struct avs_input *input, const struct avs_prefix *prefix,
				uint32_t not )
{
	const struct avs_config *config = input->config;
	uint32_t mask = 0;
	unsigned int i;
	size_t n;

	for (i = 0; input->permits && i < config->rs_count; i++) {
		if (not >> i & 1)
			continue;
		for (n = 0; n < config->rs[i].permit_count; n++)
			if (input->permits(config->rs[i].permit[n], prefix, input->permits_arg))
				mask |= 1U << i;
	}
	return mask;
}

static void avs_permit_add(struct avs_permitter *permitter, const struct avs_prefix *prefix,
			   uint32_t mask, enum avs_class cls)
{
	struct avs_permitted *permitted = &permitter->list[permitter->count];

	if (!mask)
		return;
	if (permitter->count == permitter->room) {
		permitter->plan->not_permitted++;
		return;
	}
	permitter->count++;
	*permitted = (struct avs_permitted){.prefix = *prefix, .cls = cls, .rs = mask};
}

/* Route servers that are declared to reach the target of the line. */
static uint32_t avs_exact_targets(const struct avs_config *config, const struct avs_exact *exact)
{
	uint32_t mask = 0;
	unsigned int i;
	size_t n;

	for (i = 0; i < config->rs_count; i++)
		for (n = 0; n < config->rs[i].toward_count; n++)
			if (config->rs[i].toward[n].segment == exact->toward &&
			    (!*exact->toward_site ||
			     !strcmp(exact->toward_site, config->rs[i].toward[n].site)))
				mask |= 1U << i;
	return mask;
}

/* Route servers that some line gives the prefix to. */
static uint32_t avs_exact_asks(const struct avs_input *input, const struct avs_prefix *prefix,
			       const struct avs_fact *fact)
{
	const struct avs_exact *exact;
	uint32_t mask = 0;
	size_t i;

	for (i = 0; i < input->config->exact_count; i++) {
		exact = &input->config->exact[i];
		if (!avs_fact_actual(fact, exact->segment))
			continue;
		if (*exact->site && fact->site[exact->segment] != avs_site_id(exact->site))
			continue;
		if (exact->list &&
		    (!input->permits || !input->permits(exact->list, prefix, input->permits_arg)))
			continue;
		mask |= avs_exact_targets(input->config, exact);
	}
	return mask;
}

bool avs_plan_asks_exact(const struct avs_input *input, unsigned int rs,
			 const struct avs_prefix *prefix, const struct avs_fact *fact)
{
	if (fact->represent == AVS_REPRESENT_EXACT)
		return true;
	return fact->represent != AVS_REPRESENT_NONE &&
	       (avs_exact_asks(input, prefix, fact) >> rs & 1);
}

static bool avs_permit_prefix(const struct avs_prefix *prefix, const struct avs_fact *fact,
			      void *arg)
{
	struct avs_permitter *permitter = arg;
	const struct avs_config *config = permitter->input->config;
	uint32_t all = avs_config_servers(config);
	uint32_t from = 0, mask, exact;
	unsigned int seg;

	if (prefix->family != AVS_IPV4 || !fact->usable)
		return true;
	for (seg = 0; seg < AVS_SEGMENT_COUNT; seg++)
		from |= fact->from[seg];
	mask = avs_permit_asks(permitter->input, prefix, from);
	avs_permit_add(permitter, prefix, mask, AVS_CLASS_PERMITTED);
	exact = avs_exact_asks(permitter->input, prefix, fact);
	if (fact->represent == AVS_REPRESENT_EXACT)
		exact = all;
	/* set avs advertise none: a line for the whole segment does not overrule it */
	if (fact->represent == AVS_REPRESENT_NONE)
		exact = 0;
	avs_permit_add(permitter, prefix, exact & ~(from | mask), AVS_CLASS_EXACT);
	return true;
}

bool avs_plan_permitted(const struct avs_input *input, struct avs_arena *arena,
			struct avs_plan *plan, struct avs_permitted **list, size_t *count)
{
	struct avs_permitter permitter = {.input = input, .plan = plan};
	size_t size = avs_table_size(input->table), i, lines = 0;

	for (i = 0; i < input->config->rs_count; i++)
		lines += input->config->rs[i].permit_count;
	*count = 0;
	*list = NULL;
	lines += input->config->exact_count;
	if (!lines && !avs_table_represented(input->table, AVS_REPRESENT_EXACT))
		return true;
	/* a prefix has at most two elements */
	permitter.room = size < AVS_PERMITTED_MAX / 2 ? 2 * size : AVS_PERMITTED_MAX;
	permitter.list = avs_arena_array(arena, permitter.room, sizeof(**list));
	if (!permitter.list)
		return false;
	avs_table_walk(input->table, avs_permit_prefix, &permitter);
	*list = permitter.list;
	*count = permitter.count;
	return true;
}

bool avs_plan_asks_best(const struct avs_input *input, unsigned int rs,
			const struct avs_prefix *prefix, const struct avs_fact *fact)
{
	struct avs_fact best = {.represent = fact->best_represent};

	if (!fact->best)
		return true;
	if (fact->best == AVS_BEST_LOCAL)
		return false;
	avs_fact_add(&best, (enum avs_segment)(fact->best - 1), AVS_RS_NONE, fact->best_site, NULL);
	return avs_plan_asks_exact(input, rs, prefix, &best);
}
