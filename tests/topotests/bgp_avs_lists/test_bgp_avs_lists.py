# SPDX-License-Identifier: GPL-2.0-or-later
"""
Lists of the user beside the out-map: refused when typed, with the line to type; where a
file or a peer-group brings one, what it holds back is said, in plan, explain and doctor.

One route server, see lib/hub.py.
"""
import pytest

from lib.hub import ALL, INSTANCES, LAN, R1, R2, Hub
from lib.wait import wait_for

pytestmark = pytest.mark.asan

COMPANIONS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
USER_LIST = "user-list"
# line of neighbour or group N, what is held back, what the list is made of
LISTS = {
    "prefix-list": ("neighbor N prefix-list L out", ["0.0.0.0/0"],
                    ["ip prefix-list L seq 5 deny 0.0.0.0/0", "ip prefix-list L seq 10 permit 0.0.0.0/0 le 32"]),
    "distribute-list": ("neighbor N distribute-list L out", ["172.16.0.0/12"],
                        ["access-list L seq 5 deny 172.16.0.0/12", "access-list L seq 10 permit any"]),
    "filter-list": ("neighbor N filter-list L out", ["0.0.0.0/0", *COMPANIONS],
                    ["bgp as-path access-list L deny ^$", "bgp as-path access-list L permit .*"]),
    "not-there": ("neighbor N prefix-list L out", ["0.0.0.0/0", *COMPANIONS], []),
}


class Cell(Hub):
    """One Route Server; lines of the neighbours are in the file."""

    def __init__(self, lab, *neighbor, head=(), group=False, sessions=INSTANCES):
        super().__init__(lab, sessions)
        lines = [*head, "router bgp 64512"]
        if group:
            lines += [" neighbor G peer-group"]
        lines += self.neighbors("remote-as {as}", "timers connect 1")
        if group:
            lines += [f" neighbor {R1} peer-group G"]
        # before the avs lines: behind them, vtysh -b would have it refused
        lines += [" address-family ipv4 unicast", *(f"  {line}" for line in neighbor), " exit-address-family"]
        lines += [f" avs {l}" for l in (
            f"route-server hub neighbor {R1}", f"route-server hub neighbor {R2}", "route-server hub toward private-cloud",
            "hold-down 0", "quiet-period 0", "advertise default toward private-cloud",
            "advertise companions toward private-cloud")]
        self.start([*lines, "exit"])

    def held(self):
        """Prefixes that the plan has with this reason."""
        return sorted(p for p, reason in self.reasons().items() if reason == USER_LIST)

    def said(self):
        """The warnings about lists."""
        return [s for code, s in self.warnings().items() if code == USER_LIST]


@pytest.mark.parametrize("group", [False, True], ids=["neighbor", "group"])
@pytest.mark.parametrize("kind", LISTS)
def test_from_file(lab, kind, group):
    """It is honoured at the whole route server, and said; the line that is named ends it."""
    line, held, made_of = LISTS[kind]
    name = "G" if group else R1
    line = line.replace("N", name, 1)
    cell = Cell(lab, line, head=made_of, group=group)
    rest = sorted({"0.0.0.0/0", *COMPANIONS} - set(held))
    cell.both(*rest)
    wait_for("the plan says it", lambda: cell.held() == sorted(held), 10)
    assert USER_LIST in cell.dut.show(f"show bgp avs explain {held[0]}")
    text, = cell.said()
    assert text == f"no {line}", text
    assert f"{len(held)} prefixes of the plan: no {line}" in cell.dut.show("show bgp avs doctor")
    cell.dut.configure("router bgp 64512", "address-family ipv4 unicast", "no " + line)
    cell.both("0.0.0.0/0", *COMPANIONS)
    wait_for("nothing is held back", lambda: not cell.held() and not cell.said(), 10)


@pytest.mark.parametrize("group", [False, True], ids=["neighbor", "group"])
def test_maximum_prefix_out(lab, group):
    """Which prefixes it holds back is chance: refused when typed, undone where a file brings it."""
    cell = Cell(lab, f"neighbor {'G' if group else R1} maximum-prefix-out 2", group=group)
    cell.both("0.0.0.0/0", *COMPANIONS)
    with cell.dut.vty() as vty:
        vty.lines("configure terminal", "router bgp 64512", "address-family ipv4 unicast")
        for line in ("maximum-prefix-out 2", "maximum-prefix-o 2", "soo 64512:1", "sender-as-path-loop-detection"):
            if "sender" in line:
                vty.lines("exit")
            for name in (R1, "G") if group else (R1,):
                status, answer = vty(f"neighbor {name} {line}")
                assert status and "avs route-server hub " in answer, answer
    cell.both("0.0.0.0/0", *COMPANIONS)
    counters = cell.summary()["counters"]
    assert counters["toldUnlawful"] == counters["toldMissing"] == 0, counters


def test_not_exported(lab):
    """bgpd keeps a path with such a community for itself: plan and explain say so."""
    cell = Cell(lab, f"neighbor {LAN} route-map IN in", head=["route-map IN permit 10", "exit"], sessions=ALL)
    cell.both("0.0.0.0/0", *COMPANIONS)
    # no-export, no-advertise, local-AS
    for prefix, community in zip(COMPANIONS, ("65535:65281", "65535:65282", "65535:65283")):
        cell.rec.announce("LAN", prefix, path=[64999], communities=[community])
    cell.both("0.0.0.0/0")
    wait_for("the plan says it", lambda: {cell.reasons()[p] for p in COMPANIONS} == {"not-exported"}, 10)
    assert "not-exported" in cell.dut.show("show bgp avs explain 10.0.0.0/8")
    cell.rec.announce("LAN", *COMPANIONS, path=[64999])
    cell.both("0.0.0.0/0", *COMPANIONS)


def test_typed(lab):
    """Refused on the neighbour and its peer-group, in each spelling; `no` and `in` are not."""
    cell = Cell(lab, group=True)
    cell.both("0.0.0.0/0", *COMPANIONS)
    with cell.dut.vty() as vty:
        vty.lines("configure terminal", "router bgp 64512", "address-family ipv4 unicast")
        for line, match in (("prefix-list L", "match ip address prefix-list L"), ("filter-list L", "match as-path L"),
                            ("distribute-list L", "match ip address L")):
            for name in (R1, "G"):
                for text in (f"neighbor {name} {line} out", f"nei {name} {line} o"):
                    status, answer = vty(text)
                    assert status and "avs route-server hub route-map NAME out" in answer and match in answer, answer
                assert vty(f"no neighbor {name} {line} out")[0] == 0
        vty.lines("exit")
        status, answer = vty(f"neighbor {R1} prefix-list L out")
        assert status and "route-map NAME out" in answer, answer
    cell.both("0.0.0.0/0", *COMPANIONS)
    assert cell.held() == []
