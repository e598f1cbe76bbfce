# SPDX-License-Identifier: GPL-2.0-or-later
"""
Rule 11: the module on a customer's edge router.

      recorder                    ce .1 AS 64550                    recorder
    M1 .5 AS 12076, circuit 1 ---+--------------+--- INT .9 AS 64560, the customer's network
    M2 .6 AS 12076, circuit 2    192.0.2.0/24   +--- CE2 .7 AS 64550, the other edge router

Whatever the circuits deliver, what is the customer's own stays where it is.
"""
import re

import pytest

from lib.node import link
from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

AS = 64550
M1, M2, INT, CE2 = "192.0.2.5", "192.0.2.6", "192.0.2.9", "192.0.2.7"
PEERS = {"M1": (M1, 12076), "M2": (M2, 12076), "INT": (INT, 64560), "CE2": (CE2, AS)}
AVS_PATH, VNET_PATH = [12076, 398656], [12076, 65515]
OWN, AVS_NET = "10.100.0.0/16", "10.20.0.0/22"


class Edge:
    """The customer's edge router, and everybody around it."""

    def __init__(self, lab):
        self.dut = lab.router("ce")
        self.peers = lab.node("peers")
        link(self.dut, "eth0", "192.0.2.1/24", self.peers, "eth0", [f"{a}/24" for a, _ in PEERS.values()])
        self.rec = lab.speaker(
            self.peers,
            [{"name": n, "address": a, "as": asn, "peer": "192.0.2.1"} for n, (a, asn) in PEERS.items()],
        )

    @staticmethod
    def config(*avs, first=(), more=(), family=()):
        """frr.conf with these avs lines; the circuits' neighbours are there before the session."""
        lines = ["hostname ce", "bgp route-map delay-timer 1", f"router bgp {AS}",
                 " bgp router-id 192.0.2.1", " no bgp ebgp-requires-policy"]
        lines += [f" {line}" for line in first]
        lines += [f" neighbor {a} remote-as {asn}" for a, asn in PEERS.values()]
        lines += [f" avs {line}" for line in ("quiet-period 1", *avs)]
        lines += [" address-family ipv4 unicast", *[f"  {line}" for line in family], " exit-address-family"]
        return "\n".join([*lines, "exit", *more]) + "\n"

    def start(self, *avs, **options):
        """Start, and wait for all sessions."""
        self.dut.start(self.config(*avs, **options), daemons=("zebra", "bgpd"))
        self.rec.wait_up()

    def top(self, *lines):
        """Type lines; all must be taken."""
        for line, status, text in self.dut.configure(*lines):
            assert status == 0, f"{line}: {text}"

    def type(self, *lines):
        """Type lines under `router bgp`; all must be taken."""
        self.top(f"router bgp {AS}", *lines)

    def refused(self, *lines):
        """Type lines under `router bgp`; the last must be refused.  What was said."""
        answers = self.dut.configure(f"router bgp {AS}", *lines)
        assert answers[-1][1] != 0, answers
        return answers[-1][2]

    def has(self, *prefixes, timeout=20):
        """Wait until exactly these prefixes have a best path."""
        wait_for(f"best paths {sorted(prefixes)}",
                 lambda: set(self.dut.best_paths()) == set(prefixes), timeout)

    def through(self, prefix):
        """Next hop of the best path of a prefix; None: there is none."""
        for path in self.dut.best_paths().get(prefix, []):
            if path.get("bestpath"):
                return path["nexthops"][0]["ip"]
        return None

    def own(self, *prefixes):
        """The customer's network announces prefixes, and Azure is told."""
        self.rec.announce("INT", *prefixes, path=[64560])
        wait_for("Azure is told", lambda: set(prefixes) <= set(self.rec.rib("M1")), 20)

    def leaks(self):
        """(prefix, source, reason) of what was refused."""
        return {(l["prefix"], l["source"], l["reason"])
                for l in self.dut.show_json("show bgp avs leaks json")["leak"]}

    def summary(self):
        """Address -> what is said of the azure-edge neighbour."""
        return {e.pop("address"): e for e in self.dut.show_json("show bgp avs json")["azureEdge"]}

    def warnings(self):
        """Code -> text of the warnings at present."""
        return {w["code"]: w["text"] for w in self.dut.show_json("show bgp avs json")["warning"]}

    def explain(self, prefix):
        """Azure-edge neighbour -> reason, or "accepted"."""
        told = self.dut.show_json(f"show bgp avs explain {prefix} json")["azureEdge"]
        return {e["address"]: e.get("reason", "accepted") for e in told}

    def in_map(self, address):
        """Name in the in slot of a neighbour."""
        shown = re.search(rf"neighbor {re.escape(address)} route-map (\S+) in\n", self.dut.running())
        return shown.group(1) if shown else None

    def refreshes(self, session, since):
        """That many times the routes were asked for."""
        return sum(e["session"] == session and e["event"] == "refresh" for e in self.rec.events(since))


@pytest.fixture(name="edge")
def _edge(lab):
    return Edge(lab)


BOTH = (f"azure-edge neighbor {M1}", f"azure-edge neighbor {M2}")


def test_what_is_accepted(edge):
    """No default and nothing of ours; supernets, and what has nothing to do with us."""
    edge.start(*BOTH)
    edge.own(OWN, "10.200.0.0/16")
    edge.rec.announce("M1", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/5",
                      OWN, "10.100.7.0/24", "10.200.1.1/32", "10.0.0.0/8", "10.96.0.0/13", AVS_NET,
                      "172.16.0.0/12", path=AVS_PATH)
    edge.has(OWN, "10.200.0.0/16", "10.0.0.0/8", "10.96.0.0/13", AVS_NET, "172.16.0.0/12")
    assert edge.through(OWN) == INT
    assert edge.leaks() == {
        *((p, M1, "edge-default") for p in ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/5")),
        (OWN, M1, "edge-own"),
        *((p, M1, "edge-inside") for p in ("10.100.7.0/24", "10.200.1.1/32")),
    }
    # bgpd tells the circuits also what they have told
    assert edge.summary() == {
        M1: {"state": "Established", "announced": 6, "accepted": 4, "supernets": 2},
        M2: {"state": "Established", "announced": 6, "accepted": 0, "supernets": 0},
    }
    for prefix, reason in ((OWN, "edge-own"), ("10.100.7.0/24", "edge-inside"), ("0.0.0.0/0", "edge-default"),
                           (AVS_NET, "accepted"), ("10.0.0.0/8", "accepted"), ("10.101.0.0/16", "accepted")):
        assert edge.explain(prefix) == {M1: reason, M2: reason}, prefix
    shown = edge.dut.show("show bgp avs")
    assert "Start-up" not in shown
    assert f"Azure edge {M1}: Established\n  6 announced, 4 accepted, 2 of these contain one that is announced" in shown
    assert "inside of 10.100.0.0/16" in edge.warnings()["edge-inside"]
    assert f"Azure edge {M2}: refused, 113 edge-own" in edge.dut.show(f"show bgp avs explain {OWN}")
    leaks = edge.dut.show("show bgp avs leaks")
    assert re.search(rf"10\.100\.7\.0/24 +this router +{M1} +114 edge-inside", leaks), leaks


def test_two_circuits(edge):
    """What one circuit delivers, and the other one is told, is not the customer's own."""
    edge.start(*BOTH)
    edge.own(OWN)
    edge.rec.announce("M1", AVS_NET, path=AVS_PATH)
    edge.rec.announce("M2", AVS_NET, "10.20.1.0/24", path=AVS_PATH)
    # of the other edge router, from its circuit
    edge.rec.announce("CE2", "10.30.0.0/16", path=VNET_PATH)
    edge.rec.wait_quiet(1)
    edge.rec.announce("M1", "10.30.0.0/16", "10.30.4.0/24", path=VNET_PATH)
    edge.has(OWN, AVS_NET, "10.20.1.0/24", "10.30.0.0/16", "10.30.4.0/24")
    edge.type(f"neighbor {M1} timers 3 9")  # a line that is none of ours
    holds_for("nothing is refused", lambda: not edge.leaks() and len(edge.dut.best_paths()) == 5, 4)
    assert edge.summary()[M1]["accepted"] == 3 and edge.summary()[M2]["accepted"] == 2


@pytest.mark.parametrize("soft", [False, True], ids=["refresh", "soft-reconfiguration"])
def test_announcements_change(edge, soft):
    """What was accepted goes when it is the customer's, and is back when it is not any more."""
    edge.start(*BOTH, family=[f"neighbor {M1} soft-reconfiguration inbound"] if soft else ())
    edge.own(OWN)
    edge.rec.announce("M1", "10.101.4.0/24", AVS_NET, path=AVS_PATH)
    edge.has(OWN, "10.101.4.0/24", AVS_NET)
    mark = edge.rec.position()
    edge.own("10.101.0.0/16")
    edge.has(OWN, "10.101.0.0/16", AVS_NET, timeout=5)
    assert ("10.101.4.0/24", M1, "edge-inside") in edge.leaks()
    edge.rec.withdraw("INT", "10.101.0.0/16")
    edge.has(OWN, "10.101.4.0/24", AVS_NET, timeout=10)
    assert edge.refreshes("M1", mark) == (0 if soft else 2)
    # another prefix, with nothing of Azure inside of it, asks nobody
    mark = edge.rec.position()
    edge.own("10.102.0.0/16")
    edge.rec.withdraw("INT", "10.102.0.0/16")
    edge.has(OWN, "10.101.4.0/24", AVS_NET)
    holds_for("nobody is asked", lambda: not edge.refreshes("M1", mark), 3)


def test_flapping_prefix(edge):
    """A network of the customer's that flaps does not have Azure send everything each time."""
    edge.start(*BOTH)
    edge.own(OWN)
    edge.rec.announce("M1", "10.101.4.0/24", path=AVS_PATH)
    edge.has(OWN, "10.101.4.0/24")
    edge.own("10.101.0.0/16")
    edge.has(OWN, "10.101.0.0/16")
    mark = edge.rec.position()
    for _ in range(5):
        edge.rec.withdraw("INT", "10.101.0.0/16")
        wait_for("withdrawn", lambda: "10.101.0.0/16" not in edge.rec.rib("M1"), 10)
        edge.rec.wait_quiet(1.5)
        edge.own("10.101.0.0/16")
        edge.rec.wait_quiet(1.5)
    holds_for("never at the customer's expense", lambda: edge.through("10.101.0.0/16") == INT, 6)
    edge.has(OWN, "10.101.0.0/16")
    # once to let in, once to refuse, every five seconds: not twice each time
    assert edge.refreshes("M1", mark) <= 7


def test_circuits_fail(edge):
    """Azure's routes come back before ours are out: what was announced before is still ours."""
    edge.start(*BOTH)
    edge.own(OWN)
    edge.rec.announce("M1", "10.100.7.0/24", AVS_NET, path=AVS_PATH)
    edge.has(OWN, AVS_NET)
    mark = edge.rec.position()
    for name in ("M1", "M2"):
        edge.rec.stop(name)
    edge.has(OWN)
    edge.rec.wait_quiet(3)  # somebody looks meanwhile
    for name in ("M1", "M2"):
        edge.rec.start(name)
    edge.rec.wait_up()
    edge.has(OWN, AVS_NET)
    edge.rec.wait_quiet(2)
    assert "10.100.7.0/24" not in {u["prefix"] for u in edge.rec.updates("INT", mark)}
    # and when nothing is announced any more, nothing is ours
    edge.rec.withdraw("INT", OWN)
    edge.has(AVS_NET, "10.100.7.0/24", timeout=25)


def test_out_policy_changes(edge):
    """Own is what leaves: what the user's policy keeps back is not."""
    edge.start(*BOTH, family=[f"neighbor {m} route-map OUT out" for m in (M1, M2)],
               more=["ip prefix-list OUT seq 5 permit 10.100.0.0/16", "route-map OUT permit 10",
                     " match ip address prefix-list OUT", "exit"])
    edge.own(OWN)
    edge.rec.announce("INT", "10.101.0.0/16", path=[64560])
    edge.rec.announce("M1", "10.101.4.0/24", path=AVS_PATH)
    edge.has(OWN, "10.101.0.0/16", "10.101.4.0/24")
    edge.top("ip prefix-list OUT seq 10 permit 10.101.0.0/16")
    edge.has(OWN, "10.101.0.0/16", timeout=10)
    edge.top("no ip prefix-list OUT seq 10 permit 10.101.0.0/16")
    edge.has(OWN, "10.101.0.0/16", "10.101.4.0/24", timeout=15)


def test_lines_say_what_is_azures(edge):
    """`avs segment` lines with a prefix or a list; they, and the list, may change."""
    edge.start(*BOTH)
    edge.own("10.0.0.0/8")
    edge.rec.announce("M1", AVS_NET, "10.30.0.0/16", path=AVS_PATH)
    edge.has("10.0.0.0/8")
    wait_for("both are refused", lambda: len(edge.leaks()) == 2, 10)
    edge.type("avs segment private-cloud prefix-list AVS")
    assert "list-undefined" in edge.warnings()
    edge.top("ip prefix-list AVS seq 5 permit 10.20.0.0/22")
    edge.has("10.0.0.0/8", AVS_NET, timeout=15)
    edge.type("avs segment virtual-network prefix 10.30.0.0/15")
    edge.has("10.0.0.0/8", AVS_NET, "10.30.0.0/16", timeout=15)
    # what is on-premises is no excuse
    edge.type("no avs segment virtual-network prefix 10.30.0.0/15", "avs segment on-premises prefix 10.30.0.0/15")
    edge.has("10.0.0.0/8", AVS_NET, timeout=15)
    edge.top("no ip prefix-list AVS seq 5 permit 10.20.0.0/22")
    edge.has("10.0.0.0/8", timeout=15)


def test_the_users_map(edge):
    """It is called inside; undefined it denies, as in bgpd."""
    edge.start(*BOTH, f"azure-edge route-map {M1} FROM-AZURE in",
               more=["route-map FROM-AZURE permit 10", " set local-preference 250", "exit"])
    edge.own(OWN)
    edge.rec.announce("M1", AVS_NET, "10.100.7.0/24", "0.0.0.0/0", path=AVS_PATH)
    edge.has(OWN, AVS_NET)
    shown = edge.dut.show_json(f"show bgp ipv4 unicast {AVS_NET} json")["paths"][0]
    assert shown["locPrf"] == 250
    # it cannot widen, and may narrow
    edge.top("no route-map FROM-AZURE permit 10")
    edge.has(OWN, timeout=15)
    assert "map-undefined" in edge.warnings()
    edge.top("route-map FROM-AZURE permit 10", "exit")
    edge.has(OWN, AVS_NET, timeout=15)
    edge.type(f"no avs azure-edge route-map {M1} FROM-AZURE in", f"avs azure-edge route-map {M1} NOTHING in")
    edge.has(OWN, timeout=15)


LOCAL_PREF = ["route-map FROM-AZURE permit 10", " set local-preference 250", "exit"]
MAPPED = (*BOTH, *(f"azure-edge route-map {m} FROM-AZURE in" for m in (M1, M2)))


def test_azures_path_comes_first(edge):
    """And is preferred: the customer's own comes through all the same, if it is for Azure."""
    edge.start(*MAPPED, more=LOCAL_PREF)
    edge.rec.announce("M1", OWN, "10.101.0.0/16", path=AVS_PATH)
    edge.has(OWN, "10.101.0.0/16")
    edge.rec.announce("INT", OWN, path=[64560] * 4)
    wait_for("the customer's", lambda: edge.through(OWN) == INT, 15)
    assert (OWN, M1, "edge-own") in edge.leaks() and edge.through("10.101.0.0/16") == M1
    wait_for("Azure is told", lambda: OWN in edge.rec.rib("M1"), 10)
    # a flap that lasts long enough for Azure's path to come in
    edge.rec.withdraw("INT", OWN)
    wait_for("Azure's", lambda: edge.through(OWN) == M1, 15)
    edge.rec.announce("INT", OWN, path=[64560] * 4)
    wait_for("the customer's", lambda: edge.through(OWN) == INT, 15)
    # what the policy keeps back is nothing of ours
    edge.top("ip prefix-list OUT seq 5 deny 10.101.0.0/16", "ip prefix-list OUT seq 10 permit any",
             "route-map OUT permit 10", "match ip address prefix-list OUT", "exit")
    edge.type("address-family ipv4 unicast", *(f"neighbor {m} route-map OUT out" for m in (M1, M2)))
    edge.rec.announce("INT", "10.101.0.0/16", path=[64560] * 4)
    holds_for("Azure's stays", lambda: edge.through("10.101.0.0/16") == M1, 5)
    edge.top("ip prefix-list OUT seq 5 permit 10.101.0.0/16")
    edge.rec.announce("INT", "10.101.0.0/16", path=[64560] * 3)
    wait_for("the customer's", lambda: edge.through("10.101.0.0/16") == INT, 40)


def test_azures_path_by_the_other_router(edge):
    """The other edge router prefers Azure's as well: this one refuses it all the same, and for good."""
    edge.start(*MAPPED, more=LOCAL_PREF)
    edge.rec.announce("CE2", OWN, path=AVS_PATH, local_pref=250)
    edge.rec.announce("M1", OWN, path=AVS_PATH)
    edge.has(OWN)
    edge.rec.announce("INT", OWN, path=[64560] * 4)
    wait_for("refused", lambda: (OWN, M1, "edge-own") in edge.leaks(), 40)
    edge.rec.wait_quiet(2)
    mark = edge.rec.position()
    holds_for("it stays so", lambda: edge.through(OWN) == CE2, 12)
    assert not edge.refreshes("M1", mark)


def test_a_wrong_guess(edge):
    """One of the customer's paths would be told Azure, and another one is better, and is not: no going on and off."""
    prefix = "10.103.0.0/16"
    edge.start(*MAPPED, family=[f"neighbor {m} route-map OUT out" for m in (M1, M2)],
               more=[*LOCAL_PREF, "bgp community-list standard KEEP permit 64560:1", "route-map OUT deny 5",
                     " match community KEEP", "route-map OUT permit 10", "exit"])
    edge.rec.announce("M1", prefix, path=AVS_PATH)
    edge.has(prefix)
    mark = edge.rec.position()
    edge.rec.announce("INT", prefix, path=[64560], communities=["64560:1"])
    edge.rec.announce("CE2", prefix, path=[64570], local_pref=100)
    wait_for("tried once", lambda: edge.through(prefix) == INT, 40)
    wait_for("and given up", lambda: edge.through(prefix) == M1, 20)
    holds_for("for good", lambda: edge.through(prefix) == M1, 15)
    assert edge.refreshes("M1", mark) <= 3


def test_a_default_is_no_cover(edge):
    """Forced tunnelling: the customer gives Azure a default, and Azure's routes are not inside of it."""
    edge.start(*BOTH)
    edge.own("0.0.0.0/0", "0.0.0.0/1", OWN)
    edge.rec.announce("M1", AVS_NET, "10.100.7.0/24", "0.0.0.0/0", path=AVS_PATH)
    edge.has("0.0.0.0/0", "0.0.0.0/1", OWN, AVS_NET)
    holds_for("it stays", lambda: AVS_NET in edge.dut.best_paths(), 4)
    assert edge.leaks() == {("10.100.7.0/24", M1, "edge-inside"), ("0.0.0.0/0", M1, "edge-default")}


def test_aggregate(edge):
    """It is the customer's while something of the customer's is inside: else it would go on and off."""
    edge.start(*BOTH, family=["aggregate-address 10.0.0.0/8"])
    edge.own(OWN)
    edge.rec.announce("M1", AVS_NET, path=AVS_PATH)
    edge.has(OWN, "10.0.0.0/8")
    wait_for("refused", lambda: (AVS_NET, M1, "edge-inside") in edge.leaks(), 10)
    edge.rec.withdraw("INT", OWN)
    edge.has("10.0.0.0/8", AVS_NET, timeout=15)
    mark = edge.rec.position()
    holds_for("it stays", lambda: set(edge.dut.best_paths()) == {"10.0.0.0/8", AVS_NET}, 12)
    assert edge.refreshes("M1", mark) <= 1
    edge.own(OWN)
    edge.has(OWN, "10.0.0.0/8", timeout=15)


def test_last_line(edge):
    """No avs line is left: the slot is the user's, and Azure's routes come in."""
    edge.start(*BOTH)
    edge.own(OWN)
    edge.rec.announce("M1", "10.100.7.0/24", "0.0.0.0/0", path=AVS_PATH)
    edge.has(OWN)
    assert edge.warnings()["edge-inside"]
    edge.type("no avs quiet-period 1", *(f"no avs {line}" for line in BOTH))
    edge.has(OWN, "10.100.7.0/24", "0.0.0.0/0", timeout=30)
    assert edge.in_map(M1) is None and edge.in_map(M2) is None


def test_lines_beside_it(edge):
    """The in-map is the module's, everything else the user's."""
    edge.start(*BOTH)
    said = edge.refused("address-family ipv4 unicast", f"neighbor {M1} route-map MINE in")
    assert f"avs azure-edge route-map {M1} MINE in" in said
    said = edge.refused("address-family ipv4 unicast", f"neighbor {M1} route-map AVS-IN-hub in")
    assert "belongs to the module" in said
    edge.type("address-family ipv4 unicast", f"no neighbor {M1} route-map AVS-IN-azure-edge@{M1} in")
    assert edge.in_map(M1) == f"AVS-IN-azure-edge@{M1}"
    edge.type("address-family ipv4 unicast", f"neighbor {M1} route-map MINE out",
              f"neighbor {M1} soft-reconfiguration inbound", f"no neighbor {M1} route-map MINE out",
              f"neighbor {M1} remove-private-AS", f"neighbor {M1} as-override")
    said = edge.refused(f"avs azure-edge route-map {M1} AVS-IN-x in")
    assert "belongs to the module" in said
    numbers = range(20, 20 + 16 - len(BOTH))
    edge.type(*(f"avs azure-edge neighbor 192.0.2.{n}" for n in numbers))
    assert "16 azure-edge neighbors" in edge.refused("avs azure-edge neighbor 192.0.2.99")
    edge.type(f"avs azure-edge neighbor {M1}")  # once more
    assert f"azure-edge neighbor 192.0.2.20 is not configured" in edge.dut.show("show bgp avs")
    edge.type("avs azure-edge route-map 192.0.2.99 MINE in")
    assert "192.0.2.99" in edge.warnings()["no-azure-edge"]


def test_adoption(edge):
    """A router that works loses nothing by a line."""
    edge.start(family=[f"neighbor {M1} route-map MINE in"],
               more=["route-map MINE permit 10", "exit",
                     "ip prefix-list AVS seq 5 permit 10.20.0.0/22 le 32"])
    edge.own("10.0.0.0/8")
    edge.rec.announce("M1", AVS_NET, "0.0.0.0/0", path=AVS_PATH)
    edge.rec.announce("M2", AVS_NET, "10.20.1.0/24", path=AVS_PATH)
    edge.has("10.0.0.0/8", AVS_NET, "0.0.0.0/0", "10.20.1.0/24")
    said = edge.refused(f"avs azure-edge neighbor {M1}")
    assert f"avs azure-edge route-map {M1} MINE in" in said
    edge.type(f"avs azure-edge route-map {M1} MINE in")
    said = edge.refused(f"avs azure-edge neighbor {M1}")
    assert f"{AVS_NET}, which lies in 10.0.0.0/8" in said
    edge.has("10.0.0.0/8", AVS_NET, "0.0.0.0/0", "10.20.1.0/24")
    edge.type("avs segment private-cloud prefix-list AVS", f"avs azure-edge neighbor {M1}",
              f"avs azure-edge neighbor {M2}")
    edge.has("10.0.0.0/8", AVS_NET, "10.20.1.0/24")
    # and back: everything is as it was
    edge.type(f"no avs azure-edge neighbor {M1}", f"no avs azure-edge neighbor {M2}",
              f"no avs azure-edge route-map {M1} MINE in")
    edge.has("10.0.0.0/8", AVS_NET, "0.0.0.0/0", "10.20.1.0/24")
    assert edge.in_map(M1) == "MINE" and edge.in_map(M2) is None


def test_restart_and_reload(edge):
    """From the written file, and by frr-reload.py: the same, and no session goes down."""
    # without a route-map: stock vtysh leaks its name, and fails with sanitizers
    edge.start(*BOTH, "segment private-cloud prefix 10.20.0.0/16")
    edge.own("10.0.0.0/8")
    edge.rec.announce("M1", AVS_NET, "0.0.0.0/0", "10.100.7.0/24", path=AVS_PATH)
    edge.has("10.0.0.0/8", AVS_NET)
    edge.dut.vtysh("write memory")
    written = edge.dut.read("frr.conf")
    lines = [line.strip() for line in written.splitlines() if "azure-edge" in line]
    assert lines == [f"neighbor {M1} route-map AVS-IN-azure-edge@{M1} in",
                     f"neighbor {M2} route-map AVS-IN-azure-edge@{M2} in",
                     f"avs azure-edge neighbor {M1}", f"avs azure-edge neighbor {M2}"]
    mark = edge.rec.position()
    edge.dut.restart_bgpd()
    edge.rec.wait_event("M1", "up", since=mark, timeout=30)
    edge.rec.wait_up()
    edge.has("10.0.0.0/8", AVS_NET)
    mark = edge.rec.position()
    assert edge.dut.reload(written).returncode == 0
    assert edge.rec.flaps("M1", mark) == 0
    edge.has("10.0.0.0/8", AVS_NET)
    # without the lines: frr-reload.py takes the role away, and the in slot is empty
    plain = "\n".join(line for line in written.splitlines() if "azure-edge" not in line) + "\n"
    edge.dut.reload(plain)
    edge.has("10.0.0.0/8", AVS_NET, "0.0.0.0/0", "10.100.7.0/24")
    assert edge.rec.flaps("M1", mark) == 0 and edge.in_map(M1) is None


def test_reserved_communities(edge):
    """A circuit's route that returns on the other one with Azure's community is named, and what was advised helps."""
    edge.start(*BOTH)
    edge.rec.announce("INT", OWN, path=[64560], communities=["64560:1"])
    edge.rec.announce("M1", AVS_NET, path=AVS_PATH)
    wait_for("it returns", lambda: AVS_NET in edge.rec.rib("M2"), 20)
    assert "reserved-community" not in edge.warnings()
    edge.rec.announce("M1", AVS_NET, path=AVS_PATH, communities=["65517:65517"])
    wait_for("it is said", lambda: AVS_NET in edge.warnings().get("reserved-community", ""), 25)
    assert "1 in all" in edge.warnings()["reserved-community"]
    edge.top("bgp community-list expanded AZURE permit _6551[578]:", "route-map CLEAN permit 10",
             "set comm-list AZURE delete")
    for address in (M1, M2):
        edge.type("address-family ipv4 unicast", f"neighbor {address} route-map CLEAN out")
    wait_for("it is over", lambda: "reserved-community" not in edge.warnings(), 25)
    assert AVS_NET in edge.rec.rib("M2")


def test_two_roles(edge):
    """A neighbour that is an overlay neighbour as well: nothing in, nothing out."""
    edge.start(f"azure-edge neighbor {M1}", f"overlay neighbor {M1}")
    edge.rec.announce("INT", OWN, path=[64560])
    edge.rec.announce("M1", AVS_NET, path=AVS_PATH)
    edge.has(OWN)
    holds_for("closed", lambda: not edge.rec.rib("M1") and set(edge.dut.best_paths()) == {OWN}, 3)
    assert "two roles" in edge.warnings()["neighbor-conflict"]
    edge.type(f"no avs overlay neighbor {M1}")
    edge.has(OWN, AVS_NET, timeout=15)
    # nobody knows any more what was in the out slot before: it stays closed, and that is said
    assert not edge.rec.rib("M1") and f"neighbor {M1} route-map NAME out" in edge.warnings()["edge-silent"]
    edge.type("address-family ipv4 unicast", f"no neighbor {M1} route-map AVS-DENY out")
    wait_for("told", lambda: OWN in edge.rec.rib("M1"), 15)
    assert "edge-silent" not in edge.warnings()


def test_without_the_module(edge):
    """The maps exist with it alone: without it nothing of Azure comes in."""
    edge.start(*BOTH)
    edge.rec.announce("M1", AVS_NET, path=AVS_PATH)
    edge.has(AVS_NET)
    edge.dut.vtysh("write memory")
    mark = edge.rec.position()
    edge.dut.restart_bgpd(module=False)
    edge.rec.wait_event("M1", "up", since=mark, timeout=30)
    edge.rec.wait_up()
    holds_for("nothing comes in", lambda: not edge.dut.best_paths(), 3)


def test_view(edge):
    """A view of the default VRF, with maps of its own name."""
    edge.dut.start(edge.config(*BOTH).replace(f"router bgp {AS}", f"router bgp {AS} view blue"),
                   daemons=("zebra", "bgpd"))
    edge.rec.wait_up()
    edge.rec.announce("INT", OWN, path=[64560])
    edge.rec.wait_quiet(1)
    edge.rec.announce("M1", "0.0.0.0/0", OWN, AVS_NET, path=AVS_PATH)

    def refused():
        told = edge.dut.show_json("show bgp view blue avs leaks json")["leak"]
        return {(l["prefix"], l["reason"]) for l in told} == {("0.0.0.0/0", "edge-default"), (OWN, "edge-own")}

    wait_for("the view refuses", refused, 15)
    assert f"AVS-IN-blue:azure-edge@{M1} in" in edge.dut.running()
