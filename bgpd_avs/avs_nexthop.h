/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rule 8: over which interface do next hops resolve?
 */
#ifndef _AVS_NEXTHOP_H
#define _AVS_NEXTHOP_H

#include "core/avs_config.h"

struct bgp;
struct bgp_path_info;

/*
 * Does the next hop of this path not resolve over the interface alone?  False when the
 * name is NULL; true when the interface is not there or is down, and in doubt.
 */
bool avs_next_hop_off(const struct bgp *bgp, const char *ifname, const struct bgp_path_info *pi);
/* that many paths of these neighbours have such a next hop; is the interface up at all? */
uint32_t avs_next_hop_count_off(const struct bgp *bgp, const struct avs_rs_config *rs, bool *up);
/*
 * A number that changes when next hops resolve otherwise, or one of the interfaces moves; 0
 * where the configuration does not depend on either.
 */
uint32_t avs_next_hop_state(const struct bgp *bgp, const struct avs_config *config);

#endif /* _AVS_NEXTHOP_H */
