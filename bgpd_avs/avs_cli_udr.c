// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The `avs udr` lines under `router bgp`.
 *
 * Purpose and rules are those of avs_cli.c.  Nothing that is announced depends
 * on these lines.
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

#include "bgpd_avs/avs_cli_udr_clippy.c"

#define AVS_UDR_STR                                                                                \
	"Announcements to Azure Route Server\n"                                                    \
	"Tables of user-defined routes that the design needs in Azure\n"

static int udr_leaf(struct vty *vty, const char *no, const char *leaf, const char *value)
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/udr/%s", leaf);
	return avs_line_leaf(&line, xpath, value);
}

static int udr_number(struct vty *vty, const char *no, const char *leaf, long value)
{
	char text[16];

	snprintf(text, sizeof(text), "%ld", value);
	return udr_leaf(vty, no, leaf, text);
}

DEFPY_YANG(avs_udr_next_hop, avs_udr_next_hop_cmd, "[no] avs udr next-hop A.B.C.D$address",
	   NO_STR AVS_UDR_STR
	   "Where GatewaySubnet is to send traffic between the segments\n"
	   "This appliance, or the load balancer in front of it\n")
{
	return udr_leaf(vty, no, "next-hop", address_str);
}

DEFPY_YANG(avs_udr_route_limit, avs_udr_route_limit_cmd, "[no] avs udr route-limit (1-1000)$limit",
	   NO_STR AVS_UDR_STR
	   "Routes that a table holds (default 1000)\n"
	   "Number of routes\n")
{
	return udr_number(vty, no, "route-limit", limit);
}

DEFPY_YANG(avs_udr_reserved, avs_udr_reserved_cmd, "[no] avs udr reserved (0-1000)$count",
	   NO_STR AVS_UDR_STR
	   "Routes of GatewaySubnet's table that somebody else keeps (default 0)\n"
	   "Number of routes\n")
{
	return udr_number(vty, no, "reserved", count);
}

void avs_cli_udr_init(void)
{
	install_element(BGP_NODE, &avs_udr_next_hop_cmd);
	install_element(BGP_NODE, &avs_udr_reserved_cmd);
	install_element(BGP_NODE, &avs_udr_route_limit_cmd);
}
