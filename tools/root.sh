# SPDX-License-Identifier: GPL-2.0-or-later
#
# Roots of other Debian suites and architectures: made by mmdebstrap, entered in namespaces of
# their own.  Sourced by tools/matrix and tools/arm64, which set $top and $AVS_CACHE.

# shellcheck shell=bash

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

root_die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# ---------------------------------------------------------------- the archive

# where this machine's own packages come from
mirror() {
	apt-get indextargets --format '$(SITE)|$(REPO_URI)|$(COMPONENT)|$(ORIGIN)' 'Created-By: Packages' 2>/dev/null |
		awk -F'|' '$3 == "main" && $4 == "Debian" { print $2; exit }'
}

# ------------------------------------------------------------------- the roots

# in_root ROOT COMMAND...: with the tree at its own path
in_root() {
	local root=$1
	shift
	# shellcheck disable=SC2016 # expanded by the shell in the new namespace
	unshare --mount --pid --fork --kill-child /bin/sh -euc '
		root=$1 top=$2
		shift 2
		mount --make-rprivate /
		mount --bind "$root" "$root"
		mount -t proc proc "$root/proc"
		mount -t sysfs sysfs "$root/sys"
		mount --rbind /dev "$root/dev"
		mount -t tmpfs -o mode=755 tmpfs "$root/run"
		mkdir -p "$root/run/lock"
		[ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$root/etc/resolv.conf"
		# a chroot would not do: who enters a namespace of a test has its root
		mkdir -p "$root/.outside"
		cd "$root"
		pivot_root . .outside
		# process 1 stays a shell: others are no good at being it
		exec chroot . /bin/sh -euc "umount -l /.outside; mkdir -p \"\$1\"; cd \"\$1\"; shift; set +e; \"\$@\"; exit \$?" sh "$top" "$@"
	' sh "$root" "$top" "$@"
}

# what is generated or built there stays
GENERATED="build configure aclocal.m4 build-aux m4 Makefile.in autom4te.cache"

copy_tree() {
	local to=$1$top keep=() leave=() name

	for name in $GENERATED; do
		keep+=(! -name "$name")
		leave+=(--exclude="./$name")
	done
	mkdir -p "$to"
	find "$to" -mindepth 1 -maxdepth 1 "${keep[@]}" -exec rm -rf {} +
	tar -C "$top" "${leave[@]}" -cf - . | tar -C "$to" -xf -
}

# make_root SUITE ROOT MMDEBSTRAP-OPTION...
make_root() {
	local suite=$1 root=$2 site
	shift 2

	command -v mmdebstrap >/dev/null || {
		apt-get -q update && DEBIAN_FRONTEND=noninteractive \
			apt-get -q -y --no-install-recommends install mmdebstrap
	} || return
	site=$(mirror)
	[ -n "$site" ] || { echo "this machine's apt knows no Debian archive"; return 1; }
	rm -rf "$root" "$root.new"
	mkdir -p "$root.new"
	# A copy of an archive may be older than its Release file says it can be.
	mmdebstrap --variant=apt --include=mount --keyring="$keyring" --aptopt='Acquire::Check-Valid-Until "false"' \
		--skip=check/qemu "$@" "$suite" "$root.new" \
		"deb [signed-by=$keyring] $site $suite main" || { rm -rf "$root.new"; return 1; }
	mv "$root.new" "$root"
}

# machine 183 of an ELF file
file_is_arm64() {
	[ "$(od -An -tu2 -j18 -N2 "$1" 2>/dev/null | tr -d ' ')" = 183 ]
}
