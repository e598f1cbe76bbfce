// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show bgp avs edge-filter: the customer's edge router, in its own syntax.
 *
 * Purpose: text to paste into a router that this one does not know.  What it
 * refuses comes from the core; the names of the list and of the policy are
 * fixed, so that a later paste replaces an earlier one, and the neighbour is a
 * placeholder.  Each product's syntax is data: a head, a line for each rule, a
 * tail.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_vty.h"

#include "bgpd_avs/avs_show.h"
#include "bgpd_avs/core/avs_edge.h"

#include "bgpd_avs/avs_show_edge_clippy.c"

static const char *const because[] = {
	[AVS_EDGE_DEFAULT] = "a default route",
	[AVS_EDGE_BLOCK] = "a block of RFC 1918",
	[AVS_EDGE_COMPANION] = "a companion",
	[AVS_EDGE_OWN] = "advertised by on-premises itself",
};

/* how a product is told */
struct product {
	const char *name;
	const char *comment;
	const char *again;	       /* removes an earlier paste */
	bool list;		       /* a prefix-list with sequence numbers, else route-filters */
	const char *match[3];	       /* words after the prefix, by enum avs_edge_match */
	const char *head, *tail, *use; /* around the rules; where to put it */
};

static const struct product products[] = {
	{
		.name = "frr",
		.comment = "!",
		.again = "no ip prefix-list FROM-AZURE\n",
		.list = true,
		.match = {"", " le 7", " le 32"},
		.head = "",
		.tail = "ip prefix-list FROM-AZURE seq 65000 permit 0.0.0.0/0 le 32\n",
		.use = "router bgp ASN\n"
		       " address-family ipv4 unicast\n"
		       "  neighbor MSEE prefix-list FROM-AZURE in\n",
	},
	{
		.name = "ios-xe",
		.comment = "!",
		.again = "no ip prefix-list FROM-AZURE\n",
		.list = true,
		.match = {"", " le 7", " le 32"},
		.head = "",
		.tail = "ip prefix-list FROM-AZURE seq 65000 permit 0.0.0.0/0 le 32\n",
		.use = "router bgp ASN\n"
		       " address-family ipv4\n"
		       "  neighbor MSEE prefix-list FROM-AZURE in\n",
	},
	{
		.name = "junos",
		.comment = "#",
		.again = "delete policy-options policy-statement FROM-AZURE\n",
		.match = {" exact", " prefix-length-range /0-/7", " orlonger"},
		.head = "",
		.tail = "set policy-options policy-statement FROM-AZURE term refuse then reject\n"
			"set policy-options policy-statement FROM-AZURE term rest then accept\n",
		.use = "set protocols bgp group EXPRESSROUTE neighbor MSEE import FROM-AZURE\n",
	},
};

static void rule_out(struct vty *vty, const struct product *product,
		     const struct avs_edge_rule *rule, size_t number)
{
	char prefix[AVS_PREFIX_STRLEN];
	/* what contains a whole range cannot say "le 32" when it is one address */
	const char *match = product->match[rule->match];

	avs_prefix_str(&rule->prefix, prefix, sizeof(prefix));
	if (product->list && rule->prefix.len == AVS_IPV4)
		match = "";
	if (product->list)
		vty_out(vty, "ip prefix-list FROM-AZURE seq %zu deny %s%s\n", 5 * (number + 1),
			prefix, match);
	else
		vty_out(vty,
			"set policy-options policy-statement FROM-AZURE term refuse from route-filter %s%s\n",
			prefix, match);
}

static void filter_out(struct vty *vty, const struct avs_instance *inst,
		       const struct product *product, const struct avs_edge *edge)
{
	const char *c = product->comment;

	vty_out(vty, "%s Customer's edge router, from its circuit, by bgpd_avs instance %s\n", c,
		avs_instance_name(inst));
	vty_out(vty, "%s What is not refused here is accepted. ASN and MSEE are to be replaced.\n",
		c);
	vty_out(vty, "%s%s", product->again, product->head);
	for (size_t i = 0; i < edge->count; i++) {
		if (!i || edge->rules[i].because != edge->rules[i - 1].because)
			vty_out(vty, "%s %s\n", c, because[edge->rules[i].because]);
		rule_out(vty, product, &edge->rules[i], i);
	}
	if (edge->not_listed)
		vty_out(vty, "%s %u more prefixes of on-premises are not listed\n", c,
			edge->not_listed);
	vty_out(vty, "%s%s", product->tail, product->use);
}

DEFPY(show_bgp_avs_edge_filter, show_bgp_avs_edge_filter_cmd,
      "show [ip] bgp [<view|vrf> VIEWVRFNAME$name] avs edge-filter <frr|ios-xe|junos>$syntax",
      SHOW_STR IP_STR BGP_STR BGP_INSTANCE_HELP_STR
      "Announcements to Azure Route Server\n"
      "Filter for the customer's edge router: what to refuse from the circuit\n"
      "For FRR\n"
      "For Cisco IOS-XE\n"
      "For Juniper Junos\n")
{
	struct avs_instance *inst = avs_show_instance(vty, name, false);
	struct avs_edge *edge = NULL;
	struct avs_arena *arena;

	if (!inst)
		return CMD_WARNING;
	arena = avs_arena_new();
	if (!arena || avs_edge_compute(avs_instance_effective(inst), avs_instance_table(inst),
				       arena, &edge) != AVS_OK) {
		vty_out(vty, "%% Out of memory\n");
		avs_arena_free(arena);
		return CMD_WARNING;
	}
	for (size_t i = 0; i < array_size(products); i++)
		if (strmatch(products[i].name, syntax))
			filter_out(vty, inst, &products[i], edge);
	avs_arena_free(arena);
	return CMD_SUCCESS;
}

void avs_show_edge_init(void)
{
	install_element(VIEW_NODE, &show_bgp_avs_edge_filter_cmd);
}
