/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaving shadow: when everything is known that the first plan needs.
 */
#ifndef _AVS_ADOPT_H
#define _AVS_ADOPT_H

#include <stdbool.h>

#include "core/avs_config.h"

struct avs_adopt;
struct avs_instance;

struct avs_adopt *avs_adopt_new(void);
void avs_adopt_free(struct avs_adopt *adopt); /* NULL is allowed */

/* does this route server of the next configuration come out of shadow? */
bool avs_adopt_leaves(const struct avs_config *before, const struct avs_rs_config *next);
/*
 * May the next configuration take effect?  Asks neighbours for their routes where a map has
 * hidden them; to be called again until it says so.  Work is done in slices.
 */
bool avs_adopt_ready(struct avs_instance *inst, const struct avs_config *next);
/* now and then: give back what was asked for */
void avs_adopt_poll(struct avs_instance *inst);

#endif /* _AVS_ADOPT_H */
