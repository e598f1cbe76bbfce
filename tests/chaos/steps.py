# SPDX-License-Identifier: GPL-2.0-or-later
"""
What happens to a router, from a seed.

A case is {"seed": N, "place": "" or " view blue", "silent": sessions without End-of-RIB, "features":
[...], "stock": lines of bgpd's and "avs": lines of ours that it begins with, "steps": [...]}; a step is a list:

    ["type", line, ...]       under `router bgp`, one write
    ["af", line, ...]         under its address-family ipv4 unicast
    ["top", line, ...]        at top level
    ["enable", line]          a clear
    ["announce", [session, ...], [prefix, ...], {path, communities, med ...}]
    ["withdraw", [session, ...], [prefix, ...]]
    ["stop" | "start" | "refresh", session]
    ["recreate", session]     `no neighbor`, and the neighbor again
    ["wait", seconds]
    ["kill" | "restart"]      bgpd by SIGKILL or SIGTERM, with the configuration written before
    ["unshadow", server]      rest, `no guard shadow`, rest: what stays is not withdrawn
    ["rest"]                  wait until nothing moves, and judge
"""
import random

from pool import (ADDRESSES, BASE, CLEARS, FAMILY, FEATURES, INSTANCES, INTENT, LINES, OWN_CLEARS, PATHS, PLACES,
                  PREFIXES, QUICK, SERVERS, STOCK, SUPERNETS, TAG, WEIGHTS, WIDE)

KINDS = {"line": 28, "announce": 24, "withdraw": 12, "flap": 6, "stock": 9, "clear": 5, "refresh": 4, "wait": 8,
         "kill": 0.4, "trap": 5}


class Maker:
    """Makes the steps of one case."""

    def __init__(self, seed, count=30, features=None):
        self.random = pick = random.Random(seed)
        self.seed, self.count = seed, count
        names = sorted(FEATURES)
        self.features = sorted(features if features is not None else pick.sample(names, pick.choice((2, 3, 4, 5))))
        have = [FEATURES[name] for name in self.features]
        self.lines = list(BASE) + [line for f in have for line in f.get("begin", ())]
        self.pool = LINES + tuple(line for f in have for line in f.get("lines", ())) * 3
        self.stock = STOCK + [line for f in have for line in f.get("stock", ())] * 2
        self.family = FAMILY + [line for f in have for line in f.get("af", ())] * 3
        self.top = [block for f in have for block in f.get("top", ())]
        self.kinds = dict(KINDS)
        for feature in have:
            for kind, weight in feature.get("steps", {}).items():
                self.kinds[kind] = self.kinds.get(kind, 0) + weight
        self.stopped = set()

    def case(self):
        """A whole case."""
        pick = self.random
        case = {"seed": self.seed, "place": pick.choice(PLACES), "features": self.features, "silent": []}
        if pick.random() < 0.2:
            case["silent"] = pick.choice((["D1", "D2"], ["D2"], list(SERVERS)))
        case["stock"] = [line for name in self.features for line in FEATURES[name].get("begin_stock", ())]
        if pick.random() < 0.7:
            case["stock"].append(QUICK)
        for rs in INSTANCES:
            self.lines += [f"route-server {rs} toward {s}" for s in ("private-cloud", "on-premises")
                           if pick.random() < 0.55]
        self.lines += pick.sample(INTENT, 3)
        self.lines = list(dict.fromkeys(self.lines))
        case["avs"] = list(self.lines)
        case["steps"] = [self.announce() for _ in range(pick.randint(2, 5))] + [["rest"]]
        for number in range(self.count):
            case["steps"] += self.step()
            if number % 10 == 9:
                case["steps"].append(["rest"])
        if case["steps"][-1] != ["rest"]:
            case["steps"].append(["rest"])
        return case

    def step(self):
        """One thing, or a few within a moment."""
        kind = self.random.choices(list(self.kinds), list(self.kinds.values()))[0]
        return getattr(self, "step_" + kind)()

    def step_line(self):
        pick = self.random
        return [["type", *(self.line() for _ in range(pick.choice((1, 1, 1, 2, 4))))]]

    def step_announce(self):
        return [self.announce()]

    def step_withdraw(self):
        return [["withdraw", self.sessions(), self.prefixes(3)]]

    def step_stock(self):
        pick = self.random
        place, pool = pick.choice((("type", self.stock), ("af", self.family), ("af", self.family)))
        return [[place, pick.choice(("", "", "no ")) + pick.choice(pool)]]

    def step_clear(self):
        return [["enable", self.random.choice(self.random.choice((CLEARS, OWN_CLEARS)))]]

    def step_refresh(self):
        return [["refresh", self.random.choice(sorted(ADDRESSES))]]

    def step_kill(self):
        return [["kill"]]

    def step_restart(self):
        return [["restart"]]

    def step_wait(self):
        return [["wait", self.random.choice((0.05, 0.1, 0.2, 0.4, 0.8, 1.2))]]

    def step_top(self):
        return [["top", *self.random.choice(self.top)] for _ in range(self.random.choice((1, 1, 2)))]

    def step_recreate(self):
        return [["recreate", self.random.choice(sorted(ADDRESSES))]]

    def step_tagged(self):
        """The other side tells, with its tag or with what is none; and somebody else with a tag."""
        pick = self.random
        session = pick.choice(("OVL", "OVL", "OVL", "SRC", "H1"))
        wide = pick.sample(WIDE, 1) if pick.random() < 0.2 else []
        path = {"OVL": [64514, 398656], "SRC": [64999], "H1": PATHS["onprem"]}[session]
        route = {"path": path, "large": [f"64514:{TAG + pick.choice((1, 1, 2, 3, 9))}:0"]}
        if pick.random() < 0.2:
            route["communities"] = ["65517:65517"]
        return [["announce", [session], pick.sample(PREFIXES, 2) + wide, route]]

    def step_edge(self):
        """Azure tells an edge router; now and then its default."""
        pick = self.random
        path = pick.choice(([12076, 398656], [12076, 65515], [12076, 64620]))
        wide = pick.sample(WIDE, 1) if pick.random() < 0.4 else []
        return [["announce", ["EDGE"], pick.sample(PREFIXES, 1) + wide, {"path": path}]]

    def step_sibling(self):
        """The other appliance at the same route server announces what this one does."""
        pick = self.random
        prefixes = pick.sample((*WIDE, *SUPERNETS[:2], "10.40.0.0/14"), pick.randint(1, 3))
        sessions = list(INSTANCES[pick.choice(sorted(INSTANCES))])
        if pick.random() < 0.4:
            return [["withdraw", sessions, prefixes]]
        return [["announce", sessions, prefixes, {"path": pick.choice(([65515, 64777], [65515, 64777, 64777]))}]]

    def step_shadow(self):
        """A route server goes into shadow, things happen, and it comes back."""
        pick = self.random
        server = pick.choice(sorted(INSTANCES))
        steps = [["type", f"avs route-server {server} guard shadow"]]
        for _ in range(pick.randint(1, 4)):
            name = pick.choice(("step_line", "step_announce", "step_stock", "step_withdraw", "step_wait"))
            steps += getattr(self, name)()
        steps.append(["unshadow", server])
        return steps

    def step_trap(self):
        """On-premises, or what nobody can place, for a moment or behind a list; then a default is asked for."""
        pick = self.random
        server = pick.choice(sorted(INSTANCES))
        session = pick.choice(INSTANCES[server])
        away = [f"route-server {server} accept-leak on-premises", f"route-server {server} toward on-premises",
                f"route-server {server} global-reach on-premises", "advertise default toward on-premises", *INTENT[:2]]
        here = [f"route-server {server} neighbor {ADDRESSES[s]}" for s in INSTANCES[server]]
        here.append(f"route-server {server} toward private-cloud")
        self.lines = [line for line in self.lines if line not in away]
        if pick.random() < 0.25:
            return self.crowd(server, here)
        steps = [["type", *(f"no avs {line}" for line in away), *(f"avs {line}" for line in here)]]
        hidden = [line for line in self.family if line.startswith(f"neighbor {ADDRESSES[session]} ")
                  and line.endswith(("ULIST in", "UPATH in"))]
        if hidden and pick.random() < 0.5:
            steps.append(["af", pick.choice(hidden)])
        path = PATHS[pick.choice(("onprem", "onprem-set", "returned", "hub2", "vpn", "vpn", "onprem"))]
        prefix = pick.choice(PREFIXES)
        steps += [["announce", [session], [prefix], {"path": path}], ["wait", pick.choice((0.8, 2.5))]]
        what = pick.random()
        if what < 0.5:
            steps.append(["withdraw", [session], [prefix]])
        elif what < 0.7:
            steps += [["stop", session], ["wait", 0.3], ["start", session]]
        lines = pick.choice((INTENT[:1], INTENT[1:2], INTENT[:2]))
        self.lines = list(dict.fromkeys([*self.lines, *here, *lines]))
        return [*steps, ["type", *(f"avs {line}" for line in lines)], ["wait", pick.choice((0.2, 1.2))]]

    def crowd(self, server, here):
        """More than the route server takes."""
        lines = [f"route-server {server} route-limit 8", f"route-server {server} accept-leak on-premises", *INTENT[:4]]
        lines = [*here, *self.random.sample(lines, len(lines))]
        self.lines = list(dict.fromkeys([*self.lines, *lines]))
        return [["type", *(f"avs {line}" for line in lines)], ["wait", 0.8]]

    def line(self):
        """A line of ours, or `no` and one that is there, now and then one that is not."""
        pick = self.random
        can_go = [l for l in self.lines if l not in BASE[:4]]
        if can_go and pick.random() < 0.4:
            line = pick.choice(can_go)
            self.lines.remove(line)
            return f"no avs {line}"
        line = pick.choice(self.pool)
        if pick.random() < 0.04 and line not in self.lines:
            return f"no avs {line}"
        if line not in self.lines:
            self.lines.append(line)
        return f"avs {line}"

    def step_flap(self):
        """A session goes, or comes."""
        name = self.random.choice(sorted(ADDRESSES))
        if name in self.stopped:
            self.stopped.discard(name)
            return [["start", name]]
        if self.random.random() < 0.6:
            return [["stop", name], ["wait", self.random.choice((0.1, 0.5, 1.5))], ["start", name]]
        self.stopped.add(name)
        return [["stop", name]]

    def sessions(self):
        """Both instances mostly, one, all, or a neighbour without a role."""
        pick = self.random
        roll = pick.random()
        if roll < 0.7:
            return list(INSTANCES[pick.choice(sorted(INSTANCES))])
        if roll < 0.85:
            return [pick.choice(SERVERS)]
        return ["SRC"] if roll < 0.93 else list(SERVERS)

    def prefixes(self, most):
        """Some prefixes; now and then a wide one."""
        pick = self.random
        found = pick.sample(PREFIXES, pick.randint(1, most))
        return found + [pick.choice(WIDE)] if pick.random() < 0.12 else found

    def announce(self):
        """Something is learned."""
        pick = self.random
        sessions = self.sessions()
        if sessions == ["SRC"]:
            return ["announce", sessions, self.prefixes(2), {"path": [64999]}]
        kind = pick.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        route = {"path": PATHS[kind]}
        if kind == "avs":
            route["origin"] = 2
        if (kind not in ("vnet", "vpn", "sibling") and pick.random() < 0.6) or pick.random() < 0.1:
            route["communities"] = ["65517:65517"]
        elif kind == "vnet" and pick.random() < 0.3:
            route["communities"] = ["65518:65518"]
        if pick.random() < 0.1:
            route["med"] = pick.randint(0, 3)
        return ["announce", sessions, self.prefixes(3), route]
