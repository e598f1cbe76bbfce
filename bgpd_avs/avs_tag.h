/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The segment tag: what one appliance tells the other of a route.  And what Azure's own
 * communities tell, which is for nobody else.
 */
#ifndef _AVS_TAG_H
#define _AVS_TAG_H

#include "core/avs_types.h"

struct attr;

/*
 * Read the tag that the AS `from` has set (host order); false: there is none.  Of several
 * the one with the lowest numbers counts, on every appliance the same.
 */
bool avs_tag_read(const struct attr *attr, uint32_t from, unsigned int *segment, uint32_t *site);
/* Replace whatever tags there are by one of the AS `own`.  attr is a route-map's copy. */
void avs_tag_write(struct attr *attr, uint32_t own, enum avs_segment segment, uint32_t site);
/* Remove every tag, whoever set it: Azure gets none. */
void avs_tag_strip(struct attr *attr);

/*
 * Azure's own communities: 65515:*, 65517:*, 65518:*.  has: is one there?  strip: remove
 * them, whoever set them; attr is a route-map's copy.
 */
bool avs_tag_has_azure(const struct attr *attr);
void avs_tag_strip_azure(struct attr *attr);

#endif /* _AVS_TAG_H */
