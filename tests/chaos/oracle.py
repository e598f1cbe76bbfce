# SPDX-License-Identifier: GPL-2.0-or-later
"""
What may leave, from the contract and not from the code.

State is what was typed and what the peers announce, as the steps of a case made it.  A few
sentences about it, as the rules of the guard have them (doc/design.rst, doc/user.rst):

    rule 1   nothing that no line asks for; nothing to one of AS 65515 that has no role
    rule 2   a default in any shape, or an RFC 1918 block, never to a route server that reaches
             on-premises, declared, observed ever since, or not known (unclassified routes),
             unless it has accept-leak or on-premises is named as the target
    rule 4   nothing to the route server that gives it to us
    rule 5   no 65515-65520, no 12076 in a path; no tag, none of Azure's communities
    rule 6   never more than the usable part of the limit
    rule 7   the same to both instances
    shutdown nothing

Two judges: Flow looks at every UPDATE, also one that is withdrawn a moment later; rest() at what
the receivers have once nothing moves.

Windows, each for a reason; none of them counts at rest:

    SETTLE   a message that was sent just before is still on its way through bgpd: what was
             right within the last SETTLE seconds is not held against it
    SEEN     bgpd throws away what it has not read when a session ends, so only what was there
             for SEEN seconds was observed
    lines    what a line that goes had asked for may stay for the quiet period: only at rest
"""
import ipaddress

SETTLE, SEEN = 1.5, 0.5
AVS_ORIGINS = [(398656, 398670), (400572, 400581)]
RESERVED = set(range(65515, 65521)) | {12076}
RFC1918 = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
GATEWAY = "65517:65517"
LOCAL_AS = 64512


def net(prefix):
    return ipaddress.ip_network(prefix)


def dangerous(prefix):
    """A default-equivalent, or an RFC 1918 block."""
    return net(prefix).prefixlen < 8 or prefix in RFC1918


def classify(path, communities=()):
    """Segment of a path that Route Server delivers; an AS_SET is a list in it."""
    flat = []
    for item in path:
        flat += item if isinstance(item, list) else [item]
    if not flat or flat[0] != 65515:
        return "unknown"
    rest = flat[1:]
    while rest and rest[0] == 65520:
        rest = rest[1:]
    if not rest:
        if len(flat) > 1:
            return "unknown"
        return "on-premises" if GATEWAY in communities else "virtual-network"
    if rest[0] != 12076:
        return "on-premises" if GATEWAY in communities and rest == flat[1:] else "unknown"
    while rest and rest[0] == 12076:
        rest = rest[1:]
    if not rest:
        return "virtual-network"
    if any(low <= rest[-1] <= high for low, high in AVS_ORIGINS) and not isinstance(path[-1], list):
        return "private-cloud"
    return "on-premises"


class State:
    """Lines in force, and what each session announces; copied for each step."""

    SINGLE = ("route-limit", "usable", "gateway-limit", "guard", "prepend", "next-hop")

    def __init__(self, lines=(), routes=None, stopped=(), avs=True):
        self.lines = list(lines)
        self.routes = {name: dict(table) for name, table in (routes or {}).items()}
        self.stopped = set(stopped)

    def copy(self):
        return State(self.lines, self.routes, self.stopped)

    def typed(self, line):
        """A line that was taken."""
        words = line.split()
        if words[:1] == ["no"] and words[1:2] == ["avs"]:
            line = " ".join(words[2:])
            self.lines = [known for known in self.lines if known != line]
        elif words[:1] == ["avs"]:
            line = " ".join(words[1:])
            key = words[1:4] if words[1] == "route-server" and words[3] in self.SINGLE else None
            if words[1] in ("quiet-period", "hold-down", "tighten-delay", "segment-memory", "startup-delay"):
                key = words[1:2]
            if words[1:4] == ["advertise", "default", "form"]:
                key = words[1:4]
            if key:
                self.lines = [known for known in self.lines if known.split()[: len(key)] != key]
            if line not in self.lines:
                self.lines.append(line)

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

    def value(self, server, key, default):
        """A setting of a route server."""
        prefix = f"route-server {server} {key} "
        return next((line[len(prefix):] for line in self.lines if line.startswith(prefix)), default)

    def has(self, line):
        return line in self.lines

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

    def named(self, prefix):
        """True when a line names on-premises as the target of this prefix."""
        if net(prefix).prefixlen < 8 and self.has("advertise default toward on-premises"):
            return True
        return any(line.startswith(f"advertise supernet {prefix} ") and line.endswith("toward on-premises")
                   for line in self.lines)

    def asked(self, prefix, learned):
        """True when some line asks for this prefix; learned: prefix -> segments it was learned with."""
        if prefix in ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"):
            if any(line.startswith("advertise default toward") or line == "advertise default vnet-only"
                   for line in self.lines):
                return True
        if prefix in RFC1918 and self.has("advertise companions toward private-cloud"):
            return True
        if self.has(f"advertise companion {prefix}"):
            return True
        if any(line.split()[:3] == ["advertise", "supernet", prefix] for line in self.lines):
            return True
        if self.has("advertise supernet auto"):
            if any(net(known).prefixlen > net(prefix).prefixlen and net(known).subnet_of(net(prefix))
                   and segments & {"private-cloud", "on-premises"} for known, segments in learned.items()):
                return True
        for line in self.lines:
            words = line.split()
            if words[:2] == ["advertise", "segment"] and words[2] in learned.get(prefix, ()):
                return True
        return False


def attributes(event):
    """What both instances must be told alike."""
    return tuple(str(event.get(key)) for key in ("path", "next_hop", "med", "origin", "communities", "large"))


def wire_faults(event):
    """What is wrong with an announcement to a route server, whatever the configuration is."""
    path = event.get("path", [])
    if event["family"] != "ipv4-unicast":
        yield "another address family"
    if RESERVED & set(path):
        yield "rule 5: a reserved AS in the path"
    if path[:1] != [LOCAL_AS]:
        yield "the path does not begin with our AS"
    if event.get("large"):
        yield "rule 5: a large community"
    if any(c.split(":")[0] in ("65515", "65517", "65518") for c in event.get("communities", ())):
        yield "rule 5: one of Azure's communities"


class Flow:
    """Judges every UPDATE, in the order of the recorder's log."""

    def __init__(self, addresses, state):
        self.addresses = addresses  # session -> address
        self.states = [(float("-inf"), state)]
        self.up = {}  # session -> since
        self.there = {}  # (session, prefix, segment) -> since
        self.observed = {}  # route server -> when on-premises was seen first
        self.tables = {name: {} for name in addresses}
        self.faults = []
        self.own_policy = set()  # addresses with an out-map of the user's

    @property
    def state(self):
        return self.states[-1][1]

    def step(self, time, state, forgets=()):
        """The steps come to another state; forgets: route servers whose reach is not remembered any more."""
        for name in forgets:
            self.observed.pop(name, None)
        self.look(time)
        gone = set(self.state.servers()) - set(state.servers())
        self.states.append((time, state))
        while len(self.states) > 1 and self.states[1][0] < time - 2 * SETTLE:
            self.states.pop(0)
        for name in gone:
            self.observed.pop(name, None)
        self.look(time)

    def look(self, time):
        """What sessions that are up have given, since when, and what that tells of reach."""
        now = {(name, prefix, classify(route["path"], route.get("communities", ()))): True
               for name in self.up for prefix, route in self.state.routes.get(name, {}).items()}
        for key, since in self.there.items():
            if key[2] == "on-premises" and time - since >= SEEN:
                server = self.state.server_of(self.addresses[key[0]])
                if server:
                    self.observed.setdefault(server, time)
        self.there = {key: self.there.get(key, time) for key in now}

    def sure(self, time):
        """States of the last SETTLE seconds."""
        recent = [state for at, state in self.states if at > time - SETTLE]
        before = [state for at, state in self.states if at <= time - SETTLE]
        return before[-1:] + recent

    def given(self, state, server, prefix, time, settle=SETTLE):
        """True when a neighbour of this route server has given us this prefix for long."""
        return any(name in self.up and key_prefix == prefix and since <= time - settle
                   and self.addresses[name] in state.servers().get(server, ())
                   for (name, key_prefix, _), since in self.there.items())

    def reaches(self, state, server, time, settle=SETTLE):
        """True when what is sent to it may come to on-premises, for sure and for long."""
        if "on-premises" in state.declared(server):
            return True
        if server in self.observed and self.observed[server] <= time - settle:
            return True
        return state.has("segment-memory 0") and any(
            segment == "unknown" and since <= time - settle - SEEN
            and self.addresses[name] in state.servers().get(server, ())
            for (name, _, segment), since in self.there.items())

    def forbids(self, state, server, prefix, time, settle=SETTLE):
        """Why this prefix must not go to this route server, or None."""
        if state.has("shutdown"):
            return "avs shutdown"
        if dangerous(prefix) and self.reaches(state, server, time, settle):
            if not state.has(f"route-server {server} accept-leak on-premises") and not state.named(prefix):
                return "rule 2: reaches on-premises"
        if self.given(state, server, prefix, time, settle):
            return "rule 4: it is from there"
        return None

    def event(self, event):
        """One event of the recorder."""
        name, kind, time = event["session"], event["event"], event["time"]
        if name not in self.addresses:
            return
        self.look(time)
        if kind == "up":
            self.up[name], self.tables[name] = time, {}
        elif kind == "down":
            self.up.pop(name, None)
            self.tables[name] = {}
        elif kind == "withdraw":
            self.tables[name].pop(event["prefix"], None)
        elif kind == "announce":
            self.tables[name][event["prefix"]] = event
            self.announcement(name, event, time)
        self.look(time)

    def announcement(self, name, event, time):
        """Is there a rule against it?"""
        address, prefix = self.addresses[name], event["prefix"]
        states = self.sure(time)
        server = states[-1].server_of(address)
        if server is None or any(state.server_of(address) != server for state in states):
            return  # what is left to one without a role is seen at rest
        why = list(wire_faults(event))
        reasons = [self.forbids(state, server, prefix, time) for state in states]
        if all(reasons):
            why.append(reasons[-1])
        if len(self.tables[name]) > max(state.budget(server) for state in states):
            why.append(f"rule 6: {len(self.tables[name])} routes")
        for text in why:
            self.faults.append(f"{time:.3f} {name} ({server}) {prefix}: {text}: {event.get('path')}")


def rest(flow, time, plan, explain):
    """
    What is wrong now that nothing moves, as a list of sentences.

    plan: (route server, prefix) set that the module says it announces; explain: prefix -> {route
    server: announced} for some prefixes
    """
    state, found, told = flow.state, [], {}
    learned = {}
    for (_, prefix, segment), _ in flow.there.items():
        learned.setdefault(prefix, set()).add(segment)
    for name, address in flow.addresses.items():
        table, server = flow.tables[name], state.server_of(address)
        if name not in flow.up:
            continue
        if server is None:
            # without a role it gets what a policy of the user's own lets out
            if table and address not in flow.own_policy:
                found.append(f"{name} has no role and {sorted(table)}")
            continue
        told.setdefault(server, {})[name] = table
        for prefix, event in table.items():
            for text in wire_faults(event):
                found.append(f"{name} {prefix}: {text}")
            text = flow.forbids(state, server, prefix, time, 0)
            if text:
                found.append(f"{name} {prefix}: {text}")
            elif not state.asked(prefix, learned):
                found.append(f"{name} {prefix}: no line asks for it")
        if len(table) > state.budget(server):
            found.append(f"{name}: {len(table)} routes, {state.budget(server)} are usable")
        planned = {p for s, p in plan if s == server}
        if planned != set(table):
            found.append(f"{name}: plan but not sent {sorted(planned - set(table))}, "
                         f"sent but not planned {sorted(set(table) - planned)}")
        for prefix, verdicts in explain.items():
            if verdicts.get(server, False) != (prefix in table):
                found.append(f"{name} {prefix}: explain says {verdicts.get(server)}, sent: {prefix in table}")
    for server, tables in told.items():
        views = {name: {p: attributes(e) for p, e in table.items()} for name, table in tables.items()}
        first = next(iter(views))
        for name, view in views.items():
            if view != views[first]:
                found.append(f"{server}: {first} and {name} differ: "
                             f"{sorted(set(view.items()) ^ set(views[first].items()))[:4]}")
        found += missing(flow, state, server, tables, learned)
    return found


def missing(flow, state, server, tables, learned):
    """What must be there, where nothing can be against it; so that silence is no success."""
    if state.has("shutdown") or state.has("freeze") or state.has(f"route-server {server} maintenance"):
        return
    if int(state.value(server, "route-limit", 4000)) < 100 or int(state.value(server, "usable", 50)) < 20:
        return
    if not any(line.startswith(f"route-server {server} toward ") for line in state.lines):
        return
    if set(flow.addresses) - set(flow.up):
        return  # after a start nothing is announced before everybody is there
    must = []
    if state.has("advertise supernet 10.40.0.0/14 unconditional"):
        must.append("10.40.0.0/14")
    default = state.has("advertise default toward private-cloud") and "private-cloud" in state.declared(server)
    shaped = [line for line in state.lines if line.startswith(("advertise default form", "advertise default when"))]
    if default and not shaped and state.has(f"route-server {server} accept-leak on-premises"):
        if not any(net(prefix).prefixlen < 8 for prefix in learned):
            must.append("0.0.0.0/0")
    for name, table in tables.items():
        for prefix in must:
            if prefix not in table:
                yield f"{name} lacks {prefix}, which nothing is against"
