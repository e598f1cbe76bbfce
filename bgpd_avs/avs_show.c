// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show, clear and debug commands.
 *
 * Purpose: what is announced to whom, why, what was refused, why, and how
 * close the limits are, for a person; the same as JSON is made in avs_json.c.
 * Nothing here changes the plan.
 *
 * Every command names its instance as bgpd's own do: [<view|vrf> NAME],
 * without it the default one.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "json.h"
#include "linklist.h"
#include "termtable.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_debug.h"
#include "bgpd/bgp_fsm.h"
#include "bgpd/bgp_memory.h"
#include "bgpd/bgp_vty.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_doctor.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_show.h"
#include "bgpd_avs/avs_zebra.h"

#include "bgpd_avs/avs_show_clippy.c"

#define AVS_HELP "Announcements to Azure Route Server\n"

struct debug avs_debug_plan = {0, "AVS plan"};
struct debug avs_debug_guard = {0, "AVS guard"};
struct debug avs_debug_northbound = {0, "AVS northbound"};

/* ---- what is walked ---------------------------------------------------- */

const char *avs_show_segments(avs_segset set, char *buf, size_t size)
{
	buf[0] = '\0';
	for (int seg = 0; seg < AVS_SEGMENT_COUNT; seg++) {
		if (!(set & AVS_SEG_BIT(seg)))
			continue;
		if (buf[0])
			strlcat(buf, ", ", size);
		strlcat(buf, avs_segment_name(seg), size);
	}
	if (!buf[0])
		strlcpy(buf, "-", size);
	return buf;
}

struct route_walk {
	const struct avs_instance *inst;
	unsigned int left; /* prefixes; 0: no limit */
	struct avs_prefix prefix;
	enum avs_represent represent;
	void (*func)(const struct avs_show_route *route, void *arg);
	void *arg;
};

static bool is_cover(const struct avs_instance *inst, const struct avs_prefix *prefix)
{
	/* what is strictly inside of it sees it as cover or contributor */
	struct avs_prefix inner = *prefix;
	struct avs_relation relation;

	if (prefix->len >= prefix->family)
		return false;
	inner.len++;
	avs_table_relation(avs_instance_table(inst), &inner, &relation);
	return relation.inside_cover && avs_prefix_equal(&relation.cover, prefix);
}

static void one_path(const struct bgp_path_info *pi, const char *neighbor, enum avs_segment segment,
		     const char *site, enum avs_why why, bool best, void *arg)
{
	struct route_walk *walk = arg;
	const struct avs_config *config = avs_instance_effective(walk->inst);
	struct avs_show_route route = {
		.prefix = walk->prefix,
		.neighbor = neighbor,
		.segment = segment,
		.site = site,
		.why = why,
		.best = best,
		.cover = is_cover(walk->inst, &walk->prefix),
		.represent = walk->represent,
	};
	bool conflict;
	unsigned int rs = avs_instance_role(walk->inst, pi->peer, &conflict);

	if (rs != AVS_RS_NONE)
		route.rs = config->rs[rs].name;
	walk->func(&route, walk->arg);
}

static bool one_prefix(const struct avs_prefix *prefix, const struct avs_fact *fact, void *arg)
{
	struct route_walk *walk = arg;

	walk->prefix = *prefix;
	fact = avs_table_find(avs_instance_table(walk->inst), prefix);
	walk->represent = fact ? fact->represent : AVS_REPRESENT_UNSET;
	avs_rib_classify(walk->inst, prefix, one_path, walk);
	return !walk->left || --walk->left;
}

void avs_show_routes(const struct avs_instance *inst, const struct avs_prefix *only,
		     void (*func)(const struct avs_show_route *route, void *arg), void *arg)
{
	struct route_walk walk = {.inst = inst, .func = func, .arg = arg};

	if (only)
		one_prefix(only, NULL, &walk);
	else
		avs_table_walk(avs_instance_table(inst), one_prefix, &walk);
}

bool avs_show_routes_next(const struct avs_instance *inst, struct avs_prefix *after,
			  unsigned int prefixes,
			  void (*func)(const struct avs_show_route *route, void *arg), void *arg)
{
	struct route_walk walk = {.inst = inst, .left = prefixes, .func = func, .arg = arg};

	avs_table_walk_after(avs_instance_table(inst), after->family ? after : NULL, one_prefix,
			     &walk);
	*after = walk.prefix;
	return !walk.left;
}

/* ---- text -------------------------------------------------------------- */

struct ttable *avs_show_table(const char *head)
{
	struct ttable *tt = ttable_new(&ttable_styles[TTSTYLE_BLANK]);

	ttable_add_row(tt, head, NULL);
	tt->style.cell.rpad = 2;
	tt->style.corner = '+';
	ttable_restyle(tt);
	ttable_rowseps(tt, 0, BOTTOM, true, '-');
	return tt;
}

void avs_show_table_out(struct vty *vty, struct ttable *tt)
{
	char *text = ttable_dump(tt, "\n");

	vty_out(vty, "%s\n", text);
	avs_compat_table_free(text);
	ttable_del(tt);
}

static const char *when_text(time_t when, char *buf, size_t size)
{
	struct tm tm;

	localtime_r(&when, &tm);
	strftime(buf, size, "%Y-%m-%d %H:%M:%S", &tm);
	return buf;
}

static void warning_out(const struct avs_warning *warning, void *arg)
{
	char text[512];

	vty_out(arg, "  %-7s  %s\n", avs_severity_name(warning->severity),
		avs_warning_text(warning, text, sizeof(text)));
}

static void neighbors_out(struct vty *vty, const struct avs_instance *inst,
			  const struct avs_rs_config *rs)
{
	for (size_t i = 0; i < rs->neighbor_count; i++) {
		struct peer *peer = avs_session_peer(avs_instance_bgp(inst), &rs->neighbors[i]);
		char address[AVS_PREFIX_STRLEN];

		vty_out(vty, "  neighbor %s: %s",
			avs_prefix_display(&rs->neighbors[i], address, sizeof(address)),
			peer ? lookup_msg(bgp_status_msg, avs_peer_status(peer), NULL)
			     : "not configured");
		if (peer && avs_peer_up(peer))
			vty_out(vty, ", %u sent, %u received", avs_adj_out_count(peer),
				peer->pcount[AFI_IP][SAFI_UNICAST]);
		vty_out(vty, "\n");
	}
}

static void overlay_out(struct vty *vty, const struct avs_instance *inst,
			const struct avs_rs_plan *rsp)
{
	const struct avs_rs_config *rs = rsp->config;

	vty_out(vty, "Overlay neighbor %s%s%s%s\n", avs_rs_label(rs),
		rs->interface ? ", interface " : "", rs->interface ? rs->interface : "",
		rs->guard == AVS_GUARD_SHADOW ? ", guard shadow" : "");
	neighbors_out(vty, inst, rs);
	if (avs_reason_permits(rsp->gate))
		vty_out(vty, "  gets the routes of this side%s\n\n",
			rs->gets_default ? ", and the default" : "");
	else
		vty_out(vty, "  gets nothing: %s\n\n", avs_reason_text(rsp->gate));
}

/* what rule 2 takes for reached, and what was observed before */
static void reach_out(struct vty *vty, const struct avs_instance *inst,
		      const struct avs_rs_plan *rsp)
{
	avs_segset known = rsp->declared | rsp->observed;
	long ago = avs_reach_ago(inst, rsp->config->name);

	if (known & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES))
		return;
	if (rsp->unseen != AVS_REASON_UNSPEC)
		vty_out(vty, "  on-premises counts as reached: %s (show bgp avs doctor)\n",
			avs_reason_name(rsp->unseen));
	if (ago >= 0)
		vty_out(vty, "  has delivered on-premises routes until %ld s ago\n", ago);
}

static void route_server_out(struct vty *vty, const struct avs_instance *inst,
			     const struct avs_rs_plan *rsp, unsigned int index)
{
	char buf[128];

	if (rsp->config->overlay) {
		overlay_out(vty, inst, rsp);
		return;
	}
	vty_out(vty, "Route server %s, guard %s%s\n", rsp->config->name,
		avs_guard_name(rsp->config->guard),
		!rsp->drain.active ? ""
		: rsp->drain.done  ? ", DRAINED"
				   : ", DRAINING");
	vty_out(vty, "  reaches %s (declared)", avs_show_segments(rsp->declared, buf, sizeof(buf)));
	vty_out(vty, "; delivers %s", avs_show_segments(rsp->observed, buf, sizeof(buf)));
	if (rsp->linked)
		vty_out(vty, ", by Global Reach %s",
			avs_show_segments(rsp->linked, buf, sizeof(buf)));
	vty_out(vty, "\n");
	reach_out(vty, inst, rsp);
	neighbors_out(vty, inst, rsp->config);
	vty_out(vty, "  parity: %s\n",
		avs_doctor_parity(inst, index) ? "established neighbors have the same set"
					       : "ALARM, established neighbors differ");
	vty_out(vty, "  %u announced, %u refused; %u of %u usable (limit %u); gateway %u of %u\n\n",
		rsp->announced, rsp->refused, rsp->announced, rsp->usable,
		avs_rs_route_limit(rsp->config), rsp->gateway_used,
		avs_rs_gateway_limit(rsp->config));
}

static void count_class(const struct avs_plan *plan, enum avs_class cls, unsigned int *announced,
			unsigned int *refused)
{
	*announced = *refused = 0;
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->entries[i].cls != cls)
			continue;
		if (avs_reason_permits(plan->entries[i].reason))
			(*announced)++;
		else
			(*refused)++;
	}
}

static void automatic_out(struct vty *vty, const struct avs_plan *plan)
{
	const struct avs_auto_plan *automatic = &plan->automatic;
	unsigned int ending = 0;

	for (size_t i = 0; i < automatic->count; i++)
		ending += automatic->members[i].ending;
	vty_out(vty, "automatic  %zu of %u supernets, %" PRIu64 " addresses attracted",
		automatic->count, avs_auto_max_prefixes(&plan->config->automatic),
		automatic->attracted);
	if (ending)
		vty_out(vty, "; %u to be replaced once a delay is over", ending);
	vty_out(vty, "\n");
}

static void summary_out(struct vty *vty, const struct avs_instance *inst)
{
	static const enum avs_class classes[] = {AVS_CLASS_DEFAULT, AVS_CLASS_COMPANION,
						 AVS_CLASS_SUPERNET, AVS_CLASS_PERMITTED,
						 AVS_CLASS_EXACT};
	const struct avs_plan *plan = avs_instance_plan(inst);
	const struct avs_counters *c = avs_instance_counters((struct avs_instance *)inst);
	unsigned int quiet = avs_instance_quiet_left(inst);
	unsigned int startup = avs_instance_startup_left(inst);

	vty_out(vty, "BGP AVS, instance %s: %s, %zu prefixes learned\n", avs_instance_name(inst),
		avs_module_active() ? "active" : "INACTIVE",
		avs_table_size(avs_instance_table(inst)));
	if (quiet)
		vty_out(vty, "Removed lines take effect in %u s (quiet-period)\n", quiet);
	/* a customer's edge router has nothing to announce */
	if (startup && avs_instance_effective(inst)->rs_count)
		vty_out(vty,
			"Start-up: nothing is announced until every neighbor has told its routes, at most for %u s\n",
			startup);
	vty_out(vty, "\n");
	if (!plan) {
		vty_out(vty, "No plan yet\n");
		return;
	}
	for (unsigned int i = 0; i < plan->config->rs_count; i++)
		route_server_out(vty, inst, &plan->rs[i], i);
	avs_show_edges_out(vty, inst);
	for (unsigned int i = 0; i < array_size(classes); i++) {
		unsigned int announced, refused;

		count_class(plan, classes[i], &announced, &refused);
		if (announced || refused)
			vty_out(vty, "%-10s %u announced, %u refused (show bgp avs plan)\n",
				avs_class_name(classes[i]), announced, refused);
	}
	if (plan->config->supernet_auto)
		automatic_out(vty, plan);
	vty_out(vty,
		"Guard: %" PRIu64 " refused, %" PRIu64 " let out by monitor, %" PRIu64
		" settings undone, %" PRIu64 " lines refused (show bgp avs leaks)\n\n",
		c->refused, c->monitored, c->repairs, c->refused_commands);
	vty_out(vty, "Warnings:\n");
	avs_doctor_each(inst, warning_out, vty);
}

static const char *shape(const struct avs_show_route *route)
{
	if (route->represent > AVS_REPRESENT_SUPERNET)
		return avs_represent_name(route->represent);
	return route->cover ? "cover" : "-";
}

static void route_row(const struct avs_show_route *route, void *arg)
{
	char prefix[AVS_PREFIX_STRLEN];

	ttable_add_row(arg, "%s%s|%s|%s|%s%s%s|%s|%s", route->best ? "*" : " ",
		       avs_prefix_str(&route->prefix, prefix, sizeof(prefix)), route->neighbor,
		       route->rs ? route->rs : "-", avs_segment_name(route->segment),
		       route->site[0] ? " " : "", route->site, shape(route),
		       avs_why_name(route->why));
}

void avs_show_route_line(const struct avs_show_route *route, char *buf, size_t size)
{
	static const char form[] = " %c%-18s  %-15s  %-12s  %-24s  %-14s  %s\n";
	char prefix[AVS_PREFIX_STRLEN], segment[128];

	if (!route) {
		snprintf(buf, size, form, ' ', "Prefix", "Neighbor", "Route server", "Segment",
			 "Shape", "Why");
		return;
	}
	snprintf(segment, sizeof(segment), "%s%s%s", avs_segment_name(route->segment),
		 route->site[0] ? " " : "", route->site);
	snprintf(buf, size, form, route->best ? '*' : ' ',
		 avs_prefix_str(&route->prefix, prefix, sizeof(prefix)), route->neighbor,
		 route->rs ? route->rs : "-", segment, shape(route), avs_why_name(route->why));
}

static void routes_out(struct vty *vty, const struct avs_instance *inst,
		       const struct avs_prefix *only)
{
	struct ttable *tt = avs_show_table(" Prefix|Neighbor|Route server|Segment|Shape|Why");

	avs_show_routes(inst, only, route_row, tt);
	avs_show_table_out(vty, tt);
}

static void leaks_out(struct vty *vty, const struct avs_instance *inst)
{
	struct ttable *tt = avs_show_table("Prefix|Toward|From|Reason|Count|Last|");
	size_t count;
	uint64_t not_listed;
	const struct avs_leak *leaks = avs_instance_leaks(inst, &count, &not_listed);

	for (size_t i = 0; i < count; i++) {
		char prefix[AVS_PREFIX_STRLEN], when[32];

		ttable_add_row(tt, "%s|%s|%s|%u %s|%" PRIu64 "|%s|%s",
			       avs_prefix_str(&leaks[i].prefix, prefix, sizeof(prefix)),
			       avs_azure_edge_is_name(leaks[i].rs) ? "this router" : leaks[i].rs,
			       leaks[i].source, leaks[i].reason, avs_reason_name(leaks[i].reason),
			       leaks[i].count, when_text(leaks[i].last, when, sizeof(when)),
			       leaks[i].let_out ? "LET OUT" : "");
	}
	avs_show_table_out(vty, tt);
	if (not_listed)
		vty_out(vty, "%" PRIu64 " more are counted, not listed\n", not_listed);
}

static void changes_out(struct vty *vty, const struct avs_instance *inst)
{
	struct ttable *tt = avs_show_table("When|Cause|Announced|Withdrawn|Originated|Retired");
	size_t count;
	const struct avs_change *changes = avs_instance_changes(inst, &count);

	for (size_t i = 0; i < count; i++) {
		char when[32];

		ttable_add_row(tt, "%s|%s|%u|%u|%u|%u",
			       when_text(changes[i].when, when, sizeof(when)),
			       changes[i].cause ? changes[i].cause : "-", changes[i].announced,
			       changes[i].withdrawn, changes[i].originated, changes[i].retired);
	}
	avs_show_table_out(vty, tt);
}

static void explain_out(struct vty *vty, const struct avs_instance *inst,
			const struct avs_prefix *prefix)
{
	const struct avs_config *config = avs_instance_effective(inst);
	const struct avs_plan *plan = avs_instance_plan(inst);

	routes_out(vty, inst, prefix);
	for (size_t i = 0; i < config->rs_count; i++) {
		const char *rs = config->rs[i].name;
		const struct peer *source;
		enum avs_reason reason = avs_rib_verdict(inst, rs, prefix, &source);
		unsigned int index = plan ? avs_config_find_rs(plan->config, rs) : AVS_RS_NONE;
		const struct avs_entry *entry =
			index == AVS_RS_NONE ? NULL : avs_plan_find(plan, index, prefix);
		char about[AVS_PREFIX_STRLEN];

		vty_out(vty, "%s %s: %s, %u %s: %s", avs_rs_kind(&config->rs[i]),
			avs_rs_label(&config->rs[i]),
			avs_reason_permits(reason) ? "announced" : "not announced", reason,
			avs_reason_name(reason), avs_reason_text(reason));
		if (entry && entry->reason == reason && entry->about.family)
			vty_out(vty, " (%s)", avs_prefix_str(&entry->about, about, sizeof(about)));
		if (reason == AVS_REASON_OTHER_PATH && source)
			vty_out(vty, " (the path of %s)", source->host);
		vty_out(vty, "\n");
		avs_show_told_out(vty, inst, &config->rs[i], prefix);
	}
	avs_show_edges_explain(vty, inst, prefix);
}

/* ---- commands ---------------------------------------------------------- */

struct avs_instance *avs_show_instance(struct vty *vty, const char *name, bool json)
{
	struct avs_instance *inst = avs_instance_find_by_name(name ? name : VRF_DEFAULT_NAME);

	if (inst)
		return inst;
	if (json)
		vty_out(vty, "{}\n");
	else
		vty_out(vty, "%% BGP instance %s has no avs lines\n",
			name ? name : VRF_DEFAULT_NAME);
	return NULL;
}

int avs_show_document(struct vty *vty, const char *name, bool uj,
		      json_object *(*document)(const struct avs_instance *),
		      void (*text)(struct vty *, const struct avs_instance *))
{
	struct avs_instance *inst = avs_show_instance(vty, name, uj);

	if (!inst)
		return uj ? CMD_SUCCESS : CMD_WARNING;
	if (uj)
		return vty_json(vty, document(inst));
	text(vty, inst);
	return CMD_SUCCESS;
}

#define SHOW_AVS "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs"
#define SHOW_AVS_HELP SHOW_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR AVS_HELP

DEFPY(show_bgp_avs, show_bgp_avs_cmd, "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs [json$uj]",
      SHOW_AVS_HELP JSON_STR)
{
	return avs_show_document(vty, name, !!uj, avs_json_summary, summary_out);
}

DEFPY(show_bgp_avs_routes, show_bgp_avs_routes_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs routes [json$uj]",
      SHOW_AVS_HELP "Learned routes with their segment\n" JSON_STR)
{
	const struct avs_instance *inst = avs_show_instance(vty, name, !!uj);

	if (!inst)
		return uj ? CMD_SUCCESS : CMD_WARNING;
	if (avs_show_is_long(vty, avs_table_size(avs_instance_table(inst))))
		return avs_show_long_routes(vty, inst, !!uj);
	if (uj)
		return vty_json(vty, avs_json_routes(inst));
	routes_out(vty, inst, NULL);
	return CMD_SUCCESS;
}

DEFPY(show_bgp_avs_plan, show_bgp_avs_plan_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs plan [json$uj]",
      SHOW_AVS_HELP "Announcements per route server, with reasons\n" JSON_STR)
{
	const struct avs_instance *inst = avs_show_instance(vty, name, !!uj);
	const struct avs_plan *plan = inst ? avs_instance_plan(inst) : NULL;

	if (!inst)
		return uj ? CMD_SUCCESS : CMD_WARNING;
	if (plan && avs_show_is_long(vty, plan->count))
		return avs_show_long_plan(vty, inst, !!uj);
	if (uj)
		return vty_json(vty, avs_json_plan(inst));
	avs_show_plan_out(vty, inst);
	return CMD_SUCCESS;
}

DEFPY(show_bgp_avs_leaks, show_bgp_avs_leaks_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs leaks [json$uj]",
      SHOW_AVS_HELP "What the guard refused\n" JSON_STR)
{
	return avs_show_document(vty, name, !!uj, avs_json_leaks, leaks_out);
}

DEFPY(show_bgp_avs_changes, show_bgp_avs_changes_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs changes [json$uj]",
      SHOW_AVS_HELP "The last changes of the plan\n" JSON_STR)
{
	return avs_show_document(vty, name, !!uj, avs_json_changes, changes_out);
}

DEFPY(show_bgp_avs_explain, show_bgp_avs_explain_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs explain A.B.C.D/M$prefix [json$uj]",
      SHOW_AVS_HELP
      "Verdict on one prefix at every route server\n"
      "The prefix\n" JSON_STR)
{
	struct avs_instance *inst = avs_show_instance(vty, name, !!uj);
	struct avs_prefix p = avs_from_prefix((const struct prefix *)prefix);

	if (!inst)
		return uj ? CMD_SUCCESS : CMD_WARNING;
	if (!avs_prefix_ok(&p)) {
		vty_out(vty, "%% %s has host bits\n", prefix_str);
		return CMD_WARNING;
	}
	if (uj)
		return vty_json(vty, avs_json_explain(inst, &p));
	explain_out(vty, inst, &p);
	return CMD_SUCCESS;
}

DEFPY(clear_bgp_avs_counters, clear_bgp_avs_counters_cmd,
      "clear [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs counters",
      CLEAR_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR AVS_HELP "Counters and the list of leaks\n")
{
	struct avs_instance *inst = avs_show_instance(vty, name, false);

	if (!inst)
		return CMD_WARNING;
	avs_instance_clear_counters(inst);
	return CMD_SUCCESS;
}

DEFPY(clear_bgp_avs_latch, clear_bgp_avs_latch_cmd,
      "clear [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs latch [A.B.C.D/M$prefix]",
      CLEAR_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR AVS_HELP
      "Supernets that stay down because they came back twice\n"
      "One of them\n")
{
	struct avs_instance *inst = avs_show_instance(vty, name, false);
	struct avs_prefix p;

	if (!inst)
		return CMD_WARNING;
	if (!prefix_str) {
		avs_instance_unlatch(inst, NULL);
		return CMD_SUCCESS;
	}
	p = avs_from_prefix((const struct prefix *)prefix);
	if (!avs_prefix_ok(&p)) {
		vty_out(vty, "%% %s has host bits\n", prefix_str);
		return CMD_WARNING;
	}
	avs_instance_unlatch(inst, &p);
	return CMD_SUCCESS;
}

DEFPY(clear_bgp_avs_reach, clear_bgp_avs_reach_cmd,
      "clear [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs reach WORD$rs",
      CLEAR_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR AVS_HELP
      "On-premises was reached before, and is not any more\n"
      "Name of a route server\n")
{
	struct avs_instance *inst = avs_show_instance(vty, name, false);

	if (!inst)
		return CMD_WARNING;
	if (!avs_reach_forget(inst, rs)) {
		vty_out(vty, "%% no route server has the name %s: show bgp avs\n", rs);
		return CMD_WARNING;
	}
	return CMD_SUCCESS;
}

/* ---- debug ------------------------------------------------------------- */

static struct debug *const debugs[] = {&avs_debug_plan, &avs_debug_guard, &avs_debug_northbound};
static const char *const debug_names[] = {"plan", "guard", "northbound"};

DEFPY(debug_bgp_avs, debug_bgp_avs_cmd, "[no] debug bgp avs [<plan|guard|northbound>$what]",
      NO_STR DEBUG_STR BGP_STR AVS_HELP
      "Plans and their effects\n"
      "Refusals and owned route-maps\n"
      "Configuration\n")
{
	uint32_t mode = DEBUG_NODE2MODE(vty->node);

	for (unsigned int i = 0; i < array_size(debugs); i++)
		if (!what || strmatch(what, debug_names[i]))
			DEBUG_MODE_SET(debugs[i], mode, !no);
	return CMD_SUCCESS;
}

static int debug_config_write(struct vty *vty)
{
	int written = 0;

	for (unsigned int i = 0; i < array_size(debugs); i++)
		if (DEBUG_MODE_CHECK(debugs[i], DEBUG_MODE_CONF)) {
			vty_out(vty, "debug bgp avs %s\n", debug_names[i]);
			written++;
		}
	return written;
}

/*
 * `show running-config` prints node by node, and bgpd's debug node is taken.
 * The number of ours is beyond libfrr's; nobody can enter it.
 */
static struct cmd_node debug_node = {
	.name = "bgp avs debug",
	.node = (enum node_type)(NODE_TYPE_MAX + 7),
	.prompt = "",
	.config_write = debug_config_write,
};

void avs_show_init(void)
{
	install_element(VIEW_NODE, &show_bgp_avs_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_routes_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_plan_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_leaks_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_changes_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_explain_cmd);
	install_element(ENABLE_NODE, &clear_bgp_avs_counters_cmd);
	install_element(ENABLE_NODE, &clear_bgp_avs_latch_cmd);
	install_element(ENABLE_NODE, &clear_bgp_avs_reach_cmd);
	install_element(ENABLE_NODE, &debug_bgp_avs_cmd);
	install_element(CONFIG_NODE, &debug_bgp_avs_cmd);
	install_node(&debug_node);
}
