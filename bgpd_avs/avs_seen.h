/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AS numbers that were seen behind a circuit or a gateway.
 */
#ifndef _AVS_SEEN_H
#define _AVS_SEEN_H

#include "core/avs_classify.h"

struct avs_seen;

struct avs_seen *avs_seen_new(void);
void avs_seen_free(struct avs_seen *seen);
/* Look at a path that a route server delivers.  O(AS numbers) */
void avs_seen_note(struct avs_seen *seen, const struct avs_path *path,
		   const struct avs_verdict_class *verdict);
/* Was this number seen there, or may it have been? */
bool avs_seen_has(const struct avs_seen *seen, uint32_t as);

#endif /* _AVS_SEEN_H */
