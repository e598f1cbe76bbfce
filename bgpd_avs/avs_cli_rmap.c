// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines `match avs` and `set avs` in a route-map.
 *
 * Purpose: commands of the route-map node.  They edit the tree and nothing
 * else; what is printed is avs_nb_rmap.c's.  Taking away a line that is there
 * with another value takes nothing away, as everywhere in the module.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"
#include "vty.h"

#include "bgpd_avs/avs_cli.h"
#include "bgpd_avs/avs_cli_line.h"
#include "bgpd_avs/avs_nb.h"

#include "bgpd_avs/avs_cli_rmap_clippy.c"

#define AVS_MATCH_STR                                                                              \
	MATCH_STR                                                                                  \
	"What Azure Route Server delivers, and what it gets\n"
#define AVS_SET_STR                                                                                \
	SET_STR                                                                                    \
	"What Azure Route Server delivers, and what it gets\n"
#define AVS_SEGMENTS_STR                                                                           \
	"Azure VMware Solution\n"                                                                  \
	"Customer sites behind ExpressRoute or VPN\n"                                              \
	"Virtual networks\n"                                                                       \
	"None of these\n"

#define MATCH_ENTRY "./match-condition[condition='frr-bgp-avs:%s']"
#define MATCH_LEAF MATCH_ENTRY "/rmap-match-condition/frr-bgp-avs:%s"
#define SET_ENTRY "./set-action[action='frr-bgp-avs:%s']"
#define SET_LEAF SET_ENTRY "/rmap-set-action/frr-bgp-avs:%s"

/* the leaf of the route-map entry at hand; NULL when it is absent */
static const struct lyd_node *find(struct vty *vty, const char *leaf)
{
	char xpath[XPATH_MAXLEN];
	const struct lyd_node *root = vty->candidate_config->dnode;

	snprintf(xpath, sizeof(xpath), "%s%s", VTY_CURR_XPATH, leaf + 1);
	return root ? yang_dnode_get(root, xpath) : NULL;
}

static int line(struct vty *vty, const char *no, const char *entry, const char *leaf,
		const char *value)
{
	const struct lyd_node *dnode;

	if (no) {
		dnode = find(vty, leaf);
		if (!dnode || !strmatch(lyd_get_value(dnode), value))
			return CMD_SUCCESS;
		nb_cli_enqueue_change(vty, entry, NB_OP_DESTROY, NULL);
	} else {
		nb_cli_enqueue_change(vty, entry, NB_OP_CREATE, NULL);
		nb_cli_enqueue_change(vty, leaf, NB_OP_MODIFY, value);
	}
	return nb_cli_apply_changes(vty, NULL);
}

static int match_line(struct vty *vty, const char *no, const char *identity, const char *name,
		      const char *value)
{
	char entry[XPATH_MAXLEN], leaf[XPATH_MAXLEN];

	snprintf(entry, sizeof(entry), MATCH_ENTRY, identity);
	snprintf(leaf, sizeof(leaf), MATCH_LEAF, identity, name);
	return line(vty, no, entry, leaf, value);
}

static int set_line(struct vty *vty, const char *no, const char *identity, const char *name,
		    const char *value)
{
	char entry[XPATH_MAXLEN], leaf[XPATH_MAXLEN];

	snprintf(entry, sizeof(entry), SET_ENTRY, identity);
	snprintf(leaf, sizeof(leaf), SET_LEAF, identity, name);
	return line(vty, no, entry, leaf, value);
}

DEFPY_YANG(avs_match_segment, avs_match_segment_cmd,
	   "[no] match avs segment <private-cloud|on-premises|virtual-network|unknown>$segment",
	   NO_STR AVS_MATCH_STR "Segment that the route was learned from\n" AVS_SEGMENTS_STR)
{
	return match_line(vty, no, "avs-match-segment", "avs-segment", segment);
}

DEFPY_YANG(avs_match_route, avs_match_route_cmd,
	   "[no] match avs route <default|supernet|learned>$route",
	   NO_STR AVS_MATCH_STR
	   "What the route is to the plan\n"
	   "The default route\n"
	   "A supernet or companion that is announced\n"
	   "Any other route\n")
{
	return match_line(vty, no, "avs-match-route", "avs-route", route);
}

DEFPY_YANG(avs_match_leak, avs_match_leak_cmd,
	   "[no] match avs leak toward <private-cloud|on-premises>$segment",
	   NO_STR AVS_MATCH_STR
	   "What must not reach a segment without consent\n"
	   "The segment\n"
	   "Azure VMware Solution\n"
	   "Customer sites behind ExpressRoute or VPN\n")
{
	return match_line(vty, no, "avs-match-leak", "avs-leak-toward", segment);
}

DEFPY_YANG(
	avs_set_segment, avs_set_segment_cmd,
	"[no] set avs segment <private-cloud|on-premises|virtual-network|unknown>$segment [site NAME$site]",
	NO_STR AVS_SET_STR "Segment of the route, in the map of avs policy\n" AVS_SEGMENTS_STR
			   "Where more than one is\n"
			   "Name of the site\n")
{
	char entry[XPATH_MAXLEN], leaf[XPATH_MAXLEN], where[XPATH_MAXLEN];
	const struct lyd_node *dnode;
	const char *old;

	if (site && !avs_line_check(vty, "segment/neighbor/site", site))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(entry, sizeof(entry), SET_ENTRY, "avs-set-segment");
	snprintf(leaf, sizeof(leaf), SET_LEAF, "avs-set-segment", "avs-segment");
	snprintf(where, sizeof(where), SET_LEAF, "avs-set-segment", "avs-site");
	if (no) {
		dnode = find(vty, where);
		old = dnode ? lyd_get_value(dnode) : NULL;
		if (!old != !site || (old && !strmatch(old, site)))
			return CMD_SUCCESS;
		return line(vty, no, entry, leaf, segment);
	}
	nb_cli_enqueue_change(vty, entry, NB_OP_CREATE, NULL);
	nb_cli_enqueue_change(vty, leaf, NB_OP_MODIFY, segment);
	nb_cli_enqueue_change(vty, where, site ? NB_OP_MODIFY : NB_OP_DESTROY, site);
	return nb_cli_apply_changes(vty, NULL);
}

DEFPY_YANG(avs_set_advertise, avs_set_advertise_cmd,
	   "[no] set avs advertise <exact|supernet|cover|default|none>$how",
	   NO_STR AVS_SET_STR
	   "How the route is represented, in the map of avs policy\n"
	   "As it is\n"
	   "It contributes to supernets\n"
	   "Supernets may lie inside of it\n"
	   "By the default route, which exists while one such route does\n"
	   "Not at all\n")
{
	return set_line(vty, no, "avs-set-advertise", "avs-advertise", how);
}

DEFPY_YANG(avs_set_as_path, avs_set_as_path_cmd, "[no] set avs as-path strip-azure$how",
	   NO_STR AVS_SET_STR
	   "AS path of what is announced\n"
	   "Without Azure's own AS numbers\n")
{
	return set_line(vty, no, "avs-set-as-path", "avs-as-path", how);
}

void avs_cli_rmap_init(void)
{
	install_element(RMAP_NODE, &avs_match_leak_cmd);
	install_element(RMAP_NODE, &avs_match_route_cmd);
	install_element(RMAP_NODE, &avs_match_segment_cmd);
	install_element(RMAP_NODE, &avs_set_advertise_cmd);
	install_element(RMAP_NODE, &avs_set_as_path_cmd);
	install_element(RMAP_NODE, &avs_set_segment_cmd);
}
