/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the plan share with each other and with nobody else. */
#ifndef _AVS_PLAN_INT_H
#define _AVS_PLAN_INT_H

#include "avs_plan.h"

/* Fill plan->warnings from a plan that is complete otherwise; false: no memory. */
bool avs_plan_warn(const struct avs_input *input, struct avs_arena *arena, struct avs_plan *plan);

#endif /* _AVS_PLAN_INT_H */
