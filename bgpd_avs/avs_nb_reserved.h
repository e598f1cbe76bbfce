/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and calls that configuration may not have, by whatever door it comes.
 */
#ifndef _AVS_NB_RESERVED_H
#define _AVS_NB_RESERVED_H

#include <stdbool.h>

/* would `call target` in route-map `map` come back to `map`, or enter an owned map? */
bool avs_nb_reserved_call(const char *map, const char *target);

/* wrap the callbacks of frr-route-map; once, after the northbound is up */
void avs_nb_reserved_init(void);

#endif /* _AVS_NB_RESERVED_H */
