/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the YANG tree of an instance to its configuration.  Essay: avs_nb_build.c.
 */
#ifndef _AVS_NB_BUILD_H
#define _AVS_NB_BUILD_H

#include "bgpd_avs/core/avs_config.h"

struct lyd_node;
struct nb_config;

/*
 * Sealed configuration of an instance's data node, in the arena.  On an error *out is
 * untouched, and what was allocated goes with the arena.
 */
enum avs_err avs_nb_build(struct avs_arena *arena, const struct lyd_node *dnode,
			  struct avs_config **out);
/*
 * The same for an instance in a configuration that need not have it: an empty one then.
 * NULL when it cannot be built.
 */
const struct avs_config *avs_nb_build_of(struct avs_arena *arena, const struct nb_config *tree,
					 const char *instance);

#endif /* _AVS_NB_BUILD_H */
