// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show bgp avs doctor, preview, shadow, as-frr-config: what is wrong, what will
 * come of it, what is different, and the way back.
 *
 * Purpose: text for somebody who has to decide something now.  The content is
 * the core's (avs_checklist.c, avs_preview.c, avs_stock.c) and the warnings'
 * (avs_doctor.c); nothing here changes anything.
 *
 * doctor prints every step in the order in which they depend on each other: a
 * line that says what holds, or a line for each thing that does not, with what
 * to type.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "json.h"
#include "termtable.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_community.h"
#include "bgpd/bgp_fsm.h"
#include "bgpd/bgp_vty.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_doctor.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_show.h"
#include "bgpd_avs/avs_tag.h"
#include "bgpd_avs/core/avs_checklist.h"
#include "bgpd_avs/core/avs_preview.h"
#include "bgpd_avs/core/avs_stock.h"

#include "bgpd_avs/avs_show_check_clippy.c"

#define AVS_HELP "Announcements to Azure Route Server\n"

/* ---- doctor ------------------------------------------------------------ */

struct doctor {
	struct vty *vty;
	enum avs_check check;
	unsigned int said; /* in this step */
};

static void say(struct doctor *doctor, const char *mark, const char *fmt, ...) PRINTFRR(3, 4);
static void say(struct doctor *doctor, const char *mark, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = vasprintfrr(MTYPE_TMP, fmt, ap);
	va_end(ap);
	vty_out(doctor->vty, "%3u  %-7s  %s\n", doctor->check + 1, mark, text);
	XFREE(MTYPE_TMP, text);
	doctor->said++;
}

static void one_warning(const struct avs_warning *warning, void *arg)
{
	static const char *const marks[] = {
		[AVS_SEV_NOTICE] = "notice",
		[AVS_SEV_WARNING] = "WARNING",
		[AVS_SEV_ALARM] = "ALARM",
	};
	struct doctor *doctor = arg;
	char text[512];

	if (avs_check_of(warning->code) == doctor->check)
		say(doctor, marks[warning->severity], "%s",
		    avs_warning_text(warning, text, sizeof(text)));
}

/* what no warning is about, because time alone mends it */
static void waiting(struct doctor *doctor, const struct avs_instance *inst)
{
	unsigned int startup = avs_instance_startup_left(inst);
	unsigned int quiet = avs_instance_quiet_left(inst);

	if (doctor->check == AVS_CHECK_SESSIONS && startup)
		say(doctor, "wait",
		    "not every neighbor has told its routes since the start, at most %u s more: show bgp summary",
		    startup);
	if (doctor->check == AVS_CHECK_LINES && quiet)
		say(doctor, "wait", "removed lines take effect in %u s: avs quiet-period 0", quiet);
}

static bool said_before(const struct avs_rs_plan *rs, const struct avs_plan *plan, size_t at)
{
	for (size_t i = rs->first; i < at; i++)
		if (plan->entries[i].reason == plan->entries[at].reason)
			return true;
	return false;
}

/* what is asked for and refused: one line for each reason */
static void refused(struct doctor *doctor, const struct avs_plan *plan,
		    const struct avs_rs_plan *rs)
{
	for (size_t i = rs->first; i < rs->first + rs->count; i++) {
		const struct avs_entry *entry = &plan->entries[i];
		unsigned int more = 0;
		char prefix[AVS_PREFIX_STRLEN], others[32] = "";

		if (avs_reason_permits(entry->reason) || said_before(rs, plan, i) ||
		    entry->reason == AVS_REASON_STARTUP_DELAY)
			continue;
		for (size_t n = i + 1; n < rs->first + rs->count; n++)
			more += plan->entries[n].reason == entry->reason;
		if (more)
			snprintf(others, sizeof(others), " and %u more", more);
		avs_prefix_str(&entry->prefix, prefix, sizeof(prefix));
		say(doctor, "refused", "%s%s toward %s, %u %s: %s: show bgp avs explain %s", prefix,
		    others, rs->config->name, entry->reason, avs_reason_name(entry->reason),
		    avs_reason_text(entry->reason), prefix);
	}
}

static void announced(struct doctor *doctor, const struct avs_instance *inst)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	bool asked = false;

	if (doctor->check != AVS_CHECK_ANNOUNCED || !plan)
		return;
	for (size_t i = 0; i < plan->config->rs_count; i++) {
		asked |= plan->rs[i].count > 0;
		refused(doctor, plan, &plan->rs[i]);
	}
	if (!asked && plan->config->rs_count)
		say(doctor, "WARNING",
		    "nothing is asked for: avs advertise default toward private-cloud, or avs advertise supernet auto");
}

static int show_doctor(struct vty *vty, const struct avs_instance *inst)
{
	struct doctor doctor = {.vty = vty};

	vty_out(vty, "BGP AVS, instance %s: what to mend, the first one first\n\n",
		avs_instance_name(inst));
	for (doctor.check = 0; doctor.check < AVS_CHECK_COUNT; doctor.check++) {
		doctor.said = 0;
		avs_doctor_each(inst, one_warning, &doctor);
		waiting(&doctor, inst);
		announced(&doctor, inst);
		if (!doctor.said)
			vty_out(vty, "%3u  %-7s  %s\n", doctor.check + 1, "ok",
				avs_check_text(doctor.check));
	}
	vty_out(vty,
		"\nFor AVS Gen 1 over ExpressRoute. Gen 2 is routed by user-defined routes.\n");
	return CMD_SUCCESS;
}

DEFPY(show_bgp_avs_doctor, show_bgp_avs_doctor_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs doctor",
      SHOW_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR AVS_HELP
      "Checklist: what is missing or wrong, in order, and what to type\n")
{
	struct avs_instance *inst = avs_show_instance(vty, name, false);

	return inst ? show_doctor(vty, inst) : CMD_WARNING;
}

/* ---- preview ----------------------------------------------------------- */

struct preview {
	const struct avs_plan *plan;
	struct ttable *tt;
	json_object *list;
};

static void preview_row(const struct avs_expected *expected, void *arg)
{
	struct preview *preview = arg;
	char prefix[AVS_PREFIX_STRLEN];
	bool planned = expected->via == AVS_VIA_PLAN;

	ttable_add_row(preview->tt, "%s|%s|%s|%s|%s|%s", avs_segment_name(expected->segment),
		       avs_prefix_str(&expected->prefix, prefix, sizeof(prefix)),
		       preview->plan->config->rs[expected->rs].name, avs_via_name(expected->via),
		       planned ? avs_class_name(expected->cls) : "-",
		       planned ? avs_reason_name(expected->reason) : "-");
}

static void preview_item(const struct avs_expected *expected, void *arg)
{
	struct preview *preview = arg;
	json_object *json = json_object_new_object();
	char prefix[AVS_PREFIX_STRLEN];

	json_object_string_add(json, "segment", avs_segment_name(expected->segment));
	json_object_string_add(json, "prefix",
			       avs_prefix_str(&expected->prefix, prefix, sizeof(prefix)));
	json_object_string_add(json, "routeServer", preview->plan->config->rs[expected->rs].name);
	json_object_string_add(json, "via", avs_via_name(expected->via));
	if (expected->via == AVS_VIA_PLAN) {
		json_object_string_add(json, "class", avs_class_name(expected->cls));
		json_object_string_add(json, "reason", avs_reason_name(expected->reason));
	}
	json_object_array_add(preview->list, json);
}

static json_object *preview_json(const struct avs_instance *inst)
{
	json_object *json = json_object_new_object();
	struct preview preview = {.plan = avs_instance_plan(inst), .list = json_object_new_array()};

	json_object_int_add(json, "schemaVersion", AVS_JSON_VERSION);
	json_object_string_add(json, "instance", avs_instance_name(inst));
	json_object_object_add(json, "preview", preview.list);
	if (preview.plan)
		avs_preview_each(preview.plan, avs_instance_table(inst), preview_item, &preview);
	return json;
}

static void preview_out(struct vty *vty, const struct avs_instance *inst)
{
	struct preview preview = {.plan = avs_instance_plan(inst)};

	vty_out(vty,
		"Expected by Azure's documentation from the plan and from what is learned; nothing here is measured\n\n");
	preview.tt = avs_show_table("Learned by|Prefix|Through|Via|Class|Reason");
	if (preview.plan)
		avs_preview_each(preview.plan, avs_instance_table(inst), preview_row, &preview);
	avs_show_table_out(vty, preview.tt);
}

DEFPY(show_bgp_avs_preview, show_bgp_avs_preview_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs preview [json$uj]",
      SHOW_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR AVS_HELP
      "What the private cloud and on-premises are expected to learn through Azure\n" JSON_STR)
{
	return avs_show_document(vty, name, !!uj, preview_json, preview_out);
}

/* ---- shadow ------------------------------------------------------------ */

enum difference { SENT_NOT_PLANNED, PLANNED_NOT_SENT, OTHER_ATTRIBUTES };

static const char *const differences[] = {
	[SENT_NOT_PLANNED] = "sent-not-planned",
	[PLANNED_NOT_SENT] = "planned-not-sent",
	[OTHER_ATTRIBUTES] = "other-attributes",
};

/* one established neighbour against the plan of its route server */
struct shadow {
	const struct avs_instance *inst;
	const struct avs_plan *plan;
	unsigned int rs;
	const struct peer *peer;
	unsigned int same, count;
	struct ttable *tt;
	json_object *list;
};

static void differs(struct shadow *shadow, const struct avs_prefix *prefix,
		    enum difference difference, const char *what)
{
	char text[AVS_PREFIX_STRLEN];
	json_object *json;

	shadow->count++;
	avs_prefix_str(prefix, text, sizeof(text));
	if (shadow->tt)
		ttable_add_row(shadow->tt, "%s|%s|%s|%s|%s", shadow->peer->host,
			       shadow->plan->config->rs[shadow->rs].name, text,
			       differences[difference], what);
	if (!shadow->list)
		return;
	json = json_object_new_object();
	json_object_string_add(json, "neighbor", shadow->peer->host);
	json_object_string_add(json, "prefix", text);
	json_object_string_add(json, "difference", differences[difference]);
	json_object_string_add(json, "what", what);
	json_object_array_add(shadow->list, json);
}

/* own AS numbers that a route-map put in front; bgpd's own comes later */
static unsigned int prepended(const struct peer *peer, const struct attr *attr)
{
	const struct assegment *seg = attr->aspath ? attr->aspath->segments : NULL;
	unsigned int count = 0;

	while (seg && seg->type == AS_SEQUENCE && count < seg->length &&
	       seg->as[count] == avs_routemap_own_as(peer))
		count++;
	return count;
}

static void also(char *buf, size_t size, bool differ, const char *what)
{
	if (differ && buf[0])
		strlcat(buf, ", ", size);
	if (differ)
		strlcat(buf, what, size);
}

/* what is not as the plan would have it, into buf; "" when everything is */
static void attributes(const struct peer *peer, const struct avs_entry *entry,
		       const struct attr *attr, char *buf, size_t size)
{
	struct in_addr hop = avs_to_in_addr(&entry->next_hop), self = {INADDR_ANY};
	const struct community *community = bgp_attr_get_community(attr);
	const union sockunion *local = avs_peer_local(peer);
	bool no_advertise = false, other_hop;

	if (local && local->sa.sa_family == AF_INET)
		self = local->sin.sin_addr;
	other_hop = attr->nexthop.s_addr != (entry->next_hop.family ? hop.s_addr : self.s_addr);
	/* bgpd puts its own address in when it sends */
	if (!entry->next_hop.family && attr->nexthop.s_addr == INADDR_ANY)
		other_hop = false;
	for (int i = 0; community && i < community->size; i++)
		no_advertise |= community_val_get((struct community *)community, i) ==
				COMMUNITY_NO_ADVERTISE;
	buf[0] = '\0';
	also(buf, size, other_hop, "next hop");
	also(buf, size, avs_routemap_needs_strip(attr), "Azure's AS numbers in the path");
	also(buf, size, prepended(peer, attr) != entry->prepend, "prepending");
	also(buf, size, no_advertise != entry->no_advertise, "community no-advertise");
}

/* what an overlay neighbour is told has a tag of ours, and is in no list */
static void one_sent_overlay(struct shadow *shadow, const struct avs_prefix *prefix,
			     const struct attr *attr)
{
	const struct peer *peer = shadow->peer, *source;
	as_t own = avs_routemap_own_as(peer);
	enum avs_reason reason = avs_rib_verdict(
		shadow->inst, shadow->plan->config->rs[shadow->rs].name, prefix, &source);
	unsigned int segment;
	uint32_t site;

	if (!avs_reason_permits(reason))
		differs(shadow, prefix, SENT_NOT_PLANNED, avs_reason_name(reason));
	else if (!avs_tag_read(attr, own, &segment, &site))
		differs(shadow, prefix, OTHER_ATTRIBUTES, "segment tag");
	else
		shadow->same++;
}

static bool one_not_sent_overlay(const struct avs_prefix *prefix, const struct avs_fact *fact,
				 void *arg)
{
	struct shadow *shadow = arg;
	const struct peer *source;

	if (fact->usable && !avs_adj_out_has(shadow->peer, prefix, NULL) &&
	    avs_reason_permits(avs_rib_verdict(
		    shadow->inst, shadow->plan->config->rs[shadow->rs].name, prefix, &source)))
		differs(shadow, prefix, PLANNED_NOT_SENT, "learned");
	return true;
}

static void one_sent(const struct avs_prefix *prefix, const struct attr *attr, void *arg)
{
	struct shadow *shadow = arg;
	const struct avs_entry *entry = avs_plan_find(shadow->plan, shadow->rs, prefix);
	char what[128];

	if (shadow->plan->config->rs[shadow->rs].overlay) {
		one_sent_overlay(shadow, prefix, attr);
		return;
	}
	if (!entry || !avs_reason_permits(entry->reason)) {
		differs(shadow, prefix, SENT_NOT_PLANNED,
			avs_reason_name(entry ? entry->reason : AVS_REASON_NOT_PLANNED));
		return;
	}
	attributes(shadow->peer, entry, attr, what, sizeof(what));
	if (what[0])
		differs(shadow, prefix, OTHER_ATTRIBUTES, what);
	else
		shadow->same++;
}

/* what `default-originate` sends is no route of the table: bgpd makes it when it sends it */
static bool sends_default(const struct shadow *shadow, const struct avs_prefix *prefix)
{
	return !prefix->len && prefix->family == AVS_IPV4 && avs_adj_out_default(shadow->peer);
}

static void one_neighbor(struct shadow *shadow)
{
	static const struct avs_prefix any = {.family = AVS_IPV4};
	const struct avs_rs_plan *rs = &shadow->plan->rs[shadow->rs];
	/* through us, with nothing that anybody has set */
	const struct attr made = {};

	avs_adj_out_each(shadow->peer, one_sent, shadow);
	if (sends_default(shadow, &any) && !avs_adj_out_has(shadow->peer, &any, NULL))
		one_sent(&any, &made, shadow);
	if (rs->config->overlay) {
		avs_table_walk(avs_instance_table(shadow->inst), one_not_sent_overlay, shadow);
		return;
	}
	for (size_t i = rs->first; i < rs->first + rs->count; i++) {
		const struct avs_entry *entry = &shadow->plan->entries[i];

		if (avs_reason_permits(entry->reason) && !sends_default(shadow, &entry->prefix) &&
		    !avs_adj_out_has(shadow->peer, &entry->prefix, NULL))
			differs(shadow, &entry->prefix, PLANNED_NOT_SENT,
				avs_class_name(entry->cls));
	}
}

/* every established neighbour of every route server */
static void compare(const struct avs_instance *inst, struct shadow *shadow)
{
	const struct avs_plan *plan = avs_instance_plan(inst);

	shadow->inst = inst;
	shadow->plan = plan;
	if (!avs_module_active())
		return;
	for (unsigned int rs = 0; plan && rs < plan->config->rs_count; rs++)
		for (size_t n = 0; n < plan->config->rs[rs].neighbor_count; n++) {
			struct peer *peer = avs_session_peer(avs_instance_bgp(inst),
							     &plan->config->rs[rs].neighbors[n]);

			if (!peer || !avs_peer_up(peer))
				continue;
			shadow->rs = rs;
			shadow->peer = peer;
			one_neighbor(shadow);
		}
}

static json_object *shadow_json(const struct avs_instance *inst)
{
	json_object *json = json_object_new_object();
	struct shadow shadow = {.list = json_object_new_array()};

	json_object_int_add(json, "schemaVersion", AVS_JSON_VERSION);
	json_object_string_add(json, "instance", avs_instance_name(inst));
	json_object_object_add(json, "shadow", shadow.list);
	compare(inst, &shadow);
	json_object_int_add(json, "same", shadow.same);
	return json;
}

static void shadow_out(struct vty *vty, const struct avs_instance *inst)
{
	struct shadow shadow = {
		.tt = avs_show_table("Neighbor|Route server|Prefix|Difference|What")};

	compare(inst, &shadow);
	avs_show_table_out(vty, shadow.tt);
	vty_out(vty, "%u differences, %u announcements as planned\n", shadow.count, shadow.same);
}

DEFPY(show_bgp_avs_shadow, show_bgp_avs_shadow_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs shadow [json$uj]",
      SHOW_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR AVS_HELP
      "What is sent, against what is planned\n" JSON_STR)
{
	return avs_show_document(vty, name, !!uj, shadow_json, shadow_out);
}

/* ---- as-frr-config ----------------------------------------------------- */

static void line_out(const char *text, void *arg)
{
	vty_out(arg, "%s\n", text);
}

DEFPY(show_bgp_avs_as_frr_config, show_bgp_avs_as_frr_config_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs as-frr-config",
      SHOW_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR AVS_HELP
      "The present plan as configuration of FRR without this module\n")
{
	struct avs_instance *inst = avs_show_instance(vty, name, false);
	const struct bgp *bgp;
	char instance[300] = "";

	if (!inst)
		return CMD_WARNING;
	if (!avs_instance_plan(inst)) {
		vty_out(vty, "%% No plan yet\n");
		return CMD_WARNING;
	}
	bgp = avs_instance_bgp(inst);
	if (bgp->name)
		snprintf(instance, sizeof(instance), " %s %s",
			 bgp->inst_type == BGP_INSTANCE_TYPE_VIEW ? "view" : "vrf", bgp->name);
	avs_stock_write(avs_instance_plan(inst), bgp->as,
			CHECK_FLAG(bgp->config, BGP_CONFIG_CONFEDERATION) ? bgp->confed_id
									  : bgp->as,
			instance, line_out, vty);
	return CMD_SUCCESS;
}

void avs_show_check_init(void)
{
	install_element(VIEW_NODE, &show_bgp_avs_as_frr_config_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_doctor_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_preview_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_shadow_cmd);
}
