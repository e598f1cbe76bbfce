#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Does tools/layout see what it is for?
#
#   tests/layout.sh
#
# A copy of FRR's source is compared with the original: with a comment more, with a
# macro of another value, with a struct that has a member more.  Output is TAP; the exit
# status is 0 when everything is ok.  Takes some compilations of the module, and is
# therefore no part of `make check`.

set -u
export LC_ALL=C.UTF-8

top=$(cd "$(dirname "$0")/.." && pwd -P) || exit 1
frr=$(readlink -f "${AVS_CACHE:-/var/cache/bgpd-avs}/frr")
tmp=$(mktemp -d) || exit 1
# shellcheck source=tests/package/tap.sh
. "$top/tests/package/tap.sh"
trap 'rm -rf "$tmp" "$tap_out"' EXIT
header=$tmp/other/bgpd/bgp_route.h

# says STATUS TEXT: how tools/layout ends, and what it says of the copy
says() {
	local expected=$1 text=$2 status=0

	"$top/tools/layout" "$frr" "$tmp/other" >"$tmp/out" 2>&1 || status=$?
	tail -n 20 "$tmp/out"
	[ "$status" = "$expected" ]
	grep -F -e "$text" "$tmp/out"
}

comment() {
	# shellcheck disable=SC2016 # sed's own $
	sed -i '$a /* a comment of a security update */' "$header"
	says 0 "byte for byte"
}

macro() {
	sed -i 's/^#define BGP_PATH_VALID .*/#define BGP_PATH_VALID (1 << 30)/' "$header"
	says 1 "No struct differs"
	# functions are named
	grep '^  [a-z_.0-9]*$' "$tmp/out"
}

member() {
	sed -i 's/^struct bgp_path_info {/&\n	int avs_layout_test;/' "$header"
	says 1 "avs_layout_test"
}

nowhere() {
	local status=0

	"$top/tools/layout" "$frr" "$tmp/nowhere" || status=$?
	[ "$status" = 2 ]
}

mkdir "$tmp/other"
tar -C "$frr" --exclude=./debian --exclude=./tests --exclude=./doc --exclude=./.git -cf - . |
	tar -C "$tmp/other" -xf -
check "a comment: the same code" comment
check "a macro of another value: the functions where it shows" macro
check "a member more: the struct is shown" member
check "a source that is not there: a sentence, status 2" nowhere
echo "1..$tap_count"
exit $tap_failed
