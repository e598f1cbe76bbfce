/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings in the log: when each begins and when it ends.
 */
#ifndef _AVS_ALARM_H
#define _AVS_ALARM_H

#include "bgpd_avs/avs_instance.h"

/* what an instance was last seen to be warned of */
struct avs_alarms;

struct avs_alarms *avs_alarms_new(void);
void avs_alarms_free(struct avs_alarms *alarms);
/*
 * Look at the instance's warnings, and log the difference to the last time.
 * O(warnings), and one pass over the neighbours.
 */
void avs_alarms_look(struct avs_alarms *alarms, const struct avs_instance *inst);

#endif /* _AVS_ALARM_H */
