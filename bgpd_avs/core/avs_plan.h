/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan: the complete set of announcements that follows from
 * configuration and table, with a reason for every entry and every refusal.
 *
 * Pure: reads its arguments, allocates from one arena, keeps no state.  The
 * same input gives the same plan in any order of arrival; ties are broken by
 * prefix order.  Rules are numbered as in doc/user.rst.
 */
#ifndef _AVS_PLAN_H
#define _AVS_PLAN_H

#include "avs_arena.h"
#include "avs_config.h"
#include "avs_supernet.h"
#include "avs_table.h"
#include "avs_types.h"
#include "avs_warning.h"

/* one (route server, prefix) that the configuration asks for */
struct avs_entry {
	unsigned int rs; /* index in config->rs */
	struct avs_prefix prefix;
	enum avs_class cls;
	bool automatic;		 /* SUPERNET: computed, not configured */
	bool before;		 /* the plan in force announced it there */
	enum avs_reason reason;	 /* avs_reason_permits(): announced */
	struct avs_prefix about; /* the prefix that the reason speaks of; family 0: none */

	/* attributes; meaningful when announced */
	struct avs_prefix next_hop; /* host prefix; family 0: self */
	uint32_t prepend;	    /* own AS that many times more */
	bool no_advertise;	    /* RFC 1997 NO_ADVERTISE: for the VNet's machines alone */
};

/* a route server that is drained: first prepended, so that traffic moves, then withdrawn */
#define AVS_DRAIN_MSEC (60 * 1000ULL)
/* most that Azure's routers accept of one AS in a row, and then some */
#define AVS_DRAIN_PREPEND 10
struct avs_drain {
	bool active;
	bool done; /* withdrawn */
	uint64_t since;
};

/* summary of one route server */
struct avs_rs_plan {
	const struct avs_rs_config *config;
	avs_segset declared; /* by toward and global-reach */
	avs_segset observed; /* segments it delivers routes of */
	avs_segset linked;   /* ... by Global Reach */
	/*
	 * Rule 2: why on-premises counts as reached though it is neither declared nor
	 * observed (one of its reasons, or STARTUP); UNSPEC: it does not count.
	 */
	enum avs_reason unseen;
	/* it gets something because on-premises is not reached; a neighbour that has not told
	 * its routes yet must wait for all of it
	 */
	bool relies;
	uint32_t announced;
	uint32_t refused;
	uint32_t usable;		  /* announcements that fit */
	uint32_t unserved;		  /* refused by the budget (rule 6) ... */
	struct avs_prefix first_unserved; /* ... the first of them; family 0: none */
	uint32_t gateway_used; /* what the gateway has toward the circuit, ours included */
	size_t first, count;   /* its entries in plan->entries */
	enum avs_reason gate;  /* rule 10: permits, or why nothing at all is announced there */
	struct avs_drain drain;
};

/* how long what we announced is an echo when it is learned (rule 9) */
#define AVS_ECHO_MSEC (30 * 60 * 1000ULL)
/* two withdrawals by rule 3 within this time latch a prefix */
#define AVS_LATCH_MSEC (10 * 60 * 1000ULL)
/* most supernets that are remembered */
#define AVS_MEMORY_MAX 4096
/* most prefixes that permit lists and the policy may name; the first ones in prefix order */
#define AVS_PERMITTED_MAX 4096

/* a supernet that is or was announced */
struct avs_memory {
	struct avs_prefix prefix;
	bool current;	    /* the plan in force announces it */
	uint64_t announced; /* when it was announced for the last time */
	uint64_t withdrawn; /* when rule 3 withdrew it for the last time ... */
	bool once;	    /* ... and whether it ever did */
	bool latched;
};

/* a configured supernet that covers nothing any more */
struct avs_hold {
	struct avs_prefix prefix;
	uint64_t since;
};

/* one automatic supernet in force */
struct avs_auto_member {
	struct avs_prefix prefix;
	bool ending;	/* the computed set has others instead ... */
	uint64_t since; /* ... since then */
};

/* automatic supernets: what is in force, and what is carried to the next plan */
struct avs_auto_plan {
	struct avs_auto_member *members; /* in prefix order, none inside of another */
	size_t count;
	uint64_t attracted;		/* addresses of members that no contributor has */
	struct avs_supernet_set target; /* what was computed; members follow it */
	bool consent;			/* no route server refused wide ones by rule 2 */
	struct avs_memory *memory;	/* in prefix order */
	size_t memory_count;
	/* an appliance announces what we did, or around contributors: one of its prefixes */
	uint32_t sibling_as; /* 0: none does */
	struct avs_prefix sibling_prefix;
	uint32_t echoes;	      /* learned prefixes that we announced ... */
	struct avs_prefix first_echo; /* ... the first of them */
};

/* what all entries of one prefix say together */
struct avs_named {
	struct avs_prefix prefix;
	bool stands;	    /* avs_plan_stands() somewhere ... */
	bool outlives;	    /* ... as what is more than permitted as it is */
	bool supernet;	    /* permitted as a supernet somewhere ... */
	bool told_supernet; /* ... that is not in shadow ... */
	bool next_hop_self; /* ... with this router as next hop */
};

struct avs_plan {
	const struct avs_config *config;
	struct avs_entry *entries; /* sorted by (rs, prefix) */
	size_t count;
	struct avs_named *named; /* each prefix of them once, in prefix order */
	size_t named_count;
	struct avs_rs_plan *rs; /* config->rs_count of them */
	/*
	 * What the module has to originate, in prefix order: announced to at
	 * least one route server that is not in shadow, and no usable path of it
	 * is learned.  Beside a local path (network, redistribute, aggregate) it
	 * waits in bgpd's table, for the line to go.
	 */
	struct avs_prefix *originate;
	size_t originate_count;
	struct avs_auto_plan automatic;
	struct avs_hold *holds; /* in prefix order */
	size_t hold_count;
	uint32_t not_permitted; /* permitted or exact, beyond AVS_PERMITTED_MAX */
	uint64_t wakeup;	/* when to compute again though nothing changes; 0: never */
	/* what the plan itself notices; bgpd-side facts are added by avs_doctor.c */
	struct avs_warning *warnings;
	size_t warning_count;
};

/* what cannot be seen of a route server's reach; all zero: nothing */
struct avs_unseen {
	/* the line by which routes of a neighbour are hidden from us, or may be; or NULL */
	const char *filter;
	const char *untold; /* a neighbour that is up, and has not told its routes yet; or NULL */
	bool mute;	    /* and it cannot be asked for them */
	bool remembered;    /* it has delivered on-premises routes before */
	bool unclassified;  /* bgpd drops routes of it that nobody can place: the table has none */
};

/* Does this prefix list permit the prefix?  False for a list that does not exist. */
typedef bool (*avs_list_permits)(const char *list, const struct avs_prefix *prefix, void *arg);

/* Is this AS number known from paths of a circuit or a gateway? */
typedef bool (*avs_as_elsewhere)(uint32_t as, void *arg);

struct avs_input {
	const struct avs_config *config; /* sealed */
	const struct avs_table *table;
	/* config->condition_count truth values, in the configuration's order; NULL: none holds */
	const bool *conditions;
	/* AVS_REASON_UNSPEC, or the reason that forbids everything (inactive, vpn-export) */
	enum avs_reason closed;
	/*
	 * The plan in force or NULL: within a class what is announced stays
	 * (rule 6).  Its configuration may be another one; route servers are
	 * matched by name.  Automatic supernets continue from there.
	 */
	const struct avs_plan *prev;
	/*
	 * By route server, config->rs_count each; all may be NULL.
	 * rs_closed: AVS_REASON_UNSPEC, or why this one gets nothing at all.
	 * settled: one of its neighbours has told its routes; before that what it
	 * does not deliver proves nothing (NULL: all have).
	 * unseen: what rule 2 takes for reached besides (NULL: nothing).
	 */
	const enum avs_reason *rs_closed;
	const bool *settled;
	const struct avs_unseen *unseen;
	uint64_t now; /* milliseconds of a clock that never goes back */
	/* `clear bgp avs latch`: this prefix, with family 0 every one; NULL: none */
	const struct avs_prefix *unlatch;
	/*
	 * avs freeze is in force: what prev announces stays unless rules 1, 2, 4,
	 * 5 or 10 speak against it, and nothing else is announced.
	 */
	bool frozen;
	/* the policy represents routes as the default: it needs one of them */
	bool default_needs_source;
	/* does a list of the user, beside our maps, hold it back there?  NULL: there is none */
	bool (*held_back)(unsigned int rs, const struct avs_prefix *prefix, void *arg);
	void *held_back_arg;
	/* asked about permit lists; NULL: they permit nothing */
	avs_list_permits permits;
	void *permits_arg;
	/* stands this AS number behind a circuit or gateway as well?  NULL: none does */
	avs_as_elsewhere elsewhere;
	void *elsewhere_arg;
};

/*
 * Compute the plan.
 *
 * Of the reasons that speak against an entry the first is given: closed,
 * shutdown, incomplete; not targeted; rule 2; rule 4 (a supernet: rule 3 says
 * the same); condition; rule 3; a list of the user; budget.
 *
 * arena owns the result except the strings and the configuration, which are
 * those of input->config and must live as long as the plan.
 *
 * Returns AVS_OK, or AVS_ERR_NOMEM with *out untouched.
 * O(entries * bits + entries log entries), with `supernet auto` besides what
 * avs_supernet_solve() takes, with permit lists besides a walk of the table.
 */
enum avs_err avs_plan_compute(const struct avs_input *input, struct avs_arena *arena,
			      struct avs_plan **out);

/* what the plan says of the prefix wherever it is an entry, or NULL; O(log n) */
const struct avs_named *avs_plan_named(const struct avs_plan *plan,
				       const struct avs_prefix *prefix);

/* entry or NULL; O(log n) */
const struct avs_entry *avs_plan_find(const struct avs_plan *plan, unsigned int rs,
				      const struct avs_prefix *prefix);

/* Is it announced there, by us?  In shadow it would be. */
static inline bool avs_plan_leaves(const struct avs_plan *plan, const struct avs_entry *entry)
{
	return avs_reason_permits(entry->reason) &&
	       plan->config->rs[entry->rs].guard != AVS_GUARD_SHADOW;
}

/*
 * Is this a supernet that is announced with this router as next hop, so that what nobody has of
 * it has to end here?  Never what is as good as a default: it would be this router's own way.
 */
bool avs_plan_wants_discard(const struct avs_plan *plan, const struct avs_prefix *prefix);

/* Is it originated for there?  Also when it is about to leave by us. */
static inline bool avs_plan_stands(const struct avs_plan *plan, const struct avs_entry *entry)
{
	return avs_plan_leaves(plan, entry) ||
	       (avs_reason_permits(entry->reason) && plan->config->rs[entry->rs].leaving);
}

/*
 * What an overlay neighbour gets of the learned routes: everything of this side that has a
 * segment, defaults only where `overlay default` says so.  That are too many for entries,
 * and nothing is chosen among them, so it is a verdict of its own.
 *
 * segment, other_side	of the best path: what it is, and whether an overlay neighbour gave it
 */
enum avs_reason avs_plan_overlay(const struct avs_plan *plan, unsigned int rs,
				 const struct avs_prefix *prefix, enum avs_segment segment,
				 bool other_side);

/*
 * Rule 1 for what leaves as it is: does the policy or a line ask for a path that is this
 * (fact: of the one path) at this route server?  The plan asks about all paths of a prefix,
 * the guard about the one that would leave.  Of input the configuration and permits are read.
 */
bool avs_plan_asks_exact(const struct avs_input *input, unsigned int rs,
			 const struct avs_prefix *prefix, const struct avs_fact *fact);
/* is the best path of the prefix, where the fact says that it is another one, asked for? */
bool avs_plan_asks_best(const struct avs_input *input, unsigned int rs,
			const struct avs_prefix *prefix, const struct avs_fact *fact);

/*
 * Rule 4: does somebody deliver the prefix as a segment, of the same site, that the route
 * server reaches?  Where a site is not known it may be the same.
 */
bool avs_plan_same_segment(const struct avs_rs_plan *rs, const struct avs_fact *fact);

/* what has to be pushed or originated when `next` follows `prev` */
enum avs_step_type {
	AVS_STEP_ORIGINATE = 1, /* prefix becomes ours to originate */
	AVS_STEP_ANNOUNCE,	/* newly announced at a route server, or with other attributes */
	AVS_STEP_WITHDRAW,	/* no longer announced to that route server */
	AVS_STEP_RETIRE,	/* prefix is no longer ours to originate */
};

struct avs_step {
	enum avs_step_type type;
	struct avs_prefix prefix;
	const char *rs; /* name, of next (ANNOUNCE) or prev (WITHDRAW); NULL otherwise */
};

/*
 * The ordered difference: all ORIGINATE, then ANNOUNCE, then WITHDRAW, then
 * RETIRE, each in (prefix, route server name) order: additions precede
 * withdrawals (rule 9).  A route server in shadow has no steps.  Route servers of the two plans are
 * matched by name. prev or next may be NULL: nothing announced.
 */
enum avs_err avs_plan_diff(const struct avs_plan *prev, const struct avs_plan *next,
			   struct avs_arena *arena, struct avs_step **steps, size_t *count);

/*
 * Steps of avs_plan_diff() in an order in which no route server has more than fits at any
 * moment (rule 6): where additions and what is there are more than `usable`, as many withdrawals
 * as make room come to the front, *first of them; 0: additions first, as they are.
 *
 * On AVS_ERR_NOMEM the steps are as they were.
 */
enum avs_err avs_plan_room(const struct avs_plan *prev, const struct avs_plan *next,
			   struct avs_arena *arena, struct avs_step *steps, size_t count,
			   size_t *first);

#endif /* _AVS_PLAN_H */
