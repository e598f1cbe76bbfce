/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user-defined routes that the design needs in Azure.
 *
 * Purpose: what a gateway sends between its circuits passes the appliance only
 * where GatewaySubnet has a route for exactly that prefix; a default route that
 * the appliance announces is programmed into its own NIC as well.  Both are
 * cured by route tables that somebody has to write in Azure.  This computes
 * them; it writes nothing anywhere.
 *
 * Pure: the same input gives the same tables in any order of arrival.
 */
#ifndef _AVS_UDR_H
#define _AVS_UDR_H

#include "avs_arena.h"
#include "avs_config.h"
#include "avs_plan.h"
#include "avs_table.h"

/* how long a prefix that is no longer learned stays in the table */
#define AVS_UDR_LINGER_MSEC (3600 * 1000ULL)
/* most prefixes without a route that are listed; the others are counted */
#define AVS_UDR_EXCLUDED_MAX 1000

enum avs_udr_table {
	AVS_UDR_GATEWAY_SUBNET = 0,
	AVS_UDR_NVA_NIC,
};
#define AVS_UDR_TABLES 2

/* are the tables complete, or why not?  Incomplete ones must not be applied */
enum avs_udr_state {
	AVS_UDR_NOT_COMPUTED = 0,
	AVS_UDR_COMPLETE,
	AVS_UDR_NO_NEXT_HOP,	 /* `avs udr next-hop` is missing */
	AVS_UDR_NO_ROUTE_SERVER, /* none, or one without neighbours */
	AVS_UDR_SESSION_DOWN,	 /* of one neighbour at least */
	AVS_UDR_STARTING,	 /* a route server has not told its routes yet */
	AVS_UDR_OVER_LIMIT,	 /* more routes than the table holds */
};

/* why a learned prefix has no route */
enum avs_udr_why {
	AVS_UDR_NEEDED = 0,	 /* it has one */
	AVS_UDR_DEFAULT_ROUTE,	 /* GatewaySubnet takes none for a default */
	AVS_UDR_HOLDS_NEIGHBOR,	 /* would cut the gateway off from Route Server */
	AVS_UDR_VIRTUAL_NETWORK, /* a virtual network has the same prefix */
	AVS_UDR_DOES_NOT_FIT,
};

struct avs_udr_route {
	struct avs_prefix prefix;
	struct avs_prefix next_hop; /* host prefix; family 0: the Internet */
	avs_segset segments;	    /* whose it is; what it was when stale; 0: nobody's */
	bool stale;		    /* no longer learned ... */
	uint64_t since;		    /* ... since then, milliseconds */
};

struct avs_udr_excluded {
	struct avs_prefix prefix;
	enum avs_udr_why why;
};

struct avs_udr {
	enum avs_udr_state state;
	const char *rs;	     /* route server that the state speaks of, or NULL */
	uint64_t generation; /* of the routes; grows when one comes, goes or changes */
	struct {
		struct avs_udr_route *routes; /* in prefix order */
		size_t count;
		uint32_t limit; /* routes that fit: the limit without what is reserved */
	} table[AVS_UDR_TABLES];
	/* of gateway-subnet */
	struct avs_udr_excluded *excluded; /* in prefix order */
	size_t excluded_count;
	uint32_t not_listed; /* excluded beyond AVS_UDR_EXCLUDED_MAX */
	uint32_t not_fitting;
	uint64_t wakeup; /* when a stale route ends; 0: none does */
};

struct avs_udr_input {
	const struct avs_config *config; /* sealed */
	const struct avs_table *table;	 /* made with config */
	const struct avs_plan *plan;	 /* made with config; NULL: none yet */
	/* by route server of config: every neighbour is up; its routes are known */
	const bool *up;
	const bool *settled;
	const struct avs_udr *prev; /* the tables before; NULL: none */
	uint64_t now;		    /* milliseconds of a clock that never goes back */
};

/*
 * Compute the tables.  arena owns the result.
 *
 * gateway-subnet has every learned IPv4 prefix of private-cloud and on-premises
 * through `avs udr next-hop`, but for those that Azure forbids or that would
 * cut Route Server off.  One that is no longer learned stays, marked stale, for
 * AVS_UDR_LINGER_MSEC, and as long as the tables are not complete.  nva-nic has
 * 0.0.0.0/0, and whatever else the plan announces as a default, to the Internet.
 *
 * Returns AVS_OK, or AVS_ERR_NOMEM with *out untouched.
 * O(prefixes * bits); memory is bounded by the limit of the table.
 */
enum avs_err avs_udr_compute(const struct avs_udr_input *input, struct avs_arena *arena,
			     struct avs_udr **out);

/* YANG enum name: "gateway-subnet", "nva-nic" */
const char *avs_udr_table_name(enum avs_udr_table table);
/* one sentence for a person, without full stop; NULL when complete */
const char *avs_udr_state_text(enum avs_udr_state state);
const char *avs_udr_why_text(enum avs_udr_why why);

#endif /* _AVS_UDR_H */
