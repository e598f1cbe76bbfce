/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `match avs` and `set avs` in the user's route-maps, and `avs policy`.
 */
#ifndef _AVS_POLICY_H
#define _AVS_POLICY_H

#include "core/avs_types.h"

struct avs_instance;
struct bgp_path_info;
struct prefix;

/* names of the rules, as route_map_add_match() and route_map_add_set() want them */
#define AVS_RULE_MATCH_SEGMENT "avs segment"
#define AVS_RULE_MATCH_ROUTE "avs route"
#define AVS_RULE_MATCH_LEAK "avs leak"
#define AVS_RULE_SET_SEGMENT "avs segment"
#define AVS_RULE_SET_ADVERTISE "avs advertise"
#define AVS_RULE_SET_AS_PATH "avs as-path"

/* what a policy says about one path */
struct avs_policy {
	bool classified; /* it has a `set avs segment` that was passed ... */
	enum avs_segment segment;
	const char *site; /* ... of this site, "" without one; belongs to the map */
	enum avs_represent represent;
};

/*
 * Ask a policy map about a learned path.
 *
 * measured	what `match avs segment` is to see: the segment by the lines and
 *		by the AS path
 * path		peer, attr and net are read, nothing is written
 *
 * A map that is not defined, calls itself in the end, or denies says nothing.
 */
struct avs_policy avs_policy_ask(const char *map, const struct prefix *prefix,
				 const struct bgp_path_info *path, enum avs_segment measured);
/* Does the map, or one that it calls, represent routes as the default? */
bool avs_policy_has_default(const char *map);
/* Is there a `match avs` anywhere, so that a segment that changes has to be told? */
bool avs_policy_matches(void);
/* Does this map, or one that it calls, have a `match avs`?  NULL: no. */
bool avs_policy_map_matches(const char *map);
/* every map of the user that has a `match avs`, or calls one that has */
void avs_policy_each_match(void (*func)(const char *map));
/*
 * Name of a map with an action that no policy can ever reach, one at a time:
 * NULL, or the first after `after` (NULL: of all).
 */
const char *avs_policy_inert(const char *after);

void avs_policy_init(void);

#endif /* _AVS_POLICY_H */
