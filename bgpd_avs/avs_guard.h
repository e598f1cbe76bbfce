/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard: owned route-maps and the audit that keeps them in place.
 *
 * Per route server: AVS-IN-<name>, AVS-OUT-<name>, AVS-ORIG-<name>; and
 * AVS-DENY for everything that must say nothing.  The verdict that these
 * maps ask is in avs_routemap.c.
 */
#ifndef _AVS_GUARD_H
#define _AVS_GUARD_H

#include "bgpd_avs/avs_instance.h"

#define AVS_MAP_PREFIX "AVS-"
#define AVS_MAP_DENY "AVS-DENY"

/*
 * Settings of an address family that act beside or after an out-map, or
 * change what it sees: none of them may stand on a role neighbour.
 */
#define AVS_FORBIDDEN_AF_FLAGS                                                                     \
	(PEER_FLAG_RSERVER_CLIENT | PEER_FLAG_AS_PATH_UNCHANGED | PEER_FLAG_NEXTHOP_UNCHANGED |    \
	 PEER_FLAG_MED_UNCHANGED | PEER_FLAG_REMOVE_PRIVATE_AS | PEER_FLAG_REMOVE_PRIVATE_AS_ALL | \
	 PEER_FLAG_REMOVE_PRIVATE_AS_REPLACE | PEER_FLAG_REMOVE_PRIVATE_AS_ALL_REPLACE |           \
	 PEER_FLAG_AS_OVERRIDE)

struct route_map;

enum avs_slot { AVS_SLOT_IN = 1, AVS_SLOT_OUT, AVS_SLOT_ORIG };

/*
 * Name of an owned map: AVS-OUT-hub in the default instance, AVS-OUT-red:hub
 * in VRF or view red (route-maps are global, route servers are not).
 * Returns buf.
 */
const char *avs_guard_map_name(enum avs_slot slot, const struct avs_instance *inst, const char *rs,
			       char *buf, size_t size);
/* prefix, name of a view (255), colon, name of a route server */
#define AVS_MAP_NAME_MAX 384
/* make AVS-DENY exist; to be called before anything refers to it */
void avs_guard_deny_map(void);
/* a name that only the module may use */
bool avs_guard_map_reserved(const char *name);

/*
 * Make the maps of the effective configuration.  Learns again where an in-map calls another
 * one; returns whether an out-map does.
 */
bool avs_guard_build(struct avs_instance *inst);
/* the user's map that an owned one calls, or NULL; the owned one keeps it */
const char *avs_guard_called_by(const char *name);
/* effective configuration changed: make the maps, then audit the instance */
void avs_guard_configured(struct avs_instance *inst);
/* another in-map for the neighbours of a route server: learn everything again */
void avs_guard_refresh_in(struct avs_instance *inst, unsigned int rs);
/* the same for one established neighbour */
void avs_guard_refresh_peer(struct peer *peer);
/* owned maps are being made: that is nothing for whom maps of others interest */
bool avs_guard_building(void);
/* let bgpd evaluate its whole table again for every neighbour with a role */
void avs_guard_announce(struct avs_instance *inst);
/* the same for one neighbour, with a role or without */
void avs_guard_announce_peer(struct peer *peer);
/* the same for one route server or overlay neighbour */
void avs_guard_announce_rs(struct avs_instance *inst, const char *rs);
/*
 * Look at every neighbour of every instance with avs lines and undo what
 * passes beside an out-map.  Costs no message when there is nothing to undo.
 */
void avs_guard_audit(void);

/*
 * Does a neighbour without a role (or a peer-group) have an unsuppress-map?
 * It could let out what we originate; nothing is originated meanwhile.
 * Returns its name or NULL.
 */
const char *avs_guard_foreign_unsuppress(const struct bgp *bgp);
/*
 * An established neighbour without a role that the audit would close as soon as there is
 * an avs line, and that is being told something; NULL: none, or there are lines.
 */
const struct peer *avs_guard_closed_by_first_line(void);
/* bgpd applies an outbound policy of the user to this peer (IPv4 unicast) */
bool avs_guard_has_out_policy(const struct peer *peer);
/* is AVS-DENY its out-map? */
bool avs_guard_is_silent(const struct peer *peer);

#endif /* _AVS_GUARD_H */
