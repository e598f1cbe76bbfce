// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show bgp avs doctor, preview, as-frr-config: what is wrong, what will come of
 * it, and the way back.
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
#include "bgpd/bgp_vty.h"

#include "bgpd_avs/avs_doctor.h"
#include "bgpd_avs/avs_show.h"
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
	avs_stock_write(avs_instance_plan(inst), bgp->as, instance, line_out, vty);
	return CMD_SUCCESS;
}

void avs_show_check_init(void)
{
	install_element(VIEW_NODE, &show_bgp_avs_as_frr_config_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_doctor_cmd);
	install_element(VIEW_NODE, &show_bgp_avs_preview_cmd);
}
