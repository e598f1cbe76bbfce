/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every fuzz target begins with. */
#ifndef _AVS_FUZZ_H
#define _AVS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/avs_gen.h"
#include "../unit/avs_oracle.h"
#include "../unit/avs_test_alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stop at the first thing that is not as it should be. */
#define must(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif /* _AVS_FUZZ_H */
