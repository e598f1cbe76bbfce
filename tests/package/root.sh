# SPDX-License-Identifier: GPL-2.0-or-later
#
# Inside of new mount, PID and network namespaces: make the throw-away root and
# run a command in it.
#
#   root.sh EMPTY-DIRECTORY KIT COMMAND...
#
# KIT appears there as /kit.  Services do not start: policy-rc.d says no.

# shellcheck shell=bash

set -eu

base=$1 kit=$2
shift 2

die() {
	echo "Bail out! $*"
	exit 1
}

mount --make-rprivate /
mount -t tmpfs -o mode=755,size=1g tmpfs "$base"
mkdir "$base/upper" "$base/work" "$base/root"
root=$base/root
mount -t overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" overlay "$root" ||
	die "no overlay of the root file system can be made here"
for file in /usr/bin/dpkg /var/lib/dpkg/status /etc/frr/daemons; do
	[ -e "$root$file" ] || die "$file is on another file system than /"
done

mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
for dir in run tmp; do
	mount -t tmpfs -o mode=755 tmpfs "$root/$dir"
done
chmod 1777 "$root/tmp"
mkdir -m 1777 "$root/run/lock"
mkdir "$root/kit"
cp "$kit"/* "$root/kit/"

rm -f "$root/usr/sbin/policy-rc.d"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
# indexing manual pages takes longer than all the rest
rm -f "$root/var/lib/man-db/auto-update"

ip link set lo up
cd /
exec env -i PATH="$PATH" LC_ALL=C.UTF-8 HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive \
	AVS_TAP_COUNT="${AVS_TAP_COUNT:-0}" chroot "$root" "$@"
