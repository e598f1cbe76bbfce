#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tools/avs-udr: what it renders, what it refuses, what it finds different.
#
# The documents are data of this file; the router's own are rendered in
# tests/topotests/bgp_avs_udr.  What it writes as a shell script is run, with an
# az that only prints.
#
# Output is TAP; the exit status is 0 when everything is ok.

set -u
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1

top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
python=${PYTHON3:-/usr/bin/python3}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
count=0 failed=0

# ok DESCRIPTION COMMAND...
ok() {
	local what=$1
	shift
	count=$((count + 1))
	if "$@" >"$tmp/said" 2>&1; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		failed=1
		sed 's/^/# /' "$tmp/said" "$tmp/out" "$tmp/err" 2>/dev/null
	fi
}

# run STATUS ARGUMENT...: output is in $tmp/out and $tmp/err
run() {
	local status=$1
	shift
	"$python" "$top/tools/avs-udr" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	local got=$?
	[ $got = "$status" ] || { echo "status $got instead of $status"; return 1; }
}

says() { grep -qF -- "$1" "$tmp/out" || { echo "not said: $1"; return 1; }; }
silent() { ! grep -qF -- "$1" "$tmp/out" || { echo "said: $1"; return 1; }; }
complains() {
	grep -qF -- "$1" "$tmp/err" || { echo "no complaint: $1"; return 1; }
	[ "$(wc -l <"$tmp/err")" = 1 ] || { echo "more than one line"; return 1; }
}

cat >"$tmp/good.json" <<'JSON'
{"schemaVersion": 1, "instance": "default", "complete": true, "generation": 7, "acknowledged": 0,
 "table": [
  {"name": "gateway-subnet", "limit": 1000, "headroom": 997, "excluded": [], "notListed": 0, "route": [
   {"prefix": "10.50.0.0/24", "nextHop": "10.1.1.4", "segment": ["on-premises"], "stale": true},
   {"prefix": "10.120.0.0/24", "nextHop": "10.1.1.4", "segment": ["private-cloud"], "stale": false},
   {"prefix": "10.121.0.0/24", "nextHop": "10.1.1.4", "segment": ["private-cloud"], "stale": false}]},
  {"name": "nva-nic", "limit": 1000, "headroom": 999, "excluded": [], "notListed": 0, "route": [
   {"prefix": "0.0.0.0/0", "segment": [], "stale": false}]}]}
JSON
sed 's/"complete": true/"complete": false, "incompleteBecause": "down", "routeServer": "hub"/' \
	"$tmp/good.json" >"$tmp/incomplete.json"
sed 's/"schemaVersion": 1/"schemaVersion": 2/' "$tmp/good.json" >"$tmp/newer.json"
sed 's/10.50.0.0.24/$(reboot)/' "$tmp/good.json" >"$tmp/hostile.json"
echo '{}' >"$tmp/empty.json"
echo '[1, 2' >"$tmp/broken.json"
cat >"$tmp/azure.json" <<'JSON'
[{"name": "avs-10-50-0-0-24", "addressPrefix": "10.50.0.0/24", "nextHopType": "VirtualAppliance",
  "nextHopIpAddress": "10.1.1.4"},
 {"name": "by hand", "addressPrefix": "10.120.0.0/24", "nextHopType": "VirtualAppliance",
  "nextHopIpAddress": "10.1.1.99"},
 {"name": "avs-10-66-0-0-16", "addressPrefix": "10.66.0.0/16", "nextHopType": "VirtualAppliance",
  "nextHopIpAddress": "10.1.1.4"},
 {"name": "rs", "addressPrefix": "10.1.0.0/26", "nextHopType": "VnetLocal"}]
JSON
cat >"$tmp/same.json" <<'JSON'
{"routes": [
 {"name": "a", "addressPrefix": "10.50.0.0/24", "nextHopType": "virtualAppliance", "nextHopIpAddress": "10.1.1.4"},
 {"name": "b", "addressPrefix": "10.120.0.0/24", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.1.1.4"},
 {"name": "c", "addressPrefix": "10.121.0.0/24", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.1.1.4"}]}
JSON

# an az that prints
mkdir "$tmp/bin"
printf '#!/bin/sh\necho "$@"\n' >"$tmp/bin/az"
chmod +x "$tmp/bin/az"
apply() {
	cp "$tmp/out" "$tmp/change.sh"
	RG='my group' RT=gw PATH="$tmp/bin:$PATH" sh "$tmp/change.sh" >"$tmp/out" 2>"$tmp/err"
}

all_routes() {
	run 0 az --file "$tmp/good.json" && says "generation 7" && apply &&
		[ "$(wc -l <"$tmp/out")" = 3 ] &&
		says "network route-table route create -g my group --route-table-name gw -n avs-10-120-0-0-24 --address-prefix 10.120.0.0/24 --next-hop-type VirtualAppliance --next-hop-ip-address 10.1.1.4"
}
ok "az: a create for each route" all_routes

differences() {
	run 0 az --file "$tmp/good.json" --azure "$tmp/azure.json" && apply &&
		[ "$(wc -l <"$tmp/out")" = 3 ] && silent 10.50.0.0/24 && silent 10.1.0.0/26 &&
		says "create -g my group --route-table-name gw -n by hand --address-prefix 10.120.0.0/24" &&
		says "create -g my group --route-table-name gw -n avs-10-121-0-0-24" &&
		tail -n 1 "$tmp/out" | grep -q "delete -g my group --route-table-name gw -n avs-10-66-0-0-16"
}
ok "az --azure: the differences, what is ours deleted last" differences

unset_group() {
	run 0 az --file "$tmp/good.json" && cp "$tmp/out" "$tmp/change.sh" &&
		! env -u RG -u RT PATH="$tmp/bin:$PATH" sh "$tmp/change.sh" >"$tmp/out" 2>&1 &&
		silent "route create"
}
ok "az: without RG and RT nothing is called" unset_group

own_nic() {
	run 0 az --file "$tmp/good.json" --table nva-nic &&
		says "-n avs-0-0-0-0-0 --address-prefix 0.0.0.0/0 --next-hop-type Internet -o none" &&
		silent "next-hop-ip-address"
}
ok "the appliance's own table goes to the Internet" own_nic

bicep() {
	run 0 bicep --file "$tmp/good.json" && says "var avsRoutes = [" && says "name: 'avs-10-121-0-0-24'" &&
		says "nextHopIpAddress: '10.1.1.4'" && says "// stale" && says "disableBgpRoutePropagation: false" &&
		[ "$(grep -c '{' "$tmp/out")" = "$(grep -c '}' "$tmp/out")" ]
}
ok "bicep" bicep

terraform() {
	run 0 terraform --file "$tmp/good.json" && says '"avs-10-121-0-0-24" = {' &&
		says 'next_hop_in_ip_address = "10.1.1.4"' &&
		[ "$(grep -c '{' "$tmp/out")" = "$(grep -c '}' "$tmp/out")" ] &&
		run 0 terraform --file "$tmp/good.json" --table nva-nic && says 'next_hop_in_ip_address = null'
}
ok "terraform" terraform

incomplete() {
	run 1 az --file "$tmp/incomplete.json" && complains "down: hub" && [ ! -s "$tmp/out" ] &&
		run 1 bicep --file "$tmp/incomplete.json" && complains "down: hub" && [ ! -s "$tmp/out" ] &&
		run 1 terraform --file "$tmp/incomplete.json" && complains "down: hub" && [ ! -s "$tmp/out" ] &&
		run 1 compare --file "$tmp/incomplete.json" "$tmp/azure.json" && complains "down: hub" &&
		run 0 az --file "$tmp/incomplete.json" --force && complains "not complete" && says 10.121.0.0/24
}
ok "tables that are not complete are refused, unless forced" incomplete

compare() {
	run 3 compare --file "$tmp/good.json" "$tmp/azure.json" && [ "$(wc -l <"$tmp/out")" = 3 ] &&
		grep -q "^missing .*10.121.0.0/24" "$tmp/out" &&
		grep -q "^wrong next hop .*10.120.0.0/24" "$tmp/out" &&
		grep -q "^superfluous .*10.66.0.0/16" "$tmp/out" &&
		run 0 compare --file "$tmp/good.json" "$tmp/same.json" && says "as needed, generation 7"
}
ok "compare: missing, wrong, superfluous; equal is 0" compare

bad_input() {
	run 1 az --file "$tmp/newer.json" && complains "schema version 2" &&
		run 1 az --file "$tmp/empty.json" && complains "no tables" &&
		run 1 az --file "$tmp/broken.json" && complains "broken.json" &&
		run 1 az --file "$tmp/missing.json" && complains "missing.json" &&
		run 1 az --file "$tmp/hostile.json" && complains "not a route" && [ ! -s "$tmp/out" ] &&
		run 1 compare --file "$tmp/good.json" "$tmp/empty.json" && complains "not a list" &&
		run 1 compare --file "$tmp/good.json" "$tmp/broken.json" && complains "broken.json" &&
		run 2 az --file - --azure - && run 2 && run 2 zebra
}
ok "bad input: one sentence, nothing rendered" bad_input

cat >"$tmp/quote.json" <<'JSON'
[{"name": "avs-'; reboot; '", "addressPrefix": "10.66.0.0/16", "nextHopType": "VirtualAppliance"}]
JSON
quotes() {
	run 1 az --file "$tmp/good.json" --azure "$tmp/quote.json" && complains "name" && [ ! -s "$tmp/out" ]
}
ok "a name that is none of Azure's goes into no script" quotes

echo "1..$count"
exit $failed
