/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All warnings of an instance: the plan's and bgpd's.
 */
#ifndef _AVS_DOCTOR_H
#define _AVS_DOCTOR_H

#include "bgpd_avs/avs_instance.h"

typedef void (*avs_doctor_cb)(const struct avs_warning *warning, void *arg);

/* alarms first, then warnings, then notices; strings live during the call */
void avs_doctor_each(const struct avs_instance *inst, avs_doctor_cb func, void *arg);

/*
 * Do the established neighbours of a route server have the same
 * announcements (rule 7)?
 */
bool avs_doctor_parity(const struct avs_instance *inst, unsigned int rs);

#endif /* _AVS_DOCTOR_H */
