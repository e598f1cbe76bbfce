#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Who may include whom, who may call what.
#
# The rules of doc/design.rst that a machine can check, as data: the tables
# below are the rules, everything after them is how they are looked at.
# Comments and strings are taken out before looking, and a header counts for
# everyone who reaches it, through however many headers of ours.  A file that
# no table knows is an error, not an exception.
#
#   layers.sh [DIR]       check the tree (default: the one this script is in),
#                         then show that the check works: every rule is broken
#                         once in a copy, and has to be noticed
#
# Output is TAP; the exit status is 0 when everything is ok.

set -u
export LC_ALL=C

# --------------------------------------------------------------------- rules

# Core: unit, and the units that it may include besides its own headers.  A
# unit may have parts (avs_plan_diff.c is part of avs_plan); a header of a part
# is the unit's own business.
CORE_UNITS='
avs_types
avs_alloc
avs_prefix    avs_types
avs_arena     avs_types avs_alloc
avs_warning   avs_types avs_prefix
avs_update    avs_types avs_prefix
avs_lru       avs_alloc
avs_config    avs_types avs_prefix avs_alloc avs_arena
avs_classify  avs_types avs_prefix avs_alloc avs_arena avs_config
avs_facts     avs_types avs_prefix avs_alloc avs_table
avs_table     avs_types avs_prefix avs_alloc avs_facts
avs_supernet  avs_types avs_prefix avs_alloc avs_arena
avs_plan      avs_types avs_prefix avs_alloc avs_arena avs_warning avs_config avs_table avs_classify avs_supernet
avs_checklist avs_types avs_prefix avs_warning
avs_preview   avs_types avs_prefix avs_alloc avs_arena avs_warning avs_config avs_table avs_supernet avs_plan
avs_stock     avs_types avs_prefix avs_alloc avs_arena avs_warning avs_config avs_table avs_supernet avs_plan
avs_edge      avs_types avs_prefix avs_alloc avs_arena avs_config avs_table
avs_inbound   avs_types avs_prefix avs_alloc avs_arena avs_config avs_classify
avs_udr       avs_types avs_prefix avs_alloc avs_arena avs_config avs_table avs_plan
avs_dump      avs_types avs_prefix avs_alloc avs_arena avs_warning avs_config avs_table avs_classify avs_supernet avs_plan
'

# Core: units and parts whose headers are for the core alone.
CORE_PRIVATE='avs_facts avs_*_*'

# Core: headers of libc.  No I/O, no clock, no locale; <arpa/inet.h> for
# inet_pton() and inet_ntop(), which parse and print.
CORE_LIBC='arpa/inet.h assert.h inttypes.h limits.h stdalign.h stdarg.h stdbool.h stddef.h stdint.h
 stdio.h stdlib.h string.h'

# Core: functions it does not call.  Memory comes through avs_alloc.h alone, the
# clock and the environment are arguments, and text goes into a buffer.
CORE_NOT='malloc calloc realloc free strdup strndup aligned_alloc alloca
 printf fprintf puts fputs fopen perror sprintf strcpy strcat strtok
 time clock clock_gettime getenv rand random exit abort atexit setlocale'

# Module: files that may see bgpd's headers, directly or through ours.
# avs_nb_register.c knows bgpd's list of YANG modules, nothing else of it.
BGPD_HEADERS='avs_adj_out.c avs_audit_out.c avs_azure_edge.c avs_azure_own.c avs_compat.h avs_default_out.c avs_default_out.h avs_discard.c avs_doctor.c avs_effect.c avs_export.c avs_guard.c avs_hold.c avs_instance.c
 avs_instance_int.h avs_json.c avs_module.c avs_nb_register.c avs_nexthop.c avs_policy.c avs_reach.c avs_refuse.c avs_refuse_peer.c avs_replan.c avs_rib.c avs_received.c avs_received.h
 avs_routemap.c avs_show.c avs_show_azure_edge.c avs_show_check.c avs_show_edge.c avs_show_long.c avs_show_told.c avs_show_udr.c avs_adopt.c
 avs_session.c avs_tag.c avs_update_in.c avs_user_list.c avs_walk.c avs_watch.c avs_zebra.c'

# Module: files that may include bgpd/bgpd.h and no other header of bgpd, to
# learn which instance a line or a configuration belongs to.
BGPD_H='avs_cli.c avs_cli_line.c avs_nb_config.c'

# Module: functions that change bgpd's tables or make it announce, and the
# files that may call them.  (avs_compat.h wraps some of them.)
TABLE_WRITES='bgp_process bgp_path_info_add bgp_path_info_delete bgp_path_info_reap
 bgp_path_info_mark_for_delete bgp_path_info_set_flag bgp_path_info_unset_flag
 bgp_path_info_unlock bgp_path_info_extra_get bgp_aggr_supp bgp_rib_remove
 bgp_node_get bgp_afi_node_get bgp_dest_set_bgp_path_info bgp_update bgp_withdraw
 bgp_static_update bgp_static_withdraw info_make bgp_unlink_nexthop
 group_announce_route group_announce_route_walkcb update_group_announce
 update_group_announce_rrclients subgroup_announce_route subgroup_announce_table
 subgroup_announce_all subgroup_process_announce_selected bgp_adj_out_set_subgroup
 bgp_adj_out_unset_subgroup
 avs_compat_process avs_compat_path_delete avs_compat_attr_default avs_compat_announce_selected
 avs_compat_adj_out_unset'
TABLE_WRITERS='avs_rib.c avs_compat.h avs_default_out.c'

# Module: functions that make bgpd send (or ask for) everything again.  A full
# send is what a Route Server drops sessions for: only where the guard takes
# away a setting that passes beside it.
RESENDS='bgp_announce_route bgp_announce_route_all bgp_soft_reconfig_in bgp_clear_soft_in
 bgp_clear bgp_clear_vty peer_clear peer_clear_soft bgp_session_reset'
RESENDERS='avs_guard.c avs_default_out.c'

# Module: commands speak to the northbound in paths, never to the state.
NOT_REACHED='
avs_cli.c       avs_instance.h
avs_cli_line.c  avs_instance.h
avs_cli_rmap.c  avs_instance.h
avs_cli_show.c  avs_instance.h
'

# Module: who may call libyang and lib/yang.
YANG_PREFIXES='lyd_ lys_ ly_ lyht_ yang_'
YANG_FILES='avs_nb*.c avs_cli*.c avs_show.c avs_compat_lib.h'

# Module: where one release of FRR may differ from another.
RELEASE_WORDS='FRR_VERSION FRR_VER_SHORT AVS_FRR_VERSION AVS_FRR_RELEASE'
RELEASE_FILES='avs_compat.h avs_compat_lib.h avs_module.c vtysh/avs_vtysh.c'
# conditional compilation that has nothing to do with releases: what FRR's
# configure decides, guards of headers
PLAIN_IFS='^(ifdef HAVE_CONFIG_H|ifdef HAVE_MALLOC_USABLE_SIZE|ifdef ENABLE_BGP_VNC|ifndef _AVS_[A-Z0-9_]*|ifndef VTYSH_EXTRACT_PL|if !?defined\(?VTYSH_EXTRACT_PL\)?)$'
PLAIN_IF_FILES='vtysh/avs_vtysh_wrap.c'

# ------------------------------------------------------------------- looking

top=$(cd "${1:-$(dirname "$0")/..}" && pwd) || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# Code of a file, line by line: no comments, no strings but those of #include.
strip() {
	awk '{
		out = ""; n = length($0); i = 1
		keep = !inside && $0 ~ /^[ \t]*#[ \t]*include/
		while (i <= n) {
			two = substr($0, i, 2); c = substr($0, i, 1)
			if (inside) {
				if (two == "*/") { inside = 0; i += 2; out = out " " } else i++
			} else if (two == "/*") { inside = 1; i += 2
			} else if (two == "//") { break
			} else if ((c == "\"" || c == "\x27") && !keep) {
				out = out c
				for (i++; i <= n && substr($0, i, 1) != c; i++)
					if (substr($0, i, 1) == "\\")
						i++
				out = out c; i++
			} else { out = out c; i++ }
		}
		print out
	}' "$1"
}

# is $1 one of the words (or patterns) that follow
among() {
	local what=$1 w
	shift
	for w in "$@"; do
		# shellcheck disable=SC2053 # patterns are meant
		[[ $what == $w ]] && return 0
	done
	return 1
}

# Sets of a tree: code[file], includes[file] ("a.h" or <a.h>), names relative to bgpd_avs/.
declare -A code includes seen
take() {
	code[$1]=$(strip "$2")
	includes[$1]=$(sed -n \
		's/^[[:space:]]*#[[:space:]]*include[[:space:]]*\([<"][^>"]*[>"]\).*/\1/p' \
		<<<"${code[$1]}")
}

load() {
	local base=$1/bgpd_avs f

	code=() includes=()
	while IFS= read -r f; do
		take "${f#"$base"/}" "$f"
	done < <(find "$base" -name '*.[ch]' ! -name '*_clippy.c' ! -name '*.yang.c' \
		! -name avs_vtysh_table.c | sort)
}

# our file that an include names, seen from the file $1; empty: not ours
ours() {
	local dir=${1%/*} inc=$2
	inc=${inc//[<>\"]/}
	inc=${inc#bgpd_avs/}
	[ "$dir" != "$1" ] || dir=.
	[ -z "${code[$dir/$inc]+x}" ] || { echo "${dir#./}/$inc"; return; }
	[ -z "${code[$inc]+x}" ] || echo "$inc"
}

bad=0
complain() {
	bad=$((bad + 1))
	printf '# %s\n' "$*"
}

is_bgpd_header() {
	local h=${1//[<>\"]/}
	case $h in
	bgpd_avs/*) return 1 ;;
	bgpd/* | */bgpd.h | bgpd.h | bgp_*.h | rfapi*.h) return 0 ;;
	esac
	return 1
}

# Walk what a file reaches; calls "$3 root header path" for every include.
walk() {
	local root=$1 file=$2 visit=$3 path=$4 inc mine

	while IFS= read -r inc; do
		[ -n "$inc" ] || continue
		"$visit" "$root" "$inc" "$path"
		mine=$(ours "$file" "$inc")
		if [ -z "$mine" ] || [ -n "${seen[$mine]+x}" ]; then
			continue
		fi
		seen[$mine]=1
		walk "$root" "$mine" "$visit" "$path -> $mine"
	done <<<"${includes[$file]}"
}

visit_module() {
	local root=$1 inc=$2 path=$3 file target

	# shellcheck disable=SC2086 # words are meant
	if is_bgpd_header "$inc" && ! among "$root" $BGPD_HEADERS; then
		if [ "$inc" != '"bgpd/bgpd.h"' ] || ! among "$root" $BGPD_H; then
			complain "bgpd-headers: $path includes $inc"
		fi
	fi
	# seen from outside of the core
	if [[ $inc =~ (^\"|/)core/([a-z0-9_]*)\.h ]] && [[ $path != *core/* ]]; then
		# shellcheck disable=SC2086
		! among "${BASH_REMATCH[2]}" $CORE_PRIVATE ||
			complain "core-private: $path includes $inc"
	fi
	while read -r file target; do
		[ "$file" = "$root" ] || continue
		[ "$(basename "${inc//[<>\"]/}")" != "$target" ] ||
			complain "not-reached: $path includes $target"
	done <<<"$NOT_REACHED"
}

# lines of a file that call one of the functions
calls() {
	local name=$1 list
	shift
	list=$(printf '%s|' "$@")
	grep -nE "(^|[^A-Za-z0-9_>.])(${list%|})[[:space:]]*\(" <<<"${code[$name]}"
}

check_core() {
	local name=$1 unit inc plain may line

	unit=$(basename "$name" | sed 's/\.[ch]$//')
	while may=$(awk -v u="$unit" '$1 == u { print; exit }' <<<"$CORE_UNITS"); [ -z "$may" ]; do
		[[ $unit == *_* ]] || break
		unit=${unit%_*}
	done
	[ -n "$may" ] || complain "core-unit: $name is in no table: add it to CORE_UNITS"
	while IFS= read -r inc; do
		[ -n "$inc" ] || continue
		plain=${inc//[<>\"]/}
		# shellcheck disable=SC2086
		case $inc in
		\<*) among "$plain" $CORE_LIBC || complain "core-libc: $name includes $inc" ;;
		*)
			plain=${plain#core/}
			among "${plain%.h}" $may "${unit}_*" || complain "core-arrow: $name includes $inc"
			;;
		esac
	done <<<"${includes[$name]}"
	# shellcheck disable=SC2086
	while IFS= read -r line; do
		complain "core-call: $name:$line"
	done < <(calls "$name" $CORE_NOT)
}

check_module() {
	local name=$1 line expr

	seen=(["$name"]=1)
	walk "$name" "$name" visit_module "$name"
	# shellcheck disable=SC2086
	if ! among "$name" $TABLE_WRITERS; then
		while IFS= read -r line; do
			complain "table-write: $name:$line"
		done < <(calls "$name" $TABLE_WRITES)
	fi
	# shellcheck disable=SC2086
	if ! among "$name" $RESENDERS; then
		while IFS= read -r line; do
			complain "resend: $name:$line"
		done < <(calls "$name" $RESENDS)
	fi
	# shellcheck disable=SC2086
	if ! among "$name" $YANG_FILES; then
		expr=$(printf '%s|' $YANG_PREFIXES)
		while IFS= read -r line; do
			complain "yang-call: $name:$line"
		done < <(grep -nE "(^|[^A-Za-z0-9_])(${expr%|})[a-z0-9_]+[[:space:]]*\(" <<<"${code[$name]}")
	fi
	# shellcheck disable=SC2086
	if ! among "$name" $RELEASE_FILES; then
		expr=$(printf '%s|' $RELEASE_WORDS)
		while IFS= read -r line; do
			complain "release: $name:$line"
		done < <(grep -nwE "${expr%|}" <<<"${code[$name]}")
		among "$name" $PLAIN_IF_FILES || while IFS= read -r line; do
			complain "release: $name: #$line"
		done < <(sed -n 's/^[[:space:]]*#[[:space:]]*\(\(if\|elif\).*[^[:space:]]\)[[:space:]]*$/\1/p' \
			<<<"${code[$name]}" | grep -vE "$PLAIN_IFS")
	fi
}

# $1: a tree.  Complaints go to standard output, their number to $bad.
check_tree() {
	local name

	bad=0
	load "$1"
	[ ${#code[@]} -gt 0 ] || complain "no sources in $1"
	for name in "${!code[@]}"; do
		case $name in
		core/*) check_core "$name" ;;
		*) check_module "$name" ;;
		esac
	done
}

# ------------------------------------------------------------------ self-test

count=0 failed=0
result() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
	fi
}

# One violation: rule, file it goes into, text.  The copy is the one in memory;
# the file gets its own text back afterwards.
break_rule() {
	local rule=$1 file=$2 text=$3 old=${code[$2]-} old_includes=${includes[$2]-}

	printf '%s\n' "$text" >"$tmp/x.c"
	take "$file" "$tmp/x.c"
	bad=0
	case $file in
	core/*) check_core "$file" ;;
	*) check_module "$file" ;;
	esac >"$tmp/out"
	if [ "$rule" = none ]; then
		[ ! -s "$tmp/out" ]
	else
		grep -q "^# $rule: " "$tmp/out"
	fi
	result $? "$rule: $file with: $(tr '\n' ' ' <<<"$text")"
	if [ -n "$old" ]; then
		code[$file]=$old includes[$file]=$old_includes
	else
		unset "code[$file]" "includes[$file]"
	fi
}

check_tree "$top"
result "$bad" "the tree keeps the rules ($bad violations)"

while IFS='|' read -r rule file text; do
	break_rule "$rule" "$file" "$(printf '%b' "$text")"
done <<'TABLE'
core-arrow|core/avs_prefix.h|#include "avs_table.h"
core-arrow|core/avs_table.c|#include "avs_plan.h"
core-arrow|core/avs_plan.c|#include "bgpd/bgpd.h"
core-libc|core/avs_table.c|#include <zebra.h>
core-libc|core/avs_plan.c|#include <time.h>
core-call|core/avs_plan.c|void *f(void) { return malloc(3); }
core-unit|core/avs_unheard.c|int x;
core-arrow|core/avs_table.c|#include "avs_plan_int.h"
core-private|avs_instance.c|#include "bgpd_avs/core/avs_plan_int.h"
core-private|avs_instance.h|#include "core/avs_facts.h"
none|core/avs_plan_diff.c|#include "avs_plan.h"\n#include "avs_plan_int.h"
none|avs_instance.c|#include "bgpd_avs/core/avs_plan.h"
none|core/avs_plan.c|/* malloc(3) */ const char *s = "free(it)"; // time(0)
none|core/avs_plan.c|#include <string.h>\n#include "avs_table.h"
bgpd-headers|avs_cli.c|#include "bgpd/bgp_route.h"
bgpd-headers|avs_cli_show.c|#include "bgpd/bgpd.h"
none|avs_cli.c|#include "bgpd/bgpd.h"
bgpd-headers|avs_nb_config.c|#include "bgp_route.h"
bgpd-headers|avs_nb_config.c|#include "bgpd_avs/avs_compat.h"
bgpd-headers|avs_glue.c|# include <bgpd/bgp_table.h>
none|avs_rib.c|#include "bgpd/bgpd.h"
table-write|avs_guard.c|void f(void) { bgp_process(b, d, a, s); }
table-write|avs_instance.c|void f(void) { x = bgp_node_get\t(t, p); }
table-write|avs_instance.c|void f(void) { avs_compat_process(b, d, p, a, s); }
none|avs_rib.c|void f(void) { bgp_process(b, d, a, s); }
none|avs_guard.c|/* bgp_process(b) */ void avs_bgp_process(int x);
resend|avs_rib.c|void f(void) { bgp_announce_route(p, a, s, false); }
resend|avs_show.c|void f(void) { bgp_clear(v, b, a, s); }
none|avs_guard.c|void f(void) { bgp_announce_route(p, a, s, false); }
not-reached|avs_cli.c|#include "bgpd_avs/avs_instance.h"
not-reached|avs_cli.c|#include "avs_instance.h"
yang-call|avs_instance.c|void f(void) { lyd_free_all(t); }
yang-call|avs_rib.c|const char *f(void) { return yang_dnode_get_string(d, "x"); }
none|avs_nb_config.c|const char *f(void) { return yang_dnode_get_string(d, "x"); }
release|avs_rib.c|#if FRR_VERSION > 9
release|avs_show.c|# if 0
release|avs_show.c|#ifdef SOMETHING
release|avs_guard.c|static const char *v = AVS_FRR_VERSION;
none|avs_show.c|#ifdef HAVE_CONFIG_H
TABLE

# A chain: the forbidden header is two headers away.
code[avs_zz_a.h]='#include "bgpd_avs/avs_zz_b.h"' includes[avs_zz_a.h]='"bgpd_avs/avs_zz_b.h"'
code[avs_zz_b.h]='#include "bgpd/bgp_route.h"' includes[avs_zz_b.h]='"bgpd/bgp_route.h"'
break_rule bgpd-headers avs_cli.c '#include "bgpd_avs/avs_zz_a.h"'

echo "1..$count"
[ "$failed" = 0 ]
