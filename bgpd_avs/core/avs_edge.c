// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The filter for the customer's own edge router.
 *
 * Three kinds of rules.  Default-equivalents, the blocks of RFC 1918 and further companions are
 * what the module wants consent for (rule 2); the filter is what makes that
 * consent harmless.  What on-premises advertises itself, or something inside
 * of it, can only come back by mistake; refused at the edge it cannot become
 * an echo.  A cover is no such prefix: inside of a default route or of a block
 * that on-premises advertises is everything else, AVS included, so of those
 * nothing but the equal prefix is refused.
 *
 * The learned prefixes of on-premises are walked in prefix order, bounded.
 */
#include "avs_edge.h"

struct avs_edge_builder {
	const struct avs_config *config;
	struct avs_edge *edge;
	size_t own;
};

static void avs_edge_add(struct avs_edge *edge, const struct avs_prefix *prefix,
			 enum avs_edge_match match, enum avs_edge_because because)
{
	struct avs_edge_rule *rule = &edge->rules[edge->count++];

	rule->prefix = *prefix;
	rule->match = match;
	rule->because = because;
}

/* Does a line ask for this prefix, or for a default in any shape, toward on-premises by name? */
static bool avs_edge_wanted(const struct avs_config *config, const struct avs_prefix *prefix)
{
	size_t i;

	bool any = avs_prefix_is_default_equivalent(prefix);

	if (any && (config->default_toward & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES)))
		return true;
	for (i = 0; i < config->supernet_count; i++) {
		if (config->supernets[i].toward != AVS_SEGMENT_ON_PREMISES)
			continue;
		if (avs_prefix_equal(&config->supernets[i].prefix, prefix) ||
		    (any && avs_prefix_is_default_equivalent(&config->supernets[i].prefix)))
			return true;
	}
	return false;
}

/* Does the private cloud advertise just this?  Then it is no companion that comes. */
static bool avs_edge_theirs(const struct avs_table *table, const struct avs_prefix *prefix)
{
	const struct avs_fact *fact = avs_table_find(table, prefix);

	return fact && fact->from[AVS_SEGMENT_PRIVATE_CLOUD];
}

static bool avs_edge_own(const struct avs_prefix *prefix, const struct avs_fact *fact,
			 bool contributor, void *arg)
{
	struct avs_edge_builder *builder = arg;

	if (prefix->family != AVS_IPV4 || !avs_fact_actual(fact, AVS_SEGMENT_ON_PREMISES) ||
	    avs_fact_actual(fact, AVS_SEGMENT_PRIVATE_CLOUD))
		return true;
	/* said already */
	if (!contributor && avs_prefix_needs_consent(prefix))
		return true;
	if (builder->own == AVS_EDGE_OWN_MAX) {
		builder->edge->not_listed++;
		return true;
	}
	builder->own++;
	avs_edge_add(builder->edge, prefix, contributor ? AVS_EDGE_ORLONGER : AVS_EDGE_EXACT,
		     AVS_EDGE_OWN);
	return true;
}

enum avs_err avs_edge_compute(const struct avs_config *config, const struct avs_table *table,
			      struct avs_arena *arena, struct avs_edge **out)
{
	static const struct avs_prefix any = {.family = AVS_IPV4};
	struct avs_edge *edge = avs_arena_alloc(arena, sizeof(*edge));
	struct avs_edge_builder builder = {.config = config, .edge = edge};
	size_t room = avs_table_size(table), i;

	if (!edge)
		return AVS_ERR_NOMEM;
	if (room > AVS_EDGE_OWN_MAX)
		room = AVS_EDGE_OWN_MAX;
	edge->rules = avs_arena_array(arena, 1 + 3 + config->companion_count + room,
				      sizeof(*edge->rules));
	if (!edge->rules)
		return AVS_ERR_NOMEM;
	if (!avs_edge_wanted(config, &any))
		avs_edge_add(edge, &any, AVS_EDGE_SHORTER_8, AVS_EDGE_DEFAULT);
	for (i = 0; i < 3; i++)
		if (!avs_edge_wanted(config, &avs_rfc1918[i]))
			avs_edge_add(edge, &avs_rfc1918[i], AVS_EDGE_EXACT, AVS_EDGE_BLOCK);
	for (i = 0; i < config->companion_count; i++)
		if (!avs_prefix_is_rfc1918_block(&config->companion[i]) &&
		    !avs_edge_wanted(config, &config->companion[i]) &&
		    !avs_edge_theirs(table, &config->companion[i]))
			avs_edge_add(edge, &config->companion[i], AVS_EDGE_EXACT,
				     AVS_EDGE_COMPANION);
	avs_table_walk_shapes(table, avs_edge_own, &builder);
	*out = edge;
	return AVS_OK;
}
