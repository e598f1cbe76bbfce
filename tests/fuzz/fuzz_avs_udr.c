// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables of user-defined routes: any life of an instance, against the oracle.
 */
#include "avs_fuzz.h"

#include "../unit/avs_oracle_udr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *wrong;
	struct gen g;

	gen_bytes(&g, data, size);
	wrong = udr_oracle_round(&g);
	if (wrong)
		fprintf(stderr, "differs from the oracle: %s\n", wrong);
	must(!wrong);
	must(avs_test_live() == 0);
	return 0;
}
