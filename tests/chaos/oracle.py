# SPDX-License-Identifier: GPL-2.0-or-later
"""
What may leave, from the contract and not from the code.

State (state.py) is what was typed and what the peers announce, as the steps of a case made it.  A few
sentences about it, as the rules of the guard have them (doc/design.rst, doc/user.rst):

    rule 1   nothing that no line asks for; nothing to one of AS 65515 that has no role; what we
             originate to nobody who has none
    rule 2   a default in any shape, or an RFC 1918 block, never to a route server that reaches
             on-premises, declared, observed ever since, or not known (unclassified routes),
             unless it has accept-leak or on-premises is named as the target
    rule 4   nothing to the route server that gives it to us
    rule 5   no 65515-65520, no 12076 in a path; no tag, none of Azure's communities
    rule 6   never more than the usable part of the limit
    rule 7   the same to both instances
    rule 11  no default of Azure's to anybody behind an azure-edge neighbor
    overlay  what has a segment, tagged; the default by its line; nothing of the other side's
    shutdown nothing

Two judges: Flow looks at every UPDATE, also one that is withdrawn a moment later; rest() at what
the receivers have once nothing moves.

Windows, each for a reason; none of them counts at rest:

    SETTLE   a message that was sent just before is still on its way through bgpd: what was
             right within the last SETTLE seconds is not held against it
    SEEN     bgpd throws away what it has not read when a session ends, so only what was there
             for SEEN seconds was observed
    lines    what a line that goes had asked for may stay for the quiet period: only at rest
    in-maps  what a map or list of the user's may have refused was not given (rule 4); reach
             is observed all the same
    shadow   is the user's own policy, until the first rest after it has ended
"""
from state import LOCAL_AS, dangerous, flat, net

SETTLE, SEEN = 1.5, 0.5
RESERVED = set(range(65515, 65521)) | {12076}
# an appliance that may be a sibling by itself, and whose routes may then count for nothing
SIBLING = 64777
NO_ADVERTISE = "65535:65282"


def attributes(event):
    """What both instances must be told alike."""
    return tuple(str(event.get(key)) for key in ("path", "next_hop", "med", "origin", "communities", "large"))


def azures(event):
    """One of Azure's own communities, or None."""
    return next((c for c in event.get("communities", ()) if c.split(":")[0] in ("65515", "65517", "65518")), None)


def wire_faults(event, state):
    """What is wrong with an announcement to a route server, whatever is announced."""
    path = event.get("path", [])
    if event["family"] != "ipv4-unicast":
        yield "another address family"
    if RESERVED & set(flat(path)):
        yield "rule 5: a reserved AS in the path"
    if path[:1] not in ([LOCAL_AS], [65001]):
        yield "the path does not begin with our AS"
    if event.get("large") and not any(" route-map " in line for line in state.lines):
        yield "rule 5: a large community"
    if any(int(c.split(":")[1]) >> 8 == 0x415653 for c in event.get("large", ())):
        yield "rule 5: a tag"
    if azures(event) and not state.has("keep azure-communities"):
        yield f"rule 5: {azures(event)}, one of Azure's communities"


class Flow:
    """Judges every UPDATE, in the order of the recorder's log."""

    def __init__(self, addresses, state):
        self.addresses = addresses  # session -> address
        self.states = [(float("-inf"), state)]
        self.up = {}  # session -> since
        self.there = {}  # (session, prefix, segment) -> since
        self.observed = {}  # route server -> when on-premises was seen first
        self.perhaps = set()  # route servers where it may have been seen, or something not known
        self.tables = {name: {} for name in addresses}
        self.faults = []
        self.opened = set()  # route servers that were in shadow since the last rest
        self.judged = 0

    @property
    def state(self):
        return self.states[-1][1]

    def step(self, time, state, forgets=()):
        """The steps come to another state; forgets: route servers whose reach is not remembered any more."""
        self.look(time)
        if [l for l in self.state.lines if l.startswith("segment ")] != [
                l for l in state.lines if l.startswith("segment ")]:
            forgets = set(self.observed)
        for name in set(forgets) | (set(self.state.servers()) - set(state.servers())):
            self.observed.pop(name, None)
            self.perhaps.discard(name)
        self.states.append((time, state))
        while len(self.states) > 1 and self.states[1][0] < time - 2 * SETTLE:
            self.states.pop(0)
        self.there = self.present(time)
        self.opened |= {name for name in state.servers() if state.shadow(name)}
        if state.shadow():
            self.opened.add("")
        self.look(time)

    def rested(self):
        """Nothing moves: what was open and is not any more is closed."""
        self.opened = {name for name in self.opened if self.state.shadow(name or None)}

    def present(self, time):
        """What sessions that are up give now, and since when."""
        return {key: self.there.get(key, time) for key in (
            (name, prefix, self.state.classify(prefix, route, self.addresses[name]))
            for name in self.up for prefix, route in self.state.routes.get(name, {}).items())}

    def look(self, time):
        """What sessions that are up have given, since when, and what that tells of reach."""
        state = self.state
        for key, since in self.there.items():
            server = state.server_of(self.addresses[key[0]]) if key[2] == "on-premises" else None
            if server and time - since >= SEEN and not state.turned_away(self.addresses[key[0]]):
                self.observed.setdefault(server, time)
        self.there = self.present(time)
        for name, _, segment in self.there:
            if segment in ("on-premises", "unknown"):
                self.perhaps.add(state.server_of(self.addresses[name]))

    def sure(self, time):
        """States of the last SETTLE seconds."""
        recent = [state for at, state in self.states if at > time - SETTLE]
        before = [state for at, state in self.states if at <= time - SETTLE]
        return before[-1:] + recent

    def sibling_perhaps(self, state, name, prefix):
        """Another appliance's announcement of what may be planned counts for nothing."""
        path = flat(state.routes.get(name, {}).get(prefix, {}).get("path", []))
        return path[1:2] == [SIBLING]

    def given(self, state, address_of, prefix, time, settle=SETTLE):
        """True when one of these addresses has given us this prefix for long."""
        return any(name in self.up and key_prefix == prefix and since <= time - settle and segment != "sibling"
                   and self.addresses[name] in address_of and not self.sibling_perhaps(state, name, prefix)
                   and not state.turned_away(self.addresses[name])
                   for (name, key_prefix, segment), since in self.there.items())

    def reaches(self, state, server, time, settle=SETTLE):
        """True when what is sent to it may come to on-premises, for sure and for long."""
        if "on-premises" in state.declared(server):
            return True
        if server in self.observed and self.observed[server] <= time - settle:
            return True
        if any(state.listed(address) for address in state.servers().get(server, ())):
            return True
        return state.has("segment-memory 0") and any(
            segment == "unknown" and since <= time - settle - SEEN
            and self.addresses[name] in state.servers().get(server, ())
            and not self.sibling_perhaps(state, name, prefix)
            for (name, prefix, segment), since in self.there.items())

    def forbids(self, state, server, event, time, settle=SETTLE):
        """Why this must not go to this route server, or None."""
        prefix = event["prefix"]
        if state.has("shutdown"):
            return "avs shutdown"
        alone = state.has("advertise default vnet-only") and NO_ADVERTISE in event.get("communities", ())
        open_to_all = alone or state.consents(server, prefix)
        if dangerous(prefix) and not open_to_all and self.reaches(state, server, time, settle):
            return "rule 2: reaches on-premises"
        if self.given(state, state.servers().get(server, ()), prefix, time, settle):
            return "rule 4: it is from there"
        return None

    def forbids_overlay(self, state, address, prefix, time, settle=SETTLE):
        """The same for an overlay neighbor."""
        if state.has("shutdown"):
            return "avs shutdown"
        if net(prefix).prefixlen < 8 and not state.has(f"overlay default {address}"):
            return "overlay: a default without its line"
        if prefix != "0.0.0.0/0" and self.given(state, (address,), prefix, time, settle) and not any(
                key[1] == prefix and self.addresses[key[0]] != address for key in self.there):
            return "overlay: it is from the other side"
        return None

    def learned(self):
        """Prefix -> segments."""
        found = {}
        for (_, prefix, segment), _ in self.there.items():
            found.setdefault(prefix, set()).add(segment)
        return found

    def reach(self, server):
        """Segments that a route server reaches, declared or delivered."""
        state = self.state
        found = {segment for (name, _, segment), _ in self.there.items()
                 if state.server_of(self.addresses[name]) == server}
        return found | state.declared(server) | ({"on-premises"} if server in self.observed else set())

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
        role = states[-1].role(address)
        if role is None or role[0] == "edge" or any(state.role(address) != role for state in states):
            return  # what is left to one without a role is seen at rest
        self.judged += 1
        if role[0] == "overlay":
            if "" in self.opened:
                return
            why, server = [], "overlay"
            reasons = [self.forbids_overlay(state, address, prefix, time) for state in states]
        else:
            server = role[1]
            if server in self.opened:
                return
            faults = [set(wire_faults(event, state)) for state in states]
            why = sorted(set.intersection(*faults))
            reasons = [self.forbids(state, server, event, time) for state in states]
            if len(self.tables[name]) > max(state.budget(server) for state in states):
                why.append(f"rule 6: {len(self.tables[name])} routes")
        if all(reasons):
            why.append(reasons[-1])
        for text in why:
            self.faults.append(f"{time:.3f} {name} ({server}) {prefix}: {text}: {event.get('path')}")


def rest(flow, time, plan, explain):
    """
    What is wrong now that nothing moves, as a list of sentences.

    plan: (route server, prefix) set that the module says it announces; explain: prefix -> {route
    server: announced} for some prefixes
    """
    state, found, told = flow.state, [], {}
    learned = flow.learned()
    for name, address in flow.addresses.items():
        table, role = flow.tables[name], state.role(address)
        if name not in flow.up:
            continue
        if role is None or role[0] == "edge":
            found += without_role(flow, name, address, table)
        elif role[0] == "overlay":
            if not state.shadow():
                found += overlay(flow, name, address, table, time, learned)
        elif state.shadow(role[1]):
            found += originated(state, name, address, table)
        else:
            told.setdefault(role[1], {})[name] = table
            found += route_server(flow, role[1], name, time, plan, explain, learned)
    for server, tables in told.items():
        views = {name: {p: attributes(e) for p, e in table.items()} for name, table in tables.items()}
        first = next(iter(views))
        for name, view in views.items():
            if view != views[first]:
                found.append(f"{server}: {first} and {name} differ: "
                             f"{sorted(set(view.items()) ^ set(views[first].items()))[:4]}")
        found += missing(flow, state, server, tables, learned)
    return found


def originated(state, name, address, table):
    """Rule 1: what nobody but we can have originated."""
    users = state.users_own(address)
    for prefix, event in table.items():
        if users is not None and event.get("path") == [LOCAL_AS] and prefix not in users:
            yield f"no role: {name} has {prefix}, which only we can have originated"


def without_role(flow, name, address, table):
    """Nothing of ours; and of Azure's no default (rule 11)."""
    state = flow.state
    places = (address, "PG")
    policy = any("route-map PALL out" in line and line.split()[1] in places for line in state.family)
    if name[0] in "HD" and table and not state.shadow() and not policy and state.lines:
        # one of AS 65515 gets what a policy of the user's own lets out
        yield f"no role: {name} has {sorted(table)}"
    yield from originated(state, name, address, table)
    for prefix, event in table.items():
        azures_own = event.get("path", [])[:2] == [LOCAL_AS, 12076] and state.begins("azure-edge neighbor")
        if net(prefix).prefixlen < 8 and azures_own:
            yield f"rule 11: {name} has {prefix} of Azure's: {event['path']}"


def overlay(flow, name, address, table, time, learned):
    """What the other side is told."""
    state = flow.state
    for prefix, event in table.items():
        text = flow.forbids_overlay(state, address, prefix, time, 0)
        if text:
            yield f"{name} {prefix}: {text}"
        if azures(event) and not state.has("keep azure-communities"):
            yield f"{name} {prefix}: rule 5: {azures(event)}, one of Azure's communities"
        if prefix == "0.0.0.0/0":
            continue
        if not learned.get(prefix, set()) & {"private-cloud", "on-premises", "virtual-network"}:
            yield f"{name} {prefix}: no line asks for it, and it has no segment"
        if not any(int(c.split(":")[1]) >> 8 == 0x415653 for c in event.get("large", ())):
            yield f"{name} {prefix}: no tag"


def route_server(flow, server, name, time, plan, explain, learned):
    """What one of its neighbors has."""
    state, table = flow.state, flow.tables[name]
    kept = state.has("freeze") or state.has(f"route-server {server} maintenance")
    for prefix, event in table.items():
        for text in wire_faults(event, state):
            yield f"{name} {prefix}: {text}"
        text = flow.forbids(state, server, event, time, 0)
        if text:
            yield f"{name} {prefix}: {text}"
        elif not kept and not state.asked(prefix, learned, server, flow.reach(server)):
            yield f"{name} {prefix}: no line asks for it"
    if len(table) > state.budget(server):
        yield f"{name}: {len(table)} routes, {state.budget(server)} are usable"
    planned = {p for s, p in plan if s == server}
    if planned != set(table):
        yield (f"{name}: plan but not sent {sorted(planned - set(table))}, "
               f"sent but not planned {sorted(set(table) - planned)}")
    for prefix, verdicts in explain.items():
        if verdicts.get(server, False) != (prefix in table):
            yield f"{name} {prefix}: explain says {verdicts.get(server)}, sent: {prefix in table}"


def hidden(state, server):
    """True when something of the user's may hold back or hide."""
    places = (*state.servers().get(server, ()), "PG")
    return state.begins(f"route-server {server} route-map") or any(
        line.split()[0] == "neighbor" and line.split()[1] in places for line in state.family)


def missing(flow, state, server, tables, learned):
    """What must be there, where nothing can be against it; so that silence is no success."""
    if state.has("shutdown") or state.has("freeze") or state.has(f"route-server {server} maintenance"):
        return
    if int(state.value(server, "route-limit", 4000)) < 100 or int(state.value(server, "usable", 50)) < 20:
        return
    if not state.begins(f"route-server {server} toward ") or hidden(state, server):
        return
    if set(flow.addresses) - set(flow.up) or state.begins("protect ") or state.shadow():
        return  # after a start nothing is announced before everybody is there
    must = []
    if state.has("advertise supernet 10.40.0.0/14 unconditional"):
        must.append("10.40.0.0/14")
    default = state.has("advertise default toward private-cloud") and "private-cloud" in state.declared(server)
    open_road = state.has(f"route-server {server} accept-leak on-premises") or (
        server not in flow.perhaps and "on-premises" not in state.declared(server))
    if default and not state.begins("advertise default when") and open_road:
        if not any(net(prefix).prefixlen < 8 for prefix in learned):
            must += state.defaults()
    counts = {prefix for (name, prefix, segment) in flow.there if segment != "sibling"}
    for name, table in tables.items():
        for prefix in must:
            if prefix not in table and prefix not in counts:
                yield f"{name} lacks {prefix}, which nothing is against"
