/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter for the customer's own edge router.
 *
 * Purpose: where both circuits end at one gateway, Azure by default does not
 * keep what is meant for the private cloud away from on-premises.  The customer's router
 * can: this says what it should refuse from the circuit.  It is data; the
 * syntax of a product is made elsewhere.
 *
 * Pure: the same input gives the same rules in any order of arrival.
 */
#ifndef _AVS_EDGE_H
#define _AVS_EDGE_H

#include "avs_arena.h"
#include "avs_config.h"
#include "avs_table.h"

/* most rules about the customer's own prefixes; the others are counted */
#define AVS_EDGE_OWN_MAX 1000

enum avs_edge_match {
	AVS_EDGE_EXACT = 0,
	AVS_EDGE_SHORTER_8, /* 0.0.0.0/0 and everything shorter than /8 */
	AVS_EDGE_ORLONGER,  /* the prefix and everything inside */
};

enum avs_edge_because {
	AVS_EDGE_DEFAULT = 0, /* a default route in whatever guise */
	AVS_EDGE_BLOCK,	      /* a block of RFC 1918 */
	AVS_EDGE_COMPANION,   /* a further one */
	AVS_EDGE_OWN,	      /* advertised by on-premises itself: an echo */
};

/* routes that match are to be refused */
struct avs_edge_rule {
	struct avs_prefix prefix;
	enum avs_edge_match match;
	enum avs_edge_because because;
};

struct avs_edge {
	struct avs_edge_rule *rules; /* in the order given above, then in prefix order */
	size_t count;
	uint32_t not_listed; /* own prefixes beyond AVS_EDGE_OWN_MAX */
};

/*
 * What the customer's edge refuses from the circuit; everything else is to be
 * accepted.  Default-equivalents, the blocks of RFC 1918 and further companions are left out where
 * a line names on-premises as their target, and the blocks that on-premises
 * advertises itself are refused as its own.
 *
 * Returns AVS_OK, or AVS_ERR_NOMEM with *out untouched; arena owns the result.
 * One walk of the table.
 */
enum avs_err avs_edge_compute(const struct avs_config *config, const struct avs_table *table,
			      struct avs_arena *arena, struct avs_edge **out);

#endif /* _AVS_EDGE_H */
