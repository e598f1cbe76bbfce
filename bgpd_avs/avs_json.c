// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON documents of the show commands.
 *
 * Purpose: the state of an instance for programs.  Keys are the names of the
 * state tree of yang/frr-bgp-avs.yang in camelCase, values of enumerations are
 * the YANG names.  Every document carries schemaVersion.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "json.h"
#include "linklist.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_debug.h"
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_discard.h"
#include "bgpd_avs/avs_doctor.h"
#include "bgpd_avs/avs_export.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_show.h"

static json_object *document(const struct avs_instance *inst)
{
	json_object *json = json_object_new_object();

	json_object_int_add(json, "schemaVersion", AVS_JSON_VERSION);
	json_object_string_add(json, "instance", avs_instance_name(inst));
	return json;
}

static json_object *array(json_object *json, const char *key)
{
	json_object *list = json_object_new_array();

	json_object_object_add(json, key, list);
	return list;
}

static void add_prefix(json_object *json, const char *key, const struct avs_prefix *prefix)
{
	char buf[AVS_PREFIX_STRLEN];

	if (prefix->family)
		json_object_string_add(json, key, avs_prefix_str(prefix, buf, sizeof(buf)));
}

static void add_address(json_object *json, const char *key, const struct avs_prefix *address)
{
	char buf[AVS_PREFIX_STRLEN];

	if (address->family)
		json_object_string_add(json, key, avs_prefix_display(address, buf, sizeof(buf)));
}

static void add_segments(json_object *json, const char *key, avs_segset set)
{
	json_object *list = array(json, key);

	for (int seg = 0; seg < AVS_SEGMENT_COUNT; seg++)
		if (set & AVS_SEG_BIT(seg))
			json_object_array_add(list, json_object_new_string(avs_segment_name(seg)));
}

/* yang:date-and-time */
static void add_time(json_object *json, const char *key, time_t when)
{
	struct tm tm;
	char buf[32];

	gmtime_r(&when, &tm);
	strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_object_string_add(json, key, buf);
}

static void add_warning(const struct avs_warning *warning, void *arg)
{
	json_object *json = json_object_new_object();
	char text[512];

	json_object_string_add(json, "code", avs_warning_name(warning->code));
	json_object_string_add(json, "severity", avs_severity_name(warning->severity));
	if (warning->rs)
		json_object_string_add(json, "routeServer", warning->rs);
	if (warning->subject)
		json_object_string_add(json, "subject", warning->subject);
	add_prefix(json, "prefix", &warning->prefix);
	if (warning->number)
		json_object_int_add(json, "number", warning->number);
	json_object_string_add(json, "text", avs_warning_text(warning, text, sizeof(text)));
	json_object_array_add(arg, json);
}

static void add_neighbors(json_object *json, const struct avs_instance *inst,
			  const struct avs_rs_config *rs)
{
	const struct avs_config *config = avs_instance_effective(inst);
	json_object *list = array(json, "neighbor");

	for (size_t i = 0; i < rs->neighbor_count; i++) {
		json_object *item = json_object_new_object();
		struct peer *peer = avs_session_peer(avs_instance_bgp(inst), &rs->neighbors[i]);
		bool conflict = false;

		avs_config_role(config, &rs->neighbors[i], &conflict);
		add_address(item, "address", &rs->neighbors[i]);
		json_object_string_add(
			item, "state",
			peer ? lookup_msg(bgp_status_msg, avs_peer_status(peer), NULL)
			     : "not configured");
		json_object_boolean_add(item, "conflict", conflict);
		json_object_int_add(item, "sent", peer ? avs_adj_out_count(peer) : 0);
		json_object_int_add(item, "received",
				    peer ? peer->pcount[AFI_IP][SAFI_UNICAST] : 0);
		json_object_array_add(list, item);
	}
}

static void add_route_server(json_object *list, const struct avs_instance *inst,
			     const struct avs_rs_plan *rsp, unsigned int index)
{
	json_object *json = json_object_new_object();
	long ago = avs_reach_ago(inst, rsp->config->name);

	json_object_string_add(json, "name", rsp->config->name);
	json_object_string_add(json, "guard", avs_guard_name(rsp->config->guard));
	json_object_string_add(json, "drain",
			       !rsp->drain.active ? "none"
			       : rsp->drain.done  ? "drained"
						  : "draining");
	add_segments(json, "declared", rsp->declared);
	add_segments(json, "observed", rsp->observed);
	add_segments(json, "observedGlobalReach", rsp->linked);
	if (ago >= 0)
		json_object_int_add(json, "onPremisesSeen", ago);
	if (rsp->unseen != AVS_REASON_UNSPEC &&
	    !((rsp->declared | rsp->observed) & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES)))
		json_object_string_add(json, "countsAsReached", avs_reason_name(rsp->unseen));
	json_object_int_add(json, "announced", rsp->announced);
	json_object_int_add(json, "refused", rsp->refused);
	json_object_int_add(json, "routeLimit", avs_rs_route_limit(rsp->config));
	json_object_int_add(json, "usable", rsp->usable);
	json_object_int_add(json, "gatewayLimit", avs_rs_gateway_limit(rsp->config));
	json_object_int_add(json, "gatewayUsed", rsp->gateway_used);
	json_object_boolean_add(json, "parity", avs_doctor_parity(inst, index));
	add_neighbors(json, inst, rsp->config);
	json_object_array_add(list, json);
}

static void add_counters(json_object *json, const struct avs_instance *inst)
{
	const struct avs_counters *c = avs_instance_counters((struct avs_instance *)inst);
	json_object *counters = json_object_new_object();

	json_object_int_add(counters, "replans", c->replans);
	json_object_int_add(counters, "changes", c->changes);
	json_object_int_add(counters, "pushes", c->pushes);
	json_object_int_add(counters, "refused", c->refused);
	json_object_int_add(counters, "monitored", c->monitored);
	json_object_int_add(counters, "refusedCommands", c->refused_commands);
	json_object_int_add(counters, "swallowedCommands", c->swallowed_commands);
	json_object_int_add(counters, "repairs", c->repairs);
	json_object_int_add(counters, "reconciles", c->reconciles);
	json_object_int_add(counters, "missed", c->missed);
	json_object_int_add(counters, "toldUnlawful", c->told_unlawful);
	json_object_int_add(counters, "toldMissing", c->told_missing);
	json_object_int_add(counters, "coreErrors", c->core_errors);
	json_object_object_add(json, "counters", counters);
}

static void add_automatic(json_object *json, const struct avs_plan *plan)
{
	const struct avs_auto_plan *automatic = &plan->automatic;
	json_object *item = json_object_new_object(), *list;
	char buf[AVS_PREFIX_STRLEN];

	json_object_int_add(item, "prefixes", automatic->count);
	json_object_int_add(item, "maxPrefixes", avs_auto_max_prefixes(&plan->config->automatic));
	json_object_int_add(item, "attracted", automatic->attracted);
	json_object_string_add(item, "fault", avs_supernet_fault_name(automatic->target.fault));
	add_prefix(item, "preventedBy", &automatic->target.about);
	list = array(item, "ending");
	for (size_t i = 0; i < automatic->count; i++)
		if (automatic->members[i].ending)
			json_object_array_add(
				list, json_object_new_string(avs_prefix_str(
					      &automatic->members[i].prefix, buf, sizeof(buf))));
	list = array(item, "latched");
	for (size_t i = 0; i < automatic->memory_count; i++)
		if (automatic->memory[i].latched)
			json_object_array_add(
				list, json_object_new_string(avs_prefix_str(
					      &automatic->memory[i].prefix, buf, sizeof(buf))));
	json_object_object_add(json, "automatic", item);
}

static void add_edge(const struct avs_show_edge *edge, void *arg)
{
	json_object *json = json_object_new_object();

	add_address(json, "address", &edge->config->neighbor);
	json_object_string_add(json, "state", edge->state);
	json_object_int_add(json, "announced", edge->announced);
	json_object_int_add(json, "accepted", edge->accepted);
	json_object_int_add(json, "supernets", edge->supernets);
	json_object_array_add(arg, json);
}

json_object *avs_json_summary(const struct avs_instance *inst)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	json_object *json = document(inst), *list;

	json_object_boolean_add(json, "active", avs_module_active());
	json_object_int_add(json, "quietLeft", avs_instance_quiet_left(inst));
	json_object_int_add(json, "startupLeft", avs_instance_startup_left(inst));
	json_object_int_add(json, "learned", avs_table_size(avs_instance_table(inst)));
	list = array(json, "routeServer");
	for (unsigned int i = 0; plan && i < plan->config->rs_count; i++)
		add_route_server(list, inst, &plan->rs[i], i);
	if (plan && plan->config->supernet_auto)
		add_automatic(json, plan);
	if (avs_instance_effective(inst)->edge_count)
		avs_show_edges(inst, add_edge, array(json, "azureEdge"));
	list = array(json, "warning");
	avs_doctor_each(inst, add_warning, list);
	add_counters(json, inst);
	return json;
}

json_object *avs_json_route(const struct avs_show_route *route)
{
	json_object *json = json_object_new_object();

	add_prefix(json, "prefix", &route->prefix);
	json_object_string_add(json, "neighbor", route->neighbor);
	if (route->rs)
		json_object_string_add(json, "routeServer", route->rs);
	json_object_string_add(json, "segment", avs_segment_name(route->segment));
	if (route->site[0])
		json_object_string_add(json, "site", route->site);
	json_object_string_add(json, "why", avs_why_name(route->why));
	json_object_boolean_add(json, "best", route->best);
	json_object_boolean_add(json, "cover", route->cover);
	json_object_string_add(json, "representation", avs_represent_name(route->represent));
	return json;
}

static void add_route(const struct avs_show_route *route, void *arg)
{
	json_object_array_add(arg, avs_json_route(route));
}

json_object *avs_json_routes(const struct avs_instance *inst)
{
	json_object *json = document(inst);

	avs_show_routes(inst, NULL, add_route, array(json, "learnedRoute"));
	return json;
}

json_object *avs_json_entry(const struct avs_instance *inst, const struct avs_entry *entry)
{
	const struct avs_config *config = avs_instance_plan(inst)->config;
	json_object *json = json_object_new_object();

	json_object_string_add(json, "routeServer", config->rs[entry->rs].name);
	add_prefix(json, "prefix", &entry->prefix);
	json_object_string_add(json, "class", avs_class_name(entry->cls));
	if (entry->automatic)
		json_object_boolean_add(json, "automatic", true);
	json_object_boolean_add(json, "announced", avs_reason_permits(entry->reason));
	json_object_string_add(json, "reason", avs_reason_name(entry->reason));
	json_object_int_add(json, "reasonCode", entry->reason);
	add_prefix(json, "about", &entry->about);
	if (avs_reason_permits(entry->reason)) {
		add_address(json, "nextHop", &entry->next_hop);
		if (entry->prepend)
			json_object_int_add(json, "prepend", entry->prepend);
		json_object_boolean_add(json, "noAdvertise", entry->no_advertise);
		json_object_boolean_add(
			json, "discard",
			avs_discard_installed(avs_instance_bgp(inst), &entry->prefix));
	}
	return json;
}

json_object *avs_json_plan(const struct avs_instance *inst)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	json_object *json = document(inst), *list = array(json, "planEntry");
	char buf[AVS_PREFIX_STRLEN];

	for (size_t i = 0; plan && i < plan->count; i++)
		json_object_array_add(list, avs_json_entry(inst, &plan->entries[i]));
	list = array(json, "originated");
	for (size_t i = 0; plan && i < plan->originate_count; i++)
		json_object_array_add(list, json_object_new_string(avs_prefix_str(
						    &plan->originate[i], buf, sizeof(buf))));
	return json;
}

json_object *avs_json_leaks(const struct avs_instance *inst)
{
	json_object *json = document(inst), *list = array(json, "leak");
	size_t count;
	uint64_t not_listed;
	const struct avs_leak *leaks = avs_instance_leaks(inst, &count, &not_listed);

	for (size_t i = 0; i < count; i++) {
		json_object *item = json_object_new_object();

		json_object_string_add(item, "routeServer", leaks[i].rs);
		add_prefix(item, "prefix", &leaks[i].prefix);
		json_object_string_add(item, "source", leaks[i].source);
		json_object_string_add(item, "reason", avs_reason_name(leaks[i].reason));
		json_object_int_add(item, "reasonCode", leaks[i].reason);
		json_object_string_add(item, "text", avs_reason_text(leaks[i].reason));
		json_object_boolean_add(item, "letOut", leaks[i].let_out);
		json_object_int_add(item, "count", leaks[i].count);
		add_time(item, "last", leaks[i].last);
		json_object_array_add(list, item);
	}
	json_object_int_add(json, "leaksNotListed", not_listed);
	return json;
}

json_object *avs_json_changes(const struct avs_instance *inst)
{
	json_object *json = document(inst), *list = array(json, "change");
	size_t count;
	const struct avs_change *changes = avs_instance_changes(inst, &count);

	for (size_t i = 0; i < count; i++) {
		json_object *item = json_object_new_object();

		add_time(item, "when", changes[i].when);
		json_object_string_add(item, "cause", changes[i].cause ? changes[i].cause : "");
		json_object_int_add(item, "announced", changes[i].announced);
		json_object_int_add(item, "withdrawn", changes[i].withdrawn);
		json_object_int_add(item, "originated", changes[i].originated);
		json_object_int_add(item, "retired", changes[i].retired);
		json_object_array_add(list, item);
	}
	return json;
}

static void explain_edges(json_object *list, const struct avs_instance *inst,
			  const struct avs_prefix *prefix)
{
	const struct avs_config *config = avs_instance_effective(inst);
	struct prefix p = avs_to_prefix(prefix);

	for (size_t i = 0; i < config->edge_count; i++) {
		json_object *item;
		struct avs_prefix about;
		enum avs_reason reason;

		if (!config->edges[i].role)
			continue;
		item = json_object_new_object();
		reason = avs_azure_edge_verdict(inst, &config->edges[i], &p, &about);
		add_address(item, "address", &config->edges[i].neighbor);
		json_object_boolean_add(item, "accepted", reason == AVS_REASON_UNSPEC);
		if (reason != AVS_REASON_UNSPEC) {
			json_object_string_add(item, "reason", avs_reason_name(reason));
			json_object_int_add(item, "reasonCode", reason);
			json_object_string_add(item, "text", avs_reason_text(reason));
			add_prefix(item, "about", &about);
		}
		json_object_array_add(list, item);
	}
}

json_object *avs_json_explain(const struct avs_instance *inst, const struct avs_prefix *prefix)
{
	const struct avs_config *config = avs_instance_effective(inst);
	json_object *json = document(inst), *list;

	add_prefix(json, "prefix", prefix);
	avs_show_routes(inst, prefix, add_route, array(json, "learnedRoute"));
	list = array(json, "routeServer");
	for (size_t i = 0; i < config->rs_count; i++) {
		json_object *item = json_object_new_object();
		const struct peer *source;
		enum avs_reason reason = avs_rib_verdict(inst, config->rs[i].name, prefix, &source);

		json_object_string_add(item, "name", config->rs[i].name);
		json_object_boolean_add(item, "announced", avs_reason_permits(reason));
		json_object_string_add(item, "reason", avs_reason_name(reason));
		json_object_int_add(item, "reasonCode", reason);
		json_object_string_add(item, "text", avs_reason_text(reason));
		if (source && source->host)
			json_object_string_add(item, "bestPathOf", source->host);
		avs_show_told_json(array(item, "neighbor"), inst, &config->rs[i], prefix);
		json_object_array_add(list, item);
	}
	if (config->edge_count)
		explain_edges(array(json, "azureEdge"), inst, prefix);
	return json;
}

static void add_udr_table(json_object *list, const struct avs_udr *udr, enum avs_udr_table table)
{
	json_object *json = json_object_new_object(), *routes;
	uint32_t limit = udr->table[table].limit;
	size_t count = udr->table[table].count;

	json_object_string_add(json, "name", avs_udr_table_name(table));
	json_object_int_add(json, "limit", limit);
	json_object_int_add(json, "headroom", limit - count);
	routes = array(json, "route");
	for (size_t i = 0; i < count; i++) {
		const struct avs_udr_route *route = &udr->table[table].routes[i];
		json_object *item = json_object_new_object();

		add_prefix(item, "prefix", &route->prefix);
		add_address(item, "nextHop", &route->next_hop);
		add_segments(item, "segment", route->segments);
		json_object_boolean_add(item, "stale", route->stale);
		json_object_array_add(routes, item);
	}
	routes = array(json, "excluded");
	for (size_t i = 0; table == AVS_UDR_GATEWAY_SUBNET && i < udr->excluded_count; i++) {
		json_object *item = json_object_new_object();

		add_prefix(item, "prefix", &udr->excluded[i].prefix);
		json_object_string_add(item, "because", avs_udr_why_text(udr->excluded[i].why));
		json_object_array_add(routes, item);
	}
	json_object_int_add(json, "notListed",
			    table == AVS_UDR_GATEWAY_SUBNET ? udr->not_listed : 0);
	json_object_array_add(list, json);
}

json_object *avs_json_udr(const struct avs_instance *inst)
{
	struct avs_export *exp = avs_instance_export(inst);
	const struct avs_udr *udr = avs_export_udr(exp);
	enum avs_udr_state state = udr ? udr->state : AVS_UDR_NOT_COMPUTED;
	json_object *json = document(inst), *list;

	json_object_boolean_add(json, "complete", state == AVS_UDR_COMPLETE);
	if (state != AVS_UDR_COMPLETE)
		json_object_string_add(json, "incompleteBecause", avs_udr_state_text(state));
	if (udr && udr->rs)
		json_object_string_add(json, "routeServer", udr->rs);
	json_object_int_add(json, "generation", udr ? udr->generation : 0);
	json_object_int_add(json, "acknowledged", avs_export_acknowledged(exp));
	list = array(json, "table");
	for (unsigned int table = 0; udr && table < AVS_UDR_TABLES; table++)
		add_udr_table(list, udr, table);
	return json;
}
