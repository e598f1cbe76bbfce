# SPDX-License-Identifier: GPL-2.0-or-later
"""
Rule 2: what is not known of a route server's reach counts as reached.

      dut .1 AS 64512               recorder, one node
    +----------+                  +-------------------------------------------+
    |  FRR +   |  192.0.2.0/24    | R1 .11, R2 .12  AS 65515, instances of hub |
    |  module  |------------------| hub is declared toward private-cloud alone |
    +----------+                  +-------------------------------------------+
"""
import time

import pytest

from lib.frr import release
from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

AS = 64512
R1, R2 = "192.0.2.11", "192.0.2.12"
PLAN = {"0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
AVS = [65515, 12076, 398656]
ONPREM = [65515, 12076, 64620]
# the other hub of a virtual WAN, by a VPN gateway that sets no community
UNKNOWN = [65515, 64620]
BGP = "router bgp 64512"
HUB = [
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
    "avs advertise default toward private-cloud",
    "avs advertise companions toward private-cloud",
]
CONSENT = "avs route-server hub accept-leak on-premises"


class Cell:
    """Router and recorder, with the words the tests use."""

    def __init__(self, lab, *avs, top=(), bgp=(), hub=HUB, **session):
        sessions = [{"name": n, "address": a, "as": 65515, **session} for n, a in (("R1", R1), ("R2", R2))]
        self.dut, self.rec = lab.cell(sessions)
        lines = ["hostname dut", "bgp route-map delay-timer 1", *top, BGP, " no bgp ebgp-requires-policy"]
        lines += [f" neighbor {a} remote-as 65515" for a in (R1, R2)]
        lines += [" " + l for l in (*bgp, "avs quiet-period 1", "avs hold-down 0", *hub, *avs)] + ["exit"]
        self.learn(AVS, "10.20.0.0/16")
        self.dut.start("\n".join(lines) + "\n", daemons=("zebra", "bgpd"))
        self.rec.wait_up()

    def type(self, *lines, under=(BGP,)):
        """Type lines; all must be taken."""
        for line, status, text in self.dut.configure(*under, *lines):
            assert status == 0, f"{line}: {text}"

    def learn(self, path, *prefixes, at=("R1", "R2")):
        """Route Server delivers prefixes."""
        for name in at:
            self.rec.announce(name, *prefixes, path=path)

    def forget(self, *prefixes, at=("R1", "R2")):
        """Route Server withdraws them."""
        for name in at:
            self.rec.withdraw(name, *prefixes)

    def announced(self, timeout=20):
        """Both have all of it."""
        for name in ("R1", "R2"):
            self.rec.wait_rib(name, PLAN, timeout)

    def refused(self, reason, timeout=5, seconds=0):
        """Both have nothing, for this reason."""
        for name in ("R1", "R2"):
            self.rec.wait_rib(name, set(), timeout)
        wait_for(reason, lambda: self.reasons() == {reason}, timeout)
        if seconds:
            holds_for("nothing", lambda: not self.rec.rib("R1") and not self.rec.rib("R2"), seconds)

    def reasons(self):
        """Why the prefixes of the plan are what they are."""
        plan = self.dut.show_json("show bgp avs plan json")
        return {e["reason"] for e in plan["planEntry"]}

    def warning(self, code):
        """Text of the warning of this code, or None."""
        found = [w["text"] for w in self.dut.show_json("show bgp avs json")["warning"] if w["code"] == code]
        return found[0] if found else None

    def hub(self):
        """What is said of the route server."""
        return self.dut.show_json("show bgp avs json")["routeServer"][0]


def test_what_was_observed_stays(lab):
    """F7: on-premises withdraws its routes; it comes back one day."""
    cell = Cell(lab)
    cell.announced()
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.refused("leak-observed")
    # nothing but a line or the operator ends it; the sessions may flap
    cell.forget("10.100.0.0/16")
    cell.refused("leak-remembered", seconds=3)
    for name in ("R1", "R2"):
        cell.rec.stop(name)
    for name in ("R1", "R2"):
        cell.rec.start(name)
    cell.rec.wait_up()
    cell.refused("leak-remembered", seconds=3)
    assert "clear bgp avs reach hub" in cell.warning("reach-remembered")
    assert cell.hub()["countsAsReached"] == "leak-remembered" and cell.hub()["onPremisesSeen"] >= 6
    assert "on-premises counts as reached: leak-remembered" in cell.dut.show("show bgp avs")
    # another segment line says nothing of what is gone
    cell.type("avs segment private-cloud origin-as 64999")
    cell.refused("leak-remembered", seconds=1)
    with cell.dut.vty() as vty:
        assert vty("clear bgp avs reach dmz")[0] != 0
        assert "no route server has the name dmz" in vty("clear bgp avs reach dmz")[1]
        assert vty("clear ip bgp vrf default avs reach hub")[0] == 0
    cell.announced()
    assert cell.warning("reach-remembered") is None and "onPremisesSeen" not in cell.hub()
    # while it is delivered there is nothing to forget
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.refused("leak-observed")
    with cell.dut.vty() as vty:
        assert vty("clear bgp avs reach hub")[0] == 0
    cell.refused("leak-observed", seconds=1)
    # a line says what it really is: it never was on-premises
    cell.type("avs segment private-cloud origin-as 64620")
    cell.announced()
    cell.type("no avs segment private-cloud origin-as 64620")
    cell.refused("leak-observed")
    # with the last line of the route server its memory goes, and not before
    cell.forget("10.100.0.0/16")
    cell.refused("leak-remembered")
    cell.type(CONSENT)
    cell.announced()
    cell.type("no " + CONSENT)
    cell.refused("leak-remembered")


def test_unclassified_counts(lab):
    """F5: routes that nobody can place, until a line does."""
    cell = Cell(lab)
    cell.announced()
    cell.learn(UNKNOWN, "10.100.0.0/16", at=["R1"])
    cell.refused("leak-unclassified")
    assert "avs segment" in cell.warning("unclassified")
    cell.type("avs segment private-cloud origin-as 64620")
    cell.announced()


FILTERS = [
    # what is typed, where, and the line that the warning names
    (f"neighbor {R1} prefix-list ONLY in", "af"),
    (f"neighbor {R2} distribute-list 10 in", "af"),
    (f"neighbor {R1} filter-list PATHS in", "af"),
    ("bgp reject-as-sets", "bgp"),
]


def test_filters_count(lab):
    """F6: what stands in front of us may hide on-premises, whatever it does at present."""
    top = ["ip prefix-list ONLY seq 5 permit 10.20.0.0/16", "access-list 10 seq 5 permit 10.20.0.0/16",
           "bgp as-path access-list PATHS seq 5 permit _398656$",
           "route-map WIDE permit 10", " match ip address prefix-list ONLY", " set local-preference 50", "exit",
           "route-map WIDE permit 20", "exit"]
    cell = Cell(lab, "avs route-server hub route-map WIDE in", top=top)
    cell.announced()
    for line, place in FILTERS:
        if "reject-as-sets" in line and release() >= (10, 7):
            continue
        under = (BGP, "address-family ipv4 unicast") if place == "af" else (BGP,)
        cell.type(line, under=under)
        cell.refused("leak-filtered")
        assert f"no {line}" in cell.warning("reach-filtered")
        cell.type("no " + line, under=under)
        cell.announced()
        assert cell.warning("reach-filtered") is None


def test_what_the_users_map_denies(lab):
    """F6: it is in no table, and counts all the same; it is forgotten when nobody delivers it any more."""
    top = ["ip prefix-list ONLY seq 5 permit 10.20.0.0/16", "route-map NARROW permit 10",
           " match ip address prefix-list ONLY", "exit"]
    cell = Cell(lab, "avs route-server hub route-map NARROW in", top=top)
    cell.announced()
    cell.learn(ONPREM, "10.100.0.0/16", at=["R2"])
    cell.refused("leak-remembered")
    with cell.dut.vty() as vty:
        # it is delivered still: the neighbors say so when they are asked
        assert vty("clear bgp avs reach hub")[0] == 0
        cell.refused("leak-remembered", seconds=6)
        cell.forget("10.100.0.0/16", at=["R2"])
        assert vty("clear bgp avs reach hub")[0] == 0
        cell.announced()
        cell.learn(UNKNOWN, "10.101.0.0/16", at=["R2"])
        cell.refused("leak-filtered")
        assert "no avs route-server hub route-map NARROW in" in cell.warning("reach-filtered")
        cell.type("avs segment private-cloud origin-as 64620")
        cell.announced()


@pytest.mark.parametrize("name", [R1, "G"])
def test_maximum_prefix_counts(lab, name):
    """F6: who was cut off has not told everything; the other one keeps nothing for it."""
    group = ["neighbor G peer-group", f"neighbor {R1} peer-group G"] if name == "G" else []
    cell = Cell(lab, bgp=[*group, f"neighbor {name} maximum-prefix 1 force"])
    cell.announced()
    cell.learn(AVS, "10.21.0.0/16", "10.22.0.0/16", at=["R1"])
    cell.rec.wait_rib("R2", set(), 5)
    assert cell.reasons() == {"leak-filtered"}
    line = f"no neighbor {name} maximum-prefix 1"
    assert f": {line}, or" in cell.warning("reach-filtered")
    cell.type(line)
    cell.rec.wait_rib("R2", PLAN)


def test_who_comes_back_tells_first(lab):
    """F8: one of two comes back; it gets nothing before it has told its routes, and the other one loses nothing."""
    cell = Cell(lab, end_of_rib=False)
    cell.announced(30)
    cell.rec.stop("R1")
    # longer than it takes to be silent
    time.sleep(6)
    start = cell.rec.position()
    cell.rec.start("R1")
    cell.rec.wait_up("R1")
    holds_for("R1 has told nothing", lambda: not cell.rec.rib("R1"), 4)
    assert not cell.rec.updates("R2", start), "who stays keeps what it has"
    cell.rec.wait_rib("R1", PLAN, 10)
    assert not cell.rec.updates("R2", start), "who stays keeps what it has"
    # the same, and what it tells, late, is of on-premises
    cell.rec.stop("R1")
    start = cell.rec.position()
    cell.rec.start("R1")
    cell.rec.wait_up("R1")
    holds_for("R1 has told nothing", lambda: not cell.rec.rib("R1"), 2)
    cell.learn(ONPREM, "10.100.0.0/16", at=["R1"])
    cell.refused("leak-observed")
    assert not cell.rec.updates("R1", start)
    # it is the only one that tells this, and goes away
    cell.rec.stop("R1")
    cell.rec.wait_rib("R2", set())
    assert cell.reasons() == {"leak-remembered"}
    cell.rec.start("R1")
    cell.rec.wait_up("R1")
    cell.refused("leak-observed", 10, seconds=1)
    assert not cell.rec.updates("R1", start) and cell.rec.flaps("R2") == 0


def test_consent_waits_for_nobody(lab):
    """With consent a flap costs the other one no update, and the one that flaps gets all of it at once."""
    cell = Cell(lab, CONSENT, end_of_rib=False)
    cell.announced(30)
    start = cell.rec.position()
    cell.rec.stop("R1")
    cell.rec.start("R1")
    cell.rec.wait_up("R1")
    cell.rec.wait_rib("R1", PLAN, 3)
    cell.rec.wait_quiet()
    assert not cell.rec.updates("R2", start)
    assert not [e for e in cell.rec.updates("R1", start) if e["event"] == "withdraw"]


# what a circuit delivers of on-premises looks like the private cloud's behind it
REWRITE = ["bgp as-path access-list ONPREM seq 5 permit _64620$", "route-map REWRITE permit 10", " match as-path ONPREM",
           " set as-path exclude 65515 12076 64620", " on-match next", "exit", "route-map REWRITE permit 20",
           " match as-path MARKED", " set as-path prepend 65515 12076 398656", "exit", "route-map REWRITE permit 30", "exit",
           "bgp as-path access-list MARKED seq 5 permit ^$"]
HIDE = ["ip prefix-list ONPREM seq 5 permit 10.100.0.0/16", "route-map HIDE deny 10",
        " match ip address prefix-list ONPREM", "exit", "route-map HIDE permit 20", "exit"]
LATE = [*HUB[2:], *HUB[:2]]


def slots(name):
    """A map of the user in the in slot of both."""
    return [f"neighbor {a} route-map {name} in" for a in (R1, R2)]


@pytest.mark.parametrize("name", ["REWRITE", "HIDE"])
def test_a_role_for_who_is_up(lab, name):
    """F2: what the user's map in the slot has made of the paths before counts for nothing."""
    cell = Cell(lab, top=REWRITE + HIDE, bgp=slots(name), hub=[], refresh=False)
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.rec.wait_quiet(1)
    start = cell.rec.position()
    cell.type(*LATE)
    cell.refused("leak-untold", seconds=2)
    # they tell it again at last
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.refused("leak-observed", seconds=4)
    assert not [e for n in ("R1", "R2") for e in cell.rec.updates(n, start) if e["event"] == "announce"]
    # asked for it by bgpd, once
    assert [e for e in cell.rec.events(start) if e["event"] == "refresh"]


def test_a_role_under_rfc_8212(lab):
    """Without a policy bgpd has dropped what the neighbors told: that is not silence."""
    cell = Cell(lab, bgp=["bgp ebgp-requires-policy"], hub=[], refresh=False)
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.rec.wait_quiet(1)
    start = cell.rec.position()
    cell.type(*LATE)
    cell.refused("leak-untold", seconds=2)
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.refused("leak-observed", seconds=3)
    assert not [e for n in ("R1", "R2") for e in cell.rec.updates(n, start) if e["event"] == "announce"]


def test_a_called_map_goes(lab):
    """What it denied is not known before the neighbors have told it again."""
    cell = Cell(lab, "avs route-server hub route-map HIDE in", top=HIDE, refresh=False)
    cell.learn(UNKNOWN, "10.100.0.0/16")
    cell.refused("leak-filtered")
    cell.type("no avs route-server hub route-map HIDE in")
    cell.refused("leak-untold", seconds=2)


def test_the_called_map_is_edited(lab):
    """As when it goes; bgpd asks anew only after its timer, and told is what has been told since."""
    cell = Cell(lab, "avs route-server hub route-map EDITED in", refresh=False, top=["route-map EDITED deny 10", "exit"])
    # at boot no session starts while it runs
    cell.type("bgp route-map delay-timer 600", under=())
    cell.learn(UNKNOWN, "10.100.0.0/16")
    cell.refused("leak-filtered")
    cell.type("no route-map EDITED deny 10", "route-map EDITED permit 10", under=())
    cell.refused("leak-untold", seconds=2)
    cell.learn(ONPREM, "10.100.0.0/16", at=["R1"])
    cell.refused("leak-observed", seconds=1)


def test_who_cannot_be_asked(lab):
    """F2: neither route refresh nor a copy: unknown until the session has been reset."""
    cell = Cell(lab, top=REWRITE, bgp=slots("REWRITE"), hub=[], refresh=None)
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.rec.wait_quiet(1)
    cell.type(*LATE)
    cell.refused("leak-untold", seconds=7)
    assert f"clear bgp {R1}" in cell.warning("reach-untold")
    with cell.dut.vty() as vty:
        for address in (R1, R2):
            vty(f"clear bgp {address}")
    cell.refused("leak-observed", 10)
    assert cell.warning("reach-untold") is None


def test_nothing_stood_there(lab):
    """A role for who is up, without a map before: what was received is known, and nobody waits."""
    cell = Cell(lab, hub=[])
    cell.type(HUB[2], *HUB[3:], *HUB[:1])
    cell.rec.wait_rib("R1", PLAN, 3)


def test_a_list_goes(lab):
    """F2: what a list has kept away is not there when the list goes, but when it has been told."""
    cell = Cell(lab, top=["ip prefix-list ONLY seq 5 permit 10.20.0.0/16"], bgp=[f"neighbor {R1} prefix-list ONLY in"],
                refresh=False)
    cell.refused("leak-filtered")
    cell.learn(ONPREM, "10.100.0.0/16", at=["R1"])
    cell.refused("leak-filtered", seconds=1)
    cell.type(f"no neighbor {R1} prefix-list ONLY in", under=(BGP, "address-family ipv4 unicast"))
    cell.refused("leak-untold", seconds=2)
    cell.learn(ONPREM, "10.100.0.0/16", at=["R1"])
    cell.refused("leak-observed", seconds=1)


# Microsoft's guide: Azure's numbers go, a mark comes
MARK = ["route-map MARK permit 10", " set as-path exclude 65515 12076 398656", " on-match next", "exit",
        "route-map MARK permit 20", " set as-path prepend 64900", "exit"]


def test_the_map_is_named(lab):
    """F3: in shadow segments are what the map makes of them, and it is the map that doctor names."""
    cell = Cell(lab, "avs route-server hub guard shadow", top=MARK, bgp=slots("MARK"))
    wait_for("it is said", lambda: cell.warning("map-rewrites"), 10)
    text = cell.warning("map-rewrites")
    assert f"route-map MARK of neighbor {R1} " in text and f"neighbor {R1} soft-reconfiguration inbound" in text
    doctor = cell.dut.show("show bgp avs doctor")
    assert f"route-map MARK of neighbor {R2} " in doctor
    assert "branch-to-branch" not in doctor and "origin-as" not in doctor
    # and it helps
    cell.type(*(f"neighbor {a} soft-reconfiguration inbound" for a in (R1, R2)),
              under=(BGP, "address-family ipv4 unicast"))
    wait_for("it is over", lambda: cell.warning("map-rewrites") is None, 10)
    wait_for("private cloud", lambda: "private-cloud" in cell.hub()["observed"], 10)
    # what is unclassified as it was received is said
    cell.learn(UNKNOWN, "10.101.0.0/16")
    wait_for("it is said", lambda: cell.warning("unclassified"), 10)


def test_the_called_map_is_a_notice(lab):
    """F3: classification knows what was received; nothing has to be done."""
    cell = Cell(lab, "avs route-server hub route-map MARK in", top=MARK)
    cell.announced()
    wait_for("it is said", lambda: cell.warning("map-rewrites"), 10)
    assert f"changes 1 paths of neighbor {R1}, which are classified as they were received" in cell.warning("map-rewrites")
    cell.learn(AVS, "10.21.0.0/16", at=["R1"])
    wait_for("two", lambda: "changes 2 paths" in cell.warning("map-rewrites"), 10)
    cell.forget("10.20.0.0/16", "10.21.0.0/16", at=["R1"])
    wait_for("none of R1", lambda: f"of neighbor {R2}," in cell.warning("map-rewrites"), 10)
    cell.type("no avs route-server hub route-map MARK in")
    wait_for("none", lambda: cell.warning("map-rewrites") is None, 10)
