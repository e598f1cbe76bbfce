// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the YANG tree of an instance to its configuration.
 *
 * Purpose: one function for each container of the model reads its nodes into the part
 * of `struct avs_config` that stands for it.
 *
 * Invariants: the tree is valid, so values are canonical and in range; what the core
 * refuses all the same is an error, and nothing is handed out.  Everything is in the
 * caller's arena, texts included: the tree may go.
 *
 * Complexity: linear in the number of nodes.  Children are walked, never
 * looked up with XPath.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "northbound.h"
#include "yang.h"

#include "bgpd_avs/avs_nb_build.h"
#include "bgpd_avs/avs_nb.h"

/* ---------------------------------------------------------------- values */

static size_t count_children(const struct lyd_node *parent, const char *name)
{
	const struct lyd_node *child;
	size_t count = 0;

	if (!parent)
		return 0;
	LY_LIST_FOR (lyd_child(parent), child)
		count += strmatch(child->schema->name, name);
	return count;
}

static uint32_t number(const struct lyd_node *parent, const char *name)
{
	const char *text = avs_nb_value(parent, name);

	return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

/* a value that the model lets through and the core does not is an error */
static bool prefix_of(const char *text, struct avs_prefix *p)
{
	return text && avs_prefix_parse(text, p);
}

/* absent: stays family 0 */
static bool optional_prefix(const struct lyd_node *parent, const char *name, struct avs_prefix *p)
{
	const char *text = avs_nb_value(parent, name);

	return !text || prefix_of(text, p);
}

/* NULL when absent or out of memory; the two are told apart by *err */
static const char *string_of(struct avs_arena *arena, const struct lyd_node *parent,
			     const char *name, enum avs_err *err)
{
	const char *text = avs_nb_value(parent, name);
	char *copy;

	if (!text)
		return NULL;
	copy = avs_arena_strdup(arena, text);
	if (!copy)
		*err = AVS_ERR_NOMEM;
	return copy;
}

/* as string_of(), with "" for what is absent */
static const char *site_of(struct avs_arena *arena, const struct lyd_node *parent,
			   enum avs_err *err)
{
	const char *site = string_of(arena, parent, "site", err);

	return site ? site : "";
}

/*
 * All entries of a leaf-list of addresses or prefixes.  *count is how many
 * were stored.
 */
static enum avs_err prefixes_of(struct avs_arena *arena, const struct lyd_node *parent,
				const char *name, struct avs_prefix **list, size_t *count)
{
	const struct lyd_node *child;

	*list = avs_arena_array(arena, count_children(parent, name), sizeof(**list));
	if (!*list)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(parent), child) {
		if (!strmatch(child->schema->name, name))
			continue;
		if (!prefix_of(lyd_get_value(child), &(*list)[*count]))
			return AVS_ERR_INPUT;
		(*count)++;
	}
	return AVS_OK;
}

/* ---------------------------------------------------------- route servers */

static enum avs_err build_toward(struct avs_arena *arena, const struct lyd_node *dnode,
				 struct avs_rs_config *rs)
{
	const struct lyd_node *child;
	enum avs_err err = AVS_OK;

	rs->toward = avs_arena_array(arena, count_children(dnode, "toward"), sizeof(*rs->toward));
	if (!rs->toward)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(dnode), child) {
		struct avs_toward *toward = &rs->toward[rs->toward_count];

		if (!strmatch(child->schema->name, "toward"))
			continue;
		if (!avs_segment_parse(avs_nb_value(child, "segment"), &toward->segment))
			return AVS_ERR_INPUT;
		toward->site = site_of(arena, child, &err);
		rs->toward_count++;
	}
	return err;
}

static enum avs_err build_permit(struct avs_arena *arena, const struct lyd_node *dnode,
				 struct avs_rs_config *rs)
{
	const struct lyd_node *child;
	const char *list;

	rs->permit = avs_arena_array(arena, count_children(dnode, "permit-prefix-list"),
				     sizeof(*rs->permit));
	if (!rs->permit)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (!strmatch(child->schema->name, "permit-prefix-list"))
			continue;
		list = avs_arena_strdup(arena, lyd_get_value(child));
		if (!list)
			return AVS_ERR_NOMEM;
		rs->permit[rs->permit_count++] = list;
	}
	return AVS_OK;
}

static enum avs_err build_route_server(struct avs_arena *arena, const struct lyd_node *dnode,
				       struct avs_rs_config *rs)
{
	const char *guard = avs_nb_value(dnode, "guard");
	enum avs_err err;

	err = prefixes_of(arena, dnode, "neighbor", &rs->neighbors, &rs->neighbor_count);
	if (err != AVS_OK)
		return err;
	err = build_toward(arena, dnode, rs);
	if (err == AVS_OK)
		err = build_permit(arena, dnode, rs);
	if (err != AVS_OK)
		return err;

	rs->name = string_of(arena, dnode, "name", &err);
	rs->map_in = string_of(arena, dnode, "route-map-in", &err);
	rs->map_out = string_of(arena, dnode, "route-map-out", &err);
	/* the model has one value for each of these two */
	rs->global_reach = avs_nb_child(dnode, "global-reach") != NULL;
	rs->accept_leak = avs_nb_child(dnode, "accept-leak") != NULL;
	if (guard && strmatch(guard, "monitor"))
		rs->guard = AVS_GUARD_MONITOR;
	else if (guard && strmatch(guard, "shadow"))
		rs->guard = AVS_GUARD_SHADOW;
	rs->route_limit = number(dnode, "route-limit");
	rs->usable = number(dnode, "usable");
	rs->gateway_limit = number(dnode, "gateway-limit");
	rs->prepend = number(dnode, "prepend");
	rs->maintenance = avs_nb_child(dnode, "maintenance") != NULL;
	rs->interface = string_of(arena, dnode, "interface", &err);
	if (!optional_prefix(dnode, "next-hop", &rs->next_hop))
		return AVS_ERR_INPUT;
	return err;
}

static enum avs_err build_route_servers(struct avs_arena *arena, const struct lyd_node *dnode,
					struct avs_config *config)
{
	const struct lyd_node *child;
	enum avs_err err;

	config->rs = avs_arena_array(arena, count_children(dnode, "route-server") + AVS_OVERLAY_MAX,
				     sizeof(*config->rs));
	if (!config->rs)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (!strmatch(child->schema->name, "route-server"))
			continue;
		err = build_route_server(arena, child, &config->rs[config->rs_count]);
		if (err != AVS_OK)
			return err;
		config->rs_count++;
	}
	return AVS_OK;
}

/* ---------------------------------------------------------------- overlay */

/* the overlay neighbour with this address among those built so far, or NULL */
static struct avs_rs_config *overlay_at(const struct avs_config *config, const struct avs_prefix *p)
{
	for (size_t i = 0; i < config->rs_count; i++)
		if (config->rs[i].overlay && avs_prefix_equal(&config->rs[i].neighbors[0], p))
			return &config->rs[i];
	return NULL;
}

static enum avs_err build_overlay_neighbor(struct avs_arena *arena, const struct lyd_node *dnode,
					   struct avs_rs_config *rs)
{
	const char *address = avs_nb_value(dnode, "address");
	char name[AVS_NAME_MAX + 1];
	enum avs_err err = AVS_OK;

	rs->overlay = true;
	rs->neighbors = avs_arena_alloc(arena, sizeof(*rs->neighbors));
	if (!rs->neighbors)
		return AVS_ERR_NOMEM;
	if (!prefix_of(address, &rs->neighbors[0]))
		return AVS_ERR_INPUT;
	rs->neighbor_count = 1;
	snprintf(name, sizeof(name), AVS_OVERLAY_NAME "%s", address);
	rs->name = avs_arena_strdup(arena, name);
	rs->interface = string_of(arena, dnode, "interface", &err);
	return rs->name ? err : AVS_ERR_NOMEM;
}

static enum avs_err build_overlay_neighbors(struct avs_arena *arena, const struct lyd_node *dnode,
					    struct avs_config *config)
{
	const struct lyd_node *child;
	enum avs_err err;

	LY_LIST_FOR (lyd_child(dnode), child) {
		if (!strmatch(child->schema->name, "neighbor"))
			continue;
		err = build_overlay_neighbor(arena, child, &config->rs[config->rs_count]);
		if (err != AVS_OK)
			return err;
		config->rs_count++;
	}
	return AVS_OK;
}

/* what is said of a neighbour, or of an address that is none */
static enum avs_err build_overlay_line(struct avs_arena *arena, const struct lyd_node *dnode,
				       struct avs_config *config)
{
	bool is_default = strmatch(dnode->schema->name, "default");
	struct avs_rs_config *rs;
	struct avs_prefix address;
	enum avs_err err = AVS_OK;

	if (!is_default && !strmatch(dnode->schema->name, "route-map"))
		return AVS_OK;
	if (!prefix_of(is_default ? lyd_get_value(dnode) : avs_nb_value(dnode, "address"),
		       &address))
		return AVS_ERR_INPUT;
	rs = overlay_at(config, &address);
	if (!rs) {
		config->loose[config->loose_count++] = address;
	} else if (is_default) {
		rs->gets_default = true;
	} else {
		rs->map_in = string_of(arena, dnode, "in", &err);
		rs->map_out = string_of(arena, dnode, "out", &err);
	}
	return err;
}

/* after build_route_servers(), which has left room */
static enum avs_err build_overlay(struct avs_arena *arena, const struct lyd_node *dnode,
				  struct avs_config *config)
{
	const struct lyd_node *child;
	enum avs_err err;

	if (!dnode)
		return AVS_OK;
	config->loose = avs_arena_array(
		arena, count_children(dnode, "default") + count_children(dnode, "route-map"),
		sizeof(*config->loose));
	if (!config->loose)
		return AVS_ERR_NOMEM;
	err = build_overlay_neighbors(arena, dnode, config);
	if (err != AVS_OK)
		return err;
	LY_LIST_FOR (lyd_child(dnode), child) {
		err = build_overlay_line(arena, child, config);
		if (err != AVS_OK)
			return err;
	}
	return AVS_OK;
}

/* ------------------------------------------------------------- azure-edge */

/* the entry of an address, a new one when there is none yet */
static struct avs_edge_config *edge_at(struct avs_config *config, const struct avs_prefix *p)
{
	struct avs_edge_config *edge;

	for (size_t i = 0; i < config->edge_count; i++)
		if (avs_prefix_equal(&config->edges[i].neighbor, p))
			return &config->edges[i];
	edge = &config->edges[config->edge_count++];
	edge->neighbor = *p;
	return edge;
}

static enum avs_err build_azure_edge(struct avs_arena *arena, const struct lyd_node *dnode,
				     struct avs_config *config)
{
	const struct lyd_node *child;
	struct avs_edge_config *edge;
	struct avs_prefix address;
	enum avs_err err = AVS_OK;

	if (!dnode)
		return AVS_OK;
	config->edges = avs_arena_array(
		arena, count_children(dnode, "neighbor") + count_children(dnode, "route-map"),
		sizeof(*config->edges));
	if (!config->edges)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(dnode), child) {
		bool is_neighbor = strmatch(child->schema->name, "neighbor");

		if (!is_neighbor && !strmatch(child->schema->name, "route-map"))
			continue;
		if (!prefix_of(is_neighbor ? lyd_get_value(child) : avs_nb_value(child, "address"),
			       &address))
			return AVS_ERR_INPUT;
		edge = edge_at(config, &address);
		if (is_neighbor)
			edge->role = true;
		else
			edge->map_in = string_of(arena, child, "in", &err);
	}
	return err;
}

/* --------------------------------------------------------------- segments */

static const struct rule_list {
	const char *name;
	enum avs_segment_rule_type type;
} rule_lists[] = {
	{"prefix", AVS_RULE_PREFIX},	   {"prefix-list", AVS_RULE_PREFIX_LIST},
	{"neighbor", AVS_RULE_NEIGHBOR},   {"as-path-list", AVS_RULE_AS_PATH_LIST},
	{"origin-as", AVS_RULE_ORIGIN_AS},
};

static enum avs_err build_rule(struct avs_arena *arena, const struct lyd_node *dnode,
			       enum avs_segment_rule_type type, struct avs_segment_rule *rule)
{
	enum avs_err err = AVS_OK;
	bool ok = true;

	rule->type = type;
	switch (type) {
	case AVS_RULE_PREFIX:
		ok = prefix_of(avs_nb_value(dnode, "prefix"), &rule->prefix);
		break;
	case AVS_RULE_NEIGHBOR:
		ok = prefix_of(avs_nb_value(dnode, "address"), &rule->prefix);
		break;
	case AVS_RULE_PREFIX_LIST:
	case AVS_RULE_AS_PATH_LIST:
		rule->list = string_of(arena, dnode, "name", &err);
		break;
	case AVS_RULE_ORIGIN_AS:
		rule->as_low = number(dnode, "first");
		rule->as_high = number(dnode, "last");
		break;
	}
	rule->site = site_of(arena, dnode, &err);
	if (!ok || !avs_segment_parse(avs_nb_value(dnode, "segment"), &rule->segment))
		return AVS_ERR_INPUT;
	return err;
}

static enum avs_err build_segment(struct avs_arena *arena, const struct lyd_node *segment,
				  struct avs_config *config)
{
	const struct lyd_node *child;
	size_t count = 0;
	enum avs_err err;

	if (!segment)
		return AVS_OK;
	for (size_t i = 0; i < array_size(rule_lists); i++)
		count += count_children(segment, rule_lists[i].name);
	config->rules = avs_arena_array(arena, count, sizeof(*config->rules));
	if (!config->rules)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(segment), child) {
		for (size_t i = 0; i < array_size(rule_lists); i++) {
			if (!strmatch(child->schema->name, rule_lists[i].name))
				continue;
			err = build_rule(arena, child, rule_lists[i].type,
					 &config->rules[config->rule_count]);
			if (err != AVS_OK)
				return err;
			config->rule_count++;
		}
	}
	return AVS_OK;
}

static enum avs_err build_siblings(struct avs_arena *arena, const struct lyd_node *dnode,
				   struct avs_config *config)
{
	const struct lyd_node *child;

	if (!dnode)
		return AVS_OK;
	config->siblings =
		avs_arena_array(arena, count_children(dnode, "as"), sizeof(*config->siblings));
	if (!config->siblings)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(dnode), child)
		if (strmatch(child->schema->name, "as"))
			config->siblings[config->sibling_count++] =
				(uint32_t)strtoul(lyd_get_value(child), NULL, 10);
	return AVS_OK;
}

/* -------------------------------------------------------------- advertise */

static enum avs_err build_condition(struct avs_arena *arena, const struct lyd_node *dnode,
				    struct avs_condition *condition)
{
	const char *type = avs_nb_value(dnode, "source-type");
	enum avs_err err = AVS_OK;

	if (!type || !prefix_of(avs_nb_value(dnode, "prefix"), &condition->prefix))
		return AVS_ERR_INPUT;
	if (strmatch(type, "any")) {
		condition->from = AVS_FROM_ANY;
	} else if (strmatch(type, "zebra")) {
		condition->from = AVS_FROM_ZEBRA;
	} else if (strmatch(type, "overlay")) {
		condition->from = AVS_FROM_OVERLAY;
	} else if (strmatch(type, "route-server")) {
		condition->from = AVS_FROM_ROUTE_SERVER;
		condition->route_server = string_of(arena, dnode, "source", &err);
	} else if (strmatch(type, "neighbor")) {
		condition->from = AVS_FROM_NEIGHBOR;
		if (!prefix_of(avs_nb_value(dnode, "source"), &condition->neighbor))
			return AVS_ERR_INPUT;
	} else {
		return AVS_ERR_INPUT;
	}
	return err;
}

static enum avs_err build_default(struct avs_arena *arena, const struct lyd_node *dnode,
				  struct avs_config *config)
{
	const struct lyd_node *child;
	enum avs_segment segment;
	enum avs_err err;

	if (!dnode)
		return AVS_OK;
	config->default_vnet_only = avs_nb_child(dnode, "vnet-only") != NULL;
	if (avs_nb_value(dnode, "form") &&
	    !avs_form_parse(avs_nb_value(dnode, "form"), &config->default_form))
		return AVS_ERR_INPUT;
	if (!optional_prefix(dnode, "next-hop", &config->default_next_hop))
		return AVS_ERR_INPUT;
	config->conditions = avs_arena_array(arena, count_children(dnode, "when-present"),
					     sizeof(*config->conditions));
	if (!config->conditions)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (strmatch(child->schema->name, "toward")) {
			if (!avs_segment_parse(lyd_get_value(child), &segment))
				return AVS_ERR_INPUT;
			config->default_toward |= AVS_SEG_BIT(segment);
		} else if (strmatch(child->schema->name, "when-present")) {
			err = build_condition(arena, child,
					      &config->conditions[config->condition_count]);
			if (err != AVS_OK)
				return err;
			config->condition_count++;
		}
	}
	return AVS_OK;
}

static enum avs_err build_supernets(struct avs_arena *arena, const struct lyd_node *advertise,
				    struct avs_config *config)
{
	const struct lyd_node *child;

	config->supernets = avs_arena_array(arena, count_children(advertise, "supernet"),
					    sizeof(*config->supernets));
	if (!config->supernets)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(advertise), child) {
		struct avs_supernet_config *supernet = &config->supernets[config->supernet_count];
		const char *toward;

		if (!strmatch(child->schema->name, "supernet"))
			continue;
		toward = avs_nb_value(child, "toward");
		supernet->unconditional = avs_nb_child(child, "unconditional") != NULL;
		if (!prefix_of(avs_nb_value(child, "prefix"), &supernet->prefix) ||
		    (toward && !avs_segment_parse(toward, &supernet->toward)))
			return AVS_ERR_INPUT;
		config->supernet_count++;
	}
	return AVS_OK;
}

static enum avs_err build_exact(struct avs_arena *arena, const struct lyd_node *advertise,
				struct avs_config *config)
{
	const struct lyd_node *child;
	enum avs_err err = AVS_OK;

	config->exact = avs_arena_array(arena, count_children(advertise, "segment"),
					sizeof(*config->exact));
	if (!config->exact)
		return AVS_ERR_NOMEM;
	LY_LIST_FOR (lyd_child(advertise), child) {
		struct avs_exact *exact = &config->exact[config->exact_count];

		if (!strmatch(child->schema->name, "segment"))
			continue;
		if (!avs_segment_parse(avs_nb_value(child, "segment"), &exact->segment) ||
		    !avs_segment_parse(avs_nb_value(child, "toward"), &exact->toward))
			return AVS_ERR_INPUT;
		exact->site = string_of(arena, child, "site", &err);
		exact->toward_site = string_of(arena, child, "toward-site", &err);
		exact->list = string_of(arena, child, "prefix-list", &err);
		config->exact_count++;
	}
	return err;
}

static enum avs_err build_advertise(struct avs_arena *arena, const struct lyd_node *advertise,
				    struct avs_config *config)
{
	const struct lyd_node *companions;
	enum avs_err err;

	if (!advertise)
		return AVS_OK;
	companions = avs_nb_child(advertise, "companions");
	config->supernet_auto = avs_nb_child(advertise, "supernet-auto") != NULL;
	config->companions = companions && avs_nb_child(companions, "toward");
	err = build_default(arena, avs_nb_child(advertise, "default"), config);
	if (err == AVS_OK)
		err = prefixes_of(arena, advertise, "companion", &config->companion,
				  &config->companion_count);
	if (err == AVS_OK)
		err = build_exact(arena, advertise, config);
	if (err != AVS_OK)
		return err;
	return build_supernets(arena, advertise, config);
}

static enum avs_err build_auto(struct avs_arena *arena, const struct lyd_node *dnode,
			       struct avs_auto_config *automatic)
{
	const struct lyd_node *child;
	enum avs_segment segment;

	if (!dnode)
		return AVS_OK;
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (!strmatch(child->schema->name, "toward"))
			continue;
		if (!avs_segment_parse(lyd_get_value(child), &segment))
			return AVS_ERR_INPUT;
		automatic->toward |= AVS_SEG_BIT(segment);
	}
	automatic->max_prefixes = number(dnode, "max-prefixes");
	automatic->shortest = number(dnode, "shortest");
	automatic->max_attract = number(dnode, "max-attract");
	return prefixes_of(arena, dnode, "within", &automatic->within, &automatic->within_count);
}

static enum avs_err build_udr(const struct lyd_node *dnode, struct avs_udr_config *udr)
{
	if (!dnode)
		return AVS_OK;
	udr->route_limit = number(dnode, "route-limit");
	udr->reserved = number(dnode, "reserved");
	return optional_prefix(dnode, "next-hop", &udr->next_hop) ? AVS_OK : AVS_ERR_INPUT;
}

/* --------------------------------------------------------------- instance */

static struct avs_seconds seconds(const struct lyd_node *dnode, const char *name)
{
	return (struct avs_seconds){.set = avs_nb_child(dnode, name) != NULL,
				    .value = number(dnode, name)};
}

enum avs_err avs_nb_build(struct avs_arena *arena, const struct lyd_node *dnode,
			  struct avs_config **out)
{
	struct avs_config *config = avs_arena_alloc(arena, sizeof(*config));
	const char *discard = avs_nb_value(dnode, "discard");
	const struct lyd_node *policy;
	enum avs_err err = AVS_OK;

	if (!config)
		return AVS_ERR_NOMEM;
	config->name = string_of(arena, dnode, "name", &err);
	config->shutdown = avs_nb_child(dnode, "shutdown") != NULL;
	config->freeze = avs_nb_child(dnode, "freeze") != NULL;
	config->keep_communities = avs_nb_child(dnode, "keep-azure-communities") != NULL;
	config->segment_memory = seconds(dnode, "segment-memory");
	policy = avs_nb_child(dnode, "policy");
	if (policy && avs_nb_value(policy, "route-map"))
		config->policy = string_of(arena, policy, "route-map", &err);
	config->hold_down = seconds(dnode, "hold-down");
	config->tighten_delay = seconds(dnode, "tighten-delay");
	config->startup_delay = seconds(dnode, "startup-delay");
	config->quiet_period = seconds(dnode, "quiet-period");
	config->no_discard = discard && strmatch(discard, "off");
	if (err == AVS_OK)
		err = build_route_servers(arena, dnode, config);
	if (err == AVS_OK)
		err = build_overlay(arena, avs_nb_child(dnode, "overlay"), config);
	if (err == AVS_OK)
		err = build_azure_edge(arena, avs_nb_child(dnode, "azure-edge"), config);
	if (err == AVS_OK)
		err = build_segment(arena, avs_nb_child(dnode, "segment"), config);
	if (err == AVS_OK)
		err = build_siblings(arena, avs_nb_child(dnode, "sibling"), config);
	if (err == AVS_OK)
		err = build_advertise(arena, avs_nb_child(dnode, "advertise"), config);
	if (err == AVS_OK)
		err = build_auto(arena, avs_nb_child(dnode, "auto"), &config->automatic);
	if (err == AVS_OK)
		err = build_udr(avs_nb_child(dnode, "udr"), &config->udr);
	if (err == AVS_OK)
		err = prefixes_of(arena, dnode, "protect", &config->protect,
				  &config->protect_count);
	if (err == AVS_OK)
		err = avs_config_seal(config);
	if (err == AVS_OK)
		*out = config;
	return err;
}

const struct avs_config *avs_nb_build_of(struct avs_arena *arena, const struct nb_config *tree,
					 const char *instance)
{
	const struct lyd_node *dnode = avs_nb_instance(tree, instance);
	struct avs_config *config = NULL;

	if (!dnode) {
		config = avs_arena_alloc(arena, sizeof(*config));
		if (config)
			config->name = "";
		return config;
	}
	return avs_nb_build(arena, dnode, &config) == AVS_OK ? config : NULL;
}
