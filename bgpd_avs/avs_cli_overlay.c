// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of the dual-VNet design under `router bgp`.
 *
 * Purpose: overlay neighbours, the interfaces that rule 8 looks at, and exact prefixes of
 * one segment toward another one.  Also the appliances beside this one (sibling), and what
 * is kept on routes that are passed on.  Everything that avs_cli.c says of lines holds here.
 *
 * Every line is a node of its own: `default` and `route-map` of an address that is no
 * overlay neighbour (yet) make none of it.
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

#include "bgpd_avs/avs_cli_overlay_clippy.c"

#define AVS_STR "Announcements to Azure Route Server\n"
#define AVS_OVERLAY_STR AVS_STR "Appliances of the other side\n"
#define AVS_SEG_PC "Azure VMware Solution\n"
#define AVS_SEG_OP "The customer's own network\n"
#define AVS_SEG_VN "Virtual networks of Azure\n"
#define AVS_SITE_STR "One of several sites\nName of the site\n"
#define AVS_NO_IPV6_STR "Its address (not possible: the sessions carry IPv4)\n"

/* The sessions between appliances carry IPv4 routes, whose next hop is the neighbor. */
static bool check_ipv4(struct vty *vty, const char *address6)
{
	if (!address6)
		return true;
	vty_out(vty, "%% %s: an overlay neighbor has an IPv4 address\n", address6);
	return false;
}

/* leaf of a list entry; value NULL: it must not be there */
static void set_leaf(const struct avs_line *line, const char *xpath, const char *leaf,
		     const char *value)
{
	char path[XPATH_MAXLEN + 64];

	snprintf(path, sizeof(path), "%s/%s", xpath, leaf);
	nb_cli_enqueue_change(line->vty, path, value ? NB_OP_MODIFY : NB_OP_DESTROY, value);
}

/* line of a list entry that has one optional value */
static int entry_line(struct avs_line *line, const char *xpath, const char *leaf, const char *value)
{
	const struct lyd_node *dnode;

	if (line->no) {
		dnode = avs_line_find(line, xpath);
		if (dnode && avs_line_child_is(dnode, leaf, value))
			avs_line_remove(line, dnode);
		return avs_line_apply(line);
	}
	nb_cli_enqueue_change(line->vty, xpath, NB_OP_CREATE, NULL);
	set_leaf(line, xpath, leaf, value);
	return avs_line_apply(line);
}

DEFPY_YANG(
	avs_overlay_neighbor, avs_overlay_neighbor_cmd,
	"[no] avs overlay neighbor <A.B.C.D$address|X:X::X:X$address6> [interface IFNAME$ifname]",
	NO_STR AVS_OVERLAY_STR
	"A neighbor of this router\n"
	"Its address\n" AVS_NO_IPV6_STR
	"Next hops of its routes have to resolve over an interface\n"
	"Name of the tunnel's interface\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!check_ipv4(vty, address6_str) ||
	    (ifname && !avs_line_check(vty, "overlay/neighbor/interface", ifname)) ||
	    !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/overlay/neighbor[address='%s']", address_str);
	if (!line.no && !avs_line_find(&line, xpath) &&
	    !avs_line_room(&line, "/overlay", "neighbor", address_str, "overlay neighbors"))
		return CMD_WARNING_CONFIG_FAILED;
	return entry_line(&line, xpath, "interface", ifname);
}

DEFPY_YANG(avs_overlay_default, avs_overlay_default_cmd,
	   "[no] avs overlay default <A.B.C.D$address|X:X::X:X$address6>",
	   NO_STR AVS_OVERLAY_STR
	   "An overlay neighbor that gets the default route from here\n"
	   "Its address\n" AVS_NO_IPV6_STR)
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!check_ipv4(vty, address6_str) || !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/overlay/default");
	return avs_line_item(&line, xpath, address_str);
}

DEFPY_YANG(
	avs_overlay_route_map, avs_overlay_route_map_cmd,
	"[no] avs overlay route-map <A.B.C.D$address|X:X::X:X$address6> NAME$map <in|out>$direction",
	NO_STR AVS_OVERLAY_STR
	"Your own route-map, inside of what is accepted and sent\n"
	"Address of an overlay neighbor\n" AVS_NO_IPV6_STR
	"Its name\n"
	"For what is learned\n"
	"For what is announced\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!no && !avs_line_check_map(vty, map))
		return CMD_WARNING_CONFIG_FAILED;
	if (!check_ipv4(vty, address6_str) || !avs_line_check(vty, "overlay/route-map/in", map) ||
	    !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/overlay/route-map[address='%s']/%s",
		      address_str, direction);
	return avs_line_leaf(&line, xpath, map);
}

DEFPY_YANG(avs_rs_interface, avs_rs_interface_cmd,
	   "[no] avs route-server NAME$rs interface IFNAME$ifname",
	   NO_STR AVS_STR
	   "A Route Server\n"
	   "Its name\n"
	   "Next hops of its routes have to resolve over an interface\n"
	   "Name of the interface\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_check(vty, "route-server/interface", ifname) ||
	    !avs_line_begin_rs(&line, vty, no, rs, xpath, sizeof(xpath)))
		return CMD_WARNING_CONFIG_FAILED;
	strlcat(xpath, "/interface", sizeof(xpath));
	return avs_line_leaf(&line, xpath, ifname);
}

DEFPY_YANG(
	avs_advertise_segment, avs_advertise_segment_cmd,
	"[no] avs advertise segment <private-cloud|on-premises|virtual-network>$segment [site NAME$site] toward <private-cloud|on-premises>$toward [site NAME$tsite] [prefix-list NAME$list]",
	NO_STR AVS_STR
	"What is to be announced\n"
	"The learned prefixes of a segment, as they are\n" AVS_SEG_PC AVS_SEG_OP AVS_SEG_VN
		AVS_SITE_STR "Segment that is to get them\n" AVS_SEG_PC AVS_SEG_OP AVS_SITE_STR
	"Only those that a prefix list permits\n"
	"Its name\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if ((site && !avs_line_check(vty, "segment/prefix/site", site)) ||
	    (tsite && !avs_line_check(vty, "segment/prefix/site", tsite)) ||
	    (list && !avs_line_check(vty, "advertise/segment/prefix-list", list)) ||
	    !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath),
		      "/advertise/segment[segment='%s'][site='%s'][toward='%s'][toward-site='%s']",
		      segment, site ? site : "", toward, tsite ? tsite : "");
	return entry_line(&line, xpath, "prefix-list", list);
}

/* ------------------------------------------------------------------- show */

static const char *value_or(const struct lyd_node *dnode, const char *name, const char *word,
			    char *buf, size_t size)
{
	const char *value = avs_nb_value(dnode, name);

	if (!value || !*value)
		return "";
	snprintf(buf, size, " %s %s", word, value);
	return buf;
}

void avs_cli_show_overlay_neighbor(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	char interface[64];

	vty_out(vty, " avs overlay neighbor %s%s\n", avs_nb_value(dnode, "address"),
		value_or(dnode, "interface", "interface", interface, sizeof(interface)));
}

void avs_cli_show_overlay_default(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs overlay default %s\n", lyd_get_value(dnode));
}

void avs_cli_show_overlay_route_map(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs overlay route-map %s %s %s\n",
		avs_nb_value(lyd_parent(dnode), "address"), lyd_get_value(dnode),
		dnode->schema->name);
}

void avs_cli_show_advertise_segment(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	char site[96], toward[96], list[256];

	vty_out(vty, " avs advertise segment %s%s toward %s%s%s\n", avs_nb_value(dnode, "segment"),
		value_or(dnode, "site", "site", site, sizeof(site)), avs_nb_value(dnode, "toward"),
		value_or(dnode, "toward-site", "site", toward, sizeof(toward)),
		value_or(dnode, "prefix-list", "prefix-list", list, sizeof(list)));
}

/* ---------------------------------------------- appliances beside this one */

DEFPY_YANG(avs_sibling, avs_sibling_cmd, "[no] avs sibling as (1-4294967295)$asn",
	   NO_STR AVS_STR
	   "Another appliance of this job at the same Route Servers\n"
	   "By its AS number\n"
	   "AS number that it has toward the Route Servers\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_check(vty, "sibling/as", asn_str) || !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/sibling/as");
	return avs_line_item(&line, xpath, asn_str);
}

void avs_cli_show_sibling(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs sibling as %s\n", lyd_get_value(dnode));
}

DEFPY_YANG(avs_keep, avs_keep_cmd, "[no] avs keep azure-communities",
	   NO_STR AVS_STR
	   "What stays on learned routes that are passed on\n"
	   "Azure's own communities (65515, 65517, 65518)\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/keep-azure-communities");
	return avs_line_present(&line, xpath);
}

void avs_cli_show_keep(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs keep azure-communities\n");
}

void avs_cli_overlay_init(void)
{
	install_element(BGP_NODE, &avs_keep_cmd);
	install_element(BGP_NODE, &avs_sibling_cmd);
	install_element(BGP_NODE, &avs_advertise_segment_cmd);
	install_element(BGP_NODE, &avs_overlay_default_cmd);
	install_element(BGP_NODE, &avs_overlay_neighbor_cmd);
	install_element(BGP_NODE, &avs_overlay_route_map_cmd);
	install_element(BGP_NODE, &avs_rs_interface_cmd);
}
