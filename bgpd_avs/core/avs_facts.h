/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts, each kept once and counted: the table names them by number.
 *
 * Belongs to avs_table.c; nobody else includes it.
 */
#ifndef _AVS_FACTS_H
#define _AVS_FACTS_H

#include "avs_table.h"

struct avs_shared;

/* zeroed memory is an empty set */
struct avs_facts {
	struct avs_shared *shared; /* [0] unused: number 0 means "no fact" */
	uint32_t *hash;		   /* room heads of lists */
	uint32_t room;		   /* power of two, or 0 */
	uint32_t fresh;		   /* lowest number never used */
	uint32_t free;		   /* list of unused numbers */
	size_t bytes;		   /* obtained from the allocator */
};

/* highest number: the table has 24 bits for it */
#define AVS_FACTS_MAX 0xffffffU

/*
 * Number of a fact, with one reference more.  On AVS_ERR_NOMEM or
 * AVS_ERR_LIMIT nothing has changed.  fact must not be one of the set.
 */
enum avs_err avs_facts_get(struct avs_facts *facts, const struct avs_fact *fact, uint32_t *number);
/* one reference less; 0 is allowed */
void avs_facts_put(struct avs_facts *facts, uint32_t number);
/* NULL for 0; valid until the next avs_facts_get() */
/* see avs_table_unknown_of(); O(values) */
uint32_t avs_facts_unknown_of(const struct avs_facts *facts, unsigned int rs, uint32_t as);
const struct avs_fact *avs_facts_at(const struct avs_facts *facts, uint32_t number);
/* give all memory back */
void avs_facts_clear(struct avs_facts *facts);

#endif /* _AVS_FACTS_H */
