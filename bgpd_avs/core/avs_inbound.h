/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rule 11: what a customer's edge router accepts from Azure.
 *
 * Purpose: where both circuits end at one gateway, Azure by default does not keep apart what is
 * meant for the private cloud and what is meant for on-premises.  The customer's router can: from
 * an azure-edge neighbour it takes no default, and nothing that is its own.
 *
 * Representation: "own" is an array of what this router announces to Azure, in prefix order,
 * without what it has learned from Azure.  Pure: the verdict is a function of its arguments.
 */
#ifndef _AVS_INBOUND_H
#define _AVS_INBOUND_H

#include "avs_classify.h"
#include "avs_config.h"

/* what is announced to Azure: sorted, each once */
struct avs_own_set {
	const struct avs_prefix *prefixes;
	size_t count;
};

struct avs_inbound {
	enum avs_reason reason; /* UNSPEC: accepted */
	/* refused: the announced prefix that is the reason; family 0: none */
	struct avs_prefix about;
};

/*
 * May this router accept a prefix from an azure-edge neighbour?
 *
 * A default-equivalent is never accepted.  What equals an announced prefix or lies inside of
 * one is not, unless a line `avs segment private-cloud` or `virtual-network` with a prefix or
 * a prefix list names it.  Everything else is, supernets of announced prefixes among it: the
 * longest match stays the customer's own.
 *
 * match	asked about lines with a prefix list; NULL: none of them matches
 *
 * O(lines + 32 * log announced)
 */
struct avs_inbound avs_inbound_verdict(const struct avs_config *config,
				       const struct avs_own_set *own,
				       const struct avs_prefix *prefix, avs_rule_match match,
				       void *arg);
/* Does it strictly contain an announced prefix?  O(log announced) */
bool avs_inbound_is_supernet(const struct avs_own_set *own, const struct avs_prefix *prefix);

#endif /* _AVS_INBOUND_H */
