// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Merge of two configurations, for the quiet period.
 *
 * frr-reload.py removes a changed line seconds before it adds the new
 * one, so for the quiet period the instance plans with both configurations:
 * what was is kept, what is new is there already.  Except for everything that
 * only a person may give and anybody may take away: consent to a leak, be it
 * accept_leak or on-premises as the named target of a prefix of rule 2, is
 * that of `now` alone.
 *
 * Representation: a new configuration in an arena of the caller's; elements are those of
 * both, texts are copied.
 *
 * Complexity: linear in both, arrays are merged in their order.
 */
#include <stdlib.h>
#include <string.h>

#include "avs_config.h"
#include "avs_config_int.h"

struct avs_merge {
	const struct avs_config *before, *now;
	struct avs_arena *arena;
	bool failed; /* an allocation did; all later ones are skipped */
};

static const char *avs_merge_text(struct avs_merge *m, const char *text)
{
	const char *copy = m->failed ? NULL : avs_arena_strdup(m->arena, text);

	if (text && !copy)
		m->failed = true;
	return copy;
}

static void *avs_merge_alloc(struct avs_merge *m, size_t count, size_t size)
{
	void *array = m->failed ? NULL : avs_arena_array(m->arena, count, size);

	if (!array)
		m->failed = true;
	return array;
}

/*
 * All elements of now, and those of before that have no namesake there.  Both
 * are sorted by an order that begins with key.
 */
static void *avs_merge_array(struct avs_merge *m, const void *before, size_t before_count,
			     const void *now, size_t now_count, size_t size,
			     int (*key)(const void *, const void *), size_t *count)
{
	unsigned char *array = avs_merge_alloc(m, before_count + now_count, size);
	const unsigned char *element = before;
	size_t i, n = now_count;

	*count = 0;
	if (!array)
		return NULL;
	if (now_count)
		memcpy(array, now, now_count * size);
	for (i = 0; i < before_count; i++, element += size) {
		if (now_count && bsearch(element, now, now_count, size, key))
			continue;
		memcpy(array + n * size, element, size);
		n++;
	}
	*count = n;
	return array;
}

static const struct avs_rs_config *avs_merge_find(const struct avs_config *config, const char *name)
{
	unsigned int i = avs_config_find_rs(config, name);

	return i == AVS_RS_NONE ? NULL : &config->rs[i];
}

/*
 * A neighbour that moved to another route server is no longer one of the old one.  Nor is
 * one whose line goes together with the shadow: it was never guarded.
 */
static void avs_merge_neighbors(struct avs_merge *m, const struct avs_rs_config *before,
				const struct avs_rs_config *now, struct avs_rs_config *out)
{
	size_t i, n = now->neighbor_count;

	out->neighbor_count = 0;
	out->neighbors = avs_merge_alloc(m, before->neighbor_count + n, sizeof(*out->neighbors));
	if (!out->neighbors)
		return;
	if (n)
		memcpy(out->neighbors, now->neighbors, n * sizeof(*now->neighbors));
	if (before->guard == AVS_GUARD_SHADOW && out->guard != AVS_GUARD_SHADOW) {
		out->neighbor_count = n;
		return;
	}
	for (i = 0; i < before->neighbor_count; i++)
		if (avs_config_role(m->now, &before->neighbors[i], NULL) == AVS_RS_NONE)
			out->neighbors[n++] = before->neighbors[i];
	out->neighbor_count = n;
}

/* before or now may be NULL, not both */
static void avs_merge_rs(struct avs_merge *m, const struct avs_rs_config *before,
			 const struct avs_rs_config *now, struct avs_rs_config *out)
{
	static const struct avs_rs_config nothing;
	size_t i;

	*out = now ? *now : *before;
	if (!now) {
		out->accept_leak = false;
		/* in shadow, what it is told is the user's business, to the end */
		if (before->guard != AVS_GUARD_SHADOW)
			out->guard = AVS_GUARD_ENFORCE;
		now = &nothing;
	}
	if (!before)
		before = &nothing;
	avs_merge_neighbors(m, before, now, out);
	out->toward = avs_merge_array(m, before->toward, before->toward_count, now->toward,
				      now->toward_count, sizeof(*out->toward), avs_toward_order,
				      &out->toward_count);
	for (i = 0; i < out->toward_count; i++)
		out->toward[i].site = avs_merge_text(m, out->toward[i].site);
	out->permit = avs_merge_array(m, before->permit, before->permit_count, now->permit,
				      now->permit_count, sizeof(*out->permit), avs_name_order,
				      &out->permit_count);
	for (i = 0; i < out->permit_count; i++)
		out->permit[i] = avs_merge_text(m, out->permit[i]);
	out->name = avs_merge_text(m, out->name);
	out->map_in = avs_merge_text(m, now->map_in ? now->map_in : before->map_in);
	out->map_out = avs_merge_text(m, now->map_out ? now->map_out : before->map_out);
	out->global_reach = now->global_reach || before->global_reach;
	if (!out->next_hop.family)
		out->next_hop = before->next_hop;
	out->route_limit = now->route_limit ? now->route_limit : before->route_limit;
	out->usable = now->usable ? now->usable : before->usable;
	out->gateway_limit = now->gateway_limit ? now->gateway_limit : before->gateway_limit;
	out->prepend = now->prepend ? now->prepend : before->prepend;
	out->maintenance = now->maintenance || before->maintenance;
	out->interface = avs_merge_text(m, now->interface ? now->interface : before->interface);
	out->gets_default = now->gets_default || before->gets_default;
}

static void avs_merge_route_servers(struct avs_merge *m, struct avs_config *out)
{
	const struct avs_config *before = m->before, *now = m->now;
	size_t i;

	out->rs_count = 0;
	out->rs = avs_merge_alloc(m, before->rs_count + now->rs_count, sizeof(*out->rs));
	if (!out->rs)
		return;
	for (i = 0; i < now->rs_count; i++)
		avs_merge_rs(m, avs_merge_find(before, now->rs[i].name), &now->rs[i],
			     &out->rs[out->rs_count++]);
	for (i = 0; i < before->rs_count; i++) {
		if (avs_merge_find(now, before->rs[i].name))
			continue;
		avs_merge_rs(m, &before->rs[i], NULL, &out->rs[out->rs_count]);
		/* an overlay neighbour is its address: when that has another role, nothing is left
		 */
		if (!before->rs[i].overlay || out->rs[out->rs_count].neighbor_count)
			out->rs_count++;
	}
}

static void avs_merge_rules(struct avs_merge *m, struct avs_config *out)
{
	struct avs_segment_rule *rule;
	size_t i;

	out->rules = avs_merge_array(m, m->before->rules, m->before->rule_count, m->now->rules,
				     m->now->rule_count, sizeof(*out->rules), avs_rule_key_order,
				     &out->rule_count);
	for (i = 0; i < out->rule_count; i++) {
		rule = &out->rules[i];
		rule->site = avs_merge_text(m, rule->site);
		rule->list = avs_merge_text(m, rule->list);
	}
}

static void avs_merge_default(struct avs_merge *m, struct avs_config *out)
{
	const struct avs_config *before = m->before, *now = m->now;
	avs_segset op = AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	size_t i;

	/* on-premises as a named target is consent: it is of now, and for now's targets */
	out->default_toward = now->default_toward;
	if (!(now->default_toward & op))
		out->default_toward |= before->default_toward & (avs_segset)~op;
	out->default_next_hop =
		now->default_next_hop.family ? now->default_next_hop : before->default_next_hop;
	out->default_vnet_only = now->default_vnet_only || before->default_vnet_only;
	out->default_form = now->default_form ? now->default_form : before->default_form;
	out->companions = now->companions || before->companions;
	out->companion = avs_merge_array(
		m, before->companion, before->companion_count, now->companion, now->companion_count,
		sizeof(*out->companion), avs_prefix_order, &out->companion_count);
	out->conditions =
		avs_merge_array(m, before->conditions, before->condition_count, now->conditions,
				now->condition_count, sizeof(*out->conditions), avs_condition_order,
				&out->condition_count);
	for (i = 0; i < out->condition_count; i++)
		out->conditions[i].route_server =
			avs_merge_text(m, out->conditions[i].route_server);
}

static void avs_merge_exact(struct avs_merge *m, struct avs_config *out)
{
	struct avs_exact *exact;
	size_t i;

	out->exact = avs_merge_array(m, m->before->exact, m->before->exact_count, m->now->exact,
				     m->now->exact_count, sizeof(*out->exact), avs_exact_key_order,
				     &out->exact_count);
	for (i = 0; i < out->exact_count; i++) {
		exact = &out->exact[i];
		exact->site = avs_merge_text(m, exact->site);
		exact->toward_site = avs_merge_text(m, exact->toward_site);
		exact->list = avs_merge_text(m, exact->list);
	}
}

static void avs_merge_supernets(struct avs_merge *m, struct avs_config *out)
{
	size_t i, kept = 0;

	out->supernets =
		avs_merge_array(m, m->before->supernets, m->before->supernet_count,
				m->now->supernets, m->now->supernet_count, sizeof(*out->supernets),
				avs_supernet_key_order, &out->supernet_count);
	for (i = 0; i < out->supernet_count; i++) {
		/* the first ones are those of now */
		if (i >= m->now->supernet_count &&
		    out->supernets[i].toward == AVS_SEGMENT_ON_PREMISES &&
		    avs_prefix_needs_consent(&out->supernets[i].prefix))
			continue;
		out->supernets[kept++] = out->supernets[i];
	}
	out->supernet_count = kept;
}

/* A neighbour keeps its role for a while, and its map while no other one is named. */
static void avs_merge_edges(struct avs_merge *m, struct avs_config *out)
{
	const struct avs_edge_config *before;
	struct avs_edge_config *edge;
	size_t i;

	out->edges = avs_merge_array(m, m->before->edges, m->before->edge_count, m->now->edges,
				     m->now->edge_count, sizeof(*out->edges), avs_edge_key_order,
				     &out->edge_count);
	for (i = 0; i < out->edge_count; i++) {
		edge = &out->edges[i];
		before = avs_config_edge(m->before, &edge->neighbor);
		if (before) {
			edge->role = true;
			if (!edge->map_in)
				edge->map_in = before->map_in;
		}
		edge->map_in = avs_merge_text(m, edge->map_in);
	}
}

/* Targets are united too: without a line every route server would be one. */
static void avs_merge_auto(struct avs_merge *m, struct avs_config *out)
{
	const struct avs_auto_config *before = &m->before->automatic, *now = &m->now->automatic;

	out->supernet_auto = m->now->supernet_auto || m->before->supernet_auto;
	out->automatic.toward = now->toward | before->toward;
	out->automatic.max_prefixes = now->max_prefixes ? now->max_prefixes : before->max_prefixes;
	out->automatic.shortest = now->shortest ? now->shortest : before->shortest;
	out->automatic.max_attract = now->max_attract ? now->max_attract : before->max_attract;
	out->automatic.within = avs_merge_array(
		m, before->within, before->within_count, now->within, now->within_count,
		sizeof(*now->within), avs_prefix_order, &out->automatic.within_count);
}

static struct avs_seconds avs_merge_seconds(const struct avs_seconds *before,
					    const struct avs_seconds *now)
{
	return now->set ? *now : *before;
}

static void avs_merge_calm(const struct avs_config *before, const struct avs_config *now,
			   struct avs_config *out)
{
	out->segment_memory = avs_merge_seconds(&before->segment_memory, &now->segment_memory);
	out->hold_down = avs_merge_seconds(&before->hold_down, &now->hold_down);
	out->tighten_delay = avs_merge_seconds(&before->tighten_delay, &now->tighten_delay);
	out->startup_delay = avs_merge_seconds(&before->startup_delay, &now->startup_delay);
	out->quiet_period = avs_merge_seconds(&before->quiet_period, &now->quiet_period);
}

/* nothing is announced because of these: a value of now, or else what was */
static void avs_merge_udr(const struct avs_udr_config *before, const struct avs_udr_config *now,
			  struct avs_udr_config *out)
{
	out->next_hop = now->next_hop.family ? now->next_hop : before->next_hop;
	out->route_limit = now->route_limit ? now->route_limit : before->route_limit;
	out->reserved = now->reserved ? now->reserved : before->reserved;
}

enum avs_err avs_config_merge(const struct avs_config *before, const struct avs_config *now,
			      struct avs_arena *arena, struct avs_config **out)
{
	static const struct avs_config nothing = {.name = ""};
	struct avs_merge m = {
		.before = before ? before : &nothing, .now = now ? now : &nothing, .arena = arena};
	struct avs_config *config = avs_merge_alloc(&m, 1, sizeof(*config));
	enum avs_err err;

	if (!config)
		return AVS_ERR_NOMEM;
	before = m.before;
	now = m.now;
	config->name = avs_merge_text(&m, now != &nothing ? now->name : before->name);
	config->shutdown = now->shutdown || before->shutdown;
	config->freeze = now->freeze || before->freeze;
	avs_merge_route_servers(&m, config);
	avs_merge_rules(&m, config);
	config->siblings = avs_merge_array(
		&m, before->siblings, before->sibling_count, now->siblings, now->sibling_count,
		sizeof(*config->siblings), avs_as_order, &config->sibling_count);
	config->keep_communities = now->keep_communities;
	avs_merge_default(&m, config);
	avs_merge_exact(&m, config);
	avs_merge_supernets(&m, config);
	/* nothing is done about these: they are told */
	config->loose =
		avs_merge_array(&m, NULL, 0, now->loose, now->loose_count, sizeof(*config->loose),
				avs_prefix_order, &config->loose_count);
	avs_merge_edges(&m, config);
	config->protect = avs_merge_array(&m, before->protect, before->protect_count, now->protect,
					  now->protect_count, sizeof(*config->protect),
					  avs_prefix_order, &config->protect_count);
	avs_merge_auto(&m, config);
	config->policy = avs_merge_text(&m, now->policy ? now->policy : before->policy);
	avs_merge_calm(before, now, config);
	config->no_discard = now->no_discard || before->no_discard;
	avs_merge_udr(&before->udr, &now->udr, &config->udr);
	if (m.failed)
		return AVS_ERR_NOMEM;
	err = avs_config_seal(config);
	if (!err)
		*out = config;
	return err;
}
