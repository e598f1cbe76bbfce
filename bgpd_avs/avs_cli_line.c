// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all avs lines have in common.
 *
 * Purpose: keep the rules of avs_cli.c in one place, so that a command is
 * its grammar and the place of its setting in the tree.
 *
 * The tree that lines are compared with is the candidate configuration: it
 * has the lines before this one even when they are not committed yet.
 *
 * The last `no` line of a route server removes the list entry with it, and
 * the last line of all removes the instance: the tree holds nothing that no
 * line expresses.
 *
 * Complexity: one XPath per changed node, which libyang resolves by hash.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"
#include "yang.h"

#include "bgpd/bgpd.h"

#include "bgpd_avs/avs_cli_line.h"
#include "bgpd_avs/avs_compat_lib.h"
#include "bgpd_avs/avs_nb.h"

/* ---------------------------------------------------------------- refusal */

bool avs_line_check_map(struct vty *vty, const char *map)
{
	if (strncmp(map, "AVS-", 4) != 0)
		return true;
	vty_out(vty, "%% route-map %s belongs to the module: name one of your own\n", map);
	return false;
}

/* Is value right for this leaf of the model?  If not, says so. */
bool avs_line_check(struct vty *vty, const char *leaf, const char *value)
{
	char xpath[XPATH_MAXLEN];
	const struct nb_node *node;
	const char *sentence;

	snprintf(xpath, sizeof(xpath), AVS_XPATH_INSTANCE "/%s", leaf);
	node = nb_node_find(xpath);
	if (!node)
		return false;
	if (avs_compat_value_valid(ly_native_ctx, node->snode, value))
		return true;
	sentence = ly_errmsg(ly_native_ctx);
	vty_out(vty, "%% %s: %s\n", value, sentence ? sentence : "not a value of this setting");
	ly_err_clean(ly_native_ctx, NULL);
	return false;
}

/* The model's types clear host bits; a line must be shown as it was typed. */
bool avs_line_check_prefix(struct vty *vty, const struct prefix *prefix)
{
	struct prefix masked = *prefix;

	apply_mask(&masked);
	if (prefix_same(&masked, prefix))
		return true;
	vty_out(vty, "%% %pFX has host bits set: the prefix is %pFX\n", prefix, &masked);
	return false;
}

/* Fill in the line; false when the instance cannot have any. */
bool avs_line_begin(struct avs_line *line, struct vty *vty, const char *no)
{
	const struct bgp *bgp = VTY_GET_CONTEXT(bgp);

	line->vty = vty;
	line->no = no != NULL;
	if (!bgp) {
		vty_out(vty, "%% The BGP instance was deleted by another session\n");
		return false;
	}
	if (bgp->name && strmatch(bgp->name, VRF_DEFAULT_NAME)) {
		vty_out(vty,
			"%% A view named '%s' cannot have avs lines: this is the name of the default instance\n",
			bgp->name);
		return false;
	}
	if (bgp->name && !avs_line_check(vty, "name", bgp->name))
		return false;
	snprintf(line->instance, sizeof(line->instance), AVS_XPATH_INSTANCE "[name='%s']",
		 bgp->name ? bgp->name : VRF_DEFAULT_NAME);
	line->name = bgp->name ? bgp->name : VRF_DEFAULT_NAME;
	if (vty->type == VTY_FILE)
		vty->pending_allowed = 1;
	return true;
}

/* ----------------------------------------------------------------- lookup */

const struct lyd_node *avs_line_find(const struct avs_line *line, const char *xpath)
{
	const struct lyd_node *root = line->vty->candidate_config->dnode;

	return root ? yang_dnode_get(root, xpath) : NULL;
}

/* Does the child have this text?  NULL: is it absent? */
bool avs_line_child_is(const struct lyd_node *dnode, const char *name, const char *text)
{
	const char *value = avs_nb_value(dnode, name);

	if (!text || !value)
		return !text && !value;
	return strmatch(value, text);
}

/* ----------------------------------------------------------------- change */

static bool has_other_content(const struct lyd_node *parent, const struct lyd_node *except)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(parent), child)
		if (child != except && avs_nb_has_content(child))
			return true;
	return false;
}

/* Remove a node of the candidate, and the list entries that held it alone. */
void avs_line_remove(const struct avs_line *line, const struct lyd_node *dnode)
{
	const struct lyd_node *top = dnode, *node = dnode;
	const char *value = NULL;
	char xpath[XPATH_MAXLEN];

	while (lyd_parent(node) && !has_other_content(lyd_parent(node), node)) {
		node = lyd_parent(node);
		if (node->schema->nodetype == LYS_LIST)
			top = node;
	}
	if (top->schema->nodetype == LYS_LEAFLIST && AVS_COMPAT_LEAFLIST_BY_VALUE) {
		size_t len;

		yang_dnode_get_path(lyd_parent(top), xpath, sizeof(xpath));
		len = strlen(xpath);
		snprintf(xpath + len, sizeof(xpath) - len, "/%s", top->schema->name);
		value = lyd_get_value(top);
	} else {
		yang_dnode_get_path(top, xpath, sizeof(xpath));
	}
	nb_cli_enqueue_change(line->vty, xpath, NB_OP_DESTROY, value);
}

int avs_line_apply(const struct avs_line *line)
{
	int ret;

	/* a `no` line that is not there */
	if (line->vty->num_cfg_changes == 0)
		return CMD_SUCCESS;
	ret = nb_cli_apply_changes(line->vty, NULL);
	/* accepted, and not in force before the batch is committed */
	if (ret == CMD_SUCCESS && line->vty->pending_commit)
		avs_nb_expect(line->name);
	return ret;
}

/* XPath of a node of the instance */
void avs_line_path(const struct avs_line *line, char *xpath, size_t size, const char *fmt, ...)
{
	size_t len = strlcpy(xpath, line->instance, size);
	va_list ap;

	va_start(ap, fmt);
	if (len < size)
		vsnprintfrr(xpath + len, size - len, fmt, ap);
	va_end(ap);
}

/* A line whose value is a leaf. */
int avs_line_leaf(const struct avs_line *line, const char *xpath, const char *value)
{
	const struct lyd_node *dnode;

	if (!line->no) {
		nb_cli_enqueue_change(line->vty, xpath, NB_OP_MODIFY, value);
		return avs_line_apply(line);
	}
	dnode = avs_line_find(line, xpath);
	if (dnode && strmatch(lyd_get_value(dnode), value))
		avs_line_remove(line, dnode);
	return avs_line_apply(line);
}

/* A line that is a leaf of type empty, or a list entry that is all keys. */
int avs_line_present(const struct avs_line *line, const char *xpath)
{
	const struct lyd_node *dnode;

	if (!line->no) {
		nb_cli_enqueue_change(line->vty, xpath, NB_OP_CREATE, NULL);
		return avs_line_apply(line);
	}
	dnode = avs_line_find(line, xpath);
	if (dnode)
		avs_line_remove(line, dnode);
	return avs_line_apply(line);
}

/* A line that is an entry of a leaf-list. */
int avs_line_item(const struct avs_line *line, const char *xpath, const char *value)
{
	char entry[XPATH_MAXLEN + 64];

	if (!line->no) {
		nb_cli_enqueue_change(line->vty, xpath, NB_OP_CREATE, value);
		return avs_line_apply(line);
	}
	snprintf(entry, sizeof(entry), "%s[.='%s']", xpath, value);
	return avs_line_present(line, entry);
}

/* ---------------------------------------------------------- route servers */

bool avs_line_room(const struct avs_line *line, const char *parent, const char *list,
		   const char *entry, const char *what)
{
	char xpath[XPATH_MAXLEN];
	const struct lyd_node *dnode, *child;
	const struct nb_node *node;
	uint32_t count = 0;

	snprintf(xpath, sizeof(xpath), AVS_XPATH_INSTANCE "%s/%s", parent, list);
	node = nb_node_find(xpath);
	snprintf(xpath, sizeof(xpath), "%s%s", line->instance, parent);
	dnode = avs_line_find(line, xpath);
	if (!dnode || !node)
		return node != NULL;
	LY_LIST_FOR (lyd_child(dnode), child)
		count += child->schema == node->snode;
	if (count < (node->snode->nodetype == LYS_LEAFLIST
			     ? ((const struct lysc_node_leaflist *)node->snode)->max
			     : ((const struct lysc_node_list *)node->snode)->max))
		return true;
	vty_out(line->vty, "%% %s: there are %u %s already, more are not possible\n", entry, count,
		what);
	return false;
}

/* Begin a line of a route server: xpath becomes that of its entry. */
bool avs_line_begin_rs(struct avs_line *line, struct vty *vty, const char *no, const char *rs,
		       char *xpath, size_t size)
{
	if (!avs_line_begin(line, vty, no) || !avs_line_check(vty, "route-server/name", rs))
		return false;
	avs_line_path(line, xpath, size, "/route-server[name='%s']", rs);
	return line->no || avs_line_find(line, xpath) ||
	       avs_line_room(line, "", "route-server", rs, "route servers");
}
