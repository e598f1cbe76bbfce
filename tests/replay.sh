#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every input that a fuzzer (or an issue) ever brought, once more.
#
# For each target of AVS_FUZZ_TARGETS: run it over tests/fuzz/corpus/TARGET/*.
# A target without a corpus is an error: it would never be run here.
#
# Output is TAP.  Started by make check: AVS_BUILDDIR, AVS_SRCDIR; AVS_RUNNER is
# what runs programs of another architecture.

set -u
count=0 failed=0

for target in ${AVS_FUZZ_TARGETS:?}; do
	name=${target##*/fuzz_}
	count=$((count + 1))
	inputs=("${AVS_SRCDIR:?}/tests/fuzz/corpus/$name"/*)
	if [ ! -e "${inputs[0]}" ]; then
		failed=$((failed + 1))
		echo "not ok $count - $name: no corpus"
	elif ${AVS_RUNNER-} "${AVS_BUILDDIR:?}/$target" "${inputs[@]}" 2>&1 | sed 's/^/# /'; [ "${PIPESTATUS[0]}" = 0 ]; then
		echo "ok $count - $name: ${#inputs[@]} inputs"
	else
		failed=$((failed + 1))
		echo "not ok $count - $name"
	fi
done
echo "1..$count"
[ "$failed" = 0 ]
