# SPDX-License-Identifier: GPL-2.0-or-later
"""
What was typed and what the peers announce, and what the contract says of that alone.

State is copied for each step; classify() is the table of doc/user.rst, "Classification", written a
second time and in another language than the code that it judges.
"""
import ipaddress

AVS_ORIGINS = [(398656, 398670), (400572, 400581)]
RFC1918 = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
HALVES = ("0.0.0.0/1", "128.0.0.0/1")
GATEWAY = "65517:65517"
LOCAL_AS = 64512
# large community 64514:TAG+n:0, n the segment
TAG = 0x41565300
TAGGED = {TAG + 1: "private-cloud", TAG + 2: "on-premises", TAG + 3: "virtual-network"}


def net(prefix):
    return ipaddress.ip_network(prefix)


def dangerous(prefix):
    """A default-equivalent, or an RFC 1918 block."""
    return net(prefix).prefixlen < 8 or prefix in RFC1918


def flat(path):
    """AS numbers of a path; an AS_SET is a list in it."""
    return [asn for item in path for asn in (item if isinstance(item, list) else [item])]


def azure_row(path, communities=()):
    """The table: segment of a path that Route Server delivers."""
    numbers = flat(path)
    if not numbers or numbers[0] != 65515:
        return "unknown"
    rest = numbers[1:]
    while rest and rest[0] == 65520:
        rest = rest[1:]
    if not rest:
        if len(numbers) > 1:
            return "unknown"
        return "on-premises" if GATEWAY in communities else "virtual-network"
    if rest[0] != 12076:
        return "on-premises" if GATEWAY in communities and rest == numbers[1:] else "unknown"
    while rest and rest[0] == 12076:
        rest = rest[1:]
    if not rest:
        return "virtual-network"
    if any(low <= rest[-1] <= high for low, high in AVS_ORIGINS) and not isinstance(path[-1], list):
        return "private-cloud"
    return "on-premises"


class State:
    """Lines in force, and what each session announces."""

    SINGLE = ("route-limit", "usable", "gateway-limit", "guard", "prepend", "next-hop", "route-map")

    def __init__(self, lines=(), routes=None, family=(), permits=()):
        self.lines = list(lines)
        self.routes = {name: dict(table) for name, table in (routes or {}).items()}
        self.family = set(family)  # lines of the address family, of the user's
        self.permits = set(permits)  # prefixes of the list UPERM

    def copy(self):
        return State(self.lines, self.routes, self.family, self.permits)

    def typed(self, line):
        """A line that was taken."""
        words = line.split()
        if words[:1] == ["no"] and words[1:2] == ["avs"]:
            line = " ".join(words[2:])
            self.lines = [known for known in self.lines if known != line]
        elif words[:1] == ["avs"]:
            line = " ".join(words[1:])
            key = self.key(words[1:])
            if key:
                self.lines = [known for known in self.lines if self.key(known.split()) != key]
            if line not in self.lines:
                self.lines.append(line)

    def key(self, words):
        """Lines with the same key replace each other."""
        if words[0] == "route-server" and words[2] in self.SINGLE:
            return (*words[:3], words[4] if words[2] == "route-map" else "")
        if words[0] in ("quiet-period", "hold-down", "tighten-delay", "segment-memory", "startup-delay", "discard"):
            return words[0]
        if words[:3] in (["advertise", "default", "form"], ["advertise", "default", "next-hop"]):
            return tuple(words[:3])
        if words[0] == "auto" and words[1] in ("max-prefixes", "shortest", "max-attract"):
            return tuple(words[:2])
        if words[:2] in (["overlay", "neighbor"], ["azure-edge", "neighbor"]):
            return tuple(words[:3])
        if words[:2] in (["overlay", "route-map"], ["azure-edge", "route-map"]):
            return (*words[:3], words[4])
        if words[0] == "segment":
            return tuple(words[2:4])
        if words[:2] == ["advertise", "supernet"] and words[2] != "auto":
            return tuple(words[:3])
        return None

    # what the lines say

    def servers(self):
        """Route server -> its addresses."""
        found = {}
        for line in self.lines:
            words = line.split()
            if words[0] == "route-server" and words[2] == "neighbor":
                found.setdefault(words[1], []).append(words[3])
        return found

    def server_of(self, address):
        """Name of the route server, or None."""
        return next((name for name, has in self.servers().items() if address in has), None)

    def role(self, address):
        """("rs", name), ("overlay", ""), ("edge", "") or None."""
        name = self.server_of(address)
        if name:
            return "rs", name
        if self.has(f"overlay neighbor {address}"):
            return "overlay", ""
        return ("edge", "") if self.has(f"azure-edge neighbor {address}") else None

    def value(self, server, key, default):
        """A setting of a route server."""
        prefix = f"route-server {server} {key} "
        return next((line[len(prefix):] for line in self.lines if line.startswith(prefix)), default)

    def has(self, line):
        return line in self.lines

    def begins(self, prefix):
        """True when a line begins so."""
        return any(line.startswith(prefix) for line in self.lines)

    def declared(self, server):
        """Segments that it was said to reach."""
        found = {line.split()[3] for line in self.lines if line.startswith(f"route-server {server} toward ")}
        if self.has(f"route-server {server} global-reach on-premises"):
            found.add("on-premises")
        return found

    def budget(self, server):
        """How many may be there."""
        limit = int(self.value(server, "route-limit", 4000))
        return limit * int(self.value(server, "usable", 50)) // 100

    def shadow(self, server=None):
        """True when this one, or any, is in shadow."""
        return any(line.startswith("route-server") and line.endswith("guard shadow")
                   and server in (None, line.split()[1]) for line in self.lines)

    def line_segment(self, prefix, path, address):
        """What an `avs segment` line says: a prefix before a neighbor before an AS number."""
        for kind in ("prefix", "neighbor", "origin-as"):
            for line in self.lines:
                words = line.split()
                if words[0] != "segment" or words[2] != kind:
                    continue
                what = words[3]
                if kind == "prefix" and net(prefix).subnet_of(net(what)):
                    return words[1]
                if kind == "neighbor" and what == address:
                    return words[1]
                if kind == "origin-as" and path and path[-1] == int(what):
                    return words[1]
        return None

    def classify(self, prefix, route, address):
        """Segment of a route as this peer announces it."""
        path, communities = route.get("path", []), route.get("communities", ())
        numbers, role = flat(path), self.role(address)
        served = role is not None and role[0] == "rs"
        if served and numbers[:1] == [65515] and 12076 not in numbers and GATEWAY not in communities:
            if numbers[1:2] and (self.has(f"sibling as {numbers[1]}") or numbers[1] == LOCAL_AS):
                return "sibling"
        segment = self.line_segment(prefix, path, address)
        if segment:
            return segment
        if role and role[0] == "overlay":
            tags = {TAGGED.get(int(c.split(":")[1])) for c in route.get("large", ())} - {None}
            return tags.pop() if len(tags) == 1 else "unknown"
        return azure_row(path, communities)

    def listed(self, address):
        """True when a list of bgpd's own stands before our in-map: nobody sees what it refuses."""
        return any(line.startswith(f"neighbor {address} ") and line.endswith((" ULIST in", " UPATH in"))
                   for line in self.family)

    def turned_away(self, address):
        """True when a map or list of the user's may refuse what this one gives: then it has not given it."""
        server = self.server_of(address)
        if server and self.begins(f"route-server {server} route-map UIN in"):
            return True
        if self.has(f"overlay route-map {address} UIN in"):
            return True
        return any(line.split()[0] == "neighbor" and line.split()[1] in (address, "PG")
                   and (line.endswith(" in") or "maximum-prefix" in line) for line in self.family)

    def consents(self, server, prefix):
        """True when a line says that on-premises may have it."""
        if self.has(f"route-server {server} accept-leak on-premises"):
            return True
        if net(prefix).prefixlen < 8 and self.has("advertise default toward on-premises"):
            return True
        return any(line.startswith(f"advertise supernet {prefix} ") and line.endswith("toward on-premises")
                   for line in self.lines)

    def defaults(self):
        """The prefixes of `advertise default`, by its form."""
        if self.has("advertise default form halves"):
            return HALVES
        return ("0.0.0.0/0", *HALVES) if self.has("advertise default form both") else ("0.0.0.0/0",)

    def asked(self, prefix, learned, server, reach):
        """
        True when some line asks for this prefix at this route server.

        learned: prefix -> segments it was learned with; reach: segments it reaches, declared or seen
        """
        if prefix in self.defaults() and (self.begins("advertise default toward")
                                          or self.has("advertise default vnet-only")):
            return True
        if prefix in RFC1918 and self.has("advertise companions toward private-cloud"):
            return True
        if self.has(f"advertise companion {prefix}"):
            return True
        if self.begins(f"route-server {server} permit prefix-list") and prefix in self.permits:
            return True
        for line in self.lines:
            words = line.split()
            if words[:3] == ["advertise", "supernet", prefix]:
                toward = words[words.index("toward") + 1] if "toward" in words else None
                if toward is None or toward in reach:
                    return True
            if words[:2] == ["advertise", "segment"] and words[2] in learned.get(prefix, ()):
                if words[4] in reach:
                    return True
        if self.has("advertise supernet auto"):
            return any(net(known).prefixlen > net(prefix).prefixlen and net(known).subnet_of(net(prefix))
                       and segments & {"private-cloud", "on-premises"} for known, segments in learned.items())
        return False

    def users_own(self, address):
        """Prefixes that bgpd itself may announce with our AS alone to this neighbor; None: any."""
        found = set()
        for line in self.family:
            words = line.split()
            if words[0] in ("network", "aggregate-address"):
                found.add(words[1])
            elif words[0] == "redistribute" or "remove-private-AS" in words and words[1] in (address, "PG"):
                return None
            elif "default-originate" in words and words[1] in (address, "PG"):
                found.add("0.0.0.0/0")
        return found
