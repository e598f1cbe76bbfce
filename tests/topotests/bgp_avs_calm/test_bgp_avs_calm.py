# SPDX-License-Identifier: GPL-2.0-or-later
"""
Start-up, segment-memory, freeze, maintenance: what is not announced yet, what is not
forgotten yet, and what an operator does by hand.

One route server, see lib/hub.py.
"""
import time

import pytest

from lib.hub import INSTANCES, ONPREM, R1, R2, VPN, Hub
from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

LINES = [
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
    "avs advertise default toward private-cloud",
    "avs advertise supernet 10.30.0.0/15",
    "avs hold-down 0",
    "avs quiet-period 0",
]


class Cell(Hub):
    """Router and recorder; sessions of `late` are not up at first."""

    def __init__(self, lab, *avs, late=()):
        super().__init__(lab, INSTANCES)
        for name in late:
            self.rec.stop(name)
        lines = ["router bgp 64512", *self.neighbors("remote-as {as}", "timers connect 1")]
        lines += [" " + l for l in (*LINES, *avs)] + ["exit"]
        self.start(lines, up=[s["name"] for s in INSTANCES if s["name"] not in late])
        self.began = time.monotonic()

    def segment(self, prefix):
        """(segment, why) of the paths of a prefix."""
        return self.routes(prefix, "segment", "why")


# start-up


def test_waits_for_every_neighbor(lab):
    """One instance is up, the other is not: nothing is announced until it is."""
    cell = Cell(lab, late=["R2"])
    wait_for(lambda: f"{cell.reasons()}", lambda: set(cell.reasons().values()) == {"startup-delay"}, 10)
    holds_for("R1 has nothing", lambda: not cell.rec.rib("R1"), 7)
    assert 90 < cell.summary()["startupLeft"] <= 120
    text = cell.dut.show("show bgp avs")
    assert "Start-up: nothing is announced until every neighbor has told its routes" in text, text
    cell.rec.start("R2")
    cell.both("0.0.0.0/0")
    assert cell.summary()["startupLeft"] == 0
    assert "Start-up" not in cell.dut.show("show bgp avs")


def test_not_for_ever(lab):
    """A neighbour that never comes is waited for so long, and no longer."""
    cell = Cell(lab, "avs startup-delay 8", late=["R2"])
    cell.rec.wait_rib("R1", {"0.0.0.0/0"})
    assert time.monotonic() - cell.began > 6


def test_not_for_a_neighbor_that_is_shut_down(lab):
    """What is down on purpose tells nothing, and is not waited for."""
    cell = Cell(lab, late=["R2"])
    cell.type(f"neighbor {R2} shutdown")
    cell.rec.wait_rib("R1", {"0.0.0.0/0"})


def test_only_at_the_start(lab):
    """A session that flaps later does not silence the other one."""
    cell = Cell(lab)
    cell.both("0.0.0.0/0")
    cell.rec.stop("R2")
    wait_for("R2 is down", lambda: cell.dut.show_json("show bgp avs json")["routeServer"][0]["neighbor"][1]["state"]
             != "Established", 10)
    since = cell.rec.position()
    cell.learn(ONPREM[:1], "10.1.0.0/16")
    holds_for("R1 keeps the default", lambda: set(cell.rec.rib("R1")) == {"0.0.0.0/0"}, 3)
    assert not cell.rec.updates("R1", since)
    assert cell.summary()["startupLeft"] == 0


def test_delay_0(lab):
    """Without the delay one instance is enough."""
    cell = Cell(lab, "avs startup-delay 0", late=["R2"])
    cell.rec.wait_rib("R1", {"0.0.0.0/0"})
    assert cell.summary()["startupLeft"] == 0


# segment-memory


def test_path_through_a_vpn(lab):
    """The circuit fails, the VPN takes over: on-premises stays on-premises, for some time."""
    cell = Cell(lab, "avs route-server hub toward on-premises", "avs segment-memory 6")
    cell.learn(ONPREM, "10.30.0.0/16", "10.40.0.0/16")
    cell.both("10.30.0.0/15")
    since = cell.rec.position()
    cell.learn(VPN, "10.30.0.0/16")
    lost = time.monotonic()
    wait_for("remembered", lambda: cell.segment("10.30.0.0/16") == {("on-premises", "memory")}, 5)
    holds_for("the supernet stays", lambda: set(cell.rec.rib("R1")) == {"10.30.0.0/15"}, 3)
    assert not cell.rec.updates("R1", since)
    explained = cell.dut.show("show bgp avs explain 10.30.0.0/16")
    assert " on-premises " in explained and "memory" in explained, explained
    cell.both()
    assert time.monotonic() - lost > 5
    assert cell.segment("10.30.0.0/16") == {("unknown", "no-expressroute")}
    assert cell.reasons()["10.30.0.0/15"] == "covers-nothing"
    # the circuit is back, and fails again: remembered anew
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.both("10.30.0.0/15")
    cell.learn(VPN, "10.30.0.0/16")
    wait_for("remembered", lambda: cell.segment("10.30.0.0/16") == {("on-premises", "memory")}, 5)


def test_circuit_comes_back_in_time(lab):
    """What is measured again is not what is remembered."""
    cell = Cell(lab, "avs route-server hub toward on-premises", "avs segment-memory 5")
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.both("10.30.0.0/15")
    cell.learn(VPN, "10.30.0.0/16")
    wait_for("remembered", lambda: cell.segment("10.30.0.0/16") == {("on-premises", "memory")}, 5)
    cell.learn(ONPREM, "10.30.0.0/16")
    wait_for("measured", lambda: cell.segment("10.30.0.0/16") == {("on-premises", "circuit")}, 5)
    holds_for("nothing ends", lambda: set(cell.rec.rib("R1")) == {"10.30.0.0/15"}, 7)


def test_gap_between_the_paths(lab):
    """Withdrawn first, then announced through the VPN."""
    cell = Cell(lab, "avs route-server hub toward on-premises")
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.both("10.30.0.0/15")
    for name in ("R1", "R2"):
        cell.rec.withdraw(name, "10.30.0.0/16")
    cell.both()
    cell.learn(VPN, "10.30.0.0/16")
    cell.both("10.30.0.0/15")


def test_memory_does_not_outlive_a_line(lab):
    """Remembered is what paths said, not what a segment line said that is gone."""
    cell = Cell(lab, "avs route-server hub toward on-premises", "avs segment on-premises origin-as 64620")
    cell.learn(VPN, "10.30.0.0/16")
    cell.both("10.30.0.0/15")
    cell.type("no avs segment on-premises origin-as 64620")
    cell.both()
    assert cell.segment("10.30.0.0/16") == {("unknown", "no-expressroute")}


def test_memory_0(lab):
    """Without memory the path counts, and nothing else; also when it is typed later."""
    cell = Cell(lab, "avs route-server hub toward on-premises")
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.both("10.30.0.0/15")
    cell.learn(VPN, "10.30.0.0/16")
    wait_for("remembered", lambda: cell.segment("10.30.0.0/16") == {("on-premises", "memory")}, 5)
    cell.type("avs segment-memory 0")
    cell.both()
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.both("10.30.0.0/15")
    cell.learn(VPN, "10.30.0.0/16")
    cell.both()
    # a full walk finds nothing that the hooks have missed
    assert cell.summary()["counters"]["missed"] == 0


# by hand


def test_freeze(lab):
    """What is announced stays, nothing comes, a leak is still withdrawn; then all of it follows."""
    cell = Cell(lab, "avs route-server hub toward on-premises", "avs route-server hub accept-leak on-premises")
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.both("0.0.0.0/0", "10.30.0.0/15")
    cell.type("avs freeze")
    since = cell.rec.position()
    for name in ("R1", "R2"):
        cell.rec.withdraw(name, "10.30.0.0/16")
    cell.type("avs advertise supernet 10.64.0.0/10 unconditional", "avs advertise companions toward private-cloud")
    wait_for(lambda: f"{cell.reasons()}", lambda: cell.reasons() == {
        "0.0.0.0/0": "announced", "10.30.0.0/15": "announced-frozen", "10.64.0.0/10": "frozen",
        "10.0.0.0/8": "frozen", "172.16.0.0/12": "frozen", "192.168.0.0/16": "frozen"}, 10)
    holds_for("nothing moves", lambda: not cell.rec.updates("R1", since), 2)
    assert "freeze" in cell.warnings()
    cell.type("no avs route-server hub accept-leak on-premises")
    cell.both("10.30.0.0/15")
    cell.type("no avs freeze")
    cell.both("10.64.0.0/10")


def test_freeze_survives_a_restart(lab):
    """Nothing is in force after a restart: the first plan after the start is what is frozen."""
    cell = Cell(lab, "avs freeze")
    cell.both("0.0.0.0/0")
    cell.dut.restart_bgpd()
    cell.rec.wait_up()
    cell.both("0.0.0.0/0")
    cell.type("avs advertise companions toward private-cloud")
    holds_for("frozen", lambda: set(cell.rec.rib("R1")) == {"0.0.0.0/0"}, 2)


def test_maintenance(lab):
    """Drained: first the way through here gets worse, then it is gone; and back at once."""
    cell = Cell(lab)
    cell.both("0.0.0.0/0")
    since = cell.rec.position()
    cell.type("avs route-server hub maintenance")
    wait_for("prepended", lambda: cell.rec.rib("R1")["0.0.0.0/0"]["path"] == [64512] * 11, 10)
    assert "DRAINING" in cell.dut.show("show bgp avs")
    assert cell.summary()["routeServer"][0]["drain"] == "draining"
    # a replacement, not a withdrawal
    assert [e["event"] for e in cell.rec.updates("R1", since)] == ["announce"]
    cell.both(timeout=75)
    assert cell.summary()["routeServer"][0]["drain"] == "drained"
    assert set(cell.reasons().values()) == {"maintenance"}
    assert not cell.rec.flaps("R1")
    # also after a restart nothing comes
    cell.dut.vtysh("write")
    cell.dut.restart_bgpd()
    cell.rec.wait_up()
    holds_for("nothing comes", lambda: not cell.rec.rib("R1"), 3)
    cell.type("no avs route-server hub maintenance")
    cell.both("0.0.0.0/0")
    assert cell.rec.rib("R1")["0.0.0.0/0"]["path"] == [64512]
