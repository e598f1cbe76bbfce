/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The allocator of the tests: malloc, with failures on demand and a count. */
#ifndef _AVS_TEST_ALLOC_H
#define _AVS_TEST_ALLOC_H

#include <stddef.h>

#include "avs_alloc.h"

/* the call after the next n calls fails, once; negative: none ever does */
void avs_test_fail_at(long n);
/* did the failure that was asked for happen? */
int avs_test_failed(void);
/* blocks that were not freed */
long avs_test_live(void);
/* bytes in them */
size_t avs_test_live_bytes(void);

#endif /* _AVS_TEST_ALLOC_H */
