# SPDX-License-Identifier: GPL-2.0-or-later
"""
BGP-4 on the wire, as far as a recording speaker needs it (RFC 4271, 4760,
6793, 7911, 8277, 8092).  Pure functions over bytes; no input or output.
"""
import ipaddress
import socket
import struct

OPEN, UPDATE, NOTIFICATION, KEEPALIVE, REFRESH = 1, 2, 3, 4, 5
MARKER = b"\xff" * 16

FAMILIES = {
    "ipv4-unicast": (1, 1),
    "ipv4-multicast": (1, 2),
    "ipv4-labeled": (1, 4),
    "ipv4-vpn": (1, 128),
    "ipv4-flowspec": (1, 133),
    "ipv6-unicast": (2, 1),
    "ipv6-multicast": (2, 2),
    "ipv6-labeled": (2, 4),
    "ipv6-vpn": (2, 128),
    "l2vpn-evpn": (25, 70),
}
FAMILY_NAMES = {pair: name for name, pair in FAMILIES.items()}
IPV4 = (1, 1)
SEGMENTS = {1: "set", 3: "confed-sequence", 4: "confed-set"}


def message(kind, body=b""):
    """One BGP message."""
    return MARKER + struct.pack("!HB", 19 + len(body), kind) + body


def capability(code, value=b""):
    """One optional parameter with one capability."""
    return bytes((2, 2 + len(value), code, len(value))) + value


def open_message(asn, router_id, hold, capabilities):
    """capabilities: list of (code, value)."""
    options = b"".join(capability(code, value) for code, value in capabilities)
    two_octets = asn if asn < 65536 else 23456
    body = struct.pack("!BHH4sB", 4, two_octets, hold, socket.inet_aton(router_id), len(options))
    return message(OPEN, body + options)


def open_capabilities(body):
    """Code -> list of values of an OPEN message."""
    found = {}
    data = body[10:]
    while data:
        kind, length = data[0], data[1]
        value, data = data[2 : 2 + length], data[2 + length :]
        while kind == 2 and value:
            found.setdefault(value[0], []).append(value[2 : 2 + value[1]])
            value = value[2 + value[1] :]
    return found


def encode_prefix(text):
    """10.0.0.0/8 -> NLRI."""
    network = ipaddress.ip_network(text)
    return bytes((network.prefixlen,)) + network.network_address.packed[: (network.prefixlen + 7) // 8]


def _address_prefix(data, length, afi):
    size = (length + 7) // 8
    width = 4 if afi == 1 else 16
    packed = data[:size] + b"\0" * (width - size)
    return f"{ipaddress.ip_address(packed)}/{length}", data[size:]


def decode_nlri(data, family, add_path):
    """Yields (prefix text, path id or None)."""
    afi, safi = family
    while data:
        path_id = None
        if add_path:
            path_id = struct.unpack("!I", data[:4])[0]
            data = data[4:]
        if afi not in (1, 2) or safi == 133:
            yield "raw:" + data.hex(), path_id
            return
        length, data = data[0], data[1:]
        rd = ""
        if safi in (4, 128):
            while True:
                label, data, length = data[:3], data[3:], length - 24
                if label[2] & 1 or label in (b"\x80\0\0", b"\0\0\0"):
                    break
        if safi == 128:
            rd, data, length = data[:8].hex() + ":", data[8:], length - 64
        prefix, data = _address_prefix(data, length, afi)
        yield rd + prefix, path_id


def encode_path(path, as4):
    """AS path attribute value: numbers, or a list of numbers for an AS_SET."""
    value = b""
    sequence = []

    def flush():
        nonlocal value, sequence
        if sequence:
            value += _segment(2, sequence, as4)
            sequence = []

    for item in path:
        if isinstance(item, (list, tuple)):
            flush()
            value += _segment(1, item, as4)
        else:
            sequence.append(item)
    flush()
    return value


def _segment(kind, numbers, as4):
    form = "!I" if as4 else "!H"
    return bytes((kind, len(numbers))) + b"".join(
        struct.pack(form, n if as4 or n < 65536 else 23456) for n in numbers
    )


def decode_path(value, as4):
    """Flat list of AS numbers, and the kinds of segments other than sequences."""
    width, form = (4, "!I") if as4 else (2, "!H")
    numbers, kinds = [], []
    while value:
        kind, count = value[0], value[1]
        value = value[2:]
        for _ in range(count):
            numbers.append(struct.unpack(form, value[:width])[0])
            value = value[width:]
        if kind in SEGMENTS:
            kinds.append(SEGMENTS[kind])
    return numbers, kinds


def attribute(flags, kind, value):
    """One path attribute."""
    if len(value) > 255:
        return struct.pack("!BBH", flags | 0x10, kind, len(value)) + value
    return struct.pack("!BBB", flags, kind, len(value)) + value


def encode_update(prefixes, path, next_hop, as4, med=None, local_pref=None, communities=(), large=(), origin=0):
    """An IPv4 unicast UPDATE that announces prefixes."""
    attributes = attribute(0x40, 1, bytes((origin,)))
    attributes += attribute(0x40, 2, encode_path(path, as4))
    attributes += attribute(0x40, 3, socket.inet_aton(next_hop))
    if med is not None:
        attributes += attribute(0x80, 4, struct.pack("!I", med))
    if local_pref is not None:
        attributes += attribute(0x40, 5, struct.pack("!I", local_pref))
    if communities:
        value = b"".join(struct.pack("!HH", *map(int, c.split(":"))) for c in communities)
        attributes += attribute(0xC0, 8, value)
    if large:
        value = b"".join(struct.pack("!III", *map(int, c.split(":"))) for c in large)
        attributes += attribute(0xC0, 32, value)
    nlri = b"".join(encode_prefix(p) for p in prefixes)
    body = struct.pack("!HH", 0, len(attributes)) + attributes + nlri
    return message(UPDATE, body)


def encode_update_v6(prefixes, path, next_hop, as4):
    """An IPv6 unicast UPDATE that announces prefixes."""
    reach = struct.pack("!HBB", 2, 1, 16) + ipaddress.ip_address(next_hop).packed + b"\0"
    reach += b"".join(encode_prefix(p) for p in prefixes)
    attributes = attribute(0x40, 1, b"\0") + attribute(0x40, 2, encode_path(path, as4))
    attributes += attribute(0x80, 14, reach)
    return message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes)


def encode_withdraw(prefixes):
    """An IPv4 unicast UPDATE that withdraws prefixes."""
    withdrawn = b"".join(encode_prefix(p) for p in prefixes)
    return message(UPDATE, struct.pack("!H", len(withdrawn)) + withdrawn + b"\0\0")


def end_of_rib():
    """End-of-RIB for IPv4 unicast."""
    return message(UPDATE, b"\0\0\0\0")


def _next_hop(value):
    if len(value) in (4, 16):
        return str(ipaddress.ip_address(value))
    if len(value) in (12, 24):  # behind a route distinguisher
        return str(ipaddress.ip_address(value[8:]))
    if len(value) == 32:
        return str(ipaddress.ip_address(value[:16]))
    return value.hex()


def decode_update(body, as4, add_path):
    """
    Yields events: dicts with "event" announce, withdraw or eor.

    add_path: set of families in which the peer sends path identifiers
    """
    size = struct.unpack("!H", body[:2])[0]
    withdrawn, body = body[2 : 2 + size], body[2 + size :]
    size = struct.unpack("!H", body[:2])[0]
    data, nlri = body[2 : 2 + size], body[2 + size :]
    common, reach, unreach = {}, None, None
    while data:
        flags, kind = data[0], data[1]
        if flags & 0x10:
            length, start = struct.unpack("!H", data[2:4])[0], 4
        else:
            length, start = data[2], 3
        value, data = data[start : start + length], data[start + length :]
        if kind == 1:
            common["origin"] = value[0]
        elif kind == 2:
            common["path"], kinds = decode_path(value, as4)
            if kinds:
                common["segments"] = kinds
        elif kind == 3:
            common["next_hop"] = _next_hop(value)
        elif kind == 4:
            common["med"] = struct.unpack("!I", value)[0]
        elif kind == 5:
            common["local_pref"] = struct.unpack("!I", value)[0]
        elif kind == 6:
            common["atomic_aggregate"] = True
        elif kind == 7:
            common["aggregator"] = value.hex()
        elif kind == 8:
            common["communities"] = [
                "%d:%d" % struct.unpack("!HH", value[i : i + 4]) for i in range(0, length, 4)
            ]
        elif kind == 14:
            reach = value
        elif kind == 15:
            unreach = value
        elif kind == 16:
            common["extended"] = [value[i : i + 8].hex() for i in range(0, length, 8)]
        elif kind == 32:
            common["large"] = [
                "%d:%d:%d" % struct.unpack("!III", value[i : i + 12]) for i in range(0, length, 12)
            ]
        else:
            common.setdefault("other", {})[str(kind)] = value.hex()

    def emit(event, family, nlri_bytes, extra):
        for prefix, path_id in decode_nlri(nlri_bytes, family, family in add_path):
            entry = {"event": event, "family": FAMILY_NAMES.get(family, str(family)), "prefix": prefix}
            if path_id is not None:
                entry["path_id"] = path_id
            entry.update(extra)
            yield entry

    if not withdrawn and not nlri and reach is None and unreach is None:
        yield {"event": "eor", "family": "ipv4-unicast"}
    yield from emit("withdraw", IPV4, withdrawn, {})
    if unreach is not None:
        family = struct.unpack("!HB", unreach[:3])
        if len(unreach) == 3:
            yield {"event": "eor", "family": FAMILY_NAMES.get(family, str(family))}
        yield from emit("withdraw", family, unreach[3:], {})
    yield from emit("announce", IPV4, nlri, common)
    if reach is not None:
        family = struct.unpack("!HB", reach[:3])
        length = reach[3]
        extra = dict(common, next_hop=_next_hop(reach[4 : 4 + length]))
        yield from emit("announce", family, reach[5 + length :], extra)
