# SPDX-License-Identifier: GPL-2.0-or-later
"""
A router whose route server is called hub, and the words that its tests use.

      dut .1 AS 64512               recorder, one node
    +----------+                  +--------------------------------------------+
    |  FRR +   |  192.0.2.0/24    | R1 .11, R2 .12  AS 65515, instances of hub  |
    |  module  |------------------| LAN .13         AS 64999, without a role,   |
    +----------+                  |                 where a test has it         |
                                  +--------------------------------------------+

The recorder is Route Server and the circuits behind it.
"""
from .wait import wait_for

R1, R2, LAN = "192.0.2.11", "192.0.2.12", "192.0.2.13"
BOTH = ["ipv4-unicast", "ipv6-unicast"]
INSTANCES = [
    {"name": "R1", "address": R1, "as": 65515, "families": BOTH},
    {"name": "R2", "address": R2, "as": 65515, "families": BOTH},
]
ALL = [*INSTANCES, {"name": "LAN", "address": LAN, "as": 64999}]
AVS = [65515, 12076, 398656]
ONPREM = [65515, 12076, 64620]
VNET = [65515]
VPN = [65515, 64620]
BGP = "router bgp 64512"


class Hub:
    """Router and recorder; a test's own class writes the configuration."""

    def __init__(self, lab, sessions, recorded=None, **options):
        """sessions: those that are configured; recorded: those that the recorder plays."""
        self.sessions = sessions
        self.dut, self.rec = lab.cell(recorded or sessions, **options)

    def neighbors(self, *words):
        """` neighbor X WORDS` of every session."""
        return [f" neighbor {s['address']} {w.format(**s)}" for w in words for s in self.sessions]

    def start(self, lines, daemons=("zebra", "bgpd"), up=None):
        """Start with these lines; up: names of the sessions to wait for (None: all)."""
        self.dut.start("\n".join(["hostname dut", *lines]) + "\n", daemons=daemons)
        self.rec.wait_up(*(up if up is not None else (s["name"] for s in self.sessions)))

    def type(self, *lines, node=BGP):
        """Type lines; all must be taken."""
        for line, status, text in self.dut.configure(node, *lines):
            assert status == 0, f"{line}: {text}"

    def learn(self, path, *prefixes):
        """Route Server delivers prefixes, through both instances."""
        for name in ("R1", "R2"):
            self.rec.announce(name, *prefixes, path=path)

    def flap(self, *names):
        """Sessions go and come back; returns as soon as they are up."""
        for name in names:
            self.rec.stop(name)
        for name in names:
            wait_for(f"{name} is down", lambda n=name: not self.rec.is_up(n), 10)
        for name in names:
            self.rec.start(name)
        for name in names:
            wait_for(f"{name} is up", lambda n=name: self.rec.is_up(n), 10, 0.02)

    def both(self, *expected, timeout=20):
        """R1 and R2 have exactly these prefixes."""
        for name in ("R1", "R2"):
            self.rec.wait_rib(name, set(expected), timeout)

    def summary(self):
        """The JSON summary."""
        return self.dut.show_json("show bgp avs json")

    def warnings(self):
        """Code -> subject of the warnings at present."""
        return {w["code"]: w.get("subject") for w in self.summary()["warning"]}

    def reasons(self):
        """Prefix -> reason, as the plan says."""
        plan = self.dut.show_json("show bgp avs plan json")["planEntry"]
        return {e["prefix"]: e["reason"] for e in plan}

    def routes(self, prefix, *keys):
        """Values of these keys, of the paths of a prefix."""
        routes = self.dut.show_json("show bgp avs routes json")["learnedRoute"]
        return {tuple(r[k] for k in keys) for r in routes if r["prefix"] == prefix}

    def is_route(self, prefix, **expected):
        """Wait until all paths of a prefix are so."""
        wait_for(lambda: f"{prefix}: {self.routes(prefix, *expected)}",
                 lambda: self.routes(prefix, *expected) == {tuple(expected.values())}, 15)
