// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show and clear commands of the tables of user-defined routes.
 *
 * Purpose: what somebody has to write in Azure, whether it may be written now,
 * and how much room is left.  The syntax of other products is made from the
 * JSON by avs-udr.
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

#include "bgpd_avs/avs_export.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_show.h"

#include "bgpd_avs/avs_show_udr_clippy.c"

static void route_row(struct ttable *tt, const struct avs_udr_route *route)
{
	char prefix[AVS_PREFIX_STRLEN], hop[AVS_PREFIX_STRLEN] = "Internet", segments[64],
					state[64] = "-";
	uint64_t left;

	if (route->next_hop.family)
		avs_prefix_display(&route->next_hop, hop, sizeof(hop));
	if (route->stale) {
		left = avs_export_left(route) / 1000;
		snprintf(state, sizeof(state), "stale, %" PRIu64 " s left", left);
	}
	ttable_add_row(tt, "%s|%s|%s|%s", avs_prefix_str(&route->prefix, prefix, sizeof(prefix)),
		       hop, avs_show_segments(route->segments, segments, sizeof(segments)), state);
}

static void table_out(struct vty *vty, const struct avs_udr *udr, enum avs_udr_table table)
{
	struct ttable *tt;

	vty_out(vty, "%s: %zu of %u routes\n", avs_udr_table_name(table), udr->table[table].count,
		udr->table[table].limit);
	if (!udr->table[table].count) {
		vty_out(vty, "\n");
		return;
	}
	tt = avs_show_table("Prefix|Next hop|Segment|State");
	for (size_t i = 0; i < udr->table[table].count; i++)
		route_row(tt, &udr->table[table].routes[i]);
	avs_show_table_out(vty, tt);
}

static void excluded_out(struct vty *vty, const struct avs_udr *udr)
{
	char prefix[AVS_PREFIX_STRLEN];
	struct ttable *tt;

	if (!udr->excluded_count)
		return;
	vty_out(vty, "Learned, without a route in gateway-subnet:\n");
	tt = avs_show_table("Prefix|Because");
	for (size_t i = 0; i < udr->excluded_count; i++)
		ttable_add_row(tt, "%s|%s",
			       avs_prefix_str(&udr->excluded[i].prefix, prefix, sizeof(prefix)),
			       avs_udr_why_text(udr->excluded[i].why));
	avs_show_table_out(vty, tt);
	if (udr->not_listed)
		vty_out(vty, "%u more are not listed\n", udr->not_listed);
}

static void udr_out(struct vty *vty, const struct avs_instance *inst)
{
	struct avs_export *exp = avs_instance_export(inst);
	const struct avs_udr *udr = avs_export_udr(exp);
	uint64_t acknowledged = avs_export_acknowledged(exp);

	vty_out(vty, "User-defined routes, instance %s\n", avs_instance_name(inst));
	if (!udr) {
		vty_out(vty, "INCOMPLETE: %s\n", avs_udr_state_text(AVS_UDR_NOT_COMPUTED));
		return;
	}
	if (udr->state == AVS_UDR_COMPLETE)
		vty_out(vty, "Complete");
	else
		vty_out(vty, "INCOMPLETE, do not apply: %s%s%s", avs_udr_state_text(udr->state),
			udr->rs ? ": " : "", udr->rs ? udr->rs : "");
	vty_out(vty, "\nGeneration %" PRIu64 ", ", udr->generation);
	if (acknowledged)
		vty_out(vty, "acknowledged %" PRIu64 "\n\n", acknowledged);
	else
		vty_out(vty, "none acknowledged\n\n");
	for (unsigned int table = 0; table < AVS_UDR_TABLES; table++)
		table_out(vty, udr, table);
	excluded_out(vty, udr);
}

DEFPY(show_bgp_avs_udr, show_bgp_avs_udr_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs udr [json$uj]",
      SHOW_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR
      "Announcements to Azure Route Server\n"
      "Tables of user-defined routes that the design needs in Azure\n" JSON_STR)
{
	return avs_show_document(vty, name, !!uj, avs_json_udr, udr_out);
}

DEFPY(clear_bgp_avs_udr, clear_bgp_avs_udr_cmd,
      "clear [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs udr generation (1-4294967295)$generation",
      CLEAR_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR
      "Announcements to Azure Route Server\n"
      "Tables of user-defined routes: they have been applied in Azure\n"
      "Which ones\n"
      "Number, as show bgp avs udr says\n")
{
	struct avs_instance *inst = avs_show_instance(vty, name, false);
	const struct avs_udr *udr;

	if (!inst)
		return CMD_WARNING;
	if (avs_export_acknowledge(avs_instance_export(inst), (uint64_t)generation))
		return CMD_SUCCESS;
	udr = avs_export_udr(avs_instance_export(inst));
	vty_out(vty, "%% The tables are of generation %" PRIu64 " now: apply those\n",
		udr ? udr->generation : 0);
	return CMD_WARNING;
}

void avs_show_udr_init(void)
{
	install_element(VIEW_NODE, &show_bgp_avs_udr_cmd);
	install_element(ENABLE_NODE, &clear_bgp_avs_udr_cmd);
}
