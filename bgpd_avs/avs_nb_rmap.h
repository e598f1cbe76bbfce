/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Northbound callbacks for `match avs` and `set avs` (augments of
 * frr-route-map), and the printing of their lines.  For the table in avs_nb.c.
 */
#ifndef _AVS_NB_RMAP_H
#define _AVS_NB_RMAP_H

#include "northbound.h"

#define AVS_XPATH_MATCH                                                                            \
	"/frr-route-map:lib/route-map/entry/match-condition/rmap-match-condition/frr-bgp-avs:"
#define AVS_XPATH_SET "/frr-route-map:lib/route-map/entry/set-action/rmap-set-action/frr-bgp-avs:"

int avs_nb_match_modify(struct nb_cb_modify_args *args);
int avs_nb_match_destroy(struct nb_cb_destroy_args *args);
int avs_nb_set_modify(struct nb_cb_modify_args *args);
int avs_nb_set_destroy(struct nb_cb_destroy_args *args);
/* the site of `set avs segment`, which is part of that rule's argument */
int avs_nb_set_site_modify(struct nb_cb_modify_args *args);
int avs_nb_set_site_destroy(struct nb_cb_destroy_args *args);

void avs_cli_show_match(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void avs_cli_show_set(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);

#endif /* _AVS_NB_RMAP_H */
