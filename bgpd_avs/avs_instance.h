/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State of the module for one BGP instance.
 *
 * Purpose: the place where configuration, learned facts and the plan of one
 * `struct bgp` meet.  Everybody else either marks something as changed here
 * (northbound, hooks) or reads the plan (route-maps, show).
 *
 * Life: created by the first avs line or role look-up, keyed by the BGP
 * instance's name; destroyed by bgp_inst_delete.  Reads are const; the only
 * writers are the functions below, all on bgpd's main thread.
 */
#ifndef _AVS_INSTANCE_H
#define _AVS_INSTANCE_H

#include <time.h>

#include "core/avs_arena.h"
#include "core/avs_config.h"
#include "core/avs_plan.h"
#include "core/avs_table.h"

struct bgp;
struct peer;
struct prefix;
struct avs_azure_edge;
struct avs_audit_out;
struct avs_export;
struct avs_recall;
struct avs_received;
struct avs_seen;
struct avs_reach;
struct avs_instance;

/* something that the guard did not let out, or (guard monitor) would not have */
struct avs_leak {
	struct avs_prefix prefix;
	char rs[AVS_NAME_MAX + 1];
	char source[64]; /* neighbour the path came from, or "local" */
	enum avs_reason reason;
	bool let_out; /* guard monitor: counted, not refused */
	uint64_t count;
	time_t last; /* wall clock */
};

/* a change of the plan */
struct avs_change {
	time_t when; /* wall clock */
	const char *cause;
	uint32_t announced, withdrawn, originated, retired;
};

struct avs_counters {
	uint64_t replans;	   /* plans computed */
	uint64_t changes;	   /* of these, plans that differed */
	uint64_t pushes;	   /* prefixes pushed to update groups */
	uint64_t refused;	   /* refusals by the guard, all reasons */
	uint64_t monitored;	   /* let out by guard monitor */
	uint64_t refused_commands; /* typed lines refused */
	uint64_t swallowed_commands;
	uint64_t repairs;    /* settings undone by the audit */
	uint64_t reconciles; /* full walks of the table */
	uint64_t missed;     /* prefixes that only a full walk found changed */
	/* what neighbours were told was not what they should have been: avs_audit_out.c */
	uint64_t told_unlawful, told_missing;
	uint64_t core_errors; /* core said no; previous plan kept */
};

/*
 * Take over a new configuration (end of a northbound transaction).
 *
 * name		BGP instance: "default", VRF or view name
 * config	sealed, or NULL: no avs line is left
 * arena	owner of config; ownership passes to the instance
 *
 * Marks the instance; the replan follows from the event loop.
 */
void avs_instance_configure(const char *name, struct avs_config *config, struct avs_arena *arena);

/* NULL without avs lines */
struct avs_instance *avs_instance_find(const struct bgp *bgp);
struct avs_instance *avs_instance_find_by_name(const char *name);

/* accessors for show, state and maps; all valid until the event loop runs */
const char *avs_instance_name(const struct avs_instance *inst);
struct bgp *avs_instance_bgp(const struct avs_instance *inst);
/* as configured; NULL when the last line is gone and only the quiet period is left */
const struct avs_config *avs_instance_config(const struct avs_instance *inst);
/* what the plan is computed from, see avs_config_merge(); never NULL */
const struct avs_config *avs_instance_effective(const struct avs_instance *inst);
/* NULL before the first one */
const struct avs_plan *avs_instance_plan(const struct avs_instance *inst);
const struct avs_table *avs_instance_table(const struct avs_instance *inst);
/* rule 11, see avs_azure_edge.h */
struct avs_azure_edge *avs_instance_azure_edge(const struct avs_instance *inst);
/* its tables of user-defined routes, see avs_export.h */
struct avs_audit_out *avs_instance_audit_out(const struct avs_instance *inst);
struct avs_export *avs_instance_export(const struct avs_instance *inst);
/* segments that prefixes had until not long ago */
const struct avs_recall *avs_instance_recall(const struct avs_instance *inst);
/* paths as they were received, see avs_received.h */
struct avs_received *avs_instance_received(const struct avs_instance *inst);
/* UPDATEs of which bgpd drops something, see avs_update_in.h */
struct avs_update_in *avs_instance_update_in(const struct avs_instance *inst);
/* AS numbers behind circuits; whoever reads paths notes them */
struct avs_seen *avs_instance_seen(const struct avs_instance *inst);
/* what is known of its route servers' reach, see avs_reach.h */
struct avs_reach *avs_instance_reach(const struct avs_instance *inst);
struct avs_counters *avs_instance_counters(struct avs_instance *inst);
/* all, most recent refusal first, at most *count; array belongs to the instance */
const struct avs_leak *avs_instance_leaks(const struct avs_instance *inst, size_t *count,
					  uint64_t *not_listed);
/* newest first */
const struct avs_change *avs_instance_changes(const struct avs_instance *inst, size_t *count);
/* seconds until a removal takes effect; 0: nothing waits */
unsigned int avs_instance_quiet_left(const struct avs_instance *inst);
/* seconds that the start-up delay lasts at most; 0: it is over */
unsigned int avs_instance_startup_left(const struct avs_instance *inst);
/* AVS_REASON_UNSPEC, or why nothing may be announced whatever the plan says */
enum avs_reason avs_instance_closed(const struct avs_instance *inst);

/*
 * For the rooms that see bgpd change.  All of them only mark; one replan
 * follows from the event loop, however many marks there are.
 */
/* a path of this prefix appeared, changed or went */
void avs_instance_mark_prefix(struct avs_instance *inst, const struct avs_prefix *prefix);
/* the classification of every path may have changed: build the table anew */
void avs_instance_mark_all(struct avs_instance *inst, const char *cause);
/* something else that the plan depends on changed (condition, session, export) */
void avs_instance_mark_plan(struct avs_instance *inst, const char *cause);
/*
 * Rule 8 was applied: what is decided now has to be decided again when next hops resolve
 * otherwise, also when that is over before anybody looked.
 */
void avs_instance_note_off(const struct avs_instance *inst);
/* something that avs_instance_closed() looks at may have changed */
void avs_instance_recheck(struct avs_instance *inst);
/*
 * The map of the policy appeared, changed or went.  Without it nothing is announced, nor
 * before the table has been built with it.
 */
void avs_instance_mark_policy(struct avs_instance *inst);
/* a list that classification asks may have changed: build the table anew after delay_msec */
void avs_instance_mark_lists(struct avs_instance *inst, long delay_msec);
/* a map that announcements pass changed: evaluate all of them again, after delay_msec */
void avs_instance_mark_maps(struct avs_instance *inst, long delay_msec);

/*
 * Count a refusal (or, let_out, what guard monitor let pass).  Bounded: common
 * reasons are listed for the first few hundred prefixes only, rarer ones
 * displace them; what is not listed is counted.
 */
void avs_instance_leak(struct avs_instance *inst, const char *rs, const struct prefix *prefix,
		       enum avs_reason reason, const struct peer *source, bool let_out);
void avs_instance_clear_counters(struct avs_instance *inst);
/* release a latched supernet, NULL: all of them; a replan follows */
void avs_instance_unlatch(struct avs_instance *inst, const struct avs_prefix *prefix);

/* role of a peer: index in the effective configuration, AVS_RS_NONE without one */
unsigned int avs_instance_role(const struct avs_instance *inst, const struct peer *peer,
			       bool *conflict);

/*
 * Is the plan in force made with this peer as a neighbour of the route server?
 * Otherwise it stays closed until a plan is that looks at what it delivers.
 */
bool avs_instance_role_known(struct avs_instance *inst, const struct peer *peer, const char *rs);

/*
 * Has this neighbour of the route server to tell its routes before it is told something (rule
 * 2, see avs_reach.h)?  Asked again after each plan.
 */
bool avs_instance_neighbor_waits(struct avs_instance *inst, const struct peer *peer,
				 const char *rs);

/* every instance; the callback may not destroy it */
void avs_instance_each(void (*func)(struct avs_instance *inst, void *arg), void *arg);
/* is this BGP instance being deleted?  It must not be adopted any more */
bool avs_instance_dying(const struct bgp *bgp);
/* bgp_inst_delete: undo everything, forget everything */
void avs_instance_delete(struct bgp *bgp);
/* daemon goes down: free without touching bgpd */
void avs_instance_fini(void);

#endif /* _AVS_INSTANCE_H */
