// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * User-defined routes: from the table of what is learned to route tables.
 *
 * Two walks over the learned prefixes: the first counts, so that the second
 * can fill arrays that are bounded by the limit of the Azure table, however
 * many prefixes are learned.  Both are in prefix order, and so is everything
 * that comes out.
 *
 * A user's route in GatewaySubnet wins against what the gateway learns only
 * when it is equal to the learned prefix or longer, hence one route for each
 * prefix.  It also wins against the virtual network's own routes, which is
 * why a prefix is left out that would take away the way from the gateway to
 * Route Server: one that a neighbour of ours lies in, unless the virtual
 * network's own prefix is more specific.
 *
 * What vanished lingers.  The reason is not that it may come back, but that a
 * route table that is written while something is broken would be written
 * twice, and half-applied in between.  So nothing ends while the tables are not
 * complete.
 */
#include <stdlib.h>
#include <string.h>

#include "avs_udr.h"

struct avs_udr_builder {
	const struct avs_udr_input *input;
	struct avs_arena *arena;
	struct avs_udr *udr;
	size_t candidates; /* learned prefixes that may need a route */
	size_t room;	   /* of table[GATEWAY_SUBNET].routes */
};

/*
 * What only the other side has, the gateway knows from us: no route past the appliance exists.
 * What came back has its own way in Azure.
 */
static avs_segset avs_udr_sides(const struct avs_udr_input *input, const struct avs_fact *fact)
{
	uint32_t here = ~avs_config_overlays(input->config);
	avs_segset sides = 0;

	if (avs_fact_actual(fact, AVS_SEGMENT_PRIVATE_CLOUD) & here)
		sides |= AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD);
	if (avs_fact_actual(fact, AVS_SEGMENT_ON_PREMISES) & here)
		sides |= AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	return sides;
}

static avs_segset avs_udr_learned(const struct avs_udr_input *input,
				  const struct avs_prefix *prefix, const struct avs_fact *fact)
{
	return prefix->family == AVS_IPV4 && fact ? avs_udr_sides(input, fact) : 0;
}

/* Does a virtual network's own, more specific prefix keep the way to this address? */
static bool avs_udr_sheltered(const struct avs_table *table, const struct avs_prefix *prefix,
			      const struct avs_prefix *address)
{
	struct avs_prefix inner;
	const struct avs_fact *fact;
	uint8_t len;

	for (len = (uint8_t)(prefix->len + 1); len <= AVS_IPV4; len++) {
		inner = avs_prefix_v4(avs_prefix_v4_addr(address), len);
		fact = avs_table_find(table, &inner);
		if (fact && fact->from[AVS_SEGMENT_VIRTUAL_NETWORK])
			return true;
	}
	return false;
}

static bool avs_udr_cuts_off(const struct avs_udr_input *input, const struct avs_prefix *prefix)
{
	const struct avs_rs_config *rs;
	size_t i, j;

	for (i = 0; i < input->config->rs_count; i++) {
		rs = &input->config->rs[i];
		for (j = 0; j < rs->neighbor_count; j++)
			if (rs->neighbors[j].family == AVS_IPV4 &&
			    avs_prefix_contains(prefix, &rs->neighbors[j]) &&
			    !avs_udr_sheltered(input->table, prefix, &rs->neighbors[j]))
				return true;
	}
	return false;
}

static enum avs_udr_why avs_udr_judge(const struct avs_udr_input *input,
				      const struct avs_prefix *prefix, const struct avs_fact *fact)
{
	if (avs_prefix_is_default_equivalent(prefix))
		return AVS_UDR_DEFAULT_ROUTE;
	if (fact->from[AVS_SEGMENT_VIRTUAL_NETWORK])
		return AVS_UDR_VIRTUAL_NETWORK;
	return avs_udr_cuts_off(input, prefix) ? AVS_UDR_HOLDS_NEIGHBOR : AVS_UDR_NEEDED;
}

static bool avs_udr_count(const struct avs_prefix *prefix, const struct avs_fact *fact, void *arg)
{
	struct avs_udr_builder *builder = arg;

	if (avs_udr_learned(builder->input, prefix, fact))
		builder->candidates++;
	return true;
}

static void avs_udr_exclude(struct avs_udr *udr, const struct avs_prefix *prefix,
			    enum avs_udr_why why)
{
	struct avs_udr_excluded *excluded;

	if (udr->excluded_count == AVS_UDR_EXCLUDED_MAX) {
		udr->not_listed++;
		return;
	}
	excluded = &udr->excluded[udr->excluded_count++];
	excluded->prefix = *prefix;
	excluded->why = why;
}

static bool avs_udr_learn(const struct avs_prefix *prefix, const struct avs_fact *fact, void *arg)
{
	struct avs_udr_builder *builder = arg;
	struct avs_udr *udr = builder->udr;
	avs_segset sides = avs_udr_learned(builder->input, prefix, fact);
	struct avs_udr_route *route;
	enum avs_udr_why why;

	if (!sides)
		return true;
	why = avs_udr_judge(builder->input, prefix, fact);
	if (why == AVS_UDR_NEEDED &&
	    udr->table[AVS_UDR_GATEWAY_SUBNET].count == udr->table[AVS_UDR_GATEWAY_SUBNET].limit) {
		why = AVS_UDR_DOES_NOT_FIT;
		udr->not_fitting++;
	}
	if (why != AVS_UDR_NEEDED) {
		avs_udr_exclude(udr, prefix, why);
		return true;
	}
	route = &udr->table[AVS_UDR_GATEWAY_SUBNET]
			 .routes[udr->table[AVS_UDR_GATEWAY_SUBNET].count++];
	route->prefix = *prefix;
	route->next_hop = builder->input->config->udr.next_hop;
	route->segments = sides;
	return true;
}

static int avs_udr_route_order(const void *a, const void *b)
{
	const struct avs_udr_route *x = a, *y = b;

	return avs_prefix_cmp(&x->prefix, &y->prefix);
}

/* What was in the table and is not learned any more, as far as there is room. */
static void avs_udr_linger(struct avs_udr_builder *builder)
{
	const struct avs_udr_input *input = builder->input;
	const struct avs_udr *prev = input->prev;
	struct avs_udr *udr = builder->udr;
	struct avs_udr_route *route;
	uint64_t end;
	size_t i, learned = udr->table[AVS_UDR_GATEWAY_SUBNET].count, count = learned;

	for (i = 0; prev && i < prev->table[AVS_UDR_GATEWAY_SUBNET].count; i++) {
		route = &prev->table[AVS_UDR_GATEWAY_SUBNET].routes[i];
		if (avs_udr_learned(input, &route->prefix,
				    avs_table_find(input->table, &route->prefix)) ||
		    count == builder->room)
			continue;
		end = (route->stale ? route->since : input->now) + AVS_UDR_LINGER_MSEC;
		if (input->now >= end && udr->state == AVS_UDR_COMPLETE)
			continue;
		if (!udr->wakeup || end < udr->wakeup)
			udr->wakeup = end;
		udr->table[AVS_UDR_GATEWAY_SUBNET].routes[count] = *route;
		route = &udr->table[AVS_UDR_GATEWAY_SUBNET].routes[count++];
		route->next_hop = input->config->udr.next_hop;
		route->stale = true;
		route->since = end - AVS_UDR_LINGER_MSEC;
	}
	udr->table[AVS_UDR_GATEWAY_SUBNET].count = count;
	if (count > learned)
		qsort(udr->table[AVS_UDR_GATEWAY_SUBNET].routes, count, sizeof(*route),
		      avs_udr_route_order);
}

static bool avs_udr_gateway_subnet(struct avs_udr_builder *builder)
{
	const struct avs_udr_input *input = builder->input;
	struct avs_udr *udr = builder->udr;
	size_t before = input->prev ? input->prev->table[AVS_UDR_GATEWAY_SUBNET].count : 0;
	uint32_t limit = udr->table[AVS_UDR_GATEWAY_SUBNET].limit;

	if (!input->config->udr.next_hop.family)
		return true;
	avs_table_walk(input->table, avs_udr_count, builder);
	builder->room = builder->candidates + before;
	if (builder->room > limit)
		builder->room = limit;
	udr->table[AVS_UDR_GATEWAY_SUBNET].routes =
		avs_arena_array(builder->arena, builder->room, sizeof(struct avs_udr_route));
	udr->excluded =
		avs_arena_array(builder->arena,
				builder->candidates < AVS_UDR_EXCLUDED_MAX ? builder->candidates
									   : AVS_UDR_EXCLUDED_MAX,
				sizeof(*udr->excluded));
	if (!udr->table[AVS_UDR_GATEWAY_SUBNET].routes || !udr->excluded)
		return false;
	avs_table_walk(input->table, avs_udr_learn, builder);
	return true;
}

/* Does it take the appliance's own way to the internet? */
static bool avs_udr_own_way(const struct avs_plan *plan, const struct avs_entry *entry)
{
	return !plan->config->rs[entry->rs].overlay && avs_reason_permits(entry->reason) &&
	       entry->prefix.family == AVS_IPV4 && avs_prefix_is_default_equivalent(&entry->prefix);
}

/*
 * Azure programs what is announced into the appliance's own NIC as well.  Whatever is as good
 * as a default needs a route of the user's that is equal to it: 0/1 wins against 0/0.
 */
static bool avs_udr_nva_nic(struct avs_udr_builder *builder)
{
	const struct avs_plan *plan = builder->input->plan;
	struct avs_udr *udr = builder->udr;
	struct avs_udr_route *routes;
	const struct avs_entry *entry;
	size_t i, count = 0, kept = 0;
	uint32_t limit = udr->table[AVS_UDR_NVA_NIC].limit;

	for (i = 0; plan && i < plan->count; i++)
		count += avs_udr_own_way(plan, &plan->entries[i]);
	routes = avs_arena_array(builder->arena, count, sizeof(*routes));
	if (!routes)
		return false;
	for (i = 0; count && i < plan->count; i++) {
		entry = &plan->entries[i];
		if (avs_udr_own_way(plan, entry))
			routes[kept++].prefix = entry->prefix;
	}
	if (count)
		qsort(routes, count, sizeof(*routes), avs_udr_route_order);
	for (i = kept = 0; i < count; i++)
		if (kept < limit &&
		    (!kept || !avs_prefix_equal(&routes[kept - 1].prefix, &routes[i].prefix)))
			routes[kept++] = routes[i];
	udr->table[AVS_UDR_NVA_NIC].routes = routes;
	udr->table[AVS_UDR_NVA_NIC].count = kept;
	return true;
}

/* *rs: the route server that it speaks of, or NULL */
static enum avs_udr_state avs_udr_state(const struct avs_udr_input *input,
					const struct avs_udr *udr, const char **rs)
{
	const struct avs_config *config = input->config;
	size_t i;

	if (!config->udr.next_hop.family)
		return AVS_UDR_NO_NEXT_HOP;
	if (avs_config_overlays(config) == (1U << config->rs_count) - 1)
		return AVS_UDR_NO_ROUTE_SERVER;
	for (i = 0; i < config->rs_count; i++) {
		if (config->rs[i].overlay)
			continue;
		*rs = config->rs[i].name;
		if (!config->rs[i].neighbor_count)
			return AVS_UDR_NO_ROUTE_SERVER;
		if (!input->up[i])
			return AVS_UDR_SESSION_DOWN;
		if (!input->settled[i])
			return AVS_UDR_STARTING;
	}
	*rs = NULL;
	return udr->not_fitting ? AVS_UDR_OVER_LIMIT : AVS_UDR_COMPLETE;
}

static bool avs_udr_same_table(const struct avs_udr *a, const struct avs_udr *b,
			       enum avs_udr_table table)
{
	const struct avs_udr_route *x = a->table[table].routes, *y = b->table[table].routes;
	size_t i;

	if (a->table[table].count != b->table[table].count)
		return false;
	for (i = 0; i < a->table[table].count; i++)
		if (!avs_prefix_equal(&x[i].prefix, &y[i].prefix) ||
		    x[i].next_hop.family != y[i].next_hop.family ||
		    (x[i].next_hop.family && !avs_prefix_equal(&x[i].next_hop, &y[i].next_hop)))
			return false;
	return true;
}

enum avs_err avs_udr_compute(const struct avs_udr_input *input, struct avs_arena *arena,
			     struct avs_udr **out)
{
	struct avs_udr *udr = avs_arena_alloc(arena, sizeof(*udr));
	struct avs_udr_builder builder = {.input = input, .arena = arena, .udr = udr};
	uint32_t limit = avs_udr_route_limit(&input->config->udr);
	uint32_t reserved = input->config->udr.reserved;
	const char *rs = NULL;

	if (!udr)
		return AVS_ERR_NOMEM;
	udr->table[AVS_UDR_GATEWAY_SUBNET].limit = reserved < limit ? limit - reserved : 0;
	udr->table[AVS_UDR_NVA_NIC].limit = limit;
	if (!avs_udr_gateway_subnet(&builder) || !avs_udr_nva_nic(&builder))
		return AVS_ERR_NOMEM;
	udr->state = avs_udr_state(input, udr, &rs);
	udr->rs = avs_arena_strdup(arena, rs);
	if (rs && !udr->rs)
		return AVS_ERR_NOMEM;
	if (input->config->udr.next_hop.family)
		avs_udr_linger(&builder);
	udr->generation = input->prev ? input->prev->generation : 0;
	if (!input->prev || !avs_udr_same_table(input->prev, udr, AVS_UDR_GATEWAY_SUBNET) ||
	    !avs_udr_same_table(input->prev, udr, AVS_UDR_NVA_NIC))
		udr->generation++;
	*out = udr;
	return AVS_OK;
}

const char *avs_udr_table_name(enum avs_udr_table table)
{
	return table == AVS_UDR_NVA_NIC ? "nva-nic" : "gateway-subnet";
}

const char *avs_udr_state_text(enum avs_udr_state state)
{
	switch (state) {
	case AVS_UDR_COMPLETE:
		return NULL;
	case AVS_UDR_NO_NEXT_HOP:
		return "no next hop: type avs udr next-hop A.B.C.D";
	case AVS_UDR_NO_ROUTE_SERVER:
		return "there is no route server with neighbors to learn from";
	case AVS_UDR_SESSION_DOWN:
		return "a session to the route server is down";
	case AVS_UDR_STARTING:
		return "the route server has not told its routes yet";
	case AVS_UDR_OVER_LIMIT:
		return "not all routes fit in the table: split the circuits (design 3)";
	case AVS_UDR_NOT_COMPUTED:
		break;
	}
	return "not computed yet";
}

const char *avs_udr_why_text(enum avs_udr_why why)
{
	switch (why) {
	case AVS_UDR_NEEDED:
		break;
	case AVS_UDR_DEFAULT_ROUTE:
		return "GatewaySubnet takes no default route: have more specific prefixes advertised";
	case AVS_UDR_HOLDS_NEIGHBOR:
		return "it holds the address of a Route Server, which the gateway would lose";
	case AVS_UDR_VIRTUAL_NETWORK:
		return "a virtual network has the same prefix";
	case AVS_UDR_DOES_NOT_FIT:
		return "it does not fit in the table";
	}
	return "";
}
