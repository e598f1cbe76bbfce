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
 * Sealing changes the order of elements, and the guard of overlay neighbours, which is that
 * of the appliance; nothing else, and it does so only
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
#include "avs_config_int.h"

/* up to so many neighbours are looked at one after the other */
#define AVS_NEIGHBORS_FEW 4

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

int avs_as_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return avs_num_cmp(*x, *y);
}

int avs_prefix_order(const void *a, const void *b)
{
	return avs_prefix_cmp(a, b);
}

static int avs_rs_order(const void *a, const void *b)
{
	const struct avs_rs_config *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int avs_name_order(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

int avs_toward_order(const void *a, const void *b)
{
	const struct avs_toward *x = a, *y = b;

	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	return avs_text_cmp(x->site, y->site);
}

/* What a segment line looks at, in the order of classification. */
int avs_rule_key_order(const void *a, const void *b)
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

int avs_condition_order(const void *a, const void *b)
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

/* What makes two exact lines one: the list is its value. */
int avs_exact_key_order(const void *a, const void *b)
{
	const struct avs_exact *x = a, *y = b;
	int c;

	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	c = avs_text_cmp(x->site, y->site);
	if (c)
		return c;
	if (x->toward != y->toward)
		return x->toward < y->toward ? -1 : 1;
	return avs_text_cmp(x->toward_site, y->toward_site);
}

/* a line with a list before one without: it announces less */
static int avs_exact_order(const void *a, const void *b)
{
	const struct avs_exact *x = a, *y = b;
	int c = avs_exact_key_order(a, b);

	return c ? c : avs_text_cmp(y->list, x->list);
}

int avs_edge_key_order(const void *a, const void *b)
{
	const struct avs_edge_config *x = a, *y = b;

	return avs_prefix_cmp(&x->neighbor, &y->neighbor);
}

static int avs_edge_order(const void *a, const void *b)
{
	const struct avs_edge_config *x = a, *y = b;
	int c = avs_edge_key_order(a, b);

	if (c)
		return c;
	return x->role != y->role ? (int)y->role - (int)x->role
				  : avs_text_cmp(x->map_in, y->map_in);
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

int avs_supernet_key_order(const void *a, const void *b)
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

/* It has one neighbour, its own route-maps, and nothing else that a route server has. */
static bool avs_overlay_ok(const struct avs_rs_config *rs)
{
	return rs->name && !strncmp(rs->name, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)) &&
	       rs->neighbor_count == 1 && !rs->toward_count && !rs->permit_count &&
	       !rs->global_reach && !rs->accept_leak && !rs->next_hop.family && !rs->prepend &&
	       !rs->maintenance;
}

static bool avs_rs_ok(const struct avs_rs_config *rs)
{
	size_t i;

	if (rs->overlay && !avs_overlay_ok(rs))
		return false;
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

static bool avs_exact_ok(const struct avs_exact *exact)
{
	return exact->segment != AVS_SEGMENT_UNKNOWN &&
	       (unsigned int)exact->segment < AVS_SEGMENT_COUNT && avs_side_ok(exact->toward);
}

static bool avs_condition_ok(const struct avs_condition *condition)
{
	if (!avs_prefix_ok(&condition->prefix))
		return false;
	switch (condition->from) {
	case AVS_FROM_ANY:
	case AVS_FROM_ZEBRA:
	case AVS_FROM_OVERLAY:
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

/* what is as good as a default has rules of its own, and never is a companion */
static bool avs_companion_ok(const struct avs_prefix *companion)
{
	return avs_prefix_ok(companion) && companion->family == AVS_IPV4 &&
	       !avs_prefix_is_default_equivalent(companion);
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

/* what stands in every path that Route Server delivers is nobody's own number */
static bool avs_sibling_ok(uint32_t as)
{
	return as && as != 12076 && (as < 65515 || as > 65520);
}

static bool avs_form_ok(enum avs_form form)
{
	return form == AVS_FORM_UNSET || form == AVS_FORM_ROUTE || form == AVS_FORM_HALVES ||
	       form == AVS_FORM_BOTH;
}

static bool avs_config_ok(const struct avs_config *config)
{
	size_t i, j;

	if (!avs_next_hop_ok(&config->default_next_hop) || !avs_auto_ok(&config->automatic) ||
	    !avs_udr_ok(&config->udr) || !avs_form_ok(config->default_form))
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
	for (i = 0; i < config->sibling_count; i++)
		if (!avs_sibling_ok(config->siblings[i]))
			return false;
	for (i = 0; i < config->condition_count; i++)
		if (!avs_condition_ok(&config->conditions[i]))
			return false;
	for (i = 0; i < config->exact_count; i++)
		if (!avs_exact_ok(&config->exact[i]))
			return false;
	for (i = 0; i < config->supernet_count; i++)
		if (!avs_supernet_ok(&config->supernets[i]))
			return false;
	for (i = 0; i < config->companion_count; i++)
		if (!avs_companion_ok(&config->companion[i]))
			return false;
	for (i = 0; i < config->loose_count; i++)
		if (!avs_host_ok(&config->loose[i]))
			return false;
	for (i = 0; i < config->edge_count; i++)
		if (!avs_host_ok(&config->edges[i].neighbor))
			return false;
	for (i = 0; i < config->protect_count; i++)
		if (!avs_prefix_ok(&config->protect[i]))
			return false;
	return true;
}

/* An overlay neighbour is in shadow while a route server is: the appliance is being adopted. */
static void avs_seal_shadow(struct avs_config *config)
{
	enum avs_guard guard = AVS_GUARD_ENFORCE;
	size_t i;

	for (i = 0; i < config->rs_count; i++)
		if (!config->rs[i].overlay && config->rs[i].guard == AVS_GUARD_SHADOW)
			guard = AVS_GUARD_SHADOW;
	for (i = 0; i < config->rs_count; i++)
		if (config->rs[i].overlay)
			config->rs[i].guard = guard;
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
	for (i = 0; i < config->exact_count; i++) {
		if (!config->exact[i].site)
			config->exact[i].site = "";
		if (!config->exact[i].toward_site)
			config->exact[i].toward_site = "";
	}
	config->exact_count =
		avs_sort_unique(config->exact, config->exact_count, sizeof(*config->exact),
				avs_exact_order, avs_exact_key_order);
	avs_seal_shadow(config);
	if (config->rs_count)
		qsort(config->rs, config->rs_count, sizeof(*config->rs), avs_rs_order);
	config->rule_count =
		avs_sort_unique(config->rules, config->rule_count, sizeof(*config->rules),
				avs_rule_order, avs_rule_key_order);
	config->sibling_count =
		avs_sort_unique(config->siblings, config->sibling_count, sizeof(*config->siblings),
				avs_as_order, avs_as_order);
	config->condition_count = avs_sort_unique(config->conditions, config->condition_count,
						  sizeof(*config->conditions), avs_condition_order,
						  avs_condition_order);
	config->supernet_count = avs_sort_unique(config->supernets, config->supernet_count,
						 sizeof(*config->supernets), avs_supernet_order,
						 avs_supernet_key_order);
	config->companion_count =
		avs_sort_unique(config->companion, config->companion_count,
				sizeof(*config->companion), avs_prefix_order, avs_prefix_order);
	config->automatic.within_count = avs_sort_unique(
		config->automatic.within, config->automatic.within_count,
		sizeof(*config->automatic.within), avs_prefix_order, avs_prefix_order);
	config->loose_count =
		avs_sort_unique(config->loose, config->loose_count, sizeof(*config->loose),
				avs_prefix_order, avs_prefix_order);
	config->edge_count =
		avs_sort_unique(config->edges, config->edge_count, sizeof(*config->edges),
				avs_edge_order, avs_edge_key_order);
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
	       a->overlay == b->overlay && a->gets_default == b->gets_default &&
	       avs_text_equal(a->interface, b->interface) &&
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
	       a->default_vnet_only == b->default_vnet_only && a->default_form == b->default_form &&
	       a->companions == b->companions &&
	       avs_array_equal(a->companion, a->companion_count, b->companion, b->companion_count,
			       sizeof(*a->companion), avs_prefix_order) &&
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
	       a->keep_communities == b->keep_communities &&
	       avs_array_equal(a->siblings, a->sibling_count, b->siblings, b->sibling_count,
			       sizeof(*a->siblings), avs_as_order) &&
	       avs_array_equal(a->conditions, a->condition_count, b->conditions, b->condition_count,
			       sizeof(*a->conditions), avs_condition_order) &&
	       avs_array_equal(a->exact, a->exact_count, b->exact, b->exact_count,
			       sizeof(*a->exact), avs_exact_order) &&
	       avs_array_equal(a->supernets, a->supernet_count, b->supernets, b->supernet_count,
			       sizeof(*a->supernets), avs_supernet_order) &&
	       avs_array_equal(a->loose, a->loose_count, b->loose, b->loose_count,
			       sizeof(*a->loose), avs_prefix_order) &&
	       avs_array_equal(a->edges, a->edge_count, b->edges, b->edge_count, sizeof(*a->edges),
			       avs_edge_order) &&
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

/* asked for every route; there are two of them as a rule, and comparing is cheap */
static bool avs_rs_has_neighbor(const struct avs_rs_config *rs, const struct avs_prefix *neighbor)
{
	size_t i;

	if (rs->neighbor_count > AVS_NEIGHBORS_FEW)
		return bsearch(neighbor, rs->neighbors, rs->neighbor_count, sizeof(*neighbor),
			       avs_prefix_order);
	for (i = 0; i < rs->neighbor_count; i++)
		if (avs_prefix_equal(&rs->neighbors[i], neighbor))
			return true;
	return false;
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
		if (!avs_rs_has_neighbor(rs, neighbor))
			continue;
		if (found == AVS_RS_NONE)
			found = i;
		else if (conflict)
			*conflict = true;
	}
	if (conflict && found != AVS_RS_NONE && avs_config_edge(config, neighbor))
		*conflict = true;
	return found;
}

bool avs_config_is_sibling(const struct avs_config *config, uint32_t as)
{
	return config->sibling_count &&
	       bsearch(&as, config->siblings, config->sibling_count, sizeof(as), avs_as_order);
}

const struct avs_edge_config *avs_config_edge_line(const struct avs_config *config,
						   const struct avs_prefix *neighbor)
{
	const struct avs_edge_config key = {.neighbor = *neighbor};

	if (!config->edge_count)
		return NULL;
	return bsearch(&key, config->edges, config->edge_count, sizeof(key), avs_edge_key_order);
}

const struct avs_edge_config *avs_config_edge(const struct avs_config *config,
					      const struct avs_prefix *neighbor)
{
	const struct avs_edge_config *edge = avs_config_edge_line(config, neighbor);

	return edge && edge->role ? edge : NULL;
}

uint32_t avs_config_overlays(const struct avs_config *config)
{
	uint32_t mask = 0;
	unsigned int i;

	for (i = 0; i < config->rs_count; i++)
		if (config->rs[i].overlay)
			mask |= 1U << i;
	return mask;
}

const char *avs_config_site_name(const struct avs_config *config, uint32_t site)
{
	size_t i, j;

	if (!site || site == AVS_SITE_MIXED)
		return "";
	for (i = 0; i < config->rs_count; i++)
		for (j = 0; j < config->rs[i].toward_count; j++)
			if (avs_site_id(config->rs[i].toward[j].site) == site)
				return config->rs[i].toward[j].site;
	for (i = 0; i < config->rule_count; i++)
		if (avs_site_id(config->rules[i].site) == site)
			return config->rules[i].site;
	for (i = 0; i < config->exact_count; i++) {
		if (avs_site_id(config->exact[i].site) == site)
			return config->exact[i].site;
		if (avs_site_id(config->exact[i].toward_site) == site)
			return config->exact[i].toward_site;
	}
	return "";
}

static const char *const avs_forms[] = {
	[AVS_FORM_ROUTE] = "route",
	[AVS_FORM_HALVES] = "halves",
	[AVS_FORM_BOTH] = "both",
};

const char *avs_form_name(enum avs_form form)
{
	return form == AVS_FORM_UNSET || !avs_form_ok(form) ? "unset" : avs_forms[form];
}

bool avs_form_parse(const char *text, enum avs_form *form)
{
	unsigned int i;

	for (i = AVS_FORM_ROUTE; text && i <= AVS_FORM_BOTH; i++)
		if (!strcmp(text, avs_forms[i])) {
			*form = (enum avs_form)i;
			return true;
		}
	return false;
}
