// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `match avs` and `set avs` in the tree: from leaves to rules of a route-map.
 *
 * Purpose: callbacks of the leaves that our model adds to frr-route-map, and
 * their lines.  What the rules mean is avs_policy.c's.
 *
 * Representation: a table from the name of a leaf to the words of its line and
 * the name of its rule.  libfrr keeps with every condition and action how to
 * take it away again; its own destroy callbacks do that.  `set avs segment` has
 * two leaves and one rule, which is made anew whenever one of them changes.
 *
 * The values are enumerations and names, so the model has refused what cannot
 * be compiled; a rule that all the same is not made is an entry that does less
 * than it says, and the transaction tells so.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "routemap.h"
#include "vty.h"

#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_nb_rmap.h"
#include "bgpd_avs/avs_policy.h"

struct words {
	const char *leaf;
	const char *line; /* without "match " or "set " */
	const char *rule;
};

static const struct words matches[] = {
	{"avs-segment", "avs segment", AVS_RULE_MATCH_SEGMENT},
	{"avs-route", "avs route", AVS_RULE_MATCH_ROUTE},
	{"avs-leak-toward", "avs leak toward", AVS_RULE_MATCH_LEAK},
};

static const struct words sets[] = {
	{"avs-segment", "avs segment", AVS_RULE_SET_SEGMENT},
	{"avs-advertise", "avs advertise", AVS_RULE_SET_ADVERTISE},
	{"avs-as-path", "avs as-path", AVS_RULE_SET_AS_PATH},
};

static const struct words *find(const struct words *words, size_t count,
				const struct lyd_node *dnode)
{
	for (size_t i = 0; i < count; i++)
		if (strmatch(words[i].leaf, dnode->schema->name))
			return &words[i];
	return NULL;
}

int avs_nb_match_modify(struct nb_cb_modify_args *args)
{
	const struct words *words = find(matches, array_size(matches), args->dnode);
	struct routemap_hook_context *rhc;

	if (args->event != NB_EV_APPLY || !words)
		return NB_OK;
	rhc = nb_running_get_entry(args->dnode, NULL, true);
	rhc->rhc_mhook = generic_match_delete;
	rhc->rhc_rule = words->rule;
	rhc->rhc_event = RMAP_EVENT_MATCH_DELETED;
	if (generic_match_add(rhc->rhc_rmi, words->rule, lyd_get_value(args->dnode),
			      RMAP_EVENT_MATCH_ADDED, args->errmsg,
			      args->errmsg_len) == CMD_SUCCESS)
		return NB_OK;
	rhc->rhc_mhook = NULL;
	return NB_ERR_INCONSISTENCY;
}

int avs_nb_match_destroy(struct nb_cb_destroy_args *args)
{
	return lib_route_map_entry_match_destroy(args);
}

static int set_rule(const struct lyd_node *dnode, const char *rule, const char *argument,
		    char *errmsg, size_t errmsg_len)
{
	struct routemap_hook_context *rhc = nb_running_get_entry(dnode, NULL, true);

	rhc->rhc_shook = generic_set_delete;
	rhc->rhc_rule = rule;
	if (generic_set_add(rhc->rhc_rmi, rule, argument, errmsg, errmsg_len) == CMD_SUCCESS)
		return NB_OK;
	rhc->rhc_shook = NULL;
	return NB_ERR_INCONSISTENCY;
}

/* the rule of the two leaves */
static int set_segment(const struct lyd_node *dnode, char *errmsg, size_t errmsg_len)
{
	const char *segment = avs_nb_value(lyd_parent(dnode), "avs-segment");
	const char *site = avs_nb_value(lyd_parent(dnode), "avs-site");
	char argument[XPATH_MAXLEN];

	/* the segment itself is going, or has not come yet */
	if (!segment)
		return NB_OK;
	snprintf(argument, sizeof(argument), "%s%s%s", segment, site ? " " : "", site ? site : "");
	return set_rule(dnode, AVS_RULE_SET_SEGMENT, argument, errmsg, errmsg_len);
}

int avs_nb_set_modify(struct nb_cb_modify_args *args)
{
	const struct words *words = find(sets, array_size(sets), args->dnode);

	if (args->event != NB_EV_APPLY || !words)
		return NB_OK;
	if (words == &sets[0])
		return set_segment(args->dnode, args->errmsg, args->errmsg_len);
	return set_rule(args->dnode, words->rule, lyd_get_value(args->dnode), args->errmsg,
			args->errmsg_len);
}

int avs_nb_set_destroy(struct nb_cb_destroy_args *args)
{
	return lib_route_map_entry_set_destroy(args);
}

int avs_nb_set_site_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;
	return set_segment(args->dnode, args->errmsg, args->errmsg_len);
}

/*
 * The node that is at hand is of the old tree, and so is the segment beside it;
 * the rule has the new one when it was changed in the same transaction.
 */
int avs_nb_set_site_destroy(struct nb_cb_destroy_args *args)
{
	const struct routemap_hook_context *rhc;
	const struct route_map_rule *rule;
	char segment[32];

	if (args->event != NB_EV_APPLY)
		return NB_OK;
	rhc = nb_running_get_entry(args->dnode, NULL, true);
	for (rule = rhc->rhc_rmi->set_list.head; rule; rule = rule->next)
		if (strmatch(rule->cmd->str, AVS_RULE_SET_SEGMENT))
			break;
	if (!rule)
		return NB_OK;
	strlcpy(segment, rule->rule_str, sizeof(segment));
	segment[strcspn(segment, " ")] = '\0';
	return set_rule(args->dnode, AVS_RULE_SET_SEGMENT, segment, args->errmsg, args->errmsg_len);
}

void avs_cli_show_match(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	const struct words *words = find(matches, array_size(matches), dnode);

	if (words)
		vty_out(vty, " match %s %s\n", words->line, lyd_get_value(dnode));
}

void avs_cli_show_set(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	const struct words *words = find(sets, array_size(sets), dnode);
	const char *site = NULL;

	if (!words)
		return;
	if (words == &sets[0])
		site = avs_nb_value(lyd_parent(dnode), "avs-site");
	vty_out(vty, " set %s %s%s%s\n", words->line, lyd_get_value(dnode), site ? " site " : "",
		site ? site : "");
}
