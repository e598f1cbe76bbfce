/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions of neighbours with a role: which peer it is, and whether it has told its routes.
 */
#ifndef _AVS_SESSION_H
#define _AVS_SESSION_H

#include "bgpd_avs/avs_instance.h"

/* a neighbour that sends no End-of-RIB has told its routes after so many seconds of silence */
#define AVS_SILENCE 5
/* who was asked for its routes, and goes on telling, has told what there is after so long */
#define AVS_ANSWER 30
/*
 * Has every neighbour with a role told its routes, but for those that are shut down?  False
 * without one.
 */
bool avs_session_all_settled(const struct avs_instance *inst, const struct avs_config *config);

/*
 * Has this one, which is up?  came_up: when that was (monotonic), if it may be later than bgpd
 * says; 0: it is not known.
 */
bool avs_session_told(const struct peer *peer, time_t came_up);

/* the neighbour with this address (a host prefix), configured or of a listen range; NULL: none */
struct peer *avs_session_peer(const struct bgp *bgp, const struct avs_prefix *address);
/*
 * One call for each neighbour that is of this route server by these lines and that bgpd has, up
 * or not, until func says false; that is returned.  An address that stands in two belongs to
 * the first.
 */
bool avs_session_each(const struct bgp *bgp, const struct avs_config *config, unsigned int rs,
		      bool (*func)(struct peer *peer, void *arg), void *arg);

/* the azure-edge neighbour that a peer is by these lines, or NULL */
const struct avs_edge_config *
avs_session_edge(const struct bgp *bgp, const struct avs_config *config, const struct peer *peer);
/* one call for each azure-edge neighbour that is up */
void avs_session_each_edge(const struct bgp *bgp, const struct avs_config *config,
			   void (*func)(struct peer *peer, void *arg), void *arg);

#endif /* _AVS_SESSION_H */
