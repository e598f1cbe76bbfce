/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of an instance share: avs_instance.c (life, configuration,
 * reads), avs_replan.c (marks to plans), avs_walk.c (the whole table),
 * avs_effect.c (plans to calls of avs_rib.c).  Nobody else includes this.
 */
#ifndef _AVS_INSTANCE_INT_H
#define _AVS_INSTANCE_INT_H

#include "monotime.h"
#include "typesafe.h"

#include "bgpd_avs/avs_adopt.h"
#include "bgpd_avs/avs_alarm.h"
#include "bgpd_avs/avs_audit_out.h"
#include "bgpd_avs/avs_compat.h"
#include "bgpd_avs/avs_export.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_leak.h"
#include "bgpd_avs/avs_recall.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_seen.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_update_in.h"

#define AVS_CHANGES_MAX 32

/* a sealed configuration, shared by those who point into it */
struct avs_config_ref {
	unsigned int refs;
	struct avs_arena *arena;
	struct avs_config *config;
};

PREDECL_RBTREE_UNIQ(avs_owned);
struct avs_owned {
	struct avs_owned_item item;
	struct avs_prefix prefix;
};

/* a slice of work in an event: bgpd's loop is not kept for longer */
#define AVS_SLICE_USEC 5000
/* steps between two looks at the clock */
#define AVS_SLICE_STEP 16

struct avs_slice {
	struct timeval begin;
	unsigned int steps;
	bool endless;
};

static inline struct avs_slice avs_slice_begin(bool endless)
{
	struct avs_slice slice = {.endless = endless};

	monotime(&slice.begin);
	return slice;
}

/* asked after each step */
static inline bool avs_slice_over(struct avs_slice *slice)
{
	return !slice->endless && ++slice->steps % AVS_SLICE_STEP == 0 &&
	       monotime_since(&slice->begin, NULL) >= AVS_SLICE_USEC;
}

PREDECL_DLIST(avs_instances);
struct avs_instance {
	struct avs_instances_item item;
	struct bgp *bgp;
	char *name; /* views may have long ones */

	struct avs_config_ref *now;	  /* NULL: no line is left */
	struct avs_config_ref *effective; /* never NULL */
	avs_event_t *t_quiet;
	avs_event_t *t_leave; /* a route server is about to leave shadow */
	time_t quiet_since;   /* monotonic; 0: nothing waits */

	time_t born;	   /* monotonic */
	bool started;	   /* the start-up delay is over */
	bool started_plan; /* ... and was when the plan in force was computed */

	struct avs_table *table;
	struct avs_recall *recall;
	struct avs_received *received;
	struct avs_adopt *adopt;
	struct avs_seen *seen;
	struct avs_reach *reach;
	struct avs_config_ref *table_config; /* the configuration its indexes mean */
	struct avs_plan *plan;
	struct avs_arena *plan_arena;
	struct avs_config_ref *planned_with;

	/* marks */
	struct avs_prefix *dirty;
	size_t dirty_count, dirty_size, dirty_done; /* done: of a drain that goes on */
	uint64_t
		dirty_since; /* milliseconds: the table has lacked something since; 0: it has all */
	bool dirty_all;	     /* too many to list: verify the whole table */
	bool table_bad;	     /* a fact is missing: nothing is announced */
	/* by route server of table_config: what it delivered when the plan was made */
	avs_segset delivered[AVS_RS_MAX];
	bool roles_wait; /* a neighbour is closed until a plan that knows more of it */
	bool rebuild;	 /* indexes or classification changed */
	/* the map of the policy was there when this table, and the next one, began to be built */
	bool policy_asked, policy_asking;
	const char *cause;
	avs_event_t *t_replan;
	avs_event_t *t_wakeup;	   /* the plan asked to be computed again */
	struct avs_prefix unlatch; /* latches to release with the next plan ... */
	bool unlatch_wanted;	   /* ... family 0: all */

	/* walks */
	struct avs_rib_walk *walk;
	struct avs_table *building;
	struct avs_config_ref *building_config;
	avs_event_t *t_walk;
	avs_event_t *t_reconcile;
	bool verifying;			/* the walk compares instead of building */
	bool reclassified;		/* the table that is being built has other segments */
	bool counting;			/* nothing but the walk itself should find changes */
	bool walked;			/* bgpd's table is done, the facts are looked at ... */
	struct avs_prefix walked_until; /* ... up to here; family 0: none yet */
	bool catching_up;		/* the walk stands for marks that were too many */

	/* effects */
	struct avs_owned_head owned;
	struct avs_prefix *waiting; /* withdrawals to push once additions are out */
	size_t waiting_count;
	avs_event_t *t_retire;
	avs_event_t *t_maps;
	avs_event_t *t_lists;
	avs_event_t *t_poll;
	uint64_t version_seen;
	uint32_t next_hops_seen;     /* avs_next_hop_state() when last looked at ... */
	bool next_hops_missed;	     /* ... and rule 8 was applied in another one since then */
	enum avs_reason closed_seen; /* avs_instance_closed() of the plan in force */
	uint32_t settled_seen;	     /* route servers that had told their routes, a bit each */
	uint32_t untold_seen;	     /* avs_reach_untold() of the plan in force */

	struct avs_counters counters;
	struct avs_leaks *leaks;
	struct avs_alarms *alarms;
	time_t looked_at; /* monotonic: the warnings, for the log */
	struct avs_export *export;
	struct avs_azure_edge *azure_edge;
	struct avs_audit_out *audit_out;
	struct avs_update_in *update_in;
	struct avs_change changes[AVS_CHANGES_MAX]; /* newest first */
	size_t change_count;
	bool error_logged;
};

/* avs_instance.c */
struct avs_config_ref *avs_config_ref_new(struct avs_config *config, struct avs_arena *arena);
struct avs_config_ref *avs_config_ref_get(struct avs_config_ref *ref);
void avs_config_ref_put(struct avs_config_ref **ref);
void avs_config_ref_swap(struct avs_config_ref **slot, struct avs_config_ref *ref);

/* avs_replan.c: a replan follows; the first cause of a burst is kept */
void avs_replan_schedule(struct avs_instance *inst, const char *cause);
/* the same, without waiting for more marks */
void avs_replan_now(struct avs_instance *inst, const char *cause);
/* read the facts of marked prefixes; false: the slice is over, and there are more */
bool avs_replan_drain(struct avs_instance *inst, struct avs_slice *slice);
/* before the table has everything: take away what rule 2 speaks against already */
void avs_replan_tighten(struct avs_instance *inst);
/* has the table lacked something for so long that it is brought up to date in one piece? */
bool avs_replan_late(const struct avs_instance *inst);
/* count, and log once, that the core refused; what is in force stays */
void avs_replan_error(struct avs_instance *inst, enum avs_err err, const char *what);
/* begin to look at the instance now and then; end it, walks included */
void avs_replan_start(struct avs_instance *inst);
void avs_replan_stop(struct avs_instance *inst);

/* avs_walk.c: look at the whole table; a walk that is under way ends */
void avs_walk_start(struct avs_instance *inst, bool verifying);
void avs_walk_stop(struct avs_instance *inst);

/* avs_effect.c: carry out the difference to the plan before, old (or NULL); count may be 0 */
void avs_effect_apply(struct avs_instance *inst, const struct avs_plan *old, struct avs_step *steps,
		      size_t count);
/*
 * What overlay neighbours get is a verdict, not a list: have it asked again where the new
 * plan opens or closes, or lines have changed.
 */
void avs_effect_overlays(struct avs_instance *inst, const struct avs_plan *old);
void avs_effect_init(struct avs_instance *inst);
/* forget what is owned; retire it first when the table outlives the instance */
void avs_effect_fini(struct avs_instance *inst, bool deleted);

#endif /* _AVS_INSTANCE_INT_H */
