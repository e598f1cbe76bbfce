# SPDX-License-Identifier: GPL-2.0-or-later
"""
What is fed: N routes as an ExpressRoute gateway with two circuits delivers them.

    40 %  private cloud    65515 12076 398656[ 398656 ...]    4 paths
    40 %  on-premises      65515 12076 645xx[ 647xx]          200 paths
    20 %  virtual network  65515                              1 path

Sixteen routes, /24 to /28, fill a /22; every fifth /22 is empty.  A /22
belongs to one class.  Routes with the same path go into one UPDATE, up to
4096 bytes, in the order of the addresses.  The same N gives the same bytes.

MARKER comes last.  What is changed later (single()) lies in 172.16.0.0/12,
apart from the rest.
"""
import ipaddress

from lib import wire

AZURE, MSEE, AVS = 65515, 12076, 398656
BASE = int(ipaddress.ip_address("10.0.0.0"))
LENGTHS = (24, 25, 25, 26, 26, 26, 26, 27, 27, 27, 27, 27, 27, 27, 28, 28)
MARKER = "172.31.255.1/32"
SINGLES = 14
BATCH = 700  # prefixes of at most 5 bytes: fits 4096 with any of the paths


def _path(block):
    """AS path of the n-th /22 that is not empty."""
    turn, kind = divmod(block, 5)
    if kind in (0, 1):
        return (AZURE, MSEE) + (AVS,) * (1 + (2 * turn + kind) % 4)
    if kind in (2, 3):
        site = (2 * turn + kind) % 200
        return (AZURE, MSEE, 64520 + site % 50) + ((64700 + site % 40,) if site % 2 else ())
    return (AZURE,)


def routes(count):
    """[(prefix as text, AS path)] of count routes."""
    found, slot, block = [], 0, 0
    while len(found) < count:
        address = BASE + slot * 1024
        if slot % 5 != 4:
            path = _path(block)
            block += 1
            for length in LENGTHS[: count - len(found)]:
                found.append((f"{ipaddress.ip_address(address)}/{length}", path))
                address += 1 << (32 - length)
        slot += 1
    return found


def supernets(count):
    """The /16 that have routes."""
    return sorted(
        {str(ipaddress.ip_network(p).supernet(new_prefix=16)) for p, _ in routes(count)},
        key=ipaddress.ip_network,
    )


def updates(table, next_hop):
    """The UPDATEs of routes(), of the marker, and End-of-RIB, as one string of bytes."""
    paths, messages = {}, []
    for prefix, path in table:
        batch = paths.setdefault(path, [])
        batch.append(prefix)
        if len(batch) == BATCH:
            messages.append(wire.encode_update(batch, path, next_hop, True))
            paths[path] = []
    for path, batch in paths.items():
        if batch:
            messages.append(wire.encode_update(batch, path, next_hop, True))
    messages.append(wire.encode_update([MARKER], (AZURE,), next_hop, True))
    return b"".join(messages) + wire.end_of_rib()


def single(number):
    """A route that comes later, and the supernet around it."""
    return f"172.{16 + number}.1.0/24", f"172.{16 + number}.0.0/16"
