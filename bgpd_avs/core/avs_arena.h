/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bump allocator: one computation allocates from one arena, which is freed
 * as a whole.  No per-object free path exists, so no error path can forget it.
 */
#ifndef _AVS_ARENA_H
#define _AVS_ARENA_H

#include "avs_types.h"

struct avs_arena;

/* NULL when the allocator refuses */
struct avs_arena *avs_arena_new(void);
/* frees everything that came from it; NULL is allowed */
void avs_arena_free(struct avs_arena *arena);
/* zeroed, aligned for any object; NULL when the allocator refuses.
 * size 0 gives a valid unique pointer.
 */
void *avs_arena_alloc(struct avs_arena *arena, size_t size);
/* count * size with overflow check */
void *avs_arena_array(struct avs_arena *arena, size_t count, size_t size);
/* copy of a NUL-terminated string; NULL in, NULL out */
char *avs_arena_strdup(struct avs_arena *arena, const char *text);
/* bytes obtained from the allocator */
size_t avs_arena_bytes(const struct avs_arena *arena);

#endif /* _AVS_ARENA_H */
