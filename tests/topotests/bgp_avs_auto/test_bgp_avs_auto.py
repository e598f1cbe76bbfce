# SPDX-License-Identifier: GPL-2.0-or-later
"""
Automatic supernets: what is announced, how it follows the network, and when.

      dut .1 AS 64512               recorder, one node
    +----------+                  +-------------------------------------------+
    |  FRR +   |  192.0.2.0/24    | R1 .11, R2 .12  AS 65515, instances of hub |
    |  module  |------------------|                                           |
    +----------+                  +-------------------------------------------+

The recorder is Route Server, the circuits behind it, and a customer edge that
announces our supernet again.
"""
import pytest

from lib.lab import Lab
from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

R1, R2 = "192.0.2.11", "192.0.2.12"
SESSIONS = [
    {"name": "R1", "address": R1, "as": 65515},
    {"name": "R2", "address": R2, "as": 65515},
]
AVS = [65515, 12076, 398656]
ONPREM = [65515, 12076, 64620]
VNET = [65515]
BGP = "router bgp 64512"
# design 2, without user-defined routes
DESIGN_2 = [
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
    "avs route-server hub toward on-premises",
    "avs advertise supernet auto",
]
# tests do not wait for minutes
FAST = ["avs hold-down 2", "avs tighten-delay 4", "avs quiet-period 0"]


class Cell:
    """Router and recorder, with the words the tests use."""

    def __init__(self, lab, *avs, calm=FAST):
        self.dut, self.rec = lab.cell(SESSIONS)
        lines = ["hostname dut", BGP]
        lines += [f" neighbor {s['address']} remote-as {s['as']}" for s in SESSIONS]
        lines += [" " + l for l in (*DESIGN_2, *calm, *avs)] + ["exit"]
        self.dut.start("\n".join(lines) + "\n", daemons=("zebra", "bgpd"))
        self.rec.wait_up()

    def type(self, *lines):
        """Type lines under router bgp; all must be taken."""
        for line, status, text in self.dut.configure(BGP, *lines):
            assert status == 0, f"{line}: {text}"

    def both(self, *expected, timeout=20):
        """R1 and R2 have exactly these prefixes."""
        for name in ("R1", "R2"):
            self.rec.wait_rib(name, set(expected), timeout)

    def stays(self, *expected, seconds=2.5):
        """R1 and R2 have exactly these prefixes, and go on so."""
        self.both(*expected)
        holds_for(
            lambda: f"{expected}, R1 has {sorted(self.rec.rib('R1'))}",
            lambda: set(self.rec.rib("R1")) == set(self.rec.rib("R2")) == set(expected),
            seconds,
        )

    def learn(self, path, *prefixes):
        """Route Server delivers prefixes, through both instances."""
        for name in ("R1", "R2"):
            self.rec.announce(name, *prefixes, path=path)

    def forget(self, *prefixes):
        """Route Server withdraws them."""
        for name in ("R1", "R2"):
            self.rec.withdraw(name, *prefixes)

    def summary(self):
        """The JSON summary."""
        return self.dut.show_json("show bgp avs json")

    def warnings(self):
        """Codes of the warnings at present."""
        return {w["code"] for w in self.summary()["warning"]}

    def reasons(self):
        """Prefix -> reason, as the plan says."""
        plan = self.dut.show_json("show bgp avs plan json")["planEntry"]
        return {e["prefix"]: e["reason"] for e in plan if e.get("automatic")}


def test_design_2_as_it_stands(lab):
    """The set with defaults: strict supernets of everything, nothing wider than needed."""
    cell = Cell(lab, calm=())
    cell.stays()
    cell.learn(AVS, "10.120.0.0/26", "10.120.1.0/25")
    cell.learn(ONPREM, "10.200.0.0/16", "172.20.0.0/16", "0.0.0.0/0", "10.120.0.0/14")
    cell.learn(VNET, "10.1.0.0/16")
    cell.both("10.120.0.0/25", "10.120.1.0/24", "10.200.0.0/15", "172.20.0.0/15")
    automatic = cell.summary()["automatic"]
    assert automatic["prefixes"] == 4 and automatic["maxPrefixes"] == 16
    assert automatic["attracted"] == 64 + 128 + 2 * 65536
    assert automatic["fault"] == "none"
    text = cell.dut.show("show bgp avs")
    assert "4 of 16 supernets, 131264 addresses attracted" in text, text
    assert cell.dut.show("show bgp avs plan").count(" automatic ") == 4


def test_lines(lab):
    """What is typed is what is shown; limits take effect, and go again."""
    cell = Cell(lab)
    cell.learn(AVS, "10.120.0.0/24", "10.130.0.0/24", "10.131.0.0/24")
    cell.both("10.120.0.0/23", "10.130.0.0/23", "10.131.0.0/23")
    cell.type("avs auto max-prefixes 2")
    cell.both("10.120.0.0/23", "10.130.0.0/15")
    cell.type("avs auto shortest 16")
    assert " avs auto shortest 16" in cell.dut.running()
    wait_for("no set", lambda: "auto-prevented" in cell.warnings(), 10)
    cell.stays("10.120.0.0/23", "10.130.0.0/15")
    cell.type("no avs auto max-prefixes 2", "no avs auto shortest 16")
    cell.both("10.120.0.0/23", "10.130.0.0/23", "10.131.0.0/23")
    cell.type("avs auto toward private-cloud")
    cell.both()
    assert set(cell.reasons().values()) == {"shared-reach"}
    cell.type("no avs auto toward private-cloud", "no avs advertise supernet auto")
    cell.both()
    assert "avs auto" not in cell.dut.running()


def test_growth_is_immediate_and_make_before_break(lab):
    """A contributor more: the wider prefix comes before the narrow one goes."""
    cell = Cell(lab, calm=("avs hold-down 600", "avs tighten-delay 600"))
    cell.learn(AVS, "10.120.0.0/26")
    cell.both("10.120.0.0/25")
    position = cell.rec.position()
    cell.learn(AVS, "10.120.0.128/26")
    cell.both("10.120.0.0/24", timeout=5)
    order = [
        (e["event"], e["prefix"])
        for e in cell.rec.events(position)
        if e["session"] == "R1" and e["event"] in ("announce", "withdraw")
    ]
    assert order == [("announce", "10.120.0.0/24"), ("withdraw", "10.120.0.0/25")], order


def test_shrinks_late(lab):
    """Tighter after tighten-delay, nothing to cover after hold-down, back in time: nothing."""
    cell = Cell(lab)
    cell.learn(AVS, "10.120.0.0/26", "10.120.0.128/26", "10.130.0.0/24")
    cell.both("10.120.0.0/24", "10.130.0.0/23")
    position = cell.rec.position()
    cell.forget("10.130.0.0/24")
    wait_for("held", lambda: cell.reasons()["10.130.0.0/23"] == "announced-held", 5)
    cell.learn(AVS, "10.130.0.0/24")
    wait_for("not held", lambda: cell.reasons()["10.130.0.0/23"] == "announced", 5)
    cell.stays("10.120.0.0/24", "10.130.0.0/23", seconds=3)
    assert not [e for e in cell.rec.events(position) if e["event"] in ("announce", "withdraw")]
    cell.forget("10.130.0.0/24", "10.120.0.128/26")
    cell.stays("10.120.0.0/24", "10.130.0.0/23", seconds=1)
    cell.both("10.120.0.0/24", timeout=4)
    cell.both("10.120.0.0/25", timeout=6)
    cell.forget("10.120.0.0/26")
    cell.both(timeout=6)


def test_moves_after_hold_down(lab):
    """A prefix that was in the way is gone: one supernet instead of two, later."""
    cell = Cell(lab)
    cell.learn(VNET, "10.120.0.0/24")
    cell.learn(AVS, "10.120.0.0/26", "10.120.0.128/26")
    cell.both("10.120.0.0/25", "10.120.0.128/25")
    cell.forget("10.120.0.0/24")
    cell.stays("10.120.0.0/25", "10.120.0.128/25", seconds=1)
    cell.both("10.120.0.0/24", timeout=6)


def echo(cell, prefix, others):
    """A customer edge announces our supernet again, as long as it gets it."""
    cell.learn(ONPREM, prefix)
    cell.both(*others)
    assert cell.reasons()[prefix] == "equals-learned"
    assert "echo" in cell.warnings()
    cell.forget(prefix)


def test_echo_and_latch(lab):
    """An echo withdraws its supernet and widens nothing; the second one latches it."""
    cell = Cell(lab)
    cell.learn(AVS, "10.120.0.0/26")
    cell.learn(ONPREM, "10.200.0.0/24")
    cell.both("10.120.0.0/25", "10.200.0.0/23")
    position = cell.rec.position()
    echo(cell, "10.120.0.0/25", ["10.200.0.0/23"])
    cell.both("10.120.0.0/25", "10.200.0.0/23")
    echo(cell, "10.120.0.0/25", ["10.200.0.0/23"])
    cell.stays("10.200.0.0/23")
    assert cell.reasons()["10.120.0.0/25"] == "latched"
    assert cell.summary()["automatic"]["latched"] == ["10.120.0.0/25"]
    assert "clear bgp avs latch 10.120.0.0/25" in cell.dut.show("show bgp avs")
    announced = {e["prefix"] for e in cell.rec.events(position) if e["event"] == "announce"}
    assert announced == {"10.120.0.0/25"}, announced
    with cell.dut.vty() as vty:
        assert vty("clear bgp avs latch 10.120.0.1/25")[0] != 0
        assert vty("clear bgp avs latch 10.9.0.0/16")[0] == 0
    cell.stays("10.200.0.0/23", seconds=1)
    with cell.dut.vty() as vty:
        assert vty("clear bgp avs latch 10.120.0.0/25")[0] == 0
    cell.both("10.120.0.0/25", "10.200.0.0/23")
    assert "latched" not in cell.warnings()


def test_keeps_the_last_safe_set(lab):
    """A prefix that cannot be covered is named; what was announced stays."""
    cell = Cell(lab)
    cell.learn(AVS, "10.120.0.0/26")
    cell.both("10.120.0.0/25")
    cell.learn(ONPREM, "203.0.113.0/24", "10.210.0.0/24")
    wait_for("warned", lambda: "auto-prevented" in cell.warnings(), 10)
    cell.stays("10.120.0.0/25", seconds=1)
    automatic = cell.summary()["automatic"]
    assert (automatic["fault"], automatic["preventedBy"]) == ("outside", "203.0.113.0/24")
    cell.type("avs auto within 10.0.0.0/8", "avs auto within 203.0.112.0/22")
    cell.both("10.120.0.0/25", "10.210.0.0/23", "203.0.112.0/23")


@pytest.fixture
def other_lab():
    """A second laboratory: names of nodes are those of one laboratory."""
    other = Lab()
    yield other
    other.close()


def test_two_appliances_announce_the_same(lab, other_lab):
    """The same routes in another order, after another history: the same set."""
    routes = [(AVS, f"10.{120 + i % 7}.{i * 5 % 256}.0/{24 + i % 3}") for i in range(40)]
    first, second = Cell(lab, "avs auto max-prefixes 9"), Cell(other_lab, "avs auto max-prefixes 9")
    for path, prefix in routes:
        first.learn(path, prefix)
    second.learn(ONPREM, "10.222.0.0/16")
    for path, prefix in reversed(routes):
        second.learn(path, prefix)
    second.forget("10.222.0.0/16")
    wait_for(
        "the same set",
        lambda: len(first.rec.rib("R1")) == 9
        and set(first.rec.rib("R1")) == set(second.rec.rib("R1"))
        and not first.summary()["automatic"]["ending"]
        and not second.summary()["automatic"]["ending"],
        20,
    )
    assert set(first.rec.rib("R2")) == set(second.rec.rib("R2")) == set(first.rec.rib("R1"))
