/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as text: one canonical form each, for tests and bug reports.
 *
 * Equal values give equal text and different values different text, as far as
 * anybody outside of the core can tell them apart.  Not an interface for
 * users: show and JSON are made elsewhere and may change on their own.
 */
#ifndef _AVS_DUMP_H
#define _AVS_DUMP_H

#include "avs_config.h"
#include "avs_plan.h"
#include "avs_table.h"

/* receives one line, without line end; valid during the call */
typedef void (*avs_dump_line)(const char *line, void *arg);

/* the avs lines that make this configuration (sealed), in canonical order */
void avs_dump_config(const struct avs_config *config, avs_dump_line line, void *arg);
/* one line per prefix: who delivers it as what */
void avs_dump_table(const struct avs_table *table, avs_dump_line line, void *arg);
/* route servers with their entries, what is originated, warnings */
void avs_dump_plan(const struct avs_plan *plan, avs_dump_line line, void *arg);
/* the steps of avs_plan_diff() */
void avs_dump_steps(const struct avs_step *steps, size_t count, avs_dump_line line, void *arg);

#endif /* _AVS_DUMP_H */
