# SPDX-License-Identifier: GPL-2.0-or-later
"""
Appliances that stand each in front of a Route Server of its own, and tunnels between them.

      side "a" AS 64512                                side "b" AS 64514
    +----------+  10.1.0.0/24  recorder              +----------+  10.2.0.0/24  recorder
    |  FRR +   |------------ a1 .4, a2 .5 AS 65515   |  FRR +   |------------ b1 .4, b2 .5
    |  module  |                                     |  module  |
    +----------+                                     +----------+
       | eth1 172.31.0.1       "wire", a bridge            | eth1 172.31.0.2
       +---------------------------------------------------+
       vxlan2 192.0.2.1/30, a tunnel through the wire, vxlan1 192.0.2.2/30

The recorders are Route Server and the circuits behind it.
"""
from .node import link
from .wait import wait_for

AVS_PATH = [65515, 12076, 398656]
ONPREM_PATH = [65515, 12076, 64620]
NUMBERS = {"a": 1, "b": 2, "c": 3}
ASNS = {"a": 64512, "b": 64514, "c": 64516}
TAG = 0x41565300


class Side:
    """One appliance and its Route Server."""

    def __init__(self, lab, name, asn=None):
        self.name, self.number, self.asn = name, NUMBERS[name], asn or ASNS[name]
        self.rs = [f"10.{self.number}.0.4", f"10.{self.number}.0.5"]
        self.dut = lab.router(name)
        self.peers = lab.node(f"rs-{name}")
        link(self.dut, "eth0", f"10.{self.number}.0.1/24",
             self.peers, "eth0", [f"{a}/24" for a in self.rs])
        self.names = [f"{name}1", f"{name}2"]
        self.rec = lab.speaker(
            self.peers,
            [{"name": n, "address": a, "as": 65515, "families": ["ipv4-unicast", "ipv6-unicast"],
              "peer": f"10.{self.number}.0.1"}
             for n, a in zip(self.names, self.rs)],
        )
        self.tunnels = {}

    def start(self, toward, *lines, first=(), after=(), daemons=("zebra", "staticd", "bgpd")):
        """
        Start with these lines under `router bgp`, without `avs` in front; the Route
        Server is called as the side.
        """
        text = [f"hostname {self.name}", "bgp route-map delay-timer 1", f"router bgp {self.asn}",
                f" bgp router-id 10.{self.number}.0.1"]
        text += [f" {l}" for l in first]
        text += [f" neighbor {a} remote-as 65515\n neighbor {a} ebgp-multihop" for a in self.rs]
        text += [f" neighbor {t.far} remote-as {t.asn}\n neighbor {t.far} timers connect 1"
                 for t in self.tunnels.values()]
        text += [f" avs route-server {self.name} neighbor {a}" for a in self.rs]
        text += [f" avs route-server {self.name} toward {t}" for t in toward]
        text += [f" avs {l}" for l in ("quiet-period 1", "hold-down 0", *lines)]
        self.dut.start("\n".join([*text, "exit", *after]) + "\n", daemons=daemons)
        self.rec.wait_up()

    def learn(self, path, *prefixes):
        """Route Server delivers prefixes, through both instances."""
        for name in self.names:
            self.rec.announce(name, *prefixes, path=path)

    def forget(self, *prefixes):
        """And does not any more."""
        for name in self.names:
            self.rec.withdraw(name, *prefixes)

    def both(self, *expected, timeout=20):
        """Both instances have exactly these prefixes from the appliance."""
        for name in self.names:
            self.rec.wait_rib(name, set(expected), timeout)

    def told(self, prefix):
        """What the first instance was told of a prefix last."""
        return self.rec.rib(self.names[0]).get(prefix)

    def type(self, *lines):
        """Type lines under `router bgp`; all must be taken."""
        for line, status, text in self.dut.configure(f"router bgp {self.asn}", *lines):
            assert status == 0, f"{line}: {text}"

    def explain(self, prefix):
        """Role neighbour -> reason of the verdict on a prefix."""
        told = self.dut.show_json(f"show bgp avs explain {prefix} json")
        return {r["name"]: r["reason"] for r in told["routeServer"]}

    def routes(self, prefix):
        """(neighbour, segment, site, why) of the paths of a prefix."""
        routes = self.dut.show_json("show bgp avs routes json")["learnedRoute"]
        return {(r["neighbor"], r["segment"], r.get("site", ""), r["why"])
                for r in routes if r["prefix"] == prefix}

    def warnings(self):
        """Code -> text of the warnings at present."""
        return {w["code"]: w["text"] for w in self.dut.show_json("show bgp avs json")["warning"]}


class Tunnel:
    """One end of a tunnel."""

    def __init__(self, interface, near, far, asn):
        self.interface, self.near, self.far, self.asn = interface, near, far, asn


def connect(lab, *sides):
    """A wire between all sides, and a VXLAN tunnel through it for each two."""
    wire = lab.node("wire")
    wire.run("ip link add name br0 type bridge; ip link set br0 up")
    for side in sides:
        link(side.dut, "eth1", f"172.31.0.{side.number}/24", wire, f"to-{side.name}", None)
        wire.run(f"ip link set to-{side.name} master br0")
    for one in sides:
        for other in sides:
            if one is not other:
                _tunnel(one, other)
    return wire


def _tunnel(one, other):
    low, high = sorted((one.number, other.number))
    net = 4 * (low * 4 + high)
    near, far = (1, 2) if one.number == low else (2, 1)
    tunnel = Tunnel(f"vxlan{other.number}", f"192.0.2.{net + near}", f"192.0.2.{net + far}", other.asn)
    one.dut.run(
        f"ip link add {tunnel.interface} type vxlan id {low * 10 + high} dstport 4789 "
        f"local 172.31.0.{one.number} remote 172.31.0.{other.number} dev eth1; "
        f"ip addr add {tunnel.near}/30 dev {tunnel.interface}; ip link set {tunnel.interface} up"
    )
    one.tunnels[other.name] = tunnel


def wait_overlay(*sides):
    """Until the sessions through the tunnels are up, and the start-up delay is over."""
    for side in sides:
        for tunnel in side.tunnels.values():
            wait_for(f"{side.name}: session with {tunnel.far}",
                     lambda s=side, t=tunnel: s.dut.established(t.far), 30)
        wait_for(f"{side.name}: start-up is over",
                 lambda s=side: not s.dut.show_json("show bgp avs json")["startupLeft"], 30)
