#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vtysh and the module know the same commands.
#
# The table of vtysh_avs.so is generated from bgpd_avs.so; here both compiled
# libraries are read again and compared: name, command, help, attributes and
# nodes.  A command that vtysh does not know is a line lost at boot.
#
# Output is TAP.  Started by make check: AVS_BUILDDIR, FRR_SRC, FRR_BUILD.

set -u
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1

build=${AVS_BUILDDIR:?} python=${PYTHON3:-/usr/bin/python3}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

for so in bgpd_avs.so vtysh_avs.so; do
	(cd "${FRR_BUILD:?}" && PATH=$(dirname "$python"):$PATH lib/clippy \
		"${FRR_SRC:?}/python/xrelfo.py" -o "$tmp/$so" "$build/.libs/$so") || {
		echo "not ok 1 - $so cannot be read"
		exit 1
	}
done

"$python" - "$tmp/bgpd_avs.so" "$tmp/vtysh_avs.so" <<'PYTHON'
import json, sys


def commands(name):
    """command -> what somebody who types can notice"""
    with open(name, encoding="utf-8") as stream:
        found = json.load(stream).get("cli", {})
    return {
        name: (
            spec["string"],
            spec["doc"],
            spec.get("attrs", spec.get("attr", 0)),
            sorted(node["node"] for node in spec.get("nodes", [])),
        )
        for name, places in found.items()
        for spec in places.values()
    }


module, vtysh = (commands(name) for name in sys.argv[1:])
differ = [name for name in sorted(module.keys() | vtysh.keys()) if module.get(name) != vtysh.get(name)]
for name in differ:
    print(f"# {name}: module {module.get(name)}, vtysh {vtysh.get(name)}")
ok = module and not differ
print(f"{'ok' if ok else 'not ok'} 1 - {len(module)} commands of the module, the same in vtysh")
print("1..1")
sys.exit(0 if ok else 1)
PYTHON
