// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looking things up in a configuration tree.
 *
 * Purpose: the few questions that lines, the configuration and the guard ask of the tree,
 * without XPath: children are walked.
 *
 * Complexity: O(children) per level.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "northbound_cli.h"
#include "yang.h"

#include "bgpd_avs/avs_nb.h"

const struct lyd_node *avs_nb_child(const struct lyd_node *parent, const char *name)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(parent), child)
		if (child->schema && strmatch(child->schema->name, name))
			return child;
	return NULL;
}

const char *avs_nb_value(const struct lyd_node *parent, const char *name)
{
	const struct lyd_node *child = avs_nb_child(parent, name);

	return child ? lyd_get_value(child) : NULL;
}

bool avs_nb_has_content(const struct lyd_node *dnode)
{
	const struct lyd_node *child;

	if (dnode->schema->nodetype != LYS_CONTAINER)
		return !lysc_is_key(dnode->schema);
	LY_LIST_FOR (lyd_child(dnode), child)
		if (avs_nb_has_content(child))
			return true;
	return false;
}

const struct lyd_node *avs_nb_instance(const struct nb_config *config, const char *instance)
{
	const struct lyd_node *root, *entry;

	LY_LIST_FOR (config->dnode, root)
		if (root->schema->priv &&
		    strmatch(root->schema->module->name, frr_bgp_avs_info.name))
			break;
	if (!root)
		return NULL;
	LY_LIST_FOR (lyd_child(root), entry)
		if (strmatch(avs_nb_value(entry, "name"), instance))
			return entry;
	return NULL;
}

bool avs_nb_in_shadow(const struct nb_config *config, const char *instance, const char *rs)
{
	const struct lyd_node *dnode = avs_nb_instance(config, instance), *entry;
	const char *guard;

	if (!dnode)
		return false;
	LY_LIST_FOR (lyd_child(dnode), entry) {
		if (!entry->schema || !strmatch(entry->schema->name, "route-server") ||
		    (rs && !strmatch(avs_nb_value(entry, "name"), rs)))
			continue;
		guard = avs_nb_value(entry, "guard");
		if (guard && strmatch(guard, "shadow"))
			return true;
	}
	return false;
}

void avs_nb_write(struct vty *vty, const char *instance)
{
	const struct lyd_node *dnode = avs_nb_instance(running_config, instance);

	if (dnode)
		nb_cli_show_dnode_cmds(vty, dnode, false);
}
