/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard refused: a bounded list for `show bgp avs leaks`.
 */
#ifndef _AVS_LEAK_H
#define _AVS_LEAK_H

#include "bgpd_avs/avs_instance.h"

struct avs_leaks;

struct avs_leaks *avs_leaks_new(void);
void avs_leaks_free(struct avs_leaks *leaks); /* NULL is allowed */
void avs_leaks_clear(struct avs_leaks *leaks);
/* count one refusal of (rs, prefix, reason) */
void avs_leaks_count(struct avs_leaks *leaks, const char *rs, const struct avs_prefix *prefix,
		     enum avs_reason reason, const char *source, bool let_out);
/* rare reasons first, then most recent first; the array belongs to leaks and lives until
 * the next call of any function here
 */
const struct avs_leak *avs_leaks_list(struct avs_leaks *leaks, size_t *count, uint64_t *not_listed);

#endif /* _AVS_LEAK_H */
