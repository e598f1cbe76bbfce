// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * State of the module for one BGP instance.
 *
 * Purpose: turn marks into plans and plans into calls of avs_rib.c.
 *
 * Representation.  Three values, each immutable once made:
 *   now        the configuration as it stands in the YANG tree
 *   effective  what is planned with: `now`, plus what was removed less than
 *              quiet-period ago (frr-reload.py deletes a changed line seconds
 *              before it adds the new one)
 *   plan       computed from effective, the table and the clock of nobody
 * Configurations are counted references, because a plan points into the one
 * that it was made from.
 *
 * The table speaks of route servers by their index in `effective`.  When the
 * set of route servers or the segment lines change, a second table is built
 * in slices, and takes over, with the new configuration, when it is complete;
 * until then the old pair stays in force.
 *
 * Order of effects (rule 9).  A new plan is in force for the guard at once.
 * Then: what is new is originated and pushed; what is refused for safety is
 * pushed in the same run; what merely disappears waits until the new paths
 * have left bgpd's queue, so that Azure sees the addition first.  What has to
 * be retired is not taken from a difference but from the set of paths that
 * are ours, so that two plans in a row cannot lose one.
 *
 * Invariants: an owned path exists only while it is in `owned`; `plan` always
 * belongs to `planned_with`; a core error changes nothing but a counter.
 *
 * Complexity: a mark is O(1); a replan is O(marked prefixes * bits + plan).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "monotime.h"
#include "prefix.h"
#include "typesafe.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_leak.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_zebra.h"

DEFINE_MTYPE_STATIC(AVS, AVS_INSTANCE, "AVS instance");
DEFINE_MTYPE_STATIC(AVS, AVS_CONFIG_REF, "AVS configuration");
DEFINE_MTYPE_STATIC(AVS, AVS_DIRTY, "AVS changed prefixes");
DEFINE_MTYPE_STATIC(AVS, AVS_OWNED, "AVS originated prefix");
DEFINE_MTYPE_STATIC(AVS, AVS_PURGE, "AVS pending purge");

/* marks beyond this make a full walk cheaper than the list */
#define DIRTY_MAX 65536
/* destinations looked at per run of the event loop */
#define WALK_SLICE 4000
/* bursts of marks within this become one replan; below bgpd's 50 ms queue */
#define REPLAN_MSEC 10
/* look whether the new paths have left the queue before anything is withdrawn */
#define RETIRE_MSEC 120
/* best paths that changed without a mark (next-hop tracking) are looked for this often */
#define POLL_MSEC 500
/* a full walk that verifies the table */
#define RECONCILE_MSEC (300 * 1000L)

/* a lock on the running configuration is tried again this often */
#define PURGE_MSEC 1000

/* a side that a route server delivered counts as reached for so long after (rule 2) */
#define REACH_MEMORY_SEC 600
/* removals wait for quiet-period after the last change, at most so many times its length */
#define QUIET_TIMES 3

#define CHANGES_MAX 32

/* a sealed configuration, shared by those who point into it */
struct config_ref {
	unsigned int refs;
	struct avs_arena *arena;
	struct avs_config *config;
};

PREDECL_RBTREE_UNIQ(avs_owned);
struct avs_owned {
	struct avs_owned_item item;
	struct avs_prefix prefix;
};

static int owned_cmp(const struct avs_owned *a, const struct avs_owned *b)
{
	return avs_prefix_cmp(&a->prefix, &b->prefix);
}
DECLARE_RBTREE_UNIQ(avs_owned, struct avs_owned, item, owned_cmp);

/* when a route server last delivered a segment; by name, indexes change */
struct reach {
	char rs[AVS_NAME_MAX + 1];
	time_t last[AVS_SEGMENT_COUNT]; /* monotonic; 0: never */
};

PREDECL_DLIST(avs_instances);
struct avs_instance {
	struct avs_instances_item item;
	struct bgp *bgp;
	char *name; /* views may have long ones */

	struct config_ref *now;	      /* NULL: no line is left */
	struct config_ref *effective; /* never NULL */
	avs_event_t *t_quiet;
	time_t quiet_since; /* monotonic; 0: nothing waits */

	struct avs_table *table;
	struct config_ref *table_config; /* the configuration its indexes mean */
	struct avs_plan *plan;
	struct avs_arena *plan_arena;
	struct config_ref *planned_with;

	/* marks */
	struct avs_prefix *dirty;
	size_t dirty_count, dirty_size;
	bool dirty_all; /* too many to list: verify the whole table */
	bool table_bad;	 /* a fact is missing: nothing is announced */
	bool roles_wait; /* a neighbour is closed until the plan knows its role */
	bool rebuild;	/* indexes or classification changed */
	const char *cause;
	avs_event_t *t_replan;

	/* walks */
	struct avs_rib_walk *walk;
	struct avs_table *building;
	struct config_ref *building_config;
	avs_event_t *t_walk;
	avs_event_t *t_reconcile;
	bool verifying; /* the walk compares instead of building */

	/* effects */
	struct avs_owned_head owned;
	struct avs_prefix *waiting; /* withdrawals to push once additions are out */
	size_t waiting_count;
	avs_event_t *t_retire;
	avs_event_t *t_maps;
	avs_event_t *t_lists;
	avs_event_t *t_poll;
	uint64_t version_seen;
	enum avs_reason closed_seen; /* avs_instance_closed() of the plan in force */
	uint32_t settled_seen;	     /* route servers that had told their routes, a bit each */
	struct reach reach[AVS_RS_MAX];

	struct avs_counters counters;
	struct avs_leaks *leaks;
	struct avs_change changes[CHANGES_MAX]; /* newest first */
	size_t change_count;
	bool error_logged;
};
DECLARE_DLIST(avs_instances, struct avs_instance, item);

static struct avs_instances_head instances = INIT_DLIST(instances);

static void replan_event(avs_event_t *event);
static void walk_event(avs_event_t *event);

/* ---- configurations ---------------------------------------------------- */

static struct config_ref *config_ref_new(struct avs_config *config, struct avs_arena *arena)
{
	struct config_ref *ref = XCALLOC(MTYPE_AVS_CONFIG_REF, sizeof(*ref));

	ref->refs = 1;
	ref->config = config;
	ref->arena = arena;
	return ref;
}

static struct config_ref *config_ref_get(struct config_ref *ref)
{
	if (ref)
		ref->refs++;
	return ref;
}

static void config_ref_put(struct config_ref **ref)
{
	if (*ref && --(*ref)->refs == 0) {
		avs_arena_free((*ref)->arena);
		XFREE(MTYPE_AVS_CONFIG_REF, *ref);
	}
	*ref = NULL;
}

static void config_ref_swap(struct config_ref **slot, struct config_ref *ref)
{
	config_ref_get(ref);
	config_ref_put(slot);
	*slot = ref;
}

/* a configuration that asks for nothing, so that `effective` is never NULL */
static struct config_ref *config_ref_empty(const char *name)
{
	struct avs_arena *arena = avs_arena_new();
	struct avs_config *config = arena ? avs_arena_alloc(arena, sizeof(*config)) : NULL;

	if (config)
		config->name = avs_arena_strdup(arena, name);
	if (!config || !config->name) {
		avs_arena_free(arena);
		return NULL;
	}
	return config_ref_new(config, arena);
}

/*
 * Do two configurations mean the same by a route server's index, and do they
 * classify every path alike?
 */
static bool same_classification(const struct avs_config *a, const struct avs_config *b)
{
	struct avs_config x = *a, y = *b;
	bool same;

	if (a->rs_count != b->rs_count)
		return false;
	/* compare what classification reads, by blinding out the rest */
	x.rs_count = y.rs_count = 0;
	x.name = y.name;
	x.shutdown = y.shutdown;
	x.default_toward = y.default_toward;
	x.default_next_hop = y.default_next_hop;
	x.default_vnet_only = y.default_vnet_only;
	x.condition_count = y.condition_count = 0;
	x.companions = y.companions;
	x.supernet_count = y.supernet_count = 0;
	x.protect_count = y.protect_count = 0;
	x.quiet_period_set = y.quiet_period_set;
	x.quiet_period = y.quiet_period;
	x.no_discard = y.no_discard;
	same = avs_config_equal(&x, &y);
	for (size_t i = 0; same && i < a->rs_count; i++) {
		const struct avs_rs_config *p = &a->rs[i], *q = &b->rs[i];

		same = strmatch(p->name, q->name) && p->neighbor_count == q->neighbor_count;
		for (size_t n = 0; same && n < p->neighbor_count; n++)
			same = avs_prefix_equal(&p->neighbors[n], &q->neighbors[n]);
	}
	return same;
}

/* ---- life -------------------------------------------------------------- */

struct avs_instance *avs_instance_find(const struct bgp *bgp)
{
	struct avs_instance *inst;

	frr_each (avs_instances, &instances, inst)
		if (inst->bgp == bgp)
			return inst;
	return NULL;
}

struct avs_instance *avs_instance_find_by_name(const char *name)
{
	struct avs_instance *inst;

	frr_each (avs_instances, &instances, inst)
		if (strmatch(inst->name, name))
			return inst;
	return NULL;
}

static struct bgp *bgp_by_name(const char *name)
{
	return strmatch(name, VRF_DEFAULT_NAME) ? bgp_get_default() : bgp_lookup_by_name(name);
}

static void poll_event(avs_event_t *event);
static void reconcile_event(avs_event_t *event);

static struct avs_instance *instance_new(struct bgp *bgp, const char *name)
{
	struct avs_instance *inst = XCALLOC(MTYPE_AVS_INSTANCE, sizeof(*inst));

	inst->bgp = bgp;
	inst->name = XSTRDUP(MTYPE_AVS_INSTANCE, name);
	inst->effective = config_ref_empty(name);
	inst->table = avs_table_new();
	inst->leaks = avs_leaks_new();
	avs_owned_init(&inst->owned);
	if (!inst->effective || !inst->table) {
		config_ref_put(&inst->effective);
		avs_table_free(inst->table);
		avs_leaks_free(inst->leaks);
		XFREE(MTYPE_AVS_INSTANCE, inst->name);
		XFREE(MTYPE_AVS_INSTANCE, inst);
		return NULL;
	}
	inst->table_config = config_ref_get(inst->effective);
	/* another layout: bgpd's tables are not touched */
	if (avs_module_active())
		inst->version_seen = avs_rib_version(bgp);
	avs_instances_add_tail(&instances, inst);
	avs_event_timer_msec(poll_event, inst, POLL_MSEC, &inst->t_poll);
	avs_event_timer_msec(reconcile_event, inst, RECONCILE_MSEC, &inst->t_reconcile);
	return inst;
}

static void walk_stop(struct avs_instance *inst)
{
	avs_event_off(&inst->t_walk);
	avs_rib_walk_end(inst->walk);
	inst->walk = NULL;
	avs_table_free(inst->building);
	inst->building = NULL;
	inst->verifying = false;
	config_ref_put(&inst->building_config);
}

static void instance_free(struct avs_instance *inst)
{
	struct avs_owned *owned;

	walk_stop(inst);
	avs_event_off(&inst->t_quiet);
	avs_event_off(&inst->t_replan);
	avs_event_off(&inst->t_reconcile);
	avs_event_off(&inst->t_retire);
	avs_event_off(&inst->t_maps);
	avs_event_off(&inst->t_lists);
	avs_event_off(&inst->t_poll);
	avs_instances_del(&instances, inst);
	while ((owned = avs_owned_pop(&inst->owned)))
		XFREE(MTYPE_AVS_OWNED, owned);
	avs_owned_fini(&inst->owned);
	avs_arena_free(inst->plan_arena);
	avs_table_free(inst->table);
	avs_leaks_free(inst->leaks);
	config_ref_put(&inst->planned_with);
	config_ref_put(&inst->table_config);
	config_ref_put(&inst->effective);
	config_ref_put(&inst->now);
	XFREE(MTYPE_AVS_DIRTY, inst->dirty);
	XFREE(MTYPE_AVS_DIRTY, inst->waiting);
	XFREE(MTYPE_AVS_INSTANCE, inst->name);
	XFREE(MTYPE_AVS_INSTANCE, inst);
}

/* the running configuration was locked when an instance went: try again */
struct purge {
	avs_event_t *event;
	char *name;
};

static void purge_event(avs_event_t *event)
{
	struct purge *purge = AVS_EVENT_ARG(event);

	/* re-created meanwhile: its lines are valid again, and the audit took them over */
	if (bgp_by_name(purge->name) || avs_nb_purge(purge->name) == 0) {
		XFREE(MTYPE_AVS_PURGE, purge->name);
		XFREE(MTYPE_AVS_PURGE, purge);
		return;
	}
	avs_event_timer_msec(purge_event, purge, PURGE_MSEC, &purge->event);
}

static void purge(const char *name)
{
	struct purge *later;

	if (avs_nb_purge(name) == 0)
		return;
	later = XCALLOC(MTYPE_AVS_PURGE, sizeof(*later));
	later->name = XSTRDUP(MTYPE_AVS_PURGE, name);
	avs_event_timer_msec(purge_event, later, PURGE_MSEC, &later->event);
}

/* bgpd sets its own flag after the hook that we are called from */
static const struct bgp *dying;

bool avs_instance_dying(const struct bgp *bgp)
{
	return bgp == dying || CHECK_FLAG(bgp->flags, BGP_FLAG_DELETE_IN_PROGRESS);
}

void avs_instance_delete(struct bgp *bgp)
{
	struct avs_instance *inst = avs_instance_find(bgp);
	struct avs_owned *owned;

	dying = bgp;
	if (inst) {
		frr_each_safe (avs_owned, &inst->owned, owned) {
			avs_zebra_discard(inst->bgp, &owned->prefix, false);
			avs_rib_retire(bgp, &owned->prefix);
		}
		instance_free(inst);
	}
	/* lines can stand in the tree though no instance came of them */
	purge(bgp->name ? bgp->name : VRF_DEFAULT_NAME);
	dying = NULL;
}

void avs_instance_fini(void)
{
	struct avs_instance *inst;

	while ((inst = avs_instances_first(&instances)))
		instance_free(inst);
}

void avs_instance_each(void (*func)(struct avs_instance *inst, void *arg), void *arg)
{
	struct avs_instance *inst;

	frr_each (avs_instances, &instances, inst)
		func(inst, arg);
}

/* ---- marks ------------------------------------------------------------- */

static void schedule(struct avs_instance *inst, const char *cause)
{
	/* the first cause of a burst is the one worth telling */
	if (!inst->cause)
		inst->cause = cause;
	if (!inst->walk || inst->verifying)
		avs_event_timer_msec(replan_event, inst, REPLAN_MSEC, &inst->t_replan);
}

void avs_instance_mark_prefix(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	if (!avs_module_active())
		return;
	schedule(inst, "routes");
	if (inst->dirty_all)
		return;
	/* one change calls several hooks in a row */
	if (inst->dirty_count && avs_prefix_equal(&inst->dirty[inst->dirty_count - 1], prefix))
		return;
	if (inst->dirty_count == DIRTY_MAX) {
		inst->dirty_all = true;
		inst->dirty_count = 0;
		return;
	}
	if (inst->dirty_count == inst->dirty_size) {
		inst->dirty_size = inst->dirty_size ? inst->dirty_size * 2 : 64;
		inst->dirty = XREALLOC(MTYPE_AVS_DIRTY, inst->dirty,
				       inst->dirty_size * sizeof(*inst->dirty));
	}
	inst->dirty[inst->dirty_count++] = *prefix;
}

void avs_instance_mark_all(struct avs_instance *inst, const char *cause)
{
	inst->rebuild = true;
	walk_stop(inst);
	schedule(inst, cause);
}

void avs_instance_mark_plan(struct avs_instance *inst, const char *cause)
{
	schedule(inst, cause);
}

/* ---- effects ----------------------------------------------------------- */

/* refusals that may not wait for additions to leave first (rule 9) */
static bool reason_is_safety(enum avs_reason reason)
{
	switch (reason) {
	case AVS_REASON_UNSPEC:
	case AVS_REASON_ANNOUNCED:
	case AVS_REASON_ANNOUNCED_INSIDE_COVER:
	case AVS_REASON_NOT_PLANNED:
	case AVS_REASON_NO_BEST_PATH:
	case AVS_REASON_EQUALS_LEARNED:
	case AVS_REASON_INSIDE_CONTRIBUTOR:
	case AVS_REASON_COVERS_NOTHING:
	case AVS_REASON_PROTECTED:
	case AVS_REASON_SHARED_REACH:
	case AVS_REASON_BUDGET:
	case AVS_REASON_GATEWAY_BUDGET:
	case AVS_REASON_NOT_TARGETED:
	case AVS_REASON_CONDITION:
	case AVS_REASON_INCOMPLETE:
		return false;
	case AVS_REASON_NO_ROLE:
	case AVS_REASON_MAP_UNDEFINED:
	case AVS_REASON_NOT_OURS:
	case AVS_REASON_MAP_LOOP:
	case AVS_REASON_WRONG_SLOT:
	case AVS_REASON_LEAK_DEFAULT:
	case AVS_REASON_LEAK_RFC1918:
	case AVS_REASON_LEAK_OBSERVED:
	case AVS_REASON_NO_COMMUNITY:
	case AVS_REASON_SAME_ROUTE_SERVER:
	case AVS_REASON_SAME_SEGMENT:
	case AVS_REASON_AS_PATH:
	case AVS_REASON_NOT_EBGP:
	case AVS_REASON_SHUTDOWN:
	case AVS_REASON_INACTIVE:
	case AVS_REASON_CONFLICT:
	case AVS_REASON_VPN_EXPORT:
	case AVS_REASON_UNSUPPRESS:
	case AVS_REASON_STARTUP:
		return true;
	}
	return true;
}

static void own(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	struct avs_owned ref = {.prefix = *prefix};
	struct avs_owned *owned = avs_owned_find(&inst->owned, &ref);

	if (!owned) {
		owned = XCALLOC(MTYPE_AVS_OWNED, sizeof(*owned));
		owned->prefix = *prefix;
		avs_owned_add(&inst->owned, owned);
	}
	avs_rib_originate(inst->bgp, prefix);
}

static bool wanted(const struct avs_instance *inst, const struct avs_prefix *prefix)
{
	const struct avs_plan *plan = inst->plan;
	size_t low = 0, high = plan ? plan->originate_count : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = avs_prefix_cmp(&plan->originate[mid], prefix);

		if (cmp == 0)
			return true;
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* push the withdrawals that waited, take out of the table what is not wanted */
static void retire(struct avs_instance *inst)
{
	struct avs_owned *owned;

	for (size_t i = 0; i < inst->waiting_count; i++) {
		avs_rib_push(inst->bgp, &inst->waiting[i]);
		inst->counters.pushes++;
	}
	XFREE(MTYPE_AVS_DIRTY, inst->waiting);
	inst->waiting_count = 0;
	frr_each_safe (avs_owned, &inst->owned, owned) {
		if (wanted(inst, &owned->prefix))
			continue;
		avs_zebra_discard(inst->bgp, &owned->prefix, false);
		avs_rib_retire(inst->bgp, &owned->prefix);
		avs_owned_del(&inst->owned, owned);
		XFREE(MTYPE_AVS_OWNED, owned);
	}
}

static void retire_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	struct avs_owned *owned;

	/* additions first: while one of them is still queued, wait */
	frr_each (avs_owned, &inst->owned, owned)
		if (wanted(inst, &owned->prefix) && avs_rib_pending(inst->bgp, &owned->prefix)) {
			avs_event_timer_msec(retire_event, inst, RETIRE_MSEC, &inst->t_retire);
			return;
		}
	retire(inst);
}

static void wait_withdraw(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	inst->waiting = XREALLOC(MTYPE_AVS_DIRTY, inst->waiting,
				 (inst->waiting_count + 1) * sizeof(*inst->waiting));
	inst->waiting[inst->waiting_count++] = *prefix;
}

static enum avs_reason reason_of_step(const struct avs_instance *inst, const struct avs_step *step)
{
	const struct avs_plan *plan = inst->plan;
	const struct avs_entry *entry;
	unsigned int rs = avs_config_find_rs(plan->config, step->rs);

	if (rs == AVS_RS_NONE)
		return AVS_REASON_NOT_PLANNED;
	entry = avs_plan_find(plan, rs, &step->prefix);
	return entry ? entry->reason : AVS_REASON_NOT_PLANNED;
}

/* discard routes follow what is originated with next hop self (section 4) */
static bool wants_discard(const struct avs_instance *inst, const struct avs_prefix *prefix)
{
	const struct avs_plan *plan = inst->plan;

	if (plan->config->no_discard)
		return false;
	for (unsigned int rs = 0; rs < plan->config->rs_count; rs++) {
		const struct avs_entry *entry = avs_plan_find(plan, rs, prefix);

		if (entry && entry->cls == AVS_CLASS_SUPERNET &&
		    avs_reason_permits(entry->reason) && !entry->next_hop.family)
			return true;
	}
	return false;
}

static void sync_discards(struct avs_instance *inst)
{
	struct avs_owned *owned;

	frr_each (avs_owned, &inst->owned, owned)
		avs_zebra_discard(inst->bgp, &owned->prefix,
				  wanted(inst, &owned->prefix) &&
					  wants_discard(inst, &owned->prefix));
}

static void record_change(struct avs_instance *inst, const struct avs_step *steps, size_t count)
{
	struct avs_change change = {.when = time(NULL), .cause = inst->cause};

	for (size_t i = 0; i < count; i++) {
		switch (steps[i].type) {
		case AVS_STEP_ORIGINATE:
			change.originated++;
			break;
		case AVS_STEP_ANNOUNCE:
			change.announced++;
			break;
		case AVS_STEP_WITHDRAW:
			change.withdrawn++;
			break;
		case AVS_STEP_RETIRE:
			change.retired++;
			break;
		}
	}
	memmove(inst->changes + 1, inst->changes, sizeof(change) * (CHANGES_MAX - 1));
	inst->changes[0] = change;
	inst->change_count = MIN(inst->change_count + 1, (size_t)CHANGES_MAX);
	inst->counters.changes++;
	zlog_info(
		"AVS: %s: plan changed (%s): %u announced or changed, %u withdrawn, %u originated, %u retired",
		inst->name, change.cause ? change.cause : "unknown", change.announced,
		change.withdrawn, change.originated, change.retired);
}

static void log_step(const struct avs_instance *inst, const struct avs_step *step)
{
	static const char *const names[] = {
		[AVS_STEP_ORIGINATE] = "originate",
		[AVS_STEP_ANNOUNCE] = "announce",
		[AVS_STEP_WITHDRAW] = "withdraw",
		[AVS_STEP_RETIRE] = "retire",
	};
	char prefix[AVS_PREFIX_STRLEN];

	AVS_DEBUG(plan, "%s: %s %s %s", inst->name, names[step->type],
		  avs_prefix_str(&step->prefix, prefix, sizeof(prefix)), step->rs ? step->rs : "");
}

static void apply(struct avs_instance *inst, const struct avs_step *steps, size_t count)
{
	bool later = false;

	for (size_t i = 0; i < count; i++) {
		const struct avs_step *step = &steps[i];

		log_step(inst, step);
		switch (step->type) {
		case AVS_STEP_ORIGINATE:
			own(inst, &step->prefix);
			break;
		case AVS_STEP_ANNOUNCE:
			avs_rib_push(inst->bgp, &step->prefix);
			inst->counters.pushes++;
			break;
		case AVS_STEP_WITHDRAW:
			if (reason_is_safety(reason_of_step(inst, step))) {
				avs_rib_push(inst->bgp, &step->prefix);
				inst->counters.pushes++;
			} else {
				wait_withdraw(inst, &step->prefix);
			}
			later = true;
			break;
		case AVS_STEP_RETIRE:
			later = true;
			break;
		}
	}
	sync_discards(inst);
	/* closed: something may let our paths out beside the guard; they go at once */
	if (inst->closed_seen != AVS_REASON_UNSPEC)
		retire(inst);
	else if (later)
		avs_event_timer_msec(retire_event, inst, RETIRE_MSEC, &inst->t_retire);
}

/* ---- replan ------------------------------------------------------------ */

static void core_error(struct avs_instance *inst, enum avs_err err, const char *what)
{
	inst->counters.core_errors++;
	if (!inst->error_logged)
		zlog_err("AVS: %s: %s failed (%d): the previous plan stays in force", inst->name,
			 what, err);
	inst->error_logged = true;
}

static bool refresh(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	struct avs_fact fact;
	bool known = avs_rib_fact(inst, inst->table_config->config, prefix, &fact);
	enum avs_err err = avs_table_set(inst->table, prefix, known ? &fact : NULL);

	if (err != AVS_OK) {
		core_error(inst, err, "table");
		return false;
	}
	return true;
}

static void drain(struct avs_instance *inst)
{
	for (size_t i = 0; i < inst->dirty_count; i++)
		if (!refresh(inst, &inst->dirty[i])) {
			/* what is lost here, the next walk finds */
			inst->dirty_all = true;
			inst->table_bad = true;
			break;
		}
	inst->dirty_count = 0;
	if (inst->dirty_size > 4096) {
		XFREE(MTYPE_AVS_DIRTY, inst->dirty);
		inst->dirty_size = 0;
	}
}

/* is a path of a planned prefix usable?  Next-hop tracking changes that unseen */
static void refresh_planned(struct avs_instance *inst)
{
	uint64_t version = avs_rib_version(inst->bgp);

	if (version == inst->version_seen)
		return;
	inst->version_seen = version;
	if (!inst->plan)
		return;
	for (size_t i = 0; i < inst->plan->count; i++)
		refresh(inst, &inst->plan->entries[i].prefix);
}

enum avs_reason avs_instance_closed(const struct avs_instance *inst)
{
	if (!avs_module_active() || inst->table_bad)
		return AVS_REASON_INACTIVE;
	if (avs_rib_exports(inst->bgp))
		return AVS_REASON_VPN_EXPORT;
	if (avs_guard_foreign_unsuppress(inst->bgp))
		return AVS_REASON_UNSUPPRESS;
	return AVS_REASON_UNSPEC;
}

void avs_instance_recheck(struct avs_instance *inst)
{
	if (avs_instance_closed(inst) != inst->closed_seen)
		schedule(inst, "closed");
}

static bool condition_holds(const struct avs_instance *inst, const struct avs_condition *cond)
{
	if (!avs_module_active())
		return false;
	if (cond->from == AVS_FROM_ZEBRA)
		return avs_zebra_has_route(inst->bgp, &cond->prefix);
	return avs_rib_condition(inst, cond);
}

static struct reach *reach_of(struct avs_instance *inst, const char *rs)
{
	struct reach *oldest = &inst->reach[0];

	for (unsigned int i = 0; i < AVS_RS_MAX; i++) {
		struct reach *reach = &inst->reach[i];

		if (strmatch(reach->rs, rs))
			return reach;
		if (!reach->rs[0])
			oldest = reach;
	}
	/* full of names that are gone: there are never more route servers than slots */
	*oldest = (struct reach){};
	strlcpy(oldest->rs, rs, sizeof(oldest->rs));
	return oldest;
}

/* what the plan should know about each route server beyond the table */
static void observe(struct avs_instance *inst, const struct avs_config *config, bool *settled,
		    avs_segset *remembered, enum avs_reason *closed)
{
	time_t now = monotime(NULL);

	inst->settled_seen = 0;
	for (unsigned int rs = 0; rs < config->rs_count; rs++) {
		struct reach *reach = reach_of(inst, config->rs[rs].name);

		for (int seg = 0; seg < AVS_SEGMENT_COUNT; seg++) {
			if (avs_table_count(inst->table, rs, seg))
				reach->last[seg] = now;
			if (reach->last[seg] && now - reach->last[seg] < REACH_MEMORY_SEC)
				remembered[rs] |= AVS_SEG_BIT(seg);
		}
		if (!avs_module_active())
			continue;
		settled[rs] = avs_rib_settled(inst, config, rs);
		if (settled[rs])
			inst->settled_seen |= 1U << rs;
		closed[rs] = avs_routemap_user_map(config->rs[rs].map_out);
	}
}

static enum avs_err compute(struct avs_instance *inst, struct avs_arena *arena,
			    struct avs_plan **plan)
{
	const struct avs_config *config = inst->table_config->config;
	bool *conditions = avs_arena_array(arena, config->condition_count, sizeof(bool));
	bool *settled = avs_arena_array(arena, config->rs_count, sizeof(bool));
	avs_segset *remembered = avs_arena_array(arena, config->rs_count, sizeof(avs_segset));
	enum avs_reason *closed = avs_arena_array(arena, config->rs_count, sizeof(*closed));
	struct avs_input input = {
		.config = config,
		.table = inst->table,
		.conditions = conditions,
		.closed = avs_instance_closed(inst),
		.prev = inst->plan,
		.rs_closed = closed,
		.settled = settled,
		.remembered = remembered,
	};

	inst->closed_seen = input.closed;
	if (!conditions || !settled || !remembered || !closed)
		return AVS_ERR_NOMEM;
	observe(inst, config, settled, remembered, closed);
	for (size_t i = 0; i < config->condition_count; i++)
		conditions[i] = condition_holds(inst, &config->conditions[i]);
	return avs_plan_compute(&input, arena, plan);
}

static void replan(struct avs_instance *inst)
{
	struct avs_arena *arena = avs_arena_new();
	struct avs_plan *plan = NULL, *old = inst->plan;
	struct avs_arena *old_arena = inst->plan_arena;
	struct config_ref *old_config = inst->planned_with;
	struct avs_step *steps = NULL;
	size_t count = 0;
	enum avs_err err = AVS_ERR_NOMEM;

	inst->counters.replans++;
	if (arena)
		err = compute(inst, arena, &plan);
	if (err == AVS_OK)
		err = avs_plan_diff(old, plan, arena, &steps, &count);
	if (err != AVS_OK) {
		core_error(inst, err, "plan");
		avs_arena_free(arena);
		return;
	}
	inst->error_logged = false;
	inst->plan = plan;
	inst->plan_arena = arena;
	inst->planned_with = config_ref_get(inst->table_config);
	if (count) {
		record_change(inst, steps, count);
		apply(inst, steps, count);
	} else {
		sync_discards(inst);
	}
	inst->cause = NULL;
	avs_arena_free(old_arena);
	if (inst->roles_wait) {
		inst->roles_wait = false;
		avs_guard_audit();
	}
	config_ref_put(&old_config);
}

static void walk_start(struct avs_instance *inst, bool verifying)
{
	walk_stop(inst);
	inst->verifying = verifying;
	if (!verifying) {
		inst->building = avs_table_new();
		if (!inst->building) {
			core_error(inst, AVS_ERR_NOMEM, "table");
			return;
		}
		inst->building_config = config_ref_get(inst->effective);
		inst->table_bad = false;
	}
	inst->walk = avs_rib_walk_begin(inst->bgp);
	inst->counters.reconciles++;
	avs_event_soon(walk_event, inst, &inst->t_walk);
}

static void replan_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);

	if (!avs_module_active()) {
		/* a plan of refusals, for show; the tables stay untouched */
		config_ref_swap(&inst->table_config, inst->effective);
		replan(inst);
		return;
	}
	if (inst->rebuild) {
		inst->rebuild = false;
		walk_start(inst, false);
		return;
	}
	if (inst->dirty_all) {
		inst->dirty_all = false;
		walk_start(inst, true);
	}
	drain(inst);
	refresh_planned(inst);
	replan(inst);
}

static void build_dest(const struct prefix *p, struct bgp_dest *dest, void *arg)
{
	struct avs_instance *inst = arg;
	struct avs_prefix prefix = avs_from_prefix(p);
	struct avs_fact fact;
	enum avs_err err;

	if (!avs_rib_dest_fact(inst, inst->building_config->config, dest, &fact))
		return;
	err = avs_table_set(inst->building, &prefix, &fact);
	if (err != AVS_OK) {
		core_error(inst, err, "table");
		inst->table_bad = true;
	}
}

static bool fact_equal(const struct avs_fact *a, const struct avs_fact *b)
{
	return a->usable == b->usable && memcmp(a->from, b->from, sizeof(a->from)) == 0;
}

/* the direction RIB -> table; the other one is table_dest() */
static void verify_dest(const struct prefix *p, struct bgp_dest *dest, void *arg)
{
	struct avs_instance *inst = arg;
	struct avs_prefix prefix = avs_from_prefix(p);
	const struct avs_fact *have = avs_table_find(inst->table, &prefix);
	struct avs_fact fact;
	bool known = avs_rib_dest_fact(inst, inst->table_config->config, dest, &fact);

	if (known ? have && fact_equal(have, &fact) : !have)
		return;
	inst->counters.missed++;
	avs_instance_mark_prefix(inst, &prefix);
}

static bool vanished(const struct avs_prefix *prefix, const struct avs_fact *fact, void *arg)
{
	struct avs_instance *inst = arg;
	struct avs_fact now;

	if (!avs_rib_fact(inst, inst->table_config->config, prefix, &now)) {
		inst->counters.missed++;
		avs_instance_mark_prefix(inst, prefix);
	}
	return true;
}

static void walk_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);

	if (!avs_rib_walk_next(inst->walk, WALK_SLICE, inst->verifying ? verify_dest : build_dest,
			       inst)) {
		avs_event_soon(walk_event, inst, &inst->t_walk);
		return;
	}
	if (inst->verifying) {
		avs_table_walk(inst->table, vanished, inst);
	} else {
		avs_table_free(inst->table);
		inst->table = inst->building;
		inst->building = NULL;
		config_ref_swap(&inst->table_config, inst->building_config);
		/* marks that came during the walk are still in the list */
		schedule(inst, "routes");
		avs_event_off(&inst->t_replan);
		avs_event_soon(replan_event, inst, &inst->t_replan);
	}
	walk_stop(inst);
}

/* ---- timers ------------------------------------------------------------ */

static uint32_t settled_now(const struct avs_instance *inst)
{
	const struct avs_config *config = inst->table_config->config;
	uint32_t settled = 0;

	for (unsigned int rs = 0; rs < config->rs_count; rs++)
		if (avs_rib_settled(inst, config, rs))
			settled |= 1U << rs;
	return settled;
}

static void poll_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);

	if (avs_module_active()) {
		if (avs_rib_version(inst->bgp) != inst->version_seen)
			schedule(inst, "best paths");
		if (settled_now(inst) != inst->settled_seen)
			schedule(inst, "route server settled");
	}
	avs_event_timer_msec(poll_event, inst, POLL_MSEC, &inst->t_poll);
}

static void reconcile_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);

	if (avs_module_active() && !inst->walk && !inst->dirty_count)
		walk_start(inst, true);
	avs_event_timer_msec(reconcile_event, inst, RECONCILE_MSEC, &inst->t_reconcile);
}

static void maps_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	const struct avs_plan *plan = inst->plan;

	for (size_t i = 0; plan && i < plan->count; i++) {
		/* one push serves every route server that has the prefix */
		if (i && avs_prefix_equal(&plan->entries[i].prefix, &plan->entries[i - 1].prefix))
			continue;
		avs_rib_push(inst->bgp, &plan->entries[i].prefix);
		inst->counters.pushes++;
	}
}

static void lists_event(avs_event_t *event)
{
	avs_instance_mark_all(AVS_EVENT_ARG(event), "lists");
}

void avs_instance_mark_lists(struct avs_instance *inst, long delay_msec)
{
	avs_event_off(&inst->t_lists);
	avs_event_timer_msec(lists_event, inst, delay_msec, &inst->t_lists);
}

void avs_instance_mark_maps(struct avs_instance *inst, long delay_msec)
{
	avs_event_off(&inst->t_maps);
	avs_event_timer_msec(maps_event, inst, delay_msec, &inst->t_maps);
}

/* ---- configuration ----------------------------------------------------- */

/* guard monitor let out what no plan names, so no plan can push it */
static bool tightened(const struct avs_config *old, const struct avs_config *now)
{
	for (size_t i = 0; i < old->rs_count; i++) {
		unsigned int rs = avs_config_find_rs(now, old->rs[i].name);

		if (old->rs[i].guard == AVS_GUARD_MONITOR &&
		    (rs == AVS_RS_NONE || now->rs[rs].guard != AVS_GUARD_MONITOR ||
		     (now->shutdown && !old->shutdown)))
			return true;
	}
	return false;
}

static void take_effect(struct avs_instance *inst, struct config_ref *ref)
{
	bool rebuild =
		!same_classification(inst->effective->config, ref->config) || inst->building_config;
	bool stop = ref->config->shutdown && !inst->effective->config->shutdown;
	bool everything = tightened(inst->effective->config, ref->config);

	config_ref_swap(&inst->effective, ref);
	if (rebuild)
		avs_instance_mark_all(inst, "configuration");
	else
		config_ref_swap(&inst->table_config, ref);
	avs_guard_configured(inst);
	if (everything)
		avs_guard_announce(inst);
	if (stop)
		avs_instance_mark_maps(inst, 0);
	schedule(inst, "configuration");
}

static void quiet_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	struct config_ref *ref =
		inst->now ? config_ref_get(inst->now) : config_ref_empty(inst->name);

	if (!ref)
		return;
	AVS_DEBUG(northbound, "%s: removals take effect", inst->name);
	inst->quiet_since = 0;
	take_effect(inst, ref);
	config_ref_put(&ref);
}

/* what to plan with from here on; *linger: something of the old one is kept */
static struct config_ref *next_effective(struct avs_instance *inst, bool *linger)
{
	const struct avs_config *now = inst->now ? inst->now->config : NULL;
	struct avs_arena *arena;
	struct avs_config *merged;

	*linger = false;
	if (now && avs_config_quiet_period(now) == 0)
		return config_ref_get(inst->now);
	arena = avs_arena_new();
	if (!arena || avs_config_merge(inst->effective->config, now, arena, &merged) != AVS_OK) {
		avs_arena_free(arena);
		core_error(inst, AVS_ERR_NOMEM, "configuration");
		return inst->now ? config_ref_get(inst->now) : config_ref_empty(inst->name);
	}
	if (now && avs_config_equal(merged, now)) {
		avs_arena_free(arena);
		return config_ref_get(inst->now);
	}
	*linger = true;
	return config_ref_new(merged, arena);
}

/* every change starts the wait anew, but somebody who never stops must not stop it for ever */
static void wait_quiet(struct avs_instance *inst)
{
	uint32_t quiet = inst->now ? avs_config_quiet_period(inst->now->config)
				   : AVS_QUIET_PERIOD_DEFAULT;
	time_t now = monotime(NULL), end;

	if (!inst->quiet_since)
		inst->quiet_since = now;
	end = MIN(now + (time_t)quiet, inst->quiet_since + (time_t)quiet * QUIET_TIMES);
	avs_event_timer_msec(quiet_event, inst, MAX(end - now, 0) * 1000L, &inst->t_quiet);
}

void avs_instance_configure(const char *name, struct avs_config *config, struct avs_arena *arena)
{
	struct avs_instance *inst = avs_instance_find_by_name(name);
	struct bgp *bgp = bgp_by_name(name);
	struct config_ref *ref;
	bool linger;

	if (!inst && config && bgp && !avs_instance_dying(bgp))
		inst = instance_new(bgp, name);
	if (!inst) {
		avs_arena_free(arena);
		return;
	}
	config_ref_put(&inst->now);
	if (config)
		inst->now = config_ref_new(config, arena);
	else
		avs_arena_free(arena);

	ref = next_effective(inst, &linger);
	avs_event_off(&inst->t_quiet);
	if (linger)
		wait_quiet(inst);
	else
		inst->quiet_since = 0;
	if (!ref)
		return;
	take_effect(inst, ref);
	config_ref_put(&ref);
}

/* ---- reads ------------------------------------------------------------- */

const char *avs_instance_name(const struct avs_instance *inst)
{
	return inst->name;
}

struct bgp *avs_instance_bgp(const struct avs_instance *inst)
{
	return inst->bgp;
}

const struct avs_config *avs_instance_config(const struct avs_instance *inst)
{
	return inst->now ? inst->now->config : NULL;
}

const struct avs_config *avs_instance_effective(const struct avs_instance *inst)
{
	return inst->effective->config;
}

const struct avs_plan *avs_instance_plan(const struct avs_instance *inst)
{
	return inst->plan;
}

const struct avs_table *avs_instance_table(const struct avs_instance *inst)
{
	return inst->table;
}

struct avs_counters *avs_instance_counters(struct avs_instance *inst)
{
	return &inst->counters;
}

const struct avs_leak *avs_instance_leaks(const struct avs_instance *inst, size_t *count,
					  uint64_t *not_listed)
{
	return avs_leaks_list(inst->leaks, count, not_listed);
}

const struct avs_change *avs_instance_changes(const struct avs_instance *inst, size_t *count)
{
	*count = inst->change_count;
	return inst->changes;
}

unsigned int avs_instance_quiet_left(const struct avs_instance *inst)
{
	long left = avs_event_left_msec(inst->t_quiet);

	return left > 0 ? (unsigned int)((left + 999) / 1000) : 0;
}

void avs_instance_leak(struct avs_instance *inst, const char *rs, const struct prefix *prefix,
		       enum avs_reason reason, const struct peer *source, bool let_out)
{
	const char *from = !source || source == inst->bgp->peer_self ? "local" : source->host;
	struct avs_prefix p = avs_from_prefix(prefix);

	if (let_out)
		inst->counters.monitored++;
	else
		inst->counters.refused++;
	avs_leaks_count(inst->leaks, rs, &p, reason, from, let_out);
}

void avs_instance_clear_counters(struct avs_instance *inst)
{
	inst->counters = (struct avs_counters){};
	avs_leaks_clear(inst->leaks);
}

unsigned int avs_instance_role(const struct avs_instance *inst, const struct peer *peer,
			       bool *conflict)
{
	struct avs_prefix address = avs_from_sockunion(&peer->su);

	return avs_config_role(inst->effective->config, &address, conflict);
}

bool avs_instance_role_known(struct avs_instance *inst, const struct peer *peer, const char *rs)
{
	struct avs_prefix address = avs_from_sockunion(&peer->su);
	const struct avs_config *config = inst->planned_with ? inst->planned_with->config : NULL;
	unsigned int index;
	bool conflict;

	/* no plan names this route server yet: nothing leaves anyway */
	if (!config || avs_config_find_rs(config, rs) == AVS_RS_NONE)
		return true;
	index = avs_config_role(config, &address, &conflict);
	if (index != AVS_RS_NONE && strmatch(config->rs[index].name, rs))
		return true;
	inst->roles_wait = true;
	return false;
}
