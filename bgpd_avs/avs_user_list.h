/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of the user that stand beside our out-maps, IPv4 unicast.
 */
#ifndef _AVS_USER_LIST_H
#define _AVS_USER_LIST_H

#include "bgpd_avs/avs_instance.h"

/* role neighbours with such a list, as found at one moment */
struct avs_user_lists {
	const struct bgp *bgp;
	size_t count;
	struct avs_listed {
		unsigned int rs;
		const struct peer *peer;
	} * listed;
};

/*
 * Find them, for the route servers of a configuration.  The result is good until the event
 * loop runs.  False: no memory.
 */
bool avs_user_list_find(const struct avs_instance *inst, const struct avs_config *config,
			struct avs_arena *arena, struct avs_user_lists *lists);
/* is the prefix held back at one of the route server's neighbours?  arg: struct avs_user_lists */
bool avs_user_list_holds(unsigned int rs, const struct avs_prefix *prefix, void *arg);
/* the line that removes the first of a neighbour's lists; false: it has none */
bool avs_user_list_remedy(const struct peer *peer, char *buf, size_t size);
/* does a list matter to the plan in force, or will it to the next one? */
bool avs_user_list_matters(const struct avs_instance *inst);

#endif /* _AVS_USER_LIST_H */
