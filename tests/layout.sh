#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Does tools/layout see what it is for?
#
#   tests/layout.sh
#
# A copy of FRR's source is compared with the original: as it is, with a comment
# more, with a struct that has a member more, and with a macro of another value.
# Output is TAP; the exit status is 0 when everything is ok.  Takes some compilations of the
# module, and is therefore no part of `make check`.

set -u
export LC_ALL=C.UTF-8

top=$(cd "$(dirname "$0")/.." && pwd -P) || exit 1
frr=$(readlink -f "${AVS_CACHE:-/var/cache/bgpd-avs}/frr")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
count=0 failed=0

# result STATUS NAME: with what tools/layout has said when it is not ok
result() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
		tail -n 20 "$tmp/out" | sed 's/^/# /'
	fi
}

# says STATUS TEXT: what tools/layout says of the copy
says() {
	local expected=$1 text=$2 status

	"$top/tools/layout" "$frr" "$tmp/other" >"$tmp/out" 2>&1
	status=$?
	[ "$status" = "$expected" ] && grep -qF -e "$text" "$tmp/out"
}

mkdir "$tmp/other"
tar -C "$frr" --exclude=./debian --exclude=./tests --exclude=./doc --exclude=./.git -cf - . |
	tar -C "$tmp/other" -xf -

sed -i '$a /* a comment of a security update */' "$tmp/other/bgpd/bgp_route.h"
says 0 "byte for byte"
result $? "a comment: the same code"

sed -i 's/^#define BGP_PATH_VALID .*/#define BGP_PATH_VALID (1 << 30)/' "$tmp/other/bgpd/bgp_route.h"
says 1 "No struct differs"
result $? "another value of a macro: other code, same structs"
grep -q 'avs_rib\|eligible\|path' "$tmp/out"
result $? "... in functions that are named"

sed -i 's/^struct bgp_path_info {/&\n	int avs_layout_test;/' "$tmp/other/bgpd/bgp_route.h"
says 1 "avs_layout_test"
result $? "a member more: the struct is shown"

"$top/tools/layout" "$frr" "$tmp/nowhere" >"$tmp/out" 2>&1
[ $? = 2 ]
result $? "a source that is not there: a sentence, status 2"

echo "1..$count"
[ "$failed" = 0 ]
