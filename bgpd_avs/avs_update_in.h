/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UPDATEs of which bgpd drops something before our in-map is asked.
 */
#ifndef _AVS_UPDATE_IN_H
#define _AVS_UPDATE_IN_H

#include "bgpd_avs/avs_instance.h"

struct avs_update_in;

struct avs_update_in *avs_update_in_new(struct avs_instance *inst);
void avs_update_in_free(struct avs_update_in *in); /* NULL is allowed */

/* the owned in-map is asked about a route of this peer */
void avs_update_in_asked(struct avs_instance *inst, const struct peer *peer);

void avs_update_in_init(void);

#endif /* _AVS_UPDATE_IN_H */
