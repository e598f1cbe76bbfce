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
 * (tests/topotests/bgp_avs_cli reads the output back).
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

/* the first key of a list entry (keys come first), the value of a leaf-list */
static const char *key_of(const struct lyd_node *dnode)
{
	return lyd_get_value(dnode->schema->nodetype == LYS_LIST ? lyd_child(dnode) : dnode);
}

/* prefixes and addresses in prefix order, numbers by value, others as text */
static int cmp_text(const char *a, const char *b)
{
	struct avs_prefix left, right;
	unsigned long number_a, number_b;
	char *end_a, *end_b;

	if (avs_prefix_parse(a, &left) && avs_prefix_parse(b, &right))
		return avs_prefix_cmp(&left, &right);
	number_a = strtoul(a, &end_a, 10);
	number_b = strtoul(b, &end_b, 10);
	if (*a && *b && !*end_a && !*end_b && number_a != number_b)
		return number_a < number_b ? -1 : 1;
	return strcmp(a, b);
}

/* enumerations in the order of the model */
static int cmp_value(const struct lyd_node *a, const struct lyd_node *b)
{
	const struct lyd_value *left = &((const struct lyd_node_term *)a)->value;
	const struct lyd_value *right = &((const struct lyd_node_term *)b)->value;

	if (left->realtype->basetype == LY_TYPE_ENUM && right->realtype->basetype == LY_TYPE_ENUM)
		return left->enum_item->value - right->enum_item->value;
	return cmp_text(lyd_get_value(a), lyd_get_value(b));
}

int avs_cli_cmp(const struct lyd_node *a, const struct lyd_node *b)
{
	int result = 0;

	if (a->schema->nodetype != LYS_LIST)
		return cmp_value(a, b);
	a = lyd_child(a);
	b = lyd_child(b);
	while (!result && a && b && lysc_is_key(a->schema) && lysc_is_key(b->schema)) {
		result = cmp_value(a, b);
		a = a->next;
		b = b->next;
	}
	return result;
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
void avs_cli_show_policy(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " avs policy route-map %s\n", lyd_get_value(dnode));
}

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

void avs_cli_show_rs_permit(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs route-server %s permit prefix-list %s\n", parent_name(dnode),
		lyd_get_value(dnode));
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

void avs_cli_show_default_form(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs advertise default form %s\n", lyd_get_value(dnode));
}

void avs_cli_show_companion(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs advertise companion %s\n", lyd_get_value(dnode));
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

void avs_cli_show_supernet_auto(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs advertise supernet auto\n");
}

/* leaf or leaf-list of "auto" */
void avs_cli_show_auto(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs auto %s %s\n", dnode->schema->name, lyd_get_value(dnode));
}

/* leaf of "udr" */
void avs_cli_show_udr(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " avs udr %s %s\n", dnode->schema->name, lyd_get_value(dnode));
}
