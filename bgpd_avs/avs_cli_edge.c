// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of a customer's edge router under `router bgp`.
 *
 * Purpose: azure-edge neighbours, and the user's own map inside of what is accepted from them.
 * Everything that avs_cli.c says of lines holds here.
 *
 * The route-map line stands in front of the neighbour line in the output: the latter is
 * refused while a map that it would replace is not named (see avs_refuse.c).
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

#include "bgpd_avs/avs_cli_edge_clippy.c"

#define AVS_EDGE_STR                                                                               \
	"Announcements to Azure Route Server\n"                                                    \
	"Azure, as a customer's edge router sees it\n"

DEFPY_YANG(avs_azure_edge_neighbor, avs_azure_edge_neighbor_cmd,
	   "[no] avs azure-edge neighbor A.B.C.D$address",
	   NO_STR AVS_EDGE_STR
	   "No default and nothing of the customer's own is accepted from a neighbor\n"
	   "Its address\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/azure-edge/neighbor[.='%s']", address_str);
	if (!line.no && !avs_line_find(&line, xpath) &&
	    !avs_line_room(&line, "/azure-edge", "neighbor", address_str, "azure-edge neighbors"))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/azure-edge/neighbor");
	return avs_line_item(&line, xpath, address_str);
}

DEFPY_YANG(avs_azure_edge_route_map, avs_azure_edge_route_map_cmd,
	   "[no] avs azure-edge route-map A.B.C.D$address NAME$map in",
	   NO_STR AVS_EDGE_STR
	   "Your own route-map, inside of what is accepted\n"
	   "Address of an azure-edge neighbor\n"
	   "Its name\n"
	   "For what is learned\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!no && !avs_line_check_map(vty, map))
		return CMD_WARNING_CONFIG_FAILED;
	if (!avs_line_check(vty, "azure-edge/route-map/in", map) || !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/azure-edge/route-map[address='%s']/in",
		      address_str);
	return avs_line_leaf(&line, xpath, map);
}

void avs_cli_show_edge_neighbor(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs azure-edge neighbor %s\n", lyd_get_value(dnode));
}

void avs_cli_show_edge_route_map(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs azure-edge route-map %s %s in\n",
		avs_nb_value(lyd_parent(dnode), "address"), lyd_get_value(dnode));
}

void avs_cli_edge_init(void)
{
	install_element(BGP_NODE, &avs_azure_edge_neighbor_cmd);
	install_element(BGP_NODE, &avs_azure_edge_route_map_cmd);
}
