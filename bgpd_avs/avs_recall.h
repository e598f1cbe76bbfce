/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The segments that prefixes had until not long ago (segment-memory).
 */
#ifndef _AVS_RECALL_H
#define _AVS_RECALL_H

#include "core/avs_table.h"

struct avs_recall;

struct avs_recall *avs_recall_new(void);
void avs_recall_free(struct avs_recall *recall);

/*
 * The fact of a prefix is about to be replaced.
 *
 * before, after	NULL: nobody delivers it; after is as measured, without memory
 * servers		route servers, a bit each: who else says nothing, means nothing
 * now			milliseconds of a clock that never goes back
 *
 * Remembers a segment that is lost, forgets one that is measured again.  True: it has one more.
 */
bool avs_recall_note(struct avs_recall *recall, const struct avs_prefix *prefix,
		     const struct avs_fact *before, const struct avs_fact *after, uint32_t servers,
		     uint64_t now);
/* UNKNOWN when nothing is remembered */
enum avs_segment avs_recall_find(const struct avs_recall *recall, const struct avs_prefix *prefix);
/* what is measured, corrected by what is remembered: unknown becomes the segment it was */
void avs_recall_apply(const struct avs_recall *recall, const struct avs_prefix *prefix,
		      uint32_t servers, struct avs_fact *fact);
/*
 * Forget what was lost at or before this time, so many at most; func is told each prefix, and
 * must not come back.  False: there is more of it.
 */
bool avs_recall_expire(struct avs_recall *recall, uint64_t until, unsigned int at_most,
		       void (*func)(const struct avs_prefix *prefix, void *arg), void *arg);
void avs_recall_clear(struct avs_recall *recall);

#endif /* _AVS_RECALL_H */
