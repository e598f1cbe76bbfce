/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths as they were received, where the user's map has changed them.
 *
 * Everybody who classifies a path reads it through avs_received_view(): what a
 * map of the user, or bgpd itself, made of it says nothing of where it is from.
 */
#ifndef _AVS_RECEIVED_H
#define _AVS_RECEIVED_H

#include "bgpd_avs/avs_instance.h"

#include "bgpd/bgp_attr.h"

struct bgp_dest;
struct route_map_index;
struct bgp_path_info;

struct avs_received;

/* a path as classification reads it */
struct avs_received_view {
	struct attr attr; /* valid as long as the path is, and the event loop does not run */
	bool unknown;	  /* a map stood before it, and what it was is not known */
	/* made for this view: avs_received_done() frees it */
	struct aspath *made;
};

struct avs_received *avs_received_new(void);
void avs_received_free(struct avs_received *received); /* NULL is allowed */

/*
 * First entry of the owned in-map of a route server or overlay neighbour: the path as it
 * is.  called: a map of the user comes next, and may change or deny it.
 */
void avs_received_note(struct avs_instance *inst, const char *rs, const struct prefix *prefix,
		       const struct bgp_path_info *path, bool called);
/* a segment that a neighbour of the route server delivers, whether or not it is in a table */
void avs_received_see(struct avs_instance *inst, const char *rs, const struct prefix *prefix,
		      const struct bgp_path_info *path);
/* the same, and bgpd itself drops it, whatever our maps say */
void avs_received_see_dropped(struct avs_instance *inst, const char *rs,
			      const struct prefix *prefix, const struct bgp_path_info *path);
/* last entry: what has the user's map made of it? */
void avs_received_compare(struct avs_instance *inst, const struct bgp_path_info *path);
/* bgpd has taken over what a peer delivered for this dest, or a withdrawal of it */
void avs_received_taken(struct avs_instance *inst, const struct bgp_dest *dest,
			const struct peer *peer);
/* a path of this dest is gone, of this peer; NULL: not known, and all others are in the list */
void avs_received_reaped(struct avs_instance *inst, struct bgp_dest *dest, const struct peer *gone);

void avs_received_view(const struct avs_instance *inst, const struct prefix *prefix,
		       const struct bgp_path_info *pi, struct avs_received_view *view);
void avs_received_done(struct avs_received_view *view);

/*
 * Segments that the neighbours of a route server have delivered to a map of the user since
 * it is called, also by routes that it denies (and that are in no table); without a map by those
 * that bgpd drops: before ours (avs_update_in.c), or behind it because their next hop is this
 * router itself.
 */
avs_segset avs_received_seen(const struct avs_instance *inst, const char *rs);
/* was there something that bgpd itself dropped, so that the table does not have it? */
bool avs_received_dropped(const struct avs_instance *inst, const char *rs);
/* forget it: what is delivered from now on counts; the neighbours have to be asked again */
void avs_received_forget(struct avs_instance *inst, const char *rs);
/* what was denied may be anything by the lines of now, and cannot be asked for again */
void avs_received_doubt(struct avs_instance *inst, const char *rs);
/* forget route servers that have no line any more */
void avs_received_prune(struct avs_instance *inst, const struct avs_config *config);
/* number of paths of this peer that the user's map has changed; O(neighbours) */
size_t avs_received_changed(const struct avs_instance *inst, const struct peer *peer);
/* does this entry change what classification reads? */
bool avs_received_rewrites(const struct route_map_index *index);
/*
 * Map in the own slot of a neighbour that does so in some entry, where what was received is not
 * kept; NULL: there is none.
 */
const char *avs_received_rewritten_by(const struct peer *peer);

/* what stands between a neighbour and us, so that not all it delivers can be observed */
enum avs_hidden {
	AVS_HIDDEN_NOT,
	AVS_HIDDEN_MAP,	     /* map in its own in slot: it may deny and rewrite */
	AVS_HIDDEN_PREFIXES, /* prefix-list in */
	AVS_HIDDEN_PATHS,    /* filter-list in */
	AVS_HIDDEN_ACCESS,   /* distribute-list in */
};

/*
 * Is the reach of this neighbour hidden, and by which list or map?  NULL: it is not.  A map
 * that our own in-map calls hides nothing: avs_received_seen() has seen what it denies.
 */
const char *avs_received_hidden_by(const struct peer *peer, enum avs_hidden *kind);

void avs_received_init(void);

#endif /* _AVS_RECEIVED_H */
