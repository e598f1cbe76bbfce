# SPDX-License-Identifier: GPL-2.0-or-later
"""
Two appliances of one job at the same Route Server, which passes on to each what the other says.

      a .1 AS 65001 ---+              +--- rs1 .11  BIRD, AS 65515, an instance
                       | 192.0.2.0/24 |
      b .2 AS 65002 ---+--------------+--- rs2 .12  BIRD, the other one
                                      |
                                      +--- circuits .21, .22  recorder, AS 12076

BIRD logs what it takes of each appliance, so that a withdrawal is seen however short it is.
"""
import pytest

from lib.azure import Bird
from lib.node import link
from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

ADDRESSES = {"a": "192.0.2.1", "b": "192.0.2.2", "rs1": "192.0.2.11", "rs2": "192.0.2.12"}
INSTANCES = ("rs1", "rs2")
AVS, ONPREM = [12076, 398656], [12076, 64620]
# strict supernets of what the circuits deliver
AUTO = {"10.120.0.0/23", "10.200.0.0/15", "192.168.4.0/23"}
SET = AUTO | {"0.0.0.0/0"}
DESIGN = """hostname {name}
router bgp {asn}
 bgp router-id {address}
 neighbor 192.0.2.11 remote-as 65515
 neighbor 192.0.2.12 remote-as 65515
 neighbor 192.0.2.11 timers connect 1
 neighbor 192.0.2.12 timers connect 1
 avs route-server hub neighbor 192.0.2.11
 avs route-server hub neighbor 192.0.2.12
 avs route-server hub toward private-cloud
 avs route-server hub toward on-premises
 avs route-server hub accept-leak on-premises
 avs advertise default toward private-cloud
 avs advertise supernet auto
 avs hold-down 1
 avs tighten-delay 1
 avs quiet-period 0
{more}exit
"""
ROUTE_SERVER = """log "/run/bird/bird.log" all;
router id {address};
protocol device {{ }}
template bgp party {{ local {address} as 65515; connect retry time 1; graceful restart off; long lived graceful restart off;
  ipv4 {{ import all; export all; }}; }}
protocol bgp circuits from party {{ neighbor {circuits} as 12076; passive on; }}
protocol bgp a from party {{ neighbor 192.0.2.1 as {a}; debug {{ routes }}; }}
protocol bgp b from party {{ neighbor 192.0.2.2 as {b}; debug {{ routes }}; }}
"""


class Pair:
    """Both appliances, the Route Server and what is behind it."""

    def __init__(self, lab, a=65001, b=65002):
        self.asn = {"a": a, "b": b}
        wire = lab.node("wire")
        wire.run("ip link add name br0 type bridge; ip link set br0 up")
        nodes = {n: lab.router(n) if n in "ab" else lab.node(n) for n in ADDRESSES}
        circuits = lab.node("circuits")
        for name, node in [*nodes.items(), ("circuits", circuits)]:
            own = [f"192.0.2.{n}/24" for n in (21, 22)] if name == "circuits" else f"{ADDRESSES[name]}/24"
            link(node, "eth0", own, wire, f"to-{name}", None)
            wire.run(f"ip link set to-{name} master br0")
        self.nva = {n: nodes[n] for n in "ab"}
        self.rs = {n: Bird(nodes[n], ROUTE_SERVER.format(address=ADDRESSES[n], circuits=f"192.0.2.2{n[-1]}", a=a, b=b))
                   for n in INSTANCES}
        self.rec = lab.speaker(circuits, [
            {"name": f"C{n}", "address": f"192.0.2.2{n}", "as": 12076, "peer": f"192.0.2.1{n}"} for n in (1, 2)])
        self.rec.wait_up()
        for name in ("C1", "C2"):
            self.rec.announce(name, "10.120.0.0/24", path=AVS)
            self.rec.announce(name, "10.200.0.0/16", "192.168.5.0/24", path=ONPREM)

    def start(self, *names, lines=(), sibling=True):
        """Start bgpd of these appliances."""
        for name in names:
            other = self.asn["b" if name == "a" else "a"]
            more = [*lines, *([f"avs sibling as {other}"] if sibling else [])]
            self.nva[name].start(
                DESIGN.format(name=name, asn=self.asn[name], address=ADDRESSES[name],
                              more="".join(f" {l}\n" for l in more)), daemons=("zebra", "bgpd"))

    def announces(self, name, expected, timeout=40):
        """Both instances have exactly this of the appliance."""
        for rs in INSTANCES:
            wait_for(lambda: f"{rs} has of {name}: {sorted(self.rs[rs].routes(name))}",
                     lambda: set(self.rs[rs].routes(name)) == set(expected), timeout)

    def removed(self, name):
        """(instance, line) of everything that an appliance has withdrawn."""
        found = []
        for rs in INSTANCES:
            log = (self.rs[rs].node.dir / "bird" / "bird.log").read_text()
            found += [(rs, l) for l in log.splitlines() if f"{name} > removed" in l or f"{name}.ipv4 > removed" in l]
        return found

    def warnings(self, name):
        """Code -> text of the warnings at present."""
        return {w["code"]: w["text"] for w in self.nva[name].show_json("show bgp avs json")["warning"]}

    def whys(self, name):
        """Reasons of what comes from the other appliance."""
        routes = self.nva[name].show_json("show bgp avs routes json")["learnedRoute"]
        return {r["why"] for r in routes if r["prefix"] in SET}


def test_start_together(lab):
    """Both have the whole set at once, and never take back any of it; so do those that fail over."""
    pair = Pair(lab)
    pair.start("a", "b")
    for name in "ab":
        pair.announces(name, SET)
    holds_for("both go on", lambda: all(set(pair.rs[r].routes(n)) == SET for r in INSTANCES for n in "ab"), 4)
    assert not pair.removed("a") and not pair.removed("b")
    # Route Server passes on one of the two; whoever hears it says what it is
    assert pair.whys("a") | pair.whys("b") == {"none", "sibling"}
    for name in "ab":
        assert not {"sibling-seen", "unclassified", "latched", "echo"} & set(pair.warnings(name)), pair.warnings(name)
        assert pair.warnings(name)["local-as-inside-avs"].startswith(f"AS {pair.asn[name]} works")
        assert "local-as" not in pair.warnings(name)
    # fail over: the other one does not notice
    pair.nva["a"].stop_daemon("bgpd")
    wait_for("a is gone", lambda: not pair.rs["rs1"].routes("a") and not pair.rs["rs2"].routes("a"), 20)
    gone = pair.removed("a")
    pair.announces("b", SET)
    pair.nva["a"].start(daemons=("bgpd",))
    pair.announces("a", SET)
    holds_for("both go on", lambda: all(set(pair.rs[r].routes(n)) == SET for r in INSTANCES for n in "ab"), 3)
    assert pair.removed("a") == gone and not pair.removed("b")


def test_one_after_the_other(lab):
    """The second one is not silent, and not wider; a line that calls the first on-premises changes nothing."""
    pair = Pair(lab)
    wrong = {n: f"avs segment on-premises origin-as {pair.asn['b' if n == 'a' else 'a']}" for n in "ab"}
    pair.start("a", lines=[wrong["a"]])
    pair.announces("a", SET)
    pair.start("b", lines=[wrong["b"], "avs route-server hub prepend 2"])
    pair.announces("b", SET)
    holds_for("both go on", lambda: all(set(pair.rs[r].routes(n)) == SET for r in INSTANCES for n in "ab"), 4)
    assert not pair.removed("a") and not pair.removed("b")
    # bgpd's best path is the own one, and the data plane has not changed
    explained = pair.nva["b"].show_json("show bgp avs explain 10.120.0.0/23 json")["routeServer"]
    assert [r["reason"] for r in explained] == ["announced"], explained


def test_same_as(lab):
    """With the same AS, and allowas-in, no line is needed."""
    pair = Pair(lab, 64512, 64512)
    more = [f"neighbor {ADDRESSES[rs]} allowas-in 3" for rs in INSTANCES]
    pair.start("a", "b", lines=more, sibling=False)
    for name in "ab":
        pair.announces(name, SET)
    holds_for("both go on", lambda: all(set(pair.rs[r].routes(n)) == SET for r in INSTANCES for n in "ab"), 4)
    assert not pair.removed("a") and not pair.removed("b")
    assert "sibling" in pair.whys("a") | pair.whys("b")


def test_before_the_line_is_typed(lab):
    """The second one names the line, never calls the first on-premises; typed, it announces the set."""
    pair = Pair(lab)
    pair.start("a", sibling=False)
    pair.announces("a", SET)
    pair.start("b", sibling=False)
    wait_for("b names the line", lambda: "sibling-seen" in pair.warnings("b"), 20)
    assert pair.warnings("b")["sibling-seen"].endswith("type: avs sibling as 65001")
    assert "unclassified" not in pair.warnings("b"), pair.warnings("b")
    assert "10.0.0.0/8" not in pair.rs["rs1"].routes("b")
    for name in "ab":
        other = pair.asn["b" if name == "a" else "a"]
        pair.nva[name].configure(f"router bgp {pair.asn[name]}", f"avs sibling as {other}")
    pair.announces("b", SET)
    pair.announces("a", SET)
    wait_for("and is content", lambda: not {"sibling-seen", "unclassified"} & set(pair.warnings("b")), 20)


def test_called_on_premises_they_do_not_widen(lab):
    """Who types what the alarm once said gets a wider set on one side, and no ratchet."""
    pair = Pair(lab)
    for name in "ab":
        other = pair.asn["b" if name == "a" else "a"]
        pair.start(name, lines=[f"avs segment on-premises origin-as {other}"], sibling=False)
    holds_for("nothing as wide as RFC 1918",
              lambda: not {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} & {
                  p for r in INSTANCES for n in "ab" for p in pair.rs[r].routes(n)}, 8)
    lengths = {int(p.split("/")[1]) for r in INSTANCES for n in "ab" for p in pair.rs[r].routes(n)} - {0}
    assert min(lengths) >= 14, lengths
    assert "sibling-seen" in {**pair.warnings("a"), **pair.warnings("b")}
