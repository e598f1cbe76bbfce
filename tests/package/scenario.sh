# SPDX-License-Identifier: GPL-2.0-or-later
#
# What happens to a machine with frr when frr-avs comes, lives and goes.  Runs in
# the throw-away root that root.sh has made; /kit has frr.deb and frr-avs.deb.
#
# Each check leaves the machine in the state that the next one begins with.
# Three states have names, and functions that tell whether it is the one:
#
#   stock      frr alone, vtysh is the file of its package, nobody diverts it
#   installed  frr-avs on top of it, vtysh is ours, frr's is vtysh.frr
#   bare       neither
#
# What does not come out of an archive (another revision or release of frr, a
# package that fails half-way) is made from the two packages here.

# shellcheck shell=bash disable=SC2317 # functions are called by check()

set -u

# shellcheck source=tests/package/tap.sh
. /kit/tap.sh

VTYSH=/usr/bin/vtysh
BGPD=/usr/lib/frr/bgpd
tmp=$(mktemp -d)

stock_vtysh=$tmp/stock/usr/bin/vtysh
our_vtysh=$tmp/ours/usr/bin/vtysh

# ---------------------------------------------------------------- what is what

status() {
	dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || echo not-installed
}

# it works, and our lines are lines to it (without a daemon: it reads a file)
knows_avs() {
	printf '%s\n' 'router bgp 64512' ' avs advertise default toward private-cloud' >"$tmp/lines"
	vtysh -C -f "$tmp/lines"
	no "$VTYSH.frr" -C -f "$tmp/lines"
}

diverted_by() {
	dpkg-divert --listpackage "$VTYSH"
}

stock() {
	test "$(status frr)" = installed
	test "$(status frr-avs)" != installed
	cmp "$stock_vtysh" "$VTYSH"
	test "$(stat -c '%a %U %G' "$VTYSH")" = "755 root root"
	no test -e "$VTYSH.frr"
	test -z "$(diverted_by)"
	test -z "$(dpkg --verify frr | grep -v ' c ')"
}

installed() {
	test "$(status frr)" = installed
	test "$(status frr-avs)" = installed
	cmp "$our_vtysh" "$VTYSH"
	cmp "$stock_vtysh" "$VTYSH.frr"
	test "$(diverted_by)" = frr-avs
	test "$(dpkg-divert --truename "$VTYSH")" = "$VTYSH.frr"
	test -z "$(dpkg --verify frr | grep -v ' c ')"
	test -z "$(dpkg --verify frr-avs)"
	knows_avs
}

bare() {
	test "$(status frr)" != installed
	test "$(status frr-avs)" != installed
	no test -e "$VTYSH"
	no test -e "$VTYSH.frr"
	test -z "$(diverted_by)"
}

# everything but what dpkg itself keeps
all_files() {
	# mgmtd keeps its history in /var/lib/frr
	find /etc /usr /var/lib /var/log/frr -xdev \( -path /var/lib/dpkg -o -path /var/lib/frr \) -prune \
		-o -print | sort
}

# repack NAME FROM VERSION [COMMAND...]: the same with another version, changed
# by a command that is run in its tree
repack() {
	local name=$1 from=$2 version=$3
	shift 3
	dpkg-deb -R "$from" "$tmp/repack"
	sed -i "s/^Version:.*/Version: $version/" "$tmp/repack/DEBIAN/control"
	[ $# = 0 ] || (cd "$tmp/repack" && "$@")
	dpkg-deb -Znone -b "$tmp/repack" "$tmp/$name.deb"
	rm -rf "$tmp/repack"
}

# a vtysh that can be told from the other one, and works as well
mark_vtysh() {
	echo mark >>usr/bin/vtysh
	(cd usr/bin && md5sum vtysh | sed 's|vtysh|usr/bin/vtysh|') >sum
	# shellcheck disable=SC2016 # sed's own $
	sed -i -e '\|usr/bin/vtysh$|d' -e '$r sum' DEBIAN/md5sums
	rm sum
}

fails_in() {
	sed -i 's/^exit 0$/exit 1/' "DEBIAN/$1"
}

# ------------------------------------------------------------------ the checks

prepare() {
	dpkg-deb -x /kit/frr.deb "$tmp/stock"
	dpkg-deb -x /kit/frr-avs.deb "$tmp/ours"
	[ "$(status frr-avs)" = not-installed ] || dpkg --purge frr-avs
	dpkg -i /kit/frr.deb
	frr_version=$(dpkg-deb -f /kit/frr.deb Version)
	repack frr-revision /kit/frr.deb "$frr_version+1" mark_vtysh
	next=$(dpkg-deb -f /kit/frr-avs.deb Depends | sed -n 's/.*frr (<< \([^)]*\)~).*/\1/p')
	repack frr-release /kit/frr.deb "$next-1"
	repack avs-next /kit/frr-avs.deb 99
	repack avs-fails /kit/frr-avs.deb 99.1 fails_in preinst
	all_files >"$tmp/files.stock"
	md5sum /etc/frr/* >"$tmp/etc.stock"
	stock
}

on_top() {
	dpkg -i /kit/frr-avs.deb
	installed
	# enabling is somebody else's decision
	md5sum /etc/frr/* | diff "$tmp/etc.stock" -
	no grep -q avs /etc/frr/daemons
}

# only what is in the package, its database aside
nothing_more() {
	dpkg-deb -c /kit/frr-avs.deb | awk '$1 !~ /^d/ { print $6 }' | sed 's/^\.//' >"$tmp/new"
	printf '%s\n' /usr/bin/vtysh.frr /usr/share/doc/frr-avs >>"$tmp/new"
	sort -u "$tmp/new" "$tmp/files.stock" >"$tmp/expected"
	all_files | diff "$tmp/expected" -
}

wait_for() {
	local i
	for ((i = 0; i < 100; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	"$@"
}

module_loads() {
	mkdir -p /var/run/frr
	chown frr:frr /var/run/frr
	$BGPD -d -A 127.0.0.1 -M avs -Z -S
	wait_for vtysh -d bgpd -c 'show version'
	vtysh -d bgpd -c 'show modules' >"$tmp/modules"
	grep bgpd_avs "$tmp/modules"
	vtysh -c 'show bgp avs' >"$tmp/show"
	no grep -i 'unknown command' "$tmp/show"
	# the plain vtysh does not know it: it is our library that does
	no "$VTYSH.frr" -d bgpd -c 'show bgp avs'
	kill "$(cat /var/run/frr/bgpd.pid)"
	wait_for no kill -0 "$(cat /var/run/frr/bgpd.pid)"
	# it may belong to root, and the next one is written as frr
	rm -f /var/run/frr/bgpd.pid
}

round_trip() {
	cp -a /etc/frr "$tmp/etc.frr"
	chmod 755 /kit/round-trip
	/kit/round-trip
	/usr/lib/frr/frrinit.sh stop
}

# the same package again, and a later one
upgrade() {
	dpkg -i /kit/frr-avs.deb
	installed
	dpkg -i "$tmp/avs-next.deb"
	installed
}

# what is there stays in use
upgrade_fails() {
	no dpkg -i "$tmp/avs-fails.deb"
	test "$(dpkg-query -W -f='${Version}' frr-avs)" = 99
	installed
}

downgrade() {
	dpkg -i /kit/frr-avs.deb
	installed
}

frr_again() {
	dpkg -i /kit/frr.deb
	installed
}

# its vtysh arrives behind ours
frr_revision() {
	dpkg -i "$tmp/frr-revision.deb"
	cmp "$our_vtysh" "$VTYSH"
	tail -n 1 "$VTYSH.frr" | grep -a mark
	test "$(status frr-avs)" = installed
	knows_avs
	test -z "$(dpkg --verify frr | grep -v ' c ')"
}

# and is what remains
remove_after_revision() {
	dpkg --remove frr-avs
	tail -n 1 "$VTYSH" | grep -a mark
	no test -e "$VTYSH.frr"
	test -z "$(diverted_by)"
	dpkg -i --force-downgrade /kit/frr.deb /kit/frr-avs.deb
	installed
}

# apt_would HIDE WHAT FILE...: what apt proposes when the archive has these files
# and the packages HIDE are not installed.  frr-pythontools always is among
# those: it ties frr to one release as well.
apt_would() {
	local hide=$1 action=$2 lists=$tmp/lists
	shift 2
	rm -rf "$tmp/archive" "$lists"
	mkdir -p "$tmp/archive" "$lists/partial"
	cp "$@" "$tmp/archive"
	(cd "$tmp/archive" && dpkg-scanpackages -m . >Packages)
	awk -v RS= -v ORS='\n\n' "!/^Package: ($hide)\n/" /var/lib/dpkg/status >"$tmp/status"
	echo "deb [trusted=yes] copy:$tmp/archive ./" >"$tmp/sources.list"
	set -- -q -o Dir::Etc::SourceList="$tmp/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$lists" -o Dir::State::Status="$tmp/status" -o APT::Sandbox::User=root -o Dir::Etc::Preferences=/dev/null \
		-o Dir::Etc::PreferencesParts=/dev/null -o Dir::Cache="$lists"
	apt-get "$@" update
	apt-get "$@" -s "$action"
}

apt_revision() {
	apt_would frr-pythontools upgrade "$tmp/frr-revision.deb" >"$tmp/apt"
	grep '^Inst frr ' "$tmp/apt"
	no grep '^Remv' "$tmp/apt"
}

apt_release() {
	apt_would frr-pythontools upgrade "$tmp/frr-release.deb" >"$tmp/apt"
	grep 'kept back' "$tmp/apt"
	no grep -E '^(Inst|Remv)' "$tmp/apt"
	# it is us who keep it
	apt_would 'frr-pythontools|frr-avs' upgrade "$tmp/frr-release.deb" >"$tmp/apt"
	grep '^Inst frr ' "$tmp/apt"
}

remove() {
	dpkg --remove frr-avs
	test "$(status frr-avs)" = config-files
	stock
}

removed_install_again() {
	dpkg -i /kit/frr-avs.deb
	installed
	dpkg --remove frr-avs
}

purge() {
	dpkg --purge frr-avs
	test "$(status frr-avs)" = not-installed
	stock
	all_files | diff "$tmp/files.stock" -
	md5sum /etc/frr/* | diff "$tmp/etc.stock" -
}

restore_etc() {
	rm -rf /etc/frr
	mv "$tmp/etc.frr" /etc/frr
}

# the option left behind: not a bgpd that announces whatever
fails_closed() {
	rm -f /var/run/frr/bgpd.vty
	no "$BGPD" -d -A 127.0.0.1 -M avs -Z -S
	no test -e /var/run/frr/bgpd.vty
}

install_fails() {
	no dpkg -i "$tmp/avs-fails.deb"
	dpkg --purge frr-avs
	stock
}

# an administrator's own diversion is his
foreign_diversion() {
	dpkg-divert --local --add --rename --divert "$VTYSH.mine" "$VTYSH"
	no dpkg -i /kit/frr-avs.deb
	test "$(diverted_by)" = LOCAL
	cmp "$stock_vtysh" "$VTYSH.mine"
	no test -e "$VTYSH"
	dpkg --purge frr-avs
	dpkg-divert --local --remove --rename --divert "$VTYSH.mine" "$VTYSH"
	stock
}

to_bare() {
	dpkg --remove --force-depends frr
	bare
}

avs_before_frr() {
	dpkg --unpack /kit/frr-avs.deb
	test "$(diverted_by)" = frr-avs
	# alone it says what is missing
	no "$VTYSH" -c 'show version'
	dpkg --unpack /kit/frr.deb
	dpkg --configure frr frr-avs
	installed
}

# frr is gone first, because somebody insists
frr_first() {
	dpkg --remove --force-depends frr
	cmp "$our_vtysh" "$VTYSH"
	no test -e "$VTYSH.frr"
	dpkg --remove frr-avs
	bare
}

both_at_once() {
	dpkg -i /kit/frr-avs.deb /kit/frr.deb
	installed
	dpkg --remove --force-depends frr frr-avs
	bare
	dpkg -i /kit/frr.deb /kit/frr-avs.deb
	installed
	dpkg --purge frr-avs
	stock
}

check "a machine with the stock frr" prepare
[ $tap_failed = 0 ] || { echo "1..$tap_count"; exit 1; }
check "install on top of frr: vtysh is ours, frr's is next to it" on_top
check "nothing appears but the files of the package" nothing_more
check "bgpd -M avs loads the module, vtysh knows its commands" module_loads
check "enable, restart, write, restart: the configuration is the same" round_trip
check "upgrade: the same again, then a later version" upgrade
check "upgrade that fails: what was there stays" upgrade_fails
check "downgrade" downgrade
check "frr installed once more over it" frr_again
check "another revision of frr: its vtysh arrives behind ours" frr_revision
check "... and is what a removal restores" remove_after_revision
restore_etc
check "apt lets another revision of frr in" apt_revision
check "apt upgrade keeps the next release of frr back" apt_release
check "remove: vtysh is frr's, byte for byte" remove
check "install and remove once more, what was not purged" removed_install_again
check "purge: nothing is left" purge
check "-M avs left behind: bgpd does not start" fails_closed
check "install that fails: vtysh is frr's" install_fails
check "a diversion of somebody else is respected" foreign_diversion
check "remove frr" to_bare
check "frr-avs unpacked before frr" avs_before_frr
check "frr removed before frr-avs" frr_first
check "both in one go, in either order, and removed" both_at_once
echo "1..$tap_count"
exit $tap_failed
