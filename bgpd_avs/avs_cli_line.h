/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One avs line being executed: checks before, changes of the tree after.
 */
#ifndef _AVS_CLI_LINE_H
#define _AVS_CLI_LINE_H

#include "northbound.h"
#include "prefix.h"
#include "vty.h"

struct avs_line {
	struct vty *vty;
	bool no;
	const char *name;	     /* of the instance */
	char instance[XPATH_MAXLEN]; /* XPath of the instance's entry */
};

/*
 * Begin a line.
 *
 * False, with a sentence for the user, when the BGP instance at hand cannot
 * have avs lines; the command then returns CMD_WARNING_CONFIG_FAILED.
 */
bool avs_line_begin(struct avs_line *line, struct vty *vty, const char *no);
/* The same for a line of a route server, whose entry's XPath goes to xpath. */
bool avs_line_begin_rs(struct avs_line *line, struct vty *vty, const char *no, const char *rs,
		       char *xpath, size_t size);

/*
 * Is there room for one more entry in a list of the model (parent: below the instance, ""
 * or with a leading slash)?  If not, a sentence is printed that begins with the entry.
 * No transaction may find out later: it would be discarded as a whole.
 */
bool avs_line_room(const struct avs_line *line, const char *parent, const char *list,
		   const char *entry, const char *what);

/*
 * Is the value right for this leaf of the model (a path below the instance)?
 * If not, the model's own sentence is printed.  A name must have been seen
 * by this before it goes into an XPath.
 */
bool avs_line_check(struct vty *vty, const char *leaf, const char *value);
/* Is it a route-map of the user's?  If not, says so. */
bool avs_line_check_map(struct vty *vty, const char *map);
/* The model's types clear host bits; a line must be shown as it was typed. */
bool avs_line_check_prefix(struct vty *vty, const struct prefix *prefix);

/* XPath of a node of the instance. */
void avs_line_path(const struct avs_line *line, char *xpath, size_t size, const char *fmt, ...)
	PRINTFRR(4, 5);
/* Node of the candidate configuration, or NULL. */
const struct lyd_node *avs_line_find(const struct avs_line *line, const char *xpath);
/* Does the child have this text?  text NULL: is it absent? */
bool avs_line_child_is(const struct lyd_node *dnode, const char *name, const char *text);

/* Remove a node, and the list entries that hold it alone. */
void avs_line_remove(const struct avs_line *line, const struct lyd_node *dnode);
/* Commit, or schedule, what was enqueued; nothing enqueued is success. */
int avs_line_apply(const struct avs_line *line);

/* Whole lines: set, or with `no` remove what is there exactly so. */
int avs_line_leaf(const struct avs_line *line, const char *xpath, const char *value);
/* leaf of type empty, or list entry that is all keys */
int avs_line_present(const struct avs_line *line, const char *xpath);
/* entry of a leaf-list */
int avs_line_item(const struct avs_line *line, const char *xpath, const char *value);

#endif /* _AVS_CLI_LINE_H */
