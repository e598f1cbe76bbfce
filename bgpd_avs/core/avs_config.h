/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration of one instance as a value.
 *
 * Purpose: what stands under `router bgp` in avs lines, already parsed.  It
 * is built from the YANG tree after every transaction, never edited in place:
 * so the tree and what the module does cannot differ.
 *
 * Representation: arrays in an arena.  Invariants, established by
 * avs_config_seal(): route servers sorted by name without duplicates,
 * supernets, companions, protected ranges and conditions in prefix order without duplicates, exact
 * lines by segment, site and target, azure-edge neighbours by address, siblings by AS,
 * segment rules in the order in which classification tries them.
 *
 * Optional scalars are 0 where nothing was configured ("unset"); the
 * accessors below give the default.  A merge can tell unset from a value.
 */
#ifndef _AVS_CONFIG_H
#define _AVS_CONFIG_H

#include "avs_arena.h"
#include "avs_prefix.h"
#include "avs_types.h"

#define AVS_ROUTE_LIMIT_DEFAULT 4000
#define AVS_USABLE_DEFAULT 50
#define AVS_GATEWAY_LIMIT_DEFAULT 1000
#define AVS_QUIET_PERIOD_DEFAULT 5
#define AVS_HOLD_DOWN_DEFAULT 30
#define AVS_TIGHTEN_DELAY_DEFAULT 300
#define AVS_STARTUP_DELAY_DEFAULT 120
#define AVS_SEGMENT_MEMORY_DEFAULT 600
#define AVS_AUTO_PREFIXES_DEFAULT 16
#define AVS_AUTO_PREFIXES_MAX 1000
#define AVS_UDR_LIMIT_DEFAULT 1000
#define AVS_UDR_LIMIT_MAX 1000

/* one `toward` line; site "" means any */
struct avs_toward {
	enum avs_segment segment;
	const char *site;
};

struct avs_rs_config {
	const char *name;
	struct avs_prefix *neighbors; /* host prefixes, sorted */
	size_t neighbor_count;
	struct avs_toward *toward; /* sorted by segment, site */
	size_t toward_count;
	bool global_reach; /* on-premises, through the AVS circuit */
	bool accept_leak;  /* consent: on-premises may receive what AVS gets */
	enum avs_guard guard;
	bool leaving;	     /* no line: shadow is about to end, see avs_adopt.c */
	const char **permit; /* prefix lists of further prefixes, sorted */
	size_t permit_count;
	const char *map_in;	    /* user's route-map or NULL */
	const char *map_out;	    /* user's route-map or NULL */
	struct avs_prefix next_hop; /* family 0: self */
	uint32_t route_limit;	    /* 0: unset */
	uint32_t usable;	    /* percent; 0: unset */
	uint32_t gateway_limit;	    /* 0: unset */
	uint32_t prepend;	    /* 0: unset */
	bool maintenance;	    /* drain it */

	/*
	 * An overlay neighbour stands among the route servers, under a name of its own
	 * (AVS_OVERLAY_NAME and its address), with itself as the one neighbour.  Of the
	 * settings above it has guard and the maps.
	 */
	bool overlay;
	const char *interface; /* its next hops have to resolve over; NULL: any */
	bool gets_default;
};

/*
 * One neighbour of `avs azure-edge`: the Azure side, on a customer's edge router.  It is no
 * route server and no part of the plan; see avs_inbound.h.
 */
struct avs_edge_config {
	struct avs_prefix neighbor; /* host prefix */
	bool role;		    /* false: only its route-map line is there */
	const char *map_in;	    /* user's route-map or NULL */
};

/* one `avs advertise segment` line; a site that is "" means any */
struct avs_exact {
	enum avs_segment segment;
	const char *site;
	enum avs_segment toward;
	const char *toward_site;
	const char *list; /* prefix list, NULL: all */
};

enum avs_segment_rule_type {
	/* in the order in which classification tries them */
	AVS_RULE_PREFIX = 0,
	AVS_RULE_PREFIX_LIST,
	AVS_RULE_NEIGHBOR,
	AVS_RULE_AS_PATH_LIST,
	AVS_RULE_ORIGIN_AS,
};

/* one `avs segment` line */
struct avs_segment_rule {
	enum avs_segment_rule_type type;
	enum avs_segment segment;
	const char *site;	  /* "" without one */
	struct avs_prefix prefix; /* PREFIX; NEIGHBOR as a host prefix */
	const char *list;	  /* PREFIX_LIST, AS_PATH_LIST */
	uint32_t as_low, as_high; /* ORIGIN_AS, inclusive */
};

enum avs_from_type {
	AVS_FROM_ANY = 0, /* any BGP neighbour, never an own path */
	AVS_FROM_ROUTE_SERVER,
	AVS_FROM_NEIGHBOR,
	AVS_FROM_ZEBRA,
	AVS_FROM_OVERLAY, /* any overlay neighbour */
};

/* one `avs advertise default when-present` line */
struct avs_condition {
	struct avs_prefix prefix;
	enum avs_from_type from;
	const char *route_server;   /* FROM_ROUTE_SERVER */
	struct avs_prefix neighbor; /* FROM_NEIGHBOR, host prefix */
};

/* in which prefixes the default is announced: `avs advertise default form` */
enum avs_form {
	AVS_FORM_UNSET = 0,
	AVS_FORM_ROUTE,	 /* 0.0.0.0/0 */
	AVS_FORM_HALVES, /* 0.0.0.0/1 and 128.0.0.0/1 */
	AVS_FORM_BOTH,
};

/* one `avs advertise supernet PREFIX` */
struct avs_supernet_config {
	struct avs_prefix prefix;
	bool unconditional;
	enum avs_segment toward; /* UNKNOWN: unqualified */
};

/* `avs auto` lines: limits of computed supernets */
struct avs_auto_config {
	avs_segset toward;	   /* 0: every route server */
	uint32_t max_prefixes;	   /* 0: unset */
	uint32_t shortest;	   /* 0: unset */
	uint32_t max_attract;	   /* addresses; 0: unset, no limit */
	struct avs_prefix *within; /* none: the default ranges */
	size_t within_count;
};

/* `avs udr` lines: the route tables that somebody writes in Azure */
struct avs_udr_config {
	struct avs_prefix next_hop; /* host prefix; family 0: unset, no tables */
	uint32_t route_limit;	    /* 0: unset */
	uint32_t reserved;	    /* routes of a table that somebody else keeps */
};

/* a time that may be unset; 0 is a value */
struct avs_seconds {
	bool set;
	uint32_t value;
};

struct avs_config {
	const char *name; /* BGP instance: "default", or VRF or view name */
	bool shutdown;
	bool freeze;

	struct avs_rs_config *rs;
	size_t rs_count;

	struct avs_segment_rule *rules;
	size_t rule_count;

	uint32_t *siblings; /* AS numbers of other appliances, ascending */
	size_t sibling_count;

	bool keep_communities; /* Azure's own, on what is passed on (rule 5) */

	avs_segset default_toward;
	struct avs_prefix default_next_hop; /* family 0: that of the route server */
	bool default_vnet_only;
	enum avs_form default_form; /* UNSET: route */
	struct avs_condition *conditions;
	size_t condition_count;

	bool companions;	      /* the blocks of RFC 1918, toward private-cloud */
	struct avs_prefix *companion; /* further ones */
	size_t companion_count;

	struct avs_supernet_config *supernets;
	size_t supernet_count;

	struct avs_exact *exact;
	size_t exact_count;

	/* addresses that overlay lines name, and that are no overlay neighbours */
	struct avs_prefix *loose;
	size_t loose_count;

	struct avs_edge_config *edges;
	size_t edge_count;

	bool supernet_auto;
	struct avs_auto_config automatic;

	struct avs_prefix *protect;
	size_t protect_count;

	struct avs_seconds segment_memory;
	const char *policy; /* route-map that classifies, or NULL */
	struct avs_seconds hold_down;
	struct avs_seconds tighten_delay;
	struct avs_seconds startup_delay;
	struct avs_seconds quiet_period;
	bool no_discard; /* avs discard off */

	struct avs_udr_config udr;
};

/*
 * Sort and de-duplicate, so that equal configurations are equal values.  A
 * site that is NULL becomes "".
 *
 * Returns AVS_ERR_LIMIT with more than AVS_RS_MAX route servers, AVS_ERR_INPUT
 * for what no avs line can say: a prefix that is not canonical, a neighbour or
 * next hop that is not a host prefix, a route server without a name or with
 * the name of another one, 0/0 as a supernet, a default-equivalent as a companion, `toward`
 * anything but private-cloud and on-premises, a range of `auto within` that is not IPv4, a number
 * beyond its range, a sibling with an AS number of Azure's, an overlay neighbour that has more than
 * it may.  The configuration is unchanged then.
 */
enum avs_err avs_config_seal(struct avs_config *config);

/*
 * The configuration to plan with while lines are being changed one by one
 * (frr-reload.py deletes a changed line seconds before it adds the new one).
 *
 * before, now	sealed configurations; either may be NULL (nothing configured)
 * arena	owns *out; strings are copied
 *
 * What tightens takes effect at once, what loosens or removes waits: sets
 * (route servers, overlay and azure-edge neighbours, neighbours, toward, permit lists, supernets,
 * companions, exact lines, protected ranges, conditions, segment lines, siblings, auto within) and
 * switches
 * (shutdown, freeze, maintenance, global-reach, vnet-only, companions, supernet auto, overlay
 * default, discard off) are united; where both have an element of the same key, and of two guard
 * modes, it is the one of `now`; a scalar is that of `now` where set, else that of `before`; a
 * neighbour that `now` gives to another route server leaves the old one.
 *
 * Consent is that of `now` alone, and what rule 5 lets out (keep_communities): accept_leak
 * (withdrawn with the route server itself), on-premises as a named target of the default, and of a
 * supernet to which rule 2 applies.
 *
 * Returns AVS_ERR_LIMIT when both together have more than AVS_RS_MAX route
 * servers.  On error *out is untouched.
 */
enum avs_err avs_config_merge(const struct avs_config *before, const struct avs_config *now,
			      struct avs_arena *arena, struct avs_config **out);

/* equal in every value (both sealed) */
bool avs_config_equal(const struct avs_config *a, const struct avs_config *b);

/* index in config->rs or AVS_RS_NONE */
unsigned int avs_config_find_rs(const struct avs_config *config, const char *name);
/*
 * Role of a neighbour: index of its route server, AVS_RS_NONE without a role.
 * *conflict is set when two route servers claim it (the first by name is
 * returned; nothing may be announced to it), or when it is an azure-edge neighbour as well.
 */
unsigned int avs_config_role(const struct avs_config *config, const struct avs_prefix *neighbor,
			     bool *conflict);
/* Does a line name this AS number as that of another appliance? */
bool avs_config_is_sibling(const struct avs_config *config, uint32_t as);
/* what azure-edge lines say of this address, or NULL */
const struct avs_edge_config *avs_config_edge_line(const struct avs_config *config,
						   const struct avs_prefix *neighbor);
/* the azure-edge neighbour with this address, or NULL; one without a role is none */
const struct avs_edge_config *avs_config_edge(const struct avs_config *config,
					      const struct avs_prefix *neighbor);
/* overlay neighbours among the route servers, a bit each */
uint32_t avs_config_overlays(const struct avs_config *config);
/* the others, a bit each */
static inline uint32_t avs_config_servers(const struct avs_config *config)
{
	return ((1U << config->rs_count) - 1) & ~avs_config_overlays(config);
}
/* is this index that of an overlay neighbour?  Any index may be asked */
static inline bool avs_config_is_overlay(const struct avs_config *config, unsigned int index)
{
	return index < config->rs_count && config->rs[index].overlay;
}
/* how people call it: "hub", and of an overlay neighbour its address */
static inline const char *avs_rs_label(const struct avs_rs_config *rs)
{
	return rs->overlay ? rs->name + sizeof(AVS_OVERLAY_NAME) - 1 : rs->name;
}
static inline const char *avs_rs_kind(const struct avs_rs_config *rs)
{
	return rs->overlay ? "Overlay neighbor" : "Route server";
}
/* name of the site with this number as some line of the configuration spells it; "" if none does */
const char *avs_config_site_name(const struct avs_config *config, uint32_t site);

static inline enum avs_form avs_config_form(const struct avs_config *config)
{
	return config->default_form ? config->default_form : AVS_FORM_ROUTE;
}
/* YANG enum name, for example "halves" */
const char *avs_form_name(enum avs_form form);
bool avs_form_parse(const char *text, enum avs_form *form);

static inline uint32_t avs_rs_route_limit(const struct avs_rs_config *rs)
{
	return rs->route_limit ? rs->route_limit : AVS_ROUTE_LIMIT_DEFAULT;
}
static inline uint32_t avs_rs_usable(const struct avs_rs_config *rs)
{
	return rs->usable ? rs->usable : AVS_USABLE_DEFAULT;
}
static inline uint32_t avs_rs_gateway_limit(const struct avs_rs_config *rs)
{
	return rs->gateway_limit ? rs->gateway_limit : AVS_GATEWAY_LIMIT_DEFAULT;
}
static inline uint32_t avs_seconds_or(const struct avs_seconds *seconds, uint32_t otherwise)
{
	return seconds->set ? seconds->value : otherwise;
}
static inline uint32_t avs_config_quiet_period(const struct avs_config *config)
{
	return avs_seconds_or(&config->quiet_period, AVS_QUIET_PERIOD_DEFAULT);
}
static inline uint32_t avs_config_hold_down(const struct avs_config *config)
{
	return avs_seconds_or(&config->hold_down, AVS_HOLD_DOWN_DEFAULT);
}
static inline uint32_t avs_config_tighten_delay(const struct avs_config *config)
{
	return avs_seconds_or(&config->tighten_delay, AVS_TIGHTEN_DELAY_DEFAULT);
}
static inline uint32_t avs_config_startup_delay(const struct avs_config *config)
{
	return avs_seconds_or(&config->startup_delay, AVS_STARTUP_DELAY_DEFAULT);
}
static inline uint32_t avs_config_segment_memory(const struct avs_config *config)
{
	return avs_seconds_or(&config->segment_memory, AVS_SEGMENT_MEMORY_DEFAULT);
}
static inline uint32_t avs_auto_max_prefixes(const struct avs_auto_config *automatic)
{
	return automatic->max_prefixes ? automatic->max_prefixes : AVS_AUTO_PREFIXES_DEFAULT;
}
static inline uint32_t avs_auto_shortest(const struct avs_auto_config *automatic)
{
	return automatic->shortest ? automatic->shortest : AVS_SHORTEST_DEFAULT;
}
static inline uint32_t avs_udr_route_limit(const struct avs_udr_config *udr)
{
	return udr->route_limit ? udr->route_limit : AVS_UDR_LIMIT_DEFAULT;
}
/* equal in every value (both of sealed configurations) */
bool avs_auto_equal(const struct avs_auto_config *a, const struct avs_auto_config *b);

#endif /* _AVS_CONFIG_H */
