# SPDX-License-Identifier: GPL-2.0-or-later
#
# TAP for the scripts here.  A check is a function, run with "set -e": the first
# command that fails ends it, and its trace is printed.
#
# Two habits of bash to keep in mind: "check ... || something" would switch
# "set -e" off inside of the check, so ask tap_failed instead; and "! command"
# never ends anything, so write "no command".

# shellcheck shell=bash disable=SC2034 # who sources it asks tap_failed

tap_count=${AVS_TAP_COUNT:-0}
tap_failed=0
tap_out=$(mktemp)

# check DESCRIPTION COMMAND...
check() {
	local name=$1 status
	shift
	(
		set -ex
		"$@"
	) >"$tap_out" 2>&1
	status=$?
	tap_count=$((tap_count + 1))
	if [ $status = 0 ]; then
		echo "ok $tap_count - $name"
		return
	fi
	tap_failed=1
	echo "not ok $tap_count - $name"
	tail -n 60 "$tap_out" | cut -c1-300 | sed "s/^/# /"
}

# the command has to fail
no() {
	! "$@"
}

# skip DESCRIPTION REASON
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}
