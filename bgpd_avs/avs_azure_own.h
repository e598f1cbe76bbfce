/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is the customer's own (rule 11): prefixes that this router announces to Azure, and
 * that are not Azure's.
 */
#ifndef _AVS_AZURE_OWN_H
#define _AVS_AZURE_OWN_H

#include "bgpd_avs/core/avs_inbound.h"

struct avs_azure_own;
struct bgp;
struct bgp_dest;
struct peer;
struct prefix;

/* for whom, and by which lines */
struct avs_azure_view {
	const struct bgp *bgp;
	const struct avs_config *config;
	struct peer *only; /* what this one is told; NULL: all azure-edge neighbours that are up */
};

/* prefixes that are announced to Azure with a community that Azure reserves */
struct avs_reserved {
	uint32_t count;
	struct avs_prefix first; /* family 0: none */
};

struct avs_azure_own *avs_azure_own_new(void);
void avs_azure_own_free(struct avs_azure_own *own); /* NULL is allowed */

/* one destination of a walk through the whole table */
void avs_azure_own_collect(struct avs_azure_own *own, const struct avs_azure_view *view,
			   const struct prefix *prefix, struct bgp_dest *dest);
/* the walk is over: what it found is own.  lost, gained: something went, something came */
void avs_azure_own_take(struct avs_azure_own *own, bool *lost, bool *gained);
/* valid until the next avs_azure_own_take() or avs_azure_own_clear() */
const struct avs_own_set *avs_azure_own_set(const struct avs_azure_own *own);
/* as found by the last walk */
struct avs_reserved avs_azure_own_reserved(const struct avs_azure_own *own);
/* guesses that were wrong may be right now */
void avs_azure_own_retry(struct avs_azure_own *own);
/* nothing is own any more */
void avs_azure_own_clear(struct avs_azure_own *own);

#endif /* _AVS_AZURE_OWN_H */
