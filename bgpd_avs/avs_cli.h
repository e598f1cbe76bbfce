/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines under `router bgp`: commands (avs_cli.c) and their printing
 * (avs_cli_show.c).  Both know the YANG tree only, never the instance.
 */
#ifndef _AVS_CLI_H
#define _AVS_CLI_H

#include <stdbool.h>

struct lyd_node;
struct vty;

/* Install the commands.  Only after avs_nb_register() returned true. */
void avs_cli_init(void);
/* avs_cli_edge.c, avs_cli_overlay.c, avs_cli_udr.c */
void avs_cli_edge_init(void);
void avs_cli_overlay_init(void);
void avs_cli_udr_init(void);
/* those of route-maps */
void avs_cli_rmap_init(void);

/* order of the entries of a list in the output: by its keys */
int avs_cli_cmp(const struct lyd_node *a, const struct lyd_node *b);

void avs_cli_show_shutdown(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_rs_toward(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_rs_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_rs_permit(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_rs_route_map(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_segment(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_default_toward(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_default_next_hop(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_when_present(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_vnet_only(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_companions(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_companion(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_default_form(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_supernet(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_supernet_auto(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_auto(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_overlay_neighbor(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_overlay_default(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_overlay_route_map(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_advertise_segment(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_edge_neighbor(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_edge_route_map(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_keep(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_sibling(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_udr(struct vty *vty, const struct lyd_node *dnode, bool defaults);
void avs_cli_show_policy(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void avs_cli_show_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults);

#endif /* _AVS_CLI_H */
