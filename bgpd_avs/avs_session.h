/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions of role neighbours: which peer it is, and whether it has told its routes.
 */
#ifndef _AVS_SESSION_H
#define _AVS_SESSION_H

#include "bgpd_avs/avs_instance.h"

/*
 * Has a route server told its routes?  True when one of its established
 * neighbours sent End-of-RIB, or has been silent for AVS_SILENCE seconds.
 */
#define AVS_SILENCE 5
bool avs_session_settled(const struct avs_instance *inst, const struct avs_config *config,
			 unsigned int rs);
/* the same of every neighbour with a role, but for those that are shut down; false without one */
bool avs_session_all_settled(const struct avs_instance *inst, const struct avs_config *config);

/* the neighbour with this address (a host prefix) as bgpd looks it up; NULL: none */
struct peer *avs_session_peer(const struct bgp *bgp, const struct avs_prefix *address);

#endif /* _AVS_SESSION_H */
