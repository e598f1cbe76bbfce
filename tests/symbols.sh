#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the linker can tell about the built libraries, before a daemon runs.
#
#   - every symbol that the module needs is exported by the bgpd it is for, by
#     libfrr or by a library that bgpd loads; the same for the vtysh extension
#   - the module exports what FRR's loader looks for and nothing else, so that
#     it cannot get in the way of bgpd's names; the extension exports the one
#     function it stands in for
#   - bgpd keeps pointers into the module: it cannot be unloaded
#   - no path of the machine that built it is inside, nor a search path
#
# Output is TAP.  Started by make check: AVS_BUILDDIR, AVS_SRCDIR, FRR_BGPD.

set -u
export LC_ALL=C

build=${AVS_BUILDDIR:?} source=${AVS_SRCDIR:?} bgpd=${FRR_BGPD:?}
vtysh=${AVS_VTYSH:-/usr/bin/vtysh}
[ ! -e /usr/bin/vtysh.frr ] || vtysh=/usr/bin/vtysh.frr

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
count=0 failed=0
result() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
		sed 's/^/# /' "$tmp/out" | head -n 20
	fi
}

# names that a program and everything it loads offer
offered() {
	local lib
	nm -D --defined-only "$1" | awk '{ print $NF }'
	ldd "$1" | sed -n 's|.*=> \(/[^ ]*\) .*|\1|p' | while IFS= read -r lib; do
		nm -D --defined-only "$lib" | awk '{ print $NF }'
	done
}

# library, program that loads it, names that it may export
library() {
	local so=$build/.libs/$1 program=$2 name=$1
	shift 2
	if [ ! -e "$so" ]; then
		echo "not built: $so" >"$tmp/out"
		result 1 "$name"
		return
	fi
	{
		offered "$program"
		# runtime of the sanitizers, which the library asks for itself
		ldd "$so" | sed -n 's|.*=> \(/[^ ]*lib[a-z]*san[^ ]*\) .*|\1|p' |
			while IFS= read -r lib; do nm -D --defined-only "$lib" | awk '{ print $NF }'; done
	} | sed 's/@.*//' | sort -u >"$tmp/offered"
	nm -D --undefined-only "$so" | awk '$1 == "U" { print $2 }' | sed 's/@.*//' | sort -u >"$tmp/needed"
	comm -13 "$tmp/offered" "$tmp/needed" >"$tmp/out"
	[ ! -s "$tmp/out" ]
	result $? "$name: $program offers all $(wc -l <"$tmp/needed") symbols it needs"

	nm -D --defined-only "$so" | awk '{ print $NF }' | grep -vE '^(__odr_asan\.|__st(art|op)_xref_array$)' | sort -u >"$tmp/out"
	printf '%s\n' "$@" | sort -u | cmp -s - "$tmp/out"
	result $? "$name: exports $* and nothing else"

	readelf -dW "$so" >"$tmp/dynamic"
	{
		grep -E 'RPATH|RUNPATH|TEXTREL' "$tmp/dynamic"
		grep -q 'NODELETE' "$tmp/dynamic" || echo "can be unloaded"
		grep -q 'NOW' "$tmp/dynamic" || echo "symbols are looked up late"
	} >"$tmp/out"
	[ ! -s "$tmp/out" ]
	result $? "$name: stays loaded, binds at once, no search path"

	if [ -e "$build/asan.env" ]; then
		# the sanitizers' reports name sources by their whole path
		count=$((count + 1))
		echo "ok $count - $name: no path of this machine inside # SKIP instrumented"
		return
	fi
	strings -a "$so" | grep -F -e "$source/" -e "$build/" -e "${FRR_SRC:-$source}/" >"$tmp/out"
	[ ! -s "$tmp/out" ]
	result $? "$name: no path of this machine inside"
}

library bgpd_avs.so "$bgpd" frr_module
[ ! -e "$build/vtysh_avs.la" ] || library vtysh_avs.so "$vtysh" vty_init_vtysh

echo "1..$count"
[ "$failed" = 0 ]
