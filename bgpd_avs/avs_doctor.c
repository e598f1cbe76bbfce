// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All warnings of an instance: the plan's and bgpd's.
 *
 * Purpose: look at what the plan cannot see (sessions, maps, lists, routes)
 * and say what is missing or wrong.  Nothing is stored: a warning exists while
 * its cause does, and asking costs one pass over the neighbours.
 *
 * Sentences are made by the core (avs_warning_text()).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "linklist.h"
#include "plist.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_filter.h"
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_discard.h"
#include "bgpd_avs/avs_doctor.h"
#include "bgpd_avs/avs_export.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_nexthop.h"
#include "bgpd_avs/avs_policy.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_user_list.h"
#include "bgpd_avs/avs_zebra.h"
#include "bgpd_avs/core/avs_classify.h"

/* seconds; what a firewall pair is expected to notice a dead peer in */
#define HOLD_TIME_MAX 30

/* address of Azure's platform services (probes, agent, DHCP) */
#define AZURE_WIRE_SERVER 0xa83f8110

/* one pass: only warnings of this severity are passed on */
struct round {
	const struct avs_instance *inst;
	const struct avs_config *config;
	enum avs_severity severity;
	avs_doctor_cb func;
	void *arg;
};

static void say(struct round *round, struct avs_warning warning)
{
	if (warning.severity == round->severity)
		round->func(&warning, round->arg);
}

/* ---- the instance ------------------------------------------------------ */

/* another layout: nothing of bgpd may be read, and this is all there is to say */
static void check_inactive(struct round *round)
{
	say(round, (struct avs_warning){.code = AVS_WARN_INACTIVE,
					.severity = AVS_SEV_ALARM,
					.subject = avs_module_complaint()});
}

static void check_bgpd(struct round *round)
{
	const struct avs_instance *inst = round->inst;
	const struct bgp *bgp = avs_instance_bgp(inst);
	const struct avs_counters *counters = avs_instance_counters((struct avs_instance *)inst);
	const char *name;

	if (avs_as_complaint(bgp->as))
		say(round, (struct avs_warning){.code = AVS_WARN_LOCAL_AS,
						.severity = AVS_SEV_WARNING,
						.subject = avs_as_complaint(bgp->as),
						.number = bgp->as});
	else if (avs_as_is_inside_avs(bgp->as))
		say(round, (struct avs_warning){.code = AVS_WARN_LOCAL_AS_INSIDE,
						.severity = AVS_SEV_NOTICE,
						.number = bgp->as});
	if (avs_rib_exports(bgp))
		say(round, (struct avs_warning){.code = AVS_WARN_VPN_EXPORT,
						.severity = AVS_SEV_ALARM,
						.subject = "VPN, VRF or EVPN"});
	name = avs_guard_foreign_unsuppress(bgp);
	if (name)
		say(round, (struct avs_warning){.code = AVS_WARN_UNSUPPRESS,
						.severity = AVS_SEV_ALARM,
						.subject = name});
	if (counters->repairs)
		say(round, (struct avs_warning){.code = AVS_WARN_REPAIRED,
						.severity = AVS_SEV_WARNING,
						.number = counters->repairs});
	if (counters->missed)
		say(round, (struct avs_warning){.code = AVS_WARN_RECONCILE,
						.severity = AVS_SEV_WARNING,
						.number = counters->missed});
	if (counters->told_unlawful + counters->told_missing)
		say(round, (struct avs_warning){.code = AVS_WARN_TOLD,
						.severity = AVS_SEV_WARNING,
						.number = counters->told_unlawful +
							  counters->told_missing});
}

static void check_lists(struct round *round)
{
	const struct avs_config *config = round->config;

	for (size_t i = 0; i < config->rule_count; i++) {
		const struct avs_segment_rule *rule = &config->rules[i];
		bool missing = false;

		if (rule->type == AVS_RULE_PREFIX_LIST)
			missing = !prefix_list_lookup(AFI_IP, rule->list);
		else if (rule->type == AVS_RULE_AS_PATH_LIST)
			missing = !as_list_lookup(rule->list);
		if (missing)
			say(round, (struct avs_warning){.code = AVS_WARN_LIST_UNDEFINED,
							.severity = AVS_SEV_WARNING,
							.subject = rule->list});
	}
	for (size_t i = 0; i < config->rs_count; i++)
		for (size_t n = 0; n < config->rs[i].permit_count; n++)
			if (!prefix_list_lookup(AFI_IP, config->rs[i].permit[n]))
				say(round,
				    (struct avs_warning){.code = AVS_WARN_LIST_UNDEFINED,
							 .severity = AVS_SEV_WARNING,
							 .rs = config->rs[i].name,
							 .subject = config->rs[i].permit[n]});
	for (size_t i = 0; i < config->exact_count; i++)
		if (config->exact[i].list && !prefix_list_lookup(AFI_IP, config->exact[i].list))
			say(round, (struct avs_warning){.code = AVS_WARN_LIST_UNDEFINED,
							.severity = AVS_SEV_WARNING,
							.subject = config->exact[i].list});
	for (size_t i = 0; i < config->condition_count; i++) {
		const struct avs_condition *cond = &config->conditions[i];

		if (cond->from == AVS_FROM_ROUTE_SERVER &&
		    avs_config_find_rs(config, cond->route_server) == AVS_RS_NONE)
			say(round, (struct avs_warning){.code = AVS_WARN_CONDITION_SELF,
							.severity = AVS_SEV_WARNING,
							.subject = cond->route_server,
							.prefix = cond->prefix});
	}
}

static void check_policy(struct round *round)
{
	const char *policy = round->config->policy, *map = NULL;
	enum avs_reason reason = avs_routemap_user_map(policy);

	if (reason != AVS_REASON_UNSPEC)
		say(round, (struct avs_warning){.code = AVS_WARN_POLICY,
						.severity = AVS_SEV_ALARM,
						.subject = policy,
						.number = reason == AVS_REASON_MAP_LOOP});
	while ((map = avs_policy_inert(map)))
		say(round, (struct avs_warning){.code = AVS_WARN_CLAUSE_INERT,
						.severity = AVS_SEV_WARNING,
						.subject = map});
}

/* what Azure has cannot be seen from here; what was acknowledged can */
static void check_udr(struct round *round)
{
	struct avs_export *exp = avs_instance_export(round->inst);
	const struct avs_udr *udr;
	uint64_t acknowledged = avs_export_acknowledged(exp);

	if (!round->config->udr.next_hop.family)
		return;
	udr = avs_export_last(exp);
	if (!udr)
		return;
	if (udr->not_fitting)
		say(round, (struct avs_warning){.code = AVS_WARN_UDR_LIMIT,
						.severity = AVS_SEV_ALARM,
						.number = udr->not_fitting});
	if (acknowledged && acknowledged != udr->generation)
		say(round, (struct avs_warning){.code = AVS_WARN_UDR_CHANGED,
						.severity = AVS_SEV_ALARM,
						.number = (uint32_t)udr->generation});
}

/* Does this address follow a default that BGP learned, in whatever shape? */
static bool learned_default(const struct avs_instance *inst, const struct avs_prefix *address)
{
	struct avs_prefix p = *address;
	const struct avs_fact *fact;

	for (p.len = 7;; p = avs_prefix_wider(&p)) {
		p = avs_prefix_v4(avs_prefix_v4_addr(&p), p.len);
		fact = avs_table_find(avs_instance_table(inst), &p);
		for (int seg = 0; fact && fact->usable && seg < AVS_SEGMENT_COUNT; seg++)
			if (fact->from[seg])
				return true;
		if (!p.len)
			return false;
	}
}

static void check_kernel(struct round *round)
{
	const struct avs_instance *inst = round->inst;
	const struct bgp *bgp = avs_instance_bgp(inst);
	const struct avs_plan *plan = avs_instance_plan(inst);
	struct avs_prefix wire = avs_prefix_v4(AZURE_WIRE_SERVER, 32);
	char held[AVS_PREFIX_STRLEN + 64];
	struct avs_prefix route;
	bool known;

	route = avs_zebra_longest(bgp, &wire, &known);
	if (known && (!route.family || avs_prefix_is_default_equivalent(&route)) &&
	    learned_default(inst, &wire))
		say(round, (struct avs_warning){.code = AVS_WARN_PLAIN_DEFAULT,
						.severity = AVS_SEV_WARNING,
						.prefix = wire});
	for (size_t i = 0; plan && i < plan->originate_count; i++)
		if (avs_discard_held(bgp, &plan->originate[i], held, sizeof(held)))
			say(round, (struct avs_warning){.code = AVS_WARN_DISCARD_HELD,
							.severity = AVS_SEV_WARNING,
							.subject = held,
							.prefix = plan->originate[i]});
}

static void check_strangers(struct round *round)
{
	const struct bgp *bgp = avs_instance_bgp(round->inst);
	struct listnode *node;
	struct peer *peer;
	bool conflict;

	for (ALL_LIST_ELEMENTS_RO(bgp->peer, node, peer)) {
		const char *out = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_OUT].name;

		if (CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP) ||
		    peer->as != AVS_AS_ROUTE_SERVER || !out || !strmatch(out, AVS_MAP_DENY) ||
		    avs_instance_role(round->inst, peer, &conflict) != AVS_RS_NONE)
			continue;
		say(round, (struct avs_warning){.code = AVS_WARN_OPEN_NEIGHBOR,
						.severity = AVS_SEV_ALARM,
						.subject = peer->host});
	}
}

/* ---- route servers ----------------------------------------------------- */

static bool same_set(const struct avs_plan *plan, unsigned int rs, const struct peer *a,
		     const struct peer *b)
{
	const struct avs_rs_plan *rsp = &plan->rs[rs];

	if (avs_adj_out_shared(a, b))
		return true;
	if (avs_adj_out_count(a) != avs_adj_out_count(b))
		return false;
	for (size_t i = rsp->first; i < rsp->first + rsp->count; i++) {
		const struct avs_prefix *prefix = &plan->entries[i].prefix;
		const struct attr *x = NULL, *y = NULL;

		if (avs_adj_out_has(a, prefix, &x) != avs_adj_out_has(b, prefix, &y) || x != y)
			return false;
	}
	return true;
}

bool avs_doctor_parity(const struct avs_instance *inst, unsigned int rs)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	const struct avs_rs_config *config = &plan->config->rs[rs];
	const struct bgp *bgp = avs_instance_bgp(inst);
	const struct peer *first = NULL;

	for (size_t i = 0; i < config->neighbor_count; i++) {
		const struct peer *peer = avs_session_peer(bgp, &config->neighbors[i]);

		if (!peer || !avs_peer_up(peer))
			continue;
		if (first && !same_set(plan, rs, first, peer))
			return false;
		if (!first)
			first = peer;
	}
	return true;
}

/*
 * Somebody who knows graceful restart may keep routes for a bgpd that is dead, for the two
 * minutes that it asked for, and a standby does not take over.  FRR says that it restarts
 * gracefully in its helper mode too, which is the default.  BIRD takes what comes with it,
 * the long-lived form (RFC 9494), for a promise; Azure's Route Server was
 * seen not to offer it.
 */
static bool routes_may_outlive(const struct avs_rs_config *rs, const struct peer *peer)
{
	enum peer_mode mode = bgp_peer_gr_mode_get((struct peer *)peer);

	if (mode == PEER_GLOBAL_INHERIT && bgp_global_gr_mode_get(peer->bgp) == GLOBAL_GR)
		mode = PEER_GR;
	return mode == PEER_GR || (!rs->overlay && BGP_PEER_GRACEFUL_RESTART_CAPABLE(peer));
}

static void check_session(struct round *round, const struct avs_rs_config *rs,
			  const struct peer *peer)
{
	bool up = avs_peer_up(peer);
	struct avs_warning warning = {
		.severity = AVS_SEV_WARNING,
		.rs = rs->name,
		.subject = peer->host,
	};

	if (!up) {
		warning.code = AVS_WARN_SESSION_DOWN;
		say(round, warning);
		return;
	}
	if (peer->v_holdtime > HOLD_TIME_MAX && !peer->bfd_config) {
		warning.code = AVS_WARN_HOLD_TIME;
		warning.number = peer->v_holdtime;
		warning.severity = AVS_SEV_NOTICE;
		say(round, warning);
	}
	if (routes_may_outlive(rs, peer)) {
		warning.code = AVS_WARN_GRACEFUL_RESTART;
		warning.severity = AVS_SEV_WARNING;
		say(round, warning);
	}
}

/* rule 8 */
static void check_interface(struct round *round, const struct avs_rs_config *rs)
{
	struct avs_warning warning = {
		.code = AVS_WARN_OFF_INTERFACE,
		.severity = AVS_SEV_ALARM,
		.rs = rs->name,
		.subject = rs->interface,
	};
	bool up;

	warning.number = avs_next_hop_count_off(avs_instance_bgp(round->inst), rs, &up);
	if (!up)
		warning.number = 0;
	if (!up || warning.number)
		say(round, warning);
}

/* what it holds back is said with the line that removes it */
static void check_user_list(struct round *round, const char *rs, const struct peer *peer)
{
	const struct avs_plan *plan = avs_instance_plan(round->inst);
	struct avs_warning warning = {
		.code = AVS_WARN_USER_LIST, .severity = AVS_SEV_WARNING, .rs = rs};
	char line[XPATH_MAXLEN];

	if (!avs_user_list_remedy(peer, line, sizeof(line)))
		return;
	warning.subject = line;
	for (size_t i = 0; plan && i < plan->count; i++)
		warning.number += plan->entries[i].reason == AVS_REASON_USER_LIST &&
				  strmatch(plan->config->rs[plan->entries[i].rs].name, rs);
	say(round, warning);
}

/* whose map is it that changes what classification reads, and does classification know? */
static void check_rewrites(struct round *round, const struct avs_rs_config *rs,
			   const struct avs_prefix *address, const struct peer *peer)
{
	const char *map = avs_received_rewritten_by(peer);
	struct avs_warning warning = {
		.code = AVS_WARN_MAP_REWRITES,
		.severity = map ? AVS_SEV_WARNING : AVS_SEV_NOTICE,
		.rs = rs->name,
		.subject = map ? map : rs->map_in,
		.prefix = *address,
	};

	if (!avs_peer_up(peer))
		return;
	if (!map && rs->map_in)
		warning.number = (uint32_t)avs_received_changed(round->inst, peer);
	if (map || warning.number)
		say(round, warning);
}

/* Are paths of a neighbour known only as a map of the user has left them? */
static bool rewritten(const struct round *round, const char *name)
{
	const struct avs_config *config = round->config;
	unsigned int rs = avs_config_find_rs(config, name);

	for (size_t i = 0; rs != AVS_RS_NONE && i < config->rs[rs].neighbor_count; i++) {
		const struct peer *peer = avs_session_peer(avs_instance_bgp(round->inst),
							   &config->rs[rs].neighbors[i]);

		if (peer && avs_peer_up(peer) && avs_received_rewritten_by(peer))
			return true;
	}
	return false;
}

/* advice about the network, where it is the map that makes it look like that */
static bool mistaken(const struct round *round, const struct avs_warning *warning)
{
	return (warning->code == AVS_WARN_UNCLASSIFIED ||
		warning->code == AVS_WARN_NO_EXPRESSROUTE) &&
	       avs_module_active() && rewritten(round, warning->rs);
}

static void check_neighbor(struct round *round, const struct avs_rs_config *config,
			   const struct avs_prefix *address)
{
	const char *rs = config->name;
	const struct bgp *bgp = avs_instance_bgp(round->inst);
	struct peer *peer = avs_session_peer(bgp, address);
	struct avs_prefix route;
	char host[AVS_PREFIX_STRLEN];
	bool known;
	struct avs_warning warning = {
		.severity = AVS_SEV_WARNING,
		.rs = rs,
		.subject = avs_prefix_display(address, host, sizeof(host)),
	};

	if (!peer) {
		warning.code = AVS_WARN_NEIGHBOR_MISSING;
		say(round, warning);
		return;
	}
	if (peer->as != AVS_AS_ROUTE_SERVER && !config->overlay) {
		warning.code = AVS_WARN_NEIGHBOR_NOT_AZURE;
		warning.number = peer->as;
		say(round, warning);
	}
	if (!peer->afc[AFI_IP][SAFI_UNICAST]) {
		warning.code = AVS_WARN_NOT_ACTIVATED;
		say(round, warning);
	}
	/* a tunnel is one hop, and its interface is looked at */
	if (!config->interface && peer->sort == BGP_PEER_EBGP && peer->ttl == BGP_DEFAULT_TTL &&
	    !avs_peer_up(peer) && !CHECK_FLAG(peer->flags, PEER_FLAG_DISABLE_CONNECTED_CHECK)) {
		warning.code = AVS_WARN_NO_MULTIHOP;
		say(round, warning);
	}
	route = avs_zebra_longest(bgp, address, &known);
	if (known && !config->overlay &&
	    (!route.family || avs_prefix_is_default_equivalent(&route))) {
		warning.code = AVS_WARN_NO_ROUTE;
		say(round, warning);
	}
	check_user_list(round, rs, peer);
	check_rewrites(round, config, address, peer);
	check_session(round, config, peer);
}

static void check_map(struct round *round, const char *rs, const char *map)
{
	if (avs_routemap_user_map(map) == AVS_REASON_MAP_UNDEFINED)
		say(round, (struct avs_warning){.code = AVS_WARN_MAP_UNDEFINED,
						.severity = AVS_SEV_ALARM,
						.rs = rs,
						.subject = map});
}

static void check_route_servers(struct round *round)
{
	const struct avs_config *config = round->config;
	const struct avs_plan *plan = avs_instance_plan(round->inst);

	for (size_t i = 0; i < config->rs_count; i++) {
		const struct avs_rs_config *rs = &config->rs[i];

		for (size_t n = 0; n < rs->neighbor_count; n++)
			check_neighbor(round, rs, &rs->neighbors[n]);
		check_interface(round, rs);
		check_map(round, rs->name, rs->map_in);
		check_map(round, rs->name, rs->map_out);
	}
	/* dear, and said in one of the rounds only */
	if (round->severity != AVS_SEV_ALARM)
		return;
	for (unsigned int i = 0; plan && i < plan->config->rs_count; i++)
		if (!avs_doctor_parity(round->inst, i))
			say(round, (struct avs_warning){.code = AVS_WARN_PARITY,
							.severity = AVS_SEV_ALARM,
							.rs = plan->config->rs[i].name});
}

/* rule 11 */
static void check_edge(struct round *round, const struct avs_edge_config *edge)
{
	char host[AVS_PREFIX_STRLEN], name[AVS_NAME_MAX + 1];
	struct peer *peer = avs_session_peer(avs_instance_bgp(round->inst), &edge->neighbor);
	struct avs_warning warning = {
		.severity = AVS_SEV_WARNING,
		.rs = avs_azure_edge_name(&edge->neighbor, name, sizeof(name)),
		.subject = avs_prefix_display(&edge->neighbor, host, sizeof(host)),
	};

	check_map(round, name, edge->map_in);
	if (!peer)
		warning.code = AVS_WARN_NEIGHBOR_MISSING;
	else if (!peer->afc[AFI_IP][SAFI_UNICAST])
		warning.code = AVS_WARN_NOT_ACTIVATED;
	else if (!avs_peer_up(peer))
		warning.code = AVS_WARN_SESSION_DOWN;
	else if (!avs_azure_edge_refreshable(peer))
		warning.code = AVS_WARN_EDGE_REFRESH;
	if (warning.code)
		say(round, warning);
	if (peer && avs_guard_is_silent(peer)) {
		warning.code = AVS_WARN_EDGE_SILENT;
		say(round, warning);
	}
}

static void check_edges(struct round *round)
{
	const struct avs_config *config = round->config;
	struct avs_reserved reserved = avs_azure_edge_reserved(round->inst);
	struct avs_prefix inside = avs_azure_edge_inside(round->inst);

	for (size_t i = 0; i < config->edge_count; i++)
		if (config->edges[i].role)
			check_edge(round, &config->edges[i]);
	if (inside.family)
		say(round, (struct avs_warning){.code = AVS_WARN_EDGE_INSIDE,
						.severity = AVS_SEV_WARNING,
						.prefix = inside});
	if (reserved.count)
		say(round, (struct avs_warning){.code = AVS_WARN_RESERVED_COMMUNITY,
						.severity = AVS_SEV_WARNING,
						.prefix = reserved.first,
						.number = reserved.count});
}

static void check_all(struct round *round)
{
	check_bgpd(round);
	check_route_servers(round);
	check_edges(round);
	check_lists(round);
	check_policy(round);
	check_kernel(round);
	check_udr(round);
	check_strangers(round);
}

void avs_doctor_each(const struct avs_instance *inst, avs_doctor_cb func, void *arg)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	struct round round = {
		.inst = inst,
		.config = avs_instance_effective(inst),
		.severity = AVS_SEV_ALARM,
		.func = func,
		.arg = arg,
	};

	for (;; round.severity--) {
		if (avs_module_active())
			check_all(&round);
		else
			check_inactive(&round);
		for (size_t i = 0; plan && i < plan->warning_count; i++)
			if (!mistaken(&round, &plan->warnings[i]))
				say(&round, plan->warnings[i]);
		if (round.severity == AVS_SEV_NOTICE)
			break;
	}
}
