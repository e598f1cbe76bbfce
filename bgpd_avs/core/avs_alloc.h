/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam between the core and memory.
 *
 * The core declares what it needs; whoever links it defines it: the module
 * with FRR's memory types and an upper bound, the unit tests with malloc and
 * failures on demand.  Every function may fail by returning NULL, and every
 * caller in the core answers that with AVS_ERR_NOMEM and unchanged state.
 */
#ifndef _AVS_ALLOC_H
#define _AVS_ALLOC_H

#include <stddef.h>

/* uninitialised memory of size > 0 bytes, or NULL */
void *avs_alloc(size_t size);
/* as realloc(3); on NULL the old block is still valid */
void *avs_realloc(void *ptr, size_t size);
/* NULL is allowed */
void avs_free(void *ptr);

#endif /* _AVS_ALLOC_H */
