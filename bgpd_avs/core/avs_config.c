// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration: sort, compare, look up.
 *
 * The northbound side fills the arrays of struct avs_config in whatever order
 * the YANG tree has them; avs_config_seal() brings them into the one order in
 * which equal configurations are equal values.  Everything after that relies
 * on the order: look-ups are binary searches, classification tries segment
 * lines from the first to the last, the plan is deterministic.
 *
 * Sealing changes the order of elements and nothing else, and it does so only
 * after everything was checked: a configuration that is refused is the one
 * that was handed in.
 *
 * What belongs together by its key (two supernets with the same prefix) is
 * told apart by all remaining words, the most cautious first, and the first
 * one stays.  YANG keys make that impossible today; a merge of two
 * configurations, or a fuzzer, must not depend on it.
 */
#include <stdlib.h>
#include <string.h>

#include "avs_config.h"

/* NULL sorts before any text */
static int avs_text_cmp(const char *a, const char *b)
{
	if (!a || !b)
		return (a ? 1 : 0) - (b ? 1 : 0);
	return strcmp(a, b);
}

static int avs_num_cmp(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int avs_prefix_order(const void *a, const void *b)
{
	return avs_prefix_cmp(a, b);
}

static int avs_rs_order(const void *a, const void *b)
{
	const struct avs_rs_config *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int avs_name_order(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static int avs_toward_order(const void *a, const void *b)
{
	const struct avs_toward *x = a, *y = b;

	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	return avs_text_cmp(x->site, y->site);
}

/* What a segment line looks at, in the order of classification. */
static int avs_rule_key_order(const void *a, const void *b)
{
	const struct avs_segment_rule *x = a, *y = b;
	uint32_t x_wide = x->as_high - x->as_low, y_wide = y->as_high - y->as_low;

	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	switch (x->type) {
	case AVS_RULE_PREFIX:
		if (x->prefix.len != y->prefix.len)
			return x->prefix.len > y->prefix.len ? -1 : 1;
		return avs_prefix_cmp(&x->prefix, &y->prefix);
	case AVS_RULE_NEIGHBOR:
		return avs_prefix_cmp(&x->prefix, &y->prefix);
	case AVS_RULE_PREFIX_LIST:
	case AVS_RULE_AS_PATH_LIST:
		return strcmp(x->list, y->list);
	case AVS_RULE_ORIGIN_AS:
		if (x_wide != y_wide)
			return x_wide < y_wide ? -1 : 1;
		return avs_num_cmp(x->as_low, y->as_low);
	}
	return 0;
}

static int avs_rule_order(const void *a, const void *b)
{
	const struct avs_segment_rule *x = a, *y = b;
	int c = avs_rule_key_order(a, b);

	if (c)
		return c;
	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	return avs_text_cmp(x->site, y->site);
}

static int avs_condition_order(const void *a, const void *b)
{
	const struct avs_condition *x = a, *y = b;
	int c = avs_prefix_cmp(&x->prefix, &y->prefix);

	if (c)
		return c;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->from == AVS_FROM_ROUTE_SERVER)
		return avs_text_cmp(x->route_server, y->route_server);
	return x->from == AVS_FROM_NEIGHBOR ? avs_prefix_cmp(&x->neighbor, &y->neighbor) : 0;
}

static int avs_supernet_order(const void *a, const void *b)
{
	const struct avs_supernet_config *x = a, *y = b;
	int c = avs_prefix_cmp(&x->prefix, &y->prefix);

	if (c)
		return c;
	if (x->unconditional != y->unconditional)
		return x->unconditional ? 1 : -1;
	return y->toward < x->toward ? -1 : y->toward > x->toward;
}

/* Sort, keep the first of equal ones, return how many are left. */
static size_t avs_sort_unique(void *array, size_t count, size_t size,
			      int (*order)(const void *, const void *),
			      int (*same)(const void *, const void *))
{
	unsigned char *base = array;
	size_t i, kept = 1;

	if (count < 2)
		return count;
	qsort(base, count, size, order);
	for (i = 1; i < count; i++) {
		if (!same(base + (kept - 1) * size, base + i * size))
			continue;
		if (kept != i)
			memcpy(base + kept * size, base + i * size, size);
		kept++;
	}
	return kept;
}

static int avs_supernet_key_order(const void *a, const void *b)
{
	const struct avs_supernet_config *x = a, *y = b;

	return avs_prefix_cmp(&x->prefix, &y->prefix);
}

static bool avs_host_ok(const struct avs_prefix *p)
{
	return avs_prefix_ok(p) && p->len == p->family;
}

static bool avs_next_hop_ok(const struct avs_prefix *p)
{
	return !p->family || avs_host_ok(p);
}

static bool avs_side_ok(enum avs_segment segment)
{
	return segment == AVS_SEGMENT_PRIVATE_CLOUD || segment == AVS_SEGMENT_ON_PREMISES;
}

static bool avs_rs_ok(const struct avs_rs_config *rs)
{
	size_t i;

	if (!rs->name || !*rs->name || !avs_next_hop_ok(&rs->next_hop))
		return false;
	for (i = 0; i < rs->neighbor_count; i++)
		if (!avs_host_ok(&rs->neighbors[i]))
			return false;
	for (i = 0; i < rs->toward_count; i++)
		if (!avs_side_ok(rs->toward[i].segment))
			return false;
	for (i = 0; i < rs->permit_count; i++)
		if (!rs->permit[i])
			return false;
	return true;
}

static bool avs_rule_ok(const struct avs_segment_rule *rule)
{
	if ((unsigned int)rule->segment >= AVS_SEGMENT_COUNT)
		return false;
	switch (rule->type) {
	case AVS_RULE_PREFIX:
		return avs_prefix_ok(&rule->prefix);
	case AVS_RULE_NEIGHBOR:
		return avs_host_ok(&rule->prefix);
	case AVS_RULE_PREFIX_LIST:
	case AVS_RULE_AS_PATH_LIST:
		return rule->list != NULL;
	case AVS_RULE_ORIGIN_AS:
		return rule->as_low <= rule->as_high;
	}
	return false;
}

static bool avs_condition_ok(const struct avs_condition *condition)
{
	if (!avs_prefix_ok(&condition->prefix))
		return false;
	switch (condition->from) {
	case AVS_FROM_ANY:
	case AVS_FROM_ZEBRA:
		return true;
	case AVS_FROM_ROUTE_SERVER:
		return condition->route_server != NULL;
	case AVS_FROM_NEIGHBOR:
		return avs_host_ok(&condition->neighbor);
	}
	return false;
}

static bool avs_supernet_ok(const struct avs_supernet_config *supernet)
{
	/* 0/0 is `advertise default`, which has rules of its own */
	return avs_prefix_ok(&supernet->prefix) && supernet->prefix.len &&
	       (supernet->toward == AVS_SEGMENT_UNKNOWN || avs_side_ok(supernet->toward));
}

static bool avs_auto_ok(const struct avs_auto_config *automatic)
{
	avs_segset sides =
		AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD) | AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	size_t i;

	for (i = 0; i < automatic->within_count; i++)
		if (!avs_prefix_ok(&automatic->within[i]) ||
		    automatic->within[i].family != AVS_IPV4)
			return false;
	return !(automatic->toward & ~sides) && automatic->max_prefixes <= AVS_AUTO_PREFIXES_MAX &&
	       automatic->shortest < AVS_IPV4;
}

static bool avs_udr_ok(const struct avs_udr_config *udr)
{
	return avs_next_hop_ok(&udr->next_hop) &&
	       (!udr->next_hop.family || udr->next_hop.family == AVS_IPV4) &&
	       udr->route_limit <= AVS_UDR_LIMIT_MAX && udr->reserved <= AVS_UDR_LIMIT_MAX;
}

static bool avs_config_ok(const struct avs_config *config)
{
	size_t i, j;

	if (!avs_next_hop_ok(&config->default_next_hop) || !avs_auto_ok(&config->automatic) ||
	    !avs_udr_ok(&config->udr))
		return false;
	for (i = 0; i < config->rs_count; i++) {
		if (!avs_rs_ok(&config->rs[i]))
			return false;
		for (j = 0; j < i; j++)
			if (!strcmp(config->rs[i].name, config->rs[j].name))
				return false;
	}
	for (i = 0; i < config->rule_count; i++)
		if (!avs_rule_ok(&config->rules[i]))
			return false;
	for (i = 0; i < config->condition_count; i++)
		if (!avs_condition_ok(&config->conditions[i]))
			return false;
	for (i = 0; i < config->supernet_count; i++)
		if (!avs_supernet_ok(&config->supernets[i]))
			return false;
	for (i = 0; i < config->protect_count; i++)
		if (!avs_prefix_ok(&config->protect[i]))
			return false;
	return true;
}

enum avs_err avs_config_seal(struct avs_config *config)
{
	struct avs_rs_config *rs;
	size_t i, j;

	if (config->rs_count > AVS_RS_MAX)
		return AVS_ERR_LIMIT;
	if (!avs_config_ok(config))
		return AVS_ERR_INPUT;

	for (i = 0; i < config->rs_count; i++) {
		rs = &config->rs[i];
		for (j = 0; j < rs->toward_count; j++)
			if (!rs->toward[j].site)
				rs->toward[j].site = "";
		rs->neighbor_count =
			avs_sort_unique(rs->neighbors, rs->neighbor_count, sizeof(*rs->neighbors),
					avs_prefix_order, avs_prefix_order);
		rs->toward_count =
			avs_sort_unique(rs->toward, rs->toward_count, sizeof(*rs->toward),
					avs_toward_order, avs_toward_order);
		rs->permit_count =
			avs_sort_unique(rs->permit, rs->permit_count, sizeof(*rs->permit),
					avs_name_order, avs_name_order);
	}
	for (i = 0; i < config->rule_count; i++)
		if (!config->rules[i].site)
			config->rules[i].site = "";
	if (config->rs_count)
		qsort(config->rs, config->rs_count, sizeof(*config->rs), avs_rs_order);
	config->rule_count =
		avs_sort_unique(config->rules, config->rule_count, sizeof(*config->rules),
				avs_rule_order, avs_rule_key_order);
	config->condition_count = avs_sort_unique(config->conditions, config->condition_count,
						  sizeof(*config->conditions), avs_condition_order,
						  avs_condition_order);
	config->supernet_count = avs_sort_unique(config->supernets, config->supernet_count,
						 sizeof(*config->supernets), avs_supernet_order,
						 avs_supernet_key_order);
	config->automatic.within_count = avs_sort_unique(
		config->automatic.within, config->automatic.within_count,
		sizeof(*config->automatic.within), avs_prefix_order, avs_prefix_order);
	config->protect_count =
		avs_sort_unique(config->protect, config->protect_count, sizeof(*config->protect),
				avs_prefix_order, avs_prefix_order);
	return AVS_OK;
}

static bool avs_text_equal(const char *a, const char *b)
{
	return avs_text_cmp(a, b) == 0;
}

/* a next hop that is not set may have anything in its other bytes */
static bool avs_next_hop_equal(const struct avs_prefix *a, const struct avs_prefix *b)
{
	return a->family == b->family && (!a->family || avs_prefix_equal(a, b));
}

/* Are two sorted arrays equal, element by element? */
static bool avs_array_equal(const void *a, size_t a_count, const void *b, size_t b_count,
			    size_t size, int (*order)(const void *, const void *))
{
	const unsigned char *x = a, *y = b;
	size_t i;

	if (a_count != b_count)
		return false;
	for (i = 0; i < a_count; i++)
		if (order(x + i * size, y + i * size))
			return false;
	return true;
}

static bool avs_rs_equal(const struct avs_rs_config *a, const struct avs_rs_config *b)
{
	return avs_text_equal(a->name, b->name) && a->global_reach == b->global_reach &&
	       a->accept_leak == b->accept_leak && a->guard == b->guard &&
	       avs_text_equal(a->map_in, b->map_in) && avs_text_equal(a->map_out, b->map_out) &&
	       avs_next_hop_equal(&a->next_hop, &b->next_hop) && a->route_limit == b->route_limit &&
	       a->usable == b->usable && a->gateway_limit == b->gateway_limit &&
	       a->prepend == b->prepend && a->maintenance == b->maintenance &&
	       avs_array_equal(a->neighbors, a->neighbor_count, b->neighbors, b->neighbor_count,
			       sizeof(*a->neighbors), avs_prefix_order) &&
	       avs_array_equal(a->toward, a->toward_count, b->toward, b->toward_count,
			       sizeof(*a->toward), avs_toward_order) &&
	       avs_array_equal(a->permit, a->permit_count, b->permit, b->permit_count,
			       sizeof(*a->permit), avs_name_order);
}

bool avs_auto_equal(const struct avs_auto_config *a, const struct avs_auto_config *b)
{
	return a->toward == b->toward && a->max_prefixes == b->max_prefixes &&
	       a->shortest == b->shortest && a->max_attract == b->max_attract &&
	       avs_array_equal(a->within, a->within_count, b->within, b->within_count,
			       sizeof(*a->within), avs_prefix_order);
}

static bool avs_udr_equal(const struct avs_udr_config *a, const struct avs_udr_config *b)
{
	return avs_next_hop_equal(&a->next_hop, &b->next_hop) && a->route_limit == b->route_limit &&
	       a->reserved == b->reserved;
}

static bool avs_seconds_equal(const struct avs_seconds *a, const struct avs_seconds *b)
{
	return a->set == b->set && (!a->set || a->value == b->value);
}

bool avs_config_equal(const struct avs_config *a, const struct avs_config *b)
{
	size_t i;

	if (a->rs_count != b->rs_count)
		return false;
	for (i = 0; i < a->rs_count; i++)
		if (!avs_rs_equal(&a->rs[i], &b->rs[i]))
			return false;
	return avs_text_equal(a->name, b->name) && a->shutdown == b->shutdown &&
	       a->freeze == b->freeze && a->default_toward == b->default_toward &&
	       avs_next_hop_equal(&a->default_next_hop, &b->default_next_hop) &&
	       a->default_vnet_only == b->default_vnet_only && a->companions == b->companions &&
	       avs_seconds_equal(&a->segment_memory, &b->segment_memory) &&
	       avs_text_equal(a->policy, b->policy) &&
	       avs_seconds_equal(&a->hold_down, &b->hold_down) &&
	       avs_seconds_equal(&a->tighten_delay, &b->tighten_delay) &&
	       avs_seconds_equal(&a->startup_delay, &b->startup_delay) &&
	       avs_seconds_equal(&a->quiet_period, &b->quiet_period) &&
	       a->no_discard == b->no_discard && a->supernet_auto == b->supernet_auto &&
	       avs_auto_equal(&a->automatic, &b->automatic) && avs_udr_equal(&a->udr, &b->udr) &&
	       avs_array_equal(a->rules, a->rule_count, b->rules, b->rule_count, sizeof(*a->rules),
			       avs_rule_order) &&
	       avs_array_equal(a->conditions, a->condition_count, b->conditions, b->condition_count,
			       sizeof(*a->conditions), avs_condition_order) &&
	       avs_array_equal(a->supernets, a->supernet_count, b->supernets, b->supernet_count,
			       sizeof(*a->supernets), avs_supernet_order) &&
	       avs_array_equal(a->protect, a->protect_count, b->protect, b->protect_count,
			       sizeof(*a->protect), avs_prefix_order);
}

unsigned int avs_config_find_rs(const struct avs_config *config, const char *name)
{
	size_t low = 0, high = config->rs_count, middle;
	int c;

	while (name && low < high) {
		middle = low + (high - low) / 2;
		c = strcmp(config->rs[middle].name, name);
		if (!c)
			return (unsigned int)middle;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return AVS_RS_NONE;
}

unsigned int avs_config_role(const struct avs_config *config, const struct avs_prefix *neighbor,
			     bool *conflict)
{
	unsigned int found = AVS_RS_NONE, i;
	const struct avs_rs_config *rs;

	if (conflict)
		*conflict = false;
	for (i = 0; i < config->rs_count; i++) {
		rs = &config->rs[i];
		if (!rs->neighbor_count || !bsearch(neighbor, rs->neighbors, rs->neighbor_count,
						    sizeof(*neighbor), avs_prefix_order))
			continue;
		if (found == AVS_RS_NONE)
			found = i;
		else if (conflict)
			*conflict = true;
	}
	return found;
}

/*
 * Merge.  frr-reload.py removes a changed line seconds before it adds the new
 * one, so for the quiet period the instance plans with both configurations:
 * what was is kept, what is new is there already.  Except for everything that
 * only a person may give and anybody may take away: consent to a leak, be it
 * accept_leak or on-premises as the named target of a prefix of rule 2, is
 * that of `now` alone.
 */
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

/* A neighbour that moved to another route server is no longer one of the old one. */
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
	for (i = 0; i < before->rs_count; i++)
		if (!avs_merge_find(now, before->rs[i].name))
			avs_merge_rs(m, &before->rs[i], NULL, &out->rs[out->rs_count++]);
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
	out->companions = now->companions || before->companions;
	out->conditions =
		avs_merge_array(m, before->conditions, before->condition_count, now->conditions,
				now->condition_count, sizeof(*out->conditions), avs_condition_order,
				&out->condition_count);
	for (i = 0; i < out->condition_count; i++)
		out->conditions[i].route_server =
			avs_merge_text(m, out->conditions[i].route_server);
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
	avs_merge_default(&m, config);
	avs_merge_supernets(&m, config);
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
