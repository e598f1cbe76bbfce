#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The model by itself, without a daemon.
#
#   form      yang/frr-bgp-avs.yang is as yanglint prints it
#   examples  yang/examples/base-*     accepted, with all features and with none
#             yang/examples/feature-*  accepted with all features, refused with none
#             yang/examples/bad-*      refused both ways
#   names     enumerations of the model and of the core are the same
#
# Output is TAP; the exit status is 0 when everything is ok.
#
#   FRR_SRC  FRR's source, for the models that ours imports (default: the one
#            tools/setup has fetched)

set -u
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
models=${FRR_SRC:-${AVS_CACHE:-/var/cache/bgpd-avs}/frr}/yang
[ -d "$models" ] || models=/usr/share/yang
model=$top/yang/frr-bgp-avs.yang
route_map=$models/frr-route-map.yang
python=${PYTHON3:-/usr/bin/python3}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
count=0 failed=0

# ok STATUS DESCRIPTION
ok() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=1
	fi
}

# yanglint ends with status 0 after some errors: what it says counts as well.
# lint FEATURES FILE: FEATURES is "all" or "none"
lint() {
	local features=() type=config

	# with state, what breaks a rule is no more than a warning in later releases
	[[ $2 != */feature-* ]] || type=data
	[ "$1" = all ] || features=(-F frr-bgp-avs:)
	yanglint -p "$models" "${features[@]}" -t "$type" "$route_map" "$model" "$2" \
		>"$tmp/out" 2>&1 || return 1
	! grep -qiE '(libyang|yanglint)(\[E\]| err)' "$tmp/out"
}

# expect yes|no FEATURES FILE
expect() {
	local got=no

	lint "$2" "$3" && got=yes
	[ "$got" = "$1" ] && return 0
	sed 's/^/# /' "$tmp/out" | head -n 5
	return 1
}

command -v yanglint >/dev/null || { echo "1..0 # SKIP no yanglint"; exit 77; }
[ -f "$route_map" ] || { echo "1..0 # SKIP no models of FRR in $models"; exit 77; }

# The first line is a comment, which yanglint does not keep.  The file's name
# has to be the module's.
mkdir "$tmp/canonical"
grep -v '^//' "$model" >"$tmp/canonical/frr-bgp-avs.yang"
yanglint -p "$models" -f yang "$tmp/canonical/frr-bgp-avs.yang" >"$tmp/printed" 2>"$tmp/errors" &&
	[ ! -s "$tmp/errors" ] && diff -u "$tmp/canonical/frr-bgp-avs.yang" "$tmp/printed" | sed 's/^/# /'
ok $((PIPESTATUS[0] || PIPESTATUS[1])) "the model is in canonical form"

for file in "$top"/yang/examples/*.json; do
	name=$(basename "$file" .json)
	case $name in
	base-*) all=yes none=yes ;;
	feature-*) all=yes none=no ;;
	bad-*) all=no none=no ;;
	*)
		ok 1 "$name: what is expected is not in its name"
		continue
		;;
	esac
	expect "$all" all "$file"
	ok $? "$name with all features: $all"
	expect "$none" none "$file"
	ok $? "$name with no feature: $none"
done

"$python" "$top/tests/yang/enums.py" "$model" "$top/bgpd_avs/core" "${CC:-cc}"
ok $? "enumerations of the model are those of the core"

echo "1..$count"
exit $failed
