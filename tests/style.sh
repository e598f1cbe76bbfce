#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How the sources look, as far as a machine can say.
#
#   layout       C files are as clang-format leaves them (.clang-format)
#   licence      every source says SPDX-License-Identifier: GPL-2.0-or-later
#   white space  no trailing blanks, no DOS line ends, a newline at the end
#   syntax       Python compiles, shell scripts parse
#   essays       doc/rooms.rst is what the files say, and every one says something
#   numbers      what the manual gives in figures is what the code has
#   listed       what is not in Makefile.am is not built, so every C file is,
#                once
#
# Looks at what is under version control, or at all files where there is no
# repository.  Output is TAP; the exit status is 0 when everything is ok.

set -u
export LC_ALL=C

top=$(cd "${1:-$(dirname "$0")/..}" && pwd) || exit 1
cd "$top" || exit 1
python=${PYTHON3:-/usr/bin/python3}
clang_format=${CLANG_FORMAT:-clang-format}

list_files() {
	# the tree may belong to somebody else than who runs the tests
	git -c safe.directory='*' ls-files -- "$@" 2>/dev/null | grep . && return
	# a release: the same directories, without what a build leaves there
	find Makefile.am configure.ac bench bgpd_avs demo doc tests tools yang \
		\( -name '.[ld]*' -o -name __pycache__ -o -name '*.o' -o -name '*.l[ao]' -o -name '*.log' \
		-o -name '*.trs' -o -name '*_clippy.c' -o -name '*.yang.c' -o -name '*.xref' \
		-o -name avs_vtysh_table.c -o -type f -perm -100 -path 'tests/*/*_avs_*' ! -name '*.*' \) -prune \
		-o -type f -print 2>/dev/null | while IFS= read -r f; do
		for p in "$@"; do
			# shellcheck disable=SC2053 # patterns are meant
			[[ $f == $p ]] && { echo "$f"; break; }
		done
	done
}

# listed and (not yet) deleted
present() {
	local f
	list_files "$@" | sort -u | while IFS= read -r f; do
		[ ! -f "$f" ] || [ -L "$f" ] || echo "$f"
	done
}

mapfile -t c_files < <(present '*.c' '*.h')
mapfile -t py_files < <(present '*.py')
mapfile -t all_files < <(present '*')
sh_files=() texts=() sources=()
for f in "${all_files[@]}"; do
	# data of tests is as it is
	case $f in
	tests/fuzz/corpus/* | */data/* | *.png | *.gz | *.pcap) continue ;;
	esac
	texts+=("$f")
	first=$(head -n 1 "$f" | tr -d '\0')
	case $first in
	'#!'*python*) [[ $f == *.py ]] || py_files+=("$f") ;;
	'#!'*sh) sh_files+=("$f") ;;
	esac
	case $f in
	*.c | *.h | *.py | *.sh | *.yang | *.am | *.ac | *.in | tools/* | .ci/*) sources+=("$f") ;;
	esac
done

count=0 failed=0
# result STATUS NAME [FILE WITH DETAILS]
result() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
		[ -z "${3-}" ] || sed 's/^/# /' "$3" | head -n 60
	fi
}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# releases of clang-format differ in what they want: Debian 12's decides
if ! "$clang_format" --version 2>/dev/null | grep -q 'version 14\.'; then
	count=$((count + 1))
	echo "ok $count - layout # SKIP no clang-format 14 here"
elif [ ${#c_files[@]} = 0 ]; then
	result 1 "layout: no C files found"
else
	"$clang_format" --style=file --dry-run -Werror "${c_files[@]}" 2>"$tmp/layout" </dev/null
	status=$?
	grep -E '(error|warning):' "$tmp/layout" | sed 's/ code should.*//' |
		awk -F: '{ n[$1]++; if (n[$1] <= 3) print } END { for (f in n) if (n[f] > 3) print f ": and " n[f] - 3 " more (clang-format -i " f ")" }' \
			>"$tmp/layout.short"
	result $status "layout: ${#c_files[@]} C files" "$tmp/layout.short"
fi

: >"$tmp/out"
for f in "${sources[@]}"; do
	head -n 5 "$f" | grep -q 'SPDX-License-Identifier: GPL-2\.0-or-later' ||
		[ ! -s "$f" ] || echo "$f: no SPDX line" >>"$tmp/out"
done
result "$([ -s "$tmp/out" ]; echo $((! $?)))" "licence: ${#sources[@]} sources" "$tmp/out"

grep -nIE '[[:blank:]]+$' "${texts[@]}" /dev/null | cut -c1-100 >"$tmp/out"
grep -lI $'\r$' "${texts[@]}" /dev/null | sed 's/$/: DOS line ends/' >>"$tmp/out"
for f in "${texts[@]}"; do
	[ ! -s "$f" ] || [ -z "$(tail -c 1 "$f" | tr -d '\n\0')" ] || echo "$f: no newline at the end"
done >>"$tmp/out"
result "$([ -s "$tmp/out" ]; echo $((! $?)))" "white space: ${#texts[@]} files" "$tmp/out"

if [ ${#py_files[@]} -gt 0 ]; then
	# compiles without leaving a __pycache__ behind
	"$python" - "${py_files[@]}" >"$tmp/out" 2>&1 <<'PYTHON'
import sys, tokenize
bad = 0
for name in sys.argv[1:]:
    try:
        with tokenize.open(name) as f:
            compile(f.read(), name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as e:
        bad = 1
        print(f"{name}: {e}")
sys.exit(bad)
PYTHON
	result $? "syntax: ${#py_files[@]} Python files" "$tmp/out"
fi

: >"$tmp/out"
for f in "${sh_files[@]}"; do
	shell=$(sed -n '1s/^#![[:space:]]*//p;1q' "$f")
	# shellcheck disable=SC2086 # an interpreter line may have an argument
	${shell:-/bin/sh} -n "$f" 2>>"$tmp/out"
done
result "$([ -s "$tmp/out" ]; echo $((! $?)))" "syntax: ${#sh_files[@]} shell scripts" "$tmp/out"

if [ -e doc/rooms.rst ]; then
	"$python" doc/rooms.py "$top" 2>"$tmp/err" | diff -u doc/rooms.rst - >"$tmp/out" 2>&1
	status=$?
	[ $status = 0 ] || echo "doc/rooms.py > doc/rooms.rst" >>"$tmp/out"
	for f in bgpd_avs/*.c bgpd_avs/*/*.c; do
		grep -qxF "$f" doc/rooms.rst || { echo "$f: no essay"; status=1; }
	done >>"$tmp/out"
	cat "$tmp/err" >>"$tmp/out"
	result $status "essays: doc/rooms.rst is what the files say" "$tmp/out"
fi

# MACRO HEADER TEXT-BEFORE TEXT-AFTER: the manual has the value between these
: >"$tmp/out"
while IFS='|' read -r macro header before after; do
	[ -e doc/user.rst ] && [ -e "$header" ] || continue
	value=$(sed -n "s/^#define $macro \([0-9a-fA-Fx]*\)U\{0,1\}\$/\1/p" "$header")
	grep -qF "$before$((value))$after" doc/user.rst ||
		echo "$macro is $((value)): not in doc/user.rst as \"$before$((value))$after\"" >>"$tmp/out"
done <<'NUMBERS'
AVS_TAG|bgpd_avs/core/avs_classify.h|ASN:|+SEGMENT:SITE
AVS_ROUTE_LIMIT_DEFAULT|bgpd_avs/core/avs_config.h|accepts from one neighbor. Default: |,
AVS_UDR_LIMIT_DEFAULT|bgpd_avs/core/avs_config.h|a route table holds. Default: |,
AVS_GATEWAY_LIMIT_DEFAULT|bgpd_avs/core/avs_config.h|from the gateway in total. Default: |.
NUMBERS
result "$([ -s "$tmp/out" ]; echo $((! $?)))" "numbers: doc/user.rst has those of the code" "$tmp/out"

for f in "${c_files[@]}"; do
	case $f in
	bgpd_avs/* | tests/unit/* | tests/fuzz/*)
		# test programs are listed by their name alone
		n=$(grep -cE "(^|[[:space:]=])${f%.c}(\\.c)?([[:space:]]|\$)" Makefile.am)
		[ "$n" = 1 ] || echo "$f: $n times in Makefile.am"
		;;
	esac
done >"$tmp/out"
result "$([ -s "$tmp/out" ]; echo $((! $?)))" "listed: ${#c_files[@]} C files" "$tmp/out"

echo "1..$count"
[ "$failed" = 0 ]
