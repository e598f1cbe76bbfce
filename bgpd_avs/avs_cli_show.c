// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the YANG tree to the lines under `router bgp`.
 *
 * Purpose: print each node as the line that makes it.  The northbound walks
 * the tree in the order of the model, so the lines of one route server stand
 * together; entries of a list are sorted, so the output does not depend on
 * the order of typing.
 *
 * Invariant: what is printed is accepted by avs_cli.c and gives the same tree
 * (tests/vtysh reads the output back).
 *
 * Complexity: O(1) per node, without XPath; sorting is O(n log n).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "vty.h"
#include "yang.h"

#include "bgpd_avs/avs_cli.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/core/avs_prefix.h"

/* the key of a list entry (its first child), the value of a leaf-list entry */
static const char *key_of(const struct lyd_node *dnode)
{
	if (dnode->schema->nodetype == LYS_LIST)
		dnode = lyd_child(dnode);
	return lyd_get_value(dnode);
}

int avs_cli_cmp_key(const struct lyd_node *a, const struct lyd_node *b)
{
	return strcmp(key_of(a), key_of(b));
}

int avs_cli_cmp_prefix(const struct lyd_node *a, const struct lyd_node *b)
{
	struct avs_prefix left, right;

	/* other forms do not occur; if they did, their order would not matter */
	if (!avs_prefix_parse(key_of(a), &left) || !avs_prefix_parse(key_of(b), &right))
		return avs_cli_cmp_key(a, b);
	return avs_prefix_cmp(&left, &right);
}

int avs_cli_cmp_asn(const struct lyd_node *a, const struct lyd_node *b)
{
	unsigned long left = strtoul(key_of(a), NULL, 10);
	unsigned long right = strtoul(key_of(b), NULL, 10);

	return (left > right) - (left < right);
}

static const char *parent_name(const struct lyd_node *dnode)
{
	return avs_nb_value(lyd_parent(dnode), "name");
}

static void show_site(struct vty *vty, const struct lyd_node *dnode)
{
	const char *site = avs_nb_value(dnode, "site");

	if (site && *site)
		vty_out(vty, " site %s", site);
	vty_out(vty, "\n");
}

void avs_cli_show_shutdown(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs shutdown\n");
}

/* leaf or leaf-list of the instance whose line has the node's name */
void avs_cli_show_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs %s %s\n", dnode->schema->name, lyd_get_value(dnode));
}

/* the same below a route server */
void avs_cli_show_rs_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs route-server %s %s %s\n", parent_name(dnode), dnode->schema->name,
		lyd_get_value(dnode));
}

void avs_cli_show_rs_toward(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs route-server %s toward %s", parent_name(dnode),
		avs_nb_value(dnode, "segment"));
	show_site(vty, dnode);
}

void avs_cli_show_rs_route_map(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs route-server %s route-map %s %s\n", parent_name(dnode),
		lyd_get_value(dnode), strmatch(dnode->schema->name, "route-map-in") ? "in" : "out");
}

void avs_cli_show_segment(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	const char *last = avs_nb_value(dnode, "last");

	vty_out(vty, " avs segment %s %s %s", avs_nb_value(dnode, "segment"), dnode->schema->name,
		key_of(dnode));
	if (last && !strmatch(last, key_of(dnode)))
		vty_out(vty, "-%s", last);
	show_site(vty, dnode);
}

void avs_cli_show_default_toward(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs advertise default toward %s\n", lyd_get_value(dnode));
}

void avs_cli_show_default_next_hop(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs advertise default next-hop %s\n", lyd_get_value(dnode));
}

void avs_cli_show_when_present(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	const char *type = avs_nb_value(dnode, "source-type");
	const char *source = avs_nb_value(dnode, "source");

	vty_out(vty, " avs advertise default when-present %s", key_of(dnode));
	if (strmatch(type, "neighbor"))
		vty_out(vty, " from %s", source);
	else if (strmatch(type, "route-server"))
		vty_out(vty, " from route-server %s", source);
	else if (!strmatch(type, "any"))
		vty_out(vty, " from %s", type);
	vty_out(vty, "\n");
}

void avs_cli_show_vnet_only(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs advertise default vnet-only\n");
}

void avs_cli_show_companions(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs advertise companions toward %s\n", lyd_get_value(dnode));
}

void avs_cli_show_supernet(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	const char *toward = avs_nb_value(dnode, "toward");

	vty_out(vty, " avs advertise supernet %s", key_of(dnode));
	if (avs_nb_child(dnode, "unconditional"))
		vty_out(vty, " unconditional");
	if (toward)
		vty_out(vty, " toward %s", toward);
	vty_out(vty, "\n");
}
