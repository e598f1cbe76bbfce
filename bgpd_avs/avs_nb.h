/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The northbound side of the module: yang/frr-bgp-avs.yang in a running bgpd.
 *
 * avs_nb.c holds the table (which node has which callbacks), avs_nb_config.c
 * turns the tree into configurations, avs_nb_register.c gets the model in.
 */
#ifndef _AVS_NB_H
#define _AVS_NB_H

#include "northbound.h"

struct vty;

extern const struct frr_yang_module_info frr_bgp_avs_info;

/* root of the model, and where the instances are */
#define AVS_XPATH "/frr-bgp-avs:avs"
#define AVS_XPATH_INSTANCE AVS_XPATH "/instance"

/*
 * Remove what stands in the running configuration under this BGP instance's
 * name ("default", or VRF or view name).  To be called from bgp_inst_delete;
 * avs_instance_configure(name, NULL, NULL) is called from inside.
 *
 * Returns 0 when nothing is left, -1 when a lock or a transaction in progress
 * is in the way: call again from a timer.
 */
int avs_nb_purge(const char *instance);

/* give back what is remembered of the configuration, at the end of bgpd */
void avs_nb_config_fini(void);

/*
 * Take over lines that stand in the running configuration although their BGP
 * instance has none of our state: it was deleted and made again while a lock
 * kept its lines from being removed.  Nothing happens without such lines.
 */
void avs_nb_adopt(const char *instance);

/*
 * Lines of this instance were typed or read, and are about to be committed.
 * libfrr commits many lines at once and drops all of them for one that is
 * wrong, be it somebody else's.
 */
void avs_nb_expect(const char *instance);
/* the batch is over: what was expected and is not in the tree was lost */
void avs_nb_batch_end(void);
/*
 * Were lines of this instance dropped like that?  Then it must be treated as
 * if it had some: until a commit succeeds, nothing is told to Route Servers.
 */
bool avs_nb_lost(const char *instance);

/* Print the instance's lines, indented by one space (bgp_inst_config_write). */
void avs_nb_write(struct vty *vty, const char *instance);

/* The instance's data node in this configuration, or NULL. */
const struct lyd_node *avs_nb_instance(const struct nb_config *config, const char *instance);

/* Is this route server configured to be in shadow, or with NULL any of them? */
bool avs_nb_in_shadow(const struct nb_config *config, const char *instance, const char *rs);

/*
 * First child of that name, or NULL.  By pointer, without XPath: lists of
 * thousands of entries are walked with these.
 */
const struct lyd_node *avs_nb_child(const struct lyd_node *parent, const char *name);
/* Canonical text of a child leaf; NULL when it is absent. */
const char *avs_nb_value(const struct lyd_node *parent, const char *name);
/* Does it hold something that a line expresses: not a key, not an empty container? */
bool avs_nb_has_content(const struct lyd_node *dnode);

/* avs_nb_config.c */
int avs_nb_instance_create(struct nb_cb_create_args *args);
void avs_nb_apply_finish(struct nb_cb_apply_finish_args *args);

#endif /* _AVS_NB_H */
