# SPDX-License-Identifier: GPL-2.0-or-later
"""
What happens to a router, from a seed.

A case is {"seed": N, "avs": lines that it begins with, "steps": [...]}; a step is a list:

    ["type", line, ...]       under `router bgp`, one write
    ["af", line, ...]         under its address-family ipv4 unicast
    ["top", line, ...]        at top level
    ["enable", line]          a clear
    ["announce", [session, ...], [prefix, ...], {path, communities, med ...}]
    ["withdraw", [session, ...], [prefix, ...]]
    ["stop" | "start" | "refresh", session]
    ["wait", seconds]
    ["kill"]                  bgpd by SIGKILL, with the configuration written before
    ["rest"]                  wait until nothing moves, and judge
"""
import random

INSTANCES = {"hub": ("H1", "H2"), "dmz": ("D1", "D2")}
ADDRESSES = {"H1": "192.0.2.11", "H2": "192.0.2.12", "D1": "192.0.2.21", "D2": "192.0.2.22",
             "PLAIN": "192.0.2.13", "SRC": "192.0.2.14"}
ASNS = {"PLAIN": 64998, "SRC": 64999}

PATHS = {
    "avs": [65515, 12076, 398656],
    "onprem": [65515, 12076, 64620],
    "onprem-set": [65515, 12076, 64620, [64700, 64701]],
    "vnet": [65515],
    "remote-vnet": [65515, 12076, 12076],
    "reach-avs": [65515, 12076, 12076, 12076, 398656],
    "returned": [65515, 12076, 64620, 12076],
    "vpn": [65515, 64620],
    "hub2": [65515, 65520, 65520, 12076, 64620],
    "hub2-avs": [65515, 65520, 65520, 12076, 398656],
}
WEIGHTS = {"avs": 6, "onprem": 5, "vnet": 3, "onprem-set": 1, "remote-vnet": 1, "reach-avs": 1, "returned": 1,
           "vpn": 1, "hub2": 1, "hub2-avs": 1}
PREFIXES = ("10.20.0.0/26", "10.20.8.0/24", "10.20.0.0/16", "10.100.0.0/16", "10.100.4.0/24", "172.20.0.0/16",
            "10.1.0.0/16", "10.150.0.0/16", "100.64.7.0/24", "130.40.0.0/16", "10.96.0.0/12", "10.20.0.0/15")
WIDE = ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
SUPERNETS = ("10.20.0.0/15", "10.96.0.0/12", "172.20.0.0/15", "10.0.0.0/8", "10.16.0.0/12", "0.0.0.0/1")

BASE = ["quiet-period 0", "hold-down 0", "tighten-delay 0", "segment-memory 0"]
BASE += [f"route-server {rs} neighbor {ADDRESSES[s]}" for rs, both in INSTANCES.items() for s in both]


def lines():
    """Lines of ours that come and go."""
    yield from ("advertise default toward private-cloud", "advertise companions toward private-cloud") * 3
    yield "advertise default toward on-premises"
    yield from ("advertise supernet auto", "advertise supernet 10.40.0.0/14 unconditional") * 2
    yield from (f"advertise supernet {p}" for p in SUPERNETS)
    yield from (f"advertise supernet {p} toward {s}" for p in SUPERNETS for s in ("private-cloud", "on-premises"))
    yield from (f"advertise supernet {p} unconditional" for p in ("10.16.0.0/12", "172.16.0.0/12"))
    yield from ("advertise segment private-cloud toward on-premises",
                "advertise segment on-premises toward private-cloud") * 2
    for rs in INSTANCES:
        yield from (f"route-server {rs} accept-leak on-premises", f"route-server {rs} toward private-cloud",
                    f"route-server {rs} toward on-premises") * 2
        yield from (f"route-server {rs} prepend 2", f"route-server {rs} route-limit 8",
                    f"route-server {rs} usable 40", f"route-server {rs} next-hop 192.0.2.99",
                    f"route-server {rs} global-reach on-premises")
        yield from (f"route-server {rs} neighbor {ADDRESSES[s]}" for s in INSTANCES[rs])
    yield from ("shutdown", "quiet-period 1", "hold-down 1", "auto max-prefixes 2")


LINES = tuple(lines())
STOCK = (
    [f"neighbor {ADDRESSES[s]} shutdown" for s in ("H1", "D1")]
    + [f"neighbor {ADDRESSES[s]} timers 3 9" for s in ("H1", "D2")]
    + ["coalesce-time 200", "bgp bestpath as-path multipath-relax", "bgp always-compare-med"]
)
FAMILY = (
    ["network 0.0.0.0/0", "network 10.99.0.0/16", "network 10.0.0.0/8", "network 10.40.0.0/14", "redistribute kernel",
     "aggregate-address 10.100.0.0/15", "aggregate-address 10.0.0.0/8 summary-only"]
    + [f"neighbor {ADDRESSES[s]} {what}" for s in ADDRESSES
       for what in ("default-originate", "next-hop-self", "soft-reconfiguration inbound", "allowas-in",
                    "remove-private-AS", "as-override", "addpath-tx-all-paths", "route-map PALL out",
                    "route-reflector-client", "send-community both")]
)
CLEARS = ["clear bgp *", "clear bgp ipv4 unicast * soft out", "clear bgp ipv4 unicast * soft in",
          "clear bgp ipv4 unicast * soft", *(f"clear bgp {ADDRESSES[s]}" for s in ("H1", "H2", "D1"))]


class Maker:
    """Makes the steps of one case."""

    def __init__(self, seed, count=30):
        self.random = random.Random(seed)
        self.seed, self.count = seed, count
        self.lines = list(BASE)
        self.stopped = set()

    def case(self):
        """A whole case."""
        pick = self.random
        for rs in INSTANCES:
            self.lines += [f"route-server {rs} toward {s}" for s in ("private-cloud", "on-premises")
                           if pick.random() < 0.55]
        self.lines += pick.sample(LINES[:8], 2)
        self.lines = list(dict.fromkeys(self.lines))
        case = {"seed": self.seed, "avs": list(self.lines), "steps": []}
        case["steps"] += [self.announce() for _ in range(pick.randint(2, 5))] + [["rest"]]
        for number in range(self.count):
            case["steps"] += self.step()
            if number % 10 == 9:
                case["steps"].append(["rest"])
        if case["steps"][-1] != ["rest"]:
            case["steps"].append(["rest"])
        return case

    def step(self):
        """One thing, or a few within a moment."""
        pick = self.random
        kinds = (("line", 28), ("announce", 24), ("withdraw", 12), ("flap", 6), ("stock", 9), ("clear", 4),
                 ("refresh", 5), ("wait", 10), ("kill", 0.4))
        kind = pick.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        if kind == "line":
            return [["type", *(self.line() for _ in range(pick.choice((1, 1, 1, 2, 4))))]]
        if kind == "announce":
            return [self.announce()]
        if kind == "withdraw":
            return [["withdraw", self.sessions(), self.prefixes(3)]]
        if kind == "flap":
            return self.flap()
        if kind == "stock":
            place, pool = pick.choice((("type", STOCK), ("af", FAMILY), ("af", FAMILY)))
            return [[place, pick.choice(("", "", "no ")) + pick.choice(pool)]]
        if kind == "clear":
            return [["enable", pick.choice(CLEARS)]]
        if kind == "refresh":
            return [["refresh", pick.choice(sorted(ADDRESSES))]]
        if kind == "kill":
            return [["kill"]]
        return [["wait", pick.choice((0.05, 0.1, 0.2, 0.4, 0.8, 1.2))]]

    def line(self):
        """A line of ours, or `no` and one that is there."""
        pick = self.random
        can_go = [l for l in self.lines if l not in BASE[:4]]
        if can_go and pick.random() < 0.4:
            line = pick.choice(can_go)
            self.lines.remove(line)
            return f"no avs {line}"
        line = pick.choice(LINES)
        if line not in self.lines:
            self.lines.append(line)
        return f"avs {line}"

    def flap(self):
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
            return [pick.choice(sorted(set(ADDRESSES) - {"PLAIN"}))]
        return ["SRC"] if roll < 0.93 else ["H1", "H2", "D1", "D2"]

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
        if (kind not in ("vnet", "vpn") and pick.random() < 0.6) or pick.random() < 0.1:
            route["communities"] = ["65517:65517"]
        elif kind == "vnet" and pick.random() < 0.3:
            route["communities"] = ["65518:65518"]
        if pick.random() < 0.1:
            route["med"] = pick.randint(0, 3)
        return ["announce", sessions, self.prefixes(3), route]
