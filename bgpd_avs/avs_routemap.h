/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two rules that owned maps are made of.
 */
#ifndef _AVS_ROUTEMAP_H
#define _AVS_ROUTEMAP_H

#include "bgpd_avs/avs_guard.h"

struct attr;
struct bgp_path_info;
struct prefix;

/* names of the rules, as route_map_add_match() and route_map_add_set() want them */
#define AVS_RULE_REFUSE "avs refuse"
#define AVS_RULE_SANITISE "avs sanitise"
/* last entry of an owned in-map that calls a map of the user, see avs_received.c */
#define AVS_RULE_RECEIVED "avs received"

/*
 * Argument of both rules: slot and route server, for example "out hub".
 * Returns buf.
 */
const char *avs_routemap_argument(enum avs_slot slot, const char *rs, char *buf, size_t size);

/*
 * May this path leave toward this route server?  What the guard asks, and
 * what `show bgp avs explain` shows.
 *
 * path	as bgpd hands it to an out-map: peer is the destination, net is set
 */
enum avs_reason avs_routemap_verdict(enum avs_slot slot, const struct avs_instance *inst,
				     const char *rs, const struct prefix *prefix,
				     const struct bgp_path_info *path, const struct peer **source);

/*
 * State of a user's route-map (NULL: none configured): UNSPEC when it may be
 * called, MAP_UNDEFINED or MAP_LOOP when not.
 */
enum avs_reason avs_routemap_user_map(const char *name);

/* the AS that this peer sees first in a path of ours: what is prepended is this one */
uint32_t avs_routemap_own_as(const struct peer *peer);

/* Does the path have Azure's own AS numbers? */
bool avs_routemap_needs_strip(const struct attr *attr);
/* Take Azure's own AS numbers out of the path (rule 5).  attr is a map's copy. */
void avs_routemap_strip(struct attr *attr);

void avs_routemap_init(void);
void avs_routemap_fini(void);

#endif /* _AVS_ROUTEMAP_H */
