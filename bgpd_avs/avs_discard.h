/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Discard routes: what a supernet attracts and nobody has ends here.
 *
 * They are in zebra's table, of the module's own client (avs_zebra.h), and never where they would
 * take this router's own way to somewhere.
 */
#ifndef _AVS_DISCARD_H
#define _AVS_DISCARD_H

#include "bgpd_avs/core/avs_prefix.h"

struct bgp;

/* Want one for this prefix, or not any more; idempotent.  Whether it is installed is looked at. */
void avs_discard_want(struct bgp *bgp, const struct avs_prefix *prefix, bool want);
/* Why it is wanted and held back, as the end of "it would cut off ..."; NULL: it is not. */
const char *avs_discard_held(const struct bgp *bgp, const struct avs_prefix *prefix, char *buf,
			     size_t size);
bool avs_discard_installed(const struct bgp *bgp, const struct avs_prefix *prefix);

/* zebra's routes are others now */
void avs_discard_look(void);
/* zebra is new, and has none of ours */
void avs_discard_forget(void);
void avs_discard_fini(void);

#endif /* _AVS_DISCARD_H */
