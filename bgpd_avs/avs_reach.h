/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a route server's reach, and what is not (rule 2).
 *
 * What was observed once, what hides routes from us, and who has not told its routes yet.
 */
#ifndef _AVS_REACH_H
#define _AVS_REACH_H

#include "bgpd_avs/avs_instance.h"

struct avs_reach;

struct avs_reach *avs_reach_new(void);
void avs_reach_free(struct avs_reach *reach); /* NULL is allowed */

/*
 * A session went up or down.  To be called from bgpd's hook, before anybody asks: bgpd
 * itself notes the time only later.
 */
void avs_reach_session(struct avs_instance *inst, const struct peer *peer);

/*
 * Our in-map of a route server is about to be put into the in slot of a neighbour.  If its
 * session is up, and something else stands there, its routes are not known before it has told
 * them anew.
 */
void avs_reach_attach(struct avs_instance *inst, struct peer *peer, const char *rs,
		      const char *map);

/* Note what the route servers of a table deliver, and forget those that have no line any more. */
void avs_reach_observe(struct avs_instance *inst, const struct avs_config *config,
		       const struct avs_table *table);
/*
 * What cannot be seen of one; texts are of the arena.  False: no memory, and nothing may be
 * planned with it.
 */
bool avs_reach_unseen(const struct avs_instance *inst, const struct avs_config *config,
		      unsigned int rs, struct avs_arena *arena, struct avs_unseen *unseen);
/* another value when other neighbours have told their routes than before */
uint32_t avs_reach_untold(const struct avs_instance *inst, const struct avs_config *config);
/*
 * Has a route server told its routes: one of its neighbours sent End-of-RIB, or was silent for
 * AVS_SILENCE seconds, at some time since its session came up, or since what stood in front of
 * us went?
 */
bool avs_reach_settled(const struct avs_instance *inst, const struct avs_config *config,
		       unsigned int rs);
/*
 * Has this neighbour to wait, because it is told something only while on-premises is not
 * reached, and its own routes, which may show that it is, are still to come?
 */
bool avs_reach_waits(const struct avs_instance *inst, const struct peer *peer, const char *rs);

/* seconds since it delivered on-premises routes for the last time; -1: never, or forgotten */
long avs_reach_ago(const struct avs_instance *inst, const char *rs);
/* Its neighbours are asked for their routes by another in-map: for AVS_SILENCE not all is known. */
void avs_reach_asked(struct avs_instance *inst, const char *rs);
/* Forget what it delivered before; false: no route server has this name. */
bool avs_reach_forget(struct avs_instance *inst, const char *rs);

/*
 * Lines may say that what was on-premises is something else.  While a second table is built:
 * begin; each prefix that the old one has; and end, before the old one goes.
 */
void avs_reach_build_begin(struct avs_instance *inst);
void avs_reach_build(struct avs_instance *inst, const struct avs_config *old,
		     const struct avs_fact *had, const struct avs_config *config,
		     const struct avs_fact *fact);
void avs_reach_build_end(struct avs_instance *inst, const struct avs_config *old,
			 const struct avs_table *table);

#endif /* _AVS_REACH_H */
