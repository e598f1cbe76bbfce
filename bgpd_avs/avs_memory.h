/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory group of the module: `show memory` has a section "BGP AVS".
 *
 * The group is defined in avs_module.c; types are defined where they are used
 * (DEFINE_MTYPE_STATIC).  The core's allocator (core/avs_alloc.h) is
 * implemented in avs_memory.c with an upper bound.
 */
#ifndef _AVS_MEMORY_H
#define _AVS_MEMORY_H

#include "memory.h"

DECLARE_MGROUP(AVS);

/* bytes that the core holds at the moment */
size_t avs_memory_used(void);

#endif /* _AVS_MEMORY_H */
